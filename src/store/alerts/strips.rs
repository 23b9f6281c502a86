//! The last days of some children, as the strip beside an alert shows them.

use std::collections::{BTreeMap, HashMap};

use jiff::{ToSpan as _, civil::Date};
use jiff_sqlx::ToSqlx;

use crate::{
    domain::{
        attendance::Mark,
        calendar::{ChildCalendar, Stay},
        ids::{Child, Id, Organization, Ward},
    },
    gate::{Scope, actions},
    store::{Result, Tx, almanac, calendars::own_week, marks, sql::uuids},
};

/// How many open days a strip shows.
pub const STRIP_DAYS: usize = 10;

/// How far back they are looked for; a summer vacation and the ten days before it fit.
const REACH: i64 = 75;

/// One open day, and the report there is.
#[derive(Debug, Clone)]
pub struct DayLooked {
    pub day: Date,
    pub mark: Option<Mark>,
}

/// The strips of some children, oldest day first.
#[derive(Debug, Default)]
pub struct Strips(HashMap<Id<Child>, Vec<DayLooked>>);

impl Strips {
    pub fn of(&self, child: Id<Child>) -> &[DayLooked] {
        self.0.get(&child).map_or(&[], Vec::as_slice)
    }
}

/// Across facilities, since a transfer does not begin a new child. Today only when it has been reported.
pub(super) async fn of(tx: &mut Tx, scope: &Scope<actions::ListAlerts>, children: &[Id<Child>]) -> Result<Strips> {
    let today = tx.today();
    let from = today.saturating_sub(REACH.days());
    let calendars = calendars(tx, scope.ward(), children, from).await?;
    let reports = reports(tx, scope.ward(), children, from).await?;
    let none = BTreeMap::new();
    let strip = |(child, calendar): (Id<Child>, ChildCalendar)| {
        let reported = reports.get(&child).unwrap_or(&none);
        let mut days = calendar.open_days_back(today, STRIP_DAYS + 1);
        days.retain(|day| *day >= from && (*day < today || reported.contains_key(day)));
        days.truncate(STRIP_DAYS);
        days.reverse();
        (child, days.into_iter().map(|day| DayLooked { day, mark: reported.get(&day).cloned() }).collect())
    };
    Ok(Strips(calendars.into_iter().map(strip).collect()))
}

/// The days on which reports about some children were awaited, from `from` on.
pub(super) async fn calendars(
    tx: &mut Tx,
    ward: Id<Ward>,
    children: &[Id<Child>],
    from: Date,
) -> Result<HashMap<Id<Child>, ChildCalendar>> {
    let stays = sqlx::query!(
        r#"
        SELECT child_id AS "child: Id<Child>", facility_id AS "facility: Id<Organization>", class, own_weekdays, from_on, until_on
        FROM watch.watches WHERE ward_id = $1 AND child_id = ANY ($2) AND (until_on IS NULL OR until_on >= $3)
        "#,
        ward.uuid(),
        &uuids(children),
        from.to_sqlx(),
    )
    .fetch_all(tx.conn())
    .await?;
    let facilities: Vec<_> = stays.iter().map(|stay| stay.facility).collect();
    let almanac = almanac::in_ward(tx, ward, &facilities, from).await?;
    let mut of_children: HashMap<_, Vec<_>> = HashMap::new();
    for stay in stays {
        let calendar = almanac.calendar(stay.facility, &stay.class, own_week(stay.own_weekdays.as_deref()));
        let until = stay.until_on.map(jiff_sqlx::Date::to_jiff);
        of_children.entry(stay.child).or_default().push(Stay { from: stay.from_on.to_jiff(), to: until, calendar });
    }
    Ok(of_children.into_iter().map(|(child, stays)| (child, ChildCalendar::new(stays))).collect())
}

/// What was reported about them since then.
pub(super) async fn reports(
    tx: &mut Tx,
    ward: Id<Ward>,
    children: &[Id<Child>],
    from: Date,
) -> Result<HashMap<Id<Child>, BTreeMap<Date, Mark>>> {
    let rows = sqlx::query!(
        r#"SELECT child_id AS "child: Id<Child>", day, mark FROM watch.days WHERE ward_id = $1 AND child_id = ANY ($2) AND day >= $3"#,
        ward.uuid(),
        &uuids(children),
        from.to_sqlx(),
    )
    .fetch_all(tx.conn())
    .await?;
    let mut reports: HashMap<_, BTreeMap<_, _>> = HashMap::new();
    for row in rows {
        reports.entry(row.child).or_default().insert(row.day.to_jiff(), marks::from_json(row.mark)?);
    }
    Ok(reports)
}
