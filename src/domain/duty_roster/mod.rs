//! 当番表: whose turn it is at an office at any moment, by the week, with single days beside it.

#[cfg(test)]
mod tests;

use std::collections::HashMap;

use jiff::{
    ToSpan as _,
    civil::{Date, DateTime, Time, Weekday, time},
};

use super::{
    calendar::Office,
    coded::coded,
    ids::{Id, Person},
};

coded! {
    /// Half of a day of duty.
    pub enum Shift {
        /// 日中: while offices work, also on days they are closed.
        Day = "day",
        /// 夜間: until the next morning; it belongs to the day it begins on.
        Night = "night",
    }
}

/// When the day's duty begins, and the night's (8:30 and 17:15, as the offices work).
const MORNING: Time = time(8, 30, 0, 0);
const EVENING: Time = time(17, 15, 0, 0);

/// A line of the weekly table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Row {
    Weekday(Weekday),
    /// 祝日・年末年始: any other day from Monday to Friday on which the office is closed.
    Holiday,
}

impl Row {
    /// In the order of the table: Monday to Sunday, then holidays.
    pub const ALL: [Self; 8] = [
        Self::Weekday(Weekday::Monday),
        Self::Weekday(Weekday::Tuesday),
        Self::Weekday(Weekday::Wednesday),
        Self::Weekday(Weekday::Thursday),
        Self::Weekday(Weekday::Friday),
        Self::Weekday(Weekday::Saturday),
        Self::Weekday(Weekday::Sunday),
        Self::Holiday,
    ];

    /// As it is stored: ISO 8601, and 0 for holidays.
    pub fn number(self) -> i8 {
        match self {
            Self::Weekday(weekday) => weekday.to_monday_one_offset(),
            Self::Holiday => 0,
        }
    }

    pub fn from_number(number: i8) -> Option<Self> {
        Self::ALL.into_iter().find(|row| row.number() == number)
    }

    /// The line that holds on a day.
    pub fn of(day: Date, office: &Office) -> Self {
        let weekday = day.weekday();
        let weekend = matches!(weekday, Weekday::Saturday | Weekday::Sunday);
        if weekend || office.is_business_day(day) { Self::Weekday(weekday) } else { Self::Holiday }
    }
}

/// One turn: a day and which half of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Turn {
    pub day: Date,
    pub shift: Shift,
}

impl Turn {
    /// The turn a moment in Japan falls into: before the morning it is still the night of the day before.
    pub fn at(moment: DateTime) -> Self {
        let (day, at) = (moment.date(), moment.time());
        if at < MORNING {
            Self { day: day.checked_sub(1.day()).unwrap_or(day), shift: Shift::Night }
        } else if at < EVENING {
            Self { day, shift: Shift::Day }
        } else {
            Self { day, shift: Shift::Night }
        }
    }
}

/// The roster of one office.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DutyRoster {
    pub weekly: HashMap<(Row, Shift), Id<Person>>,
    pub days: HashMap<Turn, Id<Person>>,
}

impl DutyRoster {
    /// Who is on duty; `None` is a gap.
    pub fn on_duty(&self, turn: Turn, office: &Office) -> Option<Id<Person>> {
        let weekly = || self.weekly.get(&(Row::of(turn.day, office), turn.shift));
        self.days.get(&turn).or_else(weekly).copied()
    }
}
