//! What the clock does to alerts: it ends rests that are over, and tells everybody whose child nobody has seen yet.

use jiff_sqlx::{Date, Timestamp, ToSqlx};

use super::{
    Row,
    care::Stored,
    steps::{On, write},
};
use crate::{
    domain::{
        alert::{Alert, Care, Warning},
        ids::{self, Id, Organization, Person, Watch},
        rule::Strictness,
    },
    gate::{Actor, Permit, actions},
    store::{Result, Tx, sql::unknown_code},
};

/// The facilities of a ward about which an alert is due for something, for a duty of the ward. Reads no child.
pub async fn due(tx: &mut Tx, actor: &Actor) -> Result<Vec<Id<Organization>>> {
    let now = tx.now().to_sqlx();
    sqlx::query_scalar!(
        r#"
        SELECT DISTINCT a.facility_id AS "facility!: Id<Organization>"
        FROM desk.alerts a
        JOIN desk.requests r ON r.ward_id = a.ward_id AND r.watch_id = a.watch_id
        LEFT JOIN desk.safety_checks c ON c.ward_id = a.ward_id AND c.alert_id = a.id AND c.seen_at IS NULL
        WHERE a.ward_id = $1 AND a.state <> 'closed'
          AND ( a.snoozed_until <= $2
             OR ( c.told IS NULL
              AND c.received_at + make_interval(hours => CASE r.strictness WHEN 'strict' THEN c.hours[1] ELSE c.hours[2] END) <= $2 )
             OR (c.told = 'check_12' AND c.received_at + make_interval(hours => c.hours[2]) <= $2)
             OR (c.told = 'check_24' AND c.received_at + make_interval(hours => c.hours[3]) <= $2)
             OR (c.told = 'check_40' AND c.due_at <= $2) )
        ORDER BY 1
        "#,
        actor.ward().uuid(),
        now,
    )
    .fetch_all(tx.conn())
    .await
}

/// How many alerts came back, and how many warnings were given.
#[derive(Debug, Clone, Copy, Default)]
pub struct Swept {
    pub woken: usize,
    pub warned: usize,
}

struct Due {
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
    visit_at: Option<Timestamp>,
    snoozed_until: Option<Timestamp>,
    cause: Option<String>,
    received_at: Option<Timestamp>,
    check_due_at: Option<Timestamp>,
    hours: Option<Vec<i32>>,
    version: Option<i32>,
    told: Option<String>,
    seen_at: Option<Timestamp>,
    strictness: String,
}

/// Does what is due for the alerts of the facility the duty looks after. The rows are locked first: what another node has done
/// meanwhile is found done.
pub async fn sweep(tx: &mut Tx, permit: &Permit<actions::SweepFacility>) -> Result<Swept> {
    let now = tx.now();
    let mut swept = Swept::default();
    for due in locked(tx, permit).await? {
        let (mut alert, mut care, strictness) = due.read()?;
        let on = On { ward: permit.ward(), alert: alert.id, by: None };
        if let Some(step) = alert.wake(&care, now) {
            care = care.after(&step.event);
            write(tx, on, &step, &care).await?;
            alert = step.alert;
            swept.woken += 1;
        }
        if let Some((step, warning)) = alert.warn(&care, strictness, now) {
            write(tx, on, &step, &care).await?;
            told(tx, on, warning).await?;
            swept.warned += 1;
        }
    }
    Ok(swept)
}

/// Locked first and read afterwards: what a node that held them has done is seen then, its warnings too.
async fn locked(tx: &mut Tx, permit: &Permit<actions::SweepFacility>) -> Result<Vec<Due>> {
    let ids = sqlx::query_scalar!(
        r#"
        SELECT a.id
        FROM desk.alerts a
        JOIN desk.requests r ON r.ward_id = a.ward_id AND r.watch_id = a.watch_id
        LEFT JOIN desk.safety_checks c ON c.ward_id = a.ward_id AND c.alert_id = a.id AND c.seen_at IS NULL
        WHERE a.ward_id = $1 AND a.facility_id = $2 AND a.state <> 'closed'
          AND ( a.snoozed_until <= $3
             OR ( c.told IS DISTINCT FROM 'check_48'
              AND c.received_at + make_interval(hours => CASE r.strictness WHEN 'strict' THEN c.hours[1] ELSE c.hours[2] END) <= $3 ) )
        ORDER BY a.id FOR NO KEY UPDATE OF a
        "#,
        permit.ward().uuid(),
        permit.id().uuid(),
        tx.now().to_sqlx(),
    )
    .fetch_all(tx.conn())
    .await?;
    sqlx::query_as!(
        Due,
        r#"
        SELECT a.id AS "id: Id<ids::Alert>", a.watch_id AS "watch: Id<Watch>", a.rule, a.severity, a.level, a.count, a.as_of, a.condition, a.state
             , a.holder_id AS "holder: Id<Person>", a.raised_at, a.due_at, a.outcome, a.revision, a.visit_at, a.snoozed_until
             , c.cause AS "cause?", c.received_at AS "received_at?", c.due_at AS "check_due_at?", c.hours AS "hours?"
             , c.rule_version AS "version?", c.told, c.seen_at, r.strictness
        FROM desk.alerts a
        JOIN desk.requests r ON r.ward_id = a.ward_id AND r.watch_id = a.watch_id
        LEFT JOIN desk.safety_checks c ON c.ward_id = a.ward_id AND c.alert_id = a.id AND c.seen_at IS NULL
        WHERE a.ward_id = $1 AND a.id = ANY ($2) AND a.state <> 'closed'
        ORDER BY a.id
        "#,
        permit.ward().uuid(),
        &ids,
    )
    .fetch_all(tx.conn())
    .await
}

async fn told(tx: &mut Tx, on: On, warning: Warning) -> Result<()> {
    sqlx::query!(
        "UPDATE desk.safety_checks SET told = $3 WHERE ward_id = $1 AND alert_id = $2 AND seen_at IS NULL",
        on.ward.uuid(),
        on.alert.uuid(),
        warning.code(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

impl Due {
    fn read(self) -> Result<(Alert, Care, Strictness)> {
        let strictness = Strictness::from_code(&self.strictness).ok_or_else(|| unknown_code("strictness", &self.strictness))?;
        let stored = Stored {
            cause: self.cause,
            received_at: self.received_at,
            due_at: self.check_due_at,
            hours: self.hours,
            version: self.version,
            told: self.told,
            seen_at: self.seen_at,
        };
        let care = Care {
            snoozed_until: self.snoozed_until.map(Timestamp::to_jiff),
            visit_at: self.visit_at.map(Timestamp::to_jiff),
            check: stored.check()?,
        };
        let row = Row {
            id: self.id,
            watch: self.watch,
            rule: self.rule,
            severity: self.severity,
            level: self.level,
            count: self.count,
            as_of: self.as_of,
            condition: self.condition,
            state: self.state,
            holder: self.holder,
            raised_at: self.raised_at,
            due_at: self.due_at,
            outcome: self.outcome,
            revision: self.revision,
        };
        Ok((row.try_into()?, care, strictness))
    }
}
