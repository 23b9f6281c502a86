//! Rules that look at one day.

use super::{Number, Rule, RuleCode, Situation, evaluate::Looked};
use crate::domain::{
    calendar::{ClosedBecause, DayKind, day_before},
    history::Reported,
    streak::{DayLookedAt, Effect, Phase, Streak},
};

pub(super) fn sign(code: RuleCode, situation: &Situation<'_>) -> Option<Streak> {
    let (sign, signs) = (code.sign()?, situation.history.signs_on(situation.as_of));
    signs.contains(&sign).then(|| {
        let day = DayLookedAt { signs, ..situation.day(situation.as_of, Effect::Counts) };
        Streak { count: 1, days: vec![day] }
    })
}

pub(super) fn silent(situation: &Situation<'_>) -> Option<Streak> {
    let silent = is_silent(situation.calendar.open(situation.as_of), situation.today());
    silent.then(|| situation.day_alone())
}

fn is_silent(kind: DayKind, reported: Option<&Reported>) -> bool {
    kind.is_open() && reported.is_some_and(Reported::is_silent_absence)
}

/// The child first, then the siblings in the order given. Whose day is closed is not absent.
pub(super) fn siblings(situation: &Situation<'_>) -> Option<Streak> {
    let mut found = silent(situation)?;
    for sibling in situation.siblings_today {
        let reported = sibling.reported.as_ref();
        let silent = is_silent(sibling.kind, reported);
        let effect = if silent { Effect::Counts } else { Effect::Skipped };
        found.count += u32::from(silent);
        found.days.push(DayLookedAt::new(situation.as_of, sibling.kind, reported, effect));
    }
    Some(found)
}

pub(super) fn unreported(situation: &Situation<'_>) -> Option<Streak> {
    let owed =
        situation.phase > Phase::BeforeCutoff && situation.calendar.open(situation.as_of).is_open() && situation.today().is_none();
    owed.then(|| situation.day_alone())
}

/// 休み明け: absent on the first open day after a closure of some days; graver when nobody called. The closed days are the
/// evidence. Days the child never comes on are no closure: else every child of two days a week would have four of them.
pub(super) fn after_closure(rule: &Rule, situation: &Situation<'_>) -> Option<Looked> {
    let today = situation.today().filter(|today| today.is_absence() && situation.calendar.open(situation.as_of).is_open())?;
    let mut closed = Vec::new();
    for day in situation.calendar.days_back(day_before(situation.as_of)?) {
        match situation.calendar.open(day) {
            DayKind::Open => break,
            DayKind::Closed(ClosedBecause::OwnWeek | ClosedBecause::NotWatched) => {}
            DayKind::Closed(_) => closed.push(situation.day(day, Effect::Skipped)),
        }
    }
    let long_enough = u32::try_from(closed.len()).is_ok_and(|days| days >= rule.number(Number::ClosedDays).max(1));
    let silent = today.is_silent_absence();
    long_enough.then(|| {
        let days = closed.into_iter().rev().chain([situation.day(situation.as_of, Effect::Counts)]).collect();
        Looked::at(rule, situation, Streak { count: 1, days }).raised_if(silent)
    })
}
