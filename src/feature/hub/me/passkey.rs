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
use serde_json::json;

use super::account::{Own, account, field_name};
use crate::{
    domain::{
        ids::{Id, Passkey, Person, Session},
        mail::Mail,
        name::PasskeyName,
    },
    gate::{Permit, actions},
    store::{ceremonies::Purpose, mails, passkeys, people, sessions, sign_ins::Reason},
    web::{
        App, Attempt, Error, Field, Form, Frame, Here, Path, Peer, Result, is_set_up_open, page,
        registration::{self, Registering},
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

/// A registration counts for this session and this person, whoever sends the answer.
fn bound(here: &Here) -> (Id<Session>, Id<Person>) {
    (here.found.session, here.found.person)
}

pub(super) async fn options(here: Here, State(app): State<App>, peer: Peer, body: Bytes) -> Result {
    let permit = app.gate.permit::<actions::AddPasskey>(&here.actor, &here.myself())?;
    let attempt = begin(&app, &here, peer).await?;
    let Some(kind) = registration::wanted(&body) else { return refused(&here, attempt, Reason::Malformed).await };
    let attempt = attempt.with_ceremony().await?;
    let mut tx = app.tx(&here.actor).await?;
    let known = passkeys::credential_ids(&mut tx).await?;
    tx.commit(permit.deed().with("step", "begun").with("kind", kind)).await?;
    let (person, name) = (here.found.person.uuid(), here.found.person_name.as_str());
    let begun = registration::begin(&app, Registering { purpose: Purpose::Add, person, name, kind, known }, bound(&here)).await?;
    attempt.went_on().await?;
    Ok(Json(begun).into_response())
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
    let new = match registration::finish(app, (Purpose::Add, &bound(here)), body, here.lang).await? {
        Ok(new) => new,
        Err(reason) => return Ok(Err(reason)),
    };
    if new.synced && is_bound(app, here).await? {
        return Ok(Err(Reason::SyncedPasskey));
    }
    let mut tx = app.tx(&here.actor).await?;
    let Some(passkey) = passkeys::insert(&mut tx, permit, &new).await? else { return Ok(Err(Reason::BadPasskey)) };
    // Whoever approves a right, or stops somebody, looked at the passkeys and ended the sessions: this one is none of those.
    if !sessions::goes_on(&mut tx, permit, here.found.session).await? {
        return Err(Error::SessionOver(None));
    }
    mails::put(&mut tx, permit, here.found.person, &Mail::PasskeyAdded, mails::NEWS).await?;
    tx.commit(permit.deed().with("passkey", passkey).with("kind", new.kind)).await?;
    Ok(Ok(()))
}

/// Whether others' rights hang on the person, or are about to, also by a role they do not act in now.
async fn is_bound(app: &App, here: &Here) -> Result<bool> {
    let mut tx = app.tx(&here.entry()).await?;
    Ok(people::is_bound(&mut tx).await?)
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
