//! Somebody was first: both versions side by side, nothing saved (409).

use askama::Template;
use i18n_embed_fl::fl;

use super::views::Fact;
use crate::web::{App, Frame, Here, Result, conflict};

#[derive(Debug, Template)]
#[template(path = "hub/people/conflict.html")]
struct Conflict {
    frame: Frame,
    theirs: Vec<Fact>,
    yours: Vec<Fact>,
    reload_href: String,
}

/// What is saved now, beside what was about to be.
pub(super) fn both(app: &App, here: &Here, theirs: Vec<Fact>, yours: Vec<Fact>, reload: String) -> Result {
    conflict(&Conflict {
        frame: Frame::here(app, here, fl!(here.lang.texts(), "conflict-title")),
        theirs,
        yours,
        reload_href: reload,
    })
}
