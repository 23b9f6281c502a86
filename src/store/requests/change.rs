//! Changes of a request: whom it is given to, when it ends. Each says which revision it was decided on.

use jiff::civil::Date;
use jiff_sqlx::ToSqlx;
use uuid::Uuid;

use crate::{
    domain::{
        ids::{Id, Person},
        name::Note,
        protection::Protection,
    },
    gate::{Permit, actions},
    store::{Result, Tx, people::Colleague},
};

/// Somebody else changed the request since the form was shown; nothing was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stale;

/// Whom it can be given to: everybody who can answer for its office today. In other hands it would be missed at once (K8).
pub async fn candidates(tx: &mut Tx, permit: &Permit<actions::AssignRequest>) -> Result<Vec<Colleague>> {
    sqlx::query_as!(
        Colleague,
        r#"
        SELECT DISTINCT ON (p.display_name, p.id) p.id AS "id: Id<Person>", p.display_name AS name, o.name AS organization
        FROM desk.requests r
        CROSS JOIN LATERAL desk.answerers(r.ward_id, r.office_id, $3) n
        JOIN hub.people p ON p.ward_id = r.ward_id AND p.id = n.person_id
        JOIN hub.organizations o ON o.ward_id = r.ward_id AND o.id = n.organization_id
        WHERE r.ward_id = $1 AND r.watch_id = $2
        ORDER BY p.display_name, p.id, n.height
        "#,
        permit.ward().uuid(),
        permit.id().uuid(),
        tx.today().to_sqlx(),
    )
    .fetch_all(tx.conn())
    .await
}

/// Gives the request to a person, one of [`candidates`], or to nobody.
pub async fn assign(
    tx: &mut Tx,
    permit: &Permit<actions::AssignRequest>,
    revision: i32,
    to: Option<Id<Person>>,
) -> Result<Result<(), Stale>> {
    let before = sqlx::query_scalar!(
        "SELECT assigned_to FROM desk.requests WHERE ward_id = $1 AND watch_id = $2",
        permit.ward().uuid(),
        permit.id().uuid()
    )
    .fetch_one(tx.conn())
    .await?;
    let done = sqlx::query!(
        "UPDATE desk.requests SET assigned_to = $4, revision = revision + 1 WHERE ward_id = $1 AND watch_id = $2 AND revision = $3",
        permit.ward().uuid(),
        permit.id().uuid(),
        revision,
        to.map(Id::uuid)
    )
    .execute(tx.conn())
    .await?;
    if done.rows_affected() == 0 {
        return Ok(Err(Stale));
    }
    let step = Step { revision: revision + 1, event: "assigned", by: permit.person().map(Id::uuid), to: to.map(Id::uuid) };
    append(tx, permit.ward().uuid(), permit.id().uuid(), &step).await?;
    hand_onward(tx, permit, before, to).await?;
    Ok(Ok(()))
}

/// A request that goes on elsewhere and has not begun goes into the same hands, unless it was given to somebody of its own.
async fn hand_onward(
    tx: &mut Tx,
    permit: &Permit<actions::AssignRequest>,
    before: Option<Uuid>,
    to: Option<Id<Person>>,
) -> Result<()> {
    let (ward, today) = (permit.ward().uuid(), tx.today());
    let onward = sqlx::query!(
        r#"
        UPDATE desk.requests r SET assigned_to = $3, revision = r.revision + 1 FROM watch.watches w
        WHERE r.ward_id = $1 AND (r.continues = $2 OR r.carried_from = $2)
          AND r.assigned_to IS NOT DISTINCT FROM $5 AND r.assigned_to IS DISTINCT FROM $3
          AND w.ward_id = r.ward_id AND w.id = r.watch_id AND w.from_on > $4
        RETURNING r.watch_id, r.revision
        "#,
        ward,
        permit.id().uuid(),
        to.map(Id::uuid),
        today.to_sqlx(),
        before
    )
    .fetch_all(tx.conn())
    .await?;
    for row in onward {
        let step = Step { revision: row.revision, event: "assigned", by: permit.person().map(Id::uuid), to: to.map(Id::uuid) };
        append(tx, ward, row.watch_id, &step).await?;
    }
    Ok(())
}

/// Ends the request with its last day.
pub async fn end(
    tx: &mut Tx,
    permit: &Permit<actions::EndRequest>,
    revision: i32,
    last: Date,
    reason: &Note,
) -> Result<Result<(), Stale>> {
    let now = tx.now();
    let (ward, watch, by) = (permit.ward().uuid(), permit.id().uuid(), permit.person().map(Id::uuid));
    let done = sqlx::query!(
        r#"
        UPDATE desk.requests SET ended_by = $4, ended_at = $5, end_reason = $6, revision = revision + 1
        WHERE ward_id = $1 AND watch_id = $2 AND revision = $3
        "#,
        ward,
        watch,
        revision,
        by,
        now.to_sqlx(),
        reason.as_str()
    )
    .execute(tx.conn())
    .await?;
    if done.rows_affected() == 0 {
        return Ok(Err(Stale));
    }
    sqlx::query!("UPDATE watch.watches SET until_on = $3 WHERE ward_id = $1 AND id = $2", ward, watch, last.to_sqlx())
        .execute(tx.conn())
        .await?;
    append(tx, ward, watch, &Step { revision: revision + 1, event: "ended", by, to: None }).await?;
    Ok(Ok(()))
}

/// Protects the child (支援措置), or does so no more: at every facility it is, was or will be asked about at. Each of these requests is
/// raised and says so: whoever has another one of the child open is told that it has changed.
pub async fn protect(
    tx: &mut Tx,
    permit: &Permit<actions::ProtectRequest>,
    revision: i32,
    protection: Option<Protection>,
) -> Result<Result<(), Stale>> {
    let (ward, watch, by) = (permit.ward().uuid(), permit.id().uuid(), permit.person().map(Id::uuid));
    let done = sqlx::query!(
        "UPDATE desk.requests SET revision = revision + 1 WHERE ward_id = $1 AND watch_id = $2 AND revision = $3",
        ward,
        watch,
        revision
    )
    .execute(tx.conn())
    .await?;
    if done.rows_affected() == 0 {
        return Ok(Err(Stale));
    }
    let event = if protection.is_some() { "protected" } else { "unprotected" };
    // The request itself was raised by the statement above.
    sqlx::query!(
        r#"
        WITH stays AS
            ( SELECT w.id FROM watch.watches mine JOIN watch.watches w ON w.ward_id = mine.ward_id AND w.child_id = mine.child_id
              WHERE mine.ward_id = $1 AND mine.id = $2 ORDER BY w.id FOR NO KEY UPDATE OF w )
           , told AS (UPDATE watch.watches w SET discreet = $3 WHERE w.ward_id = $1 AND w.id IN (SELECT id FROM stays))
           , said AS
            ( UPDATE desk.requests r SET protected_until = $4, revision = r.revision + (r.watch_id <> $2)::integer
              WHERE r.ward_id = $1 AND r.watch_id IN (SELECT id FROM stays) RETURNING r.watch_id, r.revision )
        INSERT INTO desk.request_steps (ward_id, watch_id, revision, event, by_person, at)
        SELECT $1, said.watch_id, said.revision, $5, $6, $7 FROM said
        "#,
        ward,
        watch,
        protection.is_some(),
        protection.and_then(|protection| protection.until).map(ToSqlx::to_sqlx) as Option<jiff_sqlx::Date>,
        event,
        by,
        tx.now().to_sqlx(),
    )
    .execute(tx.conn())
    .await?;
    Ok(Ok(()))
}

struct Step {
    revision: i32,
    event: &'static str,
    by: Option<Uuid>,
    to: Option<Uuid>,
}

async fn append(tx: &mut Tx, ward: Uuid, watch: Uuid, step: &Step) -> Result<()> {
    let now = tx.now();
    sqlx::query!(
        "INSERT INTO desk.request_steps (ward_id, watch_id, revision, event, by_person, to_person, at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
        ward,
        watch,
        step.revision,
        step.event,
        step.by,
        step.to,
        now.to_sqlx()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
