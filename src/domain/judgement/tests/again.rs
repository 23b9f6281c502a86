//! Days that are corrected, reported late, closed or opened afterwards: which alerts still hold, whatever way the history was reached.

use super::*;
use crate::domain::{
    alert::Outcome,
    streak::story::{class_closed, holidays},
};

const MONDAY: Date = date(2026, 11, 9);

/// A child at a school from Monday on, day by day and night by night.
fn school_child(words: &str) -> Told {
    let mut told = Told::begun(MONDAY, ChildCalendar::one(MONDAY, school()), Strictness::Normal);
    told.through(MONDAY, words.split_whitespace());
    told
}

impl Told {
    fn through<'a>(&mut self, first: Date, words: impl Iterator<Item = &'a str>) {
        for (nth, word) in words.enumerate() {
            let day = story::after(first, nth);
            self.live(day, word);
            self.ask(day, Phase::AfterNotice, Cause::Night);
        }
    }

    /// What was said of `day`, or not said, is said otherwise; in the evening of `today`.
    fn said_now(&mut self, today: Date, day: Date, word: &str) {
        let corrected = self.case.history.on(day).is_some();
        if self.report(day, word) {
            self.ask(today, Phase::AfterNotice, Cause::Report { day, corrected });
        }
    }

    fn alert(&self, code: RuleCode) -> &Alert {
        self.case.alerts.iter().rfind(|alert| alert.rule == code).expect("it was raised")
    }

    fn stands(&self, code: RuleCode) -> (Condition, u32) {
        (self.alert(code).condition, self.alert(code).count)
    }

    fn calendar(&mut self, today: Date, from: Date, calendar: Calendar) -> Vec<Verdict> {
        self.case.calendar = ChildCalendar::one(MONDAY, calendar);
        self.ask(today, Phase::AfterNotice, Cause::Calendar { from, sheets: true })
    }
}

fn day(of_november: i8) -> Date {
    date(2026, 11, of_november)
}

#[test]
fn the_newest_day_corrected_leaves_the_seven_before_it_standing() {
    // Seven days on Tuesday the 17th, the eighth on Wednesday.
    let mut told = school_child("A A A A A . . A A A");
    assert_eq!(told.stands(RuleCode::A5), (Condition::Met, 8));
    told.said_now(day(18), day(18), "P");
    assert_eq!(told.stands(RuleCode::A5), (Condition::Met, 7), "seven days stand");
    told.said_now(day(18), day(11), "P");
    assert_eq!(told.alert(RuleCode::A5).condition, Condition::NotMet, "no seven days on end any more");
    assert_eq!(told.stands(RuleCode::A3), (Condition::Met, 4));
    told.said_now(day(18), day(11), "A");
    assert_eq!(told.stands(RuleCode::A5), (Condition::Met, 7));
}

#[test]
fn the_injury_of_monday_is_not_taken_back_by_the_correction_of_wednesday() {
    let mut told = school_child("P* P P*");
    assert_eq!(told.alert(RuleCode::S1).as_of, day(11));
    told.said_now(day(11), day(11), "P");
    assert_eq!(told.alert(RuleCode::S1).condition, Condition::Met);
    told.said_now(day(11), day(9), "P");
    assert_eq!(told.alert(RuleCode::S1).condition, Condition::NotMet, "neither is said any more");
    told.said_now(day(11), day(9), "P*");
    assert_eq!(told.alert(RuleCode::S1).condition, Condition::Met);
}

#[test]
fn what_somebody_has_closed_is_no_ground_for_the_next_alert() {
    let mut told = school_child("P* P");
    told.case.alerts.iter_mut().for_each(|alert| alert.state = State::Closed);
    told.through(day(11), ["P*"].into_iter());
    told.said_now(day(11), day(11), "P");
    let conditions: Vec<_> = told.case.alerts.iter().map(|alert| (alert.state, alert.condition)).collect();
    assert_eq!(conditions, [(State::Closed, Condition::Met), (State::Open, Condition::NotMet)]);
}

#[test]
fn a_late_report_that_the_child_came_takes_an_absence_apart() {
    let mut told = school_child("A . A A");
    assert_eq!(told.stands(RuleCode::A3), (Condition::Met, 3), "what nobody reported breaks nothing");
    told.said_now(day(12), day(10), "P");
    assert_eq!(told.alert(RuleCode::A3).condition, Condition::NotMet);
}

#[test]
fn a_late_report_of_the_last_day_leaves_the_silence_before_it() {
    let mut told = school_child("P . . .");
    assert_eq!(told.stands(RuleCode::I2), (Condition::Met, 3));
    told.said_now(day(13), day(12), "P");
    assert_eq!(told.stands(RuleCode::I2), (Condition::Met, 2));
    told.said_now(day(13), day(11), "P");
    assert_eq!(told.alert(RuleCode::I2).condition, Condition::NotMet);
}

#[test]
fn a_day_closed_afterwards_ends_what_it_was_missed_for() {
    let mut told = school_child("P . .");
    assert_eq!((told.alert(RuleCode::I1).as_of, told.stands(RuleCode::I2)), (day(11), (Condition::Met, 2)));
    told.calendar(day(11), day(11), class_closed(school(), day(11), day(11)));
    assert_eq!(told.alert(RuleCode::I1).state, State::Open, "Tuesday is missing still");
    assert_eq!(told.alert(RuleCode::I2).condition, Condition::NotMet);
    told.calendar(day(11), day(10), class_closed(school(), day(10), day(11)));
    let ended = told.alert(RuleCode::I1);
    assert_eq!((ended.state, ended.outcome), (State::Closed, Some(Outcome::DayClosed)));
    let calendar = class_closed(school(), day(10), day(11));
    assert_eq!(told.calendar(day(11), day(10), calendar), [], "asked twice");
    let again = told.calendar(day(11), day(10), school());
    assert_eq!(raised(&again), [RuleCode::I1], "open after all, and nobody has reported");
    assert_eq!(told.stands(RuleCode::I2), (Condition::Met, 2));
}

#[test]
fn the_report_of_the_day_that_is_still_missing_ends_it_where_the_last_was_closed() {
    let mut told = school_child("P . .");
    told.calendar(day(11), day(11), class_closed(school(), day(11), day(11)));
    told.said_now(day(11), day(10), "P");
    assert_eq!(told.alert(RuleCode::I1).outcome, Some(Outcome::ReportedLater));
}

#[test]
fn a_holiday_that_a_law_moves_is_judged_anew() {
    // 11/16 to 11/20, the holiday on Monday the 23rd, then Tuesday and Wednesday: seven.
    let mut told = school_child("P P P P P . . A A A A A . . . A A");
    assert_eq!(told.stands(RuleCode::A5), (Condition::Met, 7));
    let mut moved = (*holidays()).clone();
    moved.remove(&day(23));
    moved.insert(day(24));
    told.calendar(day(25), day(23), Calendar { holidays: Arc::new(moved), ..school() });
    assert_eq!(told.alert(RuleCode::A5).condition, Condition::NotMet);
    assert_eq!(told.stands(RuleCode::A3), (Condition::Met, 6));
    told.calendar(day(25), day(23), school());
    assert_eq!(told.stands(RuleCode::A5), (Condition::Met, 7));
}

#[test]
fn a_facility_without_sheets_is_asked_for_the_first_attendance_alone() {
    let mut told = school_child("A A A A");
    told.case.alerts.clear();
    let verdicts = told.ask(day(12), Phase::AfterNotice, Cause::Calendar { from: day(9), sheets: false });
    assert_eq!(raised(&verdicts), [RuleCode::T2]);
}

#[test]
fn rank_a_is_missed_early_and_nothing_graver_is_said_before_the_cut_off() {
    let mut told = Told::begun(MONDAY, ChildCalendar::one(MONDAY, school()), Strictness::Strict);
    told.through(MONDAY, ["A", "A", "A", "A"].into_iter());
    let early = told.ask(day(13), Phase::AfterCutoff, Cause::Early);
    assert_eq!(raised(&early), [RuleCode::I1]);
    assert_eq!(told.ask(day(13), Phase::AfterCutoff, Cause::Early), [], "said once");
    let noon = told.ask(day(13), Phase::AfterCutoff, Cause::Clock);
    assert_eq!(raised(&noon), [RuleCode::A7]);
    assert_eq!(told.ask(day(14), Phase::AfterCutoff, Cause::Early), [], "nobody is missed on a Saturday");
}

/// Each alert but 本日未入力, which is raised and ended day by day, holds here if and only if it was raised there.
fn hold_as_there(here: &Told, there: &Told) -> Result<(), TestCaseError> {
    for alert in here.case.alerts.iter().filter(|alert| alert.rule != RuleCode::I1) {
        let other = there.case.alerts.iter().find(|other| other.rule == alert.rule);
        let expected = other.map_or(Condition::NotMet, |other| other.condition);
        prop_assert_eq!(alert.condition, expected, "{:?}", alert);
    }
    Ok(())
}

fn slips() -> impl Strategy<Value = Vec<(prop::sample::Index, &'static str)>> {
    let word = select(vec!["P", "P", "L", "PO", "A", "A", "A!", "A~", "SS", "HS", "TC", "NS", ".", ".", "P*"]);
    prop::collection::vec((any::<prop::sample::Index>(), word), 1..6)
}

proptest! {
    #[test]
    fn the_same_history_gives_the_same_condition((first, words, strictness) in lived(), slips in slips()) {
        let begun = || Told::begun(first, ChildCalendar::one(first, school()), strictness);
        let (mut straight, mut crooked, mut wrong) = (begun(), begun(), words.clone());
        for (at, word) in &slips {
            // What was reported stays reported.
            let nth = at.index(words.len());
            if words[nth] != "." {
                wrong[nth] = *word;
            }
        }
        straight.through(first, words.iter().copied());
        crooked.through(first, wrong.iter().copied());
        let last = story::after(first, words.len() - 1);
        for (at, _) in &slips {
            let nth = at.index(words.len());
            if words[nth] != wrong[nth] {
                crooked.said_now(last, story::after(first, nth), words[nth]);
            }
        }
        hold_as_there(&crooked, &straight)?;
    }

    #[test]
    fn a_day_closed_late_gives_what_it_gives_closed_in_time((first, mut words, strictness) in lived(), at in any::<prop::sample::Index>()) {
        let at = at.index(words.len());
        words[at] = ".";
        let (gap, last) = (story::after(first, at), story::after(first, words.len() - 1));
        let closed = || ChildCalendar::one(first, class_closed(school(), gap, gap));
        let mut in_time = Told::begun(first, closed(), strictness);
        in_time.through(first, words.iter().copied());
        let mut late = Told::begun(first, ChildCalendar::one(first, school()), strictness);
        late.through(first, words.iter().copied());
        late.case.calendar = closed();
        late.ask(last, Phase::AfterNotice, Cause::Calendar { from: gap, sheets: true });
        hold_as_there(&late, &in_time)?;
        let missed = late.case.alerts.iter().filter(|alert| alert.rule == RuleCode::I1 && alert.state != State::Closed);
        for alert in missed {
            prop_assert!(late.case.calendar.open(alert.as_of).is_open() || alert.raised_at < japan_instant(alert.as_of.at(0, 0, 0, 0)));
        }
    }
}
