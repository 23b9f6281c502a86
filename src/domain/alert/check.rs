//! The safety check after a 通告: forty-eight real hours, day and night, until somebody has seen the child (domain 3.5).

use jiff::{SignedDuration, Timestamp};

use crate::domain::{coded::coded, rule::Strictness};

coded! {
    /// What everybody is told while nobody has seen the child; also the code of the step.
    pub enum Warning {
        /// Half a day has gone by: of children of rank A.
        Rank = "check_12",
        /// A day has gone by.
        Early = "check_24",
        /// Eight hours are left.
        Late = "check_40",
        Overdue = "check_48",
    }
}

coded! {
    /// What started the forty-eight hours.
    pub enum Cause {
        /// The alert was found 緊急.
        Urgent = "urgent",
        /// Somebody said that it is to be treated as a 通告.
        Notified = "notified",
    }
}

const HOURS: SignedDuration = SignedDuration::from_hours(48);

impl Warning {
    const fn after(self) -> SignedDuration {
        match self {
            Self::Rank => SignedDuration::from_hours(12),
            Self::Early => SignedDuration::from_hours(24),
            Self::Late => SignedDuration::from_hours(40),
            Self::Overdue => HOURS,
        }
    }

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
    pub fn received(cause: Cause, at: Timestamp) -> Self {
        Self { cause, received_at: at, due_at: later(at, HOURS), told: None, seen_at: None }
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
                warned: now >= later(self.received_at, Warning::Early.after()),
            },
        }
    }

    /// The gravest warning that has come due and was not given. After a night without power only that one is.
    pub fn due(&self, strictness: Strictness, now: Timestamp) -> Option<Warning> {
        let come = |warning: &&Warning| warning.is_given(strictness) && now >= later(self.received_at, warning.after());
        let gravest = Warning::ALL.iter().rev().find(come).copied().filter(|_| self.is_open());
        gravest.filter(|warning| self.told.is_none_or(|told| told < *warning))
    }
}

fn later(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.checked_add(by).unwrap_or(Timestamp::MAX)
}
