//! The month of a facility: which days are open, and why the others are not.

use askama::Template;
use axum::extract::State;
use i18n_embed_fl::fl;
use jiff::{ToSpan as _, civil::Date};

use crate::{
    domain::{
        calendar::{Calendar, ClosedBecause, DayKind, Month, Span},
        ids::{Id, Organization},
    },
    gate::{OrganizationFacts, Permit, actions},
    store::{
        Tx,
        calendar_days::{self, Named, Own},
        calendars::{self, ReadsCalendar},
        organizations,
    },
    web::{App, Error, ErrorLine, Field, Frame, Here, Lang, Path, Result, page, words},
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
    form_action: String,
    /// The facility's own page of the weeks of single children; the ward's desk sees no child.
    weekdays_href: Option<String>,
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

/// The member's own facility.
pub(super) async fn show(here: Here, State(app): State<App>) -> Result {
    let tx = app.tx(&here.actor).await?;
    answer(&app, &here, tx, here.place(), Base::own()).await
}

/// A facility by its address, as the ward's desk asks for it.
pub(super) async fn show_at(here: Here, State(app): State<App>, Path(id): Path<Id<Organization>>) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let place = organizations::facts(&mut tx, &here.actor, id).await?.ok_or(Error::Hidden)?;
    answer(&app, &here, tx, place, Base::at(id)).await
}

async fn answer(app: &App, here: &Here, mut tx: Tx, place: OrganizationFacts, base: Base) -> Result {
    let month = Month::read(here.query().get("month")).unwrap_or_else(|| Month::of(app.clock.today()));
    let permit = app.gate.permit::<actions::ReadCalendar>(&here.actor, &place)?;
    let read = read(&mut tx, &permit, month, base).await?;
    tx.commit(permit.deed().with("month", month.code())).await?;
    let may_edit = app.gate.permit::<actions::EditCalendar>(&here.actor, &place).is_ok();
    let form = may_edit.then(|| ClosureForm::empty(here.lang));
    page(&Show::new(app, here, &read, form))
}

/// Where a facility's calendar has its address: the own one, or that of any facility for the ward's desk.
#[derive(Debug, Clone)]
pub(super) struct Base(String);

impl Base {
    pub(super) fn own() -> Self {
        Self("/calendar".to_owned())
    }

    pub(super) fn at(id: Id<Organization>) -> Self {
        Self(format!("/organizations/{id}/calendar"))
    }

    pub(super) fn month(&self, month: Month) -> String {
        format!("{}?month={}", self.0, month.code())
    }

    /// The organization's page, for the desk's way back.
    fn above(&self) -> Option<&str> {
        self.0.strip_suffix("/calendar").filter(|above| !above.is_empty())
    }
}

/// What a month's page stands on.
pub(super) struct Read {
    base: Base,
    whose: String,
    month: Month,
    calendar: Calendar,
    own: Vec<Own>,
    named: Vec<Named>,
}

pub(super) async fn read<A: ReadsCalendar>(
    tx: &mut Tx,
    permit: &Permit<A>,
    month: Month,
    base: Base,
) -> crate::store::Result<Read> {
    let span = month.span();
    // What is to come belongs to the list below the month.
    let ahead = Span { from: span.from, to: span.from.saturating_add(1.year()) };
    Ok(Read {
        base,
        whose: organizations::name(tx, permit).await?,
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
        let own = read.own.iter().map(|own| closure(lang, own, form.is_some().then_some(&read.base)));
        let named = read.named.iter().filter(|named| matters(read, named)).map(|named| of_ward(lang, named));
        let mut frame = Frame::here(app, here, fl!(texts, "calendar-title"));
        if let Some(above) = read.base.above() {
            frame = frame.with_crumb("/organizations", fl!(texts, "organizations-title")).with_crumb(above, read.whose.as_str());
        }
        Self {
            frame,
            errors: Vec::new(),
            whose: read.whose.clone(),
            month_word: words::month(lang, month),
            prev: read.base.month(month.before()),
            next: read.base.month(month.after()),
            weekdays: words::weekdays(lang),
            weeks: weeks.collect(),
            closures: own.chain(named).collect(),
            form_action: format!("{}/days", read.base.0),
            weekdays_href: read.base.above().is_none().then(|| "/calendar/weekdays".to_owned()),
            form,
        }
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

/// With `base` it can be taken back.
fn closure(lang: Lang, own: &Own, base: Option<&Base>) -> Closure {
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
        remove_action: base.map(|base| format!("{}/days/{}/removal", base.0, own.id)),
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
