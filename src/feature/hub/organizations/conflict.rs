//! Somebody was first: what is written down and what was about to be, side by side, nothing saved (409).

use askama::Template;
use i18n_embed_fl::fl;

use super::views::Fact;
use crate::web::{Frame, Result, conflict};

#[derive(Debug, Template)]
#[template(path = "hub/organizations/conflict.html")]
struct Both {
    frame: Frame,
    theirs: Vec<Fact>,
    yours: Vec<Fact>,
    reload_href: String,
}

pub(super) fn both(frame: Frame, theirs: Vec<Fact>, yours: Vec<Fact>, reload: String) -> Result {
    conflict(&Both { frame, theirs, yours, reload_href: reload })
}
