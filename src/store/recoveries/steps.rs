//! The steps people take for somebody else: asking, approving, and putting an end to it.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;

use crate::{
    domain::{
        ids::{Id, Recovery},
        recovery::{ASKING, Reason, Voice},
    },
    gate::{Permit, actions},
    store::{Result, Tx, sessions::Ends},
};

/// Asks for the person's account; `None` when a recovery of theirs is under way already.
pub async fn ask(
    tx: &mut Tx,
    permit: &Permit<actions::AskRecovery>,
    reason: Reason,
    first: Voice,
    second: Voice,
) -> Result<Option<Id<Recovery>>> {
    let id = Id::random();
    let now = tx.now();
    sqlx::query!(
        r#"
        UPDATE hub.recoveries SET state = 'lapsed', closed_at = expires_at
        WHERE ward_id = $1 AND person_id = $2 AND state IN ('asked', 'approved') AND expires_at <= $3
        "#,
        permit.ward().uuid(),
        permit.id().uuid(),
        now.to_sqlx(),
    )
    .execute(tx.conn())
    .await?;
    let done = sqlx::query!(
        r#"
        INSERT INTO hub.recoveries (ward_id, id, person_id, reason, asked_as, asked_by, asked_at, second, expires_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        ON CONFLICT (ward_id, person_id) WHERE state IN ('asked', 'approved') DO NOTHING
        "#,
        permit.ward().uuid(),
        id.uuid(),
        permit.id().uuid(),
        reason.code(),
        first.code(),
        permit.person().map(Id::uuid),
        now.to_sqlx(),
        second.code(),
        (now + ASKING).to_sqlx(),
    )
    .execute(tx.conn())
    .await?;
    Ok((done.rows_affected() == 1).then_some(id))
}

/// The second word, and the code that comes of it.
#[derive(Debug)]
pub struct Approval<'a> {
    pub recovery: Id<Recovery>,
    pub voice: Voice,
    pub code_hash: &'a [u8],
    pub opens_at: Timestamp,
    pub expires_at: Timestamp,
}

/// `false` when it was approved, cancelled or ran out meanwhile, or the same person asked.
pub async fn approve(tx: &mut Tx, permit: &Permit<actions::ApproveRecovery>, approval: &Approval<'_>) -> Result<bool> {
    let now = tx.now();
    let done = sqlx::query!(
        r#"
        UPDATE hub.recoveries
        SET state = 'approved', approved_as = $4, approved_by = $5, approved_at = $6, code_hash = $7, opens_at = $8, expires_at = $9
        WHERE ward_id = $1 AND id = $2 AND person_id = $3 AND state = 'asked' AND second = $4 AND expires_at > $6 AND asked_by IS DISTINCT FROM $5
        "#,
        permit.ward().uuid(),
        approval.recovery.uuid(),
        permit.id().uuid(),
        approval.voice.code(),
        permit.person().map(Id::uuid),
        now.to_sqlx(),
        approval.code_hash,
        approval.opens_at.to_sqlx(),
        approval.expires_at.to_sqlx(),
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Ends the recovery; `false` when it was spent or over meanwhile.
pub async fn cancel(tx: &mut Tx, permit: &Permit<actions::CancelRecovery>, recovery: Id<Recovery>) -> Result<bool> {
    let now = tx.now();
    let done = sqlx::query!(
        r#"
        UPDATE hub.recoveries SET state = 'cancelled', closed_at = $4, closed_by = $5
        WHERE ward_id = $1 AND id = $2 AND person_id = $3 AND state IN ('asked', 'approved')
        "#,
        permit.ward().uuid(),
        recovery.uuid(),
        permit.id().uuid(),
        now.to_sqlx(),
        permit.person().map(Id::uuid),
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Ends whatever recovery is under way of a person whose account stops: a code that is out opens nothing when they come back.
pub async fn end_with_account<A: Ends>(tx: &mut Tx, permit: &Permit<A>) -> Result<u64> {
    let now = tx.now();
    let done = sqlx::query!(
        r#"
        UPDATE hub.recoveries SET state = 'cancelled', closed_at = $3, closed_by = $4
        WHERE ward_id = $1 AND person_id = $2 AND state IN ('asked', 'approved')
        "#,
        permit.ward().uuid(),
        permit.id().uuid(),
        now.to_sqlx(),
        permit.person().map(Id::uuid),
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected())
}
