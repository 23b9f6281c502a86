//! What a changed rule would have done: the days of a child gone through once more, under the rule as it is and as somebody would
//! have it. Numbers only; nothing is raised.

mod arrivals;
mod lead;
mod replay;
#[cfg(test)]
mod tests;

pub use arrivals::{Arrivals, OwedSlip};
pub use lead::{Followed, LEAD_DAYS};
pub use replay::{Episode, Past, replay};

use jiff::{ToSpan as _, civil::Date};

use super::{
    calendar::Office,
    coded::coded,
    ids::{Id, Watch},
    rule::{Rule, RuleCode},
};

/// How many of a ward's back-tests may be under way at once: somebody is waiting for each.
pub const MOST_AT_ONCE: i64 = 5;

/// How many months a back-test looks back.
const MONTHS: i64 = 12;

coded! {
    /// How far a back-test has come.
    pub enum State {
        Waiting = "waiting",
        Running = "running",
        Done = "done",
        /// Somebody did not want to know after all.
        Cancelled = "cancelled",
        /// It could not be done; the log says why.
        Failed = "failed",
    }
}

impl State {
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Done | Self::Cancelled | Self::Failed)
    }
}

/// The first and the last day that are gone through: twelve months up to yesterday, since today is not over.
pub fn period(today: Date) -> (Date, Date) {
    (today.saturating_sub(MONTHS.months()), today.saturating_sub(1.day()))
}

/// Whether the past can be asked about a change of this rule, as it is. An urgent report needs no rule, a clock raises nothing that could
/// be counted, and which end a request had then is not kept. What is known only by the alerts it raised is not known of a rule that is off.
pub const fn can_be_tried(rule: &Rule) -> bool {
    match rule.code {
        RuleCode::U1 | RuleCode::K9 => false,
        code if code.is_clock() => false,
        code => rule.enabled || !is_recorded(code),
    }
}

/// Whether its past is known only by the alerts it raised: who held a case and what was planned is not kept day by day. No number of
/// these rules can be changed, so whoever changes one raises the same alerts or none.
pub const fn is_recorded(code: RuleCode) -> bool {
    matches!(code, RuleCode::K8 | RuleCode::T1 | RuleCode::T3 | RuleCode::T4)
}

/// What would have been different for one watch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    pub watch: Id<Watch>,
    /// How many alerts under the rule as it is, and as it might be.
    pub old: u32,
    pub new: u32,
    /// Those of both that speak of the same run of days.
    pub kept: u32,
    /// The lead time of each alert that had one, in calendar days: see `Followed`.
    pub leads_old: Vec<u32>,
    pub leads_new: Vec<u32>,
}

impl Difference {
    /// Neither rule says anything: not worth a line.
    pub const fn is_silent(&self) -> bool {
        self.old == 0 && self.new == 0
    }

    /// Alerts that only the new rule raises.
    pub const fn more(&self) -> u32 {
        self.new.saturating_sub(self.kept)
    }

    /// Alerts that only the old rule raises.
    pub const fn fewer(&self) -> u32 {
        self.old.saturating_sub(self.kept)
    }
}

/// Goes through the days of one watch under both rules.
pub fn compare(old: &Rule, new: &Rule, past: &Past, office: &Office) -> Difference {
    let (before, after) = (replay(old, past, office), replay(new, past, office));
    let leads = |episodes: &[Episode]| episodes.iter().filter_map(|episode| past.followed.lead(episode)).collect::<Vec<_>>();
    Difference {
        watch: past.case.watch,
        old: count(before.len()),
        new: count(after.len()),
        kept: count(kept(&before, &after)),
        leads_old: leads(&before),
        leads_new: leads(&after),
    }
}

/// How many alerts speak of the same run of days under both rules; each is paired once, in the order of time.
fn kept(old: &[Episode], new: &[Episode]) -> usize {
    let (mut old, mut new) = (old.iter().peekable(), new.iter().peekable());
    let mut pairs = 0;
    while let (Some(one), Some(other)) = (old.peek(), new.peek()) {
        if one.overlaps(other) {
            pairs += 1;
            old.next();
            new.next();
        } else if one.last < other.last {
            old.next();
        } else {
            new.next();
        }
    }
    pairs
}

fn count(alerts: usize) -> u32 {
    u32::try_from(alerts).unwrap_or(u32::MAX)
}
