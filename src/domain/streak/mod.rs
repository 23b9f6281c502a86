//! Counting days in a row, with the list of days that were looked at, so that an alert can show 「なぜ出たか」.
//!
//! Precondition for every count: the history holds all reports since the last day the child came
//! (`Status::breaks_absence`, that day included), or since the first stay if there is none. Nothing earlier is read,
//! because such a day ends every count.

mod look;
#[cfg(test)]
pub(crate) mod story;
#[cfg(test)]
mod tests;

pub use look::{DayLookedAt, Effect, Was};

use jiff::civil::Date;

use super::{
    attendance::Status,
    calendar::{ChildCalendar, LOOK_BACK_DAYS, days_between},
    coded::coded,
    history::{History, Reported},
};

coded! {
    /// How far the reporting day has come; the times are settings of ward and facility, so they are passed in.
    pub enum Phase {
        /// Facilities may still be filling in their sheets: silence means nothing yet.
        BeforeCutoff = "before_cutoff",
        /// After the facility's cut-off (12:00): what was not entered is 未入力.
        AfterCutoff = "after_cutoff",
        /// After the worker is told of it (15:00).
        AfterNotice = "after_notice",
    }
}

/// What a count looks at.
#[derive(Debug, Clone, Copy)]
pub struct Look<'a> {
    pub history: &'a History,
    pub calendar: &'a ChildCalendar,
    /// The last day that is looked at.
    pub as_of: Date,
    /// Of `as_of`; for a day gone by, `AfterNotice`.
    pub phase: Phase,
}

/// Days in a row up to a day.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Streak {
    pub count: u32,
    /// Oldest first: from the day that ended the counting, or the first day counted, to the last day counted.
    pub days: Vec<DayLookedAt>,
}

impl Streak {
    /// The first day that counted.
    pub fn began(&self) -> Option<Date> {
        self.days.iter().find(|day| day.effect == Effect::Counts).map(|day| day.day)
    }
}

/// 連続欠席日数: days in a row the child did not come. 停止・忌引・入院・自粛 and 未入力 neither add nor break;
/// with `visit_breaks`, a day on which staff met the child elsewhere (PO) ends it, otherwise it counts.
pub fn absent(look: &Look<'_>, visit_breaks: bool) -> Streak {
    count(look, |day| match day.reported {
        Some(reported) if reported.status.breaks_absence() => Effect::Ends,
        Some(reported) if visit_breaks && reported.status == Status::SeenElsewhere => Effect::Ends,
        Some(reported) if day.open && reported.status.counts_absent() => Effect::Counts,
        _ => Effect::Skipped,
    })
}

/// 連続欠席日数, as long as nobody has met the child: a visit, a hospital's word or the authority's ends it.
pub fn not_met(look: &Look<'_>) -> Streak {
    count(look, |day| match day.reported {
        Some(reported) if reported.status.breaks_absence() || reported.seen => Effect::Ends,
        _ if day.met => Effect::Ends,
        Some(reported) if day.open && reported.status == Status::Absent => Effect::Counts,
        _ => Effect::Skipped,
    })
}

/// 連続未入力日数: open days in a row without a report that was due. Any report ends it.
pub fn unreported(look: &Look<'_>) -> Streak {
    count(look, |day| match day.reported {
        Some(_) => Effect::Ends,
        None if day.open && day.due => Effect::Counts,
        None => Effect::Skipped,
    })
}

/// 連続未確認日数: open days in a row on which nobody saw the child, whatever the reason; 未入力 counts once its
/// cut-off has passed. Only a day on which somebody saw the child ends it, be it staff or a caseworker (目視確認).
pub fn unseen(look: &Look<'_>) -> Streak {
    count(look, |day| match day.reported {
        Some(reported) if reported.seen => Effect::Ends,
        _ if day.met => Effect::Ends,
        Some(reported) if day.open && reported.status.counts_as_open() => Effect::Counts,
        None if day.open && day.due => Effect::Counts,
        _ => Effect::Skipped,
    })
}

/// Open days from `first` on, if on none of them anybody saw the child; 未入力 counts once its cut-off has passed. `None` as soon as
/// somebody has: there the child has arrived.
pub fn unseen_since(look: &Look<'_>, first: Date) -> Option<Streak> {
    let seen = |day: Date| look.history.was_met(day) || look.history.on(day).is_some_and(|reported| reported.seen);
    let mut days = Vec::new();
    let since = std::iter::successors(Some(first), |day| day.tomorrow().ok()).take(LOOK_BACK_DAYS);
    for day in since.take_while(|day| *day <= look.as_of) {
        if seen(day) {
            return None;
        }
        let (reported, kind) = (look.history.on(day), look.calendar.open(day));
        let due = day < look.as_of || look.phase > Phase::BeforeCutoff;
        let told = reported.map_or(due, |reported| reported.status.counts_as_open());
        let effect = if kind.is_open() && told { Effect::Counts } else { Effect::Skipped };
        days.push(DayLookedAt::new(day, kind, reported, effect));
    }
    forget_what_came_after(&mut days);
    let count = days.iter().filter(|day| day.effect == Effect::Counts).count();
    Some(Streak { count: u32::try_from(count).unwrap_or(u32::MAX), days })
}

/// 連絡なし・理由不明の欠席 in a row. A day the family explained ends it, and so does a day staff met the child;
/// days that are no absence at all do neither.
pub fn unexplained(look: &Look<'_>) -> Streak {
    count(look, |day| match day.reported {
        Some(reported) if reported.status.breaks_absence() => Effect::Ends,
        Some(reported) if reported.status == Status::SeenElsewhere => Effect::Ends,
        Some(reported) if !day.open || reported.status != Status::Absent => Effect::Skipped,
        Some(reported) if reported.is_unexplained_absence() => Effect::Counts,
        Some(_) => Effect::Ends,
        None => Effect::Skipped,
    })
}

/// 暦日未確認: calendar days since somebody last saw the child, weekends and vacations included; since the day before
/// the first stay if nobody has. `None` when nobody was asked to look.
pub fn calendar_days_unseen(look: &Look<'_>) -> Option<i64> {
    match look.history.last_seen(look.as_of) {
        Some(seen) => Some(days_between(seen, look.as_of)),
        None => look.calendar.first_day().map(|first| days_between(first, look.as_of).max(-1) + 1),
    }
}

/// One day as a count judges it.
struct Day<'a> {
    reported: Option<&'a Reported>,
    open: bool,
    /// A report is owed: the day is over, or its cut-off has passed.
    due: bool,
    /// 目視確認 by the office.
    met: bool,
}

fn count(look: &Look<'_>, judge: impl Fn(&Day<'_>) -> Effect) -> Streak {
    let mut streak = Streak::default();
    for day in look.calendar.days_back(look.as_of) {
        let reported = look.history.on(day);
        let kind = look.calendar.open(day);
        let due = day < look.as_of || look.phase > Phase::BeforeCutoff;
        let effect = judge(&Day { reported, open: kind.is_open(), due, met: look.history.was_met(day) });
        streak.days.push(DayLookedAt::new(day, kind, reported, effect).met(look.history.was_met(day)));
        match effect {
            Effect::Counts => streak.count += 1,
            Effect::Skipped => {}
            Effect::Ends => break,
        }
    }
    forget_the_lead_in(&mut streak.days);
    streak.days.reverse();
    forget_what_came_after(&mut streak.days);
    streak
}

/// Drops the days before the first one counted when nothing ended the counting: they explain nothing.
fn forget_the_lead_in(newest_first: &mut Vec<DayLookedAt>) {
    let telling = newest_first.iter().rposition(|day| day.effect != Effect::Skipped);
    newest_first.truncate(telling.map_or(0, |last| last + 1));
}

/// Drops the days after the last one counted: a count says the same until another day adds to it.
fn forget_what_came_after(oldest_first: &mut Vec<DayLookedAt>) {
    if let Some(last) = oldest_first.iter().rposition(|day| day.effect == Effect::Counts) {
        oldest_first.truncate(last + 1);
    }
}
