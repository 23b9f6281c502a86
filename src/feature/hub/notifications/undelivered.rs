//! What reached nobody in the last fortnight: the ward's desk mends an address, or calls.

use askama::Template;
use axum::extract::State;
use i18n_embed_fl::fl;

use crate::{
    gate::actions,
    store::notices::{self, Undelivered},
    web::{App, Frame, Here, Lang, Result, page, words},
};

#[derive(Debug, Template)]
#[template(path = "hub/notifications/undelivered.html")]
struct Index {
    frame: Frame,
    rows: Vec<Row>,
}

#[derive(Debug)]
struct Row {
    href: String,
    name: String,
    way: String,
    at: String,
    why: String,
}

pub(super) async fn index(here: Here, State(app): State<App>) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let permit = app.gate.permit::<actions::ListUndelivered>(&here.actor, &here.place())?;
    let lines = notices::undelivered(&mut tx, &permit).await?;
    tx.commit(permit.deed().with("undelivered", lines.len())).await?;
    let rows = lines.into_iter().map(|line| row(here.lang, line)).collect();
    page(&Index { frame: Frame::here(&app, &here, fl!(here.lang.texts(), "undelivered-title")), rows })
}

fn row(lang: Lang, line: Undelivered) -> Row {
    let texts = lang.texts();
    let why = match line.reason.as_str() {
        "no_address" => fl!(texts, "undelivered-no-address"),
        "refused" => fl!(texts, "undelivered-refused"),
        "expired" | "later" => fl!(texts, "undelivered-late"),
        "unreachable" => fl!(texts, "undelivered-unreachable"),
        "gone" => fl!(texts, "undelivered-gone"),
        "off" | "elsewhere" => fl!(texts, "undelivered-off"),
        _ => fl!(texts, "undelivered-other"),
    };
    Row {
        href: format!("/people/{}", line.person),
        name: line.name,
        way: if line.by_push { fl!(texts, "undelivered-push") } else { fl!(texts, "undelivered-mail") },
        at: words::moment(lang, line.queued_at),
        why,
    }
}
