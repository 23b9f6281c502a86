//! Alerts as the office works with them: found, listed, shown, and changed one step at a time.

mod care;
mod inbox;
mod inquiries;
mod months;
mod remarks;
mod replies;
mod shown;
mod sightings;
mod steps;
mod strips;
mod sweep;

pub(super) use self::care::Stored;
pub use self::{
    care::{hours as check_hours, of as care},
    inbox::{Counts, Filter, Group, Line, View, counts, districts, facilities, inbox},
    inquiries::{Earlier, Relative, ask, earlier, relatives},
    months::{Days, days},
    remarks::{Remark, remarks},
    replies::reply_shown,
    shown::{Entry, Evidence, Shown, ShowsAlert, history, shown},
    sightings::{Seen, answers},
    steps::{act, can_answer, candidates, close, hand_on, notify, plan_visit, reply, see, snooze, take},
    strips::{DayLooked, STRIP_DAYS, Strips},
    sweep::{Swept, due, sweep},
};

use jiff_sqlx::{Date, Timestamp};

use super::{Read, Result, Tx, sql::unknown_code, sql::uuids};
use crate::{
    domain::{
        alert::{Alert, Condition, Outcome, State},
        ids::{self, Id, Organization, Person, Watch},
        rule::{RuleCode, Severity},
    },
    gate::{Actor, AlertFacts, Permit, Scope, Side, actions},
};

/// What the gate must know of an alert; `None` when it is not inside the fence.
pub async fn facts(tx: &mut Tx, actor: &Actor, id: Id<ids::Alert>) -> Result<Option<AlertFacts>> {
    if !reaches_desk(actor) {
        return Ok(None);
    }
    let row = sqlx::query!(
        r#"SELECT office_id AS "office: Id<Organization>", facility_id AS "facility: Id<Organization>" FROM desk.alerts WHERE ward_id = $1 AND id = $2"#,
        actor.ward().uuid(),
        id.uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|row| AlertFacts { ward: actor.ward(), id, office: row.office, facility: row.facility }))
}

/// The same, with the row locked until the transaction ends: for whoever is about to change it. What is only written about it, as the
/// check that another alert's sighting starts, need not wait.
pub async fn facts_for_change(tx: &mut Tx, actor: &Actor, id: Id<ids::Alert>) -> Result<Option<AlertFacts>> {
    if !reaches_desk(actor) {
        return Ok(None);
    }
    let row = sqlx::query!(
        r#"SELECT office_id AS "office: Id<Organization>", facility_id AS "facility: Id<Organization>" FROM desk.alerts WHERE ward_id = $1 AND id = $2 FOR NO KEY UPDATE"#,
        actor.ward().uuid(),
        id.uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|row| AlertFacts { ward: actor.ward(), id, office: row.office, facility: row.facility }))
}

/// The roles of the other sides have no right to this table at all; for them an alert is not there, rather than an error.
fn reaches_desk(actor: &Actor) -> bool {
    actor.side() == Some(Side::Office)
}

/// How many alerts nobody has taken yet.
pub async fn open_count(tx: &mut Tx, scope: &Scope<actions::ListAlerts>) -> Result<i64> {
    sqlx::query_scalar!(
        r#"SELECT count(*) AS "count!" FROM desk.alerts WHERE ward_id = $1 AND office_id = ANY ($2) AND state = 'open'"#,
        scope.ward().uuid(),
        &uuids(scope.organizations())
    )
    .fetch_one(tx.conn())
    .await
}

/// What a listening browser may be told: how many are open, and the newest of them.
#[derive(Debug, Clone, Copy)]
pub struct Heard {
    pub open: i64,
    pub newest: Option<Id<ids::Alert>>,
}

pub async fn heard(read: &mut Read, scope: &Scope<actions::ReceiveAlerts>) -> Result<Heard> {
    sqlx::query_as!(
        Heard,
        r#"
        SELECT count(*) AS "open!", (array_agg(id ORDER BY raised_at DESC, id))[1] AS "newest: Id<ids::Alert>"
        FROM desk.alerts WHERE ward_id = $1 AND office_id = ANY ($2) AND state = 'open'
        "#,
        scope.ward().uuid(),
        &uuids(scope.organizations())
    )
    .fetch_one(read.conn())
    .await
}

/// An alert as its row has it.
#[derive(Debug)]
struct Row {
    id: Id<ids::Alert>,
    watch: Id<Watch>,
    rule: String,
    severity: String,
    level: i32,
    count: i32,
    as_of: Date,
    condition: String,
    state: String,
    holder: Option<Id<Person>>,
    raised_at: Timestamp,
    due_at: Timestamp,
    outcome: Option<String>,
    revision: i64,
}

impl TryFrom<Row> for Alert {
    type Error = super::Error;

    fn try_from(row: Row) -> Result<Self> {
        let outcome = row.outcome.map(|code| Outcome::from_code(&code).ok_or_else(|| unknown_code("outcome", &code)));
        Ok(Self {
            id: row.id,
            watch: row.watch,
            rule: RuleCode::from_code(&row.rule).ok_or_else(|| unknown_code("rule", &row.rule))?,
            severity: Severity::from_code(&row.severity).ok_or_else(|| unknown_code("severity", &row.severity))?,
            level: row.level.unsigned_abs(),
            count: row.count.unsigned_abs(),
            as_of: row.as_of.to_jiff(),
            condition: Condition::from_code(&row.condition).ok_or_else(|| unknown_code("condition", &row.condition))?,
            state: State::from_code(&row.state).ok_or_else(|| unknown_code("state", &row.state))?,
            holder: row.holder,
            raised_at: row.raised_at.to_jiff(),
            due_at: row.due_at.to_jiff(),
            outcome: outcome.transpose()?,
            revision: row.revision,
        })
    }
}

/// The alert the permit is for.
async fn alert<A: actions::Action<On = AlertFacts>>(tx: &mut Tx, permit: &Permit<A>) -> Result<Alert> {
    sqlx::query_as!(
        Row,
        r#"
        SELECT id AS "id: Id<ids::Alert>", watch_id AS "watch: Id<Watch>", rule, severity, level, count, as_of, condition, state
             , holder_id AS "holder: Id<Person>", raised_at, due_at, outcome, revision
        FROM desk.alerts WHERE ward_id = $1 AND id = $2
        "#,
        permit.ward().uuid(),
        permit.id().uuid()
    )
    .fetch_one(tx.conn())
    .await?
    .try_into()
}
