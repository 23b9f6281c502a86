//! Calls: which alerts must be told to somebody, all that decides to whom, and every hop as it was made.

use jiff::{Timestamp, ToSpan as _};
use jiff_sqlx::ToSqlx;
use uuid::Uuid;

use super::{Result, Tx, duty_rosters, notices::Told, sql::unknown_code};
use crate::{
    domain::{
        alert::{self, State, Warning},
        calendar::Office,
        calling::{Answerer, Calling, Cause, FRESH, Found, Reason, Rung, Situation, Station},
        clock,
        duty_roster::Turn,
        ids::{self, Alert, Id, Organization, Person},
        role::Role,
        rule::{Route, RuleCode, Severity},
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
        WHERE ward_id = $1 AND id = $2 AND state <> 'closed' FOR UPDATE SKIP LOCKED
        "#,
        actor.ward().uuid(),
        id.uuid(),
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|row| AlertFacts { ward: actor.ward(), id, office: row.office, facility: row.facility }))
}

/// The alert as it stands, who is there, and the office's business days.
pub async fn found(
    tx: &mut Tx,
    permit: &Permit<actions::RouteAlert>,
    place: Id<Organization>,
) -> Result<(Found, Situation, Office)> {
    let (now, today) = (tx.now(), tx.today());
    let row = sqlx::query!(
        r#"
        SELECT a.rule, a.severity, a.level, a.state, a.holder_id AS "holder: Id<Person>", a.raised_at
             , CASE WHEN a.state = 'taken' THEN a.holder_id ELSE r.assigned_to END AS "worker: Id<Person>"
             , ab.substitute_id AS "substitute?: Id<Person>", ab.id AS "absence?: Id<ids::Absence>", s.told AS warned, s.received_at AS "check_at?"
             , (SELECT n.route FROM desk.rules n WHERE n.ward_id = a.ward_id AND n.code = a.rule ORDER BY n.version DESC LIMIT 1) AS route
             , c.round AS "round?", c.called AS "called?", c.told AS "told?: Vec<Id<Person>>", c.severity_rank AS "rank?", c.next_at
             , c.level AS "told_level?", c.warned AS told_warned, c.check_at AS told_check, c.absence_id AS "told_absence: Id<ids::Absence>"
        FROM desk.alerts a
        JOIN desk.requests r ON r.ward_id = a.ward_id AND r.watch_id = a.watch_id
        LEFT JOIN desk.callings c ON c.ward_id = a.ward_id AND c.alert_id = a.id
        LEFT JOIN desk.safety_checks s ON s.ward_id = a.ward_id AND s.alert_id = a.id AND s.seen_at IS NULL
        LEFT JOIN LATERAL
            ( SELECT ab.id, ab.substitute_id FROM desk.absences ab
              WHERE ab.ward_id = a.ward_id AND ab.person_id = CASE WHEN a.state = 'taken' THEN a.holder_id ELSE r.assigned_to END
                AND ab.ended_at IS NULL AND $3 BETWEEN ab.from_on AND ab.until_on
              ORDER BY ab.substitute_id IS NULL, ab.entered_at DESC LIMIT 1 ) ab ON true
        WHERE a.ward_id = $1 AND a.id = $2
        "#,
        permit.ward().uuid(),
        permit.id().uuid(),
        today.to_sqlx(),
    )
    .fetch_one(tx.conn())
    .await?;
    let warning =
        |code: Option<String>| code.map(|code| Warning::from_code(&code).ok_or_else(|| unknown_code("warning", &code))).transpose();
    let calling = match (row.round, row.called, row.told, row.rank.zip(row.told_level)) {
        (Some(round), Some(called), Some(told), Some((rank, level))) => Some(Calling {
            round,
            called: called.iter().filter_map(|code| Station::from_code(code)).collect(),
            told,
            severity: ranked(rank),
            level: level.unsigned_abs(),
            warned: warning(row.told_warned)?,
            check_at: row.told_check.map(jiff_sqlx::Timestamp::to_jiff),
            absence: row.told_absence,
            next_at: row.next_at.map(jiff_sqlx::Timestamp::to_jiff),
        }),
        _ => None,
    };
    let found = Found {
        state: State::from_code(&row.state).ok_or_else(|| unknown_code("state", &row.state))?,
        severity: Severity::from_code(&row.severity).ok_or_else(|| unknown_code("severity", &row.severity))?,
        level: row.level.unsigned_abs(),
        route: route(row.route.as_deref(), &row.rule)?,
        holder: row.holder,
        raised_at: row.raised_at.to_jiff(),
        warned: warning(row.warned)?,
        check_at: row.check_at.map(jiff_sqlx::Timestamp::to_jiff),
        calling,
    };
    let from = today.checked_sub(1.day()).unwrap_or(today);
    let office = duty_rosters::office(tx, permit.ward(), from).await?;
    let turn = Turn::at(clock::in_japan(now));
    let roster = duty_rosters::in_force(tx, permit.ward(), place, turn.day).await?;
    let situation = Situation {
        worker: row.worker,
        substitute: row.substitute,
        absence: row.absence,
        on_duty: roster.on_duty(turn, &office),
        both: both(tx, permit, &row.rule).await?,
        answerers: answerers(tx, permit, place).await?,
        admins: admins(tx, permit).await?,
    };
    Ok((found, situation, office))
}

/// Who has the request of the alert, and who has the one it continues, at the facility before or at what was merged into this one.
async fn both(tx: &mut Tx, permit: &Permit<actions::RouteAlert>, rule: &str) -> Result<Vec<Id<Person>>> {
    if !RuleCode::from_code(rule).is_some_and(RuleCode::is_of_both_requests) {
        return Ok(Vec::new());
    }
    sqlx::query_scalar!(
        r#"
        SELECT DISTINCT had.assigned_to AS "person!: Id<Person>"
        FROM desk.alerts a
        JOIN desk.requests r ON r.ward_id = a.ward_id AND r.watch_id = a.watch_id
        LEFT JOIN desk.requests merged ON merged.ward_id = r.ward_id AND merged.watch_id = r.carried_from
        JOIN desk.requests had ON had.ward_id = r.ward_id AND had.watch_id IN (r.watch_id, r.continues, merged.continues)
        WHERE a.ward_id = $1 AND a.id = $2 AND had.assigned_to IS NOT NULL
        ORDER BY 1
        "#,
        permit.ward().uuid(),
        permit.id().uuid(),
    )
    .fetch_all(tx.conn())
    .await
}

/// As the ward has set the rule; what no rule finds is told as the program says.
fn route(stored: Option<&str>, rule: &str) -> Result<Route> {
    match stored {
        Some(code) => Route::from_code(code).ok_or_else(|| unknown_code("route", code)),
        None => Ok(RuleCode::from_code(rule).map_or(Route::Ladder, RuleCode::route)),
    }
}

/// `severity_rank` counts from the gravest.
fn ranked(rank: i16) -> Severity {
    match rank {
        1 => Severity::Urgent,
        2 => Severity::Warning,
        3 => Severity::Caution,
        _ => Severity::Notice,
    }
}

const fn rank(severity: Severity) -> i16 {
    match severity {
        Severity::Urgent => 1,
        Severity::Warning => 2,
        Severity::Caution => 3,
        Severity::Notice => 4,
    }
}

async fn answerers(tx: &mut Tx, permit: &Permit<actions::RouteAlert>, place: Id<Organization>) -> Result<Vec<Answerer>> {
    let rows = sqlx::query!(
        r#"
        SELECT n.person_id AS "id!: Id<Person>", n.role AS "role!", n.height AS "height!"
             , EXISTS ( SELECT FROM desk.absences ab WHERE ab.ward_id = $1 AND ab.person_id = n.person_id AND ab.ended_at IS NULL
                          AND $3 BETWEEN ab.from_on AND ab.until_on ) AS "away!"
        FROM desk.answerers($1, $2, $3) n ORDER BY n.height, n.person_id
        "#,
        permit.ward().uuid(),
        place.uuid(),
        tx.today().to_sqlx(),
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|row| {
            let role = Role::from_code(&row.role).ok_or_else(|| unknown_code("role", &row.role))?;
            Ok(Answerer { id: row.id, role, height: row.height.unsigned_abs(), away: row.away })
        })
        .collect()
}

async fn admins(tx: &mut Tx, permit: &Permit<actions::RouteAlert>) -> Result<Vec<Id<Person>>> {
    sqlx::query_scalar!(
        r#"
        SELECT DISTINCT p.id AS "id: Id<Person>" FROM hub.people p
        JOIN hub.memberships m ON m.ward_id = p.ward_id AND m.person_id = p.id AND m.role = 'ward_admin' AND m.suspended_at IS NULL
            AND m.from_on <= $2 AND (m.until_on IS NULL OR m.until_on >= $2)
        WHERE p.ward_id = $1 AND p.status = 'active' ORDER BY p.id
        "#,
        permit.ward().uuid(),
        tx.today().to_sqlx(),
    )
    .fetch_all(tx.conn())
    .await
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

/// What became of the mail and the pushes of a hop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivery {
    /// In the open page only, by choice.
    Page,
    Waiting,
    Sent,
    Failed,
}

/// A hop as the page of the alert shows it.
#[derive(Debug, Clone)]
pub struct Shown {
    pub at: Timestamp,
    pub cause: Cause,
    pub station: Station,
    pub reason: Reason,
    pub name: Option<String>,
    /// `None`: passed over.
    pub delivery: Option<Delivery>,
}

/// Every hop of the alert, oldest first.
pub async fn hops(tx: &mut Tx, permit: &Permit<actions::ReadAlert>) -> Result<Vec<Shown>> {
    let rows = sqlx::query!(
        r#"
        SELECT h.at, h.cause, h.station, h.reason, h.told, p.display_name AS "name?"
             , m.state AS "mail?", ARRAY(SELECT u.state FROM hub.pushes u WHERE u.ward_id = h.ward_id AND u.id = ANY (h.pushes)) AS "pushes!: Vec<String>"
        FROM desk.hops h
        LEFT JOIN hub.people p ON p.ward_id = h.ward_id AND p.id = h.person_id
        LEFT JOIN hub.mails m ON m.ward_id = h.ward_id AND m.id = h.mail_id
        WHERE h.ward_id = $1 AND h.alert_id = $2 ORDER BY h.number
        "#,
        permit.ward().uuid(),
        permit.id().uuid(),
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|row| {
            let states: Vec<&str> = row.mail.iter().chain(&row.pushes).map(String::as_str).collect();
            Ok(Shown {
                at: row.at.to_jiff(),
                cause: Cause::from_code(&row.cause).ok_or_else(|| unknown_code("cause", &row.cause))?,
                station: Station::from_code(&row.station).ok_or_else(|| unknown_code("station", &row.station))?,
                reason: Reason::from_code(&row.reason).ok_or_else(|| unknown_code("reason", &row.reason))?,
                name: row.name,
                delivery: row.told.then(|| delivery(&states)),
            })
        })
        .collect()
}

/// One way that worked is enough; all that failed is a failure.
fn delivery(states: &[&str]) -> Delivery {
    if states.is_empty() {
        Delivery::Page
    } else if states.contains(&"sent") {
        Delivery::Sent
    } else if states.contains(&"waiting") {
        Delivery::Waiting
    } else {
        Delivery::Failed
    }
}
