//! The queue of pushes, emptied one by one by whoever sends them, and the key they are signed with.

use std::fmt;

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use uuid::Uuid;

use super::{
    Db, Result,
    presence::{HOLD, Holder},
};
use crate::domain::{
    coded::coded,
    ids::{Id, Push},
};

coded! {
    /// What became of a push.
    pub enum State {
        Waiting = "waiting",
        /// The service has taken it.
        Sent = "sent",
        /// Given up.
        Dead = "dead",
    }
}

coded! {
    /// Why a push was not taken, last of all.
    pub enum Why {
        None = "",
        Refused = "refused",
        Later = "later",
        Unreachable = "unreachable",
        Expired = "expired",
        /// The browser has ended the subscription.
        Gone = "gone",
        /// Pushes are switched off in the settings.
        Off = "off",
        /// Not a service the hub may call.
        Elsewhere = "elsewhere",
    }
}

/// Where a device is reached. Whoever knows it can reach the device, so it is shown nowhere.
pub struct Address {
    pub endpoint: String,
    pub public_key: Vec<u8>,
    pub auth: Vec<u8>,
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Address(…)")
    }
}

/// A push in the hands of one node.
#[derive(Debug, Clone, Copy)]
pub struct Held {
    ward: Uuid,
    pub id: Id<Push>,
    until: Timestamp,
}

/// A push that is due and held for whoever asked.
#[derive(Debug)]
pub struct Due {
    pub held: Held,
    /// Name and port of the service the device is reached through; `None` when the device is no longer known.
    pub service: Option<String>,
    /// `None` when the device is no longer known.
    pub to: Option<Address>,
    pub expires_at: Timestamp,
    /// How often it was tried before.
    pub tries: u32,
}

/// Takes the push that has waited longest, of all wards, and of none of the services in `full`; `None` when no such push is due. A
/// device gets one after the other. That it is being handed over is written down before it is, as with mails.
pub async fn take(db: &Db, holder: Holder, full: &[String], now: Timestamp) -> Result<Option<Due>> {
    let until = now + HOLD;
    let mut tx = db.upkeep().await?;
    let row = sqlx::query!(
        r#"
        SELECT ward_id AS "ward!", id AS "id!: Id<Push>", service, endpoint, public_key, auth
             , expires_at AS "expires_at!", tries AS "tries!"
        FROM hub.next_push($1, $2, $3, $4)
        "#,
        now.to_sqlx(),
        until.to_sqlx(),
        holder.number(),
        full,
    )
    .fetch_optional(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(row.map(|row| Due {
        held: Held { ward: row.ward, id: row.id, until },
        service: row.service,
        to: match (row.endpoint, row.public_key, row.auth) {
            (Some(endpoint), Some(public_key), Some(auth)) => Some(Address { endpoint, public_key, auth }),
            _ => None,
        },
        expires_at: row.expires_at.to_jiff(),
        tries: u32::try_from(row.tries).unwrap_or(u32::MAX),
    }))
}

/// Writes down what became of it and lets go; `again` is when a waiting one is tried next.
pub async fn settle(db: &Db, held: Held, (state, why): (State, Why), now: Timestamp, again: Option<Timestamp>) -> Result<()> {
    let mut tx = db.upkeep().await?;
    sqlx::query!(
        r#"SELECT hub.settle_push($1, $2, $3, $4, $5, $6, $7) AS "done: ()""#,
        held.ward,
        held.id.uuid(),
        held.until.to_sqlx(),
        state.code(),
        why.code(),
        now.to_sqlx(),
        again.map(ToSqlx::to_sqlx),
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await
}

/// The key's secret that all nodes sign with: `fresh` becomes it where there is none yet.
pub async fn key(db: &Db, fresh: (&[u8], &[u8]), now: Timestamp) -> Result<Vec<u8>> {
    let mut tx = db.upkeep().await?;
    sqlx::query!(
        "INSERT INTO hub.push_keys (secret, public, made_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
        fresh.0,
        fresh.1,
        now.to_sqlx()
    )
    .execute(&mut *tx)
    .await?;
    let secret = sqlx::query_scalar!("SELECT secret FROM hub.push_keys").fetch_one(&mut *tx).await?;
    tx.commit().await?;
    Ok(secret)
}
