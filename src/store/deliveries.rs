//! Which facilities' sheets arrived on the last days: whether and when, of nobody in particular.

use std::collections::{BTreeMap, HashMap};

use jiff::{
    ToSpan as _,
    civil::{Date, Time},
};
use jiff_sqlx::ToSqlx;

use super::{
    Result, Tx, almanac,
    calendars::{own_week, stored_times},
    sql::uuids,
};
use crate::{
    domain::{
        calendar::Calendar,
        clock::in_japan,
        delivery::{Counted, Delivery},
        ids::{Id, Organization, Watch},
        times::Times,
    },
    gate::{Scope, actions},
};

/// How many days on which somebody was open are shown.
pub const SHOWN_DAYS: usize = 10;

/// How far back they are looked for: a summer vacation fits.
const REACH: i64 = 60;

/// One facility's days.
#[derive(Debug)]
pub struct Line {
    pub facility: Id<Organization>,
    pub name: String,
    pub days: Vec<Delivery>,
}

/// The last days on which any of the facilities was open, oldest first, and each facility's word on them.
#[derive(Debug, Default)]
pub struct Grid {
    pub days: Vec<Date>,
    pub lines: Vec<Line>,
}

struct Place {
    watch: Id<Watch>,
    from: Date,
    until: Option<Date>,
    calendar: Calendar,
}

struct Facility {
    name: String,
    times: Times,
    places: Vec<Place>,
}

impl Facility {
    fn expected(&self, day: Date) -> impl Iterator<Item = &Place> {
        self.places.iter().filter(move |place| {
            place.from <= day && place.until.is_none_or(|until| day <= until) && place.calendar.open(day).is_open()
        })
    }
}

pub async fn grid(tx: &mut Tx, scope: &Scope<actions::ReadBoard>) -> Result<Grid> {
    let (today, time) = (tx.today(), in_japan(tx.now()).time());
    let first = today.saturating_sub(REACH.days());
    let facilities = facilities(tx, scope, first).await?;
    let open = |day: &Date| facilities.values().any(|facility| facility.expected(*day).next().is_some());
    let back = std::iter::successors(Some(today), |day| day.yesterday().ok()).take_while(|day| *day >= first);
    let mut days: Vec<_> = back.filter(open).take(SHOWN_DAYS).collect();
    days.reverse();
    let Some(oldest) = days.first().copied() else { return Ok(Grid::default()) };
    let reports = reports(tx, scope, &facilities, oldest).await?;
    let line = |(id, facility): (&(String, Id<Organization>), &Facility)| Line {
        facility: id.1,
        name: facility.name.clone(),
        days: days.iter().map(|day| delivery(facility, &reports, *day, today, time)).collect(),
    };
    Ok(Grid { lines: facilities.iter().map(line).collect(), days })
}

type Facilities = BTreeMap<(String, Id<Organization>), Facility>;

fn delivery(facility: &Facility, reports: &HashMap<(Id<Watch>, Date), bool>, day: Date, today: Date, now: Time) -> Delivery {
    let mut counted = Counted::default();
    for place in facility.expected(day) {
        counted.expected += 1;
        if let Some(late) = reports.get(&(place.watch, day)) {
            counted.reported += 1;
            counted.late += usize::from(*late);
        }
    }
    Delivery::of(counted, facility.times.is_late(day, today, now))
}

/// The requests of these offices that were in force at any time since `first`, by facility.
async fn facilities(tx: &mut Tx, scope: &Scope<actions::ReadBoard>, first: Date) -> Result<Facilities> {
    let rows = sqlx::query!(
        r#"
        SELECT w.id AS "watch: Id<Watch>", w.facility_id AS "facility: Id<Organization>", w.class, w.own_weekdays, w.until_on
             , greatest(w.from_on, (r.created_at AT TIME ZONE 'Asia/Tokyo')::date) AS "from_on!"
             , o.name, o.facility_cutoff, o.worker_notice, o.free_correction_until
        FROM desk.requests r
        JOIN watch.watches w ON w.ward_id = r.ward_id AND w.id = r.watch_id
        JOIN hub.organizations o ON o.ward_id = w.ward_id AND o.id = w.facility_id
        WHERE r.ward_id = $1 AND r.office_id = ANY ($2) AND w.from_on <= $4 AND (w.until_on IS NULL OR w.until_on >= $3)
        "#,
        scope.ward().uuid(),
        &uuids(scope.organizations()),
        first.to_sqlx(),
        tx.today().to_sqlx(),
    )
    .fetch_all(tx.conn())
    .await?;
    let ids: Vec<_> = rows.iter().map(|row| row.facility).collect();
    let almanac = almanac::of(tx, scope, &ids, first).await?;
    let mut facilities = Facilities::new();
    for row in rows {
        let facility = facilities.entry((row.name.clone(), row.facility)).or_insert_with(|| Facility {
            name: row.name,
            times: stored_times(row.facility_cutoff, row.worker_notice, row.free_correction_until),
            places: Vec::new(),
        });
        facility.places.push(Place {
            watch: row.watch,
            from: row.from_on.to_jiff(),
            until: row.until_on.map(jiff_sqlx::Date::to_jiff),
            calendar: almanac.calendar(row.facility, &row.class, own_week(row.own_weekdays.as_deref())),
        });
    }
    Ok(facilities)
}

/// Of whom something first came for which day, and whether that was after the cut-off.
async fn reports(
    tx: &mut Tx,
    scope: &Scope<actions::ReadBoard>,
    facilities: &Facilities,
    first: Date,
) -> Result<HashMap<(Id<Watch>, Date), bool>> {
    let watches: Vec<_> = facilities.values().flat_map(|facility| &facility.places).map(|place| place.watch).collect();
    let rows = sqlx::query!(
        r#"
        SELECT r.watch_id AS "watch: Id<Watch>", r.day, s.late
        FROM watch.reports r
        JOIN watch.submissions s ON s.ward_id = r.ward_id AND s.id = r.submission_id
        WHERE r.ward_id = $1 AND r.watch_id = ANY ($2) AND r.day >= $3 AND r.version = 1
        "#,
        scope.ward().uuid(),
        &uuids(&watches),
        first.to_sqlx(),
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|row| ((row.watch, row.day.to_jiff()), row.late)).collect())
}
