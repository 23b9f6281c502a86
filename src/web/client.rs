//! The door of schools' systems: a token in the `Authorization` header, judged once per request; cookies count for nothing.

use axum::{
    extract::{FromRequestParts, Request, State},
    http::{HeaderMap, StatusCode, header, request::Parts},
    middleware::Next,
    response::Response,
};
use jiff::{SignedDuration, Timestamp, civil::Date};

use super::{
    ApiToken, App, Attempt, Error, Peer, Result,
    error::{RefusalKind, refused},
    here::{is_within, nowhere},
    retry::API,
};
use crate::{
    gate::{Actor, Client, OrganizationFacts, Shown, Side},
    store::{
        sign_ins::Reason,
        tokens::{self, Found},
    },
};

/// Written at most this often, so that asking is not a write.
const TOUCH_AFTER: SignedDuration = SignedDuration::from_mins(1);

/// A school's system that was let in, for its facility.
#[derive(Debug, Clone)]
pub struct Connected {
    pub actor: Actor,
    /// What the gate must know of the facility.
    pub place: OrganizationFacts,
}

/// The door [`super::Door::Client`]. It opens no session and leads to no page: nothing but routes of the API stands behind it.
pub async fn connected(State(app): State<App>, request: Request, next: Next) -> Result {
    let (mut parts, body) = request.into_parts();
    let connected = Connected::of(&app, &parts).await?;
    parts.extensions.insert(connected);
    Ok(next.run(Request::from_parts(parts, body)).await)
}

/// Another method than the recorded one: programs are told so, and everybody else finds nothing there.
pub async fn other_method(state: State<App>, request: Request) -> Response {
    if request.uri().path().starts_with(API) {
        return refused(StatusCode::METHOD_NOT_ALLOWED, RefusalKind::OtherMethod, None);
    }
    nowhere(state, request).await
}

impl Connected {
    async fn of(app: &App, parts: &Parts) -> Result<Self> {
        let peer = Peer::of(parts);
        let attempt = Attempt::begin(app, peer.clone()).await?;
        let Some(token) = bearer(&parts.headers) else { return Err(refuse(attempt, Reason::NoToken).await?) };
        let hash = token.hash();
        let found = tokens::find(&app.db, &hash).await?;
        let attempt = attempt.system(found.as_ref().map(|found| (found.ward, found.id)), &hash).await?;
        let Some(found) = found else { return Err(refuse(attempt, Reason::BadToken).await?) };
        let now = app.clock.now();
        if let Err(reason) = judge(&found, &peer, now, app.clock.today()) {
            return Err(refuse(attempt, reason).await?);
        }
        attempt.went_on().await?;
        let shown = Shown { ward: found.ward, token: found.id, facility: found.facility, address: peer.address };
        let actor = Actor::from(Client::admit(shown));
        if found.last_used_at.is_none_or(|at| now.duration_since(at) >= TOUCH_AFTER) {
            tokens::touch(&app.db, &actor, now).await?;
        }
        Ok(Self { actor, place: OrganizationFacts { ward: found.ward, id: found.facility, side: Side::Facility } })
    }
}

/// The token of the request, if it shows one and only one (RFC 6750, 2.1).
fn bearer(headers: &HeaderMap) -> Option<ApiToken> {
    let mut lines = headers.get_all(header::AUTHORIZATION).iter();
    let (line, None) = (lines.next()?, lines.next()) else { return None };
    let (scheme, token) = line.to_str().ok()?.split_once(' ')?;
    if scheme.eq_ignore_ascii_case("bearer") { ApiToken::read(token.trim()) } else { None }
}

/// Whether a known token opens its facility now and from there.
fn judge(found: &Found, peer: &Peer, now: Timestamp, today: Date) -> std::result::Result<(), Reason> {
    if found.revoked_at.is_some() {
        Err(Reason::RevokedToken)
    } else if found.expires_at <= now {
        Err(Reason::ExpiredToken)
    } else if found.opened_on > today {
        Err(Reason::UnopenedFacility)
    } else if found.closed_on.is_some_and(|day| day <= today) {
        Err(Reason::ClosedFacility)
    } else if !is_within(&found.networks, peer.whereabouts()) {
        Err(Reason::OutsideNetwork)
    } else {
        Ok(())
    }
}

/// The line says why; the answer is the same for every reason.
async fn refuse(attempt: Attempt, reason: Reason) -> Result<Error> {
    attempt.refused(reason).await?;
    Ok(Error::Unauthorized)
}

impl<S: Send + Sync> FromRequestParts<S> for Connected {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> std::result::Result<Self, Error> {
        // Missing when a route was given another door: its handler cannot be reached by anybody then.
        parts.extensions.get::<Self>().cloned().ok_or(Error::Unauthorized)
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;
    use uuid::Uuid;

    use super::*;
    use crate::domain::ids::Id;

    fn headers(lines: &[&str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(header::AUTHORIZATION, HeaderValue::from_str(line).unwrap());
        }
        headers
    }

    #[test]
    fn one_token_is_read_and_nothing_else() {
        let token = ApiToken::of([7; 32]);
        let text = token.text();
        for line in [format!("Bearer {text}"), format!("bearer  {text}"), format!("BEARER {text} ")] {
            assert_eq!(bearer(&headers(&[&line])), Some(token.clone()), "{line}");
        }
        for line in [text.to_owned(), format!("Basic {text}"), format!("Bearer {text}x"), "Bearer".to_owned(), String::new()] {
            assert_eq!(bearer(&headers(&[&line])), None, "{line}");
        }
        let line = format!("Bearer {text}");
        assert_eq!(bearer(&headers(&[&line, &line])), None, "two headers are two answers");
        assert_eq!(bearer(&headers(&[])), None);
    }

    #[test]
    fn each_reason_is_told_apart_and_the_last_moment_does_not_count() {
        let now: Timestamp = "2026-11-20T00:00:00Z".parse().unwrap();
        let today: Date = "2026-11-20".parse().unwrap();
        let good = Found {
            ward: Id::from(Uuid::nil()),
            id: Id::from(Uuid::nil()),
            facility: Id::from(Uuid::nil()),
            opened_on: today,
            closed_on: None,
            expires_at: now + SignedDuration::from_secs(1),
            revoked_at: None,
            last_used_at: None,
            networks: vec!["192.0.2.0/24".parse().unwrap()],
        };
        let peer = Peer { address: "192.0.2.7".parse().ok(), ..Peer::default() };
        let ask = |found: &Found| judge(found, &peer, now, today);
        assert_eq!(ask(&good), Ok(()));
        assert_eq!(ask(&Found { expires_at: now, ..good.clone() }), Err(Reason::ExpiredToken));
        assert_eq!(ask(&Found { revoked_at: Some(now), ..good.clone() }), Err(Reason::RevokedToken));
        assert_eq!(ask(&Found { opened_on: today.tomorrow().unwrap(), ..good.clone() }), Err(Reason::UnopenedFacility));
        assert_eq!(ask(&Found { closed_on: Some(today), ..good.clone() }), Err(Reason::ClosedFacility));
        assert_eq!(ask(&Found { closed_on: today.tomorrow().ok(), ..good.clone() }), Ok(()));
        assert_eq!(ask(&Found { networks: vec!["198.51.100.0/24".parse().unwrap()], ..good.clone() }), Err(Reason::OutsideNetwork));
        assert_eq!(judge(&good, &Peer::default(), now, today), Err(Reason::OutsideNetwork));
        assert_eq!(judge(&Found { networks: Vec::new(), ..good }, &Peer::default(), now, today), Ok(()));
    }
}
