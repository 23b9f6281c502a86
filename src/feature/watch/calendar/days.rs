//! The head of a facility, or the ward's desk for it, enters a closed day, a class that stays at home, or an extra open day, and
//! takes it back.

use axum::extract::State;
use i18n_embed_fl::fl;

use super::show::{Base, ClosureForm, Show, read};
use crate::{
    domain::{
        calendar::{Month, Span, days_between},
        ids::{CalendarDay, Id, Organization},
        name::{self, ClassName, Text},
        wareki,
    },
    gate::{OrganizationFacts, Permit, Side, actions},
    store::{
        Tx,
        calendar_days::{self, New},
        organizations,
    },
    web::{App, Error, Fields, Form, Here, Lang, Path, Result, see_other, unprocessable, words},
};

/// The longest period entered at once; whole vacations are the ward's templates.
const MOST_DAYS: i64 = 60;
const LABEL: usize = 40;

/// What was typed, understood.
struct Wanted {
    span: Span,
    class: String,
    is_open: bool,
    label: String,
}

pub(super) async fn create(here: Here, State(app): State<App>, Form(fields): Form) -> Result {
    let tx = app.tx(&here.actor).await?;
    enter(&app, &here, tx, (here.place(), Base::own()), &fields).await
}

pub(super) async fn create_at(here: Here, State(app): State<App>, Path(id): Path<Id<Organization>>, Form(fields): Form) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let place = organizations::facts(&mut tx, &here.actor, id).await?.ok_or(Error::Hidden)?;
    enter(&app, &here, tx, (place, Base::at(id)), &fields).await
}

async fn enter(app: &App, here: &Here, mut tx: Tx, (place, base): (OrganizationFacts, Base), fields: &Fields) -> Result {
    let mut form = ClosureForm::typed(here.lang, |name| fields.get(name));
    let wanted = understood(here.lang, fields, &mut form);
    let permit = app.gate.permit::<actions::EditCalendar>(&here.actor, &place)?;
    if let Some(Wanted { span, class, is_open, label }) = &wanted {
        form.from.error = if *is_open { None } else { reported(&mut tx, here, &permit, *span, class).await? };
        if form.from.error.is_none() {
            let new = New { class, span: *span, is_open: *is_open, label };
            let id = calendar_days::insert(&mut tx, &permit, &new).await?;
            tx.commit(permit.deed().with("entered", id).with("from", span.from).with("until", span.to).with("open", is_open))
                .await?;
            return Ok(see_other(&base.month(Month::of(span.from))));
        }
    }
    let day = wanted.map_or_else(|| app.clock.today(), |wanted| wanted.span.from);
    let read = read(&mut tx, &permit, Month::of(day), base).await?;
    tx.commit(permit.deed().with("step", "refused")).await?;
    let errors = form.errors();
    let mut show = Show::new(app, here, &read, Some(form));
    show.errors = errors;
    unprocessable(&show)
}

/// Why the days cannot be closed: something was reported about them. The facility is told which day; the ward's desk, which sees
/// no report, only that there is one.
async fn reported(
    tx: &mut Tx,
    here: &Here,
    permit: &Permit<actions::EditCalendar>,
    span: Span,
    class: &str,
) -> crate::store::Result<Option<String>> {
    let texts = here.lang.texts();
    if here.acting.role.side() == Side::Facility {
        let day = calendar_days::first_reported(tx, permit, span, class).await?;
        return Ok(day.map(|day| fl!(texts, "calendar-error-reported", day = words::date(here.lang, day))));
    }
    let has = calendar_days::has_reports(tx, permit, span, class).await?;
    Ok(has.then(|| fl!(texts, "calendar-error-reported-some")))
}

/// Reads the fields and writes beside each what is to be mended; `None` when anything is.
fn understood(lang: Lang, fields: &Fields, form: &mut ClosureForm) -> Option<Wanted> {
    let texts = lang.texts();
    let from_word = fl!(texts, "calendar-from");
    let not_a_date = |field: String| Some(fl!(texts, "error-not-a-date", field = field));
    let from = wareki::parse(&form.from.value).ok();
    form.from.error = match (form.from.value.is_empty(), from) {
        (true, _) => Some(fl!(texts, "error-required", field = from_word.clone())),
        (false, None) => not_a_date(from_word.clone()),
        _ => None,
    };
    // One day when no end was typed.
    let until = if form.until.value.is_empty() { from } else { wareki::parse(&form.until.value).ok() };
    form.until.error = match (from, until) {
        (Some(from), Some(until)) if until < from => {
            Some(fl!(texts, "error-date-order", field = fl!(texts, "calendar-until"), other = from_word))
        }
        (Some(from), Some(until)) if days_between(from, until) >= MOST_DAYS => {
            Some(fl!(texts, "calendar-error-long", most = MOST_DAYS))
        }
        (_, None) if !form.until.value.is_empty() => not_a_date(fl!(texts, "calendar-until")),
        _ => None,
    };
    let kind = fields.get("kind");
    if !["closed", "class", "open"].contains(&kind) {
        form.kind.error = Some(fl!(texts, "error-choose", field = fl!(texts, "calendar-kind")));
    }
    let class = class(lang, kind, form);
    let label = label(lang, form);
    let span = Span { from: from?, to: until? };
    let wanted = Wanted { span, class: class?, is_open: kind == "open", label: label? };
    form.errors().is_empty().then_some(wanted)
}

/// A class stays at home alone; everything else is the whole facility's.
fn class(lang: Lang, kind: &str, form: &mut ClosureForm) -> Option<String> {
    let texts = lang.texts();
    match (kind, ClassName::parse_or_none(&form.class.value)) {
        (_, Err(_)) => form.class.error = Some(fl!(texts, "calendar-error-class-long")),
        ("class", Ok(None)) => form.class.error = Some(fl!(texts, "error-required", field = fl!(texts, "calendar-class"))),
        ("class", Ok(Some(class))) => return Some(class.to_string()),
        (_, Ok(Some(_))) => form.class.error = Some(fl!(texts, "calendar-error-class-alone")),
        (_, Ok(None)) => return Some(String::new()),
    }
    None
}

fn label(lang: Lang, form: &mut ClosureForm) -> Option<String> {
    let texts = lang.texts();
    let field = fl!(texts, "calendar-note");
    match Text::<LABEL>::parse(&form.label.value) {
        Ok(label) => return Some(String::from(label)),
        Err(name::Refusal::Empty) => form.label.error = Some(fl!(texts, "error-required", field = field)),
        Err(name::Refusal::TooLong { written, most }) => {
            form.label.error = Some(fl!(texts, "error-too-long", field = field, max = most, now = written));
        }
        Err(_) => form.label.error = Some(fl!(texts, "error-characters-hidden", field = field)),
    }
    None
}

pub(super) async fn destroy(here: Here, State(app): State<App>, Path(id): Path<Id<CalendarDay>>, Form(_): Form) -> Result {
    let tx = app.tx(&here.actor).await?;
    take_back(&app, &here, tx, (here.place(), Base::own()), id).await
}

pub(super) async fn destroy_at(
    here: Here,
    State(app): State<App>,
    Path((at, id)): Path<(Id<Organization>, Id<CalendarDay>)>,
    Form(_): Form,
) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let place = organizations::facts(&mut tx, &here.actor, at).await?.ok_or(Error::Hidden)?;
    take_back(&app, &here, tx, (place, Base::at(at)), id).await
}

async fn take_back(app: &App, here: &Here, mut tx: Tx, (place, base): (OrganizationFacts, Base), id: Id<CalendarDay>) -> Result {
    let permit = app.gate.permit::<actions::EditCalendar>(&here.actor, &place)?;
    let gone = calendar_days::delete(&mut tx, &permit, id).await?.ok_or(Error::Hidden)?;
    tx.commit(permit.deed().with("removed", id).with("from", gone.from).with("until", gone.to)).await?;
    Ok(see_other(&base.month(Month::of(gone.from))))
}
