//! Somebody comes back from their ward's sign-in service: the answer is judged once, and the way goes on from a page of ours.

use askama::Template;
use axum::{
    extract::State,
    http::{HeaderMap, StatusCode, Uri, header},
    response::Response,
};
use i18n_embed_fl::fl;
use subtle::ConstantTimeEq;

use super::departure::{self, Aim, Away, Kept, Who};
use crate::{
    domain::{
        ids::{Ceremony, Id, Person, Ward},
        mail::Mail,
    },
    gate::{Actor, Duty, Permit, actions},
    store::{
        Tx,
        bindings::{self, Identity},
        ceremonies::{self, Purpose},
        mails, organizations, people,
        providers::Provider,
        sessions::{self, Beginning, Method},
        sign_ins::{Outcome, Reason},
    },
    web::{
        App, Attempt, Error, Fields, Frame, Lang, Peer, Result, Secret, forget_sent, page,
        provider::{Known, Trouble},
        see_other, sent, start_session, verify, with_status,
    },
};

#[derive(Debug, Template)]
#[template(path = "hub/provider/refused.html")]
struct Refused {
    frame: Frame,
    /// The account may be good, but it is nobody's here.
    unknown: bool,
}

#[derive(Debug, Template)]
#[template(path = "hub/provider/arrived.html")]
struct Arrived {
    frame: Frame,
    next: String,
}

/// Why somebody is not let in: a service that is away is nobody's fault at this door.
enum No {
    Reason(Reason),
    Away(Box<Provider>, Id<Ward>),
}

impl From<Reason> for No {
    fn from(reason: Reason) -> Self {
        Self::Reason(reason)
    }
}

/// A judged answer.
struct Judged {
    away: Away,
    identity: Identity,
    staff_code: Option<String>,
}

pub(super) async fn create(State(app): State<App>, lang: Lang, peer: Peer, headers: HeaderMap, uri: Uri) -> Result {
    let attempt = Attempt::begin(&app, peer).await?;
    let asked = Fields::parse(uri.query().unwrap_or_default().as_bytes());
    let mut response = match judge(&app, &headers, &asked).await? {
        Ok(judged) => go_on(&app, lang, attempt, judged).await?,
        Err(No::Reason(reason)) => {
            attempt.refused(reason).await?;
            refused(&app, lang, false).await?
        }
        Err(No::Away(provider, ward)) => {
            attempt.excused(Reason::ProviderDown).await?;
            departure::away(&app, Who::Stranger(lang), &provider, ward).await?
        }
    };
    response.headers_mut().append(header::SET_COOKIE, forget_sent());
    Ok(response)
}

/// The same page for every answer that does not hold, and one for every account that is nobody's here.
async fn refused(app: &App, lang: Lang, unknown: bool) -> Result {
    app.help.refresh(&app.db).await;
    let texts = lang.texts();
    let title = if unknown { fl!(texts, "provider-unknown-title") } else { fl!(texts, "provider-refused-title") };
    with_status(StatusCode::FORBIDDEN, &Refused { frame: Frame::open(app, lang, title), unknown })
}

/// What was asked for, by this browser, of this service, just now; and what it answered.
async fn judge(app: &App, headers: &HeaderMap, asked: &Fields) -> Result<std::result::Result<Judged, No>> {
    let now = app.clock.now();
    let Ok(state) = asked.get("state").parse::<Id<Ceremony>>() else { return Ok(Err(Reason::Malformed.into())) };
    let kept = ceremonies::take(&app.db, Purpose::Provider, state, now).await?;
    let Some(Kept::Away(away)) = kept.and_then(|kept| serde_json::from_value(kept).ok()) else {
        return Ok(Err(Reason::StaleCeremony.into()));
    };
    if !bool::from(away.browser.ct_eq(&sent(headers).hash())) {
        return Ok(Err(Reason::OtherBrowser.into()));
    }
    let provider = departure::find(app, away.ward).await?;
    let known = provider.and_then(|provider| super::relying(app, &provider).map(|relying| (provider, relying)));
    let Some((provider, relying)) = known.filter(|(_, relying)| relying.issuer == away.issuer) else {
        return Ok(Err(Reason::StaleCeremony.into()));
    };
    let iss = asked.has("iss").then(|| asked.get("iss"));
    match app.providers.is_from(&relying, iss, now).await {
        Ok(true) => {}
        Ok(false) => return Ok(Err(Reason::ProviderIssuer.into())),
        Err(trouble) => return Ok(Err(no(&trouble, provider, away.ward))),
    }
    if asked.has("error") || !asked.has("code") {
        return Ok(Err(Reason::ProviderRefused.into()));
    }
    match app.providers.receive(&relying, &away.sent, asked.get("code"), now).await {
        Ok(Known { subject, account, staff_code }) => {
            let identity = Identity { issuer: relying.issuer, subject, account };
            Ok(Ok(Judged { away: *away, identity, staff_code }))
        }
        Err(trouble) => Ok(Err(no(&trouble, provider, away.ward))),
    }
}

fn no(trouble: &Trouble, provider: Provider, ward: Id<Ward>) -> No {
    tracing::info!(ward = provider.ward_code, %trouble, "the answer of the sign-in service does not hold");
    No::Reason(match trouble {
        Trouble::Away(_) | Trouble::NoService(_) | Trouble::OtherIssuer | Trouble::NoPkce | Trouble::BadAddress => {
            return No::Away(Box::new(provider), ward);
        }
        Trouble::Code(_) => Reason::ProviderCode,
        Trouble::Token(_) => Reason::ProviderToken,
        Trouble::Weak => Reason::ProviderWeak,
        Trouble::Old => Reason::ProviderOld,
    })
}

/// The service knows the person; now it is asked who that is here.
async fn go_on(app: &App, lang: Lang, attempt: Attempt, judged: Judged) -> Result {
    match judged.away.aim {
        Aim::Propose { session, person } => {
            let kept = Kept::Back { session, person, identity: judged.identity };
            let state = serde_json::to_value(kept).map_err(Error::internal)?;
            let back = ceremonies::put(&app.db, Purpose::Provider, &state, app.clock.now()).await?;
            attempt.finished().await?;
            Ok(arrive(&format!("/me/provider/{back}")))
        }
        Aim::SignIn => sign_in(app, lang, attempt, &judged).await,
    }
}

async fn sign_in(app: &App, lang: Lang, attempt: Attempt, judged: &Judged) -> Result {
    let ward = judged.away.ward;
    let Some((person, by_claim)) = whose(app, judged).await? else {
        let attempt = attempt.shown(None, judged.identity.subject.as_bytes()).await?;
        attempt.refused(Reason::UnboundIdentity).await?;
        return refused(app, lang, true).await;
    };
    let attempt = attempt.by((ward, person)).await?;
    match open(app, judged, person, by_claim, attempt.peer()).await? {
        Ok(token) => {
            attempt.passed(Outcome::SignedIn).await?;
            let mut response = arrive("/");
            response.headers_mut().append(header::SET_COOKIE, start_session(&token));
            Ok(response)
        }
        Err(reason) => {
            attempt.refused(reason).await?;
            refused(app, lang, true).await
        }
    }
}

/// Whose the identity is: bound, or by the verified staff code. Never by a mail address or a name.
async fn whose(app: &App, judged: &Judged) -> Result<Option<(Id<Person>, bool)>> {
    let actor = Actor::from(Duty::door(judged.away.ward));
    let mut tx = app.tx(&actor).await?;
    if let Some(person) = bindings::owner(&mut tx, &actor, &judged.identity).await? {
        return Ok(Some((person, false)));
    }
    let Some(code) = &judged.staff_code else { return Ok(None) };
    Ok(bindings::staff(&mut tx, code).await?.map(|person| (person, true)))
}

/// Opens the session, or says why not. Dropping the transaction undoes everything.
async fn open(
    app: &App,
    judged: &Judged,
    person: Id<Person>,
    by_claim: bool,
    peer: &Peer,
) -> Result<std::result::Result<Secret, Reason>> {
    let actor = Actor::from(Duty::entry(judged.away.ward, person));
    let mut tx = app.tx(&actor).await?;
    let (choices, root) = (people::choices(&mut tx).await?, organizations::root(&mut tx, &actor).await?);
    // Whoever waits for a place to open comes in to be told from when on; nobody else without one does.
    let is_nobody = choices.is_empty() && people::awaited(&mut tx).await?.is_empty();
    let (Some(root), false) = (root, is_nobody) else { return Ok(Err(Reason::NoMembership)) };
    let permit = app.gate.permit::<actions::OpenSession>(&actor, &root)?;
    if by_claim && let Err(reason) = claim(&mut tx, &permit, person, &judged.identity).await? {
        return Ok(Err(reason));
    }
    let token = Secret::token();
    let membership = match choices.as_slice() {
        [only] => Some(only.membership),
        _ => None,
    };
    let (address, agent) = (peer.address, peer.agent.as_str());
    let beginning = Beginning { token_hash: &token.hash(), membership, method: Method::Provider, address, agent };
    let session = sessions::open(&mut tx, &permit, &beginning).await?;
    // Asked now, since a new session waits for whoever is changing the account: also if the desk or a recovery ended it this moment.
    if !bindings::opens(&mut tx, &permit, &judged.identity).await? {
        return Ok(Err(Reason::UnboundIdentity));
    }
    tx.commit(permit.deed().with("session", session).with("by_claim", by_claim)).await?;
    Ok(Ok(token))
}

/// Binds the identity by the verified staff code, and tells its owner; or says why not.
async fn claim(
    tx: &mut Tx,
    permit: &Permit<actions::OpenSession>,
    person: Id<Person>,
    identity: &Identity,
) -> Result<std::result::Result<(), Reason>> {
    if !bindings::trusts_code(tx, permit).await? {
        return Ok(Err(Reason::ChangedCode));
    }
    // Others' rights hang on these roles: a word of the service alone does not give them to anybody, today or later.
    if people::is_bound(tx).await? || !bindings::bind_by_claim(tx, permit, identity).await? {
        return Ok(Err(Reason::UnboundIdentity));
    }
    mails::put(tx, permit, person, &Mail::AccountBound, mails::NEWS).await?;
    Ok(Ok(()))
}

fn arrive(next: &str) -> Response {
    see_other(&format!("/sign-in/provider/arrived?next={next}"))
}

/// A page of ours that goes on by itself: what another site began, the browser would bring without the session.
pub(super) async fn show(State(app): State<App>, lang: Lang, uri: Uri) -> Result {
    let asked = Fields::parse(uri.query().unwrap_or_default().as_bytes());
    let next = verify::own_path(asked.get("next")).to_owned();
    page(&Arrived { frame: Frame::open(&app, lang, fl!(lang.texts(), "provider-arrived-title")), next })
}
