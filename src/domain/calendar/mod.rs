//! Which days count for a child: holidays, the ward's template, the facility, the class, the child's own week.
//!
//! Filled from rows by whoever reads them; it knows no clock and asks nobody.

mod layers;
mod month;
mod national;
mod office;
mod school_year;
mod standard;
mod stays;
#[cfg(test)]
mod tests;
mod week;

pub use layers::{Calendar, Change, Exception, Span, Template};
pub use month::Month;
pub use national::national_holidays;
pub use office::Office;
pub use school_year::SchoolYear;
pub use standard::{Closure, EVERY_DAY, Standard, standard_templates, usual_template};
pub(crate) use stays::LOOK_BACK_DAYS;
pub use stays::{ChildCalendar, Stay};
pub use week::Week;

use std::collections::BTreeSet;

use jiff::{ToSpan as _, civil::Date};

use super::coded::coded;

/// The national holidays (国民の祝日) known to the ward: data it can change, because special laws move them.
pub type Holidays = BTreeSet<Date>;

coded! {
    /// 臨時休業等の理由: why nobody is to come on a day closed from its sheet (学校保健安全法20条, 学校教育法施行規則63条). Its word
    /// becomes the day's name in the calendar.
    pub enum ClosingReason {
        Extraordinary = "extraordinary",
        Infection = "infection",
        Weather = "weather",
        Substitute = "substitute",
        Other = "other",
    }
}

coded! {
    /// Why a day does not count, from the outermost layer to the innermost.
    pub enum ClosedBecause {
        /// 祝日: the template closes on national holidays.
        Holiday = "holiday",
        /// The template is not open on this day of the week.
        Weekday = "weekday",
        /// 長期休業: a vacation period of the template.
        Vacation = "vacation",
        /// 施設の休業日: the facility closed on its own account.
        Facility = "facility",
        /// 学級閉鎖・臨時休業: only the child's class is closed.
        Class = "class",
        /// The child does not come on this day of the week by agreement.
        OwnWeek = "own_week",
        /// Nobody was asked about this day: before, after or between the child's watches.
        NotWatched = "not_watched",
    }
}

/// What a day is for one child.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DayKind {
    Open,
    Closed(ClosedBecause),
}

impl DayKind {
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Open)
    }
}

/// The day before, or `None` at the beginning of time.
pub(crate) fn day_before(day: Date) -> Option<Date> {
    day.yesterday().ok()
}

/// The day after; the end of time is its own tomorrow.
pub(crate) fn day_after(day: Date) -> Date {
    day.saturating_add(1.day())
}

/// Whole days from `from` to `to`, negative when `to` is earlier.
pub(crate) fn days_between(from: Date, to: Date) -> i64 {
    from.duration_until(to).as_hours() / 24
}
