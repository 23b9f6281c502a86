//! The clock's duties: which facilities a time of the day has passed for, and that they were looked after.

use jiff::civil::Date;
use jiff_sqlx::ToSqlx;

use super::{Db, Result, Tx, calendars::stored_times, organizations};
use crate::{
    domain::{
        coded::coded,
        ids::{Id, Organization, Ward, Watch},
        times::Times,
    },
    gate::{Actor, OrganizationFacts, Permit, actions},
};

coded! {
    /// A time of the day that has passed.
    pub enum Passed {
        /// Late for a child of rank A.
        Early = "early",
        /// `facility_cutoff`
        Cutoff = "cutoff",
        /// `worker_notice`
        WorkerNotice = "worker_notice",
        /// The day is over: nothing more is expected, and corrections need a reason.
        Night = "night",
    }
}

/// The wards a duty walks through.
pub async fn wards(db: &Db) -> Result<Vec<Id<Ward>>> {
    let mut tx = db.all_wards().await?;
    let rows =
        sqlx::query_scalar!(r#"SELECT ward_id AS "ward_id!: Id<Ward>" FROM hub.wards_on_duty()"#).fetch_all(&mut *tx).await?;
    tx.commit().await?;
    Ok(rows)
}

/// A facility of the ward, its times, and what was done for it today.
#[derive(Debug)]
pub struct Facility {
    pub id: Id<Organization>,
    pub times: Times,
    pub done: Vec<Passed>,
    /// The hub was on duty yesterday, and was stopped before the night.
    pub night_missed: bool,
    /// It reports daily; without that no report of a day is missing.
    pub sends_sheets: bool,
    /// A child of rank A is among those asked about.
    pub has_strict: bool,
}

/// Every facility with a request in force, for a duty of the ward, whatever opening day is written down of it: no request is made for a
/// day before, so what the day could hide is only a child somebody asks about. Reads no child.
pub async fn facilities(tx: &mut Tx, actor: &Actor) -> Result<Vec<Facility>> {
    let today = tx.today();
    let rows = sqlx::query!(
        r#"
        SELECT o.id AS "id: Id<Organization>", o.facility_cutoff, o.worker_notice, o.free_correction_until, o.reporting <> 'monthly' AS "sends_sheets!"
             , EXISTS ( SELECT FROM watch.watches w JOIN desk.requests r ON r.ward_id = w.ward_id AND r.watch_id = w.id
                        WHERE w.ward_id = o.ward_id AND w.facility_id = o.id AND r.strictness = 'strict'
                          AND w.from_on <= $2 AND (w.until_on IS NULL OR w.until_on >= $2) ) AS "has_strict!"
             , coalesce(array_agg(s.phase) FILTER (WHERE s.day = $2::date), '{}') AS "done!"
             , coalesce(bool_or(s.day = $2::date - 1) AND NOT bool_or(s.day = $2::date - 1 AND s.phase = 'night'), false) AS "night_missed!"
        FROM hub.organizations o
        LEFT JOIN desk.sweeps s ON s.ward_id = o.ward_id AND s.facility_id = o.id AND s.day BETWEEN $2::date - 1 AND $2::date
        WHERE o.ward_id = $1
          AND EXISTS (SELECT FROM watch.watches w WHERE w.ward_id = o.ward_id AND w.facility_id = o.id AND w.from_on <= $2 AND (w.until_on IS NULL OR w.until_on >= $2))
        GROUP BY o.ward_id, o.id
        ORDER BY o.id
        "#,
        actor.ward().uuid(),
        today.to_sqlx()
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Facility {
            id: row.id,
            times: stored_times(row.facility_cutoff, row.worker_notice, row.free_correction_until),
            night_missed: row.night_missed,
            sends_sheets: row.sends_sheets,
            has_strict: row.has_strict,
            done: row.done.iter().filter_map(|phase| Passed::from_code(phase)).collect(),
        })
        .collect())
}

/// The facts of the facility a clock duty looks after.
pub async fn facts(tx: &mut Tx, actor: &Actor) -> Result<Option<OrganizationFacts>> {
    match actor.organization() {
        Some(facility) => organizations::facts(tx, actor, facility).await,
        None => Ok(None),
    }
}

/// The watches in force at the facility for which nothing was reported on `day`; of rank A alone, or all.
pub async fn unreported(
    tx: &mut Tx,
    permit: &Permit<actions::SweepFacility>,
    day: Date,
    strict_alone: bool,
) -> Result<Vec<Id<Watch>>> {
    sqlx::query_scalar!(
        r#"
        SELECT w.id AS "id: Id<Watch>" FROM watch.watches w
        WHERE w.ward_id = $1 AND w.facility_id = $2 AND w.from_on <= $3 AND (w.until_on IS NULL OR w.until_on >= $3)
          AND NOT EXISTS (SELECT FROM watch.days d WHERE d.ward_id = w.ward_id AND d.watch_id = w.id AND d.day = $3)
          AND (NOT $4 OR EXISTS (SELECT FROM desk.requests r WHERE r.ward_id = w.ward_id AND r.watch_id = w.id AND r.strictness = 'strict'))
        ORDER BY w.id
        "#,
        permit.ward().uuid(),
        permit.id().uuid(),
        day.to_sqlx(),
        strict_alone
    )
    .fetch_all(tx.conn())
    .await
}

/// The watches at the facility in force on `day`.
pub async fn in_force(tx: &mut Tx, permit: &Permit<actions::SweepFacility>, day: Date) -> Result<Vec<Id<Watch>>> {
    sqlx::query_scalar!(
        r#"
        SELECT w.id AS "id: Id<Watch>" FROM watch.watches w
        WHERE w.ward_id = $1 AND w.facility_id = $2 AND w.from_on <= $3 AND (w.until_on IS NULL OR w.until_on >= $3)
        ORDER BY w.id
        "#,
        permit.ward().uuid(),
        permit.id().uuid(),
        day.to_sqlx()
    )
    .fetch_all(tx.conn())
    .await
}

/// The watches in force, by facility, whose caseworker cannot answer for their office any more, be it that they left or went to another
/// office, and of whom no alert says so yet today, be it from
/// a facility before. Whom nobody was
/// given to is no news before the night: a request is often made first and assigned later.
pub async fn forsaken(tx: &mut Tx, actor: &Actor) -> Result<Vec<(Id<Organization>, Vec<Id<Watch>>)>> {
    let rows = sqlx::query!(
        r#"
        WITH answerers AS MATERIALIZED
            ( SELECT o.office_id, n.person_id
              FROM (SELECT DISTINCT r.office_id FROM desk.requests r WHERE r.ward_id = $1 AND r.assigned_to IS NOT NULL) o
              CROSS JOIN LATERAL desk.answerers($1, o.office_id, $2) n )
        SELECT w.facility_id AS "facility: Id<Organization>", array_agg(w.id) AS "watches!: Vec<Id<Watch>>"
        FROM desk.requests r
        JOIN watch.watches w ON w.ward_id = r.ward_id AND w.id = r.watch_id
        WHERE r.ward_id = $1 AND r.assigned_to IS NOT NULL AND w.from_on <= $2 AND (w.until_on IS NULL OR w.until_on >= $2)
          AND NOT EXISTS (SELECT FROM answerers n WHERE n.office_id = r.office_id AND n.person_id = r.assigned_to)
          AND NOT EXISTS
            ( SELECT FROM watch.watches stay JOIN desk.alerts a ON a.ward_id = stay.ward_id AND a.watch_id = stay.id AND a.office_id = r.office_id
              WHERE stay.ward_id = w.ward_id AND stay.child_id = w.child_id AND a.rule = 'K8' AND (a.state <> 'closed' AND a.condition = 'met' OR a.as_of >= $2) )
          AND (SELECT n.enabled FROM desk.rules n WHERE n.ward_id = $1 AND n.code = 'K8' ORDER BY n.version DESC LIMIT 1)
        GROUP BY w.facility_id
        "#,
        actor.ward().uuid(),
        tx.today().to_sqlx()
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|row| (row.facility, row.watches)).collect())
}

/// Writes down that the duty was done; `false` when another node was quicker, and the transaction should be dropped.
pub async fn done(tx: &mut Tx, permit: &Permit<actions::SweepFacility>, day: Date, passed: Passed) -> Result<bool> {
    let written = sqlx::query!(
        "INSERT INTO desk.sweeps (ward_id, facility_id, day, phase, done_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
        permit.ward().uuid(),
        permit.id().uuid(),
        day.to_sqlx(),
        passed.code(),
        tx.now().to_sqlx()
    )
    .execute(tx.conn())
    .await?;
    Ok(written.rows_affected() == 1)
}
