//! Invitations: one-time codes, spent by registering the first passkey.

use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx;

use super::{Db, Result, Tx};
use crate::{
    domain::ids::{Id, Invitation, Person, Ward},
    gate::{Permit, actions},
};

/// An invitation as found by its code, spent and expired ones too.
#[derive(Debug, Clone, Copy)]
pub struct Found {
    pub ward: Id<Ward>,
    pub person: Id<Person>,
    pub id: Id<Invitation>,
    pub expires_at: Timestamp,
    pub spent: bool,
    pub revoked: bool,
}

/// Asked before anybody is known.
pub async fn find(db: &Db, code_hash: &[u8]) -> Result<Option<Found>> {
    let mut tx = db.nobody().await?;
    let row = sqlx::query!(
        r#"
        SELECT ward_id AS "ward_id!: Id<Ward>", person_id AS "person_id!: Id<Person>", invitation_id AS "id!: Id<Invitation>"
             , expires_at AS "expires_at!", spent_at, revoked_at
        FROM hub.find_invitation($1)
        "#,
        code_hash
    )
    .fetch_optional(&mut *tx)
    .await?;
    Ok(row.map(|row| Found {
        ward: row.ward_id,
        person: row.person_id,
        id: row.id,
        expires_at: row.expires_at.to_jiff(),
        spent: row.spent_at.is_some(),
        revoked: row.revoked_at.is_some(),
    }))
}

/// Spends the invitation; `false` when somebody else was quicker.
pub async fn spend(tx: &mut Tx, permit: &Permit<actions::RegisterPasskey>, id: Id<Invitation>) -> Result<bool> {
    let spent = sqlx::query!(
        "UPDATE hub.invitations SET spent_at = $3 WHERE ward_id = $1 AND id = $2 AND spent_at IS NULL AND revoked_at IS NULL",
        permit.ward().uuid(),
        id.uuid(),
        tx.now().to_sqlx()
    )
    .execute(tx.conn())
    .await?;
    Ok(spent.rows_affected() == 1)
}

/// Invites a person from the operator's console; the code itself is never stored.
pub async fn insert(
    tx: &mut Tx,
    permit: &Permit<impl actions::Invites>,
    person: Id<Person>,
    code_hash: &[u8],
    life: SignedDuration,
) -> Result<Id<Invitation>> {
    let id = Id::random();
    let now = tx.now();
    sqlx::query!(
        "INSERT INTO hub.invitations (ward_id, id, person_id, code_hash, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6)",
        permit.ward().uuid(),
        id.uuid(),
        person.uuid(),
        code_hash,
        now.to_sqlx(),
        (now + life).to_sqlx()
    )
    .execute(tx.conn())
    .await?;
    Ok(id)
}
