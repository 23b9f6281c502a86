//! Writing a plan down, taking it back, and ending it with its request: the request here, the one that continues it elsewhere, and the one a
//! merger would carry on.

use jiff_sqlx::ToSqlx;
use uuid::Uuid;

use super::class;
use crate::{
    domain::{
        ids::{Id, Watch},
        transfer::{Begun, Onward, Plan},
    },
    gate::{Permit, actions},
    store::{Result, Tx, requests::Stale},
};

/// Writes the plan down: the request here ends with its last day, and where a facility comes next, a request there continues it.
/// A plan there was before is replaced, and who had the case there in hand keeps it. Precondition: `begun` said that the child can leave.
pub async fn plan(
    tx: &mut Tx,
    permit: &Permit<actions::TransferRequest>,
    revision: i32,
    begun: &Begun,
    plan: &Plan,
) -> Result<Result<(), Stale>> {
    let (ward, watch, by, now) = (permit.ward().uuid(), permit.id().uuid(), permit.person().map(Id::uuid), tx.now());
    if !step(tx, permit, revision, "moved").await? {
        return Ok(Err(Stale));
    }
    let hands = hands_onward(tx, ward, watch).await?;
    drop_onward(tx, ward, watch).await?;
    sqlx::query!("UPDATE watch.watches SET until_on = $3 WHERE ward_id = $1 AND id = $2", ward, watch, plan.last.to_sqlx())
        .execute(tx.conn())
        .await?;
    sqlx::query!(
        r#"
        INSERT INTO desk.transfers (ward_id, watch_id, last_on, next, until_before, entered_by, entered_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (ward_id, watch_id) DO UPDATE
        SET last_on = excluded.last_on, next = excluded.next, entered_by = excluded.entered_by, entered_at = excluded.entered_at
          , until_before = CASE WHEN transfers.dropped_at IS NULL THEN transfers.until_before ELSE excluded.until_before END
          , judged_on = NULL, dropped_at = NULL
        "#,
        ward,
        watch,
        plan.last.to_sqlx(),
        plan.next.code(),
        begun.until.map(ToSqlx::to_sqlx) as Option<jiff_sqlx::Date>,
        by,
        now.to_sqlx()
    )
    .execute(tx.conn())
    .await?;
    if let Some(onward) = &plan.onward {
        go_on(tx, permit, begun, onward, hands).await?;
    }
    Ok(Ok(()))
}

/// Takes a plan back before its first day elsewhere: the request here goes on as it was, and at the successor of a facility that is merged
/// meanwhile.
pub async fn undo(tx: &mut Tx, permit: &Permit<actions::TransferRequest>, revision: i32) -> Result<Result<(), Stale>> {
    let (ward, watch) = (permit.ward().uuid(), permit.id().uuid());
    if !step(tx, permit, revision, "move_undone").await? {
        return Ok(Err(Stale));
    }
    drop_onward(tx, ward, watch).await?;
    sqlx::query!(
        r#"
        UPDATE watch.watches w SET until_on = least(t.until_before, f.closed_on - 1) FROM desk.transfers t, hub.organizations f
        WHERE w.ward_id = $1 AND w.id = $2 AND t.ward_id = w.ward_id AND t.watch_id = w.id AND t.dropped_at IS NULL
          AND f.ward_id = w.ward_id AND f.id = w.facility_id
        "#,
        ward,
        watch
    )
    .execute(tx.conn())
    .await?;
    carry_on(tx, ward, watch).await?;
    drop_plan(tx, ward, watch).await?;
    Ok(Ok(()))
}

/// Where the facility is merged on a later day than the plan had as its last one, the merger has carried nothing on; it would have.
async fn carry_on(tx: &mut Tx, ward: Uuid, watch: Uuid) -> Result<()> {
    let (fresh, now, today) = (Id::<Watch>::random().uuid(), tx.now(), tx.today());
    let carried = sqlx::query!(
        r#"
        INSERT INTO watch.watches (ward_id, id, child_id, facility_id, name, kana, name_key, grade, class, from_on, until_on, own_weekdays)
        SELECT w.ward_id, $3, w.child_id, f.successor_id, w.name, w.kana, w.name_key, w.grade, w.class, f.closed_on, t.until_before, w.own_weekdays
        FROM watch.watches w
        JOIN desk.transfers t ON t.ward_id = w.ward_id AND t.watch_id = w.id AND t.dropped_at IS NULL
        JOIN hub.organizations f ON f.ward_id = w.ward_id AND f.id = w.facility_id AND f.successor_id IS NOT NULL AND f.closed_on > $4
        WHERE w.ward_id = $1 AND w.id = $2 AND (t.until_before IS NULL OR t.until_before >= f.closed_on)
        "#,
        ward,
        watch,
        fresh,
        today.to_sqlx()
    )
    .execute(tx.conn())
    .await?;
    if carried.rows_affected() == 0 {
        return Ok(());
    }
    sqlx::query!(
        r#"
        INSERT INTO desk.requests (ward_id, watch_id, office_id, ground, strictness, sibling_group_id, assigned_to, created_by, created_at, carried_from)
        SELECT r.ward_id, $3, r.office_id, r.ground, r.strictness, r.sibling_group_id, r.assigned_to, r.created_by, $4, r.watch_id
        FROM desk.requests r WHERE r.ward_id = $1 AND r.watch_id = $2
        "#,
        ward,
        watch,
        fresh,
        now.to_sqlx()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Whoever ends the request ends the plan with it: the child is asked about nowhere, and nobody looks for a place any more. Whether there
/// was a plan.
pub async fn end_with(tx: &mut Tx, permit: &Permit<actions::EndRequest>) -> Result<bool> {
    let (ward, watch) = (permit.ward().uuid(), permit.id().uuid());
    drop_onward(tx, ward, watch).await?;
    drop_plan(tx, ward, watch).await
}

/// The plan is none any more; the rules are asked once more about what they had said of it.
async fn drop_plan(tx: &mut Tx, ward: Uuid, watch: Uuid) -> Result<bool> {
    let now = tx.now();
    let dropped = sqlx::query!(
        "UPDATE desk.transfers SET dropped_at = $3, judged_on = NULL WHERE ward_id = $1 AND watch_id = $2 AND dropped_at IS NULL",
        ward,
        watch,
        now.to_sqlx()
    )
    .execute(tx.conn())
    .await?;
    Ok(dropped.rows_affected() == 1)
}

/// One revision on, if it is still the one the form was shown for.
async fn step(tx: &mut Tx, permit: &Permit<actions::TransferRequest>, revision: i32, event: &str) -> Result<bool> {
    let (ward, watch, now) = (permit.ward().uuid(), permit.id().uuid(), tx.now());
    let done = sqlx::query!(
        "UPDATE desk.requests SET revision = revision + 1 WHERE ward_id = $1 AND watch_id = $2 AND revision = $3",
        ward,
        watch,
        revision
    )
    .execute(tx.conn())
    .await?;
    if done.rows_affected() == 0 {
        return Ok(false);
    }
    sqlx::query!(
        "INSERT INTO desk.request_steps (ward_id, watch_id, revision, event, by_person, at) VALUES ($1, $2, $3, $4, $5, $6)",
        ward,
        watch,
        revision + 1,
        event,
        permit.person().map(Id::uuid),
        now.to_sqlx()
    )
    .execute(tx.conn())
    .await?;
    Ok(true)
}

/// In whose hands a continuation begins.
#[derive(Debug, Clone, Copy)]
enum Hands {
    /// In those of the request it continues.
    Same,
    /// In those the continuation it replaces was in: it may have been given to somebody of its own.
    Own(Option<Uuid>),
}

async fn hands_onward(tx: &mut Tx, ward: Uuid, watch: Uuid) -> Result<Hands> {
    let row = sqlx::query!("SELECT assigned_to FROM desk.requests WHERE ward_id = $1 AND continues = $2", ward, watch)
        .fetch_optional(tx.conn())
        .await?;
    Ok(row.map_or(Hands::Same, |row| Hands::Own(row.assigned_to)))
}

/// Removes a continuation that has not begun, and what a merger carried on of either; no report of them can exist. All in one statement:
/// the row that makes the watch visible goes with it. What has a plan of its own stays.
async fn drop_onward(tx: &mut Tx, ward: Uuid, watch: Uuid) -> Result<()> {
    let today = tx.today();
    sqlx::query!(
        r#"
        WITH onward AS
            ( SELECT r.watch_id FROM desk.requests r WHERE r.ward_id = $1 AND r.continues = $2
              UNION ALL
              SELECT c.watch_id FROM desk.requests r JOIN desk.requests c ON c.ward_id = r.ward_id AND c.carried_from = r.watch_id
              WHERE r.ward_id = $1 AND r.continues = $2
                AND NOT EXISTS (SELECT FROM desk.transfers t WHERE t.ward_id = c.ward_id AND t.watch_id = c.watch_id)
              UNION ALL
              SELECT c.watch_id FROM desk.requests c JOIN watch.watches w ON w.ward_id = c.ward_id AND w.id = c.watch_id
              WHERE c.ward_id = $1 AND c.carried_from = $2 AND w.from_on > $3
                AND NOT EXISTS (SELECT FROM desk.transfers t WHERE t.ward_id = c.ward_id AND t.watch_id = c.watch_id) )
           , grades AS (DELETE FROM desk.promotions p WHERE p.ward_id = $1 AND p.watch_id IN (SELECT watch_id FROM onward))
           , steps AS (DELETE FROM desk.request_steps s WHERE s.ward_id = $1 AND s.watch_id IN (SELECT watch_id FROM onward))
           , requests AS (DELETE FROM desk.requests r WHERE r.ward_id = $1 AND r.watch_id IN (SELECT watch_id FROM onward))
        DELETE FROM watch.watches w WHERE w.ward_id = $1 AND w.id IN (SELECT watch_id FROM onward)
        "#,
        ward,
        watch,
        today.to_sqlx()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The same child, asked about at the new facility by the same office, in the hands it was in or was given into before.
async fn go_on(tx: &mut Tx, permit: &Permit<actions::TransferRequest>, begun: &Begun, onward: &Onward, hands: Hands) -> Result<()> {
    let (ward, watch, by, now) = (permit.ward().uuid(), permit.id().uuid(), permit.person().map(Id::uuid), tx.now());
    let fresh = Id::<Watch>::random().uuid();
    let (own, worker) = match hands {
        Hands::Same => (false, None),
        Hands::Own(worker) => (true, worker),
    };
    sqlx::query!(
        r#"
        INSERT INTO watch.watches (ward_id, id, child_id, facility_id, name, kana, name_key, grade, class, from_on, until_on)
        SELECT w.ward_id, $3, w.child_id, $4, w.name, w.kana, w.name_key, $5, $6, $7, $8
        FROM watch.watches w WHERE w.ward_id = $1 AND w.id = $2
        "#,
        ward,
        watch,
        fresh,
        onward.facility.uuid(),
        onward.grade.code(),
        class(onward),
        onward.first.to_sqlx(),
        begun.until_after(onward).map(ToSqlx::to_sqlx) as Option<jiff_sqlx::Date>
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        r#"
        INSERT INTO desk.requests (ward_id, watch_id, office_id, ground, strictness, sibling_group_id, assigned_to, created_by, created_at, continues)
        SELECT r.ward_id, $3, r.office_id, r.ground, r.strictness, r.sibling_group_id, CASE WHEN $6 THEN $7 ELSE r.assigned_to END, $4, $5, r.watch_id
        FROM desk.requests r WHERE r.ward_id = $1 AND r.watch_id = $2
        "#,
        ward,
        watch,
        fresh,
        by,
        now.to_sqlx(),
        own,
        worker
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
