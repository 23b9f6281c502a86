//! Turns refusals into pages, and gives back what was typed when nothing could be saved.

use std::time::Duration;

use askama::Template;
use axum::{
    Json,
    body::{Body, Bytes, to_bytes},
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use i18n_embed_fl::fl;
use url::form_urlencoded;

use super::{
    App, Error, Fields, Frame, Here, Lang, Problem,
    error::{Refusal, RefusalKind},
    here, page, see_other,
    verify::{self, Again},
};

/// The most a plain form may hold; uploads have their own limit.
const FORM_LIMIT: usize = 256 * 1024;
/// Longer than any path of the hub.
const LONGEST_PATH: usize = 2000;
/// How long somebody waits for an answer before being told that it did not work; uploads of rosters fit.
const PATIENCE: Duration = Duration::from_secs(10);

/// Where programs ask, not browsers.
pub(super) const API: &str = "/api/";

#[derive(Debug, Template)]
#[template(path = "error.html")]
struct ErrorPage {
    frame: Frame,
    heading: String,
    line: String,
    mend: Vec<String>,
    /// The way in that is asked for.
    go: Option<String>,
    reference: Option<String>,
    back_href: Option<String>,
    /// Where to send the fields again, when nothing was saved.
    retry: Option<Retry>,
}

#[derive(Debug)]
struct Retry {
    action: String,
    fields: Vec<(String, String)>,
}

/// The outermost layer with pages: reads a posted form once, and renders whatever refusal comes back.
pub async fn pages(State(app): State<App>, request: Request, next: Next) -> Response {
    let asked = Asked::of(&request);
    if !is_form(&request) {
        let response = in_time(next.run(request)).await;
        return rendered(&app, &asked, response, None);
    }
    let (head, body) = request.into_parts();
    let Ok(body) = to_bytes(body, FORM_LIMIT).await else {
        return rendered(&app, &asked, Error::TooLarge.into_response(), None);
    };
    let response = in_time(next.run(Request::from_parts(head, Body::from(body.clone())))).await;
    let response = kept(&app, &asked, response, &body).await;
    rendered(&app, &asked, response, Some(&body))
}

/// Keeps what was typed when the session is over, so that whoever typed it can send it on once they are back. A script that asks for
/// JSON has its page still, and lets the browser send the same again.
async fn kept(app: &App, asked: &Asked, mut response: Response, body: &Bytes) -> Response {
    let Some(RefusalKind::SessionOver(Some(owner))) = response.extensions().get::<Refusal>().map(|refusal| refusal.kind) else {
        return response;
    };
    let is_empty = || Fields::parse(body).pairs().iter().all(|(_, value)| value.is_empty());
    if asked.json || asked.path.starts_with(API) || asked.path.len() > LONGEST_PATH || is_empty() {
        return response;
    }
    match here::keep(app, owner, &asked.path, body).await {
        Ok(()) => {
            response.extensions_mut().insert(IsKept);
            response
        }
        // Then the page that keeps it itself.
        Err(error) => error.into_response(),
    }
}

/// What was sent waits for its owner.
#[derive(Debug, Clone, Copy)]
struct IsKept;

/// An answer begun in time; streams only have to begin. What is dropped half-way is rolled back.
async fn in_time(answer: impl Future<Output = Response>) -> Response {
    tokio::time::timeout(PATIENCE, answer).await.unwrap_or_else(|_| {
        tracing::warn!("an answer took too long; nothing was done");
        Error::Away.into_response()
    })
}

/// What the answer depends on besides the refusal.
struct Asked {
    lang: Lang,
    json: bool,
    path: String,
    /// Where to go on to; nothing for what can only be posted.
    next: Option<String>,
    /// The page that was asked for, without what was sought on it; nothing for a stream or a number.
    page: Option<String>,
}

impl Asked {
    fn of(request: &Request) -> Self {
        let path = request.uri().path().to_owned();
        let whole = || request.uri().path_and_query().map_or_else(|| path.clone(), ToString::to_string);
        let next = (request.method() == Method::GET).then(whole);
        let page = next.is_some().then(|| path.clone()).filter(|_| wants_page(request.headers()));
        Self { lang: Lang::of(request.headers()), json: wants_json(request.headers()), path, next, page }
    }
}

fn is_form(request: &Request) -> bool {
    request.method() == Method::POST
        && request
            .headers()
            .get(header::CONTENT_TYPE)
            .and_then(|kind| kind.to_str().ok())
            .is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"))
}

fn wants_json(headers: &HeaderMap) -> bool {
    headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok()).is_some_and(|accept| accept.starts_with("application/json"))
}

/// Browsers name pages, or anything; whoever names nothing takes a page too.
fn wants_page(headers: &HeaderMap) -> bool {
    let accept = headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok()).unwrap_or("*/*");
    !accept.starts_with("application/json") && (accept.contains("text/html") || accept.contains("*/*"))
}

/// Where somebody comes in first, and is told why. Of the address only the path goes along: what was sought may be a name, and the
/// next at this screen somebody else.
fn to_sign_in(asked: &Asked, is_over: bool, is_kept: bool) -> Response {
    let mut query = form_urlencoded::Serializer::new(String::new());
    if is_over {
        query.append_pair("left", if is_kept { "kept" } else { "over" });
    }
    if let Some(page) = &asked.page {
        query.append_pair("next", page);
    }
    let query = query.finish();
    see_other(&if query.is_empty() { "/sign-in".to_owned() } else { format!("/sign-in?{query}") })
}

/// The page of the refusal, if the response is one; when to come again, and how to ask instead, stay with it.
fn rendered(app: &App, asked: &Asked, response: Response, typed: Option<&Bytes>) -> Response {
    let after = response.headers().get(header::RETRY_AFTER).cloned();
    let allowed = response.headers().get(header::ALLOW).cloned().filter(|_| response.status() == StatusCode::METHOD_NOT_ALLOWED);
    let mut page = drawn(app, asked, response, typed);
    page.headers_mut().extend(after.map(|after| (header::RETRY_AFTER, after)));
    page.headers_mut().extend(allowed.map(|allowed| (header::ALLOW, allowed)));
    page
}

fn drawn(app: &App, asked: &Asked, response: Response, typed: Option<&Bytes>) -> Response {
    let Some(refusal) = response.extensions().get::<Refusal>().cloned() else { return response };
    if let RefusalKind::SignInFirst | RefusalKind::SessionOver(_) = refusal.kind {
        let is_over = refusal.kind != RefusalKind::SignInFirst;
        return to_sign_in(asked, is_over, response.extensions().get::<IsKept>().is_some());
    }
    let status = response.status();
    let here = response.extensions().get::<Here>();
    let lang = here.map_or(asked.lang, |here| here.lang);
    let (heading, line) = words(lang, refusal.kind);
    if asked.path.starts_with(API) {
        return problem(status, heading, line, refusal.reference);
    }
    if asked.json {
        let line = with_telephone(app, lang, refusal.kind, line);
        return (status, Json(serde_json::json!({ "error": line, "reference": refusal.reference }))).into_response();
    }
    if let Some(page) = verification(app, asked, refusal.kind, here, typed) {
        return page.unwrap_or_else(|_| (StatusCode::INTERNAL_SERVER_ERROR, line).into_response());
    }
    let retry = typed
        .filter(|_| matches!(refusal.kind, RefusalKind::Away | RefusalKind::Limited { .. }))
        .map(|body| Retry { action: asked.path.clone(), fields: Fields::parse(body).pairs().to_vec() });
    let frame = match here {
        Some(here) => Frame::here(app, here, heading.clone()),
        None => Frame::open(app, lang, heading.clone()),
    };
    let template = ErrorPage {
        frame,
        heading,
        line: line.clone(),
        mend: mend(lang, refusal.kind),
        go: match refusal.kind {
            RefusalKind::ProviderRequired(ward) => Some(format!("/sign-in/provider/{ward}")),
            _ => None,
        },
        reference: refusal.reference,
        back_href: None,
        retry,
    };
    page::with_status(status, &template).unwrap_or_else(|_| (StatusCode::INTERNAL_SERVER_ERROR, line).into_response())
}

/// A refusal as programs read it; a 401 says what would be an answer (RFC 6750, 3).
fn problem(status: StatusCode, title: String, detail: String, reference: Option<String>) -> Response {
    let mut response = Problem::new(status, title, detail).with_reference(reference).into_response();
    if status == StatusCode::UNAUTHORIZED {
        response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(r#"Bearer realm="tsunagi""#));
    }
    response
}

/// The page that asks for the person again, if that is what stands in the way.
fn verification(
    app: &App,
    asked: &Asked,
    kind: RefusalKind,
    here: Option<&Here>,
    typed: Option<&Bytes>,
) -> Option<crate::web::Result> {
    let again = || typed.map(|body| Again { action: asked.path.clone(), fields: Fields::parse(body).pairs().to_vec() });
    let next = asked.next.as_deref();
    match (kind, here) {
        // Nothing of the page that was asked for stands behind a locked screen.
        (RefusalKind::Locked, _) if next.is_some() => {
            let query = form_urlencoded::Serializer::new(String::new()).append_pair("next", next.unwrap_or("/")).finish();
            Some(Ok(see_other(&format!("/locked?{query}"))))
        }
        (RefusalKind::Locked, _) => Some(verify::locked_again(app, asked.lang, again())),
        (RefusalKind::StepUp(action), Some(here)) => Some(verify::step_up(app, here, action, next.unwrap_or("/"), again())),
        _ => None,
    }
}

fn words(lang: Lang, kind: RefusalKind) -> (String, String) {
    let texts = lang.texts();
    match kind {
        RefusalKind::SignInFirst | RefusalKind::SessionOver(_) => (fl!(texts, "signin-heading"), fl!(texts, "signin-expired")),
        RefusalKind::Unauthorized => (fl!(texts, "fault-401-title"), fl!(texts, "fault-401-line")),
        RefusalKind::OtherMethod => (fl!(texts, "fault-405-title"), fl!(texts, "fault-405-line")),
        RefusalKind::Missing => (fl!(texts, "fault-404-title"), fl!(texts, "fault-404-line")),
        RefusalKind::Forbidden => (fl!(texts, "fault-403-title"), fl!(texts, "fault-403-line")),
        RefusalKind::Locked => (fl!(texts, "locked-title"), fl!(texts, "fault-locked-line")),
        RefusalKind::StepUp(_) => (fl!(texts, "verify-title"), fl!(texts, "fault-verify-line")),
        RefusalKind::ReadOnly => (fl!(texts, "fault-read-only-title"), fl!(texts, "fault-read-only-line")),
        RefusalKind::OutsideNetwork => (fl!(texts, "fault-network-title"), fl!(texts, "fault-network-line")),
        RefusalKind::ProviderRequired(_) => (fl!(texts, "fault-provider-title"), fl!(texts, "fault-provider-line")),
        RefusalKind::Malformed => (fl!(texts, "fault-400-title"), fl!(texts, "fault-400-line")),
        RefusalKind::TooLarge => (fl!(texts, "fault-413-title"), fl!(texts, "fault-413-line")),
        RefusalKind::CrossSite => (fl!(texts, "fault-csrf-title"), fl!(texts, "fault-csrf-line")),
        RefusalKind::Limited { seconds } => (fl!(texts, "fault-429-title"), fl!(texts, "fault-429-line", seconds = seconds)),
        RefusalKind::Away => (fl!(texts, "fault-503-title"), fl!(texts, "fault-503-line")),
        RefusalKind::Internal => (fl!(texts, "fault-500-title"), fl!(texts, "fault-500-line")),
    }
}

/// What the reader can do about it, beyond what the line says.
fn mend(lang: Lang, kind: RefusalKind) -> Vec<String> {
    match kind {
        RefusalKind::CrossSite => vec![fl!(lang.texts(), "fault-csrf-mend")],
        RefusalKind::OutsideNetwork => vec![fl!(lang.texts(), "fault-network-mend")],
        RefusalKind::ProviderRequired(_) => vec![fl!(lang.texts(), "fault-provider-mend")],
        RefusalKind::Limited { .. } => vec![fl!(lang.texts(), "fault-429-mend")],
        _ => Vec::new(),
    }
}

/// Where a script shows one line only, whom to call stands in it.
fn with_telephone(app: &App, lang: Lang, kind: RefusalKind, line: String) -> String {
    let help = app.help.known();
    if !matches!(kind, RefusalKind::Limited { .. }) || help.phone.is_empty() {
        return line;
    }
    format!("{line} {}", fl!(lang.texts(), "fault-phone", phone = help.phone, hours = help.hours))
}
