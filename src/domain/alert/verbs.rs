//! What people do with an alert: take it, record an action, hand it on, close it.

use super::{ActionKind, Alert, Condition, Event, Outcome, State, Step};
use crate::domain::{
    ids::{Id, Person},
    name::{self, Text},
    rule::RuleCode,
};

/// How long a note may be, in characters.
pub const NOTE_LENGTH: usize = 1000;

/// Why a step cannot be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("somebody changed it in between")]
    Stale,
    #[error("it is closed")]
    AlreadyClosed,
    #[error("you have it already")]
    AlreadyYours,
    #[error("somebody else has it")]
    TakenBy(Id<Person>),
    #[error("nobody has taken it yet")]
    NotTaken,
    #[error("a note is needed")]
    NoteMissing,
    #[error("the note is too long")]
    NoteTooLong,
    #[error("the note holds characters that cannot be shown")]
    NoteUnprintable,
    #[error("only the hub itself gives this outcome")]
    OutcomeReserved,
    #[error("the visit lies in the past")]
    VisitPast,
    #[error("the visit is further than three months away")]
    VisitFar,
    #[error("what has not happened yet cannot be recorded")]
    SightingAhead,
    #[error("that is more than a month ago")]
    SightingLongAgo,
    #[error("who saw the child must be said")]
    WhoMissing,
    #[error("who saw the child is said at too great length")]
    WhoTooLong,
    #[error("after the deadline a reason is needed")]
    LateReasonMissing,
    #[error("an urgent alert, or one with a child to be seen, does not rest")]
    CannotRest,
    #[error("an alert rests until tomorrow at least and for a week at most")]
    RestTooLong,
    #[error("its safety check is running")]
    AlreadyChecked,
    #[error("somebody has seen the child since then")]
    SeenSince,
    #[error("nobody has seen the child: it takes a second step")]
    Unseen,
    #[error("a late report answers only 本日未入力")]
    NotAboutInput,
    #[error("it is about what the office arranged: no report of a facility stands behind it")]
    NoReportBehind,
}

impl Alert {
    /// This alert, if it is still the one that was on the screen (`revision`); else both must be shown.
    pub fn at(&self, revision: i64) -> Result<&Self, Refusal> {
        if self.revision == revision { Ok(self) } else { Err(Refusal::Stale) }
    }

    /// 対応する: "I have seen it, it is mine."
    pub fn take(&self, by: Id<Person>) -> Result<Step, Refusal> {
        match (self.alive()?.state, self.holder) {
            (State::Taken, Some(holder)) if holder == by => Err(Refusal::AlreadyYours),
            (State::Taken, Some(holder)) => Err(Refusal::TakenBy(holder)),
            _ => Ok(self.step(Event::Taken, |alert| alert.held_by(by))),
        }
    }

    /// Records what was done. その他 must say what.
    pub fn act(&self, kind: ActionKind, note: &str) -> Result<Step, Refusal> {
        self.in_hand()?;
        let note = checked(note, kind == ActionKind::Other)?;
        Ok(self.step(Event::Acted { kind, note }, |_| {}))
    }

    /// Puts it into somebody else's hands, taken or not.
    pub fn hand_on(&self, to: Id<Person>, note: &str) -> Result<Step, Refusal> {
        if self.alive()?.state == State::Taken && self.holder == Some(to) {
            return Err(Refusal::TakenBy(to));
        }
        let note = checked(note, false)?;
        Ok(self.step(Event::HandedOn { to, note }, |alert| alert.held_by(to)))
    }

    /// Ends it. Every outcome a person gives must be explained, since a later review reads nothing else.
    pub fn close(&self, outcome: Outcome, note: &str) -> Result<Step, Refusal> {
        self.in_hand()?;
        if outcome.is_the_hubs() {
            return Err(Refusal::OutcomeReserved);
        }
        let note = checked(note, true)?;
        Ok(self.closed(outcome, note))
    }

    /// The missing report has come: the hub closes 本日未入力 by itself, whoever has it.
    pub fn reported_later(&self) -> Result<Step, Refusal> {
        if self.alive()?.rule != RuleCode::I1 {
            return Err(Refusal::NotAboutInput);
        }
        Ok(self.closed(Outcome::ReportedLater, None))
    }

    /// Nobody was to come on the days it speaks of: the hub closes 本日未入力 by itself, whoever has it. Should they open again, it is
    /// no answer to what is missing then.
    pub fn day_closed(&self) -> Result<Step, Refusal> {
        if self.alive()?.rule != RuleCode::I1 {
            return Err(Refusal::NotAboutInput);
        }
        let step = self.closed(Outcome::DayClosed, None);
        Ok(Step { alert: Self { condition: Condition::NotMet, ..step.alert }, ..step })
    }

    pub(super) fn alive(&self) -> Result<&Self, Refusal> {
        if self.state == State::Closed { Err(Refusal::AlreadyClosed) } else { Ok(self) }
    }

    pub(super) fn in_hand(&self) -> Result<&Self, Refusal> {
        if self.alive()?.state == State::Taken { Ok(self) } else { Err(Refusal::NotTaken) }
    }

    fn held_by(&mut self, person: Id<Person>) {
        self.state = State::Taken;
        self.holder = Some(person);
    }

    fn closed(&self, outcome: Outcome, note: Option<String>) -> Step {
        self.step(Event::Closed { outcome, note }, |alert| {
            alert.state = State::Closed;
            alert.outcome = Some(outcome);
        })
    }
}

pub(super) fn checked(typed: &str, needed: bool) -> Result<Option<String>, Refusal> {
    match Text::<NOTE_LENGTH>::parse_or_none(typed) {
        Ok(None) if needed => Err(Refusal::NoteMissing),
        Ok(note) => Ok(note.map(String::from)),
        Err(name::Refusal::TooLong { .. }) => Err(Refusal::NoteTooLong),
        Err(_) => Err(Refusal::NoteUnprintable),
    }
}
