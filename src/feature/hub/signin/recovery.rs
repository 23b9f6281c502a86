//! Recovery: a code read out in person becomes the only passkey of an account, and every other way into it ends.

use askama::Template;
use axum::{
    Json,
    body::Bytes,
    extract::State,
    http::{HeaderMap, header},
    response::{IntoResponse, Response},
};
use i18n_embed_fl::fl;

use super::{log::failed, session::Opened};
use crate::{
    domain::{
        ids::{Id, Person, Recovery, Ward},
        mail::Mail,
        recovery::LIFE,
    },
    gate::{Actor, Duty, actions},
    store::{
        ceremonies::Purpose,
        mails, organizations,
        passkeys::{self, NewPasskey, PasskeyKind},
        people,
        recoveries::{self, State as Stand},
        sessions::{self, Method},
        sign_ins::{Outcome, Reason},
    },
    web::{
        App, Attempt, ErrorLine, Field, Form, Frame, Lang, Peer, Result, Secret, enrol_code, forget_code, keep_code, page,
        registration::{self, Registering},
        unprocessable,
    },
};

#[derive(Debug, Template)]
#[template(path = "hub/signin/recovery_code.html")]
struct RecoveryCode {
    frame: Frame,
    errors: Vec<ErrorLine>,
    code: Field,
}

#[derive(Debug, Template)]
#[template(path = "hub/signin/recovery_passkey.html")]
struct RecoveryPasskey {
    frame: Frame,
    person: String,
}

pub(super) async fn new(State(app): State<App>, lang: Lang) -> Result {
    page(&code_page(&app, lang, "", None))
}

fn code_page(app: &App, lang: Lang, typed: &str, error: Option<String>) -> RecoveryCode {
    let code = Field::required("code", typed).with_error(error);
    RecoveryCode { frame: Frame::open(app, lang, fl!(lang.texts(), "recover-heading")), errors: ErrorLine::of([&code]), code }
}

/// A code that still opens a door, and whose.
struct Valid {
    ward: Id<Ward>,
    person: Id<Person>,
    recovery: Id<Recovery>,
}

/// Judges a code; every refusal is written down with its reason, costs the same and looks the same. As with invitations the code
/// is the account that is counted: nobody can shut somebody else out by guessing.
async fn judge(app: &App, code: &Secret, attempt: Attempt) -> Result<Option<(Valid, Attempt)>> {
    let found = recoveries::find(&app.db, &code.hash()).await?;
    let attempt = attempt.shown(found.map(|found| (found.ward, found.person)), &code.hash()).await?;
    let now = app.clock.now();
    let reason = match &found {
        None => Reason::UnknownRecovery,
        Some(found) => match found.state {
            Stand::Spent => Reason::SpentRecovery,
            Stand::Cancelled => Reason::CancelledRecovery,
            Stand::Lapsed | Stand::Asked => Reason::ExpiredRecovery,
            Stand::Approved if found.expires_at <= now => Reason::ExpiredRecovery,
            Stand::Approved if now < found.opens_at => Reason::EarlyRecovery,
            Stand::Approved => {
                return Ok(Some((Valid { ward: found.ward, person: found.person, recovery: found.id }, attempt)));
            }
        },
    };
    attempt.refused(reason).await?;
    Ok(None)
}

pub(super) async fn show(State(app): State<App>, lang: Lang, peer: Peer, Form(fields): Form) -> Result {
    let no = || unprocessable(&code_page(&app, lang, fields.get("code"), Some(fl!(lang.texts(), "error-recovery-code"))));
    let code = Secret::typed(fields.get("code"));
    let attempt = Attempt::begin(&app, peer).await?;
    let Some((valid, attempt)) = judge(&app, &code, attempt).await? else { return no() };
    let actor = Duty::entry(valid.ward, valid.person).into();
    let mut tx = app.tx(&actor).await?;
    let myself = people::myself(&mut tx).await?;
    drop(tx);
    let Some(myself) = myself else {
        attempt.refused(Reason::NoMembership).await?;
        return no();
    };
    attempt.went_on().await?;
    let frame = Frame::open(&app, lang, fl!(lang.texts(), "recover-passkey-heading"));
    let mut response = page(&RecoveryPasskey { frame, person: myself.name })?;
    response.headers_mut().append(header::SET_COOKIE, keep_code(&code));
    Ok(response)
}

pub(super) async fn options(State(app): State<App>, lang: Lang, peer: Peer, headers: HeaderMap, body: Bytes) -> Result {
    let no = || failed(lang, |lang| fl!(lang.texts(), "error-recovery-code"));
    let attempt = Attempt::begin(&app, peer).await?;
    let Some((valid, attempt)) = judge(&app, &enrol_code(&headers), attempt).await? else { return Ok(no()) };
    let attempt = attempt.with_ceremony().await?;
    let kind = registration::wanted(&body).unwrap_or(PasskeyKind::Device);
    let actor = Duty::entry(valid.ward, valid.person).into();
    let mut tx = app.tx(&actor).await?;
    let Some(myself) = people::myself(&mut tx).await? else {
        drop(tx);
        attempt.refused(Reason::NoMembership).await?;
        return Ok(no());
    };
    drop(tx);
    attempt.went_on().await?;
    // None is excluded: all earlier ones end with this registration.
    let (person, name) = (valid.person.uuid(), myself.name.as_str());
    let registering = Registering { purpose: Purpose::Enrol, person, name, kind, known: Vec::new() };
    Ok(Json(registration::begin(&app, registering, valid.recovery).await?).into_response())
}

pub(super) async fn create(State(app): State<App>, lang: Lang, peer: Peer, headers: HeaderMap, body: Bytes) -> Result {
    let no = || failed(lang, |lang| fl!(lang.texts(), "recover-failed"));
    let attempt = Attempt::begin(&app, peer).await?;
    let Some((valid, attempt)) = judge(&app, &enrol_code(&headers), attempt).await? else { return Ok(no()) };
    let new = match registration::finish(&app, (Purpose::Enrol, &valid.recovery), &body, lang).await? {
        Ok(new) => new,
        Err(reason) => {
            attempt.refused(reason).await?;
            return Ok(no());
        }
    };
    match recover(&app, &valid, &new, attempt.peer()).await? {
        Ok(opened) => {
            attempt.passed(Outcome::Recovered).await?;
            let mut response: Response = opened.into_response();
            response.headers_mut().append(header::SET_COOKIE, forget_code());
            Ok(response)
        }
        Err(reason) => {
            attempt.refused(reason).await?;
            let travels = reason == Reason::SyncedPasskey;
            Ok(if travels { failed(lang, |lang| fl!(lang.texts(), "passkey-synced-refused")) } else { no() })
        }
    }
}

/// Spends the code, ends every other way in, keeps the passkey and lets the person in: all or nothing.
async fn recover(app: &App, valid: &Valid, new: &NewPasskey, peer: &Peer) -> Result<std::result::Result<Opened, Reason>> {
    let actor = Actor::from(Duty::entry(valid.ward, valid.person));
    let mut tx = app.tx(&actor).await?;
    let Some(root) = organizations::root(&mut tx, &actor).await? else { return Ok(Err(Reason::NoMembership)) };
    let permit = app.gate.permit::<actions::RegisterPasskey>(&actor, &root)?;
    let open = app.gate.permit::<actions::OpenSession>(&actor, &root)?;
    let Some(kept) = recoveries::mine(&mut tx, &permit, valid.recovery).await? else { return Ok(Err(Reason::SpentRecovery)) };
    // Roles may have been given since, or be some that one of the two could not see: only here all of them are known.
    if !kept.standing.satisfied_by(kept.one, kept.other) {
        return Ok(Err(Reason::OutgrownRecovery));
    }
    if tx.now() < kept.standing.opens_at(kept.approved_at) {
        return Ok(Err(Reason::EarlyRecovery));
    }
    // Others' rights hang on these roles: their passkeys must not travel (security B8).
    if new.synced && people::is_bound(&mut tx).await? {
        return Ok(Err(Reason::SyncedPasskey));
    }
    if !recoveries::spend(&mut tx, &permit, valid.recovery).await? {
        return Ok(Err(Reason::SpentRecovery));
    }
    let choices = people::choices(&mut tx).await?;
    if choices.is_empty() && people::awaited(&mut tx).await?.is_empty() {
        return Ok(Err(Reason::NoMembership));
    }
    let ended = recoveries::take_over(&mut tx, &permit).await?;
    let Some(passkey) = passkeys::insert(&mut tx, &permit, new).await? else { return Ok(Err(Reason::BadPasskey)) };
    let opened = Opened::with(&mut tx, &open, &choices, Method::Recovery, peer).await?;
    sessions::proved_by(&mut tx, &open, opened.session, passkey).await?;
    mails::put(&mut tx, &permit, valid.person, &Mail::RecoveryDone, LIFE).await?;
    let deed = permit.deed().with("passkey", passkey).with("recovery", valid.recovery).with("removed_passkeys", ended.passkeys);
    let deed = deed.with("ended_sessions", ended.sessions).with("ended_bindings", ended.bindings);
    tx.commit(deed.with("revoked_invitations", ended.invitations)).await?;
    Ok(Ok(opened))
}
