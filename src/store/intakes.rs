//! What schools' systems deliver: rows held against requests in force, appended as reports, and answered once.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp, civil::Date};
use jiff_sqlx::ToSqlx;
use serde_json::Value;
use uuid::Uuid;

use super::{
    Db, Error, Result, Tx,
    calendars::{Layers, own_week},
    marks,
    sendings::Sending,
    sql::uuids,
};
use crate::{
    domain::{
        calendar::Week,
        ids::{ApiToken, Id, Watch},
        intake::{Known, Recorded},
    },
    gate::{Permit, actions},
};

/// How long an answer is kept for whoever sends the same again.
const PATIENCE: SignedDuration = SignedDuration::from_hours(24);

/// Whether a delivery is new.
#[derive(Debug)]
pub enum Claim {
    New,
    /// The very same came before; its answer.
    Before(Value),
    /// Another one came before under this key.
    Other,
}

/// Claims the key for this content. Waits for a delivery under the same key that is still on its way.
pub async fn claim(tx: &mut Tx, permit: &Permit<actions::SendAttendance>, key: Uuid, content: &[u8; 32]) -> Result<Claim> {
    let token = token(permit)?;
    let now = tx.now();
    let claimed = sqlx::query!(
        r#"
        INSERT INTO hub.intakes (ward_id, token_id, idempotency_key, content_hash, at) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (ward_id, token_id, idempotency_key) DO NOTHING
        "#,
        permit.ward().uuid(),
        token.uuid(),
        key,
        content.as_slice(),
        now.to_sqlx()
    )
    .execute(tx.conn())
    .await?;
    if claimed.rows_affected() == 1 {
        return Ok(Claim::New);
    }
    let before = sqlx::query!(
        "SELECT content_hash, answer FROM hub.intakes WHERE ward_id = $1 AND token_id = $2 AND idempotency_key = $3",
        permit.ward().uuid(),
        token.uuid(),
        key
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(match before.answer {
        Some(answer) if before.content_hash == content => Claim::Before(answer),
        _ => Claim::Other,
    })
}

/// Keeps the answer for whoever sends the same again.
pub async fn answer(tx: &mut Tx, permit: &Permit<actions::SendAttendance>, key: Uuid, answer: &Value) -> Result<()> {
    sqlx::query!(
        "UPDATE hub.intakes SET answer = $4 WHERE ward_id = $1 AND token_id = $2 AND idempotency_key = $3",
        permit.ward().uuid(),
        token(permit)?.uuid(),
        key,
        answer
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

fn token(permit: &Permit<actions::SendAttendance>) -> Result<Id<ApiToken>> {
    permit.token().ok_or_else(|| Error::Encode("a delivery needs a token".into()))
}

/// A request in force, and which of the days asked about have a report.
#[derive(Debug)]
struct Live {
    class: String,
    own_week: Option<Week>,
    from: Date,
    until: Option<Date>,
    days: HashMap<Date, Recorded>,
}

/// The children of a delivery that this facility is asked about.
#[derive(Debug)]
pub struct Children {
    live: HashMap<Id<Watch>, Live>,
    layers: Layers,
}

impl Children {
    /// What is known of the child on that day; nothing where no request covers it.
    pub fn known(&self, watch: Id<Watch>, day: Date) -> Option<Known> {
        let live = self.live.get(&watch).filter(|live| live.from <= day && live.until.is_none_or(|until| day <= until))?;
        Some(Known { calendar: self.layers.of_child(&live.class, live.own_week), recorded: live.days.get(&day).cloned() })
    }
}

/// Reads the children with these references, whichever of them are there; the same two statements for any of them.
pub async fn children(
    tx: &mut Tx,
    permit: &Permit<actions::SendAttendance>,
    watches: &[Id<Watch>],
    (first, last): (Date, Date),
    layers: Layers,
) -> Result<Children> {
    let rows = sqlx::query!(
        r#"
        SELECT id AS "id: Id<Watch>", class, own_weekdays, from_on, until_on FROM watch.watches
        WHERE ward_id = $1 AND facility_id = $2 AND id = ANY ($3)
        "#,
        permit.ward().uuid(),
        permit.id().uuid(),
        &uuids(watches)
    )
    .fetch_all(tx.conn())
    .await?;
    let mut live: HashMap<Id<Watch>, Live> = rows
        .into_iter()
        .map(|row| {
            let (from, until) = (row.from_on.to_jiff(), row.until_on.map(jiff_sqlx::Date::to_jiff));
            let own_week = own_week(row.own_weekdays.as_deref());
            (row.id, Live { class: row.class, own_week, from, until, days: HashMap::new() })
        })
        .collect();
    let days = sqlx::query!(
        r#"
        SELECT d.watch_id AS "watch: Id<Watch>", d.day, d.version, r.mark AS "mark?"
        FROM watch.days d
        LEFT JOIN watch.reports r ON r.ward_id = d.ward_id AND r.watch_id = d.watch_id AND r.day = d.day AND r.version = d.version
            AND r.token_id IS NOT NULL
        WHERE d.ward_id = $1 AND d.watch_id = ANY ($2) AND d.day BETWEEN $3 AND $4
        "#,
        permit.ward().uuid(),
        &uuids(watches),
        first.to_sqlx(),
        last.to_sqlx()
    )
    .fetch_all(tx.conn())
    .await?;
    for row in days {
        let recorded = Recorded { version: row.version, by_system: row.mark.map(marks::from_json).transpose()? };
        if let Some(live) = live.get_mut(&row.watch) {
            live.days.insert(row.day.to_jiff(), recorded);
        }
    }
    Ok(Children { live, layers })
}

/// Appends the reports of one day; whether they answer a question about one of the children. `None`: somebody else was quicker with
/// one of them; then drop the transaction.
pub async fn append(tx: &mut Tx, permit: &Permit<actions::SendAttendance>, sending: &Sending) -> Result<Option<bool>> {
    let columns = sending.columns();
    // Two statements that change days, because a system may not read what stands there, as ON CONFLICT DO UPDATE does.
    let row = sqlx::query!(
        r#"
        WITH entry AS
            ( SELECT e.*, w.child_id
              FROM UNNEST($6::uuid[], $7::integer[], $8::text[], $9::boolean[], $10::boolean[], $11::jsonb[])
                AS e (watch_id, version, status, attended, seen, mark)
              JOIN watch.watches w ON w.ward_id = $1 AND w.facility_id = $3 AND w.id = e.watch_id
                AND w.from_on <= $4 AND (w.until_on IS NULL OR w.until_on >= $4) )
        , sent AS
            ( INSERT INTO watch.submissions (ward_id, id, facility_id, day, idempotency_key, token_id, sent_at, late, children)
              VALUES ($1, $2, $3, $4, $5, $12, $13, $14, cardinality($6::uuid[])) )
        , first AS
            ( INSERT INTO watch.days (ward_id, child_id, day, watch_id, facility_id, version, status, attended, seen, mark)
              SELECT $1, e.child_id, $4, e.watch_id, $3, e.version, e.status, e.attended, e.seen, e.mark FROM entry e
              WHERE e.version = 1 ORDER BY e.watch_id
              ON CONFLICT (ward_id, watch_id, day) DO NOTHING
              RETURNING watch_id )
        , again AS
            ( UPDATE watch.days d SET version = e.version, status = e.status, attended = e.attended, seen = e.seen, mark = e.mark
              FROM entry e
              WHERE d.ward_id = $1 AND d.watch_id = e.watch_id AND d.day = $4 AND e.version > 1 AND d.version = e.version - 1
              RETURNING d.watch_id )
        , moved AS (SELECT watch_id FROM first UNION ALL SELECT watch_id FROM again)
        , report AS
            ( INSERT INTO watch.reports (ward_id, watch_id, day, version, submission_id, facility_id, child_id, mark, correction_reason, token_id, reported_at)
              SELECT $1, e.watch_id, $4, e.version, $2, $3, e.child_id, e.mark, CASE WHEN e.version > 1 THEN $15 ELSE '' END, $12, $13
              FROM entry e JOIN moved m ON m.watch_id = e.watch_id )
        SELECT (SELECT count(*) FROM moved) AS "written!", hub.announce_answer($6, $4, $13) AS "answers!"
        "#,
        permit.ward().uuid(),
        sending.id.uuid(),
        permit.id().uuid(),
        sending.day.to_sqlx(),
        sending.key,
        &columns.watches,
        &columns.versions,
        &columns.statuses,
        &columns.attended,
        &columns.seen,
        &columns.marks,
        token(permit)?.uuid(),
        tx.now().to_sqlx(),
        sending.late,
        sending.why,
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(sending.is_whole(row.written).then_some(row.answers))
}

/// Forgets the answers nobody will ask for again, of all wards; returns how many that were.
pub async fn sweep(db: &Db, now: Timestamp) -> Result<u64> {
    let mut tx = db.upkeep().await?;
    let gone = sqlx::query!("DELETE FROM hub.intakes WHERE at <= $1", (now - PATIENCE).to_sqlx()).execute(&mut *tx).await?;
    tx.commit().await?;
    Ok(gone.rows_affected())
}
