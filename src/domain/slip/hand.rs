//! A month written down by hand: the days the child stayed away, and the word that it came on all others.

use jiff::civil::Date;

use super::{Absence, Entry, Month};
use crate::domain::{
    attendance::{Contact, Mark, Reason, Status},
    calendar::ChildCalendar,
};

/// A month has no more days.
pub const MOST_LINES: usize = 31;

/// One day the child stayed away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HandLine {
    pub day: Date,
    pub status: Status,
    pub contact: Option<Contact>,
    pub reason: Option<Reason>,
    pub note: String,
}

/// What was written about one child.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hand {
    pub lines: Vec<HandLine>,
    pub late: u32,
    pub left_early: u32,
}

/// What does not fit together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HandFault {
    #[error("line {0}: the day is not in the month")]
    OutsideMonth(usize),
    #[error("line {0}: nobody was expected that day")]
    Closed(usize),
    #[error("line {0}: the day stands twice")]
    Twice(usize),
    #[error("line {0}: an absence without contact or reason")]
    Unexplained(usize),
    #[error("more late days than days the child came")]
    TooLate,
    #[error("more days left early than days the child came")]
    TooEarly,
}

impl Hand {
    /// What is known of an entry written before, to be written on.
    pub fn of(entry: &Entry) -> Self {
        let line = |absence: &Absence| HandLine {
            day: absence.day,
            status: absence.status,
            contact: absence.contact,
            reason: absence.reason,
            note: absence.note.clone(),
        };
        Self { lines: entry.absences.iter().map(line).collect(), late: entry.counts.late, left_early: entry.counts.left_early }
    }

    /// Counts the month as the daily reports would be counted.
    ///
    /// # Errors
    /// Everything that does not fit together.
    pub fn tally(&self, month: Month, calendar: &ChildCalendar) -> Result<Entry, Vec<HandFault>> {
        let mut faults = Vec::new();
        for (at, line) in self.lines.iter().enumerate() {
            if Month::of(line.day) != month {
                faults.push(HandFault::OutsideMonth(at));
            } else if !calendar.open(line.day).is_open() {
                faults.push(HandFault::Closed(at));
            } else if self.lines.iter().take(at).any(|other| other.day == line.day) {
                faults.push(HandFault::Twice(at));
            }
            if line.status.needs_reason() && (line.contact.is_none() || line.reason.is_none()) {
                faults.push(HandFault::Unexplained(at));
            }
        }
        let entry = Entry { by_hand: true, ..Entry::tally(month, calendar, &self.marks(month, calendar)) };
        if self.late > entry.counts.present {
            faults.push(HandFault::TooLate);
        }
        if self.left_early > entry.counts.present {
            faults.push(HandFault::TooEarly);
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        let mut entry = entry;
        (entry.counts.late, entry.counts.left_early) = (self.late, self.left_early);
        Ok(entry)
    }

    /// One mark for each open day: as written, else 出席.
    fn marks(&self, month: Month, calendar: &ChildCalendar) -> Vec<(Date, Mark)> {
        let days = std::iter::successors(Some(month.first()), |day| day.tomorrow().ok()).take_while(|day| *day <= month.last());
        let mark = |day: Date| match self.lines.iter().find(|line| line.day == day) {
            Some(line) => Mark {
                contact: line.contact,
                reason: line.reason,
                note: Some(line.note.clone()).filter(|note| !note.is_empty()),
                ..Mark::only(line.status)
            },
            None => Mark::only(Status::Present),
        };
        days.filter(|day| calendar.open(*day).is_open()).map(|day| (day, mark(day))).collect()
    }
}
