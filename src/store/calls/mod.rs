//! Calls: which alerts must be told to somebody, all that decides to whom, and every hop as it was made.

mod found;
mod shown;

use jiff_sqlx::ToSqlx;
use uuid::Uuid;

pub use self::{
    found::found,
    shown::{Delivery, Shown, hops},
};
use super::{Result, Tx, notices::Told};
use crate::{
    domain::{
        alert::{self, Warning},
        calendar::Office,
        calling::{Calling, Cause, FRESH, Rung},
        ids::{Alert, Id, Organization, Person},
        rule::{RuleCode, Severity},
    },
    gate::{Actor, AlertFacts, Permit, actions},
};

/// So many at a look; the gravest first.
const ROUND: i64 = 200;

/// The alerts of the ward that wait for a call, with their offices. A guess: it is judged again under the lock of each.
pub async fn waiting(tx: &mut Tx, actor: &Actor) -> Result<Vec<(Id<Alert>, Id<Organization>)>> {
    let of_both: Vec<String> =
        RuleCode::ALL.iter().filter(|rule| rule.is_of_both_requests()).map(|rule| rule.code().to_owned()).collect();
    let rows = sqlx::query!(
        r#"
        WITH open AS MATERIALIZED
            ( SELECT a.id, a.office_id, a.rule, a.state, a.holder_id, a.severity_rank, a.level, a.raised_at, s.told AS warned, s.received_at AS check_at
                   , c.alert_id AS called, c.told, c.next_at, c.severity_rank AS told_rank, c.level AS told_level, c.warned AS told_warned
                   , c.check_at AS told_check, c.absence_id AS told_absence
              FROM desk.alerts a
              LEFT JOIN desk.callings c ON c.ward_id = a.ward_id AND c.alert_id = a.id
              LEFT JOIN desk.safety_checks s ON s.ward_id = a.ward_id AND s.alert_id = a.id AND s.seen_at IS NULL
              WHERE a.ward_id = $1 AND a.state <> 'closed' )
           , answerers AS MATERIALIZED
            ( SELECT o.office_id, n.person_id FROM (SELECT DISTINCT office_id FROM open) o, LATERAL desk.answerers($1, o.office_id, $3) n )
        SELECT o.id AS "id!: Id<Alert>", o.office_id AS "office!: Id<Organization>" FROM open o
        WHERE o.severity_rank < o.told_rank OR o.level > o.told_level
           OR o.warned IS NOT NULL AND (o.warned, o.check_at) IS DISTINCT FROM (o.told_warned, o.told_check)
           OR CASE o.state
                WHEN 'taken' THEN NOT EXISTS (SELECT FROM answerers n WHERE n.office_id = o.office_id AND n.person_id = o.holder_id)
                  OR o.called IS NULL AND o.raised_at > $5 AND ( o.rule = ANY ($6) OR coalesce
                       ( (SELECT r.route FROM desk.rules r WHERE r.ward_id = $1 AND r.code = o.rule ORDER BY r.version DESC LIMIT 1)
                       , 'all_at_once' ) <> 'ladder' )
                  OR coalesce
                       ( ( SELECT ab.id FROM desk.absences ab
                           WHERE ab.ward_id = $1 AND ab.person_id = o.holder_id AND ab.ended_at IS NULL AND $3 BETWEEN ab.from_on AND ab.until_on
                           ORDER BY ab.substitute_id IS NULL, ab.entered_at DESC LIMIT 1 )
                       , o.told_absence ) IS DISTINCT FROM o.told_absence
                ELSE o.called IS NULL OR o.next_at <= $2
                  OR o.told <> '{}' AND NOT EXISTS (SELECT FROM answerers n WHERE n.office_id = o.office_id AND n.person_id = ANY (o.told))
              END
        ORDER BY o.severity_rank, o.raised_at, o.id LIMIT $4
        "#,
        actor.ward().uuid(),
        tx.now().to_sqlx(),
        tx.today().to_sqlx(),
        ROUND,
        (tx.now() - FRESH).to_sqlx(),
        &of_both,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.office)).collect())
}

/// The alert, locked until the transaction ends; `None` when it is closed, or somebody has it locked right now: a person who
/// takes it, or another node that calls.
pub async fn facts(tx: &mut Tx, actor: &Actor, id: Id<Alert>) -> Result<Option<AlertFacts>> {
    let row = sqlx::query!(
        r#"
        SELECT office_id AS "office: Id<Organization>", facility_id AS "facility: Id<Organization>" FROM desk.alerts
        WHERE ward_id = $1 AND id = $2 AND state <> 'closed' FOR NO KEY UPDATE SKIP LOCKED
        "#,
        actor.ward().uuid(),
        id.uuid(),
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|row| AlertFacts { ward: actor.ward(), id, office: row.office, facility: row.facility }))
}

/// An alert whose holder left is open again, with a new deadline and news of it; what they had put aside is not aside any more.
pub async fn reopen(tx: &mut Tx, permit: &Permit<actions::RouteAlert>, severity: Severity, office: &Office) -> Result<()> {
    let now = tx.now();
    sqlx::query!(
        r#"
        WITH opened AS
            ( UPDATE desk.alerts SET state = 'open', holder_id = NULL, snoozed_until = NULL, revision = revision + 1, due_at = $4
              WHERE ward_id = $1 AND id = $2 AND state = 'taken' RETURNING office_id, severity, revision )
           , stepped AS
            ( INSERT INTO desk.alert_steps (ward_id, alert_id, revision, event, at) SELECT $1, $2, revision, 'returned', $3 FROM opened )
        INSERT INTO desk.events (ward_id, at, office_id, alert_id, kind, severity) SELECT $1, $3, office_id, $2, 'raised', severity FROM opened
        "#,
        permit.ward().uuid(),
        permit.id().uuid(),
        now.to_sqlx(),
        alert::due(severity, now, office).to_sqlx(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Somebody of a rung, told with these, or passed over.
#[derive(Debug)]
pub struct Line<'a> {
    pub rung: &'a Rung,
    pub person: Option<Id<Person>>,
    pub told: Option<Told>,
}

/// Writes down the hop, line by line, and how far the calls have come with it.
pub async fn record(
    tx: &mut Tx,
    permit: &Permit<actions::RouteAlert>,
    cause: Cause,
    lines: &[Line<'_>],
    calling: &Calling,
) -> Result<()> {
    let (ward, id, now) = (permit.ward().uuid(), permit.id().uuid(), tx.now().to_sqlx());
    for line in lines {
        let pushes: Vec<Uuid> = line.told.iter().flat_map(|told| told.pushes.iter().map(|push| push.uuid())).collect();
        sqlx::query!(
            r#"
            INSERT INTO desk.hops (ward_id, alert_id, number, round, at, cause, station, reason, person_id, told, mail_id, pushes)
            SELECT $1, $2, 1 + coalesce(max(number), 0), $3, $4, $5, $6, $7, $8, $9, $10, $11
            FROM desk.hops WHERE ward_id = $1 AND alert_id = $2
            "#,
            ward,
            id,
            calling.round,
            now,
            cause.code(),
            line.rung.station.code(),
            line.rung.reason.code(),
            line.person.map(Id::uuid),
            line.told.is_some(),
            line.told.as_ref().and_then(|told| told.mail).map(Id::uuid),
            &pushes,
        )
        .execute(tx.conn())
        .await?;
    }
    let called: Vec<String> = calling.called.iter().map(|station| station.code().to_owned()).collect();
    let told: Vec<Uuid> = calling.told.iter().map(|person| person.uuid()).collect();
    sqlx::query!(
        r#"
        INSERT INTO desk.callings (ward_id, alert_id, round, called, told, severity_rank, level, warned, absence_id, next_at, check_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
        ON CONFLICT (ward_id, alert_id) DO UPDATE SET
            round = $3, called = $4, told = $5, severity_rank = $6, level = $7, warned = $8, absence_id = $9, next_at = $10
          , check_at = $11
        "#,
        ward,
        id,
        calling.round,
        &called,
        &told,
        rank(calling.severity),
        i32::try_from(calling.level).unwrap_or(i32::MAX),
        calling.warned.map(Warning::code),
        calling.absence.map(Id::uuid),
        calling.next_at.map(ToSqlx::to_sqlx),
        calling.check_at.map(ToSqlx::to_sqlx),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// `severity_rank` counts from the gravest.
const fn rank(severity: Severity) -> i16 {
    match severity {
        Severity::Urgent => 1,
        Severity::Warning => 2,
        Severity::Caution => 3,
        Severity::Notice => 4,
    }
}
