//! Sending somebody to their ward's sign-in service: a link, since a form may not lead to another site.

use askama::Template;
use axum::{
    extract::State,
    http::{HeaderMap, StatusCode, header},
};
use i18n_embed_fl::fl;
use serde::{Deserialize, Serialize};

use crate::{
    domain::ids::{Id, Person, Session, Ward},
    gate::{Actor, Duty},
    store::{
        bindings::Identity,
        ceremonies::{self, Purpose},
        providers::{self, Provider},
        sign_ins::{self, Outcome, Reason},
    },
    web::{App, Attempt, Error, Frame, Here, Lang, Path, Peer, Result, Secret, keep_sent, provider, see_other, with_status},
};

/// What somebody is sent away for.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(super) enum Aim {
    SignIn,
    /// To show which account they propose as theirs.
    Propose {
        session: Id<Session>,
        person: Id<Person>,
    },
}

/// What the hub keeps of a flow: while somebody is away, and after they came back with an account to propose.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Kept {
    Away(Box<Away>),
    Back { session: Id<Session>, person: Id<Person>, identity: Identity },
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Away {
    pub(super) ward: Id<Ward>,
    pub(super) aim: Aim,
    /// The hash of what the browser was given.
    pub(super) browser: [u8; 32],
    pub(super) issuer: String,
    pub(super) sent: provider::Sent,
}

#[derive(Debug, Template)]
#[template(path = "hub/provider/away.html")]
struct Down {
    frame: Frame,
    /// What the button calls the service.
    name: String,
    again_href: String,
    /// Whether the ward lets passkeys do while its service is away; nothing for who is signed in.
    passkeys: Option<bool>,
}

/// Who is sent away.
#[derive(Clone, Copy)]
pub(super) enum Who<'a> {
    /// Nobody known yet.
    Stranger(Lang),
    /// Somebody signed in, who proposes an account as theirs.
    Known(&'a Here),
}

pub(super) async fn show(State(app): State<App>, lang: Lang, peer: Peer, headers: HeaderMap, Path(ward): Path<Id<Ward>>) -> Result {
    // Whoever is known at the service comes back without touching anything: so the button must have been touched, or the address
    // typed (ASVS 7.6.2). What another site does is not the person's wish.
    if is_sent_by_another_site(&headers) {
        return Ok(see_other("/sign-in"));
    }
    Attempt::ceremony(&app, peer.clone(), None).await?;
    let provider = find(&app, ward).await?.ok_or(Error::Hidden)?;
    leave(&app, Who::Stranger(lang), &peer, &provider, (ward, Aim::SignIn)).await
}

/// As browsers say it; one that says nothing is an old one.
fn is_sent_by_another_site(headers: &HeaderMap) -> bool {
    headers.get("sec-fetch-site").is_some_and(|site| site == "cross-site" || site == "same-site")
}

/// The service of the ward, if it was tried.
pub(super) async fn find(app: &App, ward: Id<Ward>) -> Result<Option<Provider>> {
    let actor = Actor::from(Duty::door(ward));
    let mut tx = app.tx(&actor).await?;
    Ok(providers::find(&mut tx, &actor).await?.filter(Provider::is_in_use))
}

/// Leads there, and keeps what the answer will be held against; or says that it is away.
pub(super) async fn leave(app: &App, who: Who<'_>, peer: &Peer, provider: &Provider, (ward, aim): (Id<Ward>, Aim)) -> Result {
    let now = app.clock.now();
    let state = Id::random();
    let Some(relying) = super::relying(app, provider) else {
        tracing::error!(ward = provider.ward_code, "the operator's file names another issuer than the ward's settings");
        return down(app, who, peer, provider, ward).await;
    };
    let (url, sent) = match app.providers.send(&relying, state.to_string(), now).await {
        Ok(sent) => sent,
        Err(trouble) => {
            tracing::warn!(ward = provider.ward_code, %trouble, "nobody can be sent to the sign-in service");
            return down(app, who, peer, provider, ward).await;
        }
    };
    providers::notice(&app.db, ward, true, now).await?;
    let browser = Secret::token();
    let away = Away { ward, aim, browser: browser.hash(), issuer: relying.issuer, sent };
    let kept = serde_json::to_value(Kept::Away(Box::new(away))).map_err(Error::internal)?;
    ceremonies::put_as(&app.db, state, Purpose::Provider, &kept, now).await?;
    let mut response = see_other(url.as_str());
    response.headers_mut().append(header::SET_COOKIE, keep_sent(&browser));
    Ok(response)
}

/// One line, the moment noted from which passkeys may do, and a page that says so.
async fn down(app: &App, who: Who<'_>, peer: &Peer, provider: &Provider, ward: Id<Ward>) -> Result {
    let now = app.clock.now();
    let (address, agent) = (peer.address, peer.agent.clone());
    let attempt = sign_ins::Attempt { who: None, outcome: Outcome::Refused, reason: Reason::ProviderDown, address, agent };
    sign_ins::note(&app.db, &attempt, now).await?;
    away(app, who, provider, ward).await
}

/// The service does not answer: so much is noted, and said.
pub(super) async fn away(app: &App, who: Who<'_>, provider: &Provider, ward: Id<Ward>) -> Result {
    providers::notice(&app.db, ward, false, app.clock.now()).await?;
    let name = provider.settings.name.clone();
    let page = match who {
        Who::Stranger(lang) => {
            app.help.refresh(&app.db).await;
            let frame = Frame::open(app, lang, fl!(lang.texts(), "provider-down-title"));
            let passkeys = Some(provider.settings.passkeys_when_down);
            Down { frame, name, again_href: format!("/sign-in/provider/{ward}"), passkeys }
        }
        Who::Known(here) => {
            let texts = here.lang.texts();
            let frame = Frame::here(app, here, fl!(texts, "provider-down-title"))
                .with_crumb("/me/provider", fl!(texts, "provider-own-title"));
            Down { frame, name, again_href: "/me/provider/departure".to_owned(), passkeys: None }
        }
    };
    with_status(StatusCode::SERVICE_UNAVAILABLE, &page)
}
