//! Somebody was first: both versions side by side, nothing saved (409).

use askama::Template;
use axum::http::StatusCode;
use i18n_embed_fl::fl;

use super::views::{self, Fact};
use crate::{
    store::requests::{Request, Step},
    web::{App, Frame, Here, Result, page},
};

#[derive(Debug, Template)]
#[template(path = "watch/alerts/conflict.html")]
struct Conflict {
    frame: Frame,
    by: String,
    at: String,
    theirs: Vec<Fact>,
    yours: Vec<Fact>,
    reload_href: String,
}

/// What is saved now, beside what was about to be.
pub(super) fn both(app: &App, here: &Here, request: &Request, steps: &[Step], yours: Vec<Fact>, reload: &str) -> Result {
    let texts = here.lang.texts();
    let last = steps.last();
    let by = last.map_or(request.created_by.as_ref(), |step| step.by.as_ref());
    let nobody = || fl!(texts, "alert-no-owner");
    let theirs = vec![
        Fact::new(fl!(texts, "col-owner"), request.assigned_name.clone().unwrap_or_else(nobody)),
        Fact::new(fl!(texts, "col-period"), views::period(here.lang, request.from, request.until)),
        Fact::new(fl!(texts, "protection-title"), super::protection::word(here.lang, request.protection)),
    ];
    let mut response = page(&Conflict {
        frame: Frame::here(app, here, fl!(texts, "conflict-title")),
        by: by.cloned().unwrap_or_else(|| fl!(texts, "request-by-operator")),
        at: views::moment(here.lang, last.map_or(request.created_at, |step| step.at)),
        theirs,
        yours,
        reload_href: reload.to_owned(),
    })?;
    *response.status_mut() = StatusCode::CONFLICT;
    Ok(response)
}
