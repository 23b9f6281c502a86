//! The head has looked at the slip and sends it; the passkey says that it was the head.

use askama::Template;
use axum::{extract::State, response::Response};
use i18n_embed_fl::fl;

use super::{
    show::{Show, known_month, load, retell, wording},
    views::{SheetView, month_word},
};
use crate::{
    domain::slip::{Month, Reporting},
    gate::{Permit, actions},
    store::{
        Tx,
        slips::{self, Sheet, Slip},
    },
    web::{App, ErrorLine, Form, Frame, Here, Path, Result, conflict, page, see_other, unprocessable},
};

#[derive(Debug, Template)]
#[template(path = "watch/slips/approval.html")]
struct Approval {
    frame: Frame,
    errors: Vec<ErrorLine>,
    action: String,
    cancel_href: String,
    revision: i64,
    sheets: Vec<SheetView>,
}

impl Approval {
    fn of(app: &App, here: &Here, slip: &Slip, sheets: &[Sheet]) -> Self {
        let (texts, month) = (here.lang.texts(), slip.month);
        let title = fl!(texts, "slip-approval-title", month = month_word(here.lang, month));
        Self {
            frame: Frame::here(app, here, title)
                .with_crumb("/slips", fl!(texts, "slips-title"))
                .with_crumb(format!("/slips/{month}"), month_word(here.lang, month)),
            errors: Vec::new(),
            action: format!("/slips/{month}/approval"),
            cancel_href: format!("/slips/{month}"),
            revision: slip.revision,
            sheets: sheets.iter().map(|sheet| SheetView::of(here.lang, sheet, wording(here), None)).collect(),
        }
    }
}

/// The draft with its sheets, if there is one with any.
async fn draft(tx: &mut Tx, permit: &Permit<actions::ApproveSlip>, month: Month) -> Result<Option<(Slip, Vec<Sheet>)>> {
    Ok(load(tx, permit, month).await?.filter(|(slip, sheets)| slip.is_draft() && !sheets.is_empty()))
}

pub(super) async fn new(here: Here, State(app): State<App>, Path(month): Path<Month>) -> Result {
    let month = known_month(&app, month)?;
    let mut tx = app.tx(&here.actor).await?;
    let permit = app.gate.permit::<actions::ApproveSlip>(&here.actor, &here.place())?;
    let draft = draft(&mut tx, &permit, month).await?;
    tx.commit(permit.deed().with("step", "form").with("month", month)).await?;
    match draft {
        Some((slip, sheets)) => page(&Approval::of(&app, &here, &slip, &sheets)),
        None => Ok(see_other(&format!("/slips/{month}"))),
    }
}

pub(super) async fn create(here: Here, State(app): State<App>, Path(month): Path<Month>, Form(typed): Form) -> Result {
    let month = known_month(&app, month)?;
    let mut tx = app.tx(&here.actor).await?;
    let permit = app.gate.permit::<actions::ApproveSlip>(&here.actor, &here.place())?;
    let Some(seen) = draft(&mut tx, &permit, month).await? else {
        // Approved before, or nothing there yet.
        tx.commit(permit.deed().with("step", "same").with("month", month)).await?;
        return Ok(see_other(&format!("/slips/{month}")));
    };
    let reporting = slips::reporting(&mut tx, &permit).await?;
    let revision = typed.get("revision").parse().unwrap_or(0);
    let told = retell(&mut tx, &permit, month, &seen.1, reporting).await?;
    let news: Vec<_> = told.iter().filter(|one| !one.is_same).collect();
    // What the reports say by now is kept, so that it can be looked at; what was seen is not approved.
    if !news.is_empty() && slips::touch(&mut tx, &permit, &seen.0, seen.0.revision).await? {
        for one in &news {
            slips::write(&mut tx, &permit, (month, seen.0.version), one.watch, &one.entry).await?;
        }
    }
    if !news.is_empty() || revision != seen.0.revision {
        return look_again(&app, &here, tx, &permit, month, reporting).await;
    }
    let open: Vec<&Sheet> = seen.1.iter().filter(|sheet| !sheet.entry.is_complete()).collect();
    if !open.is_empty() {
        tx.commit(permit.deed().with("step", "refused").with("month", month).with("missing", open.len())).await?;
        let line = |sheet: &&Sheet| ErrorLine {
            href: format!("#child-{}", sheet.watch),
            text: fl!(here.lang.texts(), "slip-error-open", name = sheet.name.as_str()),
        };
        let errors = open.iter().map(line).collect();
        return unprocessable(&Approval { errors, ..Approval::of(&app, &here, &seen.0, &seen.1) });
    }
    if !slips::approve(&mut tx, &permit, &seen.0, revision).await? {
        return look_again(&app, &here, tx, &permit, month, reporting).await;
    }
    tx.commit(permit.deed().with("month", month).with("version", seen.0.version).with("children", seen.1.len())).await?;
    Ok(see_other(&format!("/slips/{month}?done=sent")))
}

/// It is not what the head has looked at: shows what it is now.
async fn look_again(
    app: &App,
    here: &Here,
    mut tx: Tx,
    permit: &Permit<actions::ApproveSlip>,
    month: Month,
    reporting: Reporting,
) -> Result<Response> {
    let loaded = load(&mut tx, permit, month).await?;
    tx.commit(permit.deed().with("step", "conflict").with("month", month)).await?;
    conflict(&Show::of(app, here, month, loaded.as_ref(), reporting).stale())
}
