//! Workbooks to take away: the rows in error, to be mended and brought again, and what was done with every row.

use axum::extract::State;
use i18n_embed_fl::fl;
use jiff::Timestamp;

use super::{
    check::verdict_word,
    mapping::elsewhere,
    report::{Report, ReportRow},
    weigh::{World, waiting},
};
use crate::{
    domain::{
        directory::Verdict,
        ids::{DirectoryImport, Id},
        xlsx_out::{self, About, Cell, Sheet},
    },
    web::{App, Error, Here, Lang, Media, Path, Result, download, say, see_other},
};

/// The rows in error, before or after the rest was accepted.
pub(super) async fn refused(here: Here, State(app): State<App>, Path(id): Path<Id<DirectoryImport>>) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let (permit, mut import) = waiting(&app, &here, &mut tx, id).await?;
    let world = World::read(&mut tx, &permit).await?;
    let now = tx.now();
    tx.commit(permit.deed().with("import", id).with("step", "refused_rows")).await?;
    let report = match (import.file.take(), import.result.take()) {
        (Some(file), _) => match world.weigh(file, &import.reading).await? {
            Some(scales) => Report::of(here.lang, now, &scales),
            None => return Ok(see_other(&format!("/directory/imports/{id}/mapping"))),
        },
        (None, Some(kept)) => serde_json::from_value(kept).map_err(Error::internal)?,
        (None, None) => return Err(Error::Hidden),
    };
    let lang = here.lang;
    let columns = ["import-col-line", "import-col-column", "import-col-mend"].map(|key| say::word(lang, key)).to_vec();
    let rows = report.rows.iter().filter(|row| row.verdict == Verdict::Refused).map(|row| {
        let joined = |of: fn(&super::report::Fault) -> &str| row.faults.iter().map(of).collect::<Vec<_>>().join(" / ");
        let told = vec![Cell::from(row.line), joined(|fault| &fault.column).into(), joined(|fault| &fault.mend).into()];
        told.into_iter().chain(written(row)).collect()
    });
    let title = fl!(lang.texts(), "import-refused");
    let sheet = Sheet { name: title.clone(), columns: headed(columns, &report), rows: rows.collect() };
    workbook(&here, sheet, title, now, "refused").await
}

/// What was done with every row.
pub(super) async fn result(here: Here, State(app): State<App>, Path(id): Path<Id<DirectoryImport>>) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let (permit, mut import) = waiting(&app, &here, &mut tx, id).await?;
    let now = tx.now();
    tx.commit(permit.deed().with("import", id).with("step", "result_file")).await?;
    let Some(kept) = import.result.take() else {
        return if import.file.is_some() { Ok(see_other(&format!("/directory/imports/{id}/check"))) } else { elsewhere(&import) };
    };
    let report: Report = serde_json::from_value(kept).map_err(Error::internal)?;
    let lang = here.lang;
    let keys = ["import-col-line", "directory-col-done", "directory-col-name", "directory-col-changes", "directory-col-notes"];
    let columns = keys.map(|key| say::word(lang, key)).to_vec();
    let rows = report.rows.iter().map(|row| done(lang, row).into_iter().chain(written(row)).collect()).collect();
    let title = fl!(lang.texts(), "import-result-title");
    let sheet = Sheet { name: title.clone(), columns: headed(columns, &report), rows };
    workbook(&here, sheet, title, now, "result").await
}

fn done(lang: Lang, row: &ReportRow) -> Vec<Cell> {
    let changes: Vec<String> =
        row.changes.iter().map(|change| format!("{}: {} → {}", change.field, change.old, change.new)).collect();
    let mut notes: Vec<String> = row.notes.clone();
    if row.second_person {
        notes.push(fl!(lang.texts(), "directory-second-person"));
    }
    notes.extend(row.faults.iter().map(|fault| format!("{}: {}", fault.column, fault.mend)));
    vec![
        Cell::from(row.line),
        verdict_word(lang, row.verdict).into(),
        row.name.clone().into(),
        changes.join(" / ").into(),
        notes.join(" / ").into(),
    ]
}

/// The row as the file had it.
fn written(row: &ReportRow) -> impl Iterator<Item = Cell> + '_ {
    row.cells.iter().map(|cell| Cell::from(cell.as_str()))
}

fn headed(mut columns: Vec<String>, report: &Report) -> Vec<String> {
    columns.extend(report.headings.iter().cloned());
    columns
}

/// Written away from the threads that serve pages.
pub(super) async fn workbook(here: &Here, sheet: Sheet, title: String, made_at: Timestamp, name: &str) -> Result {
    let issuer = here.found.ward_name.clone();
    let work = move || xlsx_out::write(&[sheet], &About { title: &title, issuer: &issuer, made_at });
    let bytes = tokio::task::spawn_blocking(work).await.map_err(Error::internal)?.map_err(Error::internal)?;
    download(&format!("directory-{name}"), Media::Xlsx, bytes)
}
