//! Who is asking: the session behind the cookie, judged once per request, before the handler runs.

use std::{net::IpAddr, sync::Arc};

use axum::{
    extract::{FromRequestParts, Request, State},
    http::{HeaderMap, Uri, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};
use ipnet::IpNet;
use jiff::{SignedDuration, Timestamp};

use super::{
    App, Error, Fields, Lang, Peer, Result, Secret, cookies,
    error::Refusal,
    session_time::{Lasting, Standing},
};
use crate::{
    gate::{Actor, Admission, Duty, Member, OrganizationFacts, PersonFacts},
    store::{
        kept_forms::{self, Owner},
        organizations,
        sessions::{self, Acting, Found},
        sign_ins::{self, Attempt, Outcome, Reason},
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

/// Written at most this often, so that reading a page is not a write.
const TOUCH_AFTER: SignedDuration = SignedDuration::from_secs(60);

/// Whoever was away longer than over a weekend does not look for what they sent; an old token that turns up leaves nothing for its
/// owner to send on.
const REMEMBERED: SignedDuration = SignedDuration::from_hours(72);

/// How long fresh user verification serves the action it was given for (security B2).
const FRESH: SignedDuration = SignedDuration::from_mins(5);

/// The session of this request, if it lives; a locked one shows nothing but the way back.
#[derive(Debug)]
pub struct Arrived {
    pub found: Found,
    pub locked: bool,
}

/// Finds the living session of this request, if there is one.
pub async fn arrived(app: &App, headers: &HeaderMap, keeps_alive: bool) -> Result<Option<Arrived>> {
    match living(app, headers, keeps_alive).await {
        Ok(arrived) => Ok(Some(arrived)),
        Err(Error::SignInFirst | Error::SessionOver(_)) => Ok(None),
        Err(error) => Err(error),
    }
}

/// The same for whoever must have one. A stream that only listens does not keep it alive, nor does a locked one.
async fn living(app: &App, headers: &HeaderMap, keeps_alive: bool) -> Result<Arrived> {
    let token = cookies::read(headers, cookies::SESSION_COOKIE).filter(|token| !token.is_empty()).ok_or(Error::SignInFirst)?;
    let now = app.clock.now();
    let found = sessions::find(&app.db, &Secret::received(token).hash(), app.clock.today()).await?;
    // Ended by somebody, or never there: nobody is told which, and nothing is kept for whoever holds the token.
    let found = found.ok_or(Error::SessionOver(None))?;
    let lasting = Lasting::of(found.acting.as_ref().map(|acting| acting.role.side()), found.shorter);
    let standing = lasting.standing(found.opened_at, found.seen_at, now);
    if standing == Standing::Over {
        return Err(Error::SessionOver(whose(&found, now)));
    }
    let locked = standing == Standing::Locked || found.locked_at.is_some();
    if keeps_alive && !locked && now.duration_since(found.seen_at) > TOUCH_AFTER {
        sessions::touch(&app.db, &Duty::entry(found.ward, found.person).into(), found.session, now).await?;
    }
    Ok(Arrived { found, locked })
}

/// Whose what is sent to this session is, if they had chosen what to act as and were there not long ago.
fn whose(found: &Found, now: Timestamp) -> Option<Owner> {
    let membership = found.acting.as_ref().filter(|_| now.duration_since(found.seen_at) <= REMEMBERED)?.membership;
    Some(Owner { ward: found.ward, person: found.person, membership })
}

/// A field of a form that is read and then dropped (a birth date, for the grade); what waits does not hold it either.
const NEVER_KEPT: &[u8] = b"born=";

/// Keeps what was sent to a session that is over for whom it belonged to, and for nobody else at the same screen.
pub async fn keep(app: &App, owner: Owner, action: &str, body: &[u8]) -> Result<()> {
    let entry = Duty::entry(owner.ward, owner.person).into();
    let pairs: Vec<&[u8]> = body.split(|byte| *byte == b'&').filter(|pair| !pair.starts_with(NEVER_KEPT)).collect();
    let body = pairs.join(&b'&');
    Ok(kept_forms::put(&app.db, &entry, owner, (action, body.as_slice()), app.clock.now()).await?)
}

/// What a request says about the person: somebody works, looks after their own account, or only a page listens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Presence {
    Working,
    AtHome,
    Listening,
}

/// Somebody who is there: signed in, and not gone from the screen.
async fn awake(app: &App, headers: &HeaderMap, presence: Presence) -> Result<Found> {
    let Arrived { found, locked } = living(app, headers, presence != Presence::Listening).await?;
    let only_rests = presence == Presence::Listening && found.locked_at.is_none();
    if locked && !only_rests { Err(Error::Locked) } else { Ok(found) }
}

/// The door [`super::Door::Signed`].
pub async fn signed(State(app): State<App>, mut request: Request, next: Next) -> Result {
    let found = awake(&app, request.headers(), Presence::Working).await?;
    let signed = Signed::of(&request, found);
    request.extensions_mut().insert(signed);
    Ok(next.run(request).await)
}

/// The door [`super::Door::Returning`]: also whoever left a locked screen.
pub async fn returning(State(app): State<App>, mut request: Request, next: Next) -> Result {
    let arrived = living(&app, request.headers(), false).await?;
    let signed = Signed::of(&request, arrived.found);
    request.extensions_mut().insert(signed);
    Ok(next.run(request).await)
}

/// The door [`super::Door::Asks`]: a member, whom the handler will ask the gate about.
pub async fn member(State(app): State<App>, request: Request, next: Next) -> Result {
    pass(app, request, next, Presence::Working).await
}

/// The same for one's own account, whichever way the organization asks people to come in.
pub async fn owner(State(app): State<App>, request: Request, next: Next) -> Result {
    pass(app, request, next, Presence::AtHome).await
}

/// The same for what only listens: it keeps no session alive, and a screen that merely rests goes on being told.
pub async fn listener(State(app): State<App>, request: Request, next: Next) -> Result {
    pass(app, request, next, Presence::Listening).await
}

async fn pass(app: App, request: Request, next: Next, presence: Presence) -> Result {
    let (mut parts, body) = request.into_parts();
    let here = Here::of(&app, &parts, presence).await?;
    parts.extensions.insert(here.clone());
    let response = next.run(Request::from_parts(parts, body)).await;
    Ok(if response.extensions().get::<Refusal>().is_some() { seen_out(response, here) } else { response })
}

/// Where no page is: the same answer as for a page that is not yours. Nobody is at work there, so no session is kept alive.
pub async fn nowhere(State(app): State<App>, request: Request) -> Response {
    let refusal = Error::Hidden.into_response();
    match Here::of(&app, &request.into_parts().0, Presence::Listening).await {
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

fn admit(found: &Found, acting: &Acting, address: Option<IpAddr>, now: Timestamp) -> Member {
    let is_fresh = |at: Timestamp| (SignedDuration::ZERO..=FRESH).contains(&now.duration_since(at));
    let verified_for = found.verified_for.iter().filter(|(_, at)| is_fresh(*at)).map(|(action, _)| action.clone());
    Member::admit(Admission {
        ward: found.ward,
        session: found.session,
        person: found.person,
        membership: acting.membership,
        role: acting.role,
        organization: acting.organization,
        organizations: acting.organizations.clone(),
        verified_at: found.verified_at,
        verified_for: verified_for.collect(),
        read_only: found.read_only_until.is_some_and(|until| now < until),
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
    async fn of(app: &App, parts: &Parts, presence: Presence) -> Result<Self> {
        let found = awake(app, &parts.headers, presence).await?;
        let lang = language(&parts.headers, &found);
        let acting = found.acting.clone().ok_or(Error::ChooseFirst)?;
        let peer = Peer::of(parts);
        if !is_within(&acting.networks, peer.whereabouts()) {
            return Err(refuse(app, &found, peer, Reason::OutsideNetwork, Error::OutsideNetwork).await?);
        }
        if !acting.came_in_as_asked && presence != Presence::AtHome {
            return Err(refuse(app, &found, peer, Reason::ProviderRequired, Error::ProviderRequired(found.ward)).await?);
        }
        let actor = admit(&found, &acting, peer.whereabouts(), app.clock.now()).into();
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

    /// What the gate must know of the member themselves, for what they do with their own account.
    pub fn myself(&self) -> PersonFacts {
        let privileged = self.acting.role.is_privileged();
        PersonFacts { ward: self.found.ward, id: self.found.person, places: vec![self.place()], privileged }
    }

    /// The same person at the entry, where one's own rows are seen whichever organization one acts for.
    pub fn entry(&self) -> Actor {
        Duty::entry(self.found.ward, self.found.person).into()
    }

    /// What follows the question mark of the address.
    pub fn query(&self) -> Fields {
        Fields::parse(self.path.split_once('?').map_or("", |(_, query)| query).as_bytes())
    }
}

/// Whether one may act from there; no rule is no limit, and an address nobody knows is outside.
pub fn is_within(networks: &[IpNet], address: Option<IpAddr>) -> bool {
    networks.is_empty() || address.is_some_and(|address| networks.iter().any(|network| network.contains(&address)))
}

/// Writes down who tried from where, and why not; the page says only that it does not work like this.
async fn refuse(app: &App, found: &Found, peer: Peer, reason: Reason, error: Error) -> Result<Error> {
    let who = Some((found.ward, found.person));
    let attempt = Attempt { who, outcome: Outcome::Refused, reason, address: peer.address, agent: peer.agent };
    sign_ins::note(&app.db, &attempt, app.clock.now()).await?;
    Ok(error)
}

impl Signed {
    fn of(request: &Request, found: Found) -> Self {
        Self { lang: language(request.headers(), &found), path: path(request.uri()), found: Arc::new(found) }
    }

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
