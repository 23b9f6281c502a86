//! The cookies: the session, an invitation code on its way, a browser on its way through a sign-in service, the language.

use axum::http::{HeaderMap, HeaderValue, header};

use super::{Lang, Secret};

/// `__Host-`: only over TLS (or localhost), for this host and the whole site (security B3).
pub const SESSION_COOKIE: &str = "__Host-tsunagi";
pub const LANGUAGE_COOKIE: &str = "__Host-tsunagi-lang";

/// The value of a cookie; the first one when a name is sent twice.
pub(super) fn read<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value)
}

/// Sets the session cookie: no script reads it, no other site sends it, it ends with the browser.
pub fn start_session(token: &Secret) -> HeaderValue {
    header_value(&format!("{SESSION_COOKIE}={}; Path=/; Secure; HttpOnly; SameSite=Strict", token.text()))
}

pub fn end_session() -> HeaderValue {
    header_value(&format!("{SESSION_COOKIE}=; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=0"))
}

/// The invitation code between its page and the passkey's: ten minutes, gone when spent.
const ENROL_COOKIE: &str = "__Host-tsunagi-enrol";

pub fn keep_code(code: &Secret) -> HeaderValue {
    header_value(&format!("{ENROL_COOKIE}={}; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=600", code.text()))
}

pub fn forget_code() -> HeaderValue {
    header_value(&format!("{ENROL_COOKIE}=; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=0"))
}

/// The kept code; without one, a code that nobody has.
pub fn enrol_code(headers: &HeaderMap) -> Secret {
    Secret::received(read(headers, ENROL_COOKIE).unwrap_or_default())
}

/// The browser that was sent to the ward's sign-in service. Lax, since it comes back from another site (security F1); it opens
/// nothing and is worth nothing without the row it belongs to.
const SENT_COOKIE: &str = "__Host-tsunagi-sent";

pub fn keep_sent(secret: &Secret) -> HeaderValue {
    header_value(&format!("{SENT_COOKIE}={}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=300", secret.text()))
}

pub fn forget_sent() -> HeaderValue {
    header_value(&format!("{SENT_COOKIE}=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0"))
}

/// The kept secret; without one, one that nobody has.
pub fn sent(headers: &HeaderMap) -> Secret {
    Secret::received(read(headers, SENT_COOKIE).unwrap_or_default())
}

pub fn keep_language(lang: Lang) -> HeaderValue {
    header_value(&format!("{LANGUAGE_COOKIE}={}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=31536000", lang.code()))
}

/// Cookie texts here are made of base64url and fixed words, which every header may hold.
fn header_value(text: &str) -> HeaderValue {
    HeaderValue::from_str(text).unwrap_or(HeaderValue::from_static(""))
}
