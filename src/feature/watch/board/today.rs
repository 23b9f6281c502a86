//! The evening board, made to be printed.

use std::collections::BTreeSet;

use askama::Template;
use axum::extract::State;
use i18n_embed_fl::fl;

use super::group::{BoardGroup, BoardMet};
use crate::{
    domain::attendance::Status,
    gate::actions,
    store::{
        alerts,
        board::{self, Today},
        feeds, openings,
    },
    web::{App, Feed, Frame, Here, Lang, Result, page, words},
};

#[derive(Debug, Template)]
#[template(path = "watch/board/today.html")]
struct Board {
    frame: Frame,
    date_word: String,
    feed: Feed,
    /// Openings in an emergency (緊急閲覧) of own children that nobody has answered.
    emergencies: i64,
    stats: Vec<Stat>,
    groups: Vec<BoardGroup>,
    met: Vec<BoardMet>,
}

#[derive(Debug)]
struct Stat {
    label: String,
    value: String,
}

pub(super) async fn show(here: Here, State(app): State<App>) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let scope = app.gate.scope::<actions::ReadBoard>(&here.actor, &here.place())?;
    let listed = app.gate.scope::<actions::ListAlerts>(&here.actor, &here.place())?;
    let today = board::today(&mut tx, &scope).await?;
    let feed = feeds::today(&mut tx, &scope).await?;
    let open = alerts::open_count(&mut tx, &listed).await?;
    let emergencies = openings::waiting(&mut tx, &scope).await?;
    tx.commit(scope.deed().with("children", today.unseen.len() + today.met.len())).await?;

    page(&Board {
        frame: Frame::here(&app, &here, fl!(here.lang.texts(), "board-title")).with_open_alerts(open),
        date_word: words::date(here.lang, app.clock.today()),
        stats: stats(here.lang, &today, &feed),
        feed: Feed::new(&app, here.lang, &feed),
        emergencies,
        groups: BoardGroup::all(here.lang, app.clock.now(), today.unseen, &feed),
        met: BoardMet::all(here.lang, app.clock.now(), today.met),
    })
}

fn stats(lang: Lang, today: &Today, feed: &feeds::Feed) -> Vec<Stat> {
    let (texts, unseen) = (lang.texts(), &today.unseen);
    let children = |count: usize| fl!(texts, "board-count", count = count);
    let absent = |child: &&board::Unseen| child.mark.as_ref().is_some_and(|mark| mark.status == Status::Absent);
    let silent: BTreeSet<_> = feed.expected.iter().filter(|facility| !feed.sent.contains_key(*facility)).collect();
    vec![
        Stat { label: fl!(texts, "board-stat-unseen"), value: children(unseen.len()) },
        Stat { label: fl!(texts, "board-stat-met"), value: children(today.met.len()) },
        Stat { label: fl!(texts, "board-stat-absent"), value: children(unseen.iter().filter(absent).count()) },
        Stat { label: fl!(texts, "board-stat-unreported"), value: children(unseen.iter().filter(|it| it.mark.is_none()).count()) },
        Stat { label: fl!(texts, "board-stat-facilities"), value: fl!(texts, "board-facilities", count = silent.len()) },
    ]
}
