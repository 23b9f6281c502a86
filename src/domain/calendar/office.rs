//! The working days of the ward's offices: not 土日祝, not 12/29–1/3 (地方自治法4条の2).

use std::sync::Arc;

use jiff::civil::{Date, Weekday};

use super::{Holidays, day_after};

/// The business calendar of an office.
#[derive(Debug, Clone, Default)]
pub struct Office {
    holidays: Arc<Holidays>,
}

impl Office {
    pub const fn new(holidays: Arc<Holidays>) -> Self {
        Self { holidays }
    }

    pub fn is_business_day(&self, day: Date) -> bool {
        let weekend = matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
        let year_end = matches!((day.month(), day.day()), (12, 29..=31) | (1, 1..=3));
        !weekend && !year_end && !self.holidays.contains(&day)
    }

    /// The first business day after `day`.
    pub fn next_business_day(&self, day: Date) -> Date {
        self.business_day_from(day_after(day))
    }

    /// `day` itself if the office works then, else the next day it does.
    pub fn business_day_from(&self, day: Date) -> Date {
        let mut candidate = day;
        while !self.is_business_day(candidate) && candidate < Date::MAX {
            candidate = day_after(candidate);
        }
        candidate
    }

    /// The `n`th business day after `day`; `day` itself for 0.
    pub fn business_days_after(&self, day: Date, n: usize) -> Date {
        (0..n).fold(day, |reached, _| self.next_business_day(reached))
    }
}
