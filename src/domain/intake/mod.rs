//! What a school's system delivers about one child and one day: taken in, left as it is, or refused, by what is known of the child.
//!
//! A system writes and never reads: what a person has recorded stays, and the answer does not tell whether it was the same.

#[cfg(test)]
mod tests;

use jiff::civil::{Date, Time};

use super::{
    attendance::{DayContext, Mark, MarkInput, MarkRefusal},
    calendar::{Calendar, DayKind},
    coded::coded,
    times::Times,
};

/// How far back attendance may be delivered: as far as the sheet can be caught up with.
pub const DAYS_BACK: i64 = 31;

coded! {
    /// What became of a row.
    pub enum Outcome {
        /// The first report of that day.
        Accepted = "accepted",
        /// Another version of what a system of the facility had sent.
        Corrected = "corrected",
        /// The same as a system of the facility had sent.
        Unchanged = "unchanged",
        /// A person recorded the day: it stays, whatever it says.
        Kept = "kept",
        /// No request in force for this facility on that day: never was, over, elsewhere, or no reference at all.
        UnknownChild = "unknown_child",
        /// The same child and day stand in an earlier row.
        Duplicate = "duplicate",
        /// In the future, or too long ago.
        OutOfReach = "out_of_reach",
        /// The child is not expected that day.
        ClosedDay = "closed_day",
        /// The time of free corrections is over, and no reason was given.
        NeedsReason = "needs_reason",
        /// A field says what cannot be, or leaves out what is needed.
        Invalid = "invalid",
    }
}

impl Outcome {
    /// Whether the row has to be mended or left out.
    pub const fn is_refusal(self) -> bool {
        !matches!(self, Self::Accepted | Self::Corrected | Self::Unchanged | Self::Kept)
    }
}

/// One row, read field by field.
#[derive(Debug)]
pub struct Said<'a> {
    pub day: Date,
    pub input: &'a MarkInput,
    /// Why it differs from what was sent before.
    pub why: &'a str,
}

/// What the hub knows of the child on that day.
#[derive(Debug)]
pub struct Known {
    pub calendar: Calendar,
    pub recorded: Option<Recorded>,
}

/// The latest version of the day's report.
#[derive(Debug, Clone)]
pub struct Recorded {
    pub version: i32,
    /// What a system of the facility sent; `None` when a person wrote it.
    pub by_system: Option<Mark>,
}

/// Now, by the clock and the facility's times of the day.
#[derive(Debug, Clone, Copy)]
pub struct Moment {
    pub today: Date,
    pub time: Time,
    pub times: Times,
}

/// What is to be done with a row.
#[derive(Debug, PartialEq, Eq)]
pub enum Ruling {
    Take { version: i32, mark: Mark },
    Leave(Outcome),
    Mend(Vec<MarkRefusal>),
}

impl Moment {
    pub fn reaches(&self, day: Date) -> bool {
        let first = self.today.saturating_sub(jiff::Span::new().days(DAYS_BACK));
        first <= day && day <= self.today
    }
}

/// Rules on a row. What can be said without knowing the child is said first, so that nothing else depends on who is known.
pub fn rule(said: &Said<'_>, known: Option<&Known>, moment: &Moment) -> Ruling {
    if !moment.reaches(said.day) {
        return Ruling::Leave(Outcome::OutOfReach);
    }
    let mark = match said.input.check(&DayContext { day: said.day, kind: DayKind::Open, today: moment.today }) {
        Ok(mark) => mark,
        Err(refusals) => return Ruling::Mend(refusals),
    };
    let Some(known) = known else { return Ruling::Leave(Outcome::UnknownChild) };
    if !known.calendar.open(said.day).is_open() {
        return Ruling::Leave(Outcome::ClosedDay);
    }
    match &known.recorded {
        None => Ruling::Take { version: 1, mark },
        Some(Recorded { by_system: None, .. }) => Ruling::Leave(Outcome::Kept),
        Some(Recorded { by_system: Some(before), .. }) if *before == mark => Ruling::Leave(Outcome::Unchanged),
        Some(_) if said.why.is_empty() && !moment.times.is_free(said.day, moment.today, moment.time) => {
            Ruling::Leave(Outcome::NeedsReason)
        }
        Some(Recorded { version, .. }) => Ruling::Take { version: version + 1, mark },
    }
}
