//! The ward's clocks on calls: how long 緊急 waits for an answer, and who hears of it then.

use crate::domain::rule::{Route, Rule, RuleCode};

/// K1 and K2 as they stand at the moment of a call. A call that was made keeps the time of the next one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Clocks {
    /// Minutes from the first call of 緊急 to the second.
    pub first: u32,
    /// Minutes from the second to the third, and from each later one to the next.
    pub later: u32,
    /// Who hears of it together where nobody answered.
    pub unanswered: Route,
    /// Who hears of a safety check together with whoever has it.
    pub check: Route,
}

impl Clocks {
    /// As the ward has set them; what it has no rule for is as in a new ward.
    pub fn of(rules: &[Rule]) -> Self {
        let mut clocks = Self { first: 30, later: 30, unanswered: Route::Ladder, check: Route::Ladder };
        for rule in rules {
            match rule.code {
                RuleCode::K1 => clocks.check = rule.route,
                RuleCode::K2 => {
                    clocks.first = rule.threshold;
                    clocks.later = rule.second.saturating_sub(rule.threshold);
                    clocks.unanswered = rule.route;
                }
                _ => {}
            }
        }
        clocks
    }
}
