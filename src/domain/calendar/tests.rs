//! The layers of the calendar, the school year and the office.

use std::sync::Arc;

use jiff::civil::{Date, Weekday, date};
use proptest::prelude::*;

use super::{Calendar, ChildCalendar, ClosedBecause, DayKind, Exception, Office, SchoolYear, Span, Stay, Week, days_between};
use crate::domain::streak::story::{holidays, nursery, school};

fn closed(because: ClosedBecause) -> DayKind {
    DayKind::Closed(because)
}

#[test]
fn the_template_closes_for_its_own_reasons() {
    let school = school();
    let table = [
        (date(2026, 11, 20), DayKind::Open),
        (date(2026, 11, 21), closed(ClosedBecause::Weekday)),
        (date(2026, 11, 23), closed(ClosedBecause::Holiday)),
        // A holiday on a Sunday is a holiday.
        (date(2026, 5, 3), closed(ClosedBecause::Holiday)),
        (date(2026, 7, 17), DayKind::Open),
        (date(2026, 7, 21), closed(ClosedBecause::Vacation)),
        (date(2026, 8, 31), closed(ClosedBecause::Vacation)),
        (date(2026, 9, 1), DayKind::Open),
        // 土曜授業
        (date(2026, 10, 10), DayKind::Open),
    ];
    for (day, kind) in table {
        assert_eq!(school.open(day), kind, "{day}");
    }
    assert_eq!(nursery().open(date(2026, 11, 21)), DayKind::Open);
    assert_eq!(nursery().open(date(2026, 12, 29)), closed(ClosedBecause::Vacation));
    assert_eq!(nursery().open(date(2027, 1, 4)), DayKind::Open);
}

#[test]
fn a_facility_that_never_closes_is_open_on_holidays() {
    let mut calendar = school();
    let template = Arc::make_mut(&mut calendar.template);
    (template.week, template.closed_on_holidays) = (Week::EVERY_DAY, false);
    template.vacations.clear();
    for day in [date(2026, 11, 22), date(2026, 11, 23), date(2027, 1, 1)] {
        assert_eq!(calendar.open(day), DayKind::Open, "{day}");
    }
}

#[test]
fn an_inner_layer_overrules_the_outer_ones() {
    let friday = date(2026, 11, 20);
    let saturday = date(2026, 11, 21);
    let with = |facility: &[Exception], class: &[Exception], own_week| Calendar {
        facility: facility.into(),
        class: class.into(),
        own_week,
        ..school()
    };
    let (shut, opened) = (Exception::closed(friday, saturday), Exception::open(saturday));
    let not_friday = Week::of(&[Weekday::Monday, Weekday::Saturday]);
    let table = [
        (with(&[shut], &[], None), closed(ClosedBecause::Facility), closed(ClosedBecause::Weekday)),
        (with(&[], &[shut], None), closed(ClosedBecause::Class), closed(ClosedBecause::Weekday)),
        (with(&[opened], &[], None), DayKind::Open, DayKind::Open),
        (with(&[opened], &[shut], None), closed(ClosedBecause::Class), closed(ClosedBecause::Class)),
        (with(&[shut], &[opened], None), closed(ClosedBecause::Facility), DayKind::Open),
        // Of two in one layer the later one holds.
        (with(&[shut, opened], &[], None), closed(ClosedBecause::Facility), DayKind::Open),
        (with(&[opened, shut], &[], None), closed(ClosedBecause::Facility), closed(ClosedBecause::Weekday)),
        // The child's own week closes, and never opens.
        (with(&[], &[], Some(not_friday)), closed(ClosedBecause::OwnWeek), closed(ClosedBecause::Weekday)),
        (with(&[opened], &[], Some(not_friday)), closed(ClosedBecause::OwnWeek), DayKind::Open),
    ];
    for (n, (calendar, on_friday, on_saturday)) in table.into_iter().enumerate() {
        assert_eq!((calendar.open(friday), calendar.open(saturday)), (on_friday, on_saturday), "row {n}");
    }
}

#[test]
fn open_days_back_passes_over_closed_days_and_stops_where_the_watch_began() {
    let child = ChildCalendar::one(date(2026, 11, 17), school());
    let found = child.open_days_back(date(2026, 11, 24), 3);
    assert_eq!(found, [date(2026, 11, 24), date(2026, 11, 20), date(2026, 11, 19)]);
    assert_eq!(child.open_days_back(date(2026, 11, 23), 99).len(), 4);
    assert!(child.open_days_back(date(2026, 11, 16), 5).is_empty());
    assert!(ChildCalendar::default().open_days_back(date(2026, 11, 16), 5).is_empty());
}

#[test]
fn each_day_belongs_to_the_stay_it_falls_in() {
    let nursery_years = Stay { from: date(2025, 4, 1), to: Some(date(2026, 3, 31)), calendar: nursery() };
    let school_years = Stay { from: date(2026, 4, 1), to: Some(date(2026, 11, 13)), calendar: school() };
    let child = ChildCalendar::new(vec![school_years, nursery_years]);
    assert_eq!(child.first_day(), Some(date(2025, 4, 1)));
    assert_eq!(child.open(date(2026, 3, 28)), DayKind::Open, "a Saturday at the nursery");
    assert_eq!(child.open(date(2026, 4, 11)), closed(ClosedBecause::Weekday), "a Saturday at school");
    assert_eq!(child.open(date(2026, 11, 13)), DayKind::Open);
    assert_eq!(child.open(date(2026, 11, 16)), closed(ClosedBecause::NotWatched));
    assert_eq!(child.open(date(2025, 3, 31)), closed(ClosedBecause::NotWatched));
}

#[test]
fn the_school_year_turns_on_the_first_of_april() {
    assert_eq!(SchoolYear::of(date(2027, 3, 31)).year(), 2026);
    assert_eq!(SchoolYear::of(date(2027, 4, 1)).year(), 2027);
    let year = SchoolYear::of(date(2026, 11, 20));
    assert_eq!((year.first(), year.last()), (date(2026, 4, 1), date(2027, 3, 31)));
    assert!(year.has(date(2027, 1, 1)) && !year.has(date(2026, 3, 31)));
    assert_eq!(SchoolYear::of(Date::MAX).last(), date(9999, 3, 31), "the end of time does not panic");
}

#[test]
fn the_office_works_on_no_weekend_holiday_or_year_end() {
    let office = Office::new(holidays());
    let table = [
        (date(2026, 11, 20), date(2026, 11, 24)),
        (date(2026, 11, 21), date(2026, 11, 24)),
        (date(2026, 12, 28), date(2027, 1, 4)),
        (date(2026, 5, 1), date(2026, 5, 7)),
        (date(2026, 11, 18), date(2026, 11, 19)),
    ];
    for (day, next) in table {
        assert_eq!(office.next_business_day(day), next, "after {day}");
    }
    assert_eq!(office.business_day_from(date(2026, 11, 20)), date(2026, 11, 20));
    assert_eq!(office.business_day_from(date(2027, 1, 1)), date(2027, 1, 4));
    assert_eq!(office.business_days_after(date(2026, 11, 20), 5), date(2026, 11, 30));
    assert_eq!(office.business_days_after(date(2026, 11, 21), 0), date(2026, 11, 21));
}

#[test]
fn the_end_of_time_is_reached_without_panic() {
    assert_eq!(Office::default().next_business_day(Date::MAX), Date::MAX);
    assert!(Span::day(Date::MIN).has(Date::MIN));
    let child = ChildCalendar::one(Date::MIN, school());
    assert!(child.open_days_back(Date::MIN, 9).len() <= 1);
}

#[test]
fn days_between_counts_in_both_directions() {
    assert_eq!(days_between(date(2026, 12, 31), date(2027, 1, 1)), 1);
    assert_eq!(days_between(date(2027, 1, 1), date(2026, 12, 31)), -1);
    assert_eq!(days_between(date(2024, 2, 28), date(2024, 3, 1)), 2);
}

proptest! {
    #[test]
    fn a_week_is_its_number(bits in 0..=u8::MAX) {
        let week = Week::from_bits(bits);
        prop_assert_eq!(week.bits(), bits & 0b0111_1111);
        let days: Vec<_> = Weekday::Monday.cycle_forward().take(7).filter(|day| {
            // 2026-11-09 is a Monday.
            let offset = i64::from(day.to_monday_zero_offset());
            week.has(date(2026, 11, 9).saturating_add(jiff::Span::new().days(offset)))
        }).collect();
        prop_assert_eq!(Week::of(&days), week);
    }

    #[test]
    fn every_day_is_in_exactly_the_school_year_it_says(day in 0..4000_i64) {
        let day = date(2020, 1, 1).saturating_add(jiff::Span::new().days(day));
        let year = SchoolYear::of(day);
        prop_assert!(year.first() <= day && day <= year.last());
    }
}
