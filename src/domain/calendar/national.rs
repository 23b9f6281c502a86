//! The national holidays a new ward starts with (国民の祝日に関する法律; 内閣府「国民の祝日について」), 2025 to 2027.
//!
//! A ward changes its own copy: special laws moved holidays in 2019, 2020 and 2021.

use jiff::civil::Date;

/// One day and its name a line.
const TABLE: &str = include_str!("national.csv");

/// Each holiday with its name, 振替休日 and 国民の休日 among them, in the order of the days.
pub fn national_holidays() -> impl Iterator<Item = (Date, &'static str)> {
    TABLE.lines().filter_map(|line| {
        let (day, name) = line.split_once(',')?;
        Some((day.parse().ok()?, name))
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use jiff::civil::{Weekday, date};

    use super::*;

    /// Of the law's 16 holidays the equinoxes are announced each year; these are those of 2025–2027.
    const EQUINOXES: [(i16, i8, i8); 3] = [(2025, 20, 23), (2026, 20, 23), (2027, 21, 23)];

    fn nth_monday(year: i16, month: i8, nth: i8) -> Date {
        date(year, month, 1).nth_weekday_of_month(nth, Weekday::Monday).unwrap()
    }

    /// The holidays of a year by the letter of the law (2条, 3条2項, 3条3項).
    fn by_law(year: i16, spring: i8, autumn: i8) -> BTreeMap<Date, &'static str> {
        let fixed =
            [(1, 1), (2, 11), (2, 23), (3, spring), (4, 29), (5, 3), (5, 4), (5, 5), (8, 11), (9, autumn), (11, 3), (11, 23)];
        let mondays = [(1, 2), (7, 3), (9, 3), (10, 2)];
        let own: Vec<Date> = fixed
            .map(|(month, day)| date(year, month, day))
            .into_iter()
            .chain(mondays.map(|(month, nth)| nth_monday(year, month, nth)))
            .collect();
        let mut all: BTreeMap<Date, &str> = own.iter().map(|day| (*day, "")).collect();
        for day in &own {
            // 3条2項: a holiday on a Sunday gives the next day that is no holiday.
            if day.weekday() == Weekday::Sunday {
                let next = day.series(jiff::Span::new().days(1)).find(|day| !own.contains(day)).unwrap();
                all.insert(next, "振替休日");
            }
            // 3条3項: a day between two holidays.
            let (between, after) = (day.tomorrow().unwrap(), day.tomorrow().unwrap().tomorrow().unwrap());
            if own.contains(&after) && !own.contains(&between) {
                all.entry(between).or_insert("国民の休日");
            }
        }
        all
    }

    #[test]
    fn the_shipped_days_are_those_of_the_law() {
        let shipped: BTreeMap<Date, &str> = national_holidays().collect();
        let mut expected = BTreeMap::new();
        for (year, spring, autumn) in EQUINOXES {
            expected.extend(by_law(year, spring, autumn));
        }
        assert_eq!(shipped.keys().collect::<Vec<_>>(), expected.keys().collect::<Vec<_>>());
        for (day, name) in expected.into_iter().filter(|(_, name)| !name.is_empty()) {
            assert_eq!(shipped[&day], name, "{day}");
        }
    }
}
