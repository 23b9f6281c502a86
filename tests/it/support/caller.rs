//! Somebody at a browser: a stranger, or a person signed in for an organization.

use std::net::{IpAddr, SocketAddr};

use axum::{
    body::Body,
    extract::ConnectInfo,
    http::{Method, Request, StatusCode, header, request::Builder},
    response::Response,
};
use http_body_util::BodyExt;
use tower::ServiceExt;
use tsunagi::web::SESSION_COOKIE;

use super::{Answer, TestApp};

/// Who calls. Cheap to make, so tests say `app.caseworker().get(…)`.
#[derive(Debug, Clone)]
pub(crate) struct Caller<'a> {
    pub(super) app: &'a TestApp,
    pub(super) cookies: Vec<String>,
    /// The other end of the connection; none when the hub is asked without one.
    pub(super) address: Option<IpAddr>,
    /// The token of a school's system.
    pub(super) bearer: Option<String>,
}

/// Where a refusal shows nobody but the person who asked.
const NO_NAMES: [&str; 6] =
    ["/me/passkeys", "/me/passkeys/options", "/me/notices/devices", "/organization", "/requests/imports", "/verify"];
/// Posts that are no deed: a choice of language, the ceremonies before anybody is known, and a signature that is checked for anybody.
const NO_DEED: [&str; 11] = [
    "/language",
    "/sign-in",
    "/sign-in/options",
    "/enrol",
    "/enrol/options",
    "/enrol/credential",
    "/recovery",
    "/recovery/options",
    "/recovery/credential",
    "/verify/options",
    "/receipts",
];

impl Caller<'_> {
    /// The same caller with one more cookie.
    pub(crate) fn with_cookie(mut self, name: &str, value: &str) -> Self {
        self.cookies.push(format!("{name}={value}"));
        self
    }

    /// The same caller with another session token.
    pub(crate) fn with_token(self, token: &str) -> Self {
        self.with_cookie(SESSION_COOKIE, token)
    }

    /// The same caller at this address.
    pub(crate) fn at(mut self, address: &str) -> Self {
        self.address = Some(address.parse().expect("an address"));
        self
    }

    /// The same caller showing this token of a school's system.
    pub(crate) fn with_bearer(mut self, token: &str) -> Self {
        self.bearer = Some(token.to_owned());
        self
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(self.request(Method::GET, path).body(Body::empty()).expect("a request")).await
    }

    /// Posts a form as a browser does.
    pub(crate) async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.post_as(path, "application/x-www-form-urlencoded", body).await
    }

    pub(crate) async fn post_json(&self, path: &str, body: &serde_json::Value) -> Answer {
        self.post_as(path, "application/json", body.to_string()).await
    }

    /// Posts a form with one file in the field `field`, and other fields beside it.
    pub(crate) async fn upload(&self, path: &str, (field, name, file): (&str, &str, &[u8]), fields: &[(&str, &str)]) -> Answer {
        const BORDER: &str = "----tsunagi-test-border";
        let mut body = Vec::new();
        for (key, value) in fields {
            body.extend(format!("--{BORDER}\r\nContent-Disposition: form-data; name=\"{key}\"\r\n\r\n{value}\r\n").bytes());
        }
        let head = format!("Content-Disposition: form-data; name=\"{field}\"; filename=\"{name}\"");
        body.extend(format!("--{BORDER}\r\n{head}\r\nContent-Type: application/octet-stream\r\n\r\n").bytes());
        body.extend(file);
        body.extend(format!("\r\n--{BORDER}--\r\n").bytes());
        self.post_as(path, &format!("multipart/form-data; boundary={BORDER}"), body).await
    }

    pub(crate) async fn post_as(&self, path: &str, kind: &str, body: impl Into<Body>) -> Answer {
        let request = self.request(Method::POST, path).header(header::CONTENT_TYPE, kind).body(body.into());
        self.send(request.expect("a request")).await
    }

    /// Asks and leaves the body unread: for streams that never end.
    pub(crate) async fn open(&self, path: &str) -> Response {
        let request = self.request(Method::GET, path).header(header::ACCEPT, "text/event-stream");
        self.app.answer(request.body(Body::empty()).expect("a request")).await
    }

    /// A request with the caller's cookies and what a browser says of itself; `send` it when it is complete.
    pub(crate) fn request(&self, method: Method, path: &str) -> Builder {
        let mut request =
            Request::builder().method(method).uri(path).header(header::USER_AGENT, "tests").header("sec-fetch-site", "same-origin");
        if !self.cookies.is_empty() {
            request = request.header(header::COOKIE, self.cookies.join("; "));
        }
        if let Some(token) = &self.bearer {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        if let Some(address) = self.address {
            request = request.extension(ConnectInfo(SocketAddr::new(address, 40_000)));
        }
        request
    }

    /// Sends, reads the answer, and holds a write that went well to having left a line in the trail. A stream is left unread.
    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        let path = request.uri().path().to_owned();
        if request.method() == Method::GET || NO_DEED.contains(&path.as_str()) {
            return read(self.app.answer(request).await).await;
        }
        let (head, body) = request.into_parts();
        let body = body.collect().await.expect("the whole form").to_bytes();
        let lines = self.app.trail_lines().await;
        let answer = read(self.app.answer(Request::from_parts(head, Body::from(body.clone()))).await).await;
        if went_well(&answer) {
            // The same form sent again may lead to where the first one led, and do nothing.
            let is_new = self.app.remember((path.clone(), body.to_vec(), answer.location().to_owned()));
            let now = self.app.trail_lines().await;
            assert!(now > lines || !is_new, "{path} answered {} and left no line in the trail", answer.status);
        }
        // A page that refuses shows what it refuses, with names: a look like any other.
        let refused = matches!(answer.status, StatusCode::CONFLICT | StatusCode::UNPROCESSABLE_ENTITY);
        if refused && !NO_NAMES.contains(&path.as_str()) {
            assert!(self.app.trail_lines().await > lines, "{path} answered {} and left no line in the trail", answer.status);
        }
        answer
    }
}

async fn read(response: Response) -> Answer {
    let (head, body) = response.into_parts();
    let endless = head.headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind == "text/event-stream");
    let body = if endless { Vec::new() } else { body.collect().await.expect("the whole answer").to_bytes().to_vec() };
    Answer { status: head.status, headers: head.headers, body }
}

/// Done, or gone on. Being sent to sign in or to choose an organization first is neither; signing out takes the cookie along.
fn went_well(answer: &Answer) -> bool {
    let first = answer.status == StatusCode::SEE_OTHER && ["/sign-in", "/organization"].contains(&answer.leads_to());
    let sent_away = first && !answer.headers.contains_key(header::SET_COOKIE);
    (answer.status.is_success() || answer.status.is_redirection()) && !sent_away
}

impl TestApp {
    /// Through the whole router, as the server would.
    pub(super) async fn answer(&self, request: Request<Body>) -> Response {
        match self.router.clone().oneshot(request).await {
            Ok(response) => response,
            Err(never) => match never {},
        }
    }

    /// Whether nothing was sent like this before: path, form, and where it led.
    fn remember(&self, sent: (String, Vec<u8>, String)) -> bool {
        self.sent.lock().expect("no test panics while it holds this").insert(sent)
    }
}
