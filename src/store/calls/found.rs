//! All that decides whom an alert is told to, and when.

use jiff::ToSpan as _;
use jiff_sqlx::ToSqlx;

use crate::{
    domain::{
        alert::{State, Warning},
        calendar::Office,
        calling::{Answerer, Calling, Found, Situation, Station},
        clock,
        duty_roster::Turn,
        ids::{self, Id, Organization, Person},
        role::Role,
        rule::{Route, RuleCode, Severity},
    },
    gate::{Permit, actions},
    store::{Result, Tx, duty_rosters, rules, sql::unknown_code},
};

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
             , CASE WHEN a.state = 'taken' THEN a.holder_id ELSE n.worker END AS "worker: Id<Person>"
             , ab.substitute_id AS "substitute?: Id<Person>", ab.id AS "absence?: Id<ids::Absence>", s.told AS warned, s.received_at AS "check_at?"
             , (SELECT u.route FROM desk.rules u WHERE u.ward_id = a.ward_id AND u.code = a.rule ORDER BY u.version DESC LIMIT 1) AS route
             , c.round AS "round?", c.called AS "called?", c.told AS "told?: Vec<Id<Person>>", c.severity_rank AS "rank?", c.next_at
             , c.level AS "told_level?", c.warned AS told_warned, c.check_at AS told_check, c.absence_id AS "told_absence: Id<ids::Absence>"
        FROM desk.alerts a
        CROSS JOIN desk.worker_of(a.ward_id, a.watch_id, $3) AS n (worker)
        LEFT JOIN desk.callings c ON c.ward_id = a.ward_id AND c.alert_id = a.id
        LEFT JOIN desk.safety_checks s ON s.ward_id = a.ward_id AND s.alert_id = a.id AND s.seen_at IS NULL
        LEFT JOIN LATERAL
            ( SELECT ab.id, ab.substitute_id FROM desk.absences ab
              WHERE ab.ward_id = a.ward_id AND ab.person_id = CASE WHEN a.state = 'taken' THEN a.holder_id ELSE n.worker END
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
        clocks: rules::clocks(tx, permit).await?,
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
