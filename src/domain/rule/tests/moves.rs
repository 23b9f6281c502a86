//! Children between two facilities: T1 to T4.

use jiff::civil::{Date, date};

use super::{after, rule, situation};
use crate::domain::{
    calendar::{ChildCalendar, Stay},
    rule::{Arranged, Finding, Leaving, RuleCode, Severity, Situation, Strictness, evaluate},
    streak::{
        Phase,
        story::{Story, nursery, school},
    },
    transfer::Next,
};

/// A Monday.
const FIRST: Date = date(2026, 11, 16);

/// At the nursery until Saturday, at the school from the Monday after; `words` begin on the Monday before.
fn moved(words: &str) -> Story {
    let calendar = ChildCalendar::new(vec![
        Stay { from: date(2026, 11, 9), to: Some(date(2026, 11, 14)), calendar: nursery() },
        Stay { from: FIRST, to: None, calendar: school() },
    ]);
    Story { calendar, ..Story::school(date(2026, 11, 9), words) }
}

fn find(code: RuleCode, story: &Story, strictness: Strictness, arranged: Arranged) -> Option<Finding> {
    evaluate(&rule(code), &Situation { arranged, ..situation(story, strictness, &[]) })
}

#[test]
fn a_child_that_does_not_come_to_the_new_facility_is_found_on_the_third_open_day() {
    let arrived = Arranged { arrived: Some(FIRST), ..Arranged::default() };
    // At the old facility Monday to Saturday; Sunday; then the new one.
    let table = [
        ("P P P P P P . A", None, Some(1)),
        ("P P P P P P . A A", None, Some(2)),
        ("P P P P P P . A A A", Some(3), Some(3)),
        // Nothing reported is nothing confirmed; 停止 and 忌引 confirm nothing either.
        ("P P P P P P . . . .", Some(3), Some(3)),
        ("P P P P P P . SS SB HS", Some(3), Some(3)),
        // Whoever did not come to the old one either is counted from the first day at the new one.
        ("A A A A A A . A A A", Some(3), Some(3)),
        // The weekend and 勤労感謝の日 add nothing.
        ("P P P P P P . A A A A A . . . A", Some(6), Some(6)),
        // Seen once, arrived for good.
        ("P P P P P P . P A A A", None, None),
        ("P P P P P P . A A PO", None, None),
        // With the authority itself.
        ("P P P P P P . A A A TC", None, None),
    ];
    for (words, normal, strict) in table {
        let count = |strictness| find(RuleCode::T2, &moved(words), strictness, arrived).map(|found| found.count);
        assert_eq!((count(Strictness::Normal), count(Strictness::Strict)), (normal, strict), "{words}");
    }
    let found = find(RuleCode::T2, &moved("P P P P P P . A A A"), Strictness::Normal, arrived).expect("T2");
    assert_eq!((found.severity, found.began, found.as_of), (Severity::Urgent, FIRST, date(2026, 11, 18)));
    assert_eq!(find(RuleCode::T2, &moved("A A A A A A . A A A"), Strictness::Strict, Arranged::default()), None, "no transfer");
}

#[test]
fn today_is_no_silence_before_its_cutoff_and_a_caseworkers_eyes_count() {
    let arrived = Arranged { arrived: Some(FIRST), ..Arranged::default() };
    let story = moved("P P P P P P . A A .");
    let count = |story: &Story| find(RuleCode::T2, story, Strictness::Normal, arrived).map(|found| found.count);
    assert_eq!(count(&story.clone().before_cutoff()), None);
    assert_eq!(count(&Story { phase: Phase::AfterCutoff, ..story.clone() }), Some(3));
    let mut met = story.clone();
    met.history.meet(FIRST);
    assert_eq!(count(&met), None);
    let mut before = story;
    before.history.meet(date(2026, 11, 13));
    assert_eq!(count(&before), Some(3), "seen before the transfer is not seen since");
}

#[test]
fn seven_days_over_two_facilities_are_seven_days() {
    let story = moved("P P P A A A . A A A A");
    let found = find(RuleCode::A5, &story, Strictness::Normal, Arranged::default()).expect("A5");
    assert_eq!((found.count, found.began), (7, date(2026, 11, 12)));
}

fn leaving(next: Next, accounts: bool) -> Arranged {
    let leaving = Leaving { entered: date(2026, 11, 11), last: date(2026, 11, 14), next, accounts };
    Arranged { leaving: Some(leaving), ..Arranged::default() }
}

/// As of the `nth` day after 11/9.
fn on(nth: usize) -> Story {
    Story { as_of: after(date(2026, 11, 9), nth), ..moved("P P P P P P . P P P P P") }
}

#[test]
fn a_plan_is_announced_once_whatever_comes_next() {
    for next in Next::ALL {
        let found = |nth| find(RuleCode::T1, &on(nth), Strictness::Normal, leaving(*next, true));
        let first = found(2).expect("on entry");
        assert_eq!((first.as_of, first.severity), (date(2026, 11, 11), Severity::Caution));
        assert_eq!(found(5), Some(first), "the same on each day");
        assert_eq!(found(6), None, "past");
    }
    assert_eq!(find(RuleCode::T1, &on(3), Strictness::Normal, Arranged::default()), None);
}

#[test]
fn a_facility_where_nobody_can_report_is_told_at_once() {
    for (next, accounts, expected) in [
        (Next::Facility, false, true),
        (Next::Facility, true, false),
        (Next::Undecided, false, false),
        (Next::Outside, false, false),
    ] {
        for nth in [2, 8] {
            let found = find(RuleCode::T3, &on(nth), Strictness::Normal, leaving(next, accounts));
            assert_eq!(found.is_some(), expected, "{next:?} {accounts} {nth}");
        }
    }
}

#[test]
fn nobody_knows_where_at_once_and_without_a_place_from_the_day_after() {
    let table = [
        (Next::Missing, 2, Some(date(2026, 11, 11))),
        (Next::Missing, 8, Some(date(2026, 11, 11))),
        // Once a week, as long as it lasts.
        (Next::Missing, 9, Some(date(2026, 11, 18))),
        (Next::Missing, 15, Some(date(2026, 11, 18))),
        (Next::Missing, 16, Some(date(2026, 11, 25))),
        (Next::Undecided, 2, None),
        (Next::Undecided, 5, None),
        (Next::Undecided, 6, Some(date(2026, 11, 15))),
        (Next::Undecided, 12, Some(date(2026, 11, 15))),
        (Next::Undecided, 13, Some(date(2026, 11, 22))),
        (Next::Facility, 9, None),
        (Next::Outside, 9, None),
    ];
    for (next, nth, as_of) in table {
        let found = find(RuleCode::T4, &on(nth), Strictness::Normal, leaving(next, false));
        assert_eq!(found.as_ref().map(|found| found.as_of), as_of, "{next:?} {nth}");
        assert!(found.is_none_or(|found| found.severity == Severity::Urgent));
    }
}
