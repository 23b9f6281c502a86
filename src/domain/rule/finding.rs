//! What a rule found: kept with the alert as its evidence, dates and codes only.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Measure, Rule, RuleCode, Severity, evaluate::Looked};
use crate::domain::streak::DayLookedAt;

/// How many days the evidence lists; a vacation inside the longest threshold fits.
pub const EVIDENCE_DAYS: usize = 62;

/// A rule's condition is met.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    pub rule: RuleCode,
    pub version: i32,
    pub severity: Severity,
    /// Of what `RuleCode::measure` says.
    pub count: u32,
    /// The threshold that was reached: of the child's strictness, or the last step.
    pub threshold: u32,
    /// The day it was judged for; a correction up to here must be judged for this day again.
    pub as_of: Date,
    /// The first day that counted.
    pub began: Date,
    /// Oldest first, the newest `EVIDENCE_DAYS` of them.
    pub days: Vec<DayLookedAt>,
    /// How many older days were looked at too.
    #[serde(default)]
    pub older_days: usize,
}

impl Finding {
    /// How many times over the threshold was reached: 7–13 days of 7 are level 1, 14 are level 2. What is not counted in
    /// a row grows graver by its steps alone; what speaks of one day rises with its alert (`Alert::judged`).
    pub fn level(&self) -> u32 {
        match self.rule.measure() {
            // Each urgent report makes its alert heard again.
            _ if self.rule == RuleCode::U1 => self.count,
            Measure::DaysInRow | Measure::Children => self.count / self.threshold.max(1),
            _ => 1,
        }
    }

    /// An urgent report: the `count`th while its alert is open, seen against the day as it is known.
    pub fn urgent(count: u32, as_of: Date, day: impl FnOnce(Date) -> DayLookedAt) -> Self {
        Self {
            rule: RuleCode::U1,
            version: 1,
            severity: Severity::Urgent,
            count,
            threshold: 1,
            as_of,
            began: as_of,
            days: vec![day(as_of)],
            older_days: 0,
        }
    }

    pub(super) fn new(rule: &Rule, looked: Looked) -> Self {
        let Looked { mut streak, threshold, as_of, severity } = looked;
        let began = streak.began().unwrap_or(as_of);
        let older_days = streak.days.len().saturating_sub(EVIDENCE_DAYS);
        Self {
            rule: rule.code,
            version: rule.version,
            severity,
            count: streak.count,
            threshold,
            as_of,
            began,
            days: streak.days.split_off(older_days),
            older_days,
        }
    }
}
