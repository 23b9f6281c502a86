//! The receipt of an urgent report: what arrived and when, signed, and the office's neutral word; never what follows from it.

use askama::Template;
use axum::extract::State;
use i18n_embed_fl::fl;

use super::report::{Fact, facts, office};
use crate::{
    domain::{
        ids::{Id, UrgentReport},
        receipt::{Kind, Statement},
    },
    gate::actions,
    store::urgent::{self, Kept, Office},
    web::{App, Error, Frame, Here, Media, Path, Proof, Result, care_words, download, page, words},
};

#[derive(Debug, Template)]
#[template(path = "watch/urgent/receipt.html")]
struct Receipt {
    frame: Frame,
    office: Option<Office>,
    at: String,
    date_word: String,
    who: Option<String>,
    kana: String,
    name: String,
    place: String,
    facts: Vec<Fact>,
    state_word: String,
    proof: Proof,
}

pub(super) async fn show(here: Here, State(app): State<App>, Path(id): Path<Id<UrgentReport>>) -> Result {
    let (kept, office) = read(&here, &app, id).await?;
    let title = fl!(here.lang.texts(), "urgent-receipt-title");
    page(&Receipt {
        frame: Frame::here(&app, &here, title),
        office,
        at: words::time_of_day(kept.at),
        date_word: words::date(here.lang, kept.day),
        who: kept.who.clone(),
        kana: kept.child.kana.clone(),
        name: kept.child.name.clone(),
        place: words::place(&kept.child.grade, &kept.child.class),
        facts: facts(&here, &kept.urgent),
        state_word: care_words::reply(here.lang, kept.reply),
        proof: Proof::new(&app, &statement(&here, &kept), format!("/urgent/{id}/note")),
    })
}

pub(super) async fn note(here: Here, State(app): State<App>, Path(id): Path<Id<UrgentReport>>) -> Result {
    let (kept, _) = read(&here, &app, id).await?;
    let signed = app.seal.sign(&statement(&here, &kept));
    download(&format!("receipt-{id}"), Media::Text, signed.note.into_bytes())
}

async fn read(here: &Here, app: &App, id: Id<UrgentReport>) -> Result<(Kept, Option<Office>)> {
    let permit = app.gate.permit::<actions::ReportUrgent>(&here.actor, &here.place())?;
    let mut tx = app.tx(&here.actor).await?;
    let kept = urgent::read(&mut tx, &permit, id).await?.ok_or(Error::Hidden)?;
    let office = office(&mut tx, &permit, here).await?;
    tx.commit(permit.deed().with("urgent", id).with("step", "read")).await?;
    Ok((kept, office))
}

fn statement(here: &Here, kept: &Kept) -> Statement {
    Statement {
        number: kept.id.uuid(),
        kind: Kind::Urgent,
        ward: here.found.ward_name.clone(),
        facility: here.acting.organization_name.clone(),
        day: kept.day,
        received: kept.at,
        children: 1,
        content: kept.content,
    }
}
