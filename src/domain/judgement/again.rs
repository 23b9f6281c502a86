//! What becomes of an alert whose rule finds nothing as of today: whether days it may speak of still bear it out.

use jiff::civil::Date;

use super::{Case, Cause, Moment, Verdict, at};
use crate::domain::{
    alert::{Alert, State, Step},
    clock::in_japan,
    rule::{Finding, Rule, RuleCode},
};

/// Days were corrected, reported late, closed or opened, or the office has mended what it owed. Nothing else takes a condition away:
/// that a child came later does not.
///
/// `closed` is the last alert of the rule that was closed, where `alert` is another one.
pub(super) fn rejudged(
    rule: &Rule,
    case: &Case,
    (alert, closed): (&Alert, Option<&Alert>),
    why: Cause,
    moment: &Moment<'_>,
) -> Option<Verdict> {
    // A plan that has come to pass was a plan all the same; one that was taken back was none.
    let planned = rule.code == RuleCode::T1 && case.arranged.leaving.is_some();
    let changed = match why {
        Cause::Report { day, corrected } if corrected || day < moment.today || rule.code.counts_silence() => Some(day),
        Cause::Calendar { from, .. } => Some(from),
        Cause::Night | Cause::NightWithoutSheets | Cause::Moved
            if rule.code.of_the_office() && !planned && alert.state != State::Closed =>
        {
            None
        }
        _ => return None,
    };
    let finding = changed.and_then(|changed| borne_out(rule, case, (alert, closed), changed, moment));
    // What changed after its days can add to them, and takes none away.
    if finding.is_none() && changed.is_some_and(|changed| changed > alert.as_of) {
        return None;
    }
    let step = alert.judged(finding.as_ref(), moment.now, moment.office)?;
    Some(Verdict::Step(step, finding))
}

/// What the rule finds for the newest day that bears the alert out, now that what is known of `changed` and the days after it has changed.
///
/// Every day is asked that the alert may speak of, not the last one alone: an alert goes on being added to, and the day that was added
/// last says nothing about those before it. Whichever way the same history was reached, the answer is the same.
fn borne_out(
    rule: &Rule,
    case: &Case,
    (alert, closed): (&Alert, Option<&Alert>),
    changed: Date,
    moment: &Moment<'_>,
) -> Option<Finding> {
    let first = match alert.state {
        _ if changed > alert.as_of => changed,
        // One that was closed spoke of its own days; those before it were another's.
        State::Closed => raised_on(alert).max(case.whole_from),
        State::Open | State::Taken => case.whole_from,
    };
    // A rule that was switched off adds nothing, and what it had found is held against its days all the same.
    let last = if rule.enabled { moment.today } else { alert.as_of };
    let rule = Rule { enabled: true, ..*rule };
    // What somebody has closed already is no ground for another alert.
    let anothers = |finding: &Finding| closed.is_some_and(|closed| closed.covers(finding));
    back(last, first).filter_map(|day| at(&rule, case, day, moment)).find(|finding| !anothers(finding))
}

/// 本日未入力 ends by itself once none of its days is missing any more: the report has come, or nobody was to come.
pub(super) fn settled(case: &Case, alert: &Alert, why: Cause) -> Option<Step> {
    let missing = |day: Date| case.calendar.open(day).is_open() && case.history.on(day).is_none();
    let stands = || back(alert.as_of, raised_on(alert)).any(missing);
    match why {
        Cause::Report { day, .. } if day == alert.as_of || (day < alert.as_of && !stands()) => alert.reported_later().ok(),
        Cause::Calendar { from, .. } if from <= alert.as_of && !stands() => alert.day_closed().ok(),
        _ => None,
    }
}

/// The first day an alert can speak of by itself: when it was raised, or the earlier day it was raised for.
fn raised_on(alert: &Alert) -> Date {
    in_japan(alert.raised_at).date().min(alert.as_of)
}

/// Newest first, both ends included.
fn back(from: Date, to: Date) -> impl Iterator<Item = Date> {
    std::iter::successors(Some(from), |day| day.yesterday().ok()).take_while(move |day| *day >= to)
}
