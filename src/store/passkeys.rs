//! Passkeys as the product keeps them: whose credential it is, and the credential itself.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use serde_json::Value;

use super::{Db, Result, Tx, sql::unknown_code};
use crate::{
    domain::{
        coded::coded,
        ids::{Id, Passkey, Person, Ward},
        name::PasskeyName,
    },
    gate::{Permit, PersonFacts, actions},
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
pub struct NewPasskey {
    pub credential_id: Vec<u8>,
    pub credential: Value,
    pub name: String,
    pub kind: PasskeyKind,
    /// It lives on more than one device.
    pub synced: bool,
}

/// Actions that give the person who does them one more passkey.
pub trait Registers: actions::Action {}
impl Registers for actions::RegisterPasskey {}
impl Registers for actions::AddPasskey {}

/// Keeps it; `None` when the credential is somebody's already, or was: none that was removed comes back (WebAuthn Level 3, 7.1
/// step 26).
pub async fn insert(tx: &mut Tx, permit: &Permit<impl Registers>, new: &NewPasskey) -> Result<Option<Id<Passkey>>> {
    let id = Id::random();
    let done = sqlx::query!(
        r#"
        INSERT INTO hub.passkeys (ward_id, id, person_id, credential_id, credential, name, created_at, kind, synced)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING
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
    Ok((done.rows_affected() == 1).then_some(id))
}

/// A passkey that counts, as its owner sees it: never the credential itself.
#[derive(Debug, Clone)]
pub struct Line {
    pub id: Id<Passkey>,
    pub name: String,
    pub kind: PasskeyKind,
    pub synced: bool,
    pub created_at: Timestamp,
    pub last_used_at: Option<Timestamp>,
}

/// The passkeys of the person the permit is about, in the order they were made.
pub async fn of_person<A: actions::Action<On = PersonFacts>>(tx: &mut Tx, permit: &Permit<A>) -> Result<Vec<Line>> {
    let rows = sqlx::query!(
        r#"
        SELECT id AS "id: Id<Passkey>", name, kind, synced, created_at, last_used_at
        FROM hub.passkeys WHERE ward_id = $1 AND person_id = $2 AND removed_at IS NULL
        ORDER BY created_at, id
        "#,
        permit.ward().uuid(),
        permit.id().uuid(),
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Line {
                id: row.id,
                name: row.name,
                kind: PasskeyKind::from_code(&row.kind).ok_or_else(|| unknown_code("passkey kind", &row.kind))?,
                synced: row.synced,
                created_at: row.created_at.to_jiff(),
                last_used_at: row.last_used_at.map(jiff_sqlx::Timestamp::to_jiff),
            })
        })
        .collect()
}

/// Gives a passkey of the person another name; `false` when it is not theirs or counts no more.
pub async fn rename(tx: &mut Tx, permit: &Permit<actions::RenamePasskey>, id: Id<Passkey>, name: &PasskeyName) -> Result<bool> {
    let done = sqlx::query!(
        "UPDATE hub.passkeys SET name = $4 WHERE ward_id = $1 AND person_id = $2 AND id = $3 AND removed_at IS NULL",
        permit.ward().uuid(),
        permit.id().uuid(),
        id.uuid(),
        name.as_str(),
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// What became of a removal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Removal {
    Done,
    /// Nobody locks themselves out: the last one stays.
    Last,
    NotThere,
}

/// From now on the passkey neither signs in nor verifies.
pub async fn remove(tx: &mut Tx, permit: &Permit<actions::RemovePasskey>, id: Id<Passkey>) -> Result<Removal> {
    // All of them are locked, in one order: of two removals at once the second sees what the first left.
    let left = sqlx::query_scalar!(
        r#"
        SELECT id AS "id: Id<Passkey>" FROM hub.passkeys WHERE ward_id = $1 AND person_id = $2 AND removed_at IS NULL
        ORDER BY id FOR NO KEY UPDATE
        "#,
        permit.ward().uuid(),
        permit.id().uuid(),
    )
    .fetch_all(tx.conn())
    .await?;
    match left.as_slice() {
        left if !left.contains(&id) => return Ok(Removal::NotThere),
        [_] => return Ok(Removal::Last),
        _ => {}
    }
    sqlx::query!(
        "UPDATE hub.passkeys SET removed_at = $3, removed_by = $4 WHERE ward_id = $1 AND id = $2",
        permit.ward().uuid(),
        id.uuid(),
        tx.now().to_sqlx(),
        permit.person().map(Id::uuid),
    )
    .execute(tx.conn())
    .await?;
    Ok(Removal::Done)
}
