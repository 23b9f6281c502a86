//! The language of this browser.

use axum::http::header;

use crate::web::{Form, Lang, Result, keep_language, see_other};

pub(super) async fn update(Form(fields): Form) -> Result {
    let next = fields.get("next");
    // Back to where they were, never to another site.
    let next = if next.starts_with('/') && !next.starts_with("//") && !next.contains('\\') { next } else { "/" };
    let mut response = see_other(next);
    if let Some(lang) = Lang::from_code(fields.get("lang")) {
        response.headers_mut().insert(header::SET_COOKIE, keep_language(lang));
    }
    Ok(response)
}
