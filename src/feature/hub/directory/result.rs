//! Step 4: what was done, in numbers, and the file that says it of every row.

use askama::Template;
use axum::extract::State;
use i18n_embed_fl::fl;

use super::{check::verdict_word, report::Report, upload, weigh::waiting};
use crate::{
    domain::{
        directory::Verdict,
        ids::{DirectoryImport, Id},
    },
    store::directory_imports::Columns,
    web::{App, Error, Frame, Here, Path, Result, page, see_other, words},
};

#[derive(Debug, Template)]
#[template(path = "hub/directory/result.html")]
struct Outcome {
    frame: Frame,
    at: String,
    done: usize,
    counts: Vec<(String, usize)>,
    waiting: usize,
    base: String,
    refused: usize,
    invites: bool,
}

pub(super) async fn show(here: Here, State(app): State<App>, Path(id): Path<Id<DirectoryImport>>) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let (permit, import) = waiting(&app, &here, &mut tx, id).await?;
    tx.commit(permit.deed().with("import", id).with("step", "result")).await?;
    if import.file.is_some() {
        return Ok(see_other(&format!("/directory/imports/{id}/check")));
    }
    let report: Report = serde_json::from_value(import.result.ok_or(Error::Hidden)?).map_err(Error::internal)?;
    let texts = here.lang.texts();
    page(&Outcome {
        frame: upload::frame(&app, &here, fl!(texts, "import-result-title")),
        at: words::moment(here.lang, report.at),
        done: report.count(Verdict::Added) + report.count(Verdict::Changed),
        counts: Verdict::ALL.iter().map(|verdict| (verdict_word(here.lang, *verdict), report.count(*verdict))).collect(),
        waiting: report.waiting(),
        base: format!("/directory/imports/{id}"),
        refused: report.count(Verdict::Refused),
        invites: matches!(import.reading.columns, Columns::People { .. }) && report.count(Verdict::Added) > 0,
    })
}
