//! A step in the life of an alert: how it stands afterwards, and what is written into its history.

use std::borrow::Cow;

use jiff::Timestamp;

use super::{ActionKind, Alert, Outcome, Sighting, Warning};
use crate::domain::{
    ids::{Id, Person},
    reply::Reply,
};

/// What happened. Who did it and when is known to whoever records it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    Taken,
    Acted {
        kind: ActionKind,
        note: Option<String>,
    },
    VisitPlanned {
        at: Timestamp,
        note: Option<String>,
    },
    Sighted(Sighting),
    HandedOn {
        to: Id<Person>,
        note: Option<String>,
    },
    Closed {
        outcome: Outcome,
        note: Option<String>,
    },
    /// 保留
    Snoozed {
        until: Timestamp,
        reason: String,
    },
    /// The rest is over.
    Woke,
    /// 通告として扱う
    Notified,
    /// Nobody has seen the child yet.
    Warned {
        warning: Warning,
        /// What `Hours::said` says of it.
        hours: u32,
    },
    /// The facility was told something neutral.
    Replied(Reply),
    /// A facility was asked how a child is today.
    Asked,
    /// Graver, a level higher, or the same thing again on a later day.
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
            Self::Acted { .. } | Self::VisitPlanned { .. } | Self::Sighted(_) => "acted",
            Self::HandedOn { .. } => "handed_on",
            Self::Closed { .. } => "closed",
            Self::Snoozed { .. } => "snoozed",
            Self::Woke => "woke",
            Self::Notified => "notified",
            Self::Warned { warning, .. } => warning.code(),
            Self::Replied(_) => "replied",
            Self::Asked => "asked",
            Self::Rose => "rose",
            Self::Continued => "continued",
            Self::ConditionLost => "condition_lost",
            Self::ConditionRestored => "condition_restored",
        }
    }
}

impl Event {
    /// The kind of an action, the outcome of an end, the word of a reply, the hours of a warning; else nothing.
    pub fn kind(&self) -> Cow<'static, str> {
        let code = match self {
            Self::Acted { kind, .. } => kind.code(),
            Self::VisitPlanned { .. } => ActionKind::VisitPlanned.code(),
            Self::Sighted(_) => ActionKind::Seen.code(),
            Self::Closed { outcome, .. } => outcome.code(),
            Self::Replied(reply) => reply.code(),
            Self::Warned { hours, .. } => return Cow::Owned(hours.to_string()),
            _ => "",
        };
        Cow::Borrowed(code)
    }

    /// What somebody wrote with it.
    pub fn note(&self) -> &str {
        match self {
            Self::Acted { note, .. }
            | Self::VisitPlanned { note, .. }
            | Self::HandedOn { note, .. }
            | Self::Closed { note, .. } => note.as_deref().unwrap_or_default(),
            Self::Sighted(sighting) => sighting.note.as_deref().unwrap_or_default(),
            Self::Snoozed { reason, .. } => reason,
            _ => "",
        }
    }

    /// The time it speaks of.
    pub const fn about(&self) -> Option<Timestamp> {
        match self {
            Self::VisitPlanned { at, .. } => Some(*at),
            Self::Sighted(sighting) => Some(sighting.at),
            Self::Snoozed { until, .. } => Some(*until),
            _ => None,
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
