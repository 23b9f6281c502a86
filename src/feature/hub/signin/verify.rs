//! A signed-in person is verified again: to come back to a locked screen, or for one sensitive action (security B2).

use axum::{
    Json,
    body::Bytes,
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use i18n_embed_fl::fl;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::log::failed;
use crate::{
    domain::ids::{Ceremony, Id, Session},
    gate::{Permit, actions},
    store::{
        Tx,
        ceremonies::{self, Purpose},
        organizations, passkeys, sessions,
        sign_ins::{Outcome, Reason},
    },
    web::{App, Attempt, Error, Peer, Result, Secret, Signed, start_session},
};

/// What somebody is verified for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
enum Aim {
    /// To come back to a locked screen.
    Return,
    /// To do one thing.
    Action(String),
}

/// What the server keeps of a begun verification: it counts for this session and this aim, whatever the browser says later.
#[derive(Debug, Serialize, Deserialize)]
struct Kept {
    session: Id<Session>,
    aim: Aim,
    passkey: Value,
}

#[derive(Debug, Deserialize)]
pub(super) struct Wanted {
    #[serde(default)]
    action: String,
}

pub(super) async fn options(State(app): State<App>, signed: Signed, peer: Peer, body: Bytes) -> Result {
    let wanted = serde_json::from_slice::<Wanted>(&body).map_err(|_| Error::Malformed)?;
    let aim = match wanted.action.as_str() {
        "" => Aim::Return,
        action if actions::ALL.iter().any(|known| known.name == action) => Aim::Action(action.to_owned()),
        _ => return Err(Error::Malformed),
    };
    Attempt::ceremony(&app, peer, Some((signed.found.ward, signed.found.person))).await?;
    let mut tx = app.tx(&signed.entry()).await?;
    let mine = passkeys::credential_ids(&mut tx).await?;
    drop(tx);
    let begun = app.passkeys.begin_verification(&mine).map_err(Error::internal)?;
    let kept = Kept { session: signed.found.session, aim, passkey: begun.state };
    let state = serde_json::to_value(kept).map_err(Error::internal)?;
    let ceremony = ceremonies::put(&app.db, Purpose::Verify, &state, app.clock.now()).await?;
    Ok(Json(json!({ "publicKey": begun.options, "ceremony": ceremony })).into_response())
}

#[derive(Debug, Deserialize)]
pub(super) struct Answered {
    ceremony: Id<Ceremony>,
    credential: Value,
}

pub(super) async fn create(State(app): State<App>, signed: Signed, peer: Peer, body: Bytes) -> Result {
    let attempt = Attempt::begin(&app, peer).await?.by((signed.found.ward, signed.found.person)).await?;
    match verify(&app, &signed, &body).await? {
        Ok(token) => {
            attempt.passed(Outcome::Verified).await?;
            Ok(([(header::SET_COOKIE, start_session(&token))], Json(json!({ "next": null }))).into_response())
        }
        Err(reason) => {
            attempt.refused(reason).await?;
            Ok::<Response, Error>(failed(signed.lang, |lang| fl!(lang.texts(), "verify-failed")))
        }
    }
}

/// Believes the answer and strengthens this very session under a new token, or says why not.
async fn verify(app: &App, signed: &Signed, body: &[u8]) -> Result<std::result::Result<Secret, Reason>> {
    let Ok(answered) = serde_json::from_slice::<Answered>(body) else { return Ok(Err(Reason::Malformed)) };
    let state = ceremonies::take(&app.db, Purpose::Verify, answered.ceremony, app.clock.now()).await?;
    let kept = state.and_then(|state| serde_json::from_value::<Kept>(state).ok());
    let Some(kept) = kept.filter(|kept| kept.session == signed.found.session) else { return Ok(Err(Reason::StaleCeremony)) };
    let Ok(answer) = app.passkeys.read_answer(answered.credential) else { return Ok(Err(Reason::Malformed)) };
    if answer.user != signed.found.person.uuid() {
        return Ok(Err(Reason::UnknownPasskey));
    }
    let actor = signed.entry();
    let mut tx = app.tx(&actor).await?;
    let Some((passkey, stored)) = passkeys::credential(&mut tx, answer.credential_id()).await? else {
        return Ok(Err(Reason::UnknownPasskey));
    };
    let credential = match app.passkeys.finish_sign_in(&answer, kept.passkey, stored) {
        Ok(credential) => credential,
        Err(error) => {
            tracing::info!(%error, "a passkey did not hold");
            return Ok(Err(if error.looks_like_a_copy() { Reason::CopiedPasskey } else { Reason::BadPasskey }));
        }
    };
    let root = organizations::root(&mut tx, &actor).await?.ok_or(Error::Hidden)?;
    let token = Secret::token();
    match kept.aim {
        Aim::Return => {
            let permit = app.gate.permit::<actions::UnlockSession>(&actor, &root)?;
            passkeys::used(&mut tx, &permit, passkey, &credential).await?;
            sessions::proved_by(&mut tx, &permit, signed.found.session, passkey).await?;
            come_back(tx, &permit, signed, &token).await?;
        }
        Aim::Action(action) => {
            let permit = app.gate.permit::<actions::StepUp>(&actor, &root)?;
            passkeys::used(&mut tx, &permit, passkey, &credential).await?;
            sessions::proved_by(&mut tx, &permit, signed.found.session, passkey).await?;
            sessions::step_up(&mut tx, &permit, signed.found.session, &action, &token.hash()).await?;
            tx.commit(permit.deed().with("session", signed.found.session).with("action", action)).await?;
        }
    }
    Ok(Ok(token))
}

async fn come_back(mut tx: Tx, permit: &Permit<actions::UnlockSession>, signed: &Signed, token: &Secret) -> Result<()> {
    sessions::unlock(&mut tx, permit, signed.found.session, &token.hash()).await?;
    Ok(tx.commit(permit.deed().with("session", signed.found.session)).await?)
}
