//! How a page leaves: a template, a status, nothing more. The headers come from `headers`.

use askama::Template;
use axum::{
    Json,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::json;

use super::{Error, Result};

/// A page with a status.
pub fn with_status(status: StatusCode, template: &impl Template) -> Result {
    let html = template.render().map_err(Error::internal)?;
    let html_type = HeaderValue::from_static("text/html; charset=utf-8");
    Ok((status, [(header::CONTENT_TYPE, html_type)], html).into_response())
}

pub fn page(template: &impl Template) -> Result {
    with_status(StatusCode::OK, template)
}

/// The form again, with what was typed and what to mend.
pub fn unprocessable(template: &impl Template) -> Result {
    with_status(StatusCode::UNPROCESSABLE_ENTITY, template)
}

/// Somebody else was quicker: the page with both versions.
pub fn conflict(template: &impl Template) -> Result {
    with_status(StatusCode::CONFLICT, template)
}

/// After a post by a form or by a script that sent it: where to look, as a redirect or in a word.
pub fn arrived_at(headers: &HeaderMap, to: &str) -> Response {
    let accept = headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok());
    if accept.is_some_and(|accept| accept.starts_with("application/json")) {
        (StatusCode::OK, Json(json!({ "next": to }))).into_response()
    } else {
        see_other(to)
    }
}

/// After a post: go and look (POST → 303 → GET).
pub fn see_other(to: &str) -> Response {
    match HeaderValue::from_str(to) {
        Ok(location) => (StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response(),
        Err(error) => Error::internal(error).into_response(),
    }
}
