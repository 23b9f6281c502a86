//! The calendars of one child one after the other, so that a transfer does not start the counting anew.

use jiff::civil::Date;

use super::{Calendar, ClosedBecause, DayKind, Span, day_before};

/// How far back any counting looks, in calendar days: a school year and the vacations at both its ends.
pub(crate) const LOOK_BACK_DAYS: usize = 400;

/// The time a child is watched at one facility, and that facility's calendar.
#[derive(Debug, Clone)]
pub struct Stay {
    pub from: Date,
    /// The last day, `None` while it lasts.
    pub to: Option<Date>,
    pub calendar: Calendar,
}

/// All the stays of a child that the counting may reach.
#[derive(Debug, Clone, Default)]
pub struct ChildCalendar {
    stays: Vec<Stay>,
}

impl ChildCalendar {
    pub fn new(mut stays: Vec<Stay>) -> Self {
        stays.sort_by_key(|stay| stay.from);
        Self { stays }
    }

    /// One stay from `from` on, without an end.
    pub fn one(from: Date, calendar: Calendar) -> Self {
        Self { stays: vec![Stay { from, to: None, calendar }] }
    }

    /// What `day` is under the stay it falls in; where two stays overlap, the later one holds.
    pub fn open(&self, day: Date) -> DayKind {
        let covers = |stay: &&Stay| Span { from: stay.from, to: stay.to.unwrap_or(Date::MAX) }.has(day);
        self.stays.iter().rfind(covers).map_or(DayKind::Closed(ClosedBecause::NotWatched), |stay| stay.calendar.open(day))
    }

    /// Somebody is asked about this child on `day`, be it open or closed.
    pub fn is_watched(&self, day: Date) -> bool {
        self.open(day) != DayKind::Closed(ClosedBecause::NotWatched)
    }

    /// The first day anybody was asked about this child.
    pub fn first_day(&self) -> Option<Date> {
        self.stays.first().map(|stay| stay.from)
    }

    /// `from` and the days before it, newest first, as far back as any counting goes.
    pub(crate) fn days_back(&self, from: Date) -> impl Iterator<Item = Date> + use<> {
        let first = self.first_day();
        std::iter::successors(Some(from), |day| day_before(*day))
            .take(LOOK_BACK_DAYS)
            .take_while(move |day| first.is_some_and(|first| first <= *day))
    }

    /// Up to `n` open days, newest first, starting with `from` itself if it is open.
    pub fn open_days_back(&self, from: Date, n: usize) -> Vec<Date> {
        self.days_back(from).filter(|day| self.open(*day).is_open()).take(n).collect()
    }
}
