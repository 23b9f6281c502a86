//! The refusals of the whole portal. One place turns them into pages, and logs what is our fault exactly once.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};

use crate::{
    domain::ids::{Id, TrailEntry, Ward},
    gate::Denied,
    store::{self, kept_forms::Owner},
};

pub type Result<T = Response, E = Error> = std::result::Result<T, E>;

/// Why there is no page.
#[derive(Debug)]
pub enum Error {
    /// Nobody is signed in here.
    SignInFirst,
    /// Somebody was, and the session is over: whose it was, where it only rested too long or grew too old.
    SessionOver(Option<Owner>),
    /// No token, or none that opens anything: the same answer, whatever the reason.
    Unauthorized,
    /// Signed in, but not yet for an organization.
    ChooseFirst,
    /// Absent, or not theirs to know: the same answer, always.
    Hidden,
    /// They may know of it but not do this to it.
    Forbidden,
    /// The screen was left: nothing until the person is verified again.
    Locked,
    /// Theirs, once they are verified again for this action.
    StepUp(&'static str),
    /// The account was recovered less than an hour ago.
    ReadOnly,
    /// Not from this network.
    OutsideNetwork,
    /// Not by this way: the organization asks for the ward's own sign-in service.
    ProviderRequired(Id<Ward>),
    /// The request cannot be read at all.
    Malformed,
    TooLarge,
    /// Too many failures before this; worth another try after so long.
    Limited {
        seconds: u32,
    },
    /// The database does not answer; nothing was done.
    Away,
    /// Our fault.
    Internal(anyhow::Error),
}

/// What the page about a refusal needs; carried in the response until the page is made.
#[derive(Debug, Clone)]
pub struct Refusal {
    pub kind: RefusalKind,
    /// Of a failure of ours: the number that is also in the log.
    pub reference: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefusalKind {
    SignInFirst,
    SessionOver(Option<Owner>),
    Missing,
    /// Of the API only: a page answers what it is not asked for as if it were not there.
    OtherMethod,
    Unauthorized,
    Forbidden,
    Locked,
    StepUp(&'static str),
    ReadOnly,
    OutsideNetwork,
    ProviderRequired(Id<Ward>),
    Malformed,
    TooLarge,
    CrossSite,
    Limited {
        seconds: u32,
    },
    Away,
    Internal,
}

impl Error {
    pub fn internal(error: impl Into<anyhow::Error>) -> Self {
        Self::Internal(error.into())
    }
}

impl From<store::Error> for Error {
    fn from(error: store::Error) -> Self {
        if store::is_away(&error) {
            tracing::warn!(%error, "the database is away");
            return Self::Away;
        }
        if store::is_out_of_reach(&error) {
            // Facts are read before the gate can be asked, and some sides of the house have no right to read them.
            tracing::warn!(%error, "the database denied it");
            return Self::Hidden;
        }
        Self::internal(error)
    }
}

/// Not yours looks like not there.
impl From<Denied> for Error {
    fn from(denied: Denied) -> Self {
        match denied {
            Denied::Always => Self::Hidden,
            Denied::Unverified(action) => Self::StepUp(action),
            Denied::ReadOnly => Self::ReadOnly,
        }
    }
}

/// A number people can read out on the telephone.
fn reference() -> String {
    Id::<TrailEntry>::random().to_string().chars().filter(char::is_ascii_hexdigit).take(8).collect()
}

/// The response of a failure: logs the cause under a fresh number.
pub fn failed(cause: &anyhow::Error) -> Response {
    let reference = reference();
    tracing::error!(reference, cause = format!("{cause:#}"), "failed");
    refused(StatusCode::INTERNAL_SERVER_ERROR, RefusalKind::Internal, Some(reference))
}

pub fn refused(status: StatusCode, kind: RefusalKind, reference: Option<String>) -> Response {
    let mut response = status.into_response();
    response.extensions_mut().insert(Refusal { kind, reference });
    response
}

/// The way to the sign-in page; the layer of pages adds what is said there, and where to go on to.
fn to_sign_in(kind: RefusalKind) -> Response {
    let mut response = refused(StatusCode::SEE_OTHER, kind, None);
    response.headers_mut().insert(header::LOCATION, HeaderValue::from_static("/sign-in"));
    response
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        match self {
            Self::SignInFirst => to_sign_in(RefusalKind::SignInFirst),
            Self::SessionOver(owner) => to_sign_in(RefusalKind::SessionOver(owner)),
            Self::ChooseFirst => {
                (StatusCode::SEE_OTHER, [(header::LOCATION, HeaderValue::from_static("/organization"))]).into_response()
            }
            Self::Unauthorized => refused(StatusCode::UNAUTHORIZED, RefusalKind::Unauthorized, None),
            Self::Hidden => refused(StatusCode::NOT_FOUND, RefusalKind::Missing, None),
            Self::Forbidden => refused(StatusCode::FORBIDDEN, RefusalKind::Forbidden, None),
            Self::Locked => refused(StatusCode::FORBIDDEN, RefusalKind::Locked, None),
            Self::StepUp(action) => refused(StatusCode::FORBIDDEN, RefusalKind::StepUp(action), None),
            Self::ReadOnly => refused(StatusCode::FORBIDDEN, RefusalKind::ReadOnly, None),
            Self::OutsideNetwork => refused(StatusCode::FORBIDDEN, RefusalKind::OutsideNetwork, None),
            Self::ProviderRequired(ward) => refused(StatusCode::FORBIDDEN, RefusalKind::ProviderRequired(ward), None),
            Self::Malformed => refused(StatusCode::BAD_REQUEST, RefusalKind::Malformed, None),
            Self::TooLarge => refused(StatusCode::PAYLOAD_TOO_LARGE, RefusalKind::TooLarge, None),
            Self::Limited { seconds } => {
                let mut response = refused(StatusCode::TOO_MANY_REQUESTS, RefusalKind::Limited { seconds }, None);
                response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
                response
            }
            Self::Away => refused(StatusCode::SERVICE_UNAVAILABLE, RefusalKind::Away, None),
            Self::Internal(cause) => failed(&cause),
        }
    }
}
