//! Writing an urgent report: the form, the page that asks once more, and sending it.

use askama::Template;
use axum::{extract::State, http::HeaderMap};
use i18n_embed_fl::fl;
use uuid::Uuid;

use super::form::{Typed, UrgentForm};
use crate::{
    domain::{
        ids::{Id, UrgentReport, Watch},
        urgent::{Refused, Urgent, signs},
    },
    gate::{Permit, actions},
    store::{
        Tx, judgements,
        urgent::{self, Child, Office, Sending},
    },
    web::{App, Error, ErrorLine, Form, Frame, Here, Result, arrived_at, page, unprocessable, urgent_words, words},
};

#[derive(Debug, Template)]
#[template(path = "watch/urgent/new.html")]
struct New {
    frame: Frame,
    office: Option<Office>,
    errors: Vec<ErrorLine>,
    idempotency_key: String,
    form: UrgentForm,
}

#[derive(Debug, Template)]
#[template(path = "watch/urgent/confirm.html")]
struct Confirm {
    frame: Frame,
    office: Option<Office>,
    idempotency_key: String,
    kana: String,
    name: String,
    place: String,
    facts: Vec<Fact>,
    carried: Vec<(&'static str, String)>,
}

/// `parts/facts.html`.
#[derive(Debug)]
pub(super) struct Fact {
    pub(super) term: String,
    pub(super) text: String,
}

pub(super) fn facts(here: &Here, urgent: &Urgent) -> Vec<Fact> {
    urgent_words::whole(here.lang, urgent, kind(here)).into_iter().map(|(term, text)| Fact { term, text }).collect()
}

fn kind(here: &Here) -> &'static str {
    here.acting.organization_kind.facility().map_or("school", words::wording)
}

/// Whom to ring where the ward has not said it; nobody is looked for where it has.
pub(super) async fn office(tx: &mut Tx, permit: &Permit<actions::ReportUrgent>, here: &Here) -> Result<Option<Office>> {
    if !here.found.help_phone.is_empty() {
        return Ok(None);
    }
    Ok(urgent::office(tx, permit).await?)
}

/// What the form shows besides what is typed.
#[derive(Debug)]
struct Around {
    office: Option<Office>,
    children: Vec<Child>,
}

async fn around(tx: &mut Tx, permit: &Permit<actions::ReportUrgent>, here: &Here) -> Result<Around> {
    Ok(Around { office: office(tx, permit, here).await?, children: urgent::children(tx, permit).await? })
}

pub(super) async fn new(here: Here, State(app): State<App>) -> Result {
    let permit = app.gate.permit::<actions::ReportUrgent>(&here.actor, &here.place())?;
    let mut tx = app.tx(&here.actor).await?;
    let around = around(&mut tx, &permit, &here).await?;
    tx.commit(permit.deed().with("step", "asked").with("children", around.children.len())).await?;
    let mut typed = Typed { watch: here.query().get("child").to_owned(), ..Typed::default() };
    typed.draft.contact_person.clone_from(&here.found.person_name);
    page(&form(&app, &here, &around, &typed, Id::<UrgentReport>::random().to_string()))
}

fn form(app: &App, here: &Here, around: &Around, typed: &Typed, idempotency_key: String) -> New {
    New {
        frame: Frame::here(app, here, fl!(here.lang.texts(), "urgent-title")),
        office: around.office.clone(),
        errors: Vec::new(),
        idempotency_key,
        form: UrgentForm::new(here.lang, kind(here), &around.children, typed),
    }
}

pub(super) async fn create(here: Here, State(app): State<App>, headers: HeaderMap, Form(fields): Form) -> Result {
    let key: Uuid = fields.get("idempotency_key").parse().map_err(|_| Error::Malformed)?;
    let permit = app.gate.permit::<actions::ReportUrgent>(&here.actor, &here.place())?;
    let mut tx = app.tx(&here.actor).await?;
    if let Some(earlier) = urgent::sent_with(&mut tx, &permit, key).await? {
        tx.commit(permit.deed().with("urgent", earlier).with("repeated", true)).await?;
        return Ok(arrived_at(&headers, &format!("/urgent/{earlier}")));
    }
    let around = around(&mut tx, &permit, &here).await?;
    let typed = Typed::read(&fields);
    let child = around.children.iter().find(|child| child.watch.to_string() == typed.watch);
    if child.is_none() && !typed.watch.is_empty() {
        return Err(Error::Hidden);
    }
    match (fields.get("step"), child, typed.draft.check()) {
        ("send", Some(child), Ok(urgent)) => {
            let sent = send(&app, &here, tx, &permit, (child.watch, key, &urgent)).await?;
            Ok(arrived_at(&headers, &format!("/urgent/{sent}")))
        }
        ("edit", ..) => {
            tx.commit(permit.deed().with("step", "edited").with("children", around.children.len())).await?;
            page(&form(&app, &here, &around, &typed, key.to_string()))
        }
        (_, Some(child), Ok(urgent)) => {
            tx.commit(permit.deed().with("step", "confirmed").with("watch", child.watch)).await?;
            page(&Confirm {
                frame: Frame::here(&app, &here, fl!(here.lang.texts(), "urgent-confirm-title")),
                office: around.office.clone(),
                idempotency_key: key.to_string(),
                kana: child.kana.clone(),
                name: child.name.clone(),
                place: words::place(&child.grade, &child.class),
                facts: facts(&here, &urgent),
                carried: typed.carried(),
            })
        }
        (_, _, checked) => {
            tx.commit(permit.deed().with("step", "refused").with("children", around.children.len())).await?;
            refused(&app, &here, &around, &typed, (key, checked.err().unwrap_or_default()))
        }
    }
}

fn refused(app: &App, here: &Here, around: &Around, typed: &Typed, (key, refused): (Uuid, Vec<Refused>)) -> Result {
    let mut shown = form(app, here, around, typed, key.to_string());
    shown.errors = shown.form.refuse(here.lang, &refused);
    unprocessable(&shown)
}

/// Appends it and raises its alerts in one transaction; pressed twice at once, both lead to the same receipt.
async fn send(
    app: &App,
    here: &Here,
    mut tx: Tx,
    permit: &Permit<actions::ReportUrgent>,
    (watch, key, urgent): (Id<Watch>, Uuid, &Urgent),
) -> Result<Id<UrgentReport>> {
    let salt = Id::<UrgentReport>::random().uuid();
    let sending = Sending { id: Id::random(), watch, key, salt, urgent };
    if urgent::send(&mut tx, permit, &sending).await?.is_none() {
        drop(tx);
        let mut tx = app.tx(&here.actor).await?;
        let earlier = urgent::sent_with(&mut tx, permit, key).await?.ok_or(Error::Hidden)?;
        tx.commit(permit.deed().with("urgent", earlier).with("repeated", true)).await?;
        return Ok(earlier);
    }
    let today = app.clock.today();
    let phase = here.acting.times.phase(today, today, app.clock.time_of_day());
    judgements::ask_urgent(&mut tx, permit, watch, &signs(&urgent.triggers), phase).await?;
    tx.commit(permit.deed().with("urgent", sending.id).with("watch", watch).with("triggers", urgent.triggers.len())).await?;
    app.live.wake();
    Ok(sending.id)
}
