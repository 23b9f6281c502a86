//! The rules of a month, a year, some weeks, a closure; and those about what the office owes.

use std::sync::Arc;

use jiff::civil::{Date, date};

use super::{MONDAY, find, rule, situation};
use crate::domain::{
    calendar::{Calendar, Template, Week},
    rule::{Arranged, LateSlip, Rule, RuleCode, Severity, Situation, Strictness, Worker, evaluate},
    streak::{
        Effect, Was,
        story::{Story, class_closed, nursery, school},
    },
};

fn every_day() -> Calendar {
    let template = Template { week: Week::EVERY_DAY, closed_on_holidays: false, vacations: vec![], extra_open: vec![] };
    Calendar::plain(Arc::default(), Arc::new(template))
}

/// How grave, how many, against which threshold, as of when.
fn found(code: RuleCode, story: &Story) -> Option<(Severity, u32, u32, Date)> {
    find(code, story, Strictness::Normal).map(|found| (found.severity, found.count, found.threshold, found.as_of))
}

#[test]
fn five_days_of_a_month_or_a_quarter_of_a_short_one() {
    // September has 19 school days: five is both. In November the watch began on the ninth: of 15 days a quarter is four.
    let september = "A P P A . . P A P P A . . P P P A";
    let story = Story::school(date(2026, 9, 1), september);
    assert_eq!(found(RuleCode::A8, &story), Some((Severity::Caution, 5, 5, date(2026, 9, 17))));
    assert_eq!(found(RuleCode::A8, &Story::school(date(2026, 9, 1), september.trim_end_matches(" A"))), None);
    assert_eq!(found(RuleCode::A8, &Story::school(MONDAY, "A A A P A")), Some((Severity::Caution, 4, 4, date(2026, 11, 13))));
    // Of two open days a quarter is one; one day is a cold.
    let two_days = class_closed(school(), date(2026, 11, 11), date(2026, 11, 30));
    assert_eq!(found(RuleCode::A8, &Story::at(two_days.clone(), MONDAY, "A P")), None);
    assert_eq!(found(RuleCode::A8, &Story::at(two_days, MONDAY, "A A")).map(|found| found.2), Some(2));
    let strict = find(RuleCode::A8, &Story::school(date(2026, 9, 1), "A A A"), Strictness::Strict).expect("A8");
    assert_eq!((strict.threshold, strict.days.len()), (3, 3));
}

#[test]
fn a_month_begins_anew_and_a_day_that_adds_nothing_changes_nothing() {
    let story = Story::school(date(2026, 11, 24), "A A A A . . A A");
    assert_eq!(found(RuleCode::A8, &story), None, "five in November, one in December");
    let (friday, monday) = (Story::school(MONDAY, "A A A P A"), Story::school(MONDAY, "A A A P A . . P"));
    let whole = |story| find(RuleCode::A8, story, Strictness::Normal).expect("A8");
    assert_eq!(whole(&friday), whole(&monday));
    assert!(whole(&monday).days.iter().all(|day| day.effect == Effect::Counts));
}

#[test]
fn the_year_has_three_steps() {
    let away = |days: usize| Story::at(every_day(), date(2026, 4, 1), &"A ".repeat(days));
    let table = [
        (6, None),
        (7, Some((Severity::Notice, 7, 7))),
        (29, Some((Severity::Notice, 29, 7))),
        (30, Some((Severity::Caution, 30, 30))),
        (90, Some((Severity::Warning, 90, 90))),
        (120, Some((Severity::Warning, 120, 90))),
    ];
    for (days, expected) in table {
        let story = away(days);
        let finding = find(RuleCode::A9, &story, Strictness::Normal);
        assert_eq!(finding.as_ref().map(|found| (found.severity, found.count, found.threshold)), expected, "{days} days");
        assert!(finding.is_none_or(|found| found.level() == 1), "steps make it graver, not multiples");
    }
    let over_the_year = Story::at(every_day(), date(2026, 3, 26), &"A ".repeat(10));
    assert_eq!(found(RuleCode::A9, &over_the_year), None, "four days of the new year");
}

#[test]
fn late_once_a_week_for_three_weeks_or_three_times_in_one() {
    let monday = date(2026, 10, 26);
    let table = [
        ("L P P P P . . E", None),
        ("L P P P P . . E . P P P . . LE", Some((Severity::Notice, 3, 3))),
        ("L P P P P . . P . P P P . . L", None),
        ("P L E . LE", Some((Severity::Caution, 3, 3))),
        // The week goes on: what was late in it still tells.
        ("L P P P P . . E . P P P . . LE P P", Some((Severity::Notice, 3, 3))),
        // A week later it is over.
        ("L P P P P . . E . P P P . . LE P P P P . . P", None),
    ];
    for (words, expected) in table {
        let story = Story::school(monday, words);
        assert_eq!(
            found(RuleCode::A10, &story).map(|(severity, count, threshold, _)| (severity, count, threshold)),
            expected,
            "{words}"
        );
    }
    let closed = class_closed(school(), date(2026, 11, 2), date(2026, 11, 8));
    let story = Story::at(closed, monday, "L P P P P . . . . . . . . . L P P P P . . L");
    assert_eq!(found(RuleCode::A10, &story).map(|found| found.1), Some(3), "a closed week is passed over");
}

#[test]
fn the_first_day_after_a_closure_of_some_days() {
    // 12/29–1/3; 12/28 is a Monday, and so is 1/4.
    let after = |word: &str| Story::at(nursery(), date(2026, 12, 28), &format!("P . . . . . . {word}"));
    let table = [("A", Some(Severity::Caution)), ("A!", Some(Severity::Warning)), ("P", None), ("SS", None), ("PO", None)];
    for (word, expected) in table {
        assert_eq!(found(RuleCode::A12, &after(word)).map(|found| found.0), expected, "{word}");
    }
    let finding = find(RuleCode::A12, &after("A"), Strictness::Normal).expect("A12");
    assert_eq!((finding.days.len(), finding.count), (7, 1), "the closed days are the evidence");
    assert_eq!(found(RuleCode::A12, &Story::school(MONDAY, "P P P P P . . A")), None, "a weekend");
    assert_eq!(found(RuleCode::A12, &Story::school(date(2026, 11, 20), "P . . . A")), None, "three days");
    let mut once_a_week = every_day();
    once_a_week.own_week = Some(Week::from_iso_weekdays(&[1]));
    assert_eq!(found(RuleCode::A12, &Story::at(once_a_week, MONDAY, "P . . . . . . A")), None, "days the child never comes on");
}

#[test]
fn a_sudden_fall_is_seen_where_the_ward_wants_it() {
    let on = Rule { enabled: true, ..rule(RuleCode::A13) };
    let words = "P ".repeat(28) + &"P A ".repeat(14);
    let story = Story::at(every_day(), MONDAY, &words);
    let finding = evaluate(&on, &situation(&story, Strictness::Normal, &[])).expect("A13");
    assert_eq!((finding.severity, finding.count, finding.threshold), (Severity::Notice, 50, 30));
    assert_eq!(found(RuleCode::A13, &story), None, "off until then");
    let steady = Story::at(every_day(), MONDAY, &"P A ".repeat(28));
    assert_eq!(evaluate(&on, &situation(&steady, Strictness::Normal, &[])), None);
    let unknown = Story::at(every_day(), MONDAY, &(". ".repeat(28) + &"P A ".repeat(14)));
    assert_eq!(evaluate(&on, &situation(&unknown, Strictness::Normal, &[])), None, "nothing to compare with");
}

#[test]
fn a_long_vacation_wants_a_look_each_week() {
    // 7/17 is the last day of term.
    let story = |days: usize| Story::school(date(2026, 7, 17), &format!("P{}", " .".repeat(days)));
    let table = [
        (6, None),
        (7, Some((Severity::Caution, 7, 7, date(2026, 7, 24)))),
        (13, Some((Severity::Caution, 7, 7, date(2026, 7, 24)))),
        (14, Some((Severity::Warning, 14, 7, date(2026, 7, 31)))),
        (40, Some((Severity::Warning, 35, 7, date(2026, 8, 21)))),
    ];
    for (days, expected) in table {
        assert_eq!(found(RuleCode::I4, &story(days)), expected, "{days} days");
    }
    let first = find(RuleCode::I4, &story(7), Strictness::Normal).expect("I4");
    assert_eq!(
        (first.days[0].was, first.days[0].effect, first.days.len()),
        (Was::Reported(crate::domain::attendance::Status::Present), Effect::Ends, 8)
    );
    let mut met = story(14);
    met.history.meet(date(2026, 7, 27));
    assert_eq!(found(RuleCode::I4, &met), None, "a caseworker saw the child");
    let in_care = Story::school(date(2026, 7, 16), &format!("P TC{}", " .".repeat(14)));
    assert_eq!(found(RuleCode::I4, &in_care), None, "the authority has the child");
    let weekend = Story::school(date(2026, 11, 6), "P . . A A A A A . .");
    assert_eq!(found(RuleCode::I4, &weekend), None, "a weekend is no vacation");
    let back_at_school = Story::school(date(2026, 7, 17), &format!("P{} A", " .".repeat(45)));
    assert_eq!(found(RuleCode::I4, &back_at_school), None);
}

#[test]
fn a_caseworkers_visit_ends_what_was_not_seen_but_not_the_absence() {
    let mut story = Story::school(MONDAY, "A A A A A . . A A");
    story.history.meet(date(2026, 11, 16));
    assert!(find(RuleCode::A5, &story, Strictness::Normal).is_some());
    assert_eq!(find(RuleCode::A7, &story, Strictness::Normal), None);
    assert_eq!(find(RuleCode::A4, &story, Strictness::Normal), None);
    let mut weekend = Story::school(MONDAY, "A A A A A . . A A");
    weekend.history.meet(date(2026, 11, 15));
    let evidence = find(RuleCode::A5, &weekend, Strictness::Normal).expect("A5").days;
    assert!(evidence.iter().any(|day| day.met && day.day == date(2026, 11, 15)), "the evidence says so");
}

#[test]
fn ten_days_ask_for_the_police() {
    let nine = Story::school(MONDAY, "A A A A A . . A A A A");
    let ten = Story::school(MONDAY, "A A A A A . . A A A A A");
    assert_eq!(found(RuleCode::A6, &nine), None);
    assert_eq!(found(RuleCode::A6, &ten).map(|found| (found.0, found.1)), Some((Severity::Urgent, 10)));
}

fn arranged(story: &Story, worker: Worker, until: Option<Date>) -> Situation<'_> {
    Situation { arranged: Arranged { worker, until, ..Arranged::default() }, ..situation(story, Strictness::Normal, &[]) }
}

#[test]
fn a_case_nobody_holds_is_found_also_while_the_other_rules_rest() {
    let story = Story::school(MONDAY, "TC");
    let found = |worker| evaluate(&rule(RuleCode::K8), &arranged(&story, worker, None)).map(|found| found.severity);
    assert_eq!(
        (found(Worker::Here), found(Worker::Nobody), found(Worker::Left)),
        (None, Some(Severity::Warning), Some(Severity::Warning))
    );
}

#[test]
fn an_end_is_announced_once() {
    let found = |day, until| {
        let story = Story::school(day, "P");
        evaluate(&rule(RuleCode::K9), &arranged(&story, Worker::Here, until)).map(|found| (found.as_of, found.count))
    };
    let until = Some(date(2026, 11, 30));
    assert_eq!(found(date(2026, 11, 15), until), None);
    assert_eq!(found(date(2026, 11, 16), until), Some((date(2026, 11, 16), 14)));
    assert_eq!(found(date(2026, 11, 30), until), found(date(2026, 11, 16), until), "the same on each day");
    assert_eq!((found(date(2026, 12, 1), until), found(MONDAY, None)), (None, None));
}

#[test]
fn a_slip_that_did_not_come_is_said_once_for_a_child_of_its_month() {
    let late = |days| LateSlip { month_end: date(2026, 10, 31), days };
    let found = |first, slip| {
        let story = Story::school(first, "HO");
        let situation =
            Situation { arranged: Arranged { slip, ..Arranged::default() }, ..situation(&story, Strictness::Normal, &[]) };
        evaluate(&rule(RuleCode::I3), &situation).map(|found| (found.as_of, found.count, found.severity))
    };
    let (october, november) = (date(2026, 10, 1), date(2026, 11, 9));
    let seventh = Some((date(2026, 10, 31), 7, Severity::Caution));
    assert_eq!((found(october, None), found(october, Some(late(6)))), (None, None));
    assert_eq!(
        (found(october, Some(late(7))), found(october, Some(late(12)))),
        (seventh, seventh),
        "the same on each day, at rest too"
    );
    assert_eq!(found(november, Some(late(7))), None, "the child was not asked about in October");
}
