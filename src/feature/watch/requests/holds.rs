//! 保留一覧: the children whose next facility is still to be found.

use askama::Template;
use axum::extract::State;
use i18n_embed_fl::fl;

use super::{move_draft, views};
use crate::{
    gate::actions,
    store::transfers::{self, Held},
    web::{App, Frame, Here, Lang, Result, page, words},
};

#[derive(Debug, Template)]
#[template(path = "watch/requests/holds.html")]
struct Holds {
    frame: Frame,
    rows: Vec<Row>,
}

#[derive(Debug)]
struct Row {
    href: String,
    kana: String,
    name: String,
    grade: String,
    facility: String,
    last: String,
    next: String,
    owner: Option<String>,
    /// The last day has passed: nobody sees this child.
    nowhere: bool,
}

pub(super) async fn index(here: Here, State(app): State<App>) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let scope = app.gate.scope::<actions::ListRequests>(&here.actor, &here.place())?;
    let held = transfers::held(&mut tx, &scope).await?;
    let today = tx.today();
    tx.commit(scope.deed().with("step", "holds").with("rows", held.len())).await?;
    page(&Holds {
        frame: Frame::here(&app, &here, fl!(here.lang.texts(), "holds-title"))
            .with_crumb("/requests", fl!(here.lang.texts(), "request-list-title")),
        rows: held.into_iter().map(|held| row(here.lang, today, held)).collect(),
    })
}

fn row(lang: Lang, today: jiff::civil::Date, held: Held) -> Row {
    Row {
        href: format!("/requests/{}/transfer", held.child.watch),
        kana: held.child.kana,
        name: held.child.name,
        grade: words::place(&held.child.grade, &held.child.class),
        facility: held.child.facility_name,
        last: views::day(lang, held.last),
        next: move_draft::next(lang, held.next),
        owner: held.owner,
        nowhere: held.last < today,
    }
}
