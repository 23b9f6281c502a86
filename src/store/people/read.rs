//! One person as the desk sees them, and their passkeys.

use jiff::{Timestamp, civil::Date};
use jiff_sqlx::ToSqlx;

use crate::{
    domain::{
        ids::{self, Id, Passkey},
        person::Status,
    },
    gate::{Permit, PersonFacts, actions},
    store::{Result, Tx, passkeys::PasskeyKind, sql::unknown_code},
};

#[derive(Debug, Clone)]
pub struct Person {
    pub id: Id<ids::Person>,
    pub name: String,
    pub kana: String,
    pub staff_code: String,
    pub mail: String,
    /// Whoever's last day has passed has left, whatever was written down before.
    pub status: Status,
    pub left_on: Option<Date>,
    pub created_at: Timestamp,
    pub revision: i64,
    /// How many passkeys they ever registered.
    pub registered: i64,
    /// They have, or had, an account of the ward's sign-in service that opens this one.
    pub ever_bound: bool,
}

/// The person the permit is about.
pub async fn read<A: actions::Action<On = PersonFacts>>(tx: &mut Tx, permit: &Permit<A>) -> Result<Option<Person>> {
    let today = tx.today();
    let row = sqlx::query!(
        r#"
        SELECT display_name, kana, staff_code, mail, left_on, created_at, revision
             , CASE WHEN left_on < $3 THEN 'left' ELSE status END AS "status!"
             , (SELECT count(*) FROM hub.passkeys k WHERE k.ward_id = people.ward_id AND k.person_id = people.id) AS "registered!"
             , EXISTS (SELECT FROM hub.bindings b WHERE b.ward_id = people.ward_id AND b.person_id = people.id AND b.state IN ('active', 'ended'))
               AS "ever_bound!"
        FROM hub.people WHERE ward_id = $1 AND id = $2
        "#,
        permit.ward().uuid(),
        permit.id().uuid(),
        today.to_sqlx()
    )
    .fetch_optional(tx.conn())
    .await?;
    row.map(|row| {
        Ok(Person {
            id: permit.id(),
            name: row.display_name,
            kana: row.kana,
            staff_code: row.staff_code,
            mail: row.mail,
            status: Status::from_code(&row.status).ok_or_else(|| unknown_code("status", &row.status))?,
            left_on: row.left_on.map(jiff_sqlx::Date::to_jiff),
            created_at: row.created_at.to_jiff(),
            revision: row.revision,
            registered: row.registered,
            ever_bound: row.ever_bound,
        })
    })
    .transpose()
}

/// A passkey in use, as others may know of it.
#[derive(Debug, Clone)]
pub struct Key {
    pub id: Id<Passkey>,
    pub name: String,
    pub kind: PasskeyKind,
    /// It lives on more than one device.
    pub synced: bool,
    pub created_at: Timestamp,
    pub last_used_at: Option<Timestamp>,
}

/// The passkeys in use of the person the permit is about, oldest first.
pub async fn keys<A: actions::Action<On = PersonFacts>>(tx: &mut Tx, permit: &Permit<A>) -> Result<Vec<Key>> {
    let rows = sqlx::query!(
        r#"
        SELECT id AS "id: Id<Passkey>", name, kind, synced, created_at, last_used_at FROM hub.passkeys
        WHERE ward_id = $1 AND person_id = $2 AND removed_at IS NULL ORDER BY created_at, id
        "#,
        permit.ward().uuid(),
        permit.id().uuid()
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Key {
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
