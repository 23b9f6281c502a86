//! The safety check after a 通告: forty-eight real hours or fewer (K1), day and night, until somebody has seen the child (domain 3.5).

use jiff::{SignedDuration, Timestamp};

use crate::domain::{coded::coded, rule::Strictness};

coded! {
    /// What everybody is told while nobody has seen the child; also the code of the step. The numbers are those of a ward that has
    /// changed nothing.
    pub enum Warning {
        /// The first step of children of rank A.
        Rank = "check_12",
        /// The first step of everybody.
        Early = "check_24",
        /// The step before the deadline.
        Late = "check_40",
        Overdue = "check_48",
    }
}

coded! {
    /// What started it.
    pub enum Cause {
        /// The alert was found 緊急.
        Urgent = "urgent",
        /// Somebody said that it is to be treated as a 通告.
        Notified = "notified",
    }
}

/// The hours of a safety check: those of K1 when it began, which it keeps to its end, whatever is changed meanwhile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hours {
    /// The version of K1 they are from; 0 where the ward had none.
    pub version: i32,
    pub rank: u32,
    pub early: u32,
    pub late: u32,
    pub deadline: u32,
}

impl Hours {
    /// What is said with a warning: how many hours have gone by, or how many are left.
    pub const fn said(&self, warning: Warning) -> u32 {
        match warning {
            Warning::Late => self.deadline.saturating_sub(self.late),
            other => self.until(other),
        }
    }

    const fn until(&self, warning: Warning) -> u32 {
        match warning {
            Warning::Rank => self.rank,
            Warning::Early => self.early,
            Warning::Late => self.late,
            Warning::Overdue => self.deadline,
        }
    }
}

impl Warning {
    const fn is_given(self, strictness: Strictness) -> bool {
        !matches!((self, strictness), (Self::Rank, Strictness::Normal))
    }
}

/// One safety check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SafetyCheck {
    pub cause: Cause,
    pub received_at: Timestamp,
    pub due_at: Timestamp,
    pub hours: Hours,
    /// The gravest warning given so far.
    pub told: Option<Warning>,
    pub seen_at: Option<Timestamp>,
}

/// How it stands at an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    Seen { late: bool },
    Running { left: SignedDuration, warned: bool },
    Overdue { by: SignedDuration },
}

impl SafetyCheck {
    pub fn received(cause: Cause, at: Timestamp, hours: Hours) -> Self {
        Self { cause, received_at: at, due_at: later(at, hours.deadline), hours, told: None, seen_at: None }
    }

    /// Nobody has seen the child yet.
    pub const fn is_open(&self) -> bool {
        self.seen_at.is_none()
    }

    /// Seeing the child then is too late, and needs a reason.
    pub fn is_late(&self, seen_at: Timestamp) -> bool {
        seen_at > self.due_at
    }

    /// The child seen then answers this check; what was seen before the word came does not.
    pub fn answered_by(&self, seen_at: Timestamp) -> bool {
        self.is_open() && seen_at >= self.received_at
    }

    pub fn standing(&self, now: Timestamp) -> Standing {
        match self.seen_at {
            Some(seen_at) => Standing::Seen { late: self.is_late(seen_at) },
            None if now >= self.due_at => Standing::Overdue { by: now.duration_since(self.due_at) },
            None => Standing::Running {
                left: self.due_at.duration_since(now),
                warned: now >= later(self.received_at, self.hours.early),
            },
        }
    }

    /// The gravest warning that has come due and was not given. After a night without power only that one is.
    pub fn due(&self, strictness: Strictness, now: Timestamp) -> Option<Warning> {
        let come = |warning: &&Warning| warning.is_given(strictness) && now >= later(self.received_at, self.hours.until(**warning));
        let gravest = Warning::ALL.iter().rev().find(come).copied().filter(|_| self.is_open());
        gravest.filter(|warning| self.told.is_none_or(|told| told < *warning))
    }
}

fn later(at: Timestamp, hours: u32) -> Timestamp {
    at.checked_add(SignedDuration::from_hours(hours.into())).unwrap_or(Timestamp::MAX)
}
