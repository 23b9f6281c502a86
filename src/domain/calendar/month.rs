//! A month as weeks of days, Sunday first as calendars in Japan are.

use jiff::{
    ToSpan as _,
    civil::{Date, date},
};

use super::Span;

/// A month of a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Month(Date);

impl Month {
    pub fn of(day: Date) -> Self {
        Self(day.first_of_month())
    }

    /// `2026-11`; `None` for anything else, and for years no calendar of ours reaches.
    pub fn read(text: &str) -> Option<Self> {
        let (year, month) = text.split_once('-')?;
        let (year, month) = (year.parse::<i16>().ok()?, month.parse::<i8>().ok()?);
        let sensible = (2000..=2200).contains(&year) && (1..=12).contains(&month);
        sensible.then(|| Self(date(year, month, 1)))
    }

    pub fn code(self) -> String {
        self.0.strftime("%Y-%m").to_string()
    }

    pub const fn first(self) -> Date {
        self.0
    }

    pub fn span(self) -> Span {
        Span { from: self.0, to: self.0.last_of_month() }
    }

    #[must_use]
    pub fn before(self) -> Self {
        Self::of(self.0.saturating_sub(1.day()))
    }

    #[must_use]
    pub fn after(self) -> Self {
        Self::of(self.0.last_of_month().saturating_add(1.day()))
    }

    /// Whole weeks; days of the months around it are among them.
    pub fn weeks(self) -> Vec<Vec<Date>> {
        let lead = i64::from(self.0.weekday().to_sunday_zero_offset());
        let mut day = self.0.saturating_sub(lead.days());
        let mut weeks = Vec::with_capacity(6);
        while day <= self.0.last_of_month() {
            let week = (0..7).map(|n: i64| day.saturating_add(n.days())).collect();
            weeks.push(week);
            day = day.saturating_add(7.days());
        }
        weeks
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_month_is_whole_weeks_that_hold_all_its_days() {
        let mut month = Month::of(date(2026, 1, 17));
        for _ in 0..60 {
            let weeks = month.weeks();
            assert!(weeks.iter().all(|week| week.len() == 7 && week[0].weekday() == jiff::civil::Weekday::Sunday));
            let days: Vec<Date> = weeks.concat();
            assert!(days.contains(&month.span().from) && days.contains(&month.span().to));
            assert!(weeks.len() <= 6 && weeks.iter().all(|week| week.iter().any(|day| month.span().has(*day))));
            assert_eq!(month.after().before(), month);
            assert_eq!(Month::read(&month.code()), Some(month));
            month = month.after();
        }
        assert_eq!(month.code(), "2031-01");
    }

    #[test]
    fn nonsense_is_no_month() {
        for text in ["", "2026", "2026-13", "2026-00", "-1-1", "99999-01", "2026-11-20", "９"] {
            assert_eq!(Month::read(text), None, "{text}");
        }
    }
}
