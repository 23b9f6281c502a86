//! 休業日のひな形: the ward's calendars for kinds of facilities, and a new one.

use askama::Template;
use axum::extract::State;
use i18n_embed_fl::fl;

use crate::{
    domain::{
        calendar::Week,
        ids::Id,
        name::{self, Text},
    },
    gate::actions,
    store::templates::{self, Line},
    web::{App, Choice, ErrorLine, Field, Fields, Form, Frame, Here, Lang, Result, page, see_other, unprocessable, words},
};

const NAME: usize = 40;

#[derive(Debug, Template)]
#[template(path = "watch/calendar/templates.html")]
struct Templates {
    frame: Frame,
    rows: Vec<TemplateRow>,
}

#[derive(Debug)]
struct TemplateRow {
    href: String,
    name: String,
    week_word: String,
    facilities: i64,
}

#[derive(Debug, Template)]
#[template(path = "watch/calendar/template_new.html")]
struct New {
    frame: Frame,
    errors: Vec<ErrorLine>,
    form: WeekForm,
}

/// Name, days of the week and holidays of a template.
#[derive(Debug)]
pub(super) struct WeekForm {
    pub(super) name: Field,
    /// Check boxes, Monday first.
    pub(super) weekdays: Vec<Choice>,
    pub(super) weekdays_error: Option<String>,
    /// One check box: also open on holidays.
    pub(super) holidays: Vec<Choice>,
}

/// 月・火・水・木・金に開所、祝日は休み
pub(super) fn open_words(lang: Lang, week: Week, open_on_holidays: bool) -> String {
    let days = words::week(lang, week);
    if open_on_holidays {
        fl!(lang.texts(), "holidays-open-always", days = days)
    } else {
        fl!(lang.texts(), "holidays-open", days = days)
    }
}

impl WeekForm {
    pub(super) fn shown(lang: Lang, name: &str, week: Week, open_on_holidays: bool) -> Self {
        let weekdays = (1..=7_i16).map(|iso| {
            let day = Week::from_iso_weekdays(&[iso]);
            let chosen = week.bits() & day.bits() != 0;
            Choice { value: iso.to_string(), label: words::week(lang, day), chosen, asks: false }
        });
        let label = fl!(lang.texts(), "templates-holidays");
        Self {
            name: Field::required("name", name),
            weekdays: weekdays.collect(),
            weekdays_error: None,
            holidays: vec![Choice { value: "1".to_owned(), label, chosen: open_on_holidays, asks: false }],
        }
    }

    /// The form as typed, and what it says; `None` when the fields now say what to mend.
    pub(super) fn read(lang: Lang, typed: &Fields, code: &str) -> (Self, Option<Line>) {
        let texts = lang.texts();
        let days: Vec<i16> = typed.all("weekday").filter_map(|day| day.parse().ok()).collect();
        let week = Week::from_iso_weekdays(&days);
        let open_on_holidays = typed.get("holidays") == "1";
        let mut form = Self::shown(lang, typed.get("name"), week, open_on_holidays);
        let field = fl!(texts, "templates-name");
        let name = Text::<NAME>::parse(typed.get("name"));
        form.name.error = match &name {
            Ok(_) => None,
            Err(name::Refusal::Empty) => Some(fl!(texts, "error-required", field = field)),
            Err(name::Refusal::TooLong { written, most }) => {
                let (max, now): (usize, usize) = (*most, *written);
                Some(fl!(texts, "error-too-long", field = field, max = max, now = now))
            }
            Err(_) => Some(fl!(texts, "error-characters-hidden", field = field)),
        };
        if week.bits() == 0 {
            form.weekdays_error = Some(fl!(texts, "templates-error-week"));
        }
        let line = name.ok().filter(|_| week.bits() != 0).map(|name| Line {
            code: code.to_owned(),
            name: String::from(name),
            week,
            open_on_holidays,
            facilities: 0,
        });
        (form, line)
    }

    pub(super) fn errors(&self) -> Vec<ErrorLine> {
        let mut errors = ErrorLine::of([&self.name]);
        errors.extend(self.weekdays_error.iter().map(|text| ErrorLine { href: "#weekday".to_owned(), text: text.clone() }));
        errors
    }
}

pub(super) async fn index(here: Here, State(app): State<App>) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let permit = app.gate.permit::<actions::EditTemplates>(&here.actor, &here.place())?;
    let lines = templates::lines(&mut tx, &permit).await?;
    tx.commit(permit.deed().with("templates", lines.len())).await?;
    let lang = here.lang;
    let rows = lines.into_iter().map(|line| TemplateRow {
        href: format!("/templates/{}", line.code),
        week_word: open_words(lang, line.week, line.open_on_holidays),
        name: line.name,
        facilities: line.facilities,
    });
    page(&Templates { rows: rows.collect(), frame: Frame::here(&app, &here, fl!(lang.texts(), "templates-title")) })
}

fn new_page(app: &App, here: &Here, form: WeekForm) -> New {
    let texts = here.lang.texts();
    New {
        frame: Frame::here(app, here, fl!(texts, "templates-new")).with_crumb("/templates", fl!(texts, "templates-title")),
        errors: form.errors(),
        form,
    }
}

pub(super) async fn new(here: Here, State(app): State<App>) -> Result {
    let tx = app.tx(&here.actor).await?;
    let permit = app.gate.permit::<actions::EditTemplates>(&here.actor, &here.place())?;
    tx.commit(permit.deed().with("step", "form")).await?;
    page(&new_page(&app, &here, WeekForm::shown(here.lang, "", Week::SCHOOL, false)))
}

pub(super) async fn create(here: Here, State(app): State<App>, Form(typed): Form) -> Result {
    let code = format!("own_{}", Id::<()>::random().uuid().simple());
    let (mut form, line) = WeekForm::read(here.lang, &typed, &code);
    let mut tx = app.tx(&here.actor).await?;
    let permit = app.gate.permit::<actions::EditTemplates>(&here.actor, &here.place())?;
    if let Some(line) = line {
        if templates::insert(&mut tx, &permit, &line).await? {
            tx.commit(permit.deed().with("template", &code).with("weekdays", line.week.iso_weekdays())).await?;
            return Ok(see_other(&format!("/templates/{code}")));
        }
        form.name.error = Some(fl!(here.lang.texts(), "templates-error-name"));
    }
    tx.commit(permit.deed().with("step", "refused")).await?;
    unprocessable(&new_page(&app, &here, form))
}
