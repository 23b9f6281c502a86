//! The slip on paper: a sheet for each child, in Japanese whatever the language of the page.

use axum::{extract::State, response::Response};
use i18n_embed_fl::fl;
use tsunagi_forms::{SlipLine, SlipSheet, slip_sheets};

use super::{
    show::{known_month, load, wording},
    submitted,
    views::{SheetView, month_word, noticed_word, version_word},
};
use crate::{
    domain::{
        clock,
        ids::{Id, Organization},
        slip::{Month, Noticed},
        wareki,
    },
    gate::actions,
    store::{
        slips::{Sheet, Slip},
        submitted_slips,
    },
    web::{App, Error, Here, Lang, Path, Result, pdf, protection, see_other, typeset},
};

pub(super) async fn own(here: Here, State(app): State<App>, Path(month): Path<Month>) -> Result {
    let month = known_month(&app, month)?;
    let mut tx = app.tx(&here.actor).await?;
    let permit = app.gate.permit::<actions::ReadSlips>(&here.actor, &here.place())?;
    let loaded = load(&mut tx, &permit, month).await?.filter(|(_, sheets)| !sheets.is_empty());
    let children = loaded.as_ref().map_or(0, |(_, sheets)| sheets.len());
    tx.commit(permit.deed().with("month", month).with("format", "pdf").with("children", children)).await?;
    match loaded {
        Some((slip, sheets)) => print(&app, here.acting.organization_name.clone(), wording(&here), slip, sheets).await,
        None => Ok(see_other(&format!("/slips/{month}"))),
    }
}

pub(super) async fn submitted(
    here: Here,
    State(app): State<App>,
    Path((month, facility)): Path<(Month, Id<Organization>)>,
) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let scope = app.gate.scope::<actions::ListSlips>(&here.actor, &here.place())?;
    let place = submitted_slips::place(&mut tx, &scope, month, facility).await?.ok_or(Error::Hidden)?;
    let slip = submitted_slips::read(&mut tx, &scope, month, &place).await?;
    let mut sheets = match &slip {
        Some(slip) => submitted_slips::sheets(&mut tx, &scope, slip, &place).await?,
        None => Vec::new(),
    };
    let (protected, reveal) = (sheets.iter().filter(|sheet| sheet.discreet).count(), protection::reveals(&here.query()));
    let deed = scope.deed().with("month", month).with("format", "pdf").with("children", sheets.len());
    tx.commit(if protected > 0 { deed.with("protected", protected).with("revealed", reveal) } else { deed }).await?;
    if !reveal {
        hide(&mut sheets);
    }
    match slip.filter(|_| !sheets.is_empty()) {
        Some(slip) => print(&app, place.name.clone(), submitted::wording(&place), slip, sheets).await,
        None => Ok(see_other(&format!("/submitted-slips/{month}/{facility}"))),
    }
}

/// The facility stands above every sheet, so of a protected child the paper says what was reported, but not of whom. Such sheets come
/// last: their place among the others would tell the class.
fn hide(sheets: &mut [Sheet]) {
    for sheet in sheets.iter_mut().filter(|sheet| sheet.discreet) {
        sheet.name = protection::hidden();
        sheet.kana.clear();
        sheet.grade.clear();
        sheet.class.clear();
    }
    sheets.sort_by_key(|sheet| sheet.discreet);
}

async fn print(app: &App, facility: String, kind: &'static str, slip: Slip, sheets: Vec<Sheet>) -> Result<Response> {
    let name = fl!(Lang::Ja.texts(), "slip-file", month = slip.month.to_string());
    let now = app.clock.now();
    let paper = typeset(move || {
        let views: Vec<SheetView> = sheets.iter().map(|sheet| SheetView::of(Lang::Ja, sheet, kind, None)).collect();
        let month = fl!(Lang::Ja.texts(), "slip-of-month", month = month_word(Lang::Ja, slip.month));
        let submitted_on = slip.approved.as_ref().map_or_else(String::new, |(_, at)| wareki::long(clock::in_japan(*at).date()));
        let approved_by = slip.approved.as_ref().map_or_else(String::new, |(who, _)| who.clone());
        let version = version_word(Lang::Ja, &slip);
        let words: Vec<String> = Noticed::ALL.iter().map(|one| noticed_word(Lang::Ja, *one)).collect();
        let parts: Vec<Parts<'_>> = sheets.iter().zip(&views).map(|(sheet, view)| Parts::of(sheet, view, &words)).collect();
        let sheets: Vec<SlipSheet<'_>> = parts
            .iter()
            .map(|parts| SlipSheet {
                month: &month,
                submitted_on: &submitted_on,
                facility: &facility,
                prepared_by: &slip.prepared_by,
                approved_by: &approved_by,
                version: &version,
                ..parts.sheet()
            })
            .collect();
        slip_sheets(&sheets, now)
    });
    Ok(pdf(&name, paper.await?.pdf))
}

/// The words of one sheet, kept while it is set.
struct Parts<'a> {
    view: &'a SheetView,
    counts: Vec<(&'a str, &'a str)>,
    lines: Vec<SlipLine<'a>>,
    noticed: Vec<(&'a str, bool)>,
    unchanged: bool,
}

impl<'a> Parts<'a> {
    fn of(sheet: &Sheet, view: &'a SheetView, words: &'a [String]) -> Self {
        let chosen = sheet.entry.noticed.as_deref();
        Self {
            counts: view.counts.iter().map(|count| (count.term.as_str(), count.text.as_str())).collect(),
            lines: view
                .lines
                .iter()
                .map(|line| SlipLine {
                    day: &line.day,
                    status: &line.status,
                    contact: &line.contact,
                    reason: &line.reason,
                    note: &line.note,
                })
                .collect(),
            noticed: Noticed::ALL
                .iter()
                .zip(words)
                .map(|(one, word)| (word.as_str(), chosen.is_some_and(|chosen| chosen.contains(one))))
                .collect(),
            unchanged: chosen.is_some_and(<[Noticed]>::is_empty),
            view,
        }
    }

    fn sheet(&self) -> SlipSheet<'_> {
        SlipSheet {
            name: &self.view.name,
            place: &self.view.place,
            counts: &self.counts,
            lines: &self.lines,
            longest: &self.view.longest,
            last_seen: &self.view.last_seen,
            noticed: &self.noticed,
            unchanged: self.unchanged,
            note: &self.view.note,
            ..SlipSheet::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::slip::Entry;

    fn sheet(name: &str, discreet: bool) -> Sheet {
        let (kana, grade, class) = ("カナ".to_owned(), "n4".to_owned(), "うさぎ組".to_owned());
        Sheet { watch: Id::random(), name: name.to_owned(), kana, grade, class, discreet, entry: Entry::default() }
    }

    #[test]
    fn a_protected_child_is_on_the_paper_as_nobody_and_last() {
        let mut sheets = [sheet("甲", true), sheet("乙", false)];
        hide(&mut sheets);
        let said = |sheet: &Sheet| [&sheet.name, &sheet.kana, &sheet.grade, &sheet.class].map(Clone::clone);
        assert_eq!(said(&sheets[0]), ["乙", "カナ", "n4", "うさぎ組"]);
        assert_eq!(said(&sheets[1]), ["支援措置のため非表示", "", "", ""]);
    }
}
