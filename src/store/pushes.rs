//! The queue of pushes, emptied one by one by whoever sends them, and the key they are signed with.

use std::fmt;

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{Postgres, Transaction};
use uuid::Uuid;

use super::{Db, Result};
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

/// A push that is due, held until it is settled or dropped: no other node gets it meanwhile.
#[derive(Debug)]
pub struct Due {
    tx: Transaction<'static, Postgres>,
    ward: Uuid,
    pub id: Id<Push>,
    /// `None` when the device is no longer known.
    pub to: Option<Address>,
    pub expires_at: Timestamp,
    /// How often it was tried before.
    pub tries: u32,
}

/// The push that has waited longest, of all wards; `None` when nothing is due.
pub async fn next(db: &Db, now: Timestamp) -> Result<Option<Due>> {
    let mut tx = db.upkeep().await?;
    let row = sqlx::query!(
        r#"
        SELECT ward_id AS "ward!", id AS "id!: Id<Push>", endpoint, public_key, auth, expires_at AS "expires_at!", tries AS "tries!"
        FROM hub.next_push($1)
        "#,
        now.to_sqlx()
    )
    .fetch_optional(&mut *tx)
    .await?;
    Ok(row.map(|row| Due {
        tx,
        ward: row.ward,
        id: row.id,
        to: match (row.endpoint, row.public_key, row.auth) {
            (Some(endpoint), Some(public_key), Some(auth)) => Some(Address { endpoint, public_key, auth }),
            _ => None,
        },
        expires_at: row.expires_at.to_jiff(),
        tries: u32::try_from(row.tries).unwrap_or(u32::MAX),
    }))
}

impl Due {
    /// Writes down what became of it and lets go; `again` is when a waiting one is tried next.
    pub async fn settle(mut self, state: State, why: Why, now: Timestamp, again: Option<Timestamp>) -> Result<()> {
        sqlx::query!(
            r#"SELECT hub.settle_push($1, $2, $3, $4, $5, $6) AS "done: ()""#,
            self.ward,
            self.id.uuid(),
            state.code(),
            why.code(),
            now.to_sqlx(),
            again.map(ToSqlx::to_sqlx),
        )
        .execute(&mut *self.tx)
        .await?;
        self.tx.commit().await
    }
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
