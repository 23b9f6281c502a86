//! The slip of one month: what stands on it, and preparing it.

use askama::Template;
use axum::{extract::State, response::Response};
use i18n_embed_fl::fl;

use super::{
    list::{is_by_hand, months},
    views::{SheetView, month_word, state, version_word},
};
use crate::{
    domain::{
        ids::{Id, Watch},
        name::Note,
        slip::{Entry, Hand, Month, Reporting},
    },
    gate::{Permit, Role, actions},
    store::{
        Tx,
        calendars::ReadsCalendar,
        slips::{self, Known, Sheet, ShowsSlips, Slip},
    },
    web::{App, Error, ErrorLine, Field, Form, Frame, Here, Path, Result, conflict, page, say, see_other, unprocessable, words},
};

#[derive(Debug, Template)]
#[template(path = "watch/slips/show.html")]
pub(super) struct Show {
    frame: Frame,
    errors: Vec<ErrorLine>,
    /// The daily reports have changed since the draft was seen.
    stale: bool,
    action: String,
    state: String,
    tone: &'static str,
    version: String,
    prepared: Option<String>,
    approved: Option<String>,
    is_draft: bool,
    by_hand: bool,
    left: usize,
    /// Asked for when an approved slip is to be followed by another version.
    reason: Option<Field>,
    approval_href: Option<String>,
    paper_href: Option<String>,
    sheets: Vec<SheetView>,
}

/// A month a slip can be about by now; any other is not there.
pub(super) fn known_month(app: &App, month: Month) -> Result<Month> {
    months(Month::of(app.clock.today())).find(|known| *known == month).ok_or(Error::Hidden)
}

/// What the wording of the facility's kind is selected by.
pub(super) fn wording(here: &Here) -> &'static str {
    here.acting.organization_kind.facility().map_or("school", words::wording)
}

pub(super) async fn load<A: ShowsSlips>(tx: &mut Tx, permit: &Permit<A>, month: Month) -> Result<Option<(Slip, Vec<Sheet>)>> {
    let Some(slip) = slips::latest(tx, permit, month).await? else { return Ok(None) };
    let sheets = slips::sheets(tx, permit, &slip).await?;
    Ok(Some((slip, sheets)))
}

impl Show {
    pub(super) fn of(app: &App, here: &Here, month: Month, loaded: Option<&(Slip, Vec<Sheet>)>, reporting: Reporting) -> Self {
        let (lang, texts) = (here.lang, here.lang.texts());
        let slip = loaded.map(|(slip, _)| slip);
        let sheets = loaded.map(|(_, sheets)| sheets.as_slice()).unwrap_or_default();
        let (state, tone) = state(lang, slip);
        let is_draft = slip.is_some_and(Slip::is_draft);
        let is_head = here.acting.role == Role::FacilityHead;
        let edit = |sheet: &Sheet| is_draft.then(|| format!("/slips/{month}/entries/{}", sheet.watch));
        let flash = match here.query().get("done") {
            "prepared" => Some(fl!(texts, "slip-done-prepared")),
            "saved" => Some(fl!(texts, "slip-done-saved")),
            "sent" => Some(fl!(texts, "slip-done-sent")),
            _ => None,
        };
        let title = fl!(texts, "slip-title", month = month_word(lang, month));
        Self {
            frame: Frame::here(app, here, title).with_crumb("/slips", fl!(texts, "slips-title")).with_flash(flash),
            errors: Vec::new(),
            stale: false,
            action: format!("/slips/{month}"),
            state,
            tone,
            version: slip.map(|slip| version_word(lang, slip)).unwrap_or_default(),
            prepared: slip.map(|slip| by_whom(here, &slip.prepared_by, slip.prepared_at)),
            approved: slip.and_then(|slip| slip.approved.as_ref()).map(|(who, at)| by_whom(here, who, *at)),
            is_draft,
            by_hand: is_by_hand(reporting),
            left: sheets.iter().filter(|sheet| !sheet.entry.is_complete()).count(),
            reason: slip.filter(|slip| !slip.is_draft()).map(|_| Field::required("reason", "")),
            approval_href: (is_draft && is_head && !sheets.is_empty()).then(|| format!("/slips/{month}/approval")),
            paper_href: (!sheets.is_empty()).then(|| format!("/slips/{month}/paper")),
            sheets: sheets.iter().map(|sheet| SheetView::of(lang, sheet, wording(here), edit(sheet))).collect(),
        }
    }

    pub(super) fn stale(self) -> Self {
        Self { stale: true, ..self }
    }
}

fn by_whom(here: &Here, who: &str, at: jiff::Timestamp) -> String {
    fl!(here.lang.texts(), "slip-by", who = who, at = words::moment(here.lang, at))
}

pub(super) async fn show(here: Here, State(app): State<App>, Path(month): Path<Month>) -> Result {
    let month = known_month(&app, month)?;
    let mut tx = app.tx(&here.actor).await?;
    let permit = app.gate.permit::<actions::ReadSlips>(&here.actor, &here.place())?;
    let loaded = load(&mut tx, &permit, month).await?;
    let reporting = slips::reporting(&mut tx, &permit).await?;
    let children = loaded.as_ref().map_or(0, |(_, sheets)| sheets.len());
    tx.commit(permit.deed().with("month", month).with("children", children)).await?;
    page(&Show::of(&app, &here, month, loaded.as_ref(), reporting))
}

/// What is to be said of a child by now.
#[derive(Debug)]
pub(super) struct Told {
    pub(super) watch: Id<Watch>,
    pub(super) entry: Entry,
    /// Nothing else than stands there.
    pub(super) is_same: bool,
}

/// What the reports say of each child now, under what a person has written before.
pub(super) async fn retell<A: ShowsSlips + ReadsCalendar>(
    tx: &mut Tx,
    permit: &Permit<A>,
    month: Month,
    before: &[Sheet],
    reporting: Reporting,
) -> Result<Vec<Told>> {
    let tell = |child: Known| {
        let written = before.iter().find(|sheet| sheet.watch == child.watch).map(|sheet| &sheet.entry);
        let counted = match written {
            Some(written) if is_by_hand(reporting) && written.by_hand => {
                Hand::of(written).tally(month, &child.calendar).unwrap_or_else(|_| written.clone())
            }
            _ => Entry::tally(month, &child.calendar, &child.marks),
        };
        let entry = written.map_or_else(|| counted.clone(), |written| counted.clone().keeping(written));
        Told { watch: child.watch, is_same: written == Some(&entry), entry }
    };
    Ok(slips::known(tx, permit, month).await?.into_iter().map(tell).collect())
}

/// Begins a version, or brings a draft up to what the daily reports say now.
pub(super) async fn create(here: Here, State(app): State<App>, Path(month): Path<Month>, Form(typed): Form) -> Result {
    let month = known_month(&app, month)?;
    let mut tx = app.tx(&here.actor).await?;
    let permit = app.gate.permit::<actions::PrepareSlip>(&here.actor, &here.place())?;
    let loaded = load(&mut tx, &permit, month).await?;
    let reporting = slips::reporting(&mut tx, &permit).await?;
    let (version, reason, is_new) = match &loaded {
        None => (1, String::new(), true),
        Some((slip, _)) if slip.is_draft() => (slip.version, slip.reason.clone(), false),
        Some((slip, _)) => match Note::parse(typed.get("reason")) {
            Ok(reason) => (slip.version + 1, reason.to_string(), true),
            Err(refusal) => {
                tx.commit(permit.deed().with("step", "refused").with("month", month)).await?;
                let said = say::say(here.lang, refusal.key(), &refusal.args());
                let reason = Field::required("reason", typed.get("reason")).with_error(Some(said));
                let page = Show::of(&app, &here, month, loaded.as_ref(), reporting);
                return unprocessable(&Show { errors: ErrorLine::of([&reason]), reason: Some(reason), ..page });
            }
        },
    };
    let before = loaded.as_ref().map(|(_, sheets)| sheets.as_slice()).unwrap_or_default();
    let told = retell(&mut tx, &permit, month, before, reporting).await?;
    // The draft is taken in hand before it is written on: nobody approves it meanwhile.
    let is_ours = match &loaded {
        Some((slip, _)) if !is_new => {
            told.iter().all(|one| one.is_same) || slips::touch(&mut tx, &permit, slip, slip.revision).await?
        }
        _ => slips::begin(&mut tx, &permit, month, version, &reason).await?,
    };
    if !is_ours {
        return too_late(&here, &app, tx, &permit, month).await;
    }
    for one in told.iter().filter(|one| is_new || !one.is_same) {
        slips::write(&mut tx, &permit, (month, version), one.watch, &one.entry).await?;
    }
    tx.commit(permit.deed().with("month", month).with("version", version).with("children", told.len())).await?;
    Ok(see_other(&format!("/slips/{month}?done=prepared")))
}

/// Somebody else began the version: the page shows theirs.
async fn too_late(here: &Here, app: &App, tx: Tx, permit: &Permit<actions::PrepareSlip>, month: Month) -> Result<Response> {
    drop(tx);
    let mut tx = app.tx(&here.actor).await?;
    let loaded = load(&mut tx, permit, month).await?;
    let reporting = slips::reporting(&mut tx, permit).await?;
    tx.commit(permit.deed().with("step", "conflict").with("month", month)).await?;
    conflict(&Show::of(app, here, month, loaded.as_ref(), reporting).stale())
}

/// The draft and the child's sheet on it, if there are both.
pub(super) async fn draft_sheet(
    tx: &mut Tx,
    permit: &Permit<actions::PrepareSlip>,
    month: Month,
    watch: Id<Watch>,
) -> Result<Option<(Slip, Sheet)>> {
    let Some((slip, sheets)) = load(tx, permit, month).await? else { return Ok(None) };
    let sheet = sheets.into_iter().find(|sheet| sheet.watch == watch);
    Ok(sheet.filter(|_| slip.is_draft()).map(|sheet| (slip, sheet)))
}
