//! A step in the life of an alert: how it stands afterwards, and what is written into its history.

use super::{ActionKind, Alert, Outcome};
use crate::domain::ids::{Id, Person};

/// What happened. Who did it and when is known to whoever records it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    Taken,
    Acted {
        kind: ActionKind,
        note: Option<String>,
    },
    HandedOn {
        to: Id<Person>,
        note: Option<String>,
    },
    Closed {
        outcome: Outcome,
        note: Option<String>,
    },
    /// Graver, or a level higher.
    Rose,
    /// Another day of the same.
    Continued,
    /// 訂正により条件不成立
    ConditionLost,
    /// Corrected back.
    ConditionRestored,
}

impl Event {
    /// The text code that is stored.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Taken => "taken",
            Self::Acted { .. } => "acted",
            Self::HandedOn { .. } => "handed_on",
            Self::Closed { .. } => "closed",
            Self::Rose => "rose",
            Self::Continued => "continued",
            Self::ConditionLost => "condition_lost",
            Self::ConditionRestored => "condition_restored",
        }
    }
}

/// The alert after the step, and the step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    pub alert: Alert,
    pub event: Event,
}

impl Alert {
    /// This alert after `event`, changed by `change`, one revision on.
    pub(super) fn step(&self, event: Event, change: impl FnOnce(&mut Self)) -> Step {
        let mut alert = self.clone();
        change(&mut alert);
        alert.revision = self.revision.saturating_add(1);
        Step { alert, event }
    }
}
