//! One day as a rule looked at it: dates and codes only, so that it can be kept as evidence.

use std::fmt;

use jiff::civil::Date;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::domain::{
    attendance::{Contact, Reason, Sign, Status},
    calendar::{ClosedBecause, DayKind},
    coded::coded,
    history::Reported,
};

coded! {
    /// What a day did to a count.
    pub enum Effect {
        Counts = "counts",
        /// Neither added nor broke.
        Skipped = "skipped",
        Ends = "ends",
    }
}

/// What was known of a day. A report on a closed day shows as the report only if the child was seen; otherwise the
/// closure is what explains why it did not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Was {
    Reported(Status),
    /// 未入力
    Unreported,
    Closed(ClosedBecause),
}

impl Was {
    /// The code of the status, `?` for 未入力, or the code of the closure.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Reported(status) => status.code(),
            Self::Unreported => "?",
            Self::Closed(because) => because.code(),
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        if code == "?" {
            return Some(Self::Unreported);
        }
        let status = Status::from_code(code).map(Self::Reported);
        status.or_else(|| ClosedBecause::from_code(code).map(Self::Closed))
    }
}

impl fmt::Display for Was {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl Serialize for Was {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for Was {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let code = String::deserialize(deserializer)?;
        Self::from_code(&code).ok_or_else(|| de::Error::invalid_value(de::Unexpected::Str(&code), &"a day's code"))
    }
}

/// A day a rule looked at, and what it made of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayLookedAt {
    pub day: Date,
    pub was: Was,
    pub effect: Effect,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<Contact>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub signs: Vec<Sign>,
    /// 目視確認: a caseworker saw the child on this day.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub met: bool,
}

impl DayLookedAt {
    pub fn new(day: Date, kind: DayKind, reported: Option<&Reported>, effect: Effect) -> Self {
        let telling = reported.filter(|reported| kind.is_open() || effect_needs(reported));
        let was = match (kind, telling) {
            (_, Some(reported)) => Was::Reported(reported.status),
            (DayKind::Closed(because), None) => Was::Closed(because),
            (DayKind::Open, None) => Was::Unreported,
        };
        Self {
            day,
            was,
            effect,
            contact: telling.and_then(|reported| reported.contact),
            reason: telling.and_then(|reported| reported.reason),
            signs: telling.map(|reported| reported.signs.clone()).unwrap_or_default(),
            met: false,
        }
    }

    #[must_use]
    pub(crate) fn met(self, met: bool) -> Self {
        Self { met, ..self }
    }
}

/// Presence and signs are facts, whatever the calendar says.
fn effect_needs(reported: &Reported) -> bool {
    reported.seen || !reported.signs.is_empty()
}
