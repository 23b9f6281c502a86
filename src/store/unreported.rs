//! 未報告施設: the facilities a report is missing from although their time has passed, and those that have sent since.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{Timestamp, civil::Date};
use jiff_sqlx::ToSqlx;

use super::{
    Result, Tx, almanac,
    calendars::{own_week, stored_times, with_reminders},
    sql::uuids,
};
use crate::{
    domain::{
        clock,
        ids::{Id, Organization},
        times::Times,
    },
    gate::{Scope, actions},
};

/// The most a list of the desk shows; no ward has as many facilities.
const MOST: i64 = 1000;

/// A facility on the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Silent {
    pub name: String,
    pub phone: String,
    /// Its time for the list, today.
    pub since: Timestamp,
    /// When everything had come after all.
    pub sent_at: Option<Timestamp>,
    /// The last day before today it sent anything for; not told to the desk.
    pub last_day: Option<Date>,
}

struct Place {
    facility: Id<Organization>,
    class: String,
    own_weekdays: Option<Vec<i16>>,
    is_missing: bool,
}

/// Read from the reports themselves, so that it does not hang on the clock's duties: facilities these offices have asked.
pub async fn of_office(tx: &mut Tx, scope: &Scope<actions::ListUnreported>) -> Result<Vec<Silent>> {
    let today = tx.today();
    let places = places(tx, scope).await?;
    let facilities: Vec<_> = places.iter().map(|place| place.facility).collect::<BTreeSet<_>>().into_iter().collect();
    let almanac = almanac::of(tx, scope, &facilities, today).await?;
    // Whether a report is missing, of the facilities that are open for anybody today.
    let mut awaited = BTreeMap::<_, bool>::new();
    for place in &places {
        let calendar = almanac.calendar(place.facility, &place.class, own_week(place.own_weekdays.as_deref()));
        if calendar.open(today).is_open() {
            *awaited.entry(place.facility).or_default() |= place.is_missing;
        }
    }
    let rows = sqlx::query!(
        r#"
        SELECT o.id AS "id: Id<Organization>", o.name, o.phone, o.reminder, o.deputy_reminder, o.unreported_list
             , (SELECT max(s.sent_at) FROM watch.submissions s WHERE s.ward_id = o.ward_id AND s.facility_id = o.id AND s.day = $3) AS sent_at
             , (SELECT max(s.day) FROM watch.submissions s
                WHERE s.ward_id = o.ward_id AND s.facility_id = o.id AND s.day BETWEEN $3::date - 31 AND $3::date - 1) AS last_day
        FROM hub.organizations o WHERE o.ward_id = $1 AND o.id = ANY ($2) AND o.reporting <> 'monthly' ORDER BY o.name, o.id
        "#,
        scope.ward().uuid(),
        &uuids(&awaited.keys().copied().collect::<Vec<_>>()),
        today.to_sqlx()
    )
    .fetch_all(tx.conn())
    .await?;
    let now = tx.now();
    let silent = rows.into_iter().filter_map(|row| {
        let times: Times = with_reminders(stored_times(None, None, None), (row.reminder, row.deputy_reminder, row.unreported_list));
        let since = clock::japan_instant(today.to_datetime(times.unreported_list));
        let is_missing = awaited.get(&row.id).copied().unwrap_or(false);
        let sent_at = row.sent_at.map(jiff_sqlx::Timestamp::to_jiff).filter(|_| !is_missing);
        let is_on_it = now >= since && (is_missing || sent_at.is_some_and(|at| at >= since));
        let last_day = row.last_day.map(jiff_sqlx::Date::to_jiff);
        is_on_it.then_some(Silent { name: row.name, phone: row.phone, since, sent_at, last_day })
    });
    Ok(in_order(silent.collect()))
}

/// The live requests of these offices, as places that are open or not; of a child nothing but whether its report is missing.
async fn places(tx: &mut Tx, scope: &Scope<actions::ListUnreported>) -> Result<Vec<Place>> {
    sqlx::query_as!(
        Place,
        r#"
        SELECT w.facility_id AS "facility: Id<Organization>", w.class, w.own_weekdays, bool_or(d.watch_id IS NULL) AS "is_missing!"
        FROM desk.requests r
        JOIN watch.watches w ON w.ward_id = r.ward_id AND w.id = r.watch_id
        LEFT JOIN watch.days d ON d.ward_id = w.ward_id AND d.watch_id = w.id AND d.day = $3
        WHERE r.ward_id = $1 AND r.office_id = ANY ($2) AND w.from_on <= $3 AND (w.until_on IS NULL OR w.until_on >= $3)
        GROUP BY w.facility_id, w.class, w.own_weekdays
        "#,
        scope.ward().uuid(),
        &uuids(scope.organizations()),
        tx.today().to_sqlx()
    )
    .fetch_all(tx.conn())
    .await
}

/// What the clock has put on the ward's list today. The desk sees no report, so it is told name, number and times.
pub async fn of_ward(tx: &mut Tx, scope: &Scope<actions::ListUnreported>) -> Result<Vec<Silent>> {
    let rows = sqlx::query!(
        r#"
        SELECT o.name, o.phone, r.done_at, r.settled_at
        FROM desk.reminders r JOIN hub.organizations o ON o.ward_id = r.ward_id AND o.id = r.facility_id
        WHERE r.ward_id = $1 AND r.day = $2 AND r.stage = 'unreported_list' AND r.awaited
        ORDER BY o.name, o.id LIMIT $3
        "#,
        scope.ward().uuid(),
        tx.today().to_sqlx(),
        MOST
    )
    .fetch_all(tx.conn())
    .await?;
    let silent = rows.into_iter().map(|row| Silent {
        name: row.name,
        phone: row.phone,
        since: row.done_at.to_jiff(),
        sent_at: row.settled_at.map(jiff_sqlx::Timestamp::to_jiff),
        last_day: None,
    });
    Ok(in_order(silent.collect()))
}

/// Whoever is still silent first, by name.
fn in_order(mut silent: Vec<Silent>) -> Vec<Silent> {
    silent.sort_by_key(|facility| facility.sent_at.is_some());
    silent
}
