//! A watch as its reports are read: what the gate must know of it, and who the child is.

use super::{Result, Tx};
use crate::{
    domain::ids::{Id, Organization, Watch},
    gate::{Actor, Permit, WatchFacts, actions},
};

/// What a facility's session can know of a watch: the office behind it is not among it, so the facility stands in for it.
/// Offices ask `requests::facts`, which knows the office.
pub async fn facts(tx: &mut Tx, actor: &Actor, id: Id<Watch>) -> Result<Option<WatchFacts>> {
    let row = sqlx::query!(
        r#"
        SELECT facility_id AS "facility: Id<Organization>"
             , (from_on <= hub.today() AND (until_on IS NULL OR until_on >= hub.today())) AS "live!"
        FROM watch.watches WHERE ward_id = $1 AND id = $2
        "#,
        actor.ward().uuid(),
        id.uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|row| WatchFacts { ward: actor.ward(), id, facility: row.facility, office: row.facility, live: row.live }))
}

/// The child, as the facility knows it.
#[derive(Debug, Clone)]
pub struct Child {
    pub name: String,
    pub kana: String,
    pub grade: String,
    pub class: String,
}

pub async fn child(tx: &mut Tx, permit: &Permit<actions::ReadReports>) -> Result<Option<Child>> {
    sqlx::query_as!(
        Child,
        "SELECT name, kana, grade, class FROM watch.watches WHERE ward_id = $1 AND id = $2",
        permit.ward().uuid(),
        permit.id().uuid()
    )
    .fetch_optional(tx.conn())
    .await
}
