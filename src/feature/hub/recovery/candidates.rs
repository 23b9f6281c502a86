//! For whom a recovery can be asked: the people of the own facility, or of the whole ward.

use askama::Template;
use axum::extract::State;
use i18n_embed_fl::fl;

use super::views;
use crate::{
    gate::actions,
    store::recoveries,
    web::{App, Frame, Here, Pager, Paging, Result, page, role_word},
};

#[derive(Debug, Template)]
#[template(path = "hub/recovery/candidates.html")]
struct Candidates {
    frame: Frame,
    rows: Vec<Row>,
    pager: Pager,
}

#[derive(Debug)]
struct Row {
    organization: String,
    name: String,
    role_word: String,
    href: String,
}

pub(super) async fn index(here: Here, State(app): State<App>) -> Result {
    let paging = Paging::read(Some(here.query().get("page")));
    let mut tx = app.tx(&here.actor).await?;
    let scope = app.gate.scope::<actions::ListRecoveries>(&here.actor, &here.place())?;
    let people = recoveries::candidates(&mut tx, &scope, views::voice(&here), paging.limit(), paging.offset()).await?;
    tx.commit(scope.deed().with("page", paging.number()).with("people", people.len())).await?;
    let mut rows: Vec<Row> = people
        .into_iter()
        .map(|person| Row {
            organization: person.organization,
            name: person.name,
            role_word: role_word(here.lang, person.role),
            href: views::path(person.id, ""),
        })
        .collect();
    let pager = Pager::new(paging, &mut rows, "/recoveries/new", here.lang);
    let frame = Frame::here(&app, &here, fl!(here.lang.texts(), "recovery-whom-title"));
    page(&Candidates { frame: frame.with_crumb("/recoveries", fl!(here.lang.texts(), "recoveries-title")), rows, pager })
}
