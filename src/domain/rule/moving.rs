//! Rules about a child between two facilities: nobody is lost on the way.

use jiff::{ToSpan as _, civil::Date};

use super::{Rule, Situation, desk::without_days, evaluate::Looked};
use crate::domain::{
    calendar::{day_after, days_between},
    streak,
    transfer::Next,
};

/// A plan to leave, or the one by which the child came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Leaving {
    /// The day it was written down.
    pub entered: Date,
    /// The last day at the facility before.
    pub last: Date,
    pub next: Next,
    /// Somebody at the next facility can report.
    pub accounts: bool,
}

/// Says the same on each day from `as_of` on, so that it is raised once for one plan.
fn on(rule: &Rule, situation: &Situation<'_>, as_of: Date) -> Looked {
    Looked { as_of, ..Looked::at(rule, situation, without_days(1)) }
}

/// 転校・転園・転出・卒業の予定: from the day it is entered to the last day.
pub(super) fn planned(rule: &Rule, situation: &Situation<'_>) -> Option<Looked> {
    let leaving = situation.arranged.leaving?;
    (situation.as_of <= leaving.last.max(leaving.entered)).then(|| on(rule, situation, leaving.entered))
}

/// 初登校・初登園: since the first day there, on no day did anybody see the child.
pub(super) fn not_arrived(rule: &Rule, situation: &Situation<'_>) -> Option<Looked> {
    let first = situation.arranged.arrived?;
    Some(Looked::at(rule, situation, streak::unseen_since(&situation.look(), first)?))
}

/// 新所属に施設アカウントがない
pub(super) fn nobody_to_report(rule: &Rule, situation: &Situation<'_>) -> Option<Looked> {
    let leaving = situation.arranged.leaving.filter(|leaving| leaving.next == Next::Facility && !leaving.accounts)?;
    Some(on(rule, situation, leaving.entered))
}

/// 所属が不明・消息不明: at once where nobody knows where the child is, else from the day after the last one. Speaks once a week, so that
/// whoever closed it is asked again while no next place is known.
pub(super) fn nowhere(rule: &Rule, situation: &Situation<'_>) -> Option<Looked> {
    let leaving = situation.arranged.leaving?;
    let from = match leaving.next {
        Next::Missing => leaving.entered,
        Next::Undecided => day_after(leaving.last).max(leaving.entered),
        Next::Facility | Next::Outside => return None,
    };
    let weeks = days_between(from, situation.as_of).div_euclid(7);
    (weeks >= 0).then(|| on(rule, situation, from.saturating_add((weeks * 7).days())))
}
