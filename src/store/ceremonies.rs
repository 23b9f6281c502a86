//! Half-finished ceremonies, of passkeys and of sign-in services: kept for five minutes, taken exactly once, on any node.

use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx;
use serde_json::Value;

use super::{Db, Result};
use crate::domain::{
    coded::coded,
    ids::{Ceremony, Id},
};

coded! {
    pub enum Purpose {
        SignIn = "sign_in",
        Enrol = "enrol",
        /// A signed-in person is verified again.
        Verify = "verify",
        /// A signed-in person registers one more passkey.
        Add = "add",
        /// Somebody was sent to their ward's sign-in service, or came back from it with an account to propose.
        Provider = "provider",
    }
}

/// How long an answer may take (security B1).
const LIFE: SignedDuration = SignedDuration::from_mins(5);

/// Keeps the server's half of a ceremony, and throws away what nobody came back for.
pub async fn put(db: &Db, purpose: Purpose, state: &Value, now: Timestamp) -> Result<Id<Ceremony>> {
    let id = Id::random();
    put_as(db, id, purpose, state, now).await?;
    Ok(id)
}

/// The same under an id that somebody was told before.
pub async fn put_as(db: &Db, id: Id<Ceremony>, purpose: Purpose, state: &Value, now: Timestamp) -> Result<()> {
    let mut tx = db.nobody().await?;
    sqlx::query!("DELETE FROM hub.ceremonies WHERE expires_at < $1", now.to_sqlx()).execute(&mut *tx).await?;
    sqlx::query!(
        "INSERT INTO hub.ceremonies (id, purpose, state, expires_at) VALUES ($1, $2, $3, $4)",
        id.uuid(),
        purpose.code(),
        state,
        (now + LIFE).to_sqlx()
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await
}

/// Takes the server's half away, so that no answer works twice. `None`: never there, used, or too late.
pub async fn take(db: &Db, purpose: Purpose, id: Id<Ceremony>, now: Timestamp) -> Result<Option<Value>> {
    let mut tx = db.nobody().await?;
    let state = sqlx::query_scalar!(
        "DELETE FROM hub.ceremonies WHERE id = $1 AND purpose = $2 AND expires_at >= $3 RETURNING state",
        id.uuid(),
        purpose.code(),
        now.to_sqlx()
    )
    .fetch_optional(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(state)
}

/// Looks at the server's half and leaves it there: for a page that asks before it is taken.
pub async fn look(db: &Db, purpose: Purpose, id: Id<Ceremony>, now: Timestamp) -> Result<Option<Value>> {
    let mut tx = db.nobody().await?;
    sqlx::query_scalar!(
        "SELECT state FROM hub.ceremonies WHERE id = $1 AND purpose = $2 AND expires_at >= $3",
        id.uuid(),
        purpose.code(),
        now.to_sqlx()
    )
    .fetch_optional(&mut *tx)
    .await
}
