//! What surrounds an alert: its visit, its rest, and its safety check.

use jiff_sqlx::{Timestamp, ToSqlx};

use crate::{
    domain::alert::{Care, Cause, SafetyCheck, Warning},
    gate::{AlertFacts, Permit, actions},
    store::{Result, Tx, sql::unknown_code},
};

/// The columns of a safety check, all absent where there is none.
#[derive(Debug, Default)]
pub(super) struct Stored {
    pub(super) cause: Option<String>,
    pub(super) received_at: Option<Timestamp>,
    pub(super) due_at: Option<Timestamp>,
    pub(super) told: Option<String>,
    pub(super) seen_at: Option<Timestamp>,
}

impl Stored {
    pub(super) fn check(self) -> Result<Option<SafetyCheck>> {
        let (Some(cause), Some(received_at), Some(due_at)) = (self.cause, self.received_at, self.due_at) else { return Ok(None) };
        let told = self.told.map(|code| Warning::from_code(&code).ok_or_else(|| unknown_code("warning", &code)));
        Ok(Some(SafetyCheck {
            cause: Cause::from_code(&cause).ok_or_else(|| unknown_code("cause", &cause))?,
            received_at: received_at.to_jiff(),
            due_at: due_at.to_jiff(),
            told: told.transpose()?,
            seen_at: self.seen_at.map(Timestamp::to_jiff),
        }))
    }
}

/// Around the alert the permit is for; of its safety checks the one that runs, or else the last that was met.
pub async fn of<A: actions::Action<On = AlertFacts>>(tx: &mut Tx, permit: &Permit<A>) -> Result<Care> {
    let row = sqlx::query!(
        r#"
        SELECT a.visit_at, a.snoozed_until, c.cause AS "cause?", c.received_at AS "received_at?", c.due_at AS "due_at?", c.told AS "told?"
             , c.seen_at AS "seen_at?"
        FROM desk.alerts a
        LEFT JOIN LATERAL
            ( SELECT s.cause, s.received_at, s.due_at, s.told, s.seen_at FROM desk.safety_checks s
              WHERE s.ward_id = a.ward_id AND s.alert_id = a.id ORDER BY s.received_at DESC LIMIT 1 ) c ON true
        WHERE a.ward_id = $1 AND a.id = $2
        "#,
        permit.ward().uuid(),
        permit.id().uuid(),
    )
    .fetch_one(tx.conn())
    .await?;
    let stored =
        Stored { cause: row.cause, received_at: row.received_at, due_at: row.due_at, told: row.told, seen_at: row.seen_at };
    Ok(Care {
        snoozed_until: row.snoozed_until.map(Timestamp::to_jiff),
        visit_at: row.visit_at.map(Timestamp::to_jiff),
        check: stored.check()?,
    })
}

/// Starts the forty-eight hours of an alert that is to be treated as a 通告. Others that began meanwhile stand.
pub(super) async fn start_check(tx: &mut Tx, permit: &Permit<actions::ActOnAlert>, check: &SafetyCheck) -> Result<()> {
    sqlx::query!(
        "INSERT INTO desk.safety_checks (ward_id, alert_id, cause, received_at, due_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
        permit.ward().uuid(),
        permit.id().uuid(),
        check.cause.code(),
        check.received_at.to_sqlx(),
        check.due_at.to_sqlx(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
