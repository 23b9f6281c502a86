//! Streaks, as tables of days first and as properties after.

use std::sync::Arc;

use jiff::civil::{Date, date};
use proptest::{prelude::*, sample::select};

use super::{
    Effect, Was, absent, calendar_days_unseen, not_met,
    story::{self, Story, after, class_closed, nursery, reported, school},
    unexplained, unreported, unseen, unseen_since,
};
use crate::domain::{
    attendance::Status,
    calendar::{Calendar, ChildCalendar, ClosedBecause, Stay, Template, Week},
    streak::Phase,
};

/// 2026-11-09, a Monday with two plain weeks before the next holiday.
const MONDAY: Date = date(2026, 11, 9);

#[track_caller]
fn expect(story: &Story, absences: u32, unseens: u32, unexplaineds: u32) {
    let look = story.look();
    let found = (absent(&look, false).count, unseen(&look).count, unexplained(&look).count);
    let days: Vec<_> = unseen(&look).days.iter().map(|day| (day.day, day.was.code(), day.effect)).collect();
    assert_eq!(found, (absences, unseens, unexplaineds), "(absent, unseen, unexplained) of {days:?}");
}

#[test]
fn each_status_adds_breaks_or_does_neither() {
    // An unexplained absence, the status, an unexplained absence: 2 when it does neither, 1 when it breaks, 3 when it adds.
    let table = [
        ("P", 1, 1, 1),
        ("L", 1, 1, 1),
        ("E", 1, 1, 1),
        ("LE", 1, 1, 1),
        ("PS", 1, 1, 1),
        ("PO", 3, 1, 1),
        ("A", 3, 3, 1),
        ("A!", 3, 3, 3),
        ("A~", 3, 3, 3),
        ("SS", 2, 3, 2),
        ("SB", 2, 3, 2),
        ("SO", 2, 3, 2),
        ("HS", 2, 3, 2),
        ("HO", 2, 3, 2),
        ("HO+", 2, 1, 2),
        ("TC", 2, 1, 2),
        ("NS", 2, 2, 2),
        (".", 2, 3, 2),
    ];
    for (word, absences, unseens, unexplaineds) in table {
        expect(&Story::school(MONDAY, &format!("A! {word} A!")), absences, unseens, unexplaineds);
    }
    for status in Status::ALL {
        assert!(table.iter().any(|row| row.0 == status.code()), "{} is not in the table", status.code());
    }
}

#[test]
fn weekends_and_holidays_neither_add_nor_break() {
    // 11/3 is 文化の日, a Tuesday.
    expect(&Story::school(date(2026, 10, 30), "A . . A . A"), 3, 3, 0);
}

#[test]
fn a_holiday_that_a_law_moves_is_counted_where_it_lies_now() {
    // 勤労感謝の日 of 2026 is Monday the 23rd; here it is moved to Tuesday the 24th, as laws did in 2020 and 2021.
    let words = "A A A A A . . . A A";
    let before = Story::school(date(2026, 11, 16), words);
    expect(&before, 7, 7, 0);
    let mut moved = before;
    let mut holidays = (*story::holidays()).clone();
    holidays.remove(&date(2026, 11, 23));
    holidays.insert(date(2026, 11, 24));
    let calendar = Calendar { holidays: Arc::new(holidays), ..school() };
    moved.calendar = ChildCalendar::one(date(2026, 11, 16), calendar);
    // The 24th counts no longer; the 23rd was a day like any other on which nobody saw the child.
    expect(&moved, 6, 7, 0);
    assert_eq!(absent(&moved.look(), false).days[8].was, Was::Closed(ClosedBecause::Holiday));
}

#[test]
fn bridge_days_of_golden_week_count() {
    // 4/28 Tue, 4/29 holiday, 4/30 and 5/1 between the holidays, 5/2–5/6 closed, 5/7 and 5/8, weekend, 5/11 and 5/12.
    let story = Story::school(date(2026, 4, 28), "A . A A . . . . . A A . . A A");
    expect(&story, 7, 7, 0);
    let looked = absent(&story.look(), false);
    assert_eq!(looked.began(), Some(date(2026, 4, 28)));
    assert_eq!(looked.days.len(), 15);
    assert_eq!(looked.days[1].was, Was::Closed(ClosedBecause::Holiday));
    assert_eq!(looked.days[4].was, Was::Closed(ClosedBecause::Weekday));
}

#[test]
fn a_class_closure_inside_a_streak_is_passed_over() {
    let calendar = class_closed(school(), date(2026, 11, 11), date(2026, 11, 12));
    let story = Story::at(calendar, MONDAY, "A A . . A");
    expect(&story, 3, 3, 0);
    let days = absent(&story.look(), false).days;
    assert_eq!((days[2].was, days[2].effect), (Was::Closed(ClosedBecause::Class), Effect::Skipped));
}

#[test]
fn absences_reported_before_the_class_was_closed_no_longer_count() {
    let calendar = class_closed(school(), date(2026, 11, 11), date(2026, 11, 12));
    let story = Story::at(calendar, MONDAY, "A A A A A");
    expect(&story, 3, 3, 0);
    assert_eq!(absent(&story.look(), false).days[2].was, Was::Closed(ClosedBecause::Class));
}

#[test]
fn a_child_seen_on_a_closed_day_was_seen() {
    let saturday = Story::school(MONDAY, "A A A A A P . A");
    expect(&saturday, 1, 1, 0);
    assert_eq!(absent(&saturday.look(), false).days[0].was, Was::Reported(Status::Present));
}

#[test]
fn a_vacation_inside_a_streak_is_passed_over() {
    // 7/10 Fri to 7/17 Fri are six school days; summer ends on 8/31; 9/1 is the seventh.
    let term = "A . . A A A A A ".to_owned();
    let summer = ". ".repeat(45);
    let story = Story::school(date(2026, 7, 10), &(term + &summer + "A"));
    assert_eq!(story.as_of, date(2026, 9, 1));
    expect(&story, 7, 7, 0);
}

#[test]
fn a_nursery_saturday_the_child_does_not_use_counts_for_nothing() {
    expect(&Story::at(nursery(), date(2026, 11, 12), "A A NS . A"), 3, 3, 0);
    // The same Saturday, when the child was expected.
    expect(&Story::at(nursery(), date(2026, 11, 12), "A A A . A"), 4, 4, 0);
}

#[test]
fn the_childs_own_week_closes_days_without_any_report() {
    let mut calendar = nursery();
    calendar.own_week = Some(Week::SCHOOL);
    expect(&Story::at(calendar, date(2026, 11, 12), "A A . . A"), 3, 3, 0);
    // Without the agreement the unreported Saturday is a day nobody saw the child.
    expect(&Story::at(nursery(), date(2026, 11, 12), "A A . . A"), 3, 4, 0);
}

#[test]
fn suspension_and_absence_together_are_seven_days_unseen_but_not_seven_absent() {
    expect(&Story::school(MONDAY, "SS SS SS A A . . A A"), 4, 7, 0);
}

#[test]
fn a_visit_on_the_sixth_day_resets_what_was_not_seen() {
    let story = Story::school(MONDAY, "A A A A A . . PO A");
    expect(&story, 7, 1, 0);
    assert_eq!(absent(&story.look(), true).count, 1, "only where the ward lets a visit end an absence");
}

#[test]
fn missing_input_never_breaks_and_counts_as_unseen_once_due() {
    let story = Story::school(MONDAY, "A . A . A");
    expect(&story, 3, 5, 0);
    let days = unseen(&story.look()).days;
    assert_eq!((days[1].was, days[1].effect), (Was::Unreported, Effect::Counts));
}

#[test]
fn today_is_not_missing_before_its_cutoff() {
    let story = Story::school(MONDAY, "P A A .");
    expect(&story.clone().before_cutoff(), 2, 2, 0);
    expect(&Story { phase: Phase::AfterCutoff, ..story.clone() }, 2, 3, 0);
    expect(&story, 2, 3, 0);
}

#[test]
fn an_explained_absence_ends_what_was_unexplained() {
    expect(&Story::school(MONDAY, "A! A! A A! A~"), 5, 5, 2);
    expect(&Story::school(MONDAY, "A! A! SS A! A!"), 4, 5, 4);
    expect(&Story::school(MONDAY, "A! A! . A! A!"), 4, 5, 4);
}

#[test]
fn hospital_days_count_as_unseen_when_the_confirmation_is_old() {
    // Confirmed on Monday 11/9 only: good up to 11/16, a week later.
    let mut story = Story::school(MONDAY, "HO+ . . . . . . . .");
    for n in 1..=8 {
        let mut day = reported("HO+", MONDAY).expect("a report");
        day.seen = n <= 7;
        story.history.replace(after(MONDAY, n), day);
    }
    expect(&story, 0, 1, 0);
}

#[test]
fn a_transfer_on_the_fifth_day_does_not_begin_anew() {
    let mut story = Story::school(MONDAY, "A A A A A . . A");
    let moved = date(2026, 11, 13);
    let stay = |from, to, calendar| Stay { from, to, calendar };
    // The order in which the rows come does not matter, and the gap between the stays is nobody's day.
    story.calendar = ChildCalendar::new(vec![
        stay(date(2026, 11, 16), None, school()),
        stay(MONDAY, Some(date(2026, 11, 12)), class_closed(school(), moved, date(2026, 12, 31))),
        stay(moved, Some(moved), school()),
    ]);
    expect(&story, 6, 6, 0);
    assert_eq!(absent(&story.look(), false).days[5].was, Was::Closed(ClosedBecause::NotWatched));
}

#[test]
fn the_year_end_of_a_nursery_is_passed_over() {
    // 12/26 Sat, 12/27 Sun, 12/28 Mon, 12/29–1/3 closed, 1/4 Mon, 1/5 Tue.
    expect(&Story::at(nursery(), date(2026, 12, 26), "A . A . . . . . . A A"), 4, 4, 0);
}

#[test]
fn a_new_school_year_at_a_new_school_carries_on() {
    // 卒園 on 3/31 2026 after four days away; 4/6 is the first school day, 4/7 and 4/8 follow.
    let mut story = Story::school(date(2026, 3, 27), "A A . A A . . . . . A A A");
    story.calendar = ChildCalendar::new(vec![
        Stay { from: date(2026, 3, 27), to: Some(date(2026, 3, 31)), calendar: nursery() },
        Stay { from: date(2026, 4, 1), to: None, calendar: school() },
    ]);
    // 3/27 Fri, 3/28 Sat, 3/30 Mon, 3/31 Tue, then 4/6, 4/7, 4/8.
    expect(&story, 7, 7, 0);
}

#[test]
fn days_before_the_watch_are_nobodys() {
    let story = Story::school(MONDAY, ". . A");
    expect(&story, 1, 3, 0);
    let days = unseen(&story.look()).days;
    assert_eq!(days[0].day, MONDAY, "the counting stops where the watch began");
}

#[test]
fn the_day_that_ended_the_counting_is_shown_and_nothing_before_it() {
    let looked = absent(&Story::school(MONDAY, "A P A A").look(), false);
    let words: Vec<_> = looked.days.iter().map(|day| (day.was.code(), day.effect)).collect();
    assert_eq!(words, [("P", Effect::Ends), ("A", Effect::Counts), ("A", Effect::Counts)]);
    let nothing = absent(&Story::school(MONDAY, ". . . .").look(), false);
    assert!(nothing.days.is_empty(), "days that explain nothing are left out: {:?}", nothing.days);
}

#[test]
fn calendar_days_unseen_count_weekends_and_begin_with_the_watch() {
    let days = |story: &Story| calendar_days_unseen(&story.look());
    assert_eq!(days(&Story::school(MONDAY, "P A A A A . . A")), Some(7));
    assert_eq!(days(&Story::school(MONDAY, "P")), Some(0));
    assert_eq!(days(&Story::school(MONDAY, "A A PO A")), Some(1));
    assert_eq!(days(&Story::school(MONDAY, "A A A")), Some(3), "a child never seen: every day of the watch");
    let unwatched = Story { calendar: ChildCalendar::default(), ..Story::school(MONDAY, ".") };
    assert_eq!(days(&unwatched), None);
}

#[test]
fn evidence_survives_being_kept() {
    let story = Story::at(class_closed(school(), date(2026, 11, 11), date(2026, 11, 11)), MONDAY, "P* A! . . A~");
    let looked = unseen(&story.look()).days;
    let kept = serde_json::to_string(&looked).expect("codes are text");
    assert!(kept.contains(r#"{"day":"2026-11-09","was":"P","effect":"ends","signs":["injury"]}"#), "{kept}");
    assert!(kept.contains(r#"{"day":"2026-11-12","was":"?","effect":"counts"}"#), "{kept}");
    assert!(kept.contains(r#""was":"class""#), "{kept}");
    assert_eq!(serde_json::from_str::<Vec<super::DayLookedAt>>(&kept).expect("what was kept"), looked);
    assert!(serde_json::from_str::<Was>(r#""nonsense""#).is_err());
}

fn words() -> impl Strategy<Value = Vec<&'static str>> {
    let word = select(vec!["P", "L", "PO", "A", "A!", "A~", "SS", "SB", "SO", "HO", "HO+", "HS", "TC", "NS", "."]);
    prop::collection::vec(word, 1..40)
}

/// A calendar on which every day is open, except those closed for the class.
fn always_open() -> Calendar {
    let template = Template { week: Week::EVERY_DAY, closed_on_holidays: false, vacations: vec![], extra_open: vec![] };
    Calendar::plain(Arc::default(), Arc::new(template))
}

proptest! {
    #[test]
    fn a_closed_day_put_in_anywhere_changes_no_count(words in words(), at in any::<prop::sample::Index>()) {
        let plain = Story::at(always_open(), MONDAY, &words.join(" "));
        // Not after the last day: the story still ends on the same day of the child.
        let at = at.index(words.len());
        let mut longer = words.clone();
        longer.insert(at, ".");
        let gap = after(MONDAY, at);
        let closed = Story::at(class_closed(always_open(), gap, gap), MONDAY, &longer.join(" "));
        prop_assert_eq!(absent(&plain.look(), false).count, absent(&closed.look(), false).count);
        prop_assert_eq!(unseen(&plain.look()).count, unseen(&closed.look()).count);
        prop_assert_eq!(unexplained(&plain.look()).count, unexplained(&closed.look()).count);
        prop_assert_eq!(not_met(&plain.look()).count, not_met(&closed.look()).count);
        prop_assert_eq!(unreported(&plain.look()).count, unreported(&closed.look()).count);
        let since = |story: &Story| unseen_since(&story.look(), MONDAY).map(|streak| streak.count);
        prop_assert_eq!(since(&plain), since(&closed));
    }

    #[test]
    fn the_count_is_the_number_of_days_said_to_count(words in words()) {
        let story = Story::school(MONDAY, &words.join(" "));
        for streak in [absent(&story.look(), false), absent(&story.look(), true), unseen(&story.look()), unexplained(&story.look())] {
            let counted = streak.days.iter().filter(|day| day.effect == Effect::Counts).count();
            prop_assert_eq!(usize::try_from(streak.count).expect("small"), counted);
            prop_assert!(streak.days.windows(2).all(|pair| after(pair[0].day, 1) == pair[1].day), "no day is left out");
        }
    }

    #[test]
    fn nothing_before_the_last_day_the_child_came_matters(earlier in words(), later in words()) {
        let whole = Story::at(always_open(), MONDAY, &format!("{} P {}", earlier.join(" "), later.join(" ")));
        let known = Story::at(always_open(), after(MONDAY, earlier.len()), &format!("P {}", later.join(" ")));
        prop_assert_eq!(absent(&whole.look(), false), absent(&known.look(), false));
        prop_assert_eq!(unseen(&whole.look()), unseen(&known.look()));
        prop_assert_eq!(unexplained(&whole.look()), unexplained(&known.look()));
    }
}
