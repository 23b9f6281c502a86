//! The school year (年度), April to March (学校教育法施行規則59条).

use jiff::civil::{Date, date};

/// The year in which a school year begins: 2026 is 2026-04-01 to 2027-03-31.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SchoolYear(i16);

impl SchoolYear {
    /// The school year `day` belongs to.
    pub fn of(day: Date) -> Self {
        Self(if day.month() >= 4 { day.year() } else { day.year().saturating_sub(1) })
    }

    pub const fn year(self) -> i16 {
        self.0
    }

    /// 4月1日.
    pub fn first(self) -> Date {
        date(self.0.clamp(-9999, 9998), 4, 1)
    }

    /// 3月31日 of the following calendar year.
    pub fn last(self) -> Date {
        date(self.0.clamp(-9999, 9998).saturating_add(1), 3, 31)
    }

    pub fn has(self, day: Date) -> bool {
        Self::of(day) == self
    }
}
