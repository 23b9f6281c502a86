//! Whose turn it is: nights that began yesterday, holidays, single days, gaps.

use std::{collections::BTreeMap, sync::Arc};

use jiff::civil::date;
use uuid::Uuid;

use super::*;
use crate::domain::calendar::Holidays;

fn person(number: u128) -> Id<Person> {
    Id::from(Uuid::from_u128(number))
}

fn office() -> Office {
    let holidays: Holidays = [date(2026, 11, 23)].into_iter().collect();
    Office::new(Arc::new(holidays))
}

#[test]
fn a_moment_falls_into_one_turn() {
    for (moment, day, shift) in [
        ("2026-11-20T08:29:59", 19, Shift::Night),
        ("2026-11-20T08:30:00", 20, Shift::Day),
        ("2026-11-20T17:14:59", 20, Shift::Day),
        ("2026-11-20T17:15:00", 20, Shift::Night),
        ("2026-11-21T00:00:00", 20, Shift::Night),
    ] {
        assert_eq!(Turn::at(moment.parse().unwrap()), Turn { day: date(2026, 11, day), shift }, "{moment}");
    }
}

#[test]
fn the_table_has_a_line_for_each_day() {
    for (day, row) in [
        (date(2026, 11, 20), Row::Weekday(Weekday::Friday)),
        (date(2026, 11, 21), Row::Weekday(Weekday::Saturday)),
        (date(2026, 11, 23), Row::Holiday),
        (date(2026, 12, 29), Row::Holiday),
        (date(2027, 1, 3), Row::Weekday(Weekday::Sunday)),
    ] {
        assert_eq!(Row::of(day, &office()), row, "{day}");
    }
    let numbers: BTreeMap<i8, Row> = Row::ALL.into_iter().map(|row| (row.number(), row)).collect();
    assert_eq!(numbers.len(), 8);
    assert!(Row::ALL.into_iter().all(|row| Row::from_number(row.number()) == Some(row)));
    assert_eq!(Row::from_number(8), None);
}

#[test]
fn a_single_day_wins_over_the_week_and_a_gap_is_nobody() {
    let friday = Row::Weekday(Weekday::Friday);
    let mut roster = DutyRoster::default();
    roster.weekly.insert((friday, Shift::Day), person(1));
    roster.weekly.insert((friday, Shift::Night), person(2));
    roster.days.insert(Turn { day: date(2026, 11, 27), shift: Shift::Night }, person(3));
    let on = |day, shift| roster.on_duty(Turn { day, shift }, &office());
    assert_eq!(on(date(2026, 11, 20), Shift::Day), Some(person(1)));
    assert_eq!(on(date(2026, 11, 20), Shift::Night), Some(person(2)));
    assert_eq!(on(date(2026, 11, 27), Shift::Night), Some(person(3)));
    assert_eq!(on(date(2026, 11, 21), Shift::Day), None);
    assert_eq!(on(date(2026, 11, 23), Shift::Day), None, "a holiday is no Monday");
}
