//! Whoever closes a facility and whoever asks about a child there take turns: either the closing sees the request, or the request sees the
//! closing.

use super::{Result, Tx};
use crate::gate::{Actor, Side};

/// No organization of the ward is closed, merged or opened again before this transaction ends; any number may wait for that together.
/// Comes before anything is locked, and before the facilities are read that a request or a plan is to name.
pub async fn hold_still(tx: &mut Tx, actor: &Actor) -> Result<()> {
    sqlx::query!("SELECT pg_advisory_xact_lock_shared(hashtextextended($1, 0))", key(actor)).execute(tx.conn()).await?;
    Ok(())
}

/// Whoever closes, merges or opens again waits until every request and plan that is being written down is there, and the next ones wait
/// for the end. Comes before anything is locked, and before what is still open is counted.
pub async fn halt_requests(tx: &mut Tx, actor: &Actor) -> Result<()> {
    if actor.side() != Some(Side::Administration) {
        // The gate is about to say no; until then nobody is kept waiting.
        return Ok(());
    }
    sqlx::query!("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", key(actor)).execute(tx.conn()).await?;
    Ok(())
}

fn key(actor: &Actor) -> String {
    format!("organizations of {}", actor.ward())
}
