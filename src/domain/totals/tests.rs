//! Months and years, written as days and counted by hand.

use jiff::civil::{Date, date};
use proptest::{prelude::*, sample::select};

use super::{Run, Totals};
use crate::domain::{
    calendar::{ChildCalendar, SchoolYear, Span, Stay},
    streak::story::{Story, after, class_closed, nursery, school},
};

/// 2026-11-09, a Monday with two plain weeks before the next holiday.
const MONDAY: Date = date(2026, 11, 9);

fn of(story: &Story) -> Totals {
    let from = story.calendar.first_day().expect("watched");
    Totals::of(&story.history, &story.calendar, Span { from, to: story.as_of })
}

#[test]
fn each_status_has_its_column() {
    // open, present, absent, elsewhere, excused, in care, unreported, late, early, silent
    let table = [
        ("P", [1, 1, 0, 0, 0, 0, 0, 0, 0, 0]),
        ("PS", [1, 1, 0, 0, 0, 0, 0, 0, 0, 0]),
        ("L", [1, 1, 0, 0, 0, 0, 0, 1, 0, 0]),
        ("E", [1, 1, 0, 0, 0, 0, 0, 0, 1, 0]),
        ("LE", [1, 1, 0, 0, 0, 0, 0, 1, 1, 0]),
        ("A", [1, 0, 1, 0, 0, 0, 0, 0, 0, 0]),
        ("A!", [1, 0, 1, 0, 0, 0, 0, 0, 0, 1]),
        ("PO", [1, 0, 0, 1, 0, 0, 0, 0, 0, 0]),
        ("SS", [1, 0, 0, 0, 1, 0, 0, 0, 0, 0]),
        ("SB", [1, 0, 0, 0, 1, 0, 0, 0, 0, 0]),
        ("SO", [1, 0, 0, 0, 1, 0, 0, 0, 0, 0]),
        ("HO", [1, 0, 0, 0, 1, 0, 0, 0, 0, 0]),
        ("HS", [1, 0, 0, 0, 1, 0, 0, 0, 0, 0]),
        ("TC", [1, 0, 0, 0, 0, 1, 0, 0, 0, 0]),
        ("NS", [0, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
        (".", [1, 0, 0, 0, 0, 0, 1, 0, 0, 0]),
    ];
    for (word, expected) in table {
        let t = of(&Story::school(MONDAY, word));
        let found =
            [t.open_days, t.present, t.absent, t.met_elsewhere, t.excused, t.in_care, t.unreported, t.late, t.left_early, t.silent];
        assert_eq!(found, expected, "{word}");
    }
}

#[test]
fn closed_days_are_in_no_column_but_who_was_seen_then_was_seen() {
    // Sat and Sun; the class closed on Wednesday, although an absence had been reported.
    let story = Story::at(class_closed(school(), date(2026, 11, 11), date(2026, 11, 11)), MONDAY, "P A A A A P .");
    let totals = of(&story);
    assert_eq!((totals.open_days, totals.absent, totals.unreported), (4, 3, 0));
    assert_eq!(totals.last_seen, Some(date(2026, 11, 14)));
    assert_eq!(totals.longest_absence, Some(Run { from: date(2026, 11, 10), to: date(2026, 11, 13), days: 3 }));
}

#[test]
fn a_run_over_the_end_of_the_month_is_counted_whole() {
    // 11/26 Thu, 11/27 Fri, weekend, 11/30 Mon, 12/1 Tue, 12/2 Wed.
    let story = Story::school(date(2026, 11, 25), "P A A . . A A A");
    let december = Totals::of(&story.history, &story.calendar, Span { from: date(2026, 12, 1), to: date(2026, 12, 31) });
    assert_eq!(december.absent, 2);
    assert_eq!(december.longest_absence, Some(Run { from: date(2026, 11, 26), to: date(2026, 12, 2), days: 5 }));
    let november = Totals::of(&story.history, &story.calendar, Span { from: date(2026, 11, 1), to: date(2026, 11, 30) });
    assert_eq!(november.longest_absence.map(|run| run.days), Some(3));
}

#[test]
fn a_run_that_ended_before_the_month_is_not_its_longest() {
    let story = Story::school(date(2026, 11, 25), "A A A . . A P A");
    let december = Totals::of(&story.history, &story.calendar, Span { from: date(2026, 12, 1), to: date(2026, 12, 31) });
    assert_eq!(december.longest_absence, Some(Run { from: date(2026, 12, 2), to: date(2026, 12, 2), days: 1 }));
    let nobody = Totals::of(&story.history, &ChildCalendar::default(), Span { from: MONDAY, to: MONDAY });
    assert_eq!(nobody, Totals::default());
}

#[test]
fn the_school_year_begins_on_the_first_of_april_also_where_the_child_moved() {
    let mut story = Story::school(date(2026, 3, 27), "A A . A A . . . . . A P A");
    story.calendar = ChildCalendar::new(vec![
        Stay { from: date(2026, 3, 27), to: Some(date(2026, 3, 31)), calendar: nursery() },
        Stay { from: date(2026, 4, 1), to: None, calendar: school() },
    ]);
    let until = |day: Date, until: Date| Totals::of_school_year(&story.history, &story.calendar, SchoolYear::of(day), until);
    let year = until(story.as_of, story.as_of);
    assert_eq!((year.open_days, year.absent, year.present), (3, 2, 1));
    let before = until(date(2026, 3, 31), date(2026, 3, 31));
    assert_eq!((before.open_days, before.absent), (4, 4));
    assert_eq!(until(date(2026, 3, 31), story.as_of), before, "the year before ends with March");
    let first_morning = until(date(2026, 4, 1), date(2026, 3, 31));
    assert_eq!((first_morning.open_days, first_morning.absent), (0, 0), "nothing of the new year is over yet");
}

#[test]
fn who_must_come_is_counted_without_those_excused() {
    let totals = of(&Story::school(MONDAY, "P SS A TC P"));
    assert_eq!((totals.open_days, totals.expected()), (5, 3));
}

proptest! {
    #[test]
    fn the_columns_add_up_to_the_open_days(words in prop::collection::vec(
        select(vec!["P", "L", "E", "LE", "PS", "PO", "A", "A!", "SS", "SB", "SO", "HO", "HO+", "HS", "TC", "NS", "."]), 1..60)) {
        let story = Story::school(MONDAY, &words.join(" "));
        let t = of(&story);
        prop_assert_eq!(t.open_days, t.present + t.absent + t.met_elsewhere + t.excused + t.in_care + t.unreported);
        prop_assert!(t.longest_absence.map_or(0, |run| run.days) <= t.absent);
        prop_assert_eq!(t.longest_absence.is_some(), t.absent > 0);
        // Two halves are the whole.
        let middle = after(MONDAY, words.len() / 2);
        let first = Totals::of(&story.history, &story.calendar, Span { from: MONDAY, to: middle });
        let rest = Totals::of(&story.history, &story.calendar, Span { from: after(middle, 1), to: story.as_of });
        prop_assert_eq!((first.open_days + rest.open_days, first.absent + rest.absent), (t.open_days, t.absent));
        let longest = |totals: &Totals| totals.longest_absence.map_or(0, |run| run.days);
        prop_assert_eq!(longest(&first).max(longest(&rest)), longest(&t));
    }
}
