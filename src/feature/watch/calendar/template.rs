//! One template: its week, its closed periods, and how many facilities a change of it would touch.

use askama::Template;
use axum::extract::State;
use i18n_embed_fl::fl;

use super::{
    show::span_word,
    templates::{WeekForm, open_words},
};
use crate::{
    domain::{
        calendar::{SchoolYear, Span, days_between},
        name::{self, Text},
        wareki,
    },
    gate::{Permit, actions},
    store::{
        Tx,
        templates::{self, Line, Period},
    },
    web::{App, Error, ErrorLine, Field, Fields, Form, Frame, Here, Lang, Path, Result, page, see_other, unprocessable},
};

/// A whole vacation, and not a year by mistake.
const MOST_DAYS: i64 = 100;
const LABEL: usize = 40;

#[derive(Debug, Template)]
#[template(path = "watch/calendar/template.html")]
struct Show {
    frame: Frame,
    errors: Vec<ErrorLine>,
    week_word: String,
    /// How many facilities follow it.
    effect: String,
    action: String,
    form: WeekForm,
    periods: Vec<PeriodRow>,
    period: PeriodForm,
}

#[derive(Debug)]
struct PeriodRow {
    date_word: String,
    label: String,
    kind_word: String,
    from: String,
    until: String,
}

#[derive(Debug)]
struct PeriodForm {
    from: Field,
    until: Field,
    kind: Field,
    label: Field,
}

struct Read {
    line: Line,
    periods: Vec<Period>,
}

async fn load(tx: &mut Tx, permit: &Permit<actions::EditTemplates>, code: &str) -> Result<Read> {
    let line = templates::lines(tx, permit).await?.into_iter().find(|line| line.code == code).ok_or(Error::Hidden)?;
    let periods = templates::periods(tx, permit, code, SchoolYear::of(tx.today()).first()).await?;
    Ok(Read { line, periods })
}

fn kind_word(lang: Lang, is_open: bool) -> String {
    if is_open { fl!(lang.texts(), "calendar-kind-open") } else { fl!(lang.texts(), "calendar-kind-closed") }
}

impl PeriodForm {
    fn typed(lang: Lang, typed: &Fields) -> Self {
        let kinds = [("closed".to_owned(), kind_word(lang, false)), ("open".to_owned(), kind_word(lang, true))];
        Self {
            from: Field::required("from", typed.get("from")),
            until: Field::optional("until", typed.get("until")),
            kind: Field::required("kind", typed.get("kind")).with_choices(kinds),
            label: Field::required("label", typed.get("label")),
        }
    }

    /// What was meant; `None` when the fields now say what to mend.
    fn read(&mut self, lang: Lang) -> Option<Period> {
        let texts = lang.texts();
        let from_word = fl!(texts, "calendar-from");
        let from = wareki::parse(&self.from.value).ok();
        if from.is_none() {
            self.from.error = Some(if self.from.value.is_empty() {
                fl!(texts, "error-required", field = from_word.clone())
            } else {
                fl!(texts, "error-not-a-date", field = from_word.clone())
            });
        }
        let until = if self.until.value.is_empty() { from } else { wareki::parse(&self.until.value).ok() };
        self.until.error = match (from, until) {
            (_, None) if !self.until.value.is_empty() => Some(fl!(texts, "error-not-a-date", field = fl!(texts, "calendar-until"))),
            (Some(from), Some(until)) if until < from => {
                Some(fl!(texts, "error-date-order", field = fl!(texts, "calendar-until"), other = from_word))
            }
            (Some(from), Some(until)) if days_between(from, until) >= MOST_DAYS => {
                Some(fl!(texts, "calendar-error-long", most = MOST_DAYS))
            }
            _ => None,
        };
        if !["closed", "open"].contains(&self.kind.value.as_str()) {
            self.kind.error = Some(fl!(texts, "error-choose", field = fl!(texts, "calendar-kind")));
        }
        let label = self.read_label(lang);
        let period = Period { span: Span { from: from?, to: until? }, label: label?, is_open: self.kind.value == "open" };
        self.errors().is_empty().then_some(period)
    }

    fn read_label(&mut self, lang: Lang) -> Option<String> {
        let texts = lang.texts();
        let field = fl!(texts, "calendar-note");
        self.label.error = Some(match Text::<LABEL>::parse(&self.label.value) {
            Ok(label) => return Some(String::from(label)),
            Err(name::Refusal::Empty) => fl!(texts, "error-required", field = field),
            Err(name::Refusal::TooLong { written, most }) => fl!(texts, "error-too-long", field = field, max = most, now = written),
            Err(_) => fl!(texts, "error-characters-hidden", field = field),
        });
        None
    }

    fn errors(&self) -> Vec<ErrorLine> {
        ErrorLine::of([&self.from, &self.until, &self.kind, &self.label])
    }
}

impl Read {
    fn template(&self, app: &App, here: &Here, form: Option<WeekForm>, period: PeriodForm) -> Show {
        let (lang, line) = (here.lang, &self.line);
        let form = form.unwrap_or_else(|| WeekForm::shown(lang, &line.name, line.week, line.open_on_holidays));
        let mut errors = form.errors();
        errors.extend(period.errors());
        let periods = self.periods.iter().map(|period| PeriodRow {
            date_word: span_word(lang, period.span),
            label: period.label.clone(),
            kind_word: kind_word(lang, period.is_open),
            from: period.span.from.to_string(),
            until: period.span.to.to_string(),
        });
        Show {
            frame: Frame::here(app, here, line.name.clone()).with_crumb("/templates", fl!(lang.texts(), "templates-title")),
            errors,
            week_word: open_words(lang, line.week, line.open_on_holidays),
            effect: fl!(lang.texts(), "templates-effect", count = line.facilities),
            action: format!("/templates/{}", line.code),
            form,
            periods: periods.collect(),
            period,
        }
    }
}

pub(super) async fn show(here: Here, State(app): State<App>, Path(code): Path<String>) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let permit = app.gate.permit::<actions::EditTemplates>(&here.actor, &here.place())?;
    let read = load(&mut tx, &permit, &code).await?;
    tx.commit(permit.deed().with("template", &read.line.code).with("periods", read.periods.len())).await?;
    page(&read.template(&app, &here, None, PeriodForm::typed(here.lang, &Fields::default())))
}

pub(super) async fn update(here: Here, State(app): State<App>, Path(code): Path<String>, Form(typed): Form) -> Result {
    let (mut form, line) = WeekForm::read(here.lang, &typed, &code);
    let mut tx = app.tx(&here.actor).await?;
    let permit = app.gate.permit::<actions::EditTemplates>(&here.actor, &here.place())?;
    let read = load(&mut tx, &permit, &code).await?;
    if let Some(line) = line {
        if templates::update(&mut tx, &permit, &line).await? {
            let deed = permit.deed().with("template", &read.line.code).with("weekdays", line.week.iso_weekdays());
            tx.commit(deed.with("facilities", read.line.facilities)).await?;
            return Ok(see_other("/templates"));
        }
        form.name.error = Some(fl!(here.lang.texts(), "templates-error-name"));
    }
    tx.commit(permit.deed().with("step", "refused")).await?;
    unprocessable(&read.template(&app, &here, Some(form), PeriodForm::typed(here.lang, &Fields::default())))
}

pub(super) async fn add(here: Here, State(app): State<App>, Path(code): Path<String>, Form(typed): Form) -> Result {
    let mut form = PeriodForm::typed(here.lang, &typed);
    let period = form.read(here.lang);
    let mut tx = app.tx(&here.actor).await?;
    let permit = app.gate.permit::<actions::EditTemplates>(&here.actor, &here.place())?;
    let read = load(&mut tx, &permit, &code).await?;
    if let Some(period) = period {
        templates::insert_period(&mut tx, &permit, &code, &period).await?;
        let deed = permit.deed().with("template", &read.line.code).with("from", period.span.from).with("until", period.span.to);
        tx.commit(deed.with("facilities", read.line.facilities)).await?;
        return Ok(see_other(&format!("/templates/{code}")));
    }
    tx.commit(permit.deed().with("step", "refused")).await?;
    unprocessable(&read.template(&app, &here, None, form))
}

pub(super) async fn remove(here: Here, State(app): State<App>, Path(code): Path<String>, Form(typed): Form) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let permit = app.gate.permit::<actions::EditTemplates>(&here.actor, &here.place())?;
    let read = load(&mut tx, &permit, &code).await?;
    let days = typed.get("from").parse().ok().zip(typed.get("until").parse().ok());
    let span = days.map(|(from, to)| Span { from, to });
    if let Some(span) = span
        && templates::delete_period(&mut tx, &permit, &code, span).await?
    {
        tx.commit(permit.deed().with("template", &read.line.code).with("removed", span.from).with("until", span.to)).await?;
    } else {
        // Gone already: what was wanted is so.
        tx.commit(permit.deed().with("template", &read.line.code).with("step", "nothing")).await?;
    }
    Ok(see_other(&format!("/templates/{code}")))
}
