//! Rules over a month, a school year, some weeks or a vacation. Each speaks of the last day that told, so that a day that
//! adds nothing changes nothing.

use jiff::{ToSpan as _, civil::Date};

use super::{Number, Rule, Severity, Situation, evaluate::Looked};
use crate::domain::{
    attendance::Status,
    calendar::{ClosedBecause, DayKind, SchoolYear, day_after, day_before},
    history::Reported,
    streak::{self, DayLookedAt, Effect, Streak},
};

/// So many absences at least, whatever share of a short month they are.
const LEAST_OF_A_MONTH: u32 = 2;
/// So many days that tell there must be in each stretch before two shares can be compared.
const LEAST_OF_A_STRETCH: u32 = 8;
/// How far ahead a closure is followed to see how long it is.
const LONGEST_CLOSURE: usize = 60;

pub(super) const fn is_late_or_early(status: Status) -> bool {
    matches!(status, Status::Late | Status::LeftEarly | Status::LateAndLeftEarly)
}

/// 月内の欠席: so many days of this month, or so great a share of the month's open days, whichever is less.
pub(super) fn month(rule: &Rule, situation: &Situation<'_>) -> Option<Looked> {
    let (first, last) = (situation.as_of.first_of_month(), situation.as_of.last_of_month());
    let days = absences(situation, first);
    let open = days_from(first).take_while(|day| *day <= last).filter(|day| situation.calendar.open(*day).is_open()).count();
    let share = u32::try_from(open).unwrap_or(u32::MAX).saturating_mul(rule.number(Number::Percent)).div_ceil(100);
    let least = if share == 0 { u32::MAX } else { share.max(LEAST_OF_A_MONTH) };
    let looked = told(rule, situation, days)?;
    Some(Looked { threshold: looked.threshold.min(least), ..looked })
}

/// 年度の累計: a step graver at each further step.
pub(super) fn school_year(rule: &Rule, situation: &Situation<'_>) -> Option<Looked> {
    let looked = told(rule, situation, absences(situation, SchoolYear::of(situation.as_of).first()))?;
    Some(stepped(rule, looked))
}

/// 遅刻・早退: in each of some weeks on end, or often within this one, which is graver. A week without an open day is passed
/// over; the week of the situation is the last one that is looked at.
pub(super) fn late_again(rule: &Rule, situation: &Situation<'_>) -> Option<Looked> {
    let this_week = week_of(situation.as_of);
    let counts = |day: &Date| situation.history.on(*day).is_some_and(|reported| is_late_or_early(reported.status));
    let last = situation.history.days(this_week, situation.as_of).rfind(counts)?;
    let of_week = |monday: Date| situation.history.days(monday, monday.saturating_add(6.days()).min(last)).filter(counts);
    let often = of_week(this_week).map(|day| situation.day(day, Effect::Counts)).collect::<Vec<_>>();
    let times = u32::try_from(often.len()).unwrap_or(u32::MAX);
    let in_one_week = rule.number(Number::InOneWeek);
    if in_one_week > 0 && times >= in_one_week {
        let looked = Looked::at(rule, situation, Streak { count: times, days: often });
        return Some(Looked { threshold: in_one_week, ..looked }.raised_if(true));
    }
    let mut found = Streak::default();
    let mut monday = this_week;
    while situation.calendar.first_day().is_some_and(|first| first <= monday.saturating_add(6.days())) {
        let days: Vec<_> = of_week(monday).collect();
        let open = days_from(monday).take(7).any(|day| situation.calendar.open(day).is_open());
        if days.is_empty() && open {
            break;
        }
        found.count += u32::from(!days.is_empty());
        found.days.extend(days.into_iter().rev().map(|day| situation.day(day, Effect::Counts)));
        monday = monday.saturating_sub(7.days());
    }
    found.days.reverse();
    Some(Looked::at(rule, situation, found))
}

/// 登園率の急変: absent today, and the share of days the child came has fallen by so many points against the stretch before.
/// 停止・忌引・未入力 are in neither share.
pub(super) fn fell(rule: &Rule, situation: &Situation<'_>) -> Option<Looked> {
    let today = situation.today().filter(|today| today.is_absence() && situation.calendar.open(situation.as_of).is_open());
    let weeks = i64::from(rule.number(Number::Stretch)).clamp(1, 4);
    let middle = situation.as_of.saturating_sub((weeks * 7 - 1).days());
    let start = middle.saturating_sub((weeks * 7).days());
    let before = share(situation, start, day_before(middle)?);
    let (now, before) = today.and(share(situation, middle, situation.as_of)).zip(before)?;
    let days = absences(situation, middle);
    let streak = Streak { count: before.saturating_sub(now), days };
    Some(Looked::at(rule, situation, streak))
}

/// Of a hundred days the child could have come, on how many it did.
fn share(situation: &Situation<'_>, from: Date, to: Date) -> Option<u32> {
    let (mut came, mut away) = (0, 0);
    for day in situation.history.days(from, to).filter(|day| situation.calendar.open(*day).is_open()) {
        match situation.history.on(day).map(|reported| reported.status) {
            Some(status) if status.breaks_absence() => came += 1,
            Some(Status::Absent) => away += 1,
            _ => {}
        }
    }
    (came + away >= LEAST_OF_A_STRETCH).then(|| came * 100 / (came + away))
}

/// 長期休業中の確認: within a closure as long as the threshold, so many calendar days since somebody saw the child. Speaks once
/// a week, a step graver at the second step; rests while the last word was that the child is in care.
pub(super) fn vacation(rule: &Rule, situation: &Situation<'_>) -> Option<Looked> {
    let looked = Looked::at(rule, situation, Streak::default());
    let closed_from = long_closure(situation, looked.threshold)?;
    if situation.history.latest(situation.as_of).is_some_and(|(_, last)| last.status == Status::InCare) {
        return None;
    }
    let unseen = u32::try_from(streak::calendar_days_unseen(&situation.look())?).ok()?;
    let told = unseen / looked.threshold * looked.threshold;
    let first = situation.as_of.saturating_sub((i64::from(unseen) - 1).days());
    let days = days_from(first).take(usize::try_from(told).ok()?).map(|day| situation.day(day, Effect::Counts));
    let seen = day_before(first).filter(|day| situation.history.last_seen(situation.as_of) == Some(*day));
    let days = seen.map(|day| situation.day(day, Effect::Ends)).into_iter().chain(days).collect();
    let as_of = first.saturating_add((i64::from(told) - 1).days()).max(closed_from);
    let graver = rule.second > 0 && told >= rule.second;
    Some(Looked { streak: Streak { count: told, days }, as_of, ..looked }.raised_if(graver))
}

/// The first day of the closure the situation lies in, if it is at least `least` days long. The days a child never comes on
/// lie inside it but do not make it longer.
fn long_closure(situation: &Situation<'_>, least: u32) -> Option<Date> {
    let closed = |day: &Date| !situation.calendar.open(*day).is_open();
    let counts = |day: &Date| situation.calendar.open(*day) != DayKind::Closed(ClosedBecause::OwnWeek);
    let watched = |day: &Date| situation.calendar.is_watched(*day);
    let back: Vec<_> = situation.calendar.days_back(situation.as_of).take_while(|day| closed(day) && watched(day)).collect();
    let ahead = days_from(day_after(situation.as_of)).take(LONGEST_CLOSURE).take_while(|day| closed(day) && watched(day));
    let length = back.iter().copied().filter(counts).count() + ahead.filter(counts).count();
    back.last().copied().filter(|_| u32::try_from(length).is_ok_and(|days| days >= least))
}

/// The open days from `first` on that the child was absent.
fn absences(situation: &Situation<'_>, first: Date) -> Vec<DayLookedAt> {
    let absent =
        |day: &Date| situation.calendar.open(*day).is_open() && situation.history.on(*day).is_some_and(Reported::is_absence);
    situation.history.days(first, situation.as_of).filter(absent).map(|day| situation.day(day, Effect::Counts)).collect()
}

/// The days that told, as of the last of them.
fn told(rule: &Rule, situation: &Situation<'_>, days: Vec<DayLookedAt>) -> Option<Looked> {
    let count = u32::try_from(days.len()).unwrap_or(u32::MAX);
    (count > 0).then(|| Looked::at(rule, situation, Streak { count, days }))
}

fn stepped(rule: &Rule, mut looked: Looked) -> Looked {
    for step in [rule.second, rule.third] {
        if step > looked.threshold && looked.streak.count >= step {
            looked.threshold = step;
            looked.severity = Severity::raised(looked.severity);
        }
    }
    looked
}

/// The Monday of the week `day` lies in.
fn week_of(day: Date) -> Date {
    day.saturating_sub(i64::from(day.weekday().to_monday_zero_offset()).days())
}

fn days_from(first: Date) -> impl Iterator<Item = Date> {
    std::iter::successors(Some(first), |day| day.tomorrow().ok())
}
