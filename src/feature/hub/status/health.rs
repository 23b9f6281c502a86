//! `ok`, or what is not well, for balancers and monitors; nothing personal.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};

use crate::{
    store::{self, pulses},
    web::App,
};

/// For balancers: a node that answers takes requests, also while a mail server is away.
pub(super) async fn show(State(app): State<App>) -> Response {
    answer(&app, StatusCode::OK).await
}

/// For monitors: anything that is not well is a failure.
pub(super) async fn duties(State(app): State<App>) -> Response {
    answer(&app, StatusCode::SERVICE_UNAVAILABLE).await
}

async fn answer(app: &App, degraded: StatusCode) -> Response {
    match text(app).await {
        Ok(None) => (StatusCode::OK, "ok").into_response(),
        Ok(Some(lines)) => (degraded, lines).into_response(),
        Err(error) => {
            tracing::warn!(%error, "the database is away");
            (StatusCode::SERVICE_UNAVAILABLE, "database away").into_response()
        }
    }
}

/// A line for each thing: its kind, its name, since when.
async fn text(app: &App) -> store::Result<Option<String>> {
    let troubles = pulses::troubles(&app.db, app.clock.now()).await?;
    let line = |trouble: &pulses::Trouble| format!("{} {} since {:.0}", trouble.kind.code(), trouble.subject, trouble.since);
    let lines: Vec<_> = std::iter::once("degraded".to_owned()).chain(troubles.iter().map(line)).collect();
    Ok((!troubles.is_empty()).then(|| lines.join("\n")))
}
