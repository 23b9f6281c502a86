//! `ok`, or why not, for balancers and monitors.

use axum::{extract::State, http::StatusCode, response::IntoResponse};

use crate::web::{App, Result};

pub(super) async fn show(State(app): State<App>) -> Result {
    let (status, word) =
        if app.db.answers().await { (StatusCode::OK, "ok") } else { (StatusCode::SERVICE_UNAVAILABLE, "database away") };
    Ok((status, word).into_response())
}
