//! A set of days of the week, small enough to be a number in a row.

use jiff::civil::{Date, Weekday};

/// Days of the week on which something is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Week(u8);

impl Week {
    /// Monday to Friday: public schools (学校教育法施行規則61条, 土日 are 休業日).
    pub const SCHOOL: Self = Self(0b001_1111);
    /// Monday to Saturday: nurseries.
    pub const NURSERY: Self = Self(0b011_1111);
    /// Every day: residential and other facilities that never close.
    pub const EVERY_DAY: Self = Self(0b111_1111);

    pub fn of(days: &[Weekday]) -> Self {
        Self(days.iter().fold(0, |bits, day| bits | bit(*day)))
    }

    /// From a stored number: Monday is bit 0, Sunday bit 6; higher bits are dropped.
    pub const fn from_bits(bits: u8) -> Self {
        Self(bits & 0b111_1111)
    }

    pub const fn bits(self) -> u8 {
        self.0
    }

    pub fn has(self, day: Date) -> bool {
        self.0 & bit(day.weekday()) != 0
    }
}

fn bit(day: Weekday) -> u8 {
    1 << day.to_monday_zero_offset()
}
