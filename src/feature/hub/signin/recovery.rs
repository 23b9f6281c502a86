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
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{log::failed, session::Opened};
use crate::{
    domain::{
        ids::{Ceremony, Id, Person, Recovery, Ward},
        mail::Mail,
        recovery::LIFE,
    },
    gate::{Actor, Duty, actions},
    store::{
        ceremonies::{self, Purpose},
        mails, organizations,
        passkeys::{self, NewPasskey, PasskeyKind},
        people,
        recoveries::{self, State as Stand},
        sessions::{self, Method},
        sign_ins::{Outcome, Reason},
    },
    web::{
        App, Attempt, Error, ErrorLine, Field, Form, Frame, Lang, Peer, Result, Secret, enrol_code, forget_code, keep_code, page,
        passkey_words::{hint, passkey_name},
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

/// What the server keeps of a begun registration: the recovery it belongs to, so that answers cannot be mixed.
#[derive(Debug, Serialize, Deserialize)]
struct Kept {
    recovery: Id<Recovery>,
    kind: String,
    passkey: Value,
}

/// What the person wants to register.
#[derive(Debug, Deserialize)]
struct Wanted {
    kind: String,
}

pub(super) async fn options(State(app): State<App>, lang: Lang, peer: Peer, headers: HeaderMap, body: Bytes) -> Result {
    let no = || failed(lang, |lang| fl!(lang.texts(), "error-recovery-code"));
    let attempt = Attempt::begin(&app, peer).await?;
    let Some((valid, attempt)) = judge(&app, &enrol_code(&headers), attempt).await? else { return Ok(no()) };
    let attempt = attempt.with_ceremony().await?;
    let kind = serde_json::from_slice::<Wanted>(&body).ok().and_then(|wanted| PasskeyKind::from_code(&wanted.kind));
    let kind = kind.unwrap_or(PasskeyKind::Device);
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
    let begun =
        app.passkeys.begin_registration(valid.person.uuid(), &myself.name, Vec::new(), hint(kind)).map_err(Error::internal)?;
    let kept = Kept { recovery: valid.recovery, kind: kind.code().to_owned(), passkey: begun.state };
    let state = serde_json::to_value(kept).map_err(Error::internal)?;
    let ceremony = ceremonies::put(&app.db, Purpose::Enrol, &state, app.clock.now()).await?;
    Ok(Json(json!({ "publicKey": begun.options, "ceremony": ceremony })).into_response())
}

#[derive(Debug, Deserialize)]
pub(super) struct Answered {
    ceremony: Id<Ceremony>,
    credential: Value,
}

pub(super) async fn create(State(app): State<App>, lang: Lang, peer: Peer, headers: HeaderMap, body: Bytes) -> Result {
    let no = || failed(lang, |lang| fl!(lang.texts(), "recover-failed"));
    let attempt = Attempt::begin(&app, peer).await?;
    let Some((valid, attempt)) = judge(&app, &enrol_code(&headers), attempt).await? else { return Ok(no()) };
    let Ok(answered) = serde_json::from_slice::<Answered>(&body) else {
        attempt.refused(Reason::Malformed).await?;
        return Ok(no());
    };
    let state = ceremonies::take(&app.db, Purpose::Enrol, answered.ceremony, app.clock.now()).await?;
    let kept = state.and_then(|state| serde_json::from_value::<Kept>(state).ok()).filter(|kept| kept.recovery == valid.recovery);
    let Some(kept) = kept else {
        attempt.refused(Reason::StaleCeremony).await?;
        return Ok(no());
    };
    let registered = match app.passkeys.finish_registration(answered.credential, kept.passkey) {
        Ok(registered) => registered,
        Err(error) => {
            tracing::info!(%error, "a registration did not hold");
            attempt.refused(Reason::BadPasskey).await?;
            return Ok(no());
        }
    };
    let kind = PasskeyKind::from_code(&kept.kind).unwrap_or(PasskeyKind::Device);
    let new = NewPasskey {
        credential_id: &registered.credential_id,
        credential: &registered.credential,
        name: &passkey_name(lang, kind),
        kind,
        synced: registered.synced,
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
async fn recover(app: &App, valid: &Valid, new: &NewPasskey<'_>, peer: &Peer) -> Result<std::result::Result<Opened, Reason>> {
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
    if new.synced && kept.standing.privileged {
        return Ok(Err(Reason::SyncedPasskey));
    }
    if !recoveries::spend(&mut tx, &permit, valid.recovery).await? {
        return Ok(Err(Reason::SpentRecovery));
    }
    let choices = people::choices(&mut tx).await?;
    if choices.is_empty() {
        return Ok(Err(Reason::NoMembership));
    }
    let ended = recoveries::take_over(&mut tx, &permit).await?;
    let passkey = passkeys::insert(&mut tx, &permit, new).await?;
    let opened = Opened::with(&mut tx, &open, &choices, Method::Recovery, peer).await?;
    sessions::proved_by(&mut tx, &open, opened.session, passkey).await?;
    mails::put(&mut tx, &permit, valid.person, &Mail::RecoveryDone, LIFE).await?;
    let deed = permit.deed().with("passkey", passkey).with("recovery", valid.recovery).with("removed_passkeys", ended.passkeys);
    tx.commit(deed.with("ended_sessions", ended.sessions).with("revoked_invitations", ended.invitations)).await?;
    Ok(Ok(opened))
}
