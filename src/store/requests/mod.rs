//! Requests to watch: the watch a facility sees, and beside it what only the office knows.

mod add;
mod change;
mod list;
mod read;

pub use self::{
    add::{Addition, SiblingGroup, add, add_imported, group_of, one_import_at_a_time, watched},
    change::{Stale, assign, candidates, end, protect},
    list::{Filter, Holder, Line, Owner, Same, State, export, holders, page, same_child, same_name},
    read::{Child, Day, OpenAlert, Request, Step, days, open_alerts, read, siblings, steps},
};

use super::{Result, Tx};
use crate::{
    domain::ids::{Id, Organization, Watch},
    gate::{Actor, Side, WatchFacts},
};

/// What the gate must know of a request; `None` when it is not inside the fence. The other sides have no right on the
/// office's tables at all: asking for them would be a fault, not an answer.
pub async fn facts(tx: &mut Tx, actor: &Actor, id: Id<Watch>) -> Result<Option<WatchFacts>> {
    if actor.side() != Some(Side::Office) {
        return Ok(None);
    }
    let today = tx.today();
    let row = sqlx::query!(
        r#"
        SELECT w.facility_id AS "facility: Id<Organization>", r.office_id AS "office: Id<Organization>", w.from_on, w.until_on
        FROM desk.requests r
        JOIN watch.watches w ON w.ward_id = r.ward_id AND w.id = r.watch_id
        WHERE r.ward_id = $1 AND r.watch_id = $2
        "#,
        actor.ward().uuid(),
        id.uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|row| {
        let live = row.from_on.to_jiff() <= today && row.until_on.is_none_or(|until| until.to_jiff() >= today);
        WatchFacts { ward: actor.ward(), id, facility: row.facility, office: row.office, live }
    }))
}

/// As [`facts`], and nobody else changes the request before this transaction ends.
pub async fn facts_for_change(tx: &mut Tx, actor: &Actor, id: Id<Watch>) -> Result<Option<WatchFacts>> {
    if actor.side() != Some(Side::Office) {
        return Ok(None);
    }
    sqlx::query!(
        "SELECT revision FROM desk.requests WHERE ward_id = $1 AND watch_id = $2 FOR UPDATE",
        actor.ward().uuid(),
        id.uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    facts(tx, actor, id).await
}

/// The same, with every request of the child locked, in the order of their ids: two who protect one child at two of its facilities take turns.
pub async fn facts_for_protection(tx: &mut Tx, actor: &Actor, id: Id<Watch>) -> Result<Option<WatchFacts>> {
    if actor.side() != Some(Side::Office) {
        return Ok(None);
    }
    sqlx::query!(
        r#"
        SELECT r.revision FROM desk.requests r
        WHERE r.ward_id = $1 AND r.watch_id IN
            ( SELECT w.id FROM watch.watches mine JOIN watch.watches w ON w.ward_id = mine.ward_id AND w.child_id = mine.child_id
              WHERE mine.ward_id = $1 AND mine.id = $2 )
        ORDER BY r.watch_id FOR UPDATE
        "#,
        actor.ward().uuid(),
        id.uuid()
    )
    .fetch_all(tx.conn())
    .await?;
    facts(tx, actor, id).await
}
