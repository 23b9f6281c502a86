//! One rule against one situation.

use jiff::civil::Date;

use super::{Arranged, Finding, Group, Rule, RuleCode, Severity, Strictness, desk, moving, today, window};
use crate::domain::{
    attendance::Status,
    calendar::{ChildCalendar, DayKind},
    history::{History, Reported},
    streak::{self, DayLookedAt, Effect, Look, Phase, Streak},
};

/// A brother or sister on the day of the situation, under their own calendar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SiblingDay {
    pub kind: DayKind,
    pub reported: Option<Reported>,
}

/// Everything a rule may look at. Precondition of `history`: see `streak`; of the days before the child last came, the rules
/// of a month or a year need those it was absent, late or left early.
#[derive(Debug, Clone, Copy)]
pub struct Situation<'a> {
    /// The day that is judged. Today for the counts; the day of the report for 連絡なし and signs, which look at one
    /// day only; the day of a finding to see whether it still holds.
    pub as_of: Date,
    /// Of `as_of`; for a day gone by, `AfterNotice`. Rank A's earlier cut-off is the caller's setting.
    pub phase: Phase,
    pub strictness: Strictness,
    pub calendar: &'a ChildCalendar,
    pub history: &'a History,
    pub siblings_today: &'a [SiblingDay],
    pub arranged: Arranged,
}

/// What a rule saw, and what of it depends on what it saw.
pub(super) struct Looked {
    pub(super) streak: Streak,
    /// Which threshold it is held against.
    pub(super) threshold: u32,
    /// The last day that told.
    pub(super) as_of: Date,
    pub(super) severity: Severity,
}

impl Looked {
    /// Held against the threshold of the child's strictness, as grave as the rule.
    pub(super) fn at(rule: &Rule, situation: &Situation<'_>, streak: Streak) -> Self {
        let threshold = rule.threshold_for(situation.strictness);
        let as_of = streak.days.last().map_or(situation.as_of, |day| day.day);
        Self { streak, threshold, as_of, severity: rule.severity }
    }

    #[must_use]
    pub(super) fn raised_if(self, graver: bool) -> Self {
        Self { severity: if graver { self.severity.raised() } else { self.severity }, ..self }
    }
}

impl<'a> Situation<'a> {
    pub(super) const fn look(&self) -> Look<'a> {
        Look { history: self.history, calendar: self.calendar, as_of: self.as_of, phase: self.phase }
    }

    pub(super) fn today(&self) -> Option<&'a Reported> {
        self.history.on(self.as_of)
    }

    /// 一時保護・施設入所: the child is with the authority itself. 入院 with a fresh confirmer: the one exemption the
    /// guideline knows. On such a day no absence says anything.
    fn rests(&self) -> bool {
        self.today().is_some_and(|today| match today.status {
            Status::InCare => true,
            Status::Hospital => today.seen,
            _ => false,
        })
    }

    /// A day as evidence.
    pub(super) fn day(&self, day: Date, effect: Effect) -> DayLookedAt {
        DayLookedAt::new(day, self.calendar.open(day), self.history.on(day), effect).met(self.history.was_met(day))
    }

    pub(super) fn day_alone(&self) -> Streak {
        Streak { count: 1, days: vec![self.day(self.as_of, Effect::Counts)] }
    }
}

/// What `rule` finds, or `None` when its condition is not met or it is switched off.
pub fn evaluate(rule: &Rule, situation: &Situation<'_>) -> Option<Finding> {
    let speaks_anyway = rule.code.group() == Group::Signs || rule.code.of_the_office();
    if !rule.enabled || (situation.rests() && !speaks_anyway) {
        return None;
    }
    let looked = look(rule, situation).filter(|looked| looked.streak.count >= looked.threshold)?;
    Some(Finding::new(rule, looked))
}

fn look(rule: &Rule, situation: &Situation<'_>) -> Option<Looked> {
    let look = situation.look();
    let plain = |streak| Some(Looked::at(rule, situation, streak));
    match rule.code {
        RuleCode::S1 | RuleCode::S2 | RuleCode::S3 | RuleCode::S4 | RuleCode::S5 | RuleCode::S6 => {
            today::sign(rule.code, situation).and_then(plain)
        }
        RuleCode::A1 => today::silent(situation).and_then(plain),
        RuleCode::A2 => plain(streak::unexplained(&look)),
        RuleCode::A3 | RuleCode::A6 => plain(streak::absent(&look, rule.visit_breaks)),
        RuleCode::A4 => plain(streak::not_met(&look)),
        RuleCode::A5 => Some(ahead_of_the_seventh(rule, Looked::at(rule, situation, streak::absent(&look, rule.visit_breaks)))),
        RuleCode::A7 => plain(streak::unseen(&look)),
        RuleCode::A8 => window::month(rule, situation),
        RuleCode::A9 => window::school_year(rule, situation),
        RuleCode::A10 => window::late_again(rule, situation),
        RuleCode::A11 => today::siblings(situation).and_then(plain),
        RuleCode::A12 => today::after_closure(rule, situation),
        RuleCode::A13 => window::fell(rule, situation),
        RuleCode::I1 => {
            today::unreported(situation).and_then(plain).map(|looked| looked.raised_if(situation.phase == Phase::AfterNotice))
        }
        RuleCode::I2 => plain(streak::unreported(&look)),
        RuleCode::I3 => desk::no_slip(rule, situation),
        RuleCode::I4 => window::vacation(rule, situation),
        RuleCode::T1 => moving::planned(rule, situation),
        RuleCode::T2 => moving::not_arrived(rule, situation),
        RuleCode::T3 => moving::nobody_to_report(rule, situation),
        RuleCode::T4 => moving::nowhere(rule, situation),
        RuleCode::K8 => desk::nobody_holds(rule, situation),
        RuleCode::K9 => desk::ends_soon(rule, situation),
        // The clocks run on what other rules have raised.
        RuleCode::K1 | RuleCode::K2 | RuleCode::U1 => None,
    }
}

/// Rank A is warned before the day the guideline names, one step milder than on that day.
fn ahead_of_the_seventh(rule: &Rule, looked: Looked) -> Looked {
    let early = looked.streak.count < rule.threshold;
    Looked { severity: if early { looked.severity.lowered() } else { looked.severity }, ..looked }
}
