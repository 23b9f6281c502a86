//! What was saved, and what was not and why.

use askama::Template;
use axum::extract::State;
use i18n_embed_fl::fl;

use super::{
    super::views,
    record::{Record, RefusedLine},
    roster::permit,
};
use crate::{
    domain::ids::{Id, RosterImport},
    web::{App, Error, Frame, Here, Path, Result, page, see_other},
};

#[derive(Debug, Template)]
#[template(path = "watch/requests/import/result.html")]
struct Outcome {
    frame: Frame,
    at: String,
    added: usize,
    skipped: usize,
    refused: usize,
    refused_rows: Vec<RefusedLine>,
    more_refused: usize,
    download_href: Option<String>,
    list_href: &'static str,
}

const SHOWN: usize = 200;

pub(in super::super) async fn show(here: Here, State(app): State<App>, Path(id): Path<Id<RosterImport>>) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let (permit, import) = permit(&app, &here, &mut tx, id).await?;
    tx.commit(permit.deed().with("import", id).with("step", "result")).await?;
    if import.file.is_some() {
        return Ok(see_other(&format!("/requests/imports/{id}/check")));
    }
    let record: Record = serde_json::from_value(import.result.ok_or(Error::Hidden)?).map_err(Error::internal)?;
    let refused_rows: Vec<RefusedLine> = record.lines(here.lang).take(SHOWN).collect();
    let texts = here.lang.texts();
    page(&Outcome {
        frame: Frame::here(&app, &here, fl!(texts, "import-result-title"))
            .with_crumb("/requests", fl!(texts, "request-list-title")),
        at: views::moment(here.lang, record.at),
        added: record.added,
        skipped: record.already,
        refused: record.refused.len(),
        more_refused: record.refused.iter().map(|row| row.faults.len()).sum::<usize>().saturating_sub(refused_rows.len()),
        refused_rows,
        download_href: (!record.refused.is_empty()).then(|| format!("/requests/imports/{id}/refused.csv")),
        list_href: "/requests",
    })
}
