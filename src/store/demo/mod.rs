//! Puts the demo ward into the database, all of it or nothing, and finds whom its links are for.

mod arrangements;
mod desk;
mod hub;
mod links;
mod watch;

use jiff::{Timestamp, civil::Time};

pub use self::links::{Known, others, tour};
use super::{Result, Tx};
use crate::{
    domain::{clock::japan_instant, demo::Plan},
    gate::{Permit, actions},
};

/// Everything but the ward itself, which `wards::insert` makes in the same transaction.
pub async fn load(tx: &mut Tx, permit: &Permit<actions::LoadDemo>, plan: &Plan) -> Result<()> {
    let ward = permit.ward();
    hub::insert(tx, ward, plan).await?;
    watch::insert(tx, ward, plan).await?;
    desk::insert(tx, ward, plan).await?;
    arrangements::insert(tx, ward, plan).await?;
    watch::insert_replies(tx, ward, plan).await?;
    analyze(tx).await
}

/// So that the first question to the rules finds the tables as full as they are now.
async fn analyze(tx: &mut Tx) -> Result<()> {
    sqlx::query!("SELECT hub.analyze_demo()").execute(tx.conn()).await?;
    Ok(())
}

/// When the story of the ward begins.
pub fn since(plan: &Plan) -> Timestamp {
    japan_instant(plan.first_day.to_datetime(Time::midnight()))
}
