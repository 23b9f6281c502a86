//! Sightings: who saw the child, when and how; and the safety checks they answer.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;

use super::{ShowsAlert, steps::On};
use crate::{
    domain::{
        alert::{Alert, Method, Sighting},
        clock::in_japan,
        ids::{Id, Watch},
    },
    gate::Permit,
    store::{Result, Tx, sql::unknown_code},
};

/// Keeps it, and lets it answer every open check about this child that the office may see: one look at a child is enough.
pub(super) async fn insert(tx: &mut Tx, on: On, alert: &Alert, sighting: &Sighting) -> Result<()> {
    lock_checks(tx, on, alert.watch).await?;
    sqlx::query!(
        r#"
        WITH child AS
            ( SELECT w.child_id FROM watch.watches w WHERE w.ward_id = $1 AND w.id = $3 )
           , seen AS
            ( INSERT INTO desk.sightings (ward_id, id, watch_id, child_id, alert_id, revision, day, seen_at, method, seen_by, recorded_by, recorded_at)
              SELECT $1, $12, $3, child_id, $2, $4, $5, $6, $7, $8, $9, $10 FROM child
              RETURNING id, confirms, seen_at )
           , about AS
            ( SELECT a.id FROM desk.alerts a JOIN watch.watches w ON w.ward_id = a.ward_id AND w.id = a.watch_id
              WHERE a.ward_id = $1 AND a.state <> 'closed' AND w.child_id IN (SELECT child_id FROM child) )
        UPDATE desk.safety_checks c
        SET sighting_id = seen.id, seen_at = seen.seen_at, late_reason = CASE WHEN seen.seen_at > c.due_at THEN $11 ELSE '' END
        FROM seen
        WHERE c.ward_id = $1 AND c.alert_id IN (SELECT id FROM about) AND seen.confirms AND c.seen_at IS NULL AND c.received_at <= seen.seen_at
        "#,
        on.ward.uuid(),
        on.alert.uuid(),
        alert.watch.uuid(),
        alert.revision,
        in_japan(sighting.at).date().to_sqlx(),
        sighting.at.to_sqlx(),
        sighting.method.code(),
        sighting.by,
        on.by.map(Id::uuid),
        tx.now().to_sqlx(),
        sighting.late_reason,
        Id::<Sighting>::random().uuid(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Locks the checks about this child that run, in the order in which everybody does: two who write a look at the child down at once, each at
/// another alert, would else wait for one another.
async fn lock_checks(tx: &mut Tx, on: On, watch: Id<Watch>) -> Result<()> {
    sqlx::query!(
        r#"
        SELECT c.alert_id FROM desk.safety_checks c
        JOIN desk.alerts a ON a.ward_id = c.ward_id AND a.id = c.alert_id AND a.state <> 'closed'
        JOIN watch.watches w ON w.ward_id = a.ward_id AND w.id = a.watch_id
        WHERE c.ward_id = $1 AND c.seen_at IS NULL
          AND w.child_id = (SELECT child.child_id FROM watch.watches child WHERE child.ward_id = $1 AND child.id = $2)
        ORDER BY c.alert_id FOR NO KEY UPDATE OF c
        "#,
        on.ward.uuid(),
        watch.uuid(),
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(())
}

/// A sighting that answered a check of an alert.
#[derive(Debug, Clone)]
pub struct Seen {
    /// When the word came that began the check.
    pub received_at: Timestamp,
    pub at: Timestamp,
    pub method: Method,
    pub by: String,
    pub late_reason: String,
}

/// Of every check that was met, the newest first.
pub async fn answers<A: ShowsAlert>(tx: &mut Tx, permit: &Permit<A>) -> Result<Vec<Seen>> {
    let rows = sqlx::query!(
        r#"
        SELECT c.received_at, s.seen_at, s.method, s.seen_by, c.late_reason
        FROM desk.safety_checks c
        JOIN desk.sightings s ON s.ward_id = c.ward_id AND s.id = c.sighting_id
        WHERE c.ward_id = $1 AND c.alert_id = $2 ORDER BY c.received_at DESC
        "#,
        permit.ward().uuid(),
        permit.id().uuid(),
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Seen {
                received_at: row.received_at.to_jiff(),
                at: row.seen_at.to_jiff(),
                method: Method::from_code(&row.method).ok_or_else(|| unknown_code("method", &row.method))?,
                by: row.seen_by,
                late_reason: row.late_reason,
            })
        })
        .collect()
}
