//! The days of a membership, both ends included.

use jiff::{ToSpan as _, civil::Date};
use serde::{Deserialize, Serialize};

use crate::domain::calendar::SchoolYear;

/// From a day to a day; without an end it goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Days", into = "Days")]
pub struct Term {
    from: Date,
    until: Option<Date>,
}

/// The two days before anybody checked them.
#[derive(Serialize, Deserialize)]
struct Days {
    from: Date,
    until: Option<Date>,
}

/// Why two days are no term.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("ends before it begins")]
    EndsBeforeItBegins,
}

impl Refusal {
    /// The id of the sentence that says it, to be looked up in the texts.
    pub const fn key(self) -> &'static str {
        match self {
            Self::EndsBeforeItBegins => "row-ends-before-it-begins",
        }
    }
}

impl Term {
    pub fn new(from: Date, until: Option<Date>) -> Result<Self, Refusal> {
        if until.is_some_and(|until| until < from) { Err(Refusal::EndsBeforeItBegins) } else { Ok(Self { from, until }) }
    }

    pub const fn from(self) -> Date {
        self.from
    }

    /// The last day.
    pub const fn until(self) -> Option<Date> {
        self.until
    }

    pub fn has(self, day: Date) -> bool {
        self.from <= day && !self.over(day)
    }

    /// Whether the last day lies before `day`.
    pub fn over(self, day: Date) -> bool {
        self.until.is_some_and(|until| until < day)
    }

    pub fn overlaps(self, other: Self) -> bool {
        let begins_in_time = |one: Self, other: Self| other.until.is_none_or(|until| one.from <= until);
        begins_in_time(self, other) && begins_in_time(other, self)
    }

    /// The part of the term within the two days, if any.
    pub fn within(self, first: Date, last: Date) -> Option<(Date, Date)> {
        let (from, until) = (self.from.max(first), self.until.map_or(last, |until| until.min(last)));
        (from <= until).then_some((from, until))
    }

    /// The same term ending on `day` at the latest; refused when it would end before it begins.
    pub fn ending(self, day: Date) -> Result<Self, Refusal> {
        Self::new(self.from, Some(self.until.map_or(day, |until| until.min(day))))
    }

    /// Whether it begins on `day`.
    pub(super) fn begins(self, day: Date) -> bool {
        self.from == day
    }

    /// Whether `day` is the first day on which it is over.
    pub(super) fn ended_the_day_before(self, day: Date) -> bool {
        self.until.is_some_and(|until| until.checked_add(1.day()).is_ok_and(|next| next == day))
    }
}

impl TryFrom<Days> for Term {
    type Error = Refusal;

    fn try_from(days: Days) -> Result<Self, Refusal> {
        Self::new(days.from, days.until)
    }
}

impl From<Term> for Days {
    fn from(term: Term) -> Self {
        Self { from: term.from, until: term.until }
    }
}

/// 3月31日 of the fiscal year of `day` (会計年度, 地方自治法208条): the last day of 会計年度任用職員 (地方公務員法22条の2), whose
/// appointment never outlasts the year it began in.
pub fn fiscal_year_end(day: Date) -> Date {
    SchoolYear::of(day).last()
}
