//! One rule against one situation.

use jiff::civil::Date;

use super::{Finding, Rule, RuleCode, Strictness};
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

/// Everything a rule may look at. Precondition of `history`: see `streak`.
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
}

impl<'a> Situation<'a> {
    fn look(&self) -> Look<'a> {
        Look { history: self.history, calendar: self.calendar, as_of: self.as_of, phase: self.phase }
    }

    fn today(&self) -> Option<&'a Reported> {
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

    /// The day alone, as evidence.
    fn day(&self, effect: Effect) -> DayLookedAt {
        DayLookedAt::new(self.as_of, self.calendar.open(self.as_of), self.today(), effect)
    }

    fn day_alone(&self) -> Streak {
        Streak { count: 1, days: vec![self.day(Effect::Counts)] }
    }
}

/// What `rule` finds, or `None` when its condition is not met or it is switched off.
pub fn evaluate(rule: &Rule, situation: &Situation<'_>) -> Option<Finding> {
    let looked = rule.enabled.then(|| look(rule, situation)).flatten()?;
    let threshold = rule.threshold_for(situation.strictness);
    if looked.count < threshold {
        return None;
    }
    let mut finding = Finding::new(rule, threshold, situation.as_of, looked);
    match rule.code {
        RuleCode::A5 if finding.count < rule.threshold => {
            finding.severity = rule.severity.lowered();
        }
        RuleCode::I1 if situation.phase == Phase::AfterNotice => {
            finding.severity = rule.severity.raised();
        }
        _ => {}
    }
    Some(finding)
}

fn look(rule: &Rule, situation: &Situation<'_>) -> Option<Streak> {
    let look = situation.look();
    match rule.code {
        RuleCode::S1 | RuleCode::S2 | RuleCode::S3 => sign(rule, situation),
        _ if situation.rests() => None,
        RuleCode::A1 => silent_today(situation),
        RuleCode::A2 => Some(streak::unexplained(&look)),
        RuleCode::A3 | RuleCode::A5 => Some(streak::absent(&look, rule.visit_breaks)),
        RuleCode::A7 => Some(streak::unseen(&look)),
        RuleCode::A11 => siblings(situation),
        RuleCode::I1 => unreported_today(situation),
        RuleCode::U1 => None,
    }
}

fn sign(rule: &Rule, situation: &Situation<'_>) -> Option<Streak> {
    let (sign, signs) = (rule.code.sign()?, situation.history.signs_on(situation.as_of));
    signs.contains(&sign).then(|| {
        let day = DayLookedAt { signs, ..situation.day(Effect::Counts) };
        Streak { count: 1, days: vec![day] }
    })
}

fn silent_today(situation: &Situation<'_>) -> Option<Streak> {
    let silent = is_silent(situation.calendar.open(situation.as_of), situation.today());
    silent.then(|| situation.day_alone())
}

fn is_silent(kind: DayKind, reported: Option<&Reported>) -> bool {
    kind.is_open() && reported.is_some_and(Reported::is_silent_absence)
}

/// The child first, then the siblings in the order given. Whose day is closed is not absent.
fn siblings(situation: &Situation<'_>) -> Option<Streak> {
    let mut found = silent_today(situation)?;
    for sibling in situation.siblings_today {
        let reported = sibling.reported.as_ref();
        let silent = is_silent(sibling.kind, reported);
        let effect = if silent { Effect::Counts } else { Effect::Skipped };
        found.count += u32::from(silent);
        found.days.push(DayLookedAt::new(situation.as_of, sibling.kind, reported, effect));
    }
    Some(found)
}

fn unreported_today(situation: &Situation<'_>) -> Option<Streak> {
    let owed =
        situation.phase > Phase::BeforeCutoff && situation.calendar.open(situation.as_of).is_open() && situation.today().is_none();
    owed.then(|| situation.day_alone())
}
