//! Every attempt to get in leaves one line, and one answer for all that failed.

use axum::{
    Json,
    http::StatusCode,
    response::{IntoResponse, Response},
};

use crate::{
    domain::ids::{Id, Person, Ward},
    store::sign_ins::{self, Attempt, Outcome, Reason},
    web::{App, Lang, Peer, Result},
};

/// Writes down that somebody came in or went out.
pub(super) async fn passed(app: &App, peer: Peer, who: (Id<Ward>, Id<Person>), outcome: Outcome) -> Result<()> {
    let attempt = Attempt { who: Some(who), outcome, reason: Reason::None, address: peer.address, agent: peer.agent };
    Ok(sign_ins::note(&app.db, &attempt, app.clock.now()).await?)
}

/// Writes down the refusal and its reason; the person learns only that it did not work.
pub(super) async fn refused(app: &App, peer: Peer, who: Option<(Id<Ward>, Id<Person>)>, reason: Reason) -> Result<()> {
    tracing::info!(reason = reason.code(), "sign-in refused");
    let attempt = Attempt { who, outcome: Outcome::Refused, reason, address: peer.address, agent: peer.agent };
    Ok(sign_ins::note(&app.db, &attempt, app.clock.now()).await?)
}

/// The one answer to every failed ceremony.
pub(super) fn failed(lang: Lang, words: impl Fn(Lang) -> String) -> Response {
    (StatusCode::UNPROCESSABLE_ENTITY, Json(serde_json::json!({ "error": words(lang) }))).into_response()
}
