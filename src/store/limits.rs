//! What was tried too often, counted for all nodes together (security B6).

use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;

use super::{Db, Result};
use crate::domain::limit::{Limit, SKEW};

/// One more of something limited: which, as a hash that tells nobody's address or id, and how many there may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share {
    pub key: [u8; 32],
    pub limit: Limit,
}

/// Takes one of each, or none of them: then how long to wait until one more may be had.
///
/// The rows are locked one after the other in the order of their keys, so that two who take the same ones never wait for each
/// other, and a thousand who ask at once are let through one by one.
pub async fn take(db: &Db, shares: &[Share], now: Timestamp) -> Result<Option<SignedDuration>> {
    let mut shares = shares.to_vec();
    shares.sort_unstable_by_key(|share| share.key);
    let mut tx = db.counting().await?;
    for (taken, share) in shares.iter().enumerate() {
        if !take_one(&mut tx, share, now).await? {
            let wait = wait(&mut tx, share, now).await?;
            put_back(&mut tx, &shares[..taken]).await?;
            tx.commit().await?;
            return Ok(Some(wait));
        }
    }
    tx.commit().await?;
    Ok(None)
}

/// Gives back what was taken and turned out not to count.
pub async fn give_back(db: &Db, shares: &[Share]) -> Result<()> {
    let mut shares = shares.to_vec();
    shares.sort_unstable_by_key(|share| share.key);
    let mut tx = db.counting().await?;
    put_back(&mut tx, &shares).await?;
    tx.commit().await
}

/// Forgets what is paid off; returns how many rows that were.
pub async fn sweep(db: &Db, now: Timestamp) -> Result<u64> {
    let mut tx = db.upkeep().await?;
    let gone = sqlx::query!("DELETE FROM hub.limits WHERE tat < $1", now.to_sqlx()).execute(&mut *tx).await?.rows_affected();
    tx.commit().await?;
    Ok(gone)
}

async fn take_one(conn: &mut PgConnection, share: &Share, now: Timestamp) -> Result<bool> {
    let taken = sqlx::query!(
        r#"
        INSERT INTO hub.limits AS l (key, tat) VALUES ($1, $2::timestamptz + $3::bigint * interval '1 millisecond')
        ON CONFLICT (key) DO UPDATE SET tat = greatest(l.tat, $2) + $3 * interval '1 millisecond'
        WHERE greatest(l.tat, $2) + $3 * interval '1 millisecond' <= $2 + $4::bigint * interval '1 millisecond'
        "#,
        &share.key,
        now.to_sqlx() as _,
        millis(share.limit.every),
        millis(share.limit.tolerance()),
    )
    .execute(conn)
    .await?;
    Ok(taken.rows_affected() == 1)
}

/// How long until there is one more. A row too far ahead was written before the clock was set back, and is cut to a full one.
async fn wait(conn: &mut PgConnection, share: &Share, now: Timestamp) -> Result<SignedDuration> {
    let full = now + share.limit.tolerance();
    let tat = sqlx::query_scalar!(
        "UPDATE hub.limits SET tat = CASE WHEN tat > $3 THEN $2 ELSE tat END WHERE key = $1 RETURNING tat",
        &share.key,
        full.to_sqlx() as _,
        (full + SKEW).to_sqlx() as _,
    )
    .fetch_optional(conn)
    .await?;
    Ok(tat.map_or(SignedDuration::ZERO, |tat| tat.to_jiff().duration_since(full)) + share.limit.every)
}

async fn put_back(conn: &mut PgConnection, shares: &[Share]) -> Result<()> {
    for share in shares {
        sqlx::query!(
            "UPDATE hub.limits SET tat = tat - $2::bigint * interval '1 millisecond' WHERE key = $1",
            &share.key,
            millis(share.limit.every)
        )
        .execute(&mut *conn)
        .await?;
    }
    Ok(())
}

fn millis(duration: SignedDuration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
