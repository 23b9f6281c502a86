//! Step 2: what each mark means. The hub guesses all but the family's call; a person says the rest once.

use askama::Template;
use axum::extract::State;
use i18n_embed_fl::fl;

use super::{elsewhere, permit};
use crate::{
    domain::{
        attendance::{Contact, Field as MarkField, Reason, Status},
        ids::{AttendanceImport, Id},
        register::{Cell, Meaning, MeaningRefusal},
    },
    store::register::imports::{self, Import, Remembered},
    web::{App, ErrorLine, Field, Fields, Form, Frame, Here, Path, Result, page, see_other, unprocessable, words},
};

#[derive(Debug, Template)]
#[template(path = "watch/register/marks.html")]
struct Marks {
    frame: Frame,
    errors: Vec<ErrorLine>,
    action: String,
    discard: String,
    cells: usize,
    notes: Vec<String>,
    rows: Vec<MarkRow>,
}

#[derive(Debug)]
struct MarkRow {
    mark: String,
    count: usize,
    status: Field,
    contact: Field,
    reason: Field,
}

pub(in super::super) async fn show(here: Here, State(app): State<App>, Path(id): Path<Id<AttendanceImport>>) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let (permit, import) = permit(&app, &here, &mut tx, id).await?;
    tx.commit(permit.deed().with("import", id).with("step", "columns")).await?;
    let Some(cells) = &import.cells else { return elsewhere(&import) };
    page(&marks(&app, &here, &import, cells, &import.marks, &[]))
}

pub(in super::super) async fn update(
    here: Here,
    State(app): State<App>,
    Path(id): Path<Id<AttendanceImport>>,
    Form(fields): Form,
) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let (permit, import) = permit(&app, &here, &mut tx, id).await?;
    let Some(cells) = &import.cells else {
        tx.commit(permit.deed().with("import", id).with("step", "accepted_before")).await?;
        return elsewhere(&import);
    };
    let chosen: Vec<Meaning> = import.marks.iter().enumerate().map(|(at, meaning)| typed(&fields, at, &meaning.mark)).collect();
    let refusals: Vec<MeaningRefusal> = chosen
        .iter()
        .enumerate()
        .filter_map(|(at, meaning)| Some(MeaningRefusal { at, refusals: meaning.read().err()? }))
        .collect();
    if !refusals.is_empty() {
        tx.commit(permit.deed().with("import", id).with("step", "refused")).await?;
        return unprocessable(&marks(&app, &here, &import, cells, &chosen, &refusals));
    }
    imports::set_marks(&mut tx, &permit, id, &chosen).await?;
    let before = imports::remembered(&mut tx, &permit).await?;
    let kept = before.marks.into_iter().filter(|known| chosen.iter().all(|new| new.mark != known.mark)).take(100);
    let all = chosen.iter().cloned().chain(kept).collect();
    imports::remember(&mut tx, &permit, &Remembered { columns: before.columns, marks: all }).await?;
    tx.commit(permit.deed().with("import", id).with("step", "mapping")).await?;
    Ok(see_other(&format!("/register/imports/{id}/check")))
}

fn typed(fields: &Fields, at: usize, mark: &str) -> Meaning {
    let get = |name: &str| fields.get(&format!("{name}.{at}")).to_owned();
    Meaning { mark: mark.to_owned(), status: get("status"), contact: get("contact"), reason: get("reason") }
}

fn marks(app: &App, here: &Here, import: &Import, cells: &[Cell], chosen: &[Meaning], refusals: &[MeaningRefusal]) -> Marks {
    let texts = here.lang.texts();
    let rows: Vec<MarkRow> = chosen.iter().enumerate().map(|(at, meaning)| mark_row(here, cells, at, meaning, refusals)).collect();
    let mut notes = Vec::new();
    if import.others > 0 {
        notes.push(fl!(texts, "register-others", count = import.others));
    }
    if import.unclear > 0 {
        notes.push(fl!(texts, "register-unclear", count = import.unclear));
    }
    Marks {
        frame: Frame::here(app, here, fl!(texts, "register-marks-title")).with_crumb("/register", fl!(texts, "register-title")),
        errors: ErrorLine::of(rows.iter().flat_map(|row| [&row.status, &row.contact, &row.reason])),
        action: format!("/register/imports/{}", import.id),
        discard: format!("/register/imports/{}/discard", import.id),
        cells: cells.len(),
        notes,
        rows,
    }
}

fn mark_row(here: &Here, cells: &[Cell], at: usize, meaning: &Meaning, refusals: &[MeaningRefusal]) -> MarkRow {
    let (lang, texts) = (here.lang, here.lang.texts());
    let kind = here.acting.organization_kind.facility().map_or("school", words::wording);
    let shown = if meaning.mark.is_empty() { fl!(texts, "register-blank") } else { meaning.mark.clone() };
    let refused = |fields: &[MarkField]| {
        let mut own = refusals.iter().filter(|refusal| refusal.at == at).flat_map(|refusal| &refusal.refusals);
        own.any(|refusal| fields.contains(&refusal.field))
    };
    let leave = std::iter::once((String::new(), fl!(texts, "register-leave-out")));
    let open = || std::iter::once((String::new(), fl!(texts, "field-choose")));
    let statuses = Status::ALL.iter().map(|status| (status.code().to_owned(), words::status(lang, *status, kind)));
    let contacts = Contact::ALL.iter().map(|contact| (contact.code().to_owned(), words::contact(lang, *contact)));
    let reasons = Reason::ALL.iter().map(|reason| (reason.code().to_owned(), words::reason(lang, *reason, kind)));
    let error = |fields: &[MarkField], id: &str| {
        refused(fields).then(|| match id {
            "contact" => fl!(texts, "register-error-contact", mark = shown.as_str()),
            "reason" => fl!(texts, "register-error-reason", mark = shown.as_str()),
            _ => fl!(texts, "register-error-status", mark = shown.as_str()),
        })
    };
    let contact_fields = [MarkField::Contact, MarkField::ContactBy, MarkField::ContactVia];
    MarkRow {
        count: cells.iter().filter(|cell| cell.mark == meaning.mark).count(),
        status: Field::optional(&format!("status.{at}"), &meaning.status)
            .with_choices(leave.chain(statuses))
            .with_error(error(&[MarkField::Status], "status")),
        contact: Field::optional(&format!("contact.{at}"), &meaning.contact)
            .with_choices(open().chain(contacts))
            .with_error(error(&contact_fields, "contact")),
        reason: Field::optional(&format!("reason.{at}"), &meaning.reason)
            .with_choices(open().chain(reasons))
            .with_error(error(&[MarkField::Reason], "reason")),
        mark: shown,
    }
}
