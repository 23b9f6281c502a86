//! The sheet of a day: who is asked about, what is recorded, by when.

use askama::Template;
use axum::{extract::State, response::Response};
use i18n_embed_fl::fl;
use jiff::civil::Date;

use super::{
    back::{self, Back},
    closing::Undo,
    row::{SheetRow, Voice},
};
use crate::{
    domain::{
        calendar::{self, Calendar, ChildCalendar, DayKind, Span},
        ids::{Id, Submission},
        slip::Month,
    },
    gate::{Permit, actions},
    store::{
        Tx, calendar_days,
        calendars::{self, FacilityDay},
        sheets::{self, Row, ShowsSheet},
        slip_reminders,
    },
    web::{App, Error, ErrorLine, Frame, Here, Path, Result, page, words},
};

/// How far back a missing report may still be entered.
const CATCH_UP_DAYS: i32 = 31;

#[derive(Debug, Template)]
#[template(path = "watch/sheet/show.html")]
pub(super) struct Sheet {
    frame: Frame,
    errors: Vec<ErrorLine>,
    action: String,
    pub(super) idempotency_key: String,
    date_iso: String,
    date_word: String,
    prev: Option<String>,
    next: Option<String>,
    deadline: String,
    sent_at: Option<String>,
    left: usize,
    late: bool,
    sent_by: Option<String>,
    /// Since when a missing report is reminded of.
    reminded_at: Option<String>,
    /// Monthly slips that are overdue, oldest first.
    slips: Vec<OwedSlip>,
    kind: String,
    done: usize,
    all: usize,
    /// Children who are not expected that day.
    excused: usize,
    /// Days before this one nobody reported, over all children.
    unreported: usize,
    closing_href: String,
    undo: Vec<Undo>,
    rows: Vec<SheetRow>,
}

#[derive(Debug, Template)]
#[template(path = "watch/sheet/closed.html")]
struct Closed {
    frame: Frame,
    date_word: String,
    why: String,
    prev: Option<String>,
    next: Option<String>,
    calendar_href: Option<String>,
    undo: Vec<Undo>,
}

/// A monthly slip that is overdue, and where it is made.
#[derive(Debug)]
struct OwedSlip {
    href: String,
    words: String,
}

impl OwedSlip {
    fn new(here: &Here, month: Month) -> Self {
        let word = words::month(here.lang, calendar::Month::of(month.first()));
        Self { href: format!("/slips/{month}"), words: fl!(here.lang.texts(), "sheet-slip-open", month = word) }
    }
}

#[derive(Debug, Template)]
#[template(path = "watch/sheet/empty.html")]
struct Empty {
    frame: Frame,
    date_word: String,
}

/// The day as the database has it: rows of open children, and why the others are not asked about.
#[derive(Debug)]
pub(super) struct Day {
    pub date: Date,
    pub rows: Vec<Row>,
    pub closed: Vec<(Row, DayKind)>,
    pub facility: FacilityDay,
    /// The months whose slip is overdue, oldest first.
    pub slips: Vec<Month>,
}

impl Day {
    pub(super) async fn load<A: ShowsSheet + calendars::ReadsCalendar>(tx: &mut Tx, permit: &Permit<A>, day: Date) -> Result<Self> {
        let facility = calendars::of_facility(tx, permit, day).await?;
        let (mut rows, mut closed) = (Vec::new(), Vec::new());
        for row in sheets::rows(tx, permit, day).await? {
            match facility.layers.of_child(&row.class, row.own_week).open(day) {
                DayKind::Open => rows.push(row),
                kind @ DayKind::Closed(_) => closed.push((row, kind)),
            }
        }
        Ok(Self { date: day, rows, closed, facility, slips: Vec::new() })
    }

    pub(super) fn voice(here: &Here) -> Voice {
        Voice { lang: here.lang, kind: here.acting.organization_kind.facility().map_or("school", words::wording) }
    }

    pub(super) fn calendar(&self, row: &Row) -> Calendar {
        self.facility.layers.of_child(&row.class, row.own_week)
    }

    /// The four weeks before, of one child.
    pub(super) fn back(&self, voice: Voice, row: &Row) -> Back {
        Back::new(voice, row, &self.calendar(row), self.date)
    }

    /// Everybody the facility is asked about, expected that day or not.
    pub(super) fn everybody(&self) -> impl Iterator<Item = &Row> {
        self.rows.iter().chain(self.closed.iter().map(|(row, _)| row))
    }

    fn unreported(&self) -> usize {
        self.everybody().map(|row| back::unreported(row, &self.calendar(row), self.date).len()).sum()
    }

    /// The page, with rows already filled in or refused.
    pub(super) fn sheet(&self, app: &App, here: &Here, rows: Vec<SheetRow>, errors: Vec<ErrorLine>) -> Sheet {
        let today = app.clock.today();
        let texts = here.lang.texts();
        let date_word = words::date(here.lang, self.date);
        let title =
            if self.date == today { fl!(texts, "sheet-title") } else { fl!(texts, "sheet-title-day", date = date_word.as_str()) };
        let left = self.rows.iter().filter(|row| row.recorded.is_none()).count();
        let reminder = self.facility.times.reminder;
        let is_reminded = self.date == today && left > 0 && app.clock.time_of_day() >= reminder;
        let last = self.rows.iter().filter_map(|row| row.recorded.as_ref()).max_by_key(|recorded| recorded.at);
        Sheet {
            frame: Frame::here(app, here, title),
            errors,
            action: format!("/sheet/{}", self.date),
            idempotency_key: Id::<Submission>::random().to_string(),
            date_iso: self.date.to_string(),
            prev: previous(self.date, today),
            next: next(self.date, today),
            deadline: words::time(self.facility.times.facility_cutoff),
            sent_at: last.map(|last| words::time_of_day(last.at)),
            sent_by: last.and_then(|last| last.who.clone()),
            left,
            reminded_at: is_reminded.then(|| words::time(reminder)),
            slips: self.slips.iter().map(|month| OwedSlip::new(here, *month)).collect(),
            late: self.facility.times.is_late(self.date, today, app.clock.time_of_day()),
            kind: Self::voice(here).kind.to_owned(),
            done: rows.iter().filter(|row| row.choices.iter().chain(&row.more).any(|choice| choice.chosen)).count(),
            all: rows.len(),
            excused: self.closed.len(),
            unreported: if self.date == today { self.unreported() } else { 0 },
            closing_href: format!("/sheet/{}/closing", self.date),
            undo: Vec::new(),
            date_word,
            rows,
        }
    }
}

fn previous(day: Date, today: Date) -> Option<String> {
    day.yesterday().ok().filter(|day| is_in_reach(*day, today)).map(|day| format!("/sheet/{day}"))
}

fn next(day: Date, today: Date) -> Option<String> {
    day.tomorrow().ok().filter(|day| *day <= today).map(|day| format!("/sheet/{day}"))
}

/// Today, and the days before it that can still be caught up with.
pub(super) fn is_in_reach(day: Date, today: Date) -> bool {
    let first = today.saturating_sub(jiff::Span::new().days(CATCH_UP_DAYS));
    first <= day && day <= today
}

pub(super) async fn index(here: Here, State(app): State<App>) -> Result {
    let today = app.clock.today();
    answer(&here, &app, today).await
}

pub(super) async fn show(here: Here, State(app): State<App>, Path(day): Path<Date>) -> Result {
    if !is_in_reach(day, app.clock.today()) {
        return Err(Error::Hidden);
    }
    answer(&here, &app, day).await
}

async fn answer(here: &Here, app: &App, day: Date) -> Result<Response> {
    let permit = app.gate.permit::<actions::ReadSheet>(&here.actor, &here.place())?;
    let mut tx = app.tx(&here.actor).await?;
    let mut loaded = Day::load(&mut tx, &permit, day).await?;
    let span = Span { from: day, to: day };
    let own = calendar_days::own(&mut tx, &permit, span).await?;
    loaded.slips = slip_reminders::owed(&mut tx, &permit).await?;
    tx.commit(permit.deed().with("day", day).with("children", loaded.rows.len())).await?;
    let undo: Vec<_> = own.iter().filter(|own| own.span == span && !own.is_open).map(|own| Undo::new(here, day, own)).collect();

    let texts = here.lang.texts();
    if loaded.rows.is_empty() && loaded.closed.is_empty() {
        let frame = Frame::here(app, here, fl!(texts, "sheet-title"));
        return page(&Empty { frame, date_word: words::date(here.lang, day) });
    }
    if loaded.rows.is_empty() {
        return page(&Closed { undo, ..closed(&loaded, app, here) });
    }
    let voice = Day::voice(here);
    let rows = loaded.rows.iter().map(|row| SheetRow::new(voice, row, None).looking_back(loaded.back(voice, row))).collect();
    page(&Sheet { undo, ..loaded.sheet(app, here, rows, Vec::new()) })
}

fn closed(loaded: &Day, app: &App, here: &Here) -> Closed {
    let today = app.clock.today();
    let calendar = ChildCalendar::one(loaded.date, loaded.facility.layers.calendar(""));
    let of_class = loaded.closed.first().map(|(_, kind)| *kind);
    let because = match (calendar.open(loaded.date), of_class) {
        (DayKind::Closed(because), _) | (DayKind::Open, Some(DayKind::Closed(because))) => Some(because),
        _ => None,
    };
    Closed {
        frame: Frame::here(app, here, fl!(here.lang.texts(), "sheet-title")),
        date_word: words::date(here.lang, loaded.date),
        why: because.map(|because| words::closed_because(here.lang, because)).unwrap_or_default(),
        prev: previous(loaded.date, today),
        next: next(loaded.date, today),
        calendar_href: Some("/calendar".to_owned()),
        undo: Vec::new(),
    }
}
