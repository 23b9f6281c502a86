//! A month on a slip: what is counted, what is refused, that both ways count alike.

use std::sync::Arc;

use jiff::civil::{Date, date};
use proptest::prelude::*;

use super::*;
use crate::domain::{
    calendar::{Calendar, Holidays, Template, Week},
    rule::{RuleCode, Strictness, default_rules},
};

fn october() -> Month {
    "2026-10".parse().unwrap()
}

/// Monday to Friday, closed on 2026-10-12.
fn school() -> ChildCalendar {
    let holidays: Holidays = [date(2026, 10, 12)].into();
    let week = Week::from_iso_weekdays(&[1, 2, 3, 4, 5]);
    let template = Template { week, closed_on_holidays: true, vacations: Vec::new(), extra_open: Vec::new() };
    ChildCalendar::one(date(2026, 4, 1), Calendar::plain(Arc::new(holidays), Arc::new(template)))
}

fn absent(day: Date) -> (Date, Mark) {
    (day, Mark { contact: Some(Contact::Before), reason: Some(Reason::Illness), ..Mark::only(Status::Absent) })
}

fn line(day: Date, status: Status) -> HandLine {
    HandLine { day, status, contact: Some(Contact::Before), reason: Some(Reason::Illness), note: String::new() }
}

#[test]
fn a_month_is_read_as_it_is_written() {
    assert_eq!(october().to_string(), "2026-10");
    assert_eq!((october().first(), october().last()), (date(2026, 10, 1), date(2026, 10, 31)));
    assert_eq!("2026-01".parse::<Month>().unwrap().previous().to_string(), "2025-12");
    for text in ["", "2026", "2026-13", "2026-00", "26-10", "2026-1", "+026-10", "2026-10-01", "1999-12", "２０２６-10"] {
        assert_eq!(text.parse::<Month>(), Err(NoMonth), "{text}");
    }
    assert!(!october().is_over(date(2026, 10, 31)) && october().is_over(date(2026, 11, 1)));
}

#[test]
fn the_days_are_counted_under_their_headings() {
    let marks = [
        (date(2026, 10, 1), Mark::only(Status::Present)),
        (date(2026, 10, 2), Mark::only(Status::LateAndLeftEarly)),
        absent(date(2026, 10, 9)),
        // 2026-10-10 to 12 are closed.
        absent(date(2026, 10, 13)),
        (date(2026, 10, 14), Mark::only(Status::Suspended)),
        absent(date(2026, 10, 15)),
        (date(2026, 10, 16), Mark::only(Status::SeenElsewhere)),
    ];
    let entry = Entry::tally(october(), &school(), &marks);
    let counts = Counts { open: 21, present: 2, absent: 3, excused: 1, elsewhere: 1, unreported: 14, late: 1, left_early: 1 };
    assert_eq!(entry.counts, counts);
    assert_eq!(entry.longest, Some(Run { from: date(2026, 10, 9), to: date(2026, 10, 15), days: 3 }));
    assert_eq!(entry.last_seen, Some(date(2026, 10, 16)));
    let days: Vec<i8> = entry.absences.iter().map(|absence| absence.day.day()).collect();
    assert_eq!(days, [9, 13, 14, 15, 16]);
    assert!(!entry.is_complete(), "nobody has said yet whether anything was noticed");
}

#[test]
fn what_was_noticed_needs_words_and_nothing_noticed_needs_none() {
    let entry = |noticed, note: &str| Entry { noticed, note: note.to_owned(), ..Entry::default() };
    assert!(!entry(None, "連絡").is_complete());
    assert!(entry(Some(vec![]), "").is_complete());
    assert!(!entry(Some(vec![Noticed::Meals]), "").is_complete());
    assert!(entry(Some(vec![Noticed::Meals]), "朝食をとらずに来る日が増えた").is_complete());
}

#[test]
fn a_month_by_hand_says_what_does_not_fit() {
    let monday = date(2026, 10, 5);
    let refused = |lines: Vec<HandLine>, late: u32| Hand { lines, late, left_early: 0 }.tally(october(), &school()).unwrap_err();
    assert_eq!(refused(vec![line(date(2026, 11, 2), Status::Absent)], 0), [HandFault::OutsideMonth(0)]);
    assert_eq!(refused(vec![line(date(2026, 10, 12), Status::Absent)], 0), [HandFault::Closed(0)]);
    assert_eq!(refused(vec![line(monday, Status::Absent), line(monday, Status::Bereaved)], 0), [HandFault::Twice(1)]);
    let silent = HandLine { reason: None, ..line(monday, Status::Absent) };
    assert_eq!(refused(vec![silent], 0), [HandFault::Unexplained(0)]);
    assert_eq!(refused(vec![line(monday, Status::Absent)], 21), [HandFault::TooLate]);
    let counted = Hand { lines: vec![line(monday, Status::Absent)], late: 20, left_early: 1 }.tally(october(), &school()).unwrap();
    assert_eq!((counted.counts.open, counted.counts.present, counted.counts.late), (21, 20, 20));
    assert_eq!(Hand::of(&counted).lines, [line(monday, Status::Absent)]);
    assert_eq!(counted.counts.unreported, 0);
}

#[test]
fn slips_are_waited_for_in_business_days() {
    let office = Office::new(Arc::new([date(2026, 11, 3)].into()));
    // Monday 2, Tuesday 3 is a holiday, Wednesday 4, Thursday 5.
    assert_eq!(notice_on(&office, october()), date(2026, 11, 5));
    let days = |day| lateness(&office, october(), date(2026, 11, day)).days;
    assert_eq!((days(1), days(2), days(3), days(10), days(11)), (0, 1, 1, 6, 7));
}

#[test]
fn an_owed_month_is_told_of_until_it_comes_and_so_is_each_further_one() {
    let rule = default_rules().into_iter().find(|rule| rule.code == RuleCode::I3).expect("I3");
    let (october, november) = (date(2026, 10, 31), date(2026, 11, 30));
    let late = |month_end, days| LateSlip { month_end, days };
    let told = |owed: &[LateSlip], since: Date| {
        LateSlip::told(owed, &rule, Strictness::Normal, |day| since <= day).map(|late| late.month_end)
    };
    let april = date(2026, 4, 1);
    assert_eq!(told(&[late(october, 6)], april), None, "not yet");
    assert_eq!(told(&[late(october, 20)], april), Some(october));
    // December has begun.
    assert_eq!(told(&[late(october, 20), late(november, 1)], april), Some(october), "not forgotten with the month");
    assert_eq!(told(&[late(october, 20), late(november, 1)], november), None, "of a child that was not asked about in October");
    assert_eq!(told(&[late(october, 27), late(november, 7)], april), Some(november), "a month more");
    assert_eq!(told(&[late(november, 7)], april), Some(november));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_open_day_stands_under_one_heading(statuses in proptest::collection::vec(proptest::option::of(proptest::sample::select(Status::ALL)), 31)) {
        let days = (1..).zip(&statuses).filter_map(|(day, status)| Some((date(2026, 10, day), Mark::only((*status)?))));
        let entry = Entry::tally(october(), &school(), &days.collect::<Vec<_>>());
        let Counts { open, present, absent, excused, elsewhere, unreported, late, left_early } = entry.counts;
        prop_assert_eq!(open, present + absent + excused + elsewhere + unreported);
        prop_assert!(late <= present && left_early <= present && open <= 21);
        prop_assert_eq!(entry.absences.len(), usize::try_from(absent + excused + elsewhere).unwrap());
        let stored = serde_json::to_value(&entry).unwrap();
        prop_assert_eq!(serde_json::from_value::<Entry>(stored).unwrap(), entry);
    }
}
