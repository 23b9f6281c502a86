//! What was sent to a session that was over: shown to whoever typed it once they are back, and sent on by their own hand.

use askama::Template;
use axum::extract::State;
use i18n_embed_fl::fl;

use super::Moment;
use crate::{
    gate::actions,
    store::kept_forms::{self, Kept},
    web::{App, Fields, Frame, Here, Lang, Result, page, see_other},
};

#[derive(Debug, Template)]
#[template(path = "hub/me/kept.html")]
struct Waiting {
    frame: Frame,
    forms: Vec<WaitingForm>,
}

#[derive(Debug)]
struct WaitingForm {
    at: Moment,
    action: String,
    /// What the menu calls the part it goes to, where the menu leads there.
    place: Option<String>,
    /// What a reader knows again as their own; codes and numbers are nobody's words.
    words: Vec<String>,
    fields: Vec<(String, String)>,
}

impl WaitingForm {
    fn of(lang: Lang, frame: &Frame, kept: Kept) -> Self {
        let fields = Fields::parse(&kept.body).pairs().to_vec();
        let words = fields.iter().map(|(_, value)| value).filter(|value| !value.is_ascii()).cloned().collect();
        let leads = |href: &str| kept.action.strip_prefix(href).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        let place = frame.nav.iter().find(|item| leads(&item.href)).map(|item| item.label.clone());
        Self { at: Moment::of(lang, kept.at), action: kept.action, place, words, fields }
    }
}

pub(super) async fn show(here: Here, State(app): State<App>) -> Result {
    let mut tx = app.tx(&here.entry()).await?;
    let permit = app.gate.permit::<actions::ReadAccount>(&here.actor, &here.myself())?;
    let kept = kept_forms::show(&mut tx, &permit, here.acting.membership).await?;
    tx.commit(permit.deed().with("kept_forms", kept.len())).await?;
    // Somebody else's, too old, or nothing: the same.
    if kept.is_empty() {
        return Ok(see_other("/"));
    }
    let frame = Frame::here(&app, &here, fl!(here.lang.texts(), "kept-title"));
    let forms = kept.into_iter().map(|kept| WaitingForm::of(here.lang, &frame, kept)).collect();
    page(&Waiting { frame, forms })
}
