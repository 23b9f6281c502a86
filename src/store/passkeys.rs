//! Passkeys as the product keeps them: whose credential it is, and the credential itself.

use jiff_sqlx::ToSqlx;
use serde_json::Value;

use super::{Db, Result, Tx};
use crate::{
    domain::{
        coded::coded,
        ids::{Id, Passkey, Person, Ward},
    },
    gate::{Permit, actions},
};

/// Whose credential this is; asked before anybody is known.
pub async fn owner(db: &Db, credential_id: &[u8]) -> Result<Option<(Id<Ward>, Id<Person>)>> {
    let mut tx = db.nobody().await?;
    let row = sqlx::query!(
        r#"SELECT ward_id AS "ward_id!: Id<Ward>", person_id AS "person_id!: Id<Person>" FROM hub.find_passkey($1)"#,
        credential_id
    )
    .fetch_optional(&mut *tx)
    .await?;
    Ok(row.map(|row| (row.ward_id, row.person_id)))
}

/// The stored credential of the person inside the fence, locked until the transaction ends: its counter is about to move.
pub async fn credential(tx: &mut Tx, credential_id: &[u8]) -> Result<Option<(Id<Passkey>, Value)>> {
    let row = sqlx::query!(
        r#"SELECT id AS "id: Id<Passkey>", credential FROM hub.passkeys WHERE credential_id = $1 AND removed_at IS NULL FOR UPDATE"#,
        credential_id
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|row| (row.id, row.credential)))
}

/// All credential ids of the person inside the fence, so that one device is not registered twice.
pub async fn credential_ids(tx: &mut Tx) -> Result<Vec<Vec<u8>>> {
    sqlx::query_scalar!("SELECT credential_id FROM hub.passkeys WHERE person_id = hub.person() AND removed_at IS NULL")
        .fetch_all(tx.conn())
        .await
}

/// Actions a passkey has just been touched for.
pub trait Touches: actions::Action {}
impl Touches for actions::OpenSession {}
impl Touches for actions::UnlockSession {}
impl Touches for actions::StepUp {}

pub async fn used(tx: &mut Tx, permit: &Permit<impl Touches>, id: Id<Passkey>, credential: &Value) -> Result<()> {
    sqlx::query!(
        "UPDATE hub.passkeys SET credential = $3, last_used_at = $4 WHERE ward_id = $1 AND id = $2",
        permit.ward().uuid(),
        id.uuid(),
        credential,
        tx.now().to_sqlx()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

coded! {
    /// What a passkey lives in.
    pub enum PasskeyKind {
        /// この端末: fingerprint, face or PIN of the computer or tablet itself
        Device = "device",
        /// セキュリティキー
        Key = "key",
        /// スマートフォン
        Phone = "phone",
    }
}

/// A newly registered credential of the person the permit was given to.
#[derive(Debug)]
pub struct NewPasskey<'a> {
    pub credential_id: &'a [u8],
    pub credential: &'a Value,
    pub name: &'a str,
    pub kind: PasskeyKind,
    /// It lives on more than one device.
    pub synced: bool,
}

/// Actions that give the person who does them one more passkey.
pub trait Registers: actions::Action {}
impl Registers for actions::RegisterPasskey {}
impl Registers for actions::AddPasskey {}

pub async fn insert(tx: &mut Tx, permit: &Permit<impl Registers>, new: &NewPasskey<'_>) -> Result<Id<Passkey>> {
    let id = Id::random();
    sqlx::query!(
        r#"
        INSERT INTO hub.passkeys (ward_id, id, person_id, credential_id, credential, name, created_at, kind, synced)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        "#,
        permit.ward().uuid(),
        id.uuid(),
        permit.person().map(Id::uuid),
        new.credential_id,
        new.credential,
        new.name,
        tx.now().to_sqlx(),
        new.kind.code(),
        new.synced,
    )
    .execute(tx.conn())
    .await?;
    Ok(id)
}
