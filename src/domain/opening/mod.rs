//! 緊急閲覧: how long an opening lasts, until when a second person's word counts, and when somebody has to judge it afterwards.

#[cfg(test)]
mod tests;

use jiff::{SignedDuration, Timestamp};

use super::{
    coded::coded,
    name::{self, Text},
};

/// How long one may look.
pub const LIFE: SignedDuration = SignedDuration::from_mins(60);
/// Until then a second person confirms; after it the office whose child it is judges.
pub const SECOND_WITHIN: SignedDuration = SignedDuration::from_mins(15);

coded! {
    /// Why somebody must know at once.
    pub enum Reason {
        /// 警察・病院からの照会
        Inquiry = "inquiry",
        /// 子どもの安全の差し迫った危険
        Danger = "danger",
        Other = "other",
    }
}

coded! {
    /// What came of asking.
    pub enum Outcome {
        Opened = "opened",
        /// It is open already.
        Again = "again",
        Nothing = "nothing",
        /// Children of that name at several places.
        Several = "several",
    }
}

coded! {
    /// 事後確認
    pub enum Judgement {
        Proper = "proper",
        /// Somebody has to look into it.
        Doubtful = "doubtful",
    }
}

/// What somebody writes about it.
pub type Words = Text<500>;
/// Fewer characters say nothing.
pub const FEWEST: usize = 5;

/// Why what was written does not do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lack {
    Missing,
    TooShort,
    TooLong { written: usize, most: usize },
    Unprintable,
}

/// A few words at least: who asked, and what for.
pub fn words(typed: &str) -> Result<Words, Lack> {
    let words = Words::parse(typed).map_err(|refusal| match refusal {
        name::Refusal::Empty => Lack::Missing,
        name::Refusal::TooLong { written, most } => Lack::TooLong { written, most },
        _ => Lack::Unprintable,
    })?;
    let written = words.chars().filter(|c| !c.is_whitespace()).count();
    if written < FEWEST { Err(Lack::TooShort) } else { Ok(words) }
}

/// How an opening went so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Course {
    pub asked_at: Timestamp,
    pub until: Timestamp,
    pub confirmed_at: Option<Timestamp>,
    pub ended_at: Option<Timestamp>,
    pub judged_at: Option<Timestamp>,
    pub judgement: Option<Judgement>,
}

/// What is left to do about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// A second person may confirm it.
    Waiting,
    Confirmed,
    /// Nobody did: it waits for 事後確認.
    Review,
    Judged,
    /// It was judged, and somebody has to look into it.
    Doubtful,
}

/// Why something cannot be done to it any more, or not yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// It is over.
    Over,
    /// The quarter of an hour for the second person is over.
    TooLate,
    /// Somebody was first.
    Already,
    /// A second person may still confirm it.
    NotYet,
}

impl Refusal {
    /// The step of the deed that says it.
    pub const fn step(self) -> &'static str {
        match self {
            Self::Over => "opening_over",
            Self::TooLate => "opening_late",
            Self::Already => "opening_answered",
            Self::NotYet => "opening_waits",
        }
    }
}

impl Course {
    /// Whether whoever opened it may look. Its beginning is not asked: the clock of another node may be a little behind.
    pub fn is_open(&self, now: Timestamp) -> bool {
        self.ended_at.is_none() && now < self.until
    }

    /// One that was ended without a second word is judged at once: there is nothing left to confirm.
    pub fn standing(&self, now: Timestamp) -> Standing {
        match (self.judged_at, self.confirmed_at) {
            (Some(_), _) if self.judgement == Some(Judgement::Doubtful) => Standing::Doubtful,
            (Some(_), _) => Standing::Judged,
            (None, Some(_)) => Standing::Confirmed,
            (None, None) if self.ended_at.is_none() && now < self.asked_at + SECOND_WITHIN => Standing::Waiting,
            (None, None) => Standing::Review,
        }
    }

    pub fn confirm(&self, now: Timestamp) -> Result<(), Refusal> {
        match self.standing(now) {
            Standing::Waiting => Ok(()),
            Standing::Review if self.ended_at.is_some() => Err(Refusal::Over),
            Standing::Review => Err(Refusal::TooLate),
            Standing::Confirmed | Standing::Judged | Standing::Doubtful => Err(Refusal::Already),
        }
    }

    pub fn end(&self, now: Timestamp) -> Result<(), Refusal> {
        if self.is_open(now) { Ok(()) } else { Err(Refusal::Over) }
    }

    pub fn judge(&self, now: Timestamp) -> Result<(), Refusal> {
        match self.standing(now) {
            Standing::Review => Ok(()),
            Standing::Waiting => Err(Refusal::NotYet),
            Standing::Confirmed | Standing::Judged | Standing::Doubtful => Err(Refusal::Already),
        }
    }
}
