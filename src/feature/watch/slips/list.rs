//! The months of one facility.

use askama::Template;
use axum::extract::State;
use i18n_embed_fl::fl;

use super::views::{month_word, state};
use crate::{
    domain::slip::{Month, Reporting},
    gate::actions,
    store::slips,
    web::{App, Frame, Here, Result, page},
};

/// So many months back a slip may be made or made anew.
const MONTHS: usize = 12;

#[derive(Debug, Template)]
#[template(path = "watch/slips/list.html")]
struct List {
    frame: Frame,
    owes: bool,
    rows: Vec<Row>,
}

#[derive(Debug)]
struct Row {
    href: String,
    month: String,
    state: String,
    tone: &'static str,
}

/// The months a slip can be about, newest first.
pub(super) fn months(this: Month) -> impl Iterator<Item = Month> {
    std::iter::successors(Some(this.previous()), |month| Some(month.previous())).take(MONTHS)
}

pub(super) async fn index(here: Here, State(app): State<App>) -> Result {
    let this = Month::of(app.clock.today());
    let mut tx = app.tx(&here.actor).await?;
    let permit = app.gate.permit::<actions::ReadSlips>(&here.actor, &here.place())?;
    let oldest = months(this).last().unwrap_or(this);
    let slips = slips::list(&mut tx, &permit, oldest).await?;
    let owes = slips::reporting(&mut tx, &permit).await?.owes_slips();
    tx.commit(permit.deed().with("rows", slips.len())).await?;
    let row = |month: Month| {
        let (state, tone) = state(here.lang, slips.iter().find(|slip| slip.month == month));
        Row { href: format!("/slips/{month}"), month: month_word(here.lang, month), state, tone }
    };
    page(&List {
        frame: Frame::here(&app, &here, fl!(here.lang.texts(), "slips-title")),
        owes,
        rows: months(this).map(row).collect(),
    })
}

/// Whether the facility reports the month by hand.
pub(super) const fn is_by_hand(reporting: Reporting) -> bool {
    !reporting.owes_sheets()
}
