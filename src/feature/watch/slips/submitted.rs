//! The office's side: which facilities have sent the month's slip, and what stands on it about the office's own children.

use askama::Template;
use axum::extract::State;
use i18n_embed_fl::fl;

use super::{
    list::months,
    views::{SheetView, month_word, version_word},
};
use crate::{
    domain::{
        calendar::Office,
        facility::OrganizationKind,
        ids::{Id, Organization},
        rule::{LateSlip, Rule},
        slip::{Month, lateness, notice_on},
    },
    gate::actions,
    store::{
        slips::Sheet,
        submitted_slips::{self, Owing, Place},
    },
    web::{App, Choice, Error, Field, Frame, Here, Pager, Paging, Path, Result, page, protection, words},
};

#[derive(Debug, Template)]
#[template(path = "watch/slips/submitted.html")]
struct List {
    frame: Frame,
    month: Field,
    month_word: String,
    rows: Vec<Row>,
    pager: Pager,
}

#[derive(Debug)]
struct Row {
    href: String,
    name: String,
    children: i64,
    state: String,
    tone: &'static str,
}

#[derive(Debug, Template)]
#[template(path = "watch/slips/submitted_show.html")]
struct Show {
    frame: Frame,
    facility: String,
    approved: Option<String>,
    version: String,
    paper_href: Option<String>,
    /// Ticked where the paper shall name protected children; no box without any.
    reveal: Vec<Choice>,
    sheets: Vec<SheetView>,
}

/// What the wording of a facility is selected by.
pub(super) fn wording(place: &Place) -> &'static str {
    OrganizationKind::from_code(&place.kind).and_then(OrganizationKind::facility).map_or("school", words::wording)
}

pub(super) async fn index(here: Here, State(app): State<App>) -> Result {
    let (lang, asked, today) = (here.lang, here.query(), app.clock.today());
    let texts = lang.texts();
    let this = Month::of(today);
    let month = months(this).find(|month| month.to_string() == asked.get("month")).unwrap_or_else(|| this.previous());
    let paging = Paging::read(Some(asked.get("page")));
    let mut tx = app.tx(&here.actor).await?;
    let scope = app.gate.scope::<actions::ListSlips>(&here.actor, &here.place())?;
    let owing = submitted_slips::list(&mut tx, &scope, month, (paging.limit(), paging.offset())).await?;
    let office = Office::new(std::sync::Arc::new(submitted_slips::holidays(&mut tx, &scope, month).await?));
    let rule = submitted_slips::rule(&mut tx, &scope).await?;
    tx.commit(scope.deed().with("month", month).with("rows", owing.len())).await?;
    let (is_late, late) = (today > notice_on(&office, month), lateness(&office, month, today));
    let row = |one: Owing| {
        let missing = missing_after(rule.as_ref(), late, &one);
        let (state, tone) = match (one.approved_at, missing) {
            (Some(at), _) => (fl!(texts, "slip-state-sent", at = words::moment(lang, at)), "done"),
            _ if !one.reporting.owes_slips() => (fl!(texts, "slip-state-not-owed"), "quiet"),
            (None, Some(days)) => (fl!(texts, "slip-state-overdue", days = days), "wait"),
            (None, None) if is_late => (fl!(texts, "slip-state-late"), "wait"),
            (None, None) => (fl!(texts, "slip-state-awaited"), "quiet"),
        };
        let href = format!("/submitted-slips/{month}/{}", one.facility);
        Row { href, name: one.name, children: one.children, state, tone }
    };
    let mut rows: Vec<Row> = owing.into_iter().map(row).collect();
    let pager = Pager::new(paging, &mut rows, &format!("/submitted-slips?month={month}"), lang);
    let choices = months(this).map(|month| (month.to_string(), month_word(lang, month)));
    page(&List {
        frame: Frame::here(&app, &here, fl!(texts, "submitted-slips-title")),
        month: Field::optional("month", &month.to_string()).with_choices(choices),
        month_word: month_word(lang, month),
        rows,
        pager,
    })
}

/// After how many business days the slip counts as missing for one of the office's children, if it does by now.
fn missing_after(rule: Option<&Rule>, late: LateSlip, owing: &Owing) -> Option<u32> {
    let rule = rule?;
    let missing = owing.strictness.iter().filter(|strictness| late.is_missing(rule, **strictness));
    missing.map(|strictness| rule.threshold_for(*strictness)).min()
}

pub(super) async fn show(here: Here, State(app): State<App>, Path((month, facility)): Path<(Month, Id<Organization>)>) -> Result {
    let (lang, texts) = (here.lang, here.lang.texts());
    let mut tx = app.tx(&here.actor).await?;
    let scope = app.gate.scope::<actions::ListSlips>(&here.actor, &here.place())?;
    let place = submitted_slips::place(&mut tx, &scope, month, facility).await?.ok_or(Error::Hidden)?;
    let slip = submitted_slips::read(&mut tx, &scope, month, &place).await?;
    let sheets = match &slip {
        Some(slip) => submitted_slips::sheets(&mut tx, &scope, slip, &place).await?,
        None => Vec::new(),
    };
    tx.commit(scope.deed().with("month", month).with("children", sheets.len())).await?;
    let approved = slip.as_ref().and_then(|slip| slip.approved.as_ref());
    let view = |sheet: &Sheet| {
        let view = SheetView::of(lang, sheet, wording(&place), None);
        SheetView { name: protection::marked(lang, &view.name, sheet.discreet), ..view }
    };
    page(&Show {
        frame: Frame::here(&app, &here, fl!(texts, "slip-title", month = month_word(lang, month)))
            .with_crumb(format!("/submitted-slips?month={month}"), fl!(texts, "submitted-slips-title")),
        facility: place.name.clone(),
        approved: approved.map(|(who, at)| fl!(texts, "slip-by", who = who.as_str(), at = words::moment(lang, *at))),
        version: slip.as_ref().map(|slip| version_word(lang, slip)).unwrap_or_default(),
        paper_href: (!sheets.is_empty()).then(|| format!("/submitted-slips/{month}/{facility}/paper")),
        reveal: if sheets.iter().any(|sheet| sheet.discreet) { protection::tick(lang) } else { Vec::new() },
        sheets: sheets.iter().map(view).collect(),
    })
}
