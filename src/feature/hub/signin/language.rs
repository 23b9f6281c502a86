//! The language of this browser.

use axum::http::header;

use crate::web::{Form, Lang, Result, keep_language, see_other, verify};

pub(super) async fn update(Form(fields): Form) -> Result {
    let mut response = see_other(verify::own_path(fields.get("next")));
    if let Some(lang) = Lang::from_code(fields.get("lang")) {
        response.headers_mut().insert(header::SET_COOKIE, keep_language(lang));
    }
    Ok(response)
}
