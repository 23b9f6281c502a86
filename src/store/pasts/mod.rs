//! The past of a ward's watches, a batch at a time, for a duty that tries a rule over it.

mod arrivals;

use std::collections::{BTreeMap, HashMap};

use jiff::{Timestamp, ToSpan as _, civil::Date};
use jiff_sqlx::ToSqlx;

use super::{
    Result, Tx, almanac,
    back_tests::Taken,
    calendars::{own_week, stored_times},
    marks,
    sql::{unknown_code, uuids},
};
use crate::{
    domain::{
        attendance::Sign,
        backtest::{Arrivals, Followed, Past, is_recorded},
        calendar::{ChildCalendar, DayKind, Office, Stay},
        history::{History, Reported},
        ids::{Child, Id, Organization, Watch},
        judgement::Case,
        rule::{Arranged, RuleCode, Severity, SiblingDay, Strictness},
        times::Times,
        urgent::{Trigger, signs},
    },
    gate::{Permit, actions},
};

/// How far back from the first day the counts may look: a school year and the vacations at both its ends.
const BEFORE: i64 = 400;

/// Watches with all that is known of them, and the business days of the ward's offices.
#[derive(Debug)]
pub struct Batch {
    pub pasts: Vec<Past>,
    pub office: Office,
}

/// A watch of the batch.
struct Watched {
    id: Id<Watch>,
    child: Id<Child>,
    facility: Id<Organization>,
    times: Times,
    from: Date,
    until: Option<Date>,
    entered: Timestamp,
    strictness: Strictness,
    /// The first day of a child that came from another facility; a request that has begun keeps it for good.
    arrived: Option<Date>,
}

/// How many watches there are to look at. Those at facilities that send no sheets are looked at only by the rules that need none.
pub async fn count(tx: &mut Tx, permit: &Permit<actions::RunBackTest>, taken: &Taken) -> Result<i32> {
    sqlx::query_scalar!(
        r#"
        SELECT count(*)::integer AS "count!"
        FROM watch.watches w
        JOIN desk.requests r ON r.ward_id = w.ward_id AND r.watch_id = w.id
        JOIN hub.organizations o ON o.ward_id = w.ward_id AND o.id = w.facility_id
        WHERE w.ward_id = $1 AND (o.reporting <> 'monthly' OR $4) AND w.from_on <= $3 AND (w.until_on IS NULL OR w.until_on >= $2)
        "#,
        permit.ward().uuid(),
        taken.from.to_sqlx(),
        taken.until.to_sqlx(),
        taken.new.code.needs_no_sheets()
    )
    .fetch_one(tx.conn())
    .await
}

/// The next watches, at most so many, in the order of their ids.
pub async fn batch(tx: &mut Tx, permit: &Permit<actions::RunBackTest>, taken: &Taken, limit: i64) -> Result<Batch> {
    let since = taken.from.saturating_sub(BEFORE.days());
    let watched = watched(tx, permit, taken, limit).await?;
    let children: Vec<_> = watched.iter().map(|watch| watch.child).collect();
    let (calendars, office) = calendars(tx, permit, &children, since).await?;
    let mut histories = histories(tx, permit, &children, (since, taken.until)).await?;
    let seen = sightings(tx, permit, &children, since).await?;
    for (child, days) in &seen {
        let history = histories.entry(*child).or_default();
        for day in days {
            history.meet(*day);
        }
    }
    let ids: Vec<_> = watched.iter().map(|watch| watch.id).collect();
    let mut urgent = urgent(tx, permit, &ids).await?;
    let mut siblings = if taken.new.code == RuleCode::A11 { siblings(tx, permit, &ids, taken).await? } else { HashMap::new() };
    let mut alerts = alerts(tx, permit, &ids, taken).await?;
    let mut recorded = if is_recorded(taken.new.code) { recorded(tx, permit, &ids, taken).await? } else { HashMap::new() };
    let reports =
        if taken.new.code == RuleCode::I1 { arrivals::reports(tx, permit, &children, taken).await? } else { HashMap::new() };
    let slips = if taken.new.code == RuleCode::I3 {
        arrivals::slips(tx, permit, &facilities(&watched), taken, &office).await?
    } else {
        HashMap::new()
    };
    let pasts = watched.into_iter().map(|watch| {
        let mut history = histories.get(&watch.child).cloned().unwrap_or_default();
        for (day, said) in urgent.remove(&watch.id).unwrap_or_default() {
            history.hear(day, said);
        }
        Past {
            case: Case {
                watch: watch.id,
                strictness: watch.strictness,
                calendar: calendars.get(&watch.child).cloned().unwrap_or_default(),
                history,
                whole_from: since,
                siblings: siblings.remove(&watch.id).unwrap_or_default(),
                // The replay fills in the slips; of what else the office had arranged only today is known, and no replay asks for it.
                arranged: Arranged { arrived: watch.arrived, ..Arranged::default() },
                alerts: Vec::new(),
            },
            from: watch.from.max(taken.from),
            until: watch.until.map_or(taken.until, |until| until.min(taken.until)),
            entered: watch.entered,
            arrivals: Arrivals {
                times: watch.times,
                reports: reports.get(&watch.child).cloned().unwrap_or_default(),
                slips: slips.get(&watch.facility).cloned().unwrap_or_default(),
            },
            recorded: recorded.remove(&watch.id).unwrap_or_default(),
            followed: Followed {
                alerts: alerts.remove(&watch.id).unwrap_or_default(),
                seen: seen.get(&watch.child).cloned().unwrap_or_default(),
            },
        }
    });
    Ok(Batch { pasts: pasts.collect(), office })
}

fn facilities(watched: &[Watched]) -> Vec<Id<Organization>> {
    let mut facilities: Vec<_> = watched.iter().map(|watch| watch.facility).collect();
    facilities.sort_unstable_by_key(|facility| facility.uuid());
    facilities.dedup();
    facilities
}

async fn watched(tx: &mut Tx, permit: &Permit<actions::RunBackTest>, taken: &Taken, limit: i64) -> Result<Vec<Watched>> {
    let rows = sqlx::query!(
        r#"
        SELECT w.id AS "id: Id<Watch>", w.child_id AS "child: Id<Child>", w.facility_id AS "facility: Id<Organization>"
             , w.from_on, w.until_on, r.created_at, r.strictness, o.facility_cutoff, o.worker_notice, o.free_correction_until
             , ( SELECT greatest(first.from_on, (c.created_at AT TIME ZONE 'Asia/Tokyo')::date)
                 FROM desk.requests c JOIN watch.watches first ON first.ward_id = c.ward_id AND first.id = c.watch_id
                 WHERE c.ward_id = w.ward_id AND c.watch_id IN (w.id, r.carried_from) AND c.continues IS NOT NULL
                 ORDER BY first.from_on LIMIT 1 ) AS arrived
        FROM watch.watches w
        JOIN desk.requests r ON r.ward_id = w.ward_id AND r.watch_id = w.id
        JOIN hub.organizations o ON o.ward_id = w.ward_id AND o.id = w.facility_id
        WHERE w.ward_id = $1 AND (o.reporting <> 'monthly' OR $6) AND w.from_on <= $3 AND (w.until_on IS NULL OR w.until_on >= $2)
          AND ($4::uuid IS NULL OR w.id > $4)
        ORDER BY w.id LIMIT $5
        "#,
        permit.ward().uuid(),
        taken.from.to_sqlx(),
        taken.until.to_sqlx(),
        taken.after.map(Id::uuid),
        limit,
        taken.new.code.needs_no_sheets()
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Watched {
                id: row.id,
                child: row.child,
                facility: row.facility,
                times: stored_times(row.facility_cutoff, row.worker_notice, row.free_correction_until),
                from: row.from_on.to_jiff(),
                until: row.until_on.map(jiff_sqlx::Date::to_jiff),
                entered: row.created_at.to_jiff(),
                arrived: row.arrived.map(jiff_sqlx::Date::to_jiff),
                strictness: Strictness::from_code(&row.strictness).ok_or_else(|| unknown_code("strictness", &row.strictness))?,
            })
        })
        .collect()
}

/// The stays of each child, as the live rules see them: a request dated back is no silence.
async fn calendars(
    tx: &mut Tx,
    permit: &Permit<actions::RunBackTest>,
    children: &[Id<Child>],
    since: Date,
) -> Result<(HashMap<Id<Child>, ChildCalendar>, Office)> {
    let rows = sqlx::query!(
        r#"
        SELECT w.child_id AS "child: Id<Child>", w.facility_id AS "facility: Id<Organization>", w.class, w.own_weekdays, w.until_on
             , greatest(w.from_on, (r.created_at AT TIME ZONE 'Asia/Tokyo')::date) AS "from_on!"
        FROM watch.watches w
        JOIN desk.requests r ON r.ward_id = w.ward_id AND r.watch_id = w.id
        WHERE w.ward_id = $1 AND w.child_id = ANY ($2)
        "#,
        permit.ward().uuid(),
        &uuids(children)
    )
    .fetch_all(tx.conn())
    .await?;
    let facilities: Vec<_> = rows.iter().map(|row| row.facility).collect();
    let almanac = almanac::for_duty(tx, permit, &facilities, since).await?;
    let mut stays: HashMap<Id<Child>, Vec<Stay>> = HashMap::new();
    for row in rows {
        let calendar = almanac.calendar(row.facility, &row.class, own_week(row.own_weekdays.as_deref()));
        let stay = Stay { from: row.from_on.to_jiff(), to: row.until_on.map(jiff_sqlx::Date::to_jiff), calendar };
        stays.entry(row.child).or_default().push(stay);
    }
    Ok((stays.into_iter().map(|(child, stays)| (child, ChildCalendar::new(stays))).collect(), almanac.office()))
}

/// What was reported of each child, as it stands today: a back-test knows every correction.
async fn histories(
    tx: &mut Tx,
    permit: &Permit<actions::RunBackTest>,
    children: &[Id<Child>],
    (since, until): (Date, Date),
) -> Result<HashMap<Id<Child>, History>> {
    let rows = sqlx::query!(
        r#"SELECT child_id AS "child: Id<Child>", day, mark FROM watch.days WHERE ward_id = $1 AND child_id = ANY ($2) AND day BETWEEN $3 AND $4"#,
        permit.ward().uuid(),
        &uuids(children),
        since.to_sqlx(),
        until.to_sqlx()
    )
    .fetch_all(tx.conn())
    .await?;
    let mut histories: HashMap<Id<Child>, History> = HashMap::new();
    for row in rows {
        let day = row.day.to_jiff();
        histories.entry(row.child).or_default().add(day, Reported::of(&marks::from_json(row.mark)?, day));
    }
    Ok(histories)
}

/// 目視確認 that confirms, and those recorded before a sighting had a day and a way.
async fn sightings(
    tx: &mut Tx,
    permit: &Permit<actions::RunBackTest>,
    children: &[Id<Child>],
    since: Date,
) -> Result<HashMap<Id<Child>, Vec<Date>>> {
    let rows = sqlx::query!(
        r#"
        SELECT g.child_id AS "child!: Id<Child>", g.day AS "day!"
        FROM desk.sightings g WHERE g.ward_id = $1 AND g.child_id = ANY ($2) AND g.confirms AND g.day >= $3
        UNION
        SELECT w.child_id, (s.at AT TIME ZONE 'Asia/Tokyo')::date
        FROM watch.watches w
        JOIN desk.alerts a ON a.ward_id = w.ward_id AND a.watch_id = w.id
        JOIN desk.alert_steps s ON s.ward_id = a.ward_id AND s.alert_id = a.id AND s.event = 'acted' AND s.kind = 'seen'
        WHERE w.ward_id = $1 AND w.child_id = ANY ($2) AND (s.at AT TIME ZONE 'Asia/Tokyo')::date >= $3
          AND NOT EXISTS (SELECT FROM desk.sightings g WHERE g.ward_id = s.ward_id AND g.alert_id = s.alert_id AND g.revision = s.revision)
        "#,
        permit.ward().uuid(),
        &uuids(children),
        since.to_sqlx()
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(grouped(rows.into_iter().map(|row| (row.child, row.day.to_jiff()))))
}

/// What urgent reports said.
async fn urgent(
    tx: &mut Tx,
    permit: &Permit<actions::RunBackTest>,
    watches: &[Id<Watch>],
) -> Result<HashMap<Id<Watch>, Vec<(Date, Vec<Sign>)>>> {
    let rows = sqlx::query!(
        r#"SELECT watch_id AS "watch: Id<Watch>", day, triggers FROM watch.urgent_reports WHERE ward_id = $1 AND watch_id = ANY ($2)"#,
        permit.ward().uuid(),
        &uuids(watches)
    )
    .fetch_all(tx.conn())
    .await?;
    let said = |codes: &[String]| signs(&codes.iter().filter_map(|code| Trigger::from_code(code)).collect::<Vec<_>>());
    Ok(grouped(rows.into_iter().map(|row| (row.watch, (row.day.to_jiff(), said(&row.triggers))))))
}

/// What the siblings of each watch's child did, by day. What was reported of them was reported for an open day.
async fn siblings(
    tx: &mut Tx,
    permit: &Permit<actions::RunBackTest>,
    watches: &[Id<Watch>],
    taken: &Taken,
) -> Result<HashMap<Id<Watch>, BTreeMap<Date, Vec<SiblingDay>>>> {
    let rows = sqlx::query!(
        r#"
        SELECT r.watch_id AS "watch: Id<Watch>", d.day, d.mark
        FROM desk.requests r
        JOIN watch.watches w ON w.ward_id = r.ward_id AND w.id = r.watch_id
        JOIN desk.requests sr ON sr.ward_id = r.ward_id AND sr.sibling_group_id = r.sibling_group_id
        JOIN watch.watches sw ON sw.ward_id = sr.ward_id AND sw.id = sr.watch_id AND sw.child_id <> w.child_id
        JOIN watch.days d ON d.ward_id = sw.ward_id AND d.watch_id = sw.id AND d.day BETWEEN $3 AND $4
        WHERE r.ward_id = $1 AND r.watch_id = ANY ($2)
        "#,
        permit.ward().uuid(),
        &uuids(watches),
        taken.from.to_sqlx(),
        taken.until.to_sqlx()
    )
    .fetch_all(tx.conn())
    .await?;
    let mut found: HashMap<Id<Watch>, BTreeMap<Date, Vec<SiblingDay>>> = HashMap::new();
    for row in rows {
        let day = row.day.to_jiff();
        let reported = Some(Reported::of(&marks::from_json(row.mark)?, day));
        found.entry(row.watch).or_default().entry(day).or_default().push(SiblingDay { kind: DayKind::Open, reported });
    }
    Ok(found)
}

/// The alerts other rules really raised, by day.
async fn alerts(
    tx: &mut Tx,
    permit: &Permit<actions::RunBackTest>,
    watches: &[Id<Watch>],
    taken: &Taken,
) -> Result<HashMap<Id<Watch>, Vec<(Date, Severity)>>> {
    let rows = sqlx::query!(
        r#"
        SELECT watch_id AS "watch: Id<Watch>", (raised_at AT TIME ZONE 'Asia/Tokyo')::date AS "day!", severity
        FROM desk.alerts
        WHERE ward_id = $1 AND watch_id = ANY ($2) AND rule <> $3 AND (raised_at AT TIME ZONE 'Asia/Tokyo')::date >= $4
        "#,
        permit.ward().uuid(),
        &uuids(watches),
        taken.new.code.code(),
        taken.from.to_sqlx()
    )
    .fetch_all(tx.conn())
    .await?;
    let alerts = rows.into_iter().map(|row| {
        let severity = Severity::from_code(&row.severity).ok_or_else(|| unknown_code("severity", &row.severity))?;
        Ok((row.watch, (row.day.to_jiff(), severity)))
    });
    Ok(grouped(alerts.collect::<Result<Vec<_>>>()?))
}

/// The days on which the rule that is tried really raised an alert.
async fn recorded(
    tx: &mut Tx,
    permit: &Permit<actions::RunBackTest>,
    watches: &[Id<Watch>],
    taken: &Taken,
) -> Result<HashMap<Id<Watch>, Vec<Date>>> {
    let rows = sqlx::query!(
        r#"
        SELECT watch_id AS "watch: Id<Watch>", (raised_at AT TIME ZONE 'Asia/Tokyo')::date AS "day!"
        FROM desk.alerts
        WHERE ward_id = $1 AND watch_id = ANY ($2) AND rule = $3 AND (raised_at AT TIME ZONE 'Asia/Tokyo')::date BETWEEN $4 AND $5
        ORDER BY raised_at
        "#,
        permit.ward().uuid(),
        &uuids(watches),
        taken.new.code.code(),
        taken.from.to_sqlx(),
        taken.until.to_sqlx()
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(grouped(rows.into_iter().map(|row| (row.watch, row.day.to_jiff()))))
}

/// By key, in the order they came.
fn grouped<K: std::hash::Hash + Eq, V>(pairs: impl IntoIterator<Item = (K, V)>) -> HashMap<K, Vec<V>> {
    let mut groups: HashMap<K, Vec<V>> = HashMap::new();
    for (key, value) in pairs {
        groups.entry(key).or_default().push(value);
    }
    groups
}
