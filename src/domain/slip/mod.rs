//! 定期的情報提供連絡票: what a facility says once a month about each child it was asked to watch (domain 4.6).
//!
//! Where the sheet is sent daily, counts and absences come from the daily reports; where it is not, the facility writes down the
//! days the child stayed away and says of all others that it came. Both go through the same counting.

mod hand;
mod month;
#[cfg(test)]
mod tests;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

pub use self::{
    hand::{Hand, HandFault, HandLine, MOST_LINES},
    month::{Month, NoMonth},
};
use super::{
    attendance::{Contact, Mark, Reason, Status},
    calendar::{ChildCalendar, Office, Span},
    coded::coded,
    history::{History, Reported},
    rule::LateSlip,
    totals::Totals,
};

coded! {
    /// How a facility reports, as the ward has set it.
    pub enum Reporting {
        /// The sheet, every day; a slip may be made and is not owed.
        Daily = "daily",
        /// The sheet every day, and the slip every month.
        DailyAndMonthly = "daily_and_monthly",
        /// The slip only.
        Monthly = "monthly",
    }
}

impl Reporting {
    pub const fn owes_slips(self) -> bool {
        matches!(self, Self::DailyAndMonthly | Self::Monthly)
    }

    pub const fn owes_sheets(self) -> bool {
        matches!(self, Self::Daily | Self::DailyAndMonthly)
    }
}

coded! {
    /// 気づいた様子: what somebody noticed. General headings; the ward's own list comes with the checklist.
    pub enum Noticed {
        Body = "body",
        Clothing = "clothing",
        Meals = "meals",
        Behaviour = "behaviour",
        Guardian = "guardian",
        Siblings = "siblings",
        Other = "other",
    }
}

/// The most 連絡事項 may hold.
pub const NOTE: usize = 400;

/// One child on a slip.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    pub counts: Counts,
    /// Every day the child did not come, oldest first.
    pub absences: Vec<Absence>,
    pub longest: Option<Run>,
    pub last_seen: Option<Date>,
    /// What was noticed; an empty list is 変わりなし, none is no answer yet.
    pub noticed: Option<Vec<Noticed>>,
    pub note: String,
    /// Written by hand, because the facility does not report daily.
    #[serde(default)]
    pub by_hand: bool,
}

/// `open = present + absent + excused + elsewhere + unreported`; 遅刻 and 早退 are among those present.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    pub open: u32,
    pub present: u32,
    pub absent: u32,
    /// 停止・忌引等
    pub excused: u32,
    /// 校外で確認, 一時保護
    pub elsewhere: u32,
    pub unreported: u32,
    pub late: u32,
    pub left_early: u32,
}

/// A day the child did not come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Absence {
    pub day: Date,
    pub status: Status,
    pub contact: Option<Contact>,
    pub reason: Option<Reason>,
    pub note: String,
}

/// Absent days in a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    pub from: Date,
    pub to: Date,
    pub days: u32,
}

impl Entry {
    /// From the daily reports of one child at one facility.
    pub fn tally(month: Month, calendar: &ChildCalendar, marks: &[(Date, Mark)]) -> Self {
        let history: History = marks.iter().map(|(day, mark)| (*day, Reported::of(mark, *day))).collect();
        let span = Span { from: month.first(), to: month.last() };
        let totals = Totals::of(&history, calendar, span);
        let stayed_away = |status: Status| !status.breaks_absence() && status != Status::NotScheduled;
        let absence = |(day, mark): &(Date, Mark)| Absence {
            day: *day,
            status: mark.status,
            contact: mark.contact,
            reason: mark.reason,
            note: mark.note.clone().unwrap_or_default(),
        };
        let away = marks.iter().filter(|(day, mark)| span.has(*day) && calendar.open(*day).is_open() && stayed_away(mark.status));
        let mut absences: Vec<Absence> = away.map(absence).collect();
        absences.sort_by_key(|absence| absence.day);
        Self {
            counts: Counts {
                open: totals.open_days,
                present: totals.present,
                absent: totals.absent,
                excused: totals.excused,
                elsewhere: totals.met_elsewhere + totals.in_care,
                unreported: totals.unreported,
                late: totals.late,
                left_early: totals.left_early,
            },
            absences,
            longest: totals.longest_absence.map(|run| Run { from: run.from, to: run.to, days: run.days }),
            last_seen: totals.last_seen,
            ..Self::default()
        }
    }

    /// The same counts, with what a person has written kept.
    #[must_use]
    pub fn keeping(self, written: &Self) -> Self {
        Self { noticed: written.noticed.clone(), note: written.note.clone(), ..self }
    }

    /// Whether everything a person must say was said.
    pub fn is_complete(&self) -> bool {
        self.noticed.as_ref().is_some_and(|noticed| noticed.is_empty() || !self.note.is_empty())
    }
}

/// From when the facility is reminded of a slip that was not sent: business days after the month. When the office counts it as missing
/// is said by the ward's rule I3.
pub fn notice_on(office: &Office, month: Month) -> Date {
    office.business_days_after(month.last(), 3)
}

/// How late the slip of `month` is on `day`; whoever is later than a month is late enough for every rule.
pub fn lateness(office: &Office, month: Month, day: Date) -> LateSlip {
    let days = business_days_after(office, month).take_while(|business_day| *business_day <= day).count();
    LateSlip { month_end: month.last(), days: u32::try_from(days).unwrap_or(u32::MAX) }
}

/// The business days after `month`, as many as make a slip late enough for every rule.
pub fn business_days_after(office: &Office, month: Month) -> impl Iterator<Item = Date> {
    (1..=31).map(move |days| office.business_days_after(month.last(), days))
}
