//! 本人確認: the page that asks for the person again, before a locked screen and before what is sensitive (security B2).
//!
//! It keeps what was typed and sends it again once the passkey was touched, so that asking loses nothing.

use askama::Template;
use axum::http::StatusCode;
use i18n_embed_fl::fl;

use super::{App, Frame, Here, Lang, Result, page::with_status};

#[derive(Debug, Template)]
#[template(path = "hub/signin/verify.html")]
struct Verify {
    frame: Frame,
    locked: bool,
    /// What the verification is for; empty to come back to a locked screen.
    action: &'static str,
    again: Option<Again>,
    next: String,
}

/// A form to be sent again.
#[derive(Debug)]
pub(super) struct Again {
    pub(super) action: String,
    pub(super) fields: Vec<(String, String)>,
}

/// Before a locked screen: neutral, whoever looks at it.
pub fn locked(app: &App, lang: Lang, next: &str) -> Result {
    with_status(StatusCode::OK, &before_locked(app, lang, next, None))
}

/// The same for what was posted to it: not done, and kept.
pub(super) fn locked_again(app: &App, lang: Lang, again: Option<Again>) -> Result {
    with_status(StatusCode::FORBIDDEN, &before_locked(app, lang, "/", again))
}

fn before_locked(app: &App, lang: Lang, next: &str, again: Option<Again>) -> Verify {
    let frame = Frame::open(app, lang, fl!(lang.texts(), "locked-title"));
    Verify { frame, locked: true, action: "", again, next: own_path(next).to_owned() }
}

/// Before what is sensitive.
pub(super) fn step_up(app: &App, here: &Here, action: &'static str, next: &str, again: Option<Again>) -> Result {
    let frame = Frame::here(app, here, fl!(here.lang.texts(), "verify-title"));
    let page = Verify { frame, locked: false, action, again, next: own_path(next).to_owned() };
    with_status(StatusCode::FORBIDDEN, &page)
}

/// A path of this hub to go on to, never another site. Browsers leave tabs and line ends out of an address: `/<tab>/example.com` is one.
pub fn own_path(next: &str) -> &str {
    let own =
        next.starts_with('/') && !next.starts_with("//") && !next.contains(|letter: char| letter == '\\' || letter.is_control());
    if own { next } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_path_of_this_hub_is_gone_on_to() {
        for own in ["/", "/sheet", "/alerts/0192?tab=x", "/a//b"] {
            assert_eq!(own_path(own), own);
        }
        for other in [
            "",
            "sheet",
            "https://example.com/",
            "//example.com",
            "/\\example.com",
            "/\t/example.com",
            "/\n/example.com",
            "\t//x",
            "/\r/x",
        ] {
            assert_eq!(own_path(other), "/", "{other:?}");
        }
    }
}
