//! How many alerts nobody has taken, for browsers that cannot hold a stream open. Nothing personal, so it is no deed.

use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use serde_json::json;

use crate::{
    gate::actions,
    store::alerts::{self, Heard},
    web::{App, Here, Result},
};

pub(super) async fn show(here: Here, State(app): State<App>) -> Result<Response> {
    let heard = heard(&app, &here).await?;
    Ok(Json(json!({ "count": heard.open, "newest": heard.newest })).into_response())
}

/// What this member may hear now.
pub(super) async fn heard(app: &App, here: &Here) -> Result<Heard> {
    let scope = app.gate.scope::<actions::ReceiveAlerts>(&here.actor, &here.place())?;
    let mut read = app.read(&here.actor).await?;
    Ok(alerts::heard(&mut read, &scope).await?)
}
