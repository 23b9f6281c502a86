//! A child's days written as one line, for tests: one word per calendar day, so that weekends stay visible.

use std::sync::Arc;

use jiff::{
    ToSpan as _,
    civil::{Date, date},
};

use super::{Look, Phase};
use crate::domain::{
    attendance::{Confirmation, Contact, Mark, Reason, Sign, Status},
    calendar::{Calendar, ChildCalendar, Exception, Holidays, Span, Template, Week},
    history::{History, Reported},
};

/// A written story: the days, and the calendar they are counted on.
#[derive(Debug, Clone)]
pub(crate) struct Story {
    pub(crate) history: History,
    pub(crate) calendar: ChildCalendar,
    pub(crate) as_of: Date,
    pub(crate) phase: Phase,
}

impl Story {
    /// Days from `first` on, at a public school whose watch began with that day. Words are status codes; `A` was
    /// announced as illness; `A!` nobody called; `A~` called without a reason; `HO+` confirmed; `P*` a sign; `.` no report.
    pub(crate) fn school(first: Date, words: &str) -> Self {
        Self::at(school(), first, words)
    }

    pub(crate) fn at(calendar: Calendar, first: Date, words: &str) -> Self {
        let days: Vec<_> = words.split_whitespace().enumerate().map(|(n, word)| (after(first, n), word)).collect();
        let reports = days.iter().filter_map(|(day, word)| Some((*day, reported(word, *day)?)));
        Self {
            history: reports.collect(),
            calendar: ChildCalendar::one(first, calendar),
            as_of: days.last().expect("a story has days").0,
            phase: Phase::AfterNotice,
        }
    }

    pub(crate) fn before_cutoff(mut self) -> Self {
        self.phase = Phase::BeforeCutoff;
        self
    }

    /// What `Story::school` would call `word`, on another day or instead of what was reported.
    pub(crate) fn corrected(mut self, day: Date, word: &str) -> Self {
        self.history.replace(day, reported(word, day).expect("a correction is a report"));
        self
    }

    pub(crate) fn look(&self) -> Look<'_> {
        Look { history: &self.history, calendar: &self.calendar, as_of: self.as_of, phase: self.phase }
    }
}

pub(crate) fn after(day: Date, n: usize) -> Date {
    day.saturating_add(i64::try_from(n).expect("a short story").days())
}

/// The report a word stands for; `None` for `.`.
pub(crate) fn reported(word: &str, day: Date) -> Option<Reported> {
    let bare = word.trim_end_matches(['!', '~', '+', '*']);
    let mut mark = Mark::only(Status::from_code(bare).or_else(|| (bare != ".").then(|| panic!("no status {word}")))?);
    if mark.status == Status::Absent {
        (mark.contact, mark.reason) = match word.strip_prefix(bare) {
            Some("!") => (Some(Contact::None), Some(Reason::Unknown)),
            Some("~") => (Some(Contact::Before), Some(Reason::Unknown)),
            _ => (Some(Contact::Before), Some(Reason::Illness)),
        };
    }
    if word.ends_with('+') {
        mark.confirmation = Some(Confirmation { by: "病棟 看護師".to_owned(), on: day });
    }
    if word.ends_with('*') {
        mark.signs = vec![Sign::Injury];
    }
    Some(Reported::of(&mark, day))
}

/// The holidays of the school year 2026, and of the spring before it.
pub(crate) fn holidays() -> Arc<Holidays> {
    let in_2026 =
        [(3, 20), (4, 29), (5, 3), (5, 4), (5, 5), (5, 6), (7, 20), (8, 11), (9, 21), (9, 22), (9, 23), (10, 12), (11, 3)];
    let later = [date(2026, 11, 23), date(2027, 1, 1), date(2027, 1, 11), date(2027, 2, 11), date(2027, 2, 23), date(2027, 3, 22)];
    Arc::new(in_2026.map(|(month, day)| date(2026, month, day)).into_iter().chain(later).collect())
}

/// A public elementary school: Monday to Friday, with its vacations.
pub(crate) fn school() -> Calendar {
    let vacations = vec![
        Span { from: date(2026, 3, 26), to: date(2026, 4, 5) },
        Span { from: date(2026, 7, 18), to: date(2026, 8, 31) },
        Span { from: date(2026, 12, 26), to: date(2027, 1, 7) },
    ];
    let template = Template { week: Week::SCHOOL, closed_on_holidays: true, vacations, extra_open: vec![date(2026, 10, 10)] };
    Calendar::plain(holidays(), Arc::new(template))
}

/// A public nursery: Monday to Saturday, closed 12/29–1/3.
pub(crate) fn nursery() -> Calendar {
    let vacations = vec![Span { from: date(2026, 12, 29), to: date(2027, 1, 3) }];
    let template = Template { week: Week::NURSERY, closed_on_holidays: true, vacations, extra_open: vec![] };
    Calendar::plain(holidays(), Arc::new(template))
}

/// `calendar` with the child's class closed from one day to another.
pub(crate) fn class_closed(mut calendar: Calendar, from: Date, to: Date) -> Calendar {
    calendar.class = calendar.class.iter().copied().chain([Exception::closed(from, to)]).collect();
    calendar
}
