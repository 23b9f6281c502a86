//! What a report, a correction or the clock does to the alerts of one watch: every rule asked once, every alert stepped once.

mod again;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use jiff::{Timestamp, civil::Date};

use super::{
    alert::{Alert, Condition, State, Step},
    attendance::Sign,
    calendar::{ChildCalendar, Office},
    history::History,
    ids::{self, Id},
    rule::{Arranged, Finding, Group, Rule, RuleCode, SiblingDay, Situation, Strictness, evaluate},
    streak::{DayLookedAt, Effect, Phase},
};

/// A watch as the rules see it.
#[derive(Debug, Clone)]
pub struct Case {
    pub watch: Id<ids::Watch>,
    pub strictness: Strictness,
    pub calendar: ChildCalendar,
    /// With the new report already in it.
    pub history: History,
    /// From here on the history holds every report; of the days before only those that the rules of a month or a year count.
    pub whole_from: Date,
    /// By day, what the child's siblings did: on the day of the report, and on those that may be judged again.
    pub siblings: BTreeMap<Date, Vec<SiblingDay>>,
    /// What the office has arranged, as it is now.
    pub arranged: Arranged,
    /// Every open alert, and of each rule the last one that was closed.
    pub alerts: Vec<Alert>,
}

impl Case {
    /// What the child's siblings did on `day`.
    pub fn siblings_on(&self, day: Date) -> &[SiblingDay] {
        self.siblings.get(&day).map_or(&[], Vec::as_slice)
    }
}

/// Why the rules are asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// A first report for `day`, or a correction of one.
    Report { day: Date, corrected: bool },
    /// Days from this one on were closed or opened after the rules had been asked about them; with `sheets` the facility sends some.
    Calendar { from: Date, sheets: bool },
    /// It is late for a report about a child of rank A, and not yet late for others.
    Early,
    /// A time of the day has passed.
    Clock,
    /// The day is over: everything is asked once more, so that what a day counts does not hang on anybody reporting.
    Night,
    /// The same at a facility that sends no sheets: nothing it did not send is missing, and what the office owes it owes still.
    NightWithoutSheets,
    /// The office has planned where a child goes next: what that means is said at once.
    Moved,
    /// Somebody who held cases is not there any more: whether anybody holds this one does not wait for the night.
    Gone,
}

/// When they are asked.
#[derive(Debug, Clone, Copy)]
pub struct Moment<'a> {
    pub now: Timestamp,
    pub today: Date,
    /// Of today.
    pub phase: Phase,
    pub office: &'a Office,
}

/// What is to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    Raise(Alert, Finding),
    Step(Step, Option<Finding>),
}

/// Asks every rule about the case. Pure: live path, sweep and back-test give the same answer for the same days.
pub fn judge(
    rules: &[Rule],
    case: &Case,
    why: Cause,
    moment: &Moment<'_>,
    mut new_id: impl FnMut() -> Id<ids::Alert>,
) -> Vec<Verdict> {
    let open = case.calendar.open(moment.today).is_open();
    rules.iter().filter(|rule| asked(rule.code, why, open)).filter_map(|rule| one(rule, case, why, moment, &mut new_id)).collect()
}

/// What an urgent report of today does: the rules of signs are asked, with its signs in the history, and whatever they say there is
/// one alert for the whole of it. No report of the day was made, so nothing else is asked.
pub fn urgent(
    rules: &[Rule],
    case: &Case,
    signs: &[Sign],
    moment: &Moment<'_>,
    mut new_id: impl FnMut() -> Id<ids::Alert>,
) -> Vec<Verdict> {
    let why = Cause::Report { day: moment.today, corrected: false };
    let asked = rules.iter().filter(|rule| rule.code.sign().is_some_and(|sign| signs.contains(&sign)));
    let mut verdicts: Vec<_> = asked.filter_map(|rule| one(rule, case, why, moment, &mut new_id)).collect();
    verdicts.extend(whole(case, moment, &mut new_id));
    verdicts
}

/// The first urgent report raises an alert, each further one adds to it until it is closed.
fn whole(case: &Case, moment: &Moment<'_>, new_id: &mut impl FnMut() -> Id<ids::Alert>) -> Option<Verdict> {
    let open = case.alerts.iter().find(|alert| alert.rule == RuleCode::U1 && alert.state != State::Closed);
    let signs = case.history.signs_on(moment.today);
    let finding = Finding::urgent(open.map_or(0, |alert| alert.count) + 1, moment.today, |day| DayLookedAt {
        signs,
        ..DayLookedAt::new(day, case.calendar.open(day), case.history.on(day), Effect::Counts)
    });
    let verdict = match open {
        Some(alert) => Verdict::Step(alert.judged(Some(&finding), moment.now, moment.office)?, Some(finding)),
        None => Verdict::Raise(Alert::raise(new_id(), case.watch, &finding, moment.now, moment.office), finding),
    };
    Some(verdict)
}

/// 本日未入力 is the clock's to find; what speaks of one reported day is not the clock's. Only the night looks at what the
/// office owes, and at closed days.
fn asked(code: RuleCode, why: Cause, open: bool) -> bool {
    match why {
        Cause::Report { .. } => !code.of_the_office(),
        // A sign was seen, whatever day it was.
        Cause::Calendar { sheets: true, .. } => !code.of_the_office() && code.sign().is_none(),
        Cause::Calendar { sheets: false, .. } => code == RuleCode::T2,
        // What the ward's rules call grave waits for the time the facility itself knows.
        Cause::Early => open && code == RuleCode::I1,
        // A missing report lengthens no absence; it is a day on which nobody saw the child. On a closed day nothing is missing.
        Cause::Clock => open && matches!(code, RuleCode::A7 | RuleCode::I1 | RuleCode::T2),
        Cause::Night => open || code == RuleCode::I4 || code.of_the_office(),
        Cause::NightWithoutSheets => code.needs_no_sheets() && (open || code.of_the_office()),
        Cause::Moved => code.of_the_office() && code.group() == Group::Transfer,
        Cause::Gone => code == RuleCode::K8,
    }
}

fn one(rule: &Rule, case: &Case, why: Cause, moment: &Moment<'_>, new_id: &mut impl FnMut() -> Id<ids::Alert>) -> Option<Verdict> {
    let open = case.alerts.iter().find(|alert| alert.rule == rule.code && alert.state != State::Closed);
    let closed = case.alerts.iter().find(|alert| alert.rule == rule.code && alert.state == State::Closed);
    if let (RuleCode::I1, Cause::Report { .. }) = (rule.code, why) {
        return open.and_then(|alert| again::settled(case, alert, why)).map(|step| Verdict::Step(step, None));
    }
    // A night that is caught up with says nothing about an alert that knows of later days.
    if matches!(why, Cause::Night | Cause::NightWithoutSheets) && open.is_some_and(|alert| alert.as_of > moment.today) {
        return None;
    }
    let finding = at(rule, case, as_of(rule.code, why, moment), moment);
    match (finding, open) {
        // Still nobody: one more night is no news.
        (Some(_), Some(alert)) if rule.code == RuleCode::K8 && alert.condition == Condition::Met => None,
        (Some(finding), Some(alert)) => {
            let step = alert.judged(Some(&finding), moment.now, moment.office)?;
            Some(Verdict::Step(step, Some(finding)))
        }
        (Some(finding), None) if closed.is_some_and(|alert| alert.covers(&finding)) => None,
        (Some(finding), None) => {
            Some(Verdict::Raise(Alert::raise(new_id(), case.watch, &finding, moment.now, moment.office), finding))
        }
        (None, alert) if rule.code == RuleCode::I1 => {
            alert.and_then(|alert| again::settled(case, alert, why)).map(|step| Verdict::Step(step, None))
        }
        (None, Some(alert)) => again::rejudged(rule, case, (alert, closed), why, moment),
        (None, None) => closed.and_then(|alert| again::rejudged(rule, case, (alert, None), why, moment)),
    }
}

/// Signs, 連絡なし and 休み明け look at the reported day, counts at today.
const fn as_of(code: RuleCode, why: Cause, moment: &Moment<'_>) -> Date {
    match (code, why) {
        (RuleCode::A1 | RuleCode::A11 | RuleCode::A12, Cause::Report { day, .. }) => day,
        (code, Cause::Report { day, .. }) if code.sign().is_some() => day,
        _ => moment.today,
    }
}

fn at(rule: &Rule, case: &Case, as_of: Date, moment: &Moment<'_>) -> Option<Finding> {
    let phase = if as_of == moment.today { moment.phase } else { Phase::AfterNotice };
    let situation = Situation {
        as_of,
        phase,
        strictness: case.strictness,
        calendar: &case.calendar,
        history: &case.history,
        siblings_today: case.siblings_on(as_of),
        arranged: case.arranged,
    };
    evaluate(rule, &situation)
}
