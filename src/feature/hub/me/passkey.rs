//! One more passkey, and another name for one.

use askama::Template;
use axum::{
    Json,
    body::Bytes,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use i18n_embed_fl::fl;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::account::{Own, account, field_name};
use crate::{
    domain::{
        ids::{Ceremony, Id, Passkey, Person, Session},
        name::PasskeyName,
    },
    gate::{Permit, actions},
    store::{
        ceremonies::{self, Purpose},
        passkeys::{self, NewPasskey, PasskeyKind},
        people,
        sign_ins::Reason,
    },
    web::{
        App, Attempt, Error, Field, Form, Frame, Here, Path, Peer, Result, is_set_up_open, page,
        passkey_words::{hint, passkey_name},
        say, see_other, unprocessable,
    },
};

#[derive(Debug, Template)]
#[template(path = "hub/me/passkey.html")]
struct New {
    frame: Frame,
    /// The one that completes the set-up.
    spare: bool,
    /// Only passkeys bound to one device will do.
    bound: bool,
}

pub(super) async fn new(here: Here, State(app): State<App>) -> Result {
    let tx = app.tx(&here.actor).await?;
    let permit = app.gate.permit::<actions::AddPasskey>(&here.actor, &here.myself())?;
    tx.commit(permit.deed().with("step", "form")).await?;
    let spare = is_set_up_open(usize::try_from(here.found.passkeys).unwrap_or(0));
    let texts = here.lang.texts();
    let title = if spare { fl!(texts, "enrol-second-heading") } else { fl!(texts, "me-add-title") };
    let frame = Frame::here(&app, &here, title).with_crumb("/me", fl!(texts, "me-title"));
    page(&New { frame, spare, bound: here.acting.role.is_privileged() })
}

/// What the person wants to register.
#[derive(Debug, Deserialize)]
struct Wanted {
    kind: PasskeyKind,
}

/// What the server keeps of a begun registration: it counts for this session and this person, whoever sends the answer.
#[derive(Debug, Serialize, Deserialize)]
struct Kept {
    session: Id<Session>,
    person: Id<Person>,
    kind: PasskeyKind,
    passkey: Value,
}

pub(super) async fn options(here: Here, State(app): State<App>, peer: Peer, body: Bytes) -> Result {
    let permit = app.gate.permit::<actions::AddPasskey>(&here.actor, &here.myself())?;
    let attempt = begin(&app, &here, peer).await?;
    let Ok(Wanted { kind }) = serde_json::from_slice(&body) else { return refused(&here, attempt, Reason::Malformed).await };
    let attempt = attempt.with_ceremony().await?;
    let mut tx = app.tx(&here.actor).await?;
    let known = passkeys::credential_ids(&mut tx).await?;
    let person = here.found.person;
    let begun =
        app.passkeys.begin_registration(person.uuid(), &here.found.person_name, known, hint(kind)).map_err(Error::internal)?;
    tx.commit(permit.deed().with("step", "begun").with("kind", kind)).await?;
    let kept = Kept { session: here.found.session, person, kind, passkey: begun.state };
    let state = serde_json::to_value(kept).map_err(Error::internal)?;
    let ceremony = ceremonies::put(&app.db, Purpose::Add, &state, app.clock.now()).await?;
    attempt.went_on().await?;
    Ok(Json(json!({ "publicKey": begun.options, "ceremony": ceremony })).into_response())
}

#[derive(Debug, Deserialize)]
struct Answered {
    ceremony: Id<Ceremony>,
    credential: Value,
}

pub(super) async fn create(here: Here, State(app): State<App>, peer: Peer, body: Bytes) -> Result {
    let permit = app.gate.permit::<actions::AddPasskey>(&here.actor, &here.myself())?;
    let attempt = begin(&app, &here, peer).await?;
    match register(&app, &here, &permit, &body).await? {
        Ok(()) => {
            attempt.finished().await?;
            Ok(Json(json!({ "next": "/me?done=added" })).into_response())
        }
        Err(reason) => refused(&here, attempt, reason).await,
    }
}

/// Registering is a try like any other: whoever sends nonsense is slowed down.
async fn begin(app: &App, here: &Here, peer: Peer) -> Result<Attempt> {
    Attempt::begin(app, peer).await?.by((here.found.ward, here.found.person)).await
}

/// Believes the answer and keeps the passkey, or says why not.
async fn register(
    app: &App,
    here: &Here,
    permit: &Permit<actions::AddPasskey>,
    body: &[u8],
) -> Result<std::result::Result<(), Reason>> {
    let Ok(answered) = serde_json::from_slice::<Answered>(body) else { return Ok(Err(Reason::Malformed)) };
    let state = ceremonies::take(&app.db, Purpose::Add, answered.ceremony, app.clock.now()).await?;
    let kept = state.and_then(|state| serde_json::from_value::<Kept>(state).ok());
    let mine = |kept: &Kept| kept.session == here.found.session && kept.person == here.found.person;
    let Some(kept) = kept.filter(mine) else { return Ok(Err(Reason::StaleCeremony)) };
    let registered = match app.passkeys.finish_registration(answered.credential, kept.passkey) {
        Ok(registered) => registered,
        Err(error) => {
            tracing::info!(%error, "a registration did not hold");
            return Ok(Err(Reason::BadPasskey));
        }
    };
    // Others' rights hang on these roles: their passkeys must not travel (security B8).
    if registered.synced && is_privileged(app, here).await? {
        return Ok(Err(Reason::SyncedPasskey));
    }
    let new = NewPasskey {
        credential_id: &registered.credential_id,
        credential: &registered.credential,
        name: &passkey_name(here.lang, kept.kind),
        kind: kept.kind,
        synced: registered.synced,
    };
    let mut tx = app.tx(&here.actor).await?;
    match passkeys::insert(&mut tx, permit, &new).await {
        Ok(passkey) => tx.commit(permit.deed().with("passkey", passkey).with("kind", kept.kind)).await?,
        // WebAuthn Level 3, 7.1 step 26: a credential is nobody else's, and no removed one comes back.
        Err(error) if passkeys::is_taken(&error) => return Ok(Err(Reason::BadPasskey)),
        Err(error) => return Err(error.into()),
    }
    Ok(Ok(()))
}

/// Whether any of the person's roles is one that others' rights hang on, also one they do not act in now.
async fn is_privileged(app: &App, here: &Here) -> Result<bool> {
    let mut tx = app.tx(&here.entry()).await?;
    Ok(people::choices(&mut tx).await?.iter().any(|choice| choice.role.is_privileged()))
}

/// Writes down the refusal and its reason; the person learns what they can mend.
async fn refused(here: &Here, attempt: Attempt, reason: Reason) -> Result<Response> {
    attempt.refused(reason).await?;
    let texts = here.lang.texts();
    let line = match reason {
        Reason::SyncedPasskey => fl!(texts, "passkey-synced-refused"),
        _ => fl!(texts, "enrol-failed"),
    };
    Ok((StatusCode::UNPROCESSABLE_ENTITY, Json(json!({ "error": line }))).into_response())
}

pub(super) async fn update(here: Here, State(app): State<App>, Path(id): Path<Id<Passkey>>, Form(fields): Form) -> Result {
    let permit = app.gate.permit::<actions::RenamePasskey>(&here.actor, &here.myself())?;
    let typed = fields.get(&field_name(id));
    match PasskeyName::parse(typed) {
        Ok(name) => {
            let mut tx = app.tx(&here.actor).await?;
            if !passkeys::rename(&mut tx, &permit, id, &name).await? {
                return Err(Error::Hidden);
            }
            tx.commit(permit.deed().with("passkey", id)).await?;
            Ok(see_other("/me?done=renamed"))
        }
        Err(refusal) => {
            let mut tx = app.tx(&here.entry()).await?;
            let own = Own::read(&mut tx, &permit).await?;
            let now = tx.now();
            if !own.passkeys.iter().any(|line| line.id == id) {
                return Err(Error::Hidden);
            }
            tx.commit(permit.deed().with("passkey", id).with("step", "refused")).await?;
            let line = say::say(here.lang, refusal.key(), &refusal.args());
            let field = Field::required(&field_name(id), typed).with_error(Some(line));
            unprocessable(&account(&app, &here, own, now, Some(&(id, field))))
        }
    }
}
