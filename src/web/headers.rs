//! The headers of every answer (ui 2.4, security F1).

use axum::{
    extract::Request,
    http::{HeaderName, HeaderValue, header},
    middleware::Next,
    response::Response,
};

use super::assets::PREFIX;

const CSP: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; \
                   manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; \
                   require-trusted-types-for 'script'; trusted-types tsunagi-push-worker";
const PERMISSIONS: &str =
    "camera=(), microphone=(), geolocation=(), publickey-credentials-get=(self), publickey-credentials-create=(self)";

const ALWAYS: &[(&str, &str)] = &[
    ("content-security-policy", CSP),
    ("permissions-policy", PERMISSIONS),
    ("referrer-policy", "same-origin"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-embedder-policy", "require-corp"),
    ("cross-origin-resource-policy", "same-origin"),
    ("x-content-type-options", "nosniff"),
];

/// Puts the headers on every answer; pages are kept nowhere, hashed files for a year.
pub async fn put(request: Request, next: Next) -> Response {
    // Only what lies below the folder: `/sheet` and `/sign-in` begin with the same letter.
    let is_file = request.uri().path().strip_prefix(PREFIX).is_some_and(|rest| rest.starts_with('/'));
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in ALWAYS {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    if !is_file {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    response
}

/// Over TLS only: this name is never asked for in clear again (two years, the length browsers' lists want).
pub async fn put_hsts(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    response.headers_mut().insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=63072000"));
    response
}
