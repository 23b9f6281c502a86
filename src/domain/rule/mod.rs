//! The rules that turn days and signs into findings; pure, so that the live path, the sweep and the back-test agree.

mod change;
mod code;
mod concern;
mod defaults;
mod desk;
mod evaluate;
mod finding;
mod moving;
mod number;
mod route;
mod severity;
#[cfg(test)]
mod tests;
mod today;
mod window;

pub use change::{Change, Fault, Proposal, WHY_LENGTH};
pub use code::{Group, Measure, RuleCode};
pub use concern::concerns;
pub use defaults::default_rules;
pub use desk::{Arranged, LateSlip, Worker};
pub use evaluate::{SiblingDay, Situation, evaluate};
pub use finding::{EVIDENCE_DAYS, Finding};
pub use moving::Leaving;
pub use number::Number;
pub use route::Route;
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
    /// What `RuleCode::measure` says; 0 is read as 1.
    pub threshold: u32,
    /// The same for children of rank A.
    pub threshold_strict: u32,
    /// What `Number` calls it, 0 where a rule has no second number; and its third.
    pub second: u32,
    pub third: u32,
    pub severity: Severity,
    /// How its alerts are told first.
    pub route: Route,
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
