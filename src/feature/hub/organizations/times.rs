//! The times of the day a facility lives by; on the page of the ward's own office, those of every facility without its own.

use askama::Template;
use axum::extract::State;
use i18n_embed_fl::fl;

use super::{
    conflict,
    views::{self, Fact, path},
};
use crate::{
    domain::{
        ids::{Id, Organization},
        times::{TimeName, Times, read_time},
    },
    gate::{Permit, actions},
    store::{
        Tx,
        organizations::{self, Details, OwnTimes, TimesShown},
    },
    web::{App, Error, ErrorLine, Field, Fields, Form, Frame, Here, Lang, Path, Result, page, see_other, unprocessable, words},
};

#[derive(Debug, Template)]
#[template(path = "hub/organizations/times.html")]
struct Edit {
    frame: Frame,
    errors: Vec<ErrorLine>,
    action: String,
    cancel_href: String,
    revision: i64,
    is_root: bool,
    fields: Vec<TimeField>,
}

#[derive(Debug)]
struct TimeField {
    field: Field,
    label: String,
    hint: String,
}

/// The word for a time.
pub(super) fn label(lang: Lang, name: TimeName) -> String {
    let texts = lang.texts();
    match name {
        TimeName::Reminder => fl!(texts, "time-reminder"),
        TimeName::DeputyReminder => fl!(texts, "time-deputy-reminder"),
        TimeName::UnreportedList => fl!(texts, "time-unreported-list"),
        TimeName::FacilityCutoff => fl!(texts, "time-facility-cutoff"),
        TimeName::WorkerNotice => fl!(texts, "time-worker-notice"),
        TimeName::FreeCorrectionUntil => fl!(texts, "time-free-correction"),
    }
}

/// What the form says: the own times, or for each field what to mend.
fn read(lang: Lang, typed: &Fields, shown: &TimesShown) -> (Vec<Field>, Option<OwnTimes>) {
    let texts = lang.texts();
    let mut fields: Vec<Field> = TimeName::ALL.iter().map(|name| Field::optional(name.code(), typed.get(name.code()))).collect();
    let (mut own, mut all) = (OwnTimes::new(), shown.usual);
    for (field, name) in fields.iter_mut().zip(TimeName::ALL) {
        match read_time(&field.value) {
            Ok(Some(at)) => {
                all.set(*name, at);
                own.push((*name, at));
            }
            Ok(None) => {}
            Err(_) => field.error = Some(fl!(texts, "time-error", field = label(lang, *name))),
        }
    }
    for (later, earlier) in all.out_of_order() {
        // Said at the one that was typed.
        let at = if own.iter().any(|(name, _)| *name == later) { later } else { earlier };
        let Some(field) = fields.iter_mut().find(|field| field.name == at.code()) else { continue };
        if field.error.is_none() {
            let (before, after) = (label(lang, earlier), label(lang, later));
            let at = words::time(all.at(earlier));
            field.error = Some(fl!(texts, "time-error-order", earlier = before, later = after, at = at));
        }
    }
    let is_clear = fields.iter().all(|field| field.error.is_none());
    (fields, is_clear.then_some(own))
}

impl Edit {
    fn of(app: &App, here: &Here, details: &Details, shown: &TimesShown, fields: Vec<Field>) -> Self {
        let texts = here.lang.texts();
        let hint = |name: TimeName| {
            let usual = words::time(shown.usual.at(name));
            if shown.is_root { fl!(texts, "time-hint-program", usual = usual) } else { fl!(texts, "time-hint-ward", usual = usual) }
        };
        let fields: Vec<TimeField> = fields
            .into_iter()
            .zip(TimeName::ALL)
            .map(|(field, name)| TimeField { field, label: label(here.lang, *name), hint: hint(*name) })
            .collect();
        Self {
            frame: views::frame(app, here, details.id, &details.name, fl!(texts, "org-times-title")),
            errors: ErrorLine::of(fields.iter().map(|field| &field.field)),
            action: format!("{}/times", path(details.id)),
            cancel_href: path(details.id),
            revision: shown.revision,
            is_root: shown.is_root,
            fields,
        }
    }
}

/// Only facilities live by these times, and the ward's own office keeps those of all.
fn is_elsewhere(details: &Details, shown: &TimesShown) -> bool {
    details.kind.facility().is_none() && !shown.is_root
}

async fn load(tx: &mut Tx, permit: &Permit<actions::EditOrganization>) -> Result<(Details, TimesShown)> {
    Ok((organizations::details(tx, permit).await?, organizations::times(tx, permit).await?))
}

pub(super) async fn edit(here: Here, State(app): State<App>, Path(id): Path<Id<Organization>>) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let place = organizations::facts(&mut tx, &here.actor, id).await?.ok_or(Error::Hidden)?;
    let permit = app.gate.permit::<actions::EditOrganization>(&here.actor, &place)?;
    let (details, shown) = load(&mut tx, &permit).await?;
    tx.commit(permit.deed().with("step", "times")).await?;
    if is_elsewhere(&details, &shown) {
        return Ok(see_other(&format!("{}/times", path(shown.root))));
    }
    let set = |name: &TimeName| shown.own.iter().find(|(own, _)| own == name).map_or_else(String::new, |(_, at)| words::time(*at));
    let fields = TimeName::ALL.iter().map(|name| Field::optional(name.code(), &set(name))).collect();
    page(&Edit::of(&app, &here, &details, &shown, fields))
}

pub(super) async fn update(here: Here, State(app): State<App>, Path(id): Path<Id<Organization>>, Form(typed): Form) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let place = organizations::facts_for_change(&mut tx, &here.actor, id).await?.ok_or(Error::Hidden)?;
    let permit = app.gate.permit::<actions::EditOrganization>(&here.actor, &place)?;
    let (details, shown) = load(&mut tx, &permit).await?;
    if is_elsewhere(&details, &shown) {
        tx.commit(permit.deed().with("step", "times")).await?;
        return Ok(see_other(&format!("{}/times", path(shown.root))));
    }
    let (fields, own) = read(here.lang, &typed, &shown);
    let revision = typed.get("revision").parse().unwrap_or(0);
    let mut stale = revision != shown.revision;
    if let (false, Some(own)) = (stale, own) {
        if organizations::set_times(&mut tx, &permit, revision, &own).await?.is_ok() {
            let set: Vec<&str> = own.iter().map(|(name, _)| name.code()).collect();
            tx.commit(permit.deed().with("times", set).with("revision", revision + 1)).await?;
            return Ok(see_other(&format!("{}?done=saved", path(id))));
        }
        stale = true;
    }
    tx.commit(permit.deed().with("step", if stale { "conflict" } else { "refused" })).await?;
    if stale {
        let frame = views::frame(&app, &here, id, &details.name, fl!(here.lang.texts(), "conflict-title"));
        let theirs = facts(here.lang, &shown);
        let typed = |(field, name): (&Field, &TimeName)| Fact::new(label(here.lang, *name), field.value.clone());
        let yours = fields.iter().zip(TimeName::ALL).map(typed).collect();
        return conflict::both(frame, theirs, yours, format!("{}/times", path(id)));
    }
    unprocessable(&Edit::of(&app, &here, &details, &shown, fields))
}

/// Every time that holds there, and whether it is its own.
pub(super) fn facts(lang: Lang, shown: &TimesShown) -> Vec<Fact> {
    let mut all: Times = shown.usual;
    for (name, at) in &shown.own {
        all.set(*name, *at);
    }
    let is_own = |name: TimeName| shown.own.iter().any(|(own, _)| *own == name);
    let fact = |name: &TimeName| {
        let at = words::time(all.at(*name));
        let text = if is_own(*name) { at } else { fl!(lang.texts(), "time-usual", at = at) };
        Fact::new(label(lang, *name), text)
    };
    TimeName::ALL.iter().map(fact).collect()
}
