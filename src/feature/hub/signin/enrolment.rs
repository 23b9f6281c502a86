//! Enrolment: an invitation code becomes the first passkey.

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
        ids::{Id, Invitation, Person, Ward},
        mail::Mail,
    },
    gate::{
        Actor, Duty,
        actions::{self, Action},
    },
    store::{
        ceremonies::Purpose,
        invitations, mails, organizations,
        passkeys::{self, NewPasskey, PasskeyKind},
        people,
        sessions::{self, Method},
        sign_ins::{Outcome, Reason},
    },
    web::{
        App, Attempt, ErrorLine, Field, Form, Frame, Lang, Peer, Result, Secret, enrol_code, forget_code, is_set_up_open,
        keep_code, page,
        registration::{self, Registering},
        role_word, unprocessable,
    },
};

/// Where somebody goes who has just registered and has no spare yet.
pub(super) const WELCOME: &str = "/me?welcome";

#[derive(Debug, Template)]
#[template(path = "hub/signin/enrol_code.html")]
struct EnrolCode {
    frame: Frame,
    errors: Vec<ErrorLine>,
    code: Field,
}

#[derive(Debug, Template)]
#[template(path = "hub/signin/enrol_passkey.html")]
struct EnrolPasskey {
    frame: Frame,
    person: String,
    organization: String,
    role_word: String,
    have: usize,
    finish_href: Option<String>,
}

pub(super) async fn new(State(app): State<App>, lang: Lang) -> Result {
    page(&code_page(&app, lang, "", None))
}

fn code_page(app: &App, lang: Lang, typed: &str, error: Option<String>) -> EnrolCode {
    let code = Field::required("code", typed).with_error(error);
    EnrolCode { frame: Frame::open(app, lang, fl!(lang.texts(), "enrol-heading")), errors: ErrorLine::of([&code]), code }
}

/// A code that still opens a door, and whose.
struct Valid {
    ward: Id<Ward>,
    person: Id<Person>,
    invitation: Id<Invitation>,
}

/// Judges a code; every refusal is written down with its reason, costs the same and looks the same. The code itself is the
/// account that is counted, not the person: who keeps opening an old letter must not shut themselves out.
async fn judge(app: &App, code: &Secret, attempt: Attempt) -> Result<Option<(Valid, Attempt)>> {
    let found = invitations::find(&app.db, &code.hash()).await?;
    let attempt = attempt.shown(found.map(|found| (found.ward, found.person)), &code.hash()).await?;
    let reason = match &found {
        None => Reason::UnknownInvitation,
        Some(found) if found.revoked => Reason::RevokedInvitation,
        Some(found) if found.spent => Reason::SpentInvitation,
        Some(found) if found.expires_at < app.clock.now() => Reason::ExpiredInvitation,
        Some(found) => return Ok(Some((Valid { ward: found.ward, person: found.person, invitation: found.id }, attempt))),
    };
    attempt.refused(reason).await?;
    Ok(None)
}

pub(super) async fn show(State(app): State<App>, lang: Lang, peer: Peer, Form(fields): Form) -> Result {
    let no = || unprocessable(&code_page(&app, lang, fields.get("code"), Some(fl!(lang.texts(), "error-code"))));
    let code = Secret::typed(fields.get("code"));
    let attempt = Attempt::begin(&app, peer).await?;
    let Some((valid, attempt)) = judge(&app, &code, attempt).await? else { return no() };
    let actor = Duty::entry(valid.ward, valid.person).into();
    let mut tx = app.tx(&actor).await?;
    let myself = people::myself(&mut tx).await?;
    let offered = people::offered(&mut tx).await?;
    drop(tx);
    let (Some(myself), Some(first)) = (myself, offered.first()) else {
        attempt.refused(Reason::NoMembership).await?;
        return no();
    };
    attempt.went_on().await?;
    let mut response = page(&EnrolPasskey {
        frame: Frame::open(&app, lang, fl!(lang.texts(), "enrol-first-heading")),
        person: myself.name,
        organization: first.organization_name.clone(),
        role_word: role_word(lang, first.role),
        have: 0,
        finish_href: None,
    })?;
    response.headers_mut().append(header::SET_COOKIE, keep_code(&code));
    Ok(response)
}

pub(super) async fn options(State(app): State<App>, lang: Lang, peer: Peer, headers: HeaderMap, body: Bytes) -> Result {
    let no = || failed(lang, |lang| fl!(lang.texts(), "error-code"));
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
    let known = passkeys::credential_ids(&mut tx).await?;
    drop(tx);
    attempt.went_on().await?;
    let (person, name) = (valid.person.uuid(), myself.name.as_str());
    let registering = Registering { purpose: Purpose::Enrol, person, name, kind, known };
    Ok(Json(registration::begin(&app, registering, valid.invitation).await?).into_response())
}

pub(super) async fn create(State(app): State<App>, lang: Lang, peer: Peer, headers: HeaderMap, body: Bytes) -> Result {
    let no = || failed(lang, |lang| fl!(lang.texts(), "enrol-failed"));
    let attempt = Attempt::begin(&app, peer).await?;
    let Some((valid, attempt)) = judge(&app, &enrol_code(&headers), attempt).await? else { return Ok(no()) };
    let new = match registration::finish(&app, (Purpose::Enrol, &valid.invitation), &body, lang).await? {
        Ok(new) => new,
        Err(reason) => {
            attempt.refused(reason).await?;
            return Ok(no());
        }
    };
    match enrol(&app, &valid, &new, attempt.peer()).await? {
        Ok(opened) => {
            attempt.passed(Outcome::Enrolled).await?;
            let mut response: Response = opened.into_response();
            response.headers_mut().append(header::SET_COOKIE, forget_code());
            Ok(response)
        }
        Err(reason) => {
            attempt.refused(reason).await?;
            // Whoever holds the invitation may know this one: they would try the same passkey for ever.
            let travels = reason == Reason::SyncedPasskey;
            Ok(if travels { failed(lang, |lang| fl!(lang.texts(), "passkey-synced-refused")) } else { no() })
        }
    }
}

/// Spends the invitation, keeps the passkey, makes the person active and lets them in: all or nothing.
async fn enrol(app: &App, valid: &Valid, new: &NewPasskey, peer: &Peer) -> Result<std::result::Result<Opened, Reason>> {
    let actor = Actor::from(Duty::entry(valid.ward, valid.person));
    let mut tx = app.tx(&actor).await?;
    people::take_turn(&mut tx).await?;
    let offered = people::offered(&mut tx).await?;
    if new.synced && people::is_bound(&mut tx).await? {
        return Ok(Err(Reason::SyncedPasskey));
    }
    let Some(root) = organizations::root(&mut tx, &actor).await? else { return Ok(Err(Reason::NoMembership)) };
    let permit = app.gate.permit::<actions::RegisterPasskey>(&actor, &root)?;
    let open = app.gate.permit::<actions::OpenSession>(&actor, &root)?;
    if !invitations::spend(&mut tx, &permit, valid.invitation).await? {
        return Ok(Err(Reason::SpentInvitation));
    }
    let Some(passkey) = passkeys::insert(&mut tx, &permit, new).await? else { return Ok(Err(Reason::BadPasskey)) };
    mails::put(&mut tx, &permit, valid.person, &Mail::PasskeyAdded, mails::NEWS).await?;
    people::activate(&mut tx, &permit, valid.person).await?;
    let choices = people::choices(&mut tx).await?;
    if choices.is_empty() && offered.is_empty() {
        return Ok(Err(Reason::NoMembership));
    }
    let mut opened = Opened::with(&mut tx, &open, &choices, Method::Enrolment, peer).await?;
    sessions::proved_by(&mut tx, &open, opened.session, passkey).await?;
    // The person has this moment been verified by the very device: a spare can follow at once, without asking again. It
    // counts for this one action, in this session, as long as any other verification (security B2).
    let step_up = app.gate.permit::<actions::StepUp>(&actor, &root)?;
    sessions::step_up(&mut tx, &step_up, opened.session, actions::AddPasskey::NAME, &opened.token.hash()).await?;
    if choices.len() == 1 && is_set_up_open(passkeys::credential_ids(&mut tx).await?.len()) {
        WELCOME.clone_into(&mut opened.next);
    }
    tx.commit(permit.deed().with("passkey", passkey).with("invitation", valid.invitation)).await?;
    Ok(Ok(opened))
}
