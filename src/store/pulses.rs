//! The hub's own pulse: that the duties of each node are done, and what is not well. Nothing personal, no ward.

use jiff::{Timestamp, civil::Date};
use jiff_sqlx::ToSqlx;

use super::{Db, Result};
use crate::domain::coded::coded;

coded! {
    /// What a node does beside requests.
    pub enum Beat {
        /// What a time of the day asks for.
        Clock = "clock",
        /// Calls for alerts nobody has taken.
        Calls = "calls",
        Mail = "mail",
        Push = "push",
        /// News for open inboxes.
        News = "news",
        /// Looking whether all of this is done.
        Watch = "watch",
    }
}

coded! {
    /// In what way the hub is not well.
    pub enum TroubleKind {
        /// A duty that no node does.
        Duty = "duty",
        /// A node that has stopped while others go on.
        Node = "node",
        /// What has been due for too long.
        Queue = "queue",
    }
}

/// Something that is not well.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    pub kind: TroubleKind,
    /// The duty, the node or the queue.
    pub subject: String,
    pub since: Timestamp,
}

/// Says that the node has just done a round of the duty.
pub async fn beat(db: &Db, node: &str, beat: Beat, now: Timestamp) -> Result<()> {
    let mut tx = db.upkeep().await?;
    sqlx::query!(
        "INSERT INTO hub.pulses (node, duty, at) VALUES ($1, $2, $3) ON CONFLICT (node, duty) DO UPDATE SET at = greatest(pulses.at, $3)",
        node,
        beat.code(),
        now.to_sqlx()
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await
}

/// Says that the node will do every duty from now on. What it did before, and whether that is long ago, stands.
pub async fn enter(db: &Db, node: &str, now: Timestamp) -> Result<()> {
    let duties: Vec<_> = Beat::ALL.iter().map(|beat| beat.code().to_owned()).collect();
    let mut tx = db.upkeep().await?;
    sqlx::query!(
        "INSERT INTO hub.pulses (node, duty, at) SELECT $1, duty, $3 FROM unnest($2::text[]) AS all_of_them (duty) ON CONFLICT DO NOTHING",
        node,
        &duties,
        now.to_sqlx()
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await
}

/// Says that the node stops because it was told to: nobody misses it.
pub async fn leave(db: &Db, node: &str) -> Result<()> {
    let mut tx = db.upkeep().await?;
    sqlx::query!("DELETE FROM hub.pulses WHERE node = $1", node).execute(&mut *tx).await?;
    tx.commit().await
}

/// Everything that is not well at this moment.
pub async fn troubles(db: &Db, now: Timestamp) -> Result<Vec<Trouble>> {
    let mut tx = db.all_wards().await?;
    let rows = sqlx::query!(
        r#"SELECT kind AS "kind!", subject AS "subject!", since AS "since!" FROM hub.troubles_at($1) ORDER BY 1, 2"#,
        now.to_sqlx()
    )
    .fetch_all(&mut *tx)
    .await?;
    tx.commit().await?;
    let trouble = |kind: &str, subject, since: jiff_sqlx::Timestamp| {
        Some(Trouble { kind: TroubleKind::from_code(kind)?, subject, since: since.to_jiff() })
    };
    Ok(rows.into_iter().filter_map(|row| trouble(&row.kind, row.subject, row.since)).collect())
}

/// Writes down what began and what ended since the last look, and queues the mails about it; how many began. Two nodes that look
/// at once write it down once.
pub async fn note(db: &Db, now: Timestamp, today: Date) -> Result<i64> {
    let mut tx = db.upkeep().await?;
    let began = sqlx::query_scalar!(r#"SELECT hub.note_troubles($1, $2) AS "began!""#, now.to_sqlx(), today.to_sqlx())
        .fetch_one(&mut *tx)
        .await?;
    tx.commit().await?;
    Ok(began)
}
