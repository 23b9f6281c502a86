//! A delivery that cannot be read at all, as programs read it (RFC 9457): what is wrong in a code, and how to mend it in words.

use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use i18n_embed_fl::fl;

use crate::web::{Lang, Problem};

/// Why nothing of a delivery was taken in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fault {
    /// No `Idempotency-Key`, or none that is a UUID.
    NoKey,
    /// The key came before with another content.
    KeyOfAnother,
    /// Not sent as JSON.
    NotJson,
    /// Not what the description of the API says; where, and what the reader said.
    NotTheSchema { line: usize, column: usize, why: String },
}

impl Fault {
    const fn code(&self) -> &'static str {
        match self {
            Self::NoKey => "no_key",
            Self::KeyOfAnother => "key_of_another",
            Self::NotJson => "not_json",
            Self::NotTheSchema { .. } => "not_the_schema",
        }
    }

    const fn status(&self) -> StatusCode {
        match self {
            Self::KeyOfAnother => StatusCode::UNPROCESSABLE_ENTITY,
            Self::NotJson => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::NoKey | Self::NotTheSchema { .. } => StatusCode::BAD_REQUEST,
        }
    }

    fn detail(&self, lang: Lang) -> String {
        let texts = lang.texts();
        match self {
            Self::NoKey => fl!(texts, "delivery-no-key"),
            Self::KeyOfAnother => fl!(texts, "delivery-key-of-another"),
            Self::NotJson => fl!(texts, "delivery-not-json"),
            Self::NotTheSchema { line, column, why } => {
                fl!(texts, "delivery-not-the-schema", line = (*line), column = (*column), why = why.as_str())
            }
        }
    }

    pub(super) fn answer(&self, lang: Lang) -> Response {
        let title = fl!(lang.texts(), "delivery-fault");
        Problem::new(self.status(), title, self.detail(lang)).with_code(self.code()).into_response()
    }
}
