//! The office's day: what fired, who takes it, what is done, and everything that must be refused.

mod folded;
mod inbox;
mod page;
mod refusals;
mod steps;

use crate::support::{Answer, Caller, TestApp};

/// The centre's own alert.
fn path(app: &TestApp) -> String {
    format!("/alerts/{}", app.world.alert(&app.world.centre).id)
}

async fn take(caller: &Caller<'_>, path: &str, version: u32) -> Answer {
    caller.post(&format!("{path}/taking"), &[("version", &version.to_string())]).await
}

async fn row(app: &TestApp) -> serde_json::Value {
    let id = app.world.alert(&app.world.centre).id;
    app.sql(&format!("SELECT state, holder_id, outcome, revision FROM desk.alerts WHERE id = '{id}'")).await.remove(0)
}
