//! Step 3: what would happen. Nothing is saved yet.

use askama::Template;
use axum::extract::State;
use i18n_embed_fl::fl;

use super::{
    mapping::elsewhere,
    report::{FaultLine, Report, ReportRow},
    upload,
    weigh::{Scales, World, waiting},
};
use crate::{
    domain::{
        directory::Verdict,
        ids::{DirectoryImport, Id},
    },
    store::directory_imports::Import,
    web::{App, Frame, Here, Lang, Path, Result, page, say, see_other, words},
};

#[derive(Debug, Template)]
#[template(path = "hub/directory/check.html")]
pub(super) struct Check<'r> {
    frame: Frame,
    /// Something changed since the page was made: it is shown anew.
    stale: bool,
    /// Nobody could run the ward any more; nothing can be accepted.
    locks_out: Option<String>,
    base: String,
    fingerprint: String,
    file_name: String,
    counts: Vec<(String, usize)>,
    work: usize,
    refused: usize,
    waiting: usize,
    passed_over: &'r [String],
    rows: Vec<CheckRow<'r>>,
    more_rows: usize,
    faults: Vec<FaultLine<'r>>,
    more_faults: usize,
    missing: Vec<(&'r str, &'r str)>,
    more_missing: usize,
}

#[derive(Debug)]
struct CheckRow<'r> {
    row: &'r ReportRow,
    verdict: String,
    tone: &'static str,
}

/// Lines of each kind that the page shows.
const SHOWN: usize = 200;

pub(super) async fn show(here: Here, State(app): State<App>, Path(id): Path<Id<DirectoryImport>>) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let (permit, mut import) = waiting(&app, &here, &mut tx, id).await?;
    let world = World::read(&mut tx, &permit).await?;
    let now = tx.now();
    tx.commit(permit.deed().with("import", id).with("step", "check")).await?;

    let Some(file) = import.file.take() else { return elsewhere(&import) };
    let Some(scales) = world.weigh(file, &import.reading).await? else {
        return Ok(see_other(&format!("/directory/imports/{id}/mapping")));
    };
    let report = Report::of(here.lang, now, &scales);
    page(&Check::of(&app, &here, &import, &scales, &report))
}

impl<'r> Check<'r> {
    pub(super) fn of(app: &App, here: &Here, import: &Import, scales: &Scales, report: &'r Report) -> Self {
        let texts = here.lang.texts();
        let rows = report.rows.iter().filter(|row| matches!(row.verdict, Verdict::Added | Verdict::Changed));
        let rows: Vec<CheckRow<'r>> = rows.map(|row| check_row(here.lang, row)).collect();
        let faults: Vec<FaultLine<'r>> = report.faults().collect();
        let counted = |verdict: Verdict| (verdict_word(here.lang, verdict), report.count(verdict));
        let mut counts: Vec<(String, usize)> = Verdict::ALL.iter().map(|verdict| counted(*verdict)).collect();
        counts.push((fl!(texts, "directory-missing"), report.missing.len()));
        Self {
            frame: upload::frame(app, here, fl!(texts, "import-check-title")),
            stale: false,
            locks_out: scales.locks_out().map(|day| words::date(here.lang, day)),
            base: format!("/directory/imports/{}", import.id),
            fingerprint: scales.fingerprint(),
            file_name: import.file_name.clone(),
            counts,
            work: if scales.is_idle() { 0 } else { rows.len() },
            refused: report.count(Verdict::Refused),
            waiting: report.waiting(),
            passed_over: &report.passed_over,
            more_rows: rows.len().saturating_sub(SHOWN),
            rows: rows.into_iter().take(SHOWN).collect(),
            more_faults: faults.len().saturating_sub(SHOWN),
            faults: faults.into_iter().take(SHOWN).collect(),
            missing: report.missing.iter().take(SHOWN).map(|one| (one.name.as_str(), one.place.as_str())).collect(),
            more_missing: report.missing.len().saturating_sub(SHOWN),
        }
    }

    /// The same page because the ward is no longer as it was when somebody checked.
    pub(super) fn stale(self) -> Self {
        Self { stale: true, ..self }
    }
}

pub(super) fn verdict_word(lang: Lang, verdict: Verdict) -> String {
    say::word(lang, &format!("directory-verdict-{}", verdict.code()))
}

fn check_row(lang: Lang, row: &ReportRow) -> CheckRow<'_> {
    let tone = match (row.second_person, row.verdict) {
        (true, _) => "wait",
        (false, Verdict::Added) => "done",
        (false, _) => "quiet",
    };
    CheckRow { row, verdict: verdict_word(lang, row.verdict), tone }
}
