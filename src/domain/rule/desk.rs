//! Rules about what the office owes the child: somebody who holds the case, and a request that does not run out unseen.

use jiff::{ToSpan as _, civil::Date};

use super::{Leaving, Rule, Situation, Strictness, evaluate::Looked};
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
    /// A monthly slip that the facility owes and has not sent: `LateSlip::told`.
    pub slip: Option<LateSlip>,
    /// The first day here of a child that came from another facility.
    pub arrived: Option<Date>,
    /// The plan to go elsewhere, or the one by which the child came.
    pub leaving: Option<Leaving>,
}

/// A slip (定期的情報提供連絡票) that did not come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LateSlip {
    /// The last day of its month.
    pub month_end: Date,
    /// Business days since then.
    pub days: u32,
}

impl LateSlip {
    /// Whether it counts as missing for a child watched as strictly as this: never where the ward has switched the rule off.
    pub fn is_missing(self, rule: &Rule, strictness: Strictness) -> bool {
        rule.enabled && self.days >= rule.threshold_for(strictness)
    }

    /// Which of those `owed`, oldest first, a child is told of: the newest that counts as missing and in whose month it was asked about.
    /// So each further month is heard of, and none is forgotten before it has come.
    pub fn told(owed: &[Self], rule: &Rule, strictness: Strictness, asked: impl Fn(Date) -> bool) -> Option<Self> {
        owed.iter().rev().copied().find(|late| late.is_missing(rule, strictness) && asked(late.month_end))
    }
}

impl Default for Arranged {
    fn default() -> Self {
        Self { worker: Worker::Here, until: None, slip: None, arrived: None, leaving: None }
    }
}

/// No day explains it, so none is listed.
pub(super) const fn without_days(count: u32) -> Streak {
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

/// Of a child that was asked about in the month. Says the same until all slips have come or another month is missing, so that it is
/// raised once a month.
pub(super) fn no_slip(rule: &Rule, situation: &Situation<'_>) -> Option<Looked> {
    let late = situation.arranged.slip.filter(|late| situation.calendar.is_watched(late.month_end))?;
    let looked = Looked::at(rule, situation, without_days(rule.threshold_for(situation.strictness)));
    late.is_missing(rule, situation.strictness).then_some(Looked { as_of: late.month_end, ..looked })
}
