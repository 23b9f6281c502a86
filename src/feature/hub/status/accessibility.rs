//! アクセシビリティ方針.

use askama::Template;
use axum::extract::State;
use i18n_embed_fl::fl;

use crate::web::{App, Frame, Lang, Result, page};

#[derive(Debug, Template)]
#[template(path = "hub/accessibility.html")]
struct Accessibility {
    frame: Frame,
}

pub(super) async fn show(State(app): State<App>, lang: Lang) -> Result {
    page(&Accessibility { frame: Frame::open(&app, lang, fl!(lang.texts(), "accessibility-title")) })
}
