//! Rules about what the office owes the child: somebody who holds the case, and a request that does not run out unseen.

use jiff::{ToSpan as _, civil::Date};

use super::{Rule, Situation, evaluate::Looked};
use crate::domain::{coded::coded, streak::Streak};

coded! {
    /// Who looks after the child.
    pub enum Worker {
        Here = "here",
        /// 未割当
        Nobody = "nobody",
        /// The person assigned works there no more.
        Left = "left",
    }
}

/// What the office has arranged for a child at the moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Arranged {
    pub worker: Worker,
    /// The last day of the request, if it has one.
    pub until: Option<Date>,
}

impl Default for Arranged {
    fn default() -> Self {
        Self { worker: Worker::Here, until: None }
    }
}

/// No day explains it, so none is listed.
const fn without_days(count: u32) -> Streak {
    Streak { count, days: Vec::new() }
}

pub(super) fn nobody_holds(rule: &Rule, situation: &Situation<'_>) -> Option<Looked> {
    let watched = situation.calendar.is_watched(situation.as_of);
    (watched && situation.arranged.worker != Worker::Here).then(|| Looked::at(rule, situation, without_days(1)))
}

/// Says the same on each day from the first on, so that it is raised once for one end.
pub(super) fn ends_soon(rule: &Rule, situation: &Situation<'_>) -> Option<Looked> {
    let until = situation.arranged.until?;
    let looked = Looked::at(rule, situation, without_days(rule.threshold_for(situation.strictness)));
    let as_of = until.saturating_sub(i64::from(looked.threshold).days());
    (as_of <= situation.as_of && situation.as_of <= until).then_some(Looked { as_of, ..looked })
}
