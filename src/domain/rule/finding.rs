//! What a rule found: kept with the alert as its evidence, dates and codes only.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Rule, RuleCode, Severity};
use crate::domain::streak::{DayLookedAt, Streak};

/// How many days the evidence lists; a vacation inside the longest threshold fits.
pub const EVIDENCE_DAYS: usize = 62;

/// A rule's condition is met.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    pub rule: RuleCode,
    pub version: i32,
    pub severity: Severity,
    /// Days in a row; children for A11.
    pub count: u32,
    /// The threshold that was reached, of the child's strictness.
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
    /// How many times over the threshold was reached: 7–13 days of 7 are level 1, 14 are level 2.
    pub fn level(&self) -> u32 {
        self.count / self.threshold.max(1)
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

    pub(super) fn new(rule: &Rule, threshold: u32, as_of: Date, mut streak: Streak) -> Self {
        let began = streak.began().unwrap_or(as_of);
        let older_days = streak.days.len().saturating_sub(EVIDENCE_DAYS);
        Self {
            rule: rule.code,
            version: rule.version,
            severity: rule.severity,
            count: streak.count,
            threshold,
            as_of,
            began,
            days: streak.days.split_off(older_days),
            older_days,
        }
    }
}
