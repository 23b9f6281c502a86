//! Going out leaves a line as coming in does, and there is one answer for all that failed.

use axum::{
    Json,
    http::StatusCode,
    response::{IntoResponse, Response},
};

use crate::{
    store::sign_ins::{self, Attempt, Outcome, Reason},
    web::{App, Lang, Peer, Result, Who},
};

/// Writes down that somebody went out.
pub(super) async fn left(app: &App, peer: Peer, who: Who) -> Result<()> {
    let attempt =
        Attempt { who: Some(who), outcome: Outcome::SignedOut, reason: Reason::None, address: peer.address, agent: peer.agent };
    Ok(sign_ins::note(&app.db, &attempt, app.clock.now()).await?)
}

/// The one answer to every failed ceremony.
pub(super) fn failed(lang: Lang, words: impl Fn(Lang) -> String) -> Response {
    (StatusCode::UNPROCESSABLE_ENTITY, Json(serde_json::json!({ "error": words(lang) }))).into_response()
}
