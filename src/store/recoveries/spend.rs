//! The code's end: whose it is, whether it still holds, and everything that ends when it is spent.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;

use super::{
    State,
    read::{standing_of, voice},
};
use crate::{
    domain::{
        ids::{Id, Person, Recovery, Ward},
        recovery::{Standing, Voice},
    },
    gate::{Permit, actions},
    store::{Db, Result, Tx, bindings, kept_forms, sql::unknown_code},
};

/// A recovery as found by its code, whatever became of it.
#[derive(Debug, Clone, Copy)]
pub struct Found {
    pub ward: Id<Ward>,
    pub person: Id<Person>,
    pub id: Id<Recovery>,
    pub state: State,
    pub opens_at: Timestamp,
    pub expires_at: Timestamp,
}

/// Asked before anybody is known.
pub async fn find(db: &Db, code_hash: &[u8]) -> Result<Option<Found>> {
    let mut tx = db.nobody().await?;
    let row = sqlx::query!(
        r#"
        SELECT ward_id AS "ward!: Id<Ward>", person_id AS "person!: Id<Person>", recovery_id AS "id!: Id<Recovery>", state AS "state!"
             , opens_at AS "opens_at!", expires_at AS "expires_at!"
        FROM hub.find_recovery($1)
        "#,
        code_hash
    )
    .fetch_optional(&mut *tx)
    .await?;
    row.map(|row| {
        Ok(Found {
            ward: row.ward,
            person: row.person,
            id: row.id,
            state: State::from_code(&row.state).ok_or_else(|| unknown_code("recovery state", &row.state))?,
            opens_at: row.opens_at.to_jiff(),
            expires_at: row.expires_at.to_jiff(),
        })
    })
    .transpose()
}

/// Who spoke for the person inside the fence, and what that person is today.
#[derive(Debug, Clone, Copy)]
pub struct Kept {
    pub one: Voice,
    pub other: Voice,
    pub approved_at: Timestamp,
    pub standing: Standing,
}

/// The approved recovery of the person inside the fence, locked until the transaction ends.
pub async fn mine(tx: &mut Tx, permit: &Permit<actions::RegisterPasskey>, id: Id<Recovery>) -> Result<Option<Kept>> {
    let Some(person) = permit.person() else { return Ok(None) };
    let row = sqlx::query!(
        r#"
        SELECT asked_as, approved_as AS "approved_as!", approved_at AS "approved_at!" FROM hub.recoveries
        WHERE ward_id = $1 AND id = $2 AND person_id = $3 AND state = 'approved'
        FOR UPDATE
        "#,
        permit.ward().uuid(),
        id.uuid(),
        person.uuid(),
    )
    .fetch_optional(tx.conn())
    .await?;
    let Some(row) = row else { return Ok(None) };
    let standing = standing_of(tx, permit.ward(), person).await?;
    let (one, other) = (voice(&row.asked_as)?, voice(&row.approved_as)?);
    Ok(Some(Kept { one, other, approved_at: row.approved_at.to_jiff(), standing }))
}

/// Whether somebody wants to give the account of the person inside the fence to whoever brings a code.
pub async fn is_mine_open(tx: &mut Tx) -> Result<bool> {
    let now = tx.now();
    sqlx::query_scalar!(
        r#"
        SELECT EXISTS (SELECT FROM hub.recoveries
                       WHERE ward_id = hub.ward() AND person_id = hub.person() AND state IN ('asked', 'approved') AND expires_at > $1) AS "open!"
        "#,
        now.to_sqlx(),
    )
    .fetch_one(tx.conn())
    .await
}

/// Spends the code; `false` when somebody else was quicker.
pub async fn spend(tx: &mut Tx, permit: &Permit<actions::RegisterPasskey>, id: Id<Recovery>) -> Result<bool> {
    let now = tx.now();
    let spent = sqlx::query!(
        "UPDATE hub.recoveries SET state = 'spent', closed_at = $3, closed_by = $4 WHERE ward_id = $1 AND id = $2 AND state = 'approved'",
        permit.ward().uuid(),
        id.uuid(),
        now.to_sqlx(),
        permit.person().map(Id::uuid),
    )
    .execute(tx.conn())
    .await?;
    Ok(spent.rows_affected() == 1)
}

/// How much a recovery has put an end to.
#[derive(Debug, Clone, Copy)]
pub struct Ended {
    pub passkeys: u64,
    pub bindings: u64,
    pub sessions: u64,
    pub invitations: u64,
}

/// Takes every other way into the account away: all passkeys, accounts of the sign-in service, sessions and invitations of the
/// person who was permitted.
pub async fn take_over(tx: &mut Tx, permit: &Permit<actions::RegisterPasskey>) -> Result<Ended> {
    let (ward, person, now) = (permit.ward().uuid(), permit.person().map(Id::uuid), tx.now().to_sqlx());
    wait_for_others(tx, permit).await?;
    let passkeys = sqlx::query!(
        "UPDATE hub.passkeys SET removed_at = $3 WHERE ward_id = $1 AND person_id = $2 AND removed_at IS NULL",
        ward,
        person,
        now,
    )
    .execute(tx.conn())
    .await?;
    let bindings = bindings::end_before(tx, permit).await?;
    kept_forms::forget(tx, permit).await?;
    let sessions = sqlx::query!(
        "UPDATE hub.sessions SET ended_at = $3, ended_by = 'recovery' WHERE ward_id = $1 AND person_id = $2 AND ended_at IS NULL",
        ward,
        person,
        now,
    )
    .execute(tx.conn())
    .await?;
    let invitations = sqlx::query!(
        "UPDATE hub.invitations SET revoked_at = $3 WHERE ward_id = $1 AND person_id = $2 AND spent_at IS NULL AND revoked_at IS NULL",
        ward,
        person,
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(Ended {
        passkeys: passkeys.rows_affected(),
        bindings,
        sessions: sessions.rows_affected(),
        invitations: invitations.rows_affected(),
    })
}

/// Whoever is coming into the account this moment has come in before it is taken over, and is out again, or does not come in.
/// Locked in the order in which they take them: their passkey, then, with the session, themselves.
async fn wait_for_others(tx: &mut Tx, permit: &Permit<actions::RegisterPasskey>) -> Result<()> {
    let (ward, person) = (permit.ward().uuid(), permit.person().map(Id::uuid));
    sqlx::query_scalar!(
        "SELECT id FROM hub.passkeys WHERE ward_id = $1 AND person_id = $2 AND removed_at IS NULL ORDER BY id FOR UPDATE",
        ward,
        person,
    )
    .fetch_all(tx.conn())
    .await?;
    sqlx::query_scalar!("SELECT id FROM hub.people WHERE ward_id = $1 AND id = $2 FOR UPDATE", ward, person)
        .fetch_all(tx.conn())
        .await?;
    Ok(())
}
