//! Whether the hub is well: for balancers and monitors, telling nothing.

use axum::{extract::State, http::StatusCode, response::IntoResponse};

use crate::web::{App, Door, Result, Routes};

pub fn routes(app: &App) -> Routes {
    Routes::new(app).get("/healthz", Door::Open("monitors are not signed in"), show)
}

async fn show(State(app): State<App>) -> Result {
    Ok(if app.db.answers().await {
        (StatusCode::OK, "ok").into_response()
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "database away").into_response()
    })
}
