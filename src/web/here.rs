//! Who is asking: the session behind the cookie, judged once per request, before the handler runs.

use std::{net::IpAddr, sync::Arc};

use axum::{
    extract::{FromRequestParts, Request, State},
    http::{HeaderMap, Uri, header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};
use jiff::{SignedDuration, Timestamp};

use super::{App, Error, Fields, Lang, Peer, Result, Secret, cookies, error::Refusal};
use crate::{
    gate::{Actor, Admission, Duty, Member, OrganizationFacts, Side},
    store::{
        organizations,
        sessions::{self, Acting, Found},
    },
};

/// A signed-in person, before any organization is chosen.
#[derive(Debug, Clone)]
pub struct Signed {
    pub found: Arc<Found>,
    pub lang: Lang,
    pub path: String,
}

/// A member at work: the actor, and the words the frame shows about them.
#[derive(Debug, Clone)]
pub struct Here {
    pub actor: Actor,
    pub found: Arc<Found>,
    pub acting: Arc<Acting>,
    pub lang: Lang,
    pub path: String,
}

/// How long a session may rest and last (security B4, NIST SP 800-63B-4): facility 30 min / 24 h, office 30 min / 12 h,
/// administration 15 min / 12 h. Who has not chosen yet is held to the strictest.
const fn limits(side: Option<Side>) -> (SignedDuration, SignedDuration) {
    match side {
        Some(Side::Facility) => (SignedDuration::from_mins(30), SignedDuration::from_hours(24)),
        Some(Side::Office) => (SignedDuration::from_mins(30), SignedDuration::from_hours(12)),
        Some(Side::Administration) | None => (SignedDuration::from_mins(15), SignedDuration::from_hours(12)),
    }
}

/// Whether a session of somebody on this side has rested or lasted too long.
pub fn is_over(side: Option<Side>, opened_at: Timestamp, seen_at: Timestamp, now: Timestamp) -> bool {
    let (idle, whole) = limits(side);
    now.duration_since(seen_at) > idle || now.duration_since(opened_at) > whole
}

/// Written at most this often, so that reading a page is not a write.
const TOUCH_AFTER: SignedDuration = SignedDuration::from_secs(60);

/// The living session of this request. A stream that only listens does not keep it alive.
pub async fn session(app: &App, headers: &HeaderMap, keeps_alive: bool) -> Result<Option<Found>> {
    let Some(token) = cookies::read(headers, cookies::SESSION_COOKIE).filter(|token| !token.is_empty()) else { return Ok(None) };
    let now = app.clock.now();
    let Some(found) = sessions::find(&app.db, &Secret::received(token).hash(), app.clock.today()).await? else { return Ok(None) };
    if is_over(found.acting.as_ref().map(|acting| acting.role.side()), found.opened_at, found.seen_at, now) {
        return Ok(None);
    }
    if keeps_alive && now.duration_since(found.seen_at) > TOUCH_AFTER {
        sessions::touch(&app.db, &Duty::entry(found.ward, found.person).into(), found.session, now).await?;
    }
    Ok(Some(found))
}

/// The door [`super::Door::Signed`].
pub async fn signed(State(app): State<App>, mut request: Request, next: Next) -> Result {
    let found = session(&app, request.headers(), true).await?.ok_or(Error::SignInFirst)?;
    let signed = Signed { lang: language(request.headers(), &found), path: path(request.uri()), found: Arc::new(found) };
    request.extensions_mut().insert(signed);
    Ok(next.run(request).await)
}

/// The door [`super::Door::Asks`]: a member, whom the handler will ask the gate about.
pub async fn member(State(app): State<App>, request: Request, next: Next) -> Result {
    let (mut parts, body) = request.into_parts();
    let keeps_alive = parts.headers.get(header::ACCEPT).is_none_or(|accept| accept != "text/event-stream");
    let here = Here::of(&app, &parts, keeps_alive).await?;
    parts.extensions.insert(here.clone());
    let response = next.run(Request::from_parts(parts, body)).await;
    Ok(if response.extensions().get::<Refusal>().is_some() { seen_out(response, here) } else { response })
}

/// Where no page is: the same answer as for a page that is not yours. Nobody is at work there, so no session is kept alive.
pub async fn nowhere(State(app): State<App>, request: Request) -> Response {
    let refusal = Error::Hidden.into_response();
    match Here::of(&app, &request.into_parts().0, false).await {
        Ok(here) => seen_out(refusal, here),
        Err(_) => refusal,
    }
}

/// A refusal takes the member out with it, so that its page has the member's menu; not the address, which would make the page
/// of what is hidden differ from the page of what is not there.
fn seen_out(mut refusal: Response, here: Here) -> Response {
    refusal.extensions_mut().insert(Here { path: "/".to_owned(), ..here });
    refusal
}

fn admit(found: &Found, acting: &Acting, address: Option<IpAddr>) -> Member {
    Member::admit(Admission {
        ward: found.ward,
        session: found.session,
        person: found.person,
        membership: acting.membership,
        role: acting.role,
        organization: acting.organization,
        organizations: acting.organizations.clone(),
        verified_at: found.verified_at,
        address,
    })
}

/// What the browser chose, else what the person did.
fn language(headers: &HeaderMap, found: &Found) -> Lang {
    cookies::read(headers, cookies::LANGUAGE_COOKIE)
        .and_then(Lang::from_code)
        .or_else(|| Lang::from_code(&found.language))
        .unwrap_or_default()
}

fn path(uri: &Uri) -> String {
    uri.path_and_query().map_or_else(|| "/".to_owned(), ToString::to_string)
}

impl Here {
    async fn of(app: &App, parts: &Parts, keeps_alive: bool) -> Result<Self> {
        let found = session(app, &parts.headers, keeps_alive).await?.ok_or(Error::SignInFirst)?;
        let lang = language(&parts.headers, &found);
        let acting = found.acting.clone().ok_or(Error::ChooseFirst)?;
        let actor = admit(&found, &acting, Peer::of(parts).address).into();
        Ok(Self { actor, acting: Arc::new(acting), lang, path: path(&parts.uri), found: Arc::new(found) })
    }

    /// What the gate must know of the member's own organization; the session has just read it.
    pub fn place(&self) -> OrganizationFacts {
        OrganizationFacts {
            ward: self.found.ward,
            id: self.acting.organization,
            side: organizations::side(self.acting.organization_kind),
        }
    }

    /// What follows the question mark of the address.
    pub fn query(&self) -> Fields {
        Fields::parse(self.path.split_once('?').map_or("", |(_, query)| query).as_bytes())
    }
}

impl Signed {
    pub fn entry(&self) -> Actor {
        Duty::entry(self.found.ward, self.found.person).into()
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Here {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
        // Missing when a route was given an open door: its handler cannot be reached by anybody then.
        parts.extensions.get::<Self>().cloned().ok_or(Error::SignInFirst)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Signed {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
        parts.extensions.get::<Self>().cloned().ok_or(Error::SignInFirst)
    }
}
