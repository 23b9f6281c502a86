//! The month of a facility: which days are open, and why the others are not.

use askama::Template;
use axum::extract::State;
use i18n_embed_fl::fl;
use jiff::{ToSpan as _, civil::Date};

use super::month::Month;
use crate::{
    domain::{
        calendar::{Calendar, ClosedBecause, DayKind, Span},
        wareki,
    },
    gate::{Permit, actions},
    store::{
        Tx,
        calendar_days::{self, Named, Own},
        calendars::{self, ReadsCalendar},
    },
    web::{App, ErrorLine, Field, Frame, Here, Lang, Result, page, words},
};

#[derive(Debug, Template)]
#[template(path = "watch/calendar/show.html")]
pub(super) struct Show {
    pub(super) frame: Frame,
    pub(super) errors: Vec<ErrorLine>,
    whose: String,
    month_word: String,
    prev: String,
    next: String,
    weekdays: Vec<String>,
    weeks: Vec<Vec<CalendarDay>>,
    pub(super) form: Option<ClosureForm>,
    closures: Vec<Closure>,
}

#[derive(Debug)]
struct CalendarDay {
    iso: String,
    number: i8,
    kind: &'static str,
    label: String,
    today: bool,
}

#[derive(Debug)]
pub(super) struct ClosureForm {
    pub(super) from: Field,
    pub(super) until: Field,
    pub(super) kind: Field,
    pub(super) class: Field,
    pub(super) label: Field,
}

#[derive(Debug)]
struct Closure {
    date_word: String,
    kind_word: String,
    note: String,
    origin_word: String,
    remove_action: Option<String>,
}

pub(super) async fn show(here: Here, State(app): State<App>) -> Result {
    let month = Month::read(here.query().get("month")).unwrap_or_else(|| Month::of(app.clock.today()));
    let mut tx = app.tx(&here.actor).await?;
    let permit = app.gate.permit::<actions::ReadCalendar>(&here.actor, &here.place())?;
    let read = read(&mut tx, &permit, month).await?;
    tx.commit(permit.deed().with("month", month.code())).await?;
    let may_edit = app.gate.permit::<actions::EditCalendar>(&here.actor, &here.place()).is_ok();
    let form = may_edit.then(|| ClosureForm::empty(here.lang));
    page(&Show::new(&app, &here, &read, form))
}

/// What a month's page stands on.
pub(super) struct Read {
    month: Month,
    calendar: Calendar,
    own: Vec<Own>,
    named: Vec<Named>,
}

pub(super) async fn read<A: ReadsCalendar>(tx: &mut Tx, permit: &Permit<A>, month: Month) -> crate::store::Result<Read> {
    let span = month.span();
    // What is to come belongs to the list below the month.
    let ahead = Span { from: span.from, to: span.from.saturating_add(1.year()) };
    Ok(Read {
        month,
        calendar: calendars::of_facility(tx, permit, month.first()).await?.layers.calendar(""),
        own: calendar_days::own(tx, permit, ahead).await?,
        named: calendar_days::named(tx, permit, span).await?,
    })
}

impl Show {
    pub(super) fn new(app: &App, here: &Here, read: &Read, form: Option<ClosureForm>) -> Self {
        let (lang, month) = (here.lang, read.month);
        let texts = lang.texts();
        let today = app.clock.today();
        let weeks = month.weeks().into_iter().map(|week| week.into_iter().map(|day| cell(lang, read, day, today)).collect());
        let link = |month: Month| format!("/calendar?month={}", month.code());
        let own = read.own.iter().map(|own| closure(lang, own, form.is_some()));
        let named = read.named.iter().filter(|named| matters(read, named)).map(|named| of_ward(lang, named));
        Self {
            frame: Frame::here(app, here, fl!(texts, "calendar-title")),
            errors: Vec::new(),
            whose: here.acting.organization_name.clone(),
            month_word: month_word(lang, month),
            prev: link(month.before()),
            next: link(month.after()),
            weekdays: vec![
                fl!(texts, "calendar-weekday-sunday"),
                fl!(texts, "calendar-weekday-monday"),
                fl!(texts, "calendar-weekday-tuesday"),
                fl!(texts, "calendar-weekday-wednesday"),
                fl!(texts, "calendar-weekday-thursday"),
                fl!(texts, "calendar-weekday-friday"),
                fl!(texts, "calendar-weekday-saturday"),
            ],
            weeks: weeks.collect(),
            closures: own.chain(named).collect(),
            form,
        }
    }
}

/// 令和8年11月, November 2026.
fn month_word(lang: Lang, month: Month) -> String {
    match lang {
        Lang::Ja => wareki::long(month.first()).trim_end_matches("1日").to_owned(),
        Lang::En => month.first().strftime("%B %Y").to_string(),
    }
}

/// A holiday on which the facility is open says nothing to it.
fn matters(read: &Read, named: &Named) -> bool {
    !named.is_holiday || !read.calendar.open(named.span.from).is_open()
}

fn cell(lang: Lang, read: &Read, day: Date, today: Date) -> CalendarDay {
    let kind = match read.calendar.open(day) {
        _ if !read.month.span().has(day) => "out",
        DayKind::Open => "open",
        DayKind::Closed(ClosedBecause::Holiday) => "holiday",
        DayKind::Closed(_) => "closed",
    };
    CalendarDay { iso: day.to_string(), number: day.day(), kind, label: label(lang, read, day), today: day == today }
}

/// The name somebody gave to the day, else the reason it is closed; classes that stay at home on an open day.
fn label(lang: Lang, read: &Read, day: Date) -> String {
    let own = |class: bool| read.own.iter().rev().filter(move |own| own.span.has(day) && own.class.is_empty() != class);
    let named = |holiday: bool| read.named.iter().find(|named| named.is_holiday == holiday && named.span.has(day));
    match read.calendar.open(day) {
        DayKind::Open => {
            let opened = own(false).find(|own| own.is_open).map(|own| own.label.clone());
            let classes = own(true)
                .filter(|own| !own.is_open)
                .map(|own| fl!(lang.texts(), "calendar-class-closed", class = own.class.as_str()));
            opened.into_iter().chain(classes).collect::<Vec<_>>().join(" ")
        }
        DayKind::Closed(because) => {
            let given = match because {
                ClosedBecause::Facility => own(false).find(|own| !own.is_open).map(|own| own.label.clone()),
                ClosedBecause::Holiday => named(true).map(|named| named.label.clone()),
                ClosedBecause::Vacation => named(false).map(|named| named.label.clone()),
                _ => None,
            };
            given.unwrap_or_else(|| words::closed_because(lang, because))
        }
    }
}

fn closure(lang: Lang, own: &Own, may_edit: bool) -> Closure {
    let texts = lang.texts();
    let (kind_word, origin_word) = match (own.is_open, own.class.is_empty()) {
        (true, _) => (fl!(texts, "calendar-kind-open"), fl!(texts, "calendar-origin-facility")),
        (false, true) => (fl!(texts, "calendar-kind-closed"), fl!(texts, "calendar-origin-facility")),
        (false, false) => (fl!(texts, "calendar-kind-class-closed"), own.class.clone()),
    };
    Closure {
        date_word: span_word(lang, own.span),
        kind_word,
        note: own.label.clone(),
        origin_word,
        remove_action: may_edit.then(|| format!("/calendar/days/{}/removal", own.id)),
    }
}

fn of_ward(lang: Lang, named: &Named) -> Closure {
    let texts = lang.texts();
    let (kind_word, origin_word) = if named.is_holiday {
        (fl!(texts, "calendar-kind-holiday"), fl!(texts, "calendar-origin-holiday"))
    } else {
        (fl!(texts, "calendar-kind-closed"), fl!(texts, "calendar-origin-template"))
    };
    Closure { date_word: span_word(lang, named.span), kind_word, note: named.label.clone(), origin_word, remove_action: None }
}

/// One day, or from one day to another.
pub(super) fn span_word(lang: Lang, span: Span) -> String {
    if span.from == span.to {
        return words::date(lang, span.from);
    }
    fl!(lang.texts(), "calendar-span", from = words::date(lang, span.from), until = words::date(lang, span.to))
}

impl ClosureForm {
    pub(super) fn empty(lang: Lang) -> Self {
        Self::typed(lang, |_| "")
    }

    /// The form as it was typed.
    pub(super) fn typed<'a>(lang: Lang, get: impl Fn(&'static str) -> &'a str) -> Self {
        let texts = lang.texts();
        let kinds = [
            ("closed", fl!(texts, "calendar-kind-closed")),
            ("class", fl!(texts, "calendar-kind-class-closed")),
            ("open", fl!(texts, "calendar-kind-open")),
        ];
        Self {
            from: Field::required("from", get("from")),
            until: Field::optional("until", get("until")),
            kind: Field::required("kind", get("kind")).with_choices(kinds.map(|(code, word)| (code.to_owned(), word))),
            class: Field::optional("class", get("class")),
            label: Field::required("label", get("label")),
        }
    }

    pub(super) fn errors(&self) -> Vec<ErrorLine> {
        ErrorLine::of([&self.from, &self.until, &self.kind, &self.class, &self.label])
    }
}
