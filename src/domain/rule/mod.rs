//! The rules that turn days and signs into findings; pure, so that the live path, the sweep and the back-test agree.

mod code;
mod concern;
mod evaluate;
mod finding;
mod severity;
#[cfg(test)]
mod tests;

pub use code::{RuleCode, default_rules};
pub use concern::concerns;
pub use evaluate::{SiblingDay, Situation, evaluate};
pub use finding::{EVIDENCE_DAYS, Finding};
pub use severity::Severity;

use super::coded::coded;

coded! {
    /// Which column of a rule's thresholds a child is measured by.
    pub enum Strictness {
        Normal = "normal",
        /// Rank A.
        Strict = "strict",
    }
}

/// A rule as a ward has set it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    pub code: RuleCode,
    /// Rises with every change, and is kept with each alert.
    pub version: i32,
    /// Days in a row, or children of one family for きょうだい; 0 is read as 1.
    pub threshold: u32,
    /// The same for children of rank A.
    pub threshold_strict: u32,
    pub severity: Severity,
    pub enabled: bool,
    /// 連続欠席 only: a recorded meeting outside the facility (PO) ends the count. Off by default, because the 2019
    /// guideline's seven days hold whatever the reason.
    pub visit_breaks: bool,
}

impl Rule {
    pub fn threshold_for(&self, strictness: Strictness) -> u32 {
        match strictness {
            Strictness::Normal => self.threshold.max(1),
            Strictness::Strict => self.threshold_strict.max(1),
        }
    }
}
