//! Step 3: what would happen. Nothing is saved yet.

use askama::Template;
use axum::extract::State;
use i18n_embed_fl::fl;

use super::{
    super::views,
    mapping::elsewhere,
    record::{Record, RefusedLine},
    roster::{World, decode, permit},
};
use crate::{
    domain::{
        ids::{Id, Organization, RosterImport},
        roster::{Assessment, PassedOver, RosterRow, Why},
    },
    store::{
        imports::Import,
        organizations::{self, Facility},
    },
    web::{App, Frame, Here, Lang, Path, Result, page, say, see_other, words},
};

#[derive(Debug, Template)]
#[template(path = "watch/requests/import/check.html")]
struct Check {
    frame: Frame,
    action: String,
    back_href: String,
    discard: String,
    download_href: String,
    file_name: String,
    added: usize,
    skipped: usize,
    refused: usize,
    notes: Vec<String>,
    rows: Vec<CheckRow>,
    more_rows: usize,
    refused_rows: Vec<RefusedLine>,
    more_refused: usize,
}

#[derive(Debug)]
struct CheckRow {
    line: u32,
    kana: String,
    name: String,
    facility: String,
    grade: String,
    period: String,
    ground: String,
    verdict_word: String,
    tone: &'static str,
    notes: Vec<String>,
}

/// Rows of each kind that the page shows.
const SHOWN: usize = 200;

pub(in super::super) async fn show(here: Here, State(app): State<App>, Path(id): Path<Id<RosterImport>>) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let (permit, mut import) = permit(&app, &here, &mut tx, id).await?;
    let world = World::read(&app, &here, &mut tx, &permit).await?;
    let scope = app.gate.scope::<crate::gate::actions::ImportRequests>(&here.actor, &here.place())?;
    let facilities = organizations::facilities(&mut tx, &scope).await?;
    let now = tx.now();
    tx.commit(permit.deed().with("import", id).with("step", "check")).await?;

    let Some(file) = import.file.take() else { return elsewhere(&import) };
    let decoded = decode(file, &import.reading).await?;
    let table = decoded.table.clone();
    let Ok(assessment) = world.assess(decoded, &import.reading).await? else {
        return Ok(see_other(&format!("/requests/imports/{id}")));
    };
    let record = Record::of(now, &table, &import.reading.mapping, &assessment);
    let known = |id: Id<Organization>| facilities.iter().find(|known| known.id == id);
    page(&template(&app, &here, &import, &assessment, &record, &known))
}

fn template<'f>(
    app: &App,
    here: &Here,
    import: &Import,
    assessment: &Assessment,
    record: &Record,
    facility: &impl Fn(Id<Organization>) -> Option<&'f Facility>,
) -> Check {
    let texts = here.lang.texts();
    let rows = |rows: &[RosterRow], verdict: String, tone: &'static str| {
        rows.iter().map(|row| check_row(here.lang, row, facility(row.facility), &verdict, tone)).collect::<Vec<_>>()
    };
    let mut shown = rows(&assessment.added, fl!(texts, "import-verdict-add"), "done");
    shown.extend(rows(&assessment.already, fl!(texts, "import-verdict-already"), "quiet"));
    shown.sort_by_key(|row| row.line);
    let more_rows = shown.len().saturating_sub(SHOWN);
    shown.truncate(SHOWN);
    let refused: Vec<RefusedLine> = record.lines(here.lang).take(SHOWN).collect();
    Check {
        frame: Frame::here(app, here, fl!(texts, "import-check-title")).with_crumb("/requests", fl!(texts, "request-list-title")),
        action: format!("/requests/imports/{}/acceptance", import.id),
        back_href: format!("/requests/imports/{}", import.id),
        discard: format!("/requests/imports/{}/discard", import.id),
        download_href: format!("/requests/imports/{}/refused.csv", import.id),
        file_name: import.file_name.clone(),
        added: assessment.added.len(),
        skipped: assessment.already.len(),
        refused: assessment.refused.len(),
        notes: notes(here.lang, assessment),
        rows: shown,
        more_rows,
        more_refused: record.refused.iter().map(|row| row.faults.len()).sum::<usize>().saturating_sub(refused.len()),
        refused_rows: refused,
    }
}

fn check_row(lang: Lang, row: &RosterRow, facility: Option<&Facility>, verdict: &str, tone: &'static str) -> CheckRow {
    let mut notes: Vec<String> = row.remarks.iter().map(|remark| say::word(lang, remark.key())).collect();
    if row.kana.is_none() {
        notes.push(fl!(lang.texts(), "import-note-kana-missing"));
    }
    // A warning and no fault: the office decides whether it asks there.
    notes.extend(facility.and_then(|known| known.gap).map(|gap| words::gap(lang, gap)));
    CheckRow {
        line: row.line,
        kana: row.kana.as_deref().unwrap_or_default().to_owned(),
        name: row.name.to_string(),
        facility: facility.map_or_else(String::new, |known| known.name.clone()),
        grade: words::place(&row.grade.code(), row.class.as_deref().unwrap_or_default()),
        period: views::period(lang, row.from, row.until),
        ground: say::ground(lang, row.ground),
        verdict_word: verdict.to_owned(),
        tone,
        notes,
    }
}

/// The rows that are no child's, and whether a total under the list agrees with what was read.
fn notes(lang: Lang, assessment: &Assessment) -> Vec<String> {
    let texts = lang.texts();
    let read = assessment.added.len() + assessment.already.len() + assessment.refused.len();
    let said = |passed: &PassedOver| {
        let why = say::word(lang, passed.why.key());
        match passed.why {
            Why::Blank => None,
            Why::Total { stated: Some(stated) } if usize::try_from(stated).is_ok_and(|stated| stated != read) => {
                Some(fl!(texts, "import-total-differs", line = passed.line, stated = stated, read = read))
            }
            _ => Some(fl!(texts, "import-passed-over", line = passed.line, why = why)),
        }
    };
    assessment.passed_over.iter().filter_map(said).take(20).collect()
}
