//! The recoveries under way and those of the last month, for whoever may have a say in them.

use askama::Template;
use axum::extract::State;
use i18n_embed_fl::fl;

use super::views;
use crate::{
    gate::actions,
    store::recoveries::{self, Line, State as Stand},
    web::{App, Frame, Here, Result, page, words},
};

#[derive(Debug, Template)]
#[template(path = "hub/recovery/list.html")]
struct List {
    frame: Frame,
    rows: Vec<Row>,
}

#[derive(Debug)]
struct Row {
    name: String,
    organizations: String,
    asked_by: String,
    asked_at: String,
    state_word: String,
    /// "wait", "done" or "quiet"
    state_tone: &'static str,
    note: Option<String>,
    approve_href: Option<String>,
    cancel_href: Option<String>,
}

pub(super) async fn index(here: Here, State(app): State<App>) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let scope = app.gate.scope::<actions::ListRecoveries>(&here.actor, &here.place())?;
    let lines = recoveries::list(&mut tx, &scope).await?;
    tx.commit(scope.deed().with("recoveries", lines.len())).await?;
    let texts = here.lang.texts();
    let flash = match here.query().get("done") {
        "asked" => Some(fl!(texts, "recovery-done-asked")),
        "cancelled" => Some(fl!(texts, "recovery-done-cancelled")),
        _ => None,
    };
    page(&List {
        frame: Frame::here(&app, &here, fl!(texts, "recoveries-title")).with_flash(flash),
        rows: lines.iter().map(|line| row(&here, line)).collect(),
    })
}

fn row(here: &Here, line: &Line) -> Row {
    let (lang, texts) = (here.lang, here.lang.texts());
    let is_open = matches!(line.state, Stand::Asked | Stand::Approved);
    let is_oneself = here.actor.person() == Some(line.person);
    let is_mine = line.asked_by.is_some() && line.asked_by == here.actor.person();
    let is_next = line.state == Stand::Asked && line.second == views::voice(here) && !is_mine && !is_oneself;
    let note = match line.state {
        Stand::Asked => Some(fl!(
            texts,
            "recovery-waits-for",
            voice = views::voice_word(lang, line.second),
            until = words::moment(lang, line.expires_at)
        )),
        Stand::Approved => line.opens_at.map(|opens| {
            fl!(texts, "recovery-works-until", from = words::moment(lang, opens), until = words::moment(lang, line.expires_at))
        }),
        Stand::Spent | Stand::Cancelled | Stand::Lapsed => line.closed_at.map(|at| words::moment(lang, at)),
    };
    Row {
        name: line.name.clone(),
        organizations: line.organizations.clone(),
        asked_by: views::asked_by(lang, line.asked_as, line.asked_by_name.as_deref()),
        asked_at: words::moment(lang, line.asked_at),
        state_word: views::state_word(lang, line.state),
        state_tone: match line.state {
            Stand::Asked | Stand::Approved => "wait",
            Stand::Spent => "done",
            Stand::Cancelled | Stand::Lapsed => "quiet",
        },
        note,
        approve_href: is_next.then(|| views::path(line.person, "/approval")),
        cancel_href: is_open.then(|| views::path(line.person, "/cancelling")),
    }
}
