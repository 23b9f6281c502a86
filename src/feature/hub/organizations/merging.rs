//! Merging an organization into another of its kind from a day on: its people and its requests go along, its history stays.

use askama::Template;
use axum::extract::State;
use i18n_embed_fl::fl;
use jiff::{ToSpan as _, civil::Date};

use super::{
    closing::Left,
    conflict,
    draft::facts,
    views::{self, Fact, Link, path, read_day},
};
use crate::{
    domain::ids::{Id, Organization},
    gate::actions,
    store::organizations::{self, Details, Merger, Named, StillOpen},
    web::{App, Choice, Error, ErrorLine, Field, Fields, Form, Frame, Here, Lang, Path, Result, page, see_other, unprocessable},
};

const MOST_YEARS_AHEAD: i32 = 2;

#[derive(Debug, Template)]
#[template(path = "hub/organizations/merging.html")]
struct Merging {
    frame: Frame,
    errors: Vec<ErrorLine>,
    action: String,
    cancel_href: String,
    revision: i64,
    left: Left,
    /// What goes along, in words.
    carried: Vec<String>,
    successor: Field,
    from_on: Field,
    confirm: Vec<Choice>,
    barred: bool,
}

/// What the page stands on.
struct Read {
    details: Details,
    still: StillOpen,
    successors: Vec<Named>,
}

impl Merging {
    fn of(app: &App, here: &Here, read: &Read, successor: Field, from_on: Field, confirmed: &str) -> Self {
        let texts = here.lang.texts();
        let label = |named: &Named| Link::to(here.lang, named).label;
        let choices = read.successors.iter().map(|named| (named.id.to_string(), label(named)));
        let successor = successor.with_choices(std::iter::once((String::new(), fl!(texts, "field-choose"))).chain(choices));
        let requests = if read.details.kind.facility().is_some() {
            fl!(texts, "org-merging-requests-facility", count = read.still.requests)
        } else {
            fl!(texts, "org-merging-requests-office", count = read.still.requests)
        };
        let tick =
            Choice { value: "1".to_owned(), label: fl!(texts, "org-merging-confirm"), chosen: confirmed == "1", asks: false };
        Self {
            frame: views::frame(app, here, read.details.id, &read.details.name, fl!(texts, "org-merging-title")),
            errors: ErrorLine::of([&successor, &from_on]),
            action: format!("{}/merging", path(read.details.id)),
            cancel_href: path(read.details.id),
            revision: read.details.revision,
            left: Left::of(here.lang, &read.still, true),
            carried: vec![fl!(texts, "org-merging-memberships", count = read.still.memberships), requests],
            successor,
            from_on,
            confirm: vec![tick],
            barred: read.details.closed_on.is_some(),
        }
    }
}

pub(super) async fn new(here: Here, State(app): State<App>, Path(id): Path<Id<Organization>>) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let place = organizations::facts(&mut tx, &here.actor, id).await?.ok_or(Error::Hidden)?;
    let permit = app.gate.permit::<actions::MergeOrganization>(&here.actor, &place)?;
    let tomorrow = tx.today().saturating_add(1.day());
    let read = Read {
        details: organizations::details(&mut tx, &permit).await?,
        still: organizations::still_open(&mut tx, &permit, tomorrow).await?,
        successors: organizations::successors(&mut tx, &permit).await?,
    };
    tx.commit(permit.deed().with("step", "form").with("memberships", read.still.memberships)).await?;
    page(&Merging::of(&app, &here, &read, Field::required("successor", ""), Field::required("from_on", ""), ""))
}

/// A day from tomorrow on: what was reported until today was reported by the facility that is merged.
fn first_day(here: &Here, details: &Details, today: Date, field: &mut Field) -> Option<Date> {
    let texts = here.lang.texts();
    let day = read_day(here.lang, field, fl!(texts, "org-merging-from-on"))?;
    let earliest = today.max(details.opened_on).saturating_add(1.day());
    field.error = if day < earliest {
        Some(fl!(texts, "org-merging-error-early", day = views::typed_day(here.lang, earliest)))
    } else if day > today.saturating_add(MOST_YEARS_AHEAD.years()) {
        Some(fl!(texts, "org-closing-error-far", years = MOST_YEARS_AHEAD))
    } else {
        None
    };
    field.error.is_none().then_some(day)
}

pub(super) async fn create(here: Here, State(app): State<App>, Path(id): Path<Id<Organization>>, Form(typed): Form) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    organizations::halt_requests(&mut tx, &here.actor).await?;
    let place = organizations::facts_for_change(&mut tx, &here.actor, id).await?.ok_or(Error::Hidden)?;
    let permit = app.gate.permit::<actions::MergeOrganization>(&here.actor, &place)?;
    let details = organizations::details(&mut tx, &permit).await?;
    let successors = organizations::successors(&mut tx, &permit).await?;
    let today = tx.today();
    let mut from_on = Field::required("from_on", typed.get("from_on"));
    let day = first_day(&here, &details, today, &mut from_on);
    let still = organizations::still_open(&mut tx, &permit, day.unwrap_or(today)).await?;
    let read = Read { details, still, successors };
    let mut successor = Field::required("successor", typed.get("successor"));
    let chosen = chosen(here.lang, &read, day, &mut successor);
    let revision = typed.get("revision").parse().unwrap_or(0);
    let mut stale = revision != read.details.revision || read.details.closed_on.is_some();
    let is_clear = read.still.below.is_empty() && typed.get("confirmed") == "1";
    if let (false, true, Some(day), Some(into)) = (stale, is_clear, day, chosen) {
        let there = organizations::facts(&mut tx, &here.actor, into).await?.ok_or(Error::Hidden)?;
        app.gate.permit::<actions::MergeOrganization>(&here.actor, &there)?;
        let why = fl!(here.lang.texts(), "org-merging-why");
        if let Ok(carried) = organizations::merge(&mut tx, &permit, revision, &Merger { successor: into, day, why }).await? {
            let deed = permit.deed().with("successor", into).with("from", day);
            tx.commit(deed.with("memberships", carried.memberships).with("requests", carried.requests)).await?;
            return Ok(see_other(&format!("{}?done=merged", path(id))));
        }
        stale = true;
    }
    tx.commit(permit.deed().with("step", if stale { "conflict" } else { "refused" })).await?;
    if stale {
        return both(&app, &here, &read, &from_on);
    }
    unprocessable(&refused(&app, &here, &read, (successor, from_on), &typed))
}

/// The successor that was meant, open on the day of the merger; or the fault noted at the field.
fn chosen(lang: Lang, read: &Read, day: Option<Date>, field: &mut Field) -> Option<Id<Organization>> {
    let texts = lang.texts();
    let found = read.successors.iter().find(|named| named.id.to_string() == field.value);
    field.error = match (found, found.and_then(|named| named.opens), day) {
        (None, ..) => Some(fl!(texts, "error-choose", field = fl!(texts, "org-merging-successor"))),
        (Some(_), Some(opens), Some(day)) if opens > day => {
            Some(fl!(texts, "org-merging-error-not-open", day = views::typed_day(lang, opens)))
        }
        _ => None,
    };
    found.map(|named| named.id).filter(|_| field.error.is_none())
}

/// The page with what to mend.
fn refused(app: &App, here: &Here, read: &Read, (successor, from_on): (Field, Field), typed: &Fields) -> Merging {
    let mut shown = Merging::of(app, here, read, successor, from_on, typed.get("confirmed"));
    let left = |text: &String| ErrorLine { href: "#left".to_owned(), text: text.clone() };
    shown.errors.extend(shown.left.first.iter().map(left));
    if typed.get("confirmed") != "1" {
        shown.errors.push(ErrorLine { href: "#confirm".to_owned(), text: fl!(here.lang.texts(), "org-merging-error-confirm") });
    }
    shown
}

fn both(app: &App, here: &Here, read: &Read, from_on: &Field) -> Result {
    let texts = here.lang.texts();
    let frame = views::frame(app, here, read.details.id, &read.details.name, fl!(texts, "conflict-title"));
    let yours = vec![Fact::new(fl!(texts, "org-merging-from-on"), from_on.value.clone())];
    conflict::both(frame, facts(here.lang, &read.details), yours, path(read.details.id))
}
