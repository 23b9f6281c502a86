//! The list, for an office from the reports, for the ward's desk from what the clock wrote down.

use askama::Template;
use axum::extract::State;
use i18n_embed_fl::fl;

use crate::{
    domain::name::dialled,
    gate::{Side, actions},
    store::unreported::{self, Silent},
    web::{App, Error, Frame, Here, Lang, Result, alert_words, page, words},
};

#[derive(Debug, Template)]
#[template(path = "watch/unreported/list.html")]
struct List {
    frame: Frame,
    date_word: String,
    checked_at: String,
    waiting: usize,
    shows_last_day: bool,
    rows: Vec<Row>,
}

#[derive(Debug)]
struct Row {
    name: String,
    phone: String,
    /// Digits only, for the link; empty where what is written is no number.
    dial: String,
    since: String,
    last_day: String,
    sent_at: Option<String>,
}

impl Row {
    fn new(lang: Lang, silent: Silent) -> Self {
        Self {
            dial: dialled(&silent.phone),
            since: words::time_of_day(silent.since),
            last_day: silent
                .last_day
                .map_or_else(|| fl!(lang.texts(), "unreported-no-last-day"), |day| alert_words::day(lang, day)),
            sent_at: silent.sent_at.map(words::time_of_day),
            name: silent.name,
            phone: silent.phone,
        }
    }
}

pub(super) async fn index(here: Here, State(app): State<App>) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let scope = app.gate.scope::<actions::ListUnreported>(&here.actor, &here.place())?;
    let side = here.acting.role.side();
    let silent = match side {
        Side::Office => unreported::of_office(&mut tx, &scope).await?,
        Side::Administration => unreported::of_ward(&mut tx, &scope).await?,
        Side::Facility => return Err(Error::Hidden),
    };
    let waiting = silent.iter().filter(|facility| facility.sent_at.is_none()).count();
    tx.commit(scope.deed().with("rows", silent.len())).await?;
    page(&List {
        frame: Frame::here(&app, &here, fl!(here.lang.texts(), "unreported-title")),
        date_word: words::date(here.lang, app.clock.today()),
        checked_at: words::time_of_day(app.clock.now()),
        waiting,
        shows_last_day: side == Side::Office,
        rows: silent.into_iter().map(|one| Row::new(here.lang, one)).collect(),
    })
}
