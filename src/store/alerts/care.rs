//! What surrounds an alert: its visit, its rest, and its safety check.

use jiff_sqlx::{Timestamp, ToSqlx};

use crate::{
    domain::alert::{Care, Cause, Hours, SafetyCheck, Warning},
    gate::{AlertFacts, Permit, actions},
    store::{Result, Tx, rules::column, sql::unknown_code},
};

/// The columns of a safety check, all absent where there is none.
#[derive(Debug, Default)]
pub(in crate::store) struct Stored {
    pub(in crate::store) cause: Option<String>,
    pub(in crate::store) received_at: Option<Timestamp>,
    pub(in crate::store) due_at: Option<Timestamp>,
    /// 厳しめの子の第一報, 第一報, 第二報, 期限; and the version of K1.
    pub(in crate::store) hours: Option<Vec<i32>>,
    pub(in crate::store) version: Option<i32>,
    pub(in crate::store) told: Option<String>,
    pub(in crate::store) seen_at: Option<Timestamp>,
}

impl Stored {
    pub(in crate::store) fn check(self) -> Result<Option<SafetyCheck>> {
        let (Some(cause), Some(received_at), Some(due_at)) = (self.cause, self.received_at, self.due_at) else { return Ok(None) };
        let told = self.told.map(|code| Warning::from_code(&code).ok_or_else(|| unknown_code("warning", &code)));
        Ok(Some(SafetyCheck {
            cause: Cause::from_code(&cause).ok_or_else(|| unknown_code("cause", &cause))?,
            received_at: received_at.to_jiff(),
            due_at: due_at.to_jiff(),
            hours: hours_of(self.version.unwrap_or_default(), &self.hours.unwrap_or_default())?,
            told: told.transpose()?,
            seen_at: self.seen_at.map(Timestamp::to_jiff),
        }))
    }
}

/// The hours as a row holds them.
fn hours_of(version: i32, stored: &[i32]) -> Result<Hours> {
    let [rank, early, late, deadline] = stored else { return Err(unknown_code("hours", &format!("{stored:?}"))) };
    // The table holds none of them below nought.
    let [rank, early, late, deadline] = [rank, early, late, deadline].map(|hours| hours.unsigned_abs());
    Ok(Hours { version, rank, early, late, deadline })
}

/// The hours that a check beginning now gets.
pub async fn hours<A: actions::Action<On = AlertFacts>>(tx: &mut Tx, permit: &Permit<A>) -> Result<Hours> {
    let row = sqlx::query!(r#"SELECT version AS "version!", hours AS "hours!" FROM desk.check_hours($1)"#, permit.ward().uuid())
        .fetch_one(tx.conn())
        .await?;
    hours_of(row.version, &row.hours)
}

/// Around the alert the permit is for; of its safety checks the one that runs, or else the last that was met.
pub async fn of<A: actions::Action<On = AlertFacts>>(tx: &mut Tx, permit: &Permit<A>) -> Result<Care> {
    let row = sqlx::query!(
        r#"
        SELECT a.visit_at, a.snoozed_until, c.cause AS "cause?", c.received_at AS "received_at?", c.due_at AS "due_at?", c.told AS "told?"
             , c.seen_at AS "seen_at?", c.hours AS "hours?", c.rule_version AS "version?"
        FROM desk.alerts a
        LEFT JOIN LATERAL
            ( SELECT s.cause, s.received_at, s.due_at, s.told, s.seen_at, s.hours, s.rule_version FROM desk.safety_checks s
              WHERE s.ward_id = a.ward_id AND s.alert_id = a.id ORDER BY s.received_at DESC LIMIT 1 ) c ON true
        WHERE a.ward_id = $1 AND a.id = $2
        "#,
        permit.ward().uuid(),
        permit.id().uuid(),
    )
    .fetch_one(tx.conn())
    .await?;
    let stored = Stored {
        cause: row.cause,
        received_at: row.received_at,
        due_at: row.due_at,
        hours: row.hours,
        version: row.version,
        told: row.told,
        seen_at: row.seen_at,
    };
    Ok(Care {
        snoozed_until: row.snoozed_until.map(Timestamp::to_jiff),
        visit_at: row.visit_at.map(Timestamp::to_jiff),
        check: stored.check()?,
    })
}

/// Starts the safety check of an alert that is to be treated as a 通告. Others that began meanwhile stand.
pub(super) async fn start_check(tx: &mut Tx, permit: &Permit<actions::ActOnAlert>, check: &SafetyCheck) -> Result<()> {
    let hours = &check.hours;
    let stored: Vec<i32> = [hours.rank, hours.early, hours.late, hours.deadline].into_iter().map(column).collect();
    sqlx::query!(
        r#"
        INSERT INTO desk.safety_checks (ward_id, alert_id, cause, received_at, due_at, hours, rule_version)
        VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING
        "#,
        permit.ward().uuid(),
        permit.id().uuid(),
        check.cause.code(),
        check.received_at.to_sqlx(),
        check.due_at.to_sqlx(),
        &stored,
        hours.version,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
