//! That somebody is there to hand over what is queued: a session of its own, whose end the database notices.

use std::time::Duration;

use jiff::SignedDuration;
use sqlx::PgConnection;
use tokio::time::timeout;
use uuid::Uuid;

use super::{Db, Result};
use crate::domain::ids::Id;

/// How long a node has a mail or a push to itself at most: longer than any handing over may take, so that one that is cut off keeps
/// nothing.
pub const HOLD: SignedDuration = SignedDuration::from_mins(3);

/// All lanes wait for the answer of this one session: a server that vanished without a word must not hold them for TCP's quarter of an hour.
const FELT_WITHIN: Duration = Duration::from_secs(3);

/// A session of the database that stays open as long as its node lives, and the lock it is known by.
#[derive(Debug)]
pub struct Presence {
    key: i64,
    session: Option<PgConnection>,
}

/// Whoever takes mails or pushes, as the database knows them.
#[derive(Debug, Clone, Copy)]
pub struct Holder(i64);

impl Holder {
    pub(super) const fn number(self) -> i64 {
        self.0
    }
}

impl Presence {
    pub fn random() -> Self {
        // What is left of so many random bits is a number that is not negative.
        let key = i64::try_from(Id::<Uuid>::random().uuid().as_u128() >> 65).unwrap_or(i64::MAX);
        Self { key, session: None }
    }

    /// Sees to it that the database knows. What was held before stays held, if nobody took it while the session was away.
    pub async fn felt(&mut self, db: &Db) -> Result<Holder> {
        if let Some(mut session) = self.session.take() {
            let asked = sqlx::query_scalar!(r#"SELECT 1 AS "one!""#).fetch_one(&mut session);
            if matches!(timeout(FELT_WITHIN, asked).await, Ok(Ok(_))) {
                self.session = Some(session);
                return Ok(Holder(self.key));
            }
        }
        let mut session = db.pool.acquire().await?.detach();
        sqlx::query!(r#"SELECT pg_advisory_lock_shared($1) AS "done: ()""#, self.key).execute(&mut session).await?;
        self.session = Some(session);
        Ok(Holder(self.key))
    }
}
