//! The ward's copy of the national holidays, to be changed when a law moves them, and its calendar templates.

use askama::Template;
use axum::extract::State;
use i18n_embed_fl::fl;
use jiff::civil::Date;

use super::show::span_word;
use crate::{
    domain::{
        calendar::SchoolYear,
        name::{self, Text},
        wareki,
    },
    gate::{Permit, actions},
    store::{
        Tx,
        holidays::{self, Holiday, Template as Stored},
    },
    web::{App, Error, ErrorLine, Field, Form, Frame, Here, Lang, Path, Result, page, see_other, unprocessable, words},
};

const NAME: usize = 40;

#[derive(Debug, Template)]
#[template(path = "watch/calendar/holidays.html")]
struct Holidays {
    frame: Frame,
    errors: Vec<ErrorLine>,
    day: Field,
    name: Field,
    rows: Vec<HolidayRow>,
    templates: Vec<TemplateView>,
}

#[derive(Debug)]
struct HolidayRow {
    date_word: String,
    name: String,
    remove_action: String,
}

#[derive(Debug)]
struct TemplateView {
    name: String,
    week_word: String,
    periods: Vec<PeriodRow>,
}

#[derive(Debug)]
struct PeriodRow {
    date_word: String,
    label: String,
    kind_word: String,
}

pub(super) async fn index(here: Here, State(app): State<App>) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let permit = app.gate.permit::<actions::EditHolidays>(&here.actor, &here.place())?;
    let read = read(&mut tx, &permit).await?;
    tx.commit(permit.deed().with("holidays", read.0.len())).await?;
    page(&Holidays::new(&app, &here, read, Field::required("day", ""), Field::required("name", "")))
}

type Read = (Vec<Holiday>, Vec<Stored>);

/// From the beginning of this school year on: what is over counts no more.
async fn read(tx: &mut Tx, permit: &Permit<actions::EditHolidays>) -> crate::store::Result<Read> {
    let since = SchoolYear::of(tx.today()).first();
    Ok((holidays::since(tx, permit, since).await?, holidays::templates(tx, permit, since).await?))
}

impl Holidays {
    fn new(app: &App, here: &Here, (holidays, templates): Read, day: Field, name: Field) -> Self {
        let lang = here.lang;
        let rows = holidays.into_iter().map(|holiday| HolidayRow {
            date_word: words::date(lang, holiday.day),
            name: holiday.name,
            remove_action: format!("/holidays/{}/removal", holiday.day),
        });
        Self {
            frame: Frame::here(app, here, fl!(lang.texts(), "nav-holidays")),
            errors: ErrorLine::of([&day, &name]),
            day,
            name,
            rows: rows.collect(),
            templates: templates.into_iter().map(|template| TemplateView::new(lang, template)).collect(),
        }
    }
}

impl TemplateView {
    fn new(lang: Lang, template: Stored) -> Self {
        let texts = lang.texts();
        let days = words::week(lang, template.week);
        let week_word = if template.open_on_holidays {
            fl!(texts, "holidays-open-always", days = days)
        } else {
            fl!(texts, "holidays-open", days = days)
        };
        let periods = template.periods.into_iter().map(|period| PeriodRow {
            date_word: span_word(lang, period.span),
            label: period.label,
            kind_word: if period.is_open { fl!(texts, "calendar-kind-open") } else { fl!(texts, "calendar-kind-closed") },
        });
        Self { name: template.name, week_word, periods: periods.collect() }
    }
}

pub(super) async fn create(here: Here, State(app): State<App>, Form(fields): Form) -> Result {
    let (mut day, mut name) = (Field::required("day", fields.get("day")), Field::required("name", fields.get("name")));
    let typed = understood(here.lang, &mut day, &mut name);
    let mut tx = app.tx(&here.actor).await?;
    let permit = app.gate.permit::<actions::EditHolidays>(&here.actor, &here.place())?;
    if let Some((on, called)) = typed {
        if holidays::insert(&mut tx, &permit, on, &called).await? {
            tx.commit(permit.deed().with("added", on)).await?;
            return Ok(see_other("/holidays"));
        }
        day.error = Some(fl!(here.lang.texts(), "holidays-error-twice", day = words::date(here.lang, on)));
    }
    let read = read(&mut tx, &permit).await?;
    tx.commit(permit.deed().with("step", "refused")).await?;
    unprocessable(&Holidays::new(&app, &here, read, day, name))
}

fn understood(lang: Lang, day: &mut Field, name: &mut Field) -> Option<(Date, String)> {
    let texts = lang.texts();
    let on = wareki::parse(&day.value).ok();
    let called = Text::<NAME>::parse(&name.value);
    day.error = match (day.value.is_empty(), on) {
        (true, _) => Some(fl!(texts, "error-required", field = fl!(texts, "col-date"))),
        (false, None) => Some(fl!(texts, "error-not-a-date", field = fl!(texts, "col-date"))),
        _ => None,
    };
    let field = fl!(texts, "holidays-name");
    name.error = match &called {
        Ok(_) => None,
        Err(name::Refusal::Empty) => Some(fl!(texts, "error-required", field = field)),
        Err(name::Refusal::TooLong { written, most }) => {
            let (max, now): (usize, usize) = (*most, *written);
            Some(fl!(texts, "error-too-long", field = field, max = max, now = now))
        }
        Err(_) => Some(fl!(texts, "error-characters-hidden", field = field)),
    };
    on.zip(called.ok().map(String::from))
}

pub(super) async fn destroy(here: Here, State(app): State<App>, Path(day): Path<Date>, Form(_): Form) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let permit = app.gate.permit::<actions::EditHolidays>(&here.actor, &here.place())?;
    if !holidays::delete(&mut tx, &permit, day).await? {
        return Err(Error::Hidden);
    }
    tx.commit(permit.deed().with("removed", day)).await?;
    Ok(see_other("/holidays"))
}
