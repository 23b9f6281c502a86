//! Signing in with a passkey, and out again.

use askama::Template;
use axum::{
    Json,
    body::Bytes,
    extract::State,
    http::{HeaderName, HeaderValue, Uri, header},
    response::{IntoResponse, Response},
};
use i18n_embed_fl::fl;
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    home,
    log::{failed, left},
    organization,
};
use crate::{
    domain::ids::{Ceremony, Id, Session},
    gate::{Actor, Duty, Permit, actions},
    store::{
        Tx,
        ceremonies::{self, Purpose},
        organizations, passkeys,
        people::{self, Choice},
        providers,
        sessions::{self, Beginning, Method},
        sign_ins::{Outcome, Reason},
    },
    web::{
        Answer, App, Attempt, Error, Fields, Frame, Lang, Peer, Result, Secret, Signed, end_session, page, see_other,
        start_session, verify,
    },
};

#[derive(Debug, Template)]
#[template(path = "hub/signin/sign_in.html")]
struct SignIn {
    frame: Frame,
    error: Option<String>,
    /// What somebody who just signed out, or was, must know.
    farewell: Option<String>,
    next: String,
    /// The sign-in services of wards: where they lead, and what they are called.
    services: Vec<(String, String)>,
}

/// Where somebody gets out who came in through the ward's sign-in service: it may still know them.
const LEFT_BY_SERVICE: &str = "/sign-in?left=service";

pub(super) async fn new(State(app): State<App>, lang: Lang, uri: Uri) -> Result {
    app.help.refresh(&app.db).await;
    let services = providers::offered(&app.db).await?.into_iter();
    let services = services.map(|offer| (format!("/sign-in/provider/{}", offer.ward), offer.name)).collect();
    let frame = Frame::open(&app, lang, fl!(lang.texts(), "signin-heading"));
    let asked = Fields::parse(uri.query().unwrap_or_default().as_bytes());
    let farewell = match asked.get("left") {
        "service" => Some(fl!(lang.texts(), "signin-left-service")),
        "over" => Some(fl!(lang.texts(), "signin-expired")),
        "kept" => Some(fl!(lang.texts(), "signin-kept")),
        _ => None,
    };
    let next = Some(verify::own_path(asked.get("next"))).filter(|next| *next != "/").unwrap_or_default().to_owned();
    page(&SignIn { frame, error: None, farewell, next, services })
}

/// What the browser needs to ask for a passkey: a challenge, good for five minutes and one answer.
pub(super) async fn options(State(app): State<App>, peer: Peer) -> Result {
    Attempt::ceremony(&app, peer, None).await?;
    let begun = app.passkeys.begin_sign_in().map_err(Error::internal)?;
    let ceremony = ceremonies::put(&app.db, Purpose::SignIn, &begun.state, app.clock.now()).await?;
    Ok(Json(json!({ "publicKey": begun.options, "ceremony": ceremony })).into_response())
}

#[derive(Debug, Deserialize)]
pub(super) struct Answered {
    ceremony: Id<Ceremony>,
    credential: Value,
    /// The page that was asked for.
    #[serde(default)]
    next: String,
}

pub(super) async fn create(State(app): State<App>, lang: Lang, peer: Peer, body: Bytes) -> Result {
    let no = || failed(lang, |lang| fl!(lang.texts(), "signin-failed"));
    let attempt = Attempt::begin(&app, peer).await?;
    let Ok(answered) = serde_json::from_slice::<Answered>(&body) else {
        attempt.refused(Reason::Malformed).await?;
        return Ok(no());
    };
    let Some(state) = ceremonies::take(&app.db, Purpose::SignIn, answered.ceremony, app.clock.now()).await? else {
        attempt.refused(Reason::StaleCeremony).await?;
        return Ok(no());
    };
    let Ok(answer) = app.passkeys.read_answer(answered.credential) else {
        attempt.refused(Reason::Malformed).await?;
        return Ok(no());
    };
    let owner = passkeys::owner(&app.db, answer.credential_id()).await?.filter(|(_, person)| person.uuid() == answer.user);
    let (attempt, duty) = match owner {
        Some(who) => (attempt.by(who).await?, Duty::entry(who.0, who.1)),
        // Nobody's passkey goes the same way as somebody's, so that it takes as long (security B6).
        None => (attempt.shown(None, answer.credential_id()).await?, nobody()),
    };
    match open(&app, duty, (&answer, &answered.next), state, attempt.peer()).await? {
        Ok(opened) => {
            attempt.passed(Outcome::SignedIn).await?;
            Ok(opened.into_response())
        }
        Err(reason) => {
            attempt.refused(reason).await?;
            Ok(no())
        }
    }
}

/// A person of no ward, whom no row belongs to.
fn nobody() -> Duty {
    Duty::entry(Id::from(Uuid::nil()), Id::from(Uuid::nil()))
}

/// A session just opened: the cookie, and where the day begins.
pub(super) struct Opened {
    pub(super) token: Secret,
    pub(super) session: Id<Session>,
    pub(super) next: String,
}

impl IntoResponse for Opened {
    fn into_response(self) -> Response {
        ([(header::SET_COOKIE, start_session(&self.token))], Json(json!({ "next": self.next }))).into_response()
    }
}

/// Believes the answer and opens a session, or says why not. Dropping the transaction undoes everything.
async fn open(
    app: &App,
    duty: Duty,
    (answer, wanted): (&Answer, &str),
    state: Value,
    peer: &Peer,
) -> Result<std::result::Result<Opened, Reason>> {
    let actor = Actor::from(duty);
    let mut tx = app.tx(&actor).await?;
    let Some((passkey, stored)) = passkeys::credential(&mut tx, answer.credential_id()).await? else {
        app.passkeys.pretend_to_finish(answer, state);
        return Ok(Err(Reason::UnknownPasskey));
    };
    let credential = match app.passkeys.finish_sign_in(answer, state, stored) {
        Ok(credential) => credential,
        Err(error) => {
            tracing::info!(%error, "a passkey did not hold");
            return Ok(Err(if error.looks_like_a_copy() { Reason::CopiedPasskey } else { Reason::BadPasskey }));
        }
    };
    let (choices, root) = (people::choices(&mut tx).await?, organizations::root(&mut tx, &actor).await?);
    // Whoever waits for a place to open comes in to be told from when on; nobody else without one does.
    let is_nobody = choices.is_empty() && people::awaited(&mut tx).await?.is_empty();
    let (Some(root), false) = (root, is_nobody) else { return Ok(Err(Reason::NoMembership)) };
    let permit = app.gate.permit::<actions::OpenSession>(&actor, &root)?;
    passkeys::used(&mut tx, &permit, passkey, &credential).await?;
    let opened = Opened::towards(&mut tx, &permit, &choices, (Method::Passkey, wanted), peer).await?;
    sessions::proved_by(&mut tx, &permit, opened.session, passkey).await?;
    tx.commit(permit.deed().with("passkey", passkey)).await?;
    Ok(Ok(opened))
}

impl Opened {
    /// Opens the session; whoever can act as one thing only need not choose.
    pub(super) async fn with(
        tx: &mut Tx,
        permit: &Permit<actions::OpenSession>,
        choices: &[Choice],
        method: Method,
        peer: &Peer,
    ) -> Result<Self> {
        Self::towards(tx, permit, choices, (method, ""), peer).await
    }

    /// The same for somebody who wanted a page before they came in.
    async fn towards(
        tx: &mut Tx,
        permit: &Permit<actions::OpenSession>,
        choices: &[Choice],
        (method, wanted): (Method, &str),
        peer: &Peer,
    ) -> Result<Self> {
        let token = Secret::token();
        let only = match choices {
            [only] => Some(only),
            _ => None,
        };
        let beginning = Beginning {
            token_hash: &token.hash(),
            membership: only.map(|choice| choice.membership),
            method,
            address: peer.address,
            agent: &peer.agent,
        };
        let session = sessions::open(tx, permit, &beginning).await?;
        let next = match only {
            Some(choice) => home::first_step(tx, permit.person(), (choice.role, choice.membership), wanted).await?,
            None => organization::chooser_href(wanted),
        };
        Ok(Self { token, session, next })
    }
}

pub(super) async fn destroy(State(app): State<App>, signed: Signed, peer: Peer) -> Result {
    let actor = signed.entry();
    let mut tx = app.tx(&actor).await?;
    let root = organizations::root(&mut tx, &actor).await?.ok_or(Error::Hidden)?;
    let permit = app.gate.permit::<actions::EndSession>(&actor, &root)?;
    sessions::end(&mut tx, &permit, signed.found.session).await?;
    tx.commit(permit.deed().with("session", signed.found.session)).await?;
    left(&app, peer, (signed.found.ward, signed.found.person)).await?;

    let mut response = see_other(if signed.found.method == Method::Provider { LEFT_BY_SERVICE } else { "/sign-in" });
    response.headers_mut().insert(header::SET_COOKIE, end_session());
    // Not "storage": with it the browser ends the registration that notices at night come by (decision 23). What scripts keep, the
    // sign-in page forgets.
    response.headers_mut().insert(HeaderName::from_static("clear-site-data"), HeaderValue::from_static("\"cache\""));
    Ok(response)
}
