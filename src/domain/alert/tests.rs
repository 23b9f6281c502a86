//! The life of an alert, step by step, and the clock it runs against.

use std::sync::Arc;

use jiff::{
    Timestamp,
    civil::{Date, date},
};
use proptest::{prelude::*, sample::select};

use super::{ActionKind, Alert, Condition, Event, NOTE_LENGTH, Outcome, Refusal, State, Step, due};
use crate::domain::{
    calendar::Office,
    clock::japan_instant,
    ids::{Id, Person},
    rule::{Finding, RuleCode, Severity},
    streak::story::holidays,
};

fn office() -> Office {
    Office::new(holidays())
}

/// An instant of 2026 by the clocks of Japan.
fn at(month: i8, day: i8, hour: i8, minute: i8) -> Timestamp {
    japan_instant(date(2026, month, day).at(hour, minute, 0, 0))
}

fn person(n: u128) -> Id<Person> {
    uuid::Uuid::from_u128(n).into()
}

fn finding(count: u32, severity: Severity, as_of: Date) -> Finding {
    Finding {
        rule: RuleCode::A5,
        version: 1,
        severity,
        count,
        threshold: 7,
        as_of,
        began: date(2026, 11, 10),
        days: vec![],
        older_days: 0,
    }
}

fn seven() -> Finding {
    finding(7, Severity::Urgent, date(2026, 11, 18))
}

fn raised(finding: &Finding) -> Alert {
    let (id, watch) = (uuid::Uuid::from_u128(1).into(), uuid::Uuid::from_u128(2).into());
    Alert::raise(id, watch, finding, at(11, 18, 9, 10), &office())
}

fn taken() -> Alert {
    raised(&seven()).take(person(1)).expect("open").alert
}

fn closed(outcome: Outcome) -> Alert {
    taken().close(outcome, "家庭訪問で本人に会えた").expect("taken").alert
}

fn judged(alert: &Alert, finding: Option<&Finding>) -> Option<Step> {
    alert.judged(finding, at(11, 19, 9, 0), &office())
}

#[test]
fn a_new_alert_is_nobodys_and_has_a_clock() {
    let alert = raised(&seven());
    assert_eq!((alert.state, alert.condition, alert.holder, alert.revision), (State::Open, Condition::Met, None, 1));
    assert_eq!(alert.due_at, at(11, 18, 10, 10));
    assert!(!alert.is_overdue(at(11, 18, 10, 10)));
    assert!(alert.is_overdue(at(11, 18, 10, 11)));
    assert!(!taken().is_overdue(at(11, 30, 0, 0)), "whoever took it has answered the clock");
}

#[test]
fn it_is_taken_acted_on_handed_on_and_closed() {
    let step = raised(&seven()).take(person(1)).expect("open");
    assert_eq!((step.event, step.alert.state, step.alert.holder), (Event::Taken, State::Taken, Some(person(1))));
    let step = step.alert.act(ActionKind::Called, " 母と話した ").expect("taken");
    assert_eq!(step.event, Event::Acted { kind: ActionKind::Called, note: Some("母と話した".to_owned()) });
    let step = step.alert.hand_on(person(2), "").expect("taken");
    assert_eq!(step.event, Event::HandedOn { to: person(2), note: None });
    assert_eq!((step.alert.state, step.alert.holder), (State::Taken, Some(person(2))));
    let step = step.alert.close(Outcome::Handled, "訪問し目視確認した").expect("taken");
    assert_eq!(step.event.code(), "closed");
    let alert = step.alert;
    assert_eq!((alert.state, alert.outcome, alert.holder), (State::Closed, Some(Outcome::Handled), Some(person(2))));
    assert_eq!(alert.revision, 5, "one for every step");
}

#[test]
fn each_verb_is_refused_where_it_has_no_place() {
    let refused = |step: Result<Step, Refusal>| step.expect_err("refused");
    let open = raised(&seven());
    assert_eq!(refused(open.act(ActionKind::Seen, "")), Refusal::NotTaken);
    assert_eq!(refused(open.close(Outcome::Handled, "済")), Refusal::NotTaken);
    assert_eq!(refused(taken().take(person(1))), Refusal::AlreadyYours);
    assert_eq!(refused(taken().take(person(2))), Refusal::TakenBy(person(1)));
    assert_eq!(refused(taken().hand_on(person(1), "")), Refusal::TakenBy(person(1)));
    let done = closed(Outcome::Watching);
    assert_eq!(refused(done.take(person(1))), Refusal::AlreadyClosed);
    assert_eq!(refused(done.act(ActionKind::Called, "")), Refusal::AlreadyClosed);
    assert_eq!(refused(done.hand_on(person(2), "")), Refusal::AlreadyClosed);
    assert_eq!(refused(done.close(Outcome::Handled, "済")), Refusal::AlreadyClosed);
}

#[test]
fn an_open_alert_can_be_given_to_somebody() {
    let step = raised(&seven()).hand_on(person(3), "地区担当へ").expect("open");
    assert_eq!((step.alert.state, step.alert.holder), (State::Taken, Some(person(3))));
}

#[test]
fn a_note_is_asked_for_where_a_review_will_read_it() {
    let long = "あ".repeat(NOTE_LENGTH + 1);
    for outcome in [Outcome::Handled, Outcome::Watching, Outcome::FalseAlarm, Outcome::Referred] {
        assert_eq!(taken().close(outcome, " \n"), Err(Refusal::NoteMissing), "{outcome:?}");
        assert_eq!(taken().close(outcome, &long), Err(Refusal::NoteTooLong));
        assert!(taken().close(outcome, &long[3..]).is_ok());
    }
    assert_eq!(taken().act(ActionKind::Other, ""), Err(Refusal::NoteMissing));
    assert!(taken().act(ActionKind::VisitPlanned, "").is_ok());
    assert_eq!(taken().act(ActionKind::Called, "\u{7}"), Err(Refusal::NoteUnprintable));
    assert_eq!(taken().hand_on(person(2), &long), Err(Refusal::NoteTooLong));
}

#[test]
fn a_step_decided_on_an_older_screen_is_refused() {
    let alert = taken();
    assert!(alert.at(2).is_ok());
    assert_eq!(alert.at(1), Err(Refusal::Stale));
}

#[test]
fn a_late_report_closes_missing_input_and_nothing_else() {
    let missing = raised(&Finding { rule: RuleCode::I1, count: 1, threshold: 1, severity: Severity::Notice, ..seven() });
    let step = missing.reported_later().expect("open");
    assert_eq!((step.alert.state, step.alert.outcome), (State::Closed, Some(Outcome::ReportedLater)));
    assert_eq!(step.alert.reported_later(), Err(Refusal::AlreadyClosed));
    let held = missing.take(person(1)).expect("open").alert;
    assert_eq!(held.close(Outcome::ReportedLater, "入力あり"), Err(Refusal::OutcomeReserved));
    assert!(held.reported_later().is_ok(), "also while somebody has it");
    assert_eq!(raised(&seven()).reported_later(), Err(Refusal::NotAboutInput));
    let closed = missing.day_closed().expect("open");
    assert_eq!((closed.alert.state, closed.alert.outcome), (State::Closed, Some(Outcome::DayClosed)));
    assert_eq!(closed.alert.condition, Condition::NotMet, "it answers for no day that opens again");
    assert_eq!(closed.event, Event::Closed { outcome: Outcome::DayClosed, note: None });
    assert_eq!(raised(&seven()).day_closed(), Err(Refusal::NotAboutInput));
    assert_eq!(held.close(Outcome::DayClosed, "休業日"), Err(Refusal::OutcomeReserved));
}

#[test]
fn another_day_is_appended_and_a_graver_one_raises_it() {
    let warning = raised(&finding(5, Severity::Warning, date(2026, 11, 16)));
    assert_eq!(warning.due_at, at(11, 18, 17, 15));
    let six = judged(&warning, Some(&finding(6, Severity::Warning, date(2026, 11, 17)))).expect("another day");
    assert_eq!((six.event, six.alert.count, six.alert.severity), (Event::Continued, 6, Severity::Warning));
    assert_eq!(six.alert.due_at, warning.due_at);
    let seven = judged(&six.alert, Some(&seven())).expect("the seventh day");
    assert_eq!((seven.event, seven.alert.severity, seven.alert.level), (Event::Rose, Severity::Urgent, 1));
    assert_eq!(seven.alert.due_at, at(11, 18, 17, 15), "a deadline is never put off");
    let fourteen = finding(14, Severity::Urgent, date(2026, 11, 30));
    assert_eq!(judged(&taken(), Some(&fourteen)).map(|step| (step.event, step.alert.level)), Some((Event::Rose, 2)));
}

/// Found again on a day of November, for a rule that speaks of one day.
fn of_the_day(rule: RuleCode, day: i8) -> Finding {
    let day = date(2026, 11, day);
    Finding { rule, began: day, threshold: 1, ..finding(1, Severity::Warning, day) }
}

#[test]
fn the_same_sign_on_another_day_is_a_rise_and_on_the_same_day_nothing() {
    for rule in RuleCode::ALL.iter().copied().filter(|rule| rule.of_one_day()) {
        let monday = raised(&of_the_day(rule, 16)).take(person(1)).expect("open").alert;
        assert_eq!(judged(&monday, Some(&of_the_day(rule, 16))), None, "{rule:?}: the night asks again");
        let wednesday = judged(&monday, Some(&of_the_day(rule, 18))).expect("another day");
        assert_eq!((wednesday.event, wednesday.alert.level, wednesday.alert.count), (Event::Rose, 2, 1), "{rule:?}");
        let thursday = judged(&wednesday.alert, Some(&of_the_day(rule, 19))).expect("and another");
        assert_eq!((thursday.event, thursday.alert.level), (Event::Rose, 3), "{rule:?}");
        assert_eq!(judged(&thursday.alert, Some(&of_the_day(rule, 18))), None, "{rule:?}: a day that was told");
    }
    let signs = [RuleCode::S1, RuleCode::S2, RuleCode::S3, RuleCode::S4, RuleCode::S5, RuleCode::S6, RuleCode::A1, RuleCode::A12];
    assert!(signs.iter().all(|rule| rule.of_one_day()) && !RuleCode::A3.of_one_day() && !RuleCode::K8.of_one_day());
}

#[test]
fn a_sign_on_a_later_day_is_heard_also_where_the_first_was_taken_back() {
    let lost = judged(&raised(&of_the_day(RuleCode::S1, 16)), None).expect("corrected").alert;
    let again = judged(&lost, Some(&of_the_day(RuleCode::S1, 18))).expect("another day");
    assert_eq!((again.event, again.alert.condition, again.alert.level), (Event::Rose, Condition::Met, 2));
    let back = judged(&lost, Some(&of_the_day(RuleCode::S1, 16))).expect("corrected back");
    assert_eq!((back.event, back.alert.level), (Event::ConditionRestored, 1));
}

#[test]
fn rising_to_urgent_shortens_the_clock() {
    let caution = raised(&finding(5, Severity::Notice, date(2026, 11, 16)));
    assert_eq!(caution.due_at, at(11, 26, 17, 15));
    assert_eq!(judged(&caution, Some(&seven())).expect("rose").alert.due_at, at(11, 19, 10, 0));
}

#[test]
fn the_same_finding_again_changes_nothing() {
    assert_eq!(judged(&taken(), Some(&seven())), None);
    let of_another_rule = Finding { rule: RuleCode::A3, ..finding(9, Severity::Urgent, date(2026, 11, 20)) };
    assert_eq!(judged(&taken(), Some(&of_another_rule)), None);
    assert!(!taken().covers(&of_another_rule));
}

#[test]
fn a_correction_takes_the_condition_and_gives_it_back_but_never_the_alert() {
    let lost = judged(&taken(), None).expect("the ground is gone");
    assert_eq!((lost.event, lost.alert.condition, lost.alert.state), (Event::ConditionLost, Condition::NotMet, State::Taken));
    assert_eq!(judged(&lost.alert, None), None, "said once");
    let restored = judged(&lost.alert, Some(&seven())).expect("corrected back");
    assert_eq!((restored.event, restored.alert.condition), (Event::ConditionRestored, Condition::Met));
    assert_eq!(restored.alert.severity, Severity::Urgent);
}

#[test]
fn a_correction_downwards_keeps_the_gravest_it_has_been() {
    let nine = judged(&taken(), Some(&finding(9, Severity::Urgent, date(2026, 11, 20)))).expect("two more days").alert;
    let eight = judged(&nine, Some(&finding(8, Severity::Warning, date(2026, 11, 20)))).expect("one fewer").alert;
    assert_eq!((eight.count, eight.severity, eight.level), (8, Severity::Urgent, 1));
}

#[test]
fn a_closed_alert_stays_closed_and_says_whether_a_new_one_is_due() {
    let done = closed(Outcome::Watching);
    let run = |count, severity, as_of| finding(count, severity, as_of);
    let next_day = run(8, Severity::Urgent, date(2026, 11, 19));
    assert_eq!(judged(&done, Some(&next_day)), None);
    let another_run = Finding { began: date(2026, 11, 20), ..run(7, Severity::Urgent, date(2026, 12, 1)) };
    let table = [
        ("the same run, a day longer", &next_day, true),
        ("the same run, a level longer", &run(14, Severity::Urgent, date(2026, 11, 30)), false),
        ("another run", &another_run, false),
    ];
    for (name, finding, covered) in table {
        assert_eq!(done.covers(finding), covered, "{name}");
        assert!(taken().covers(finding), "an alert in hand takes everything up: {name}");
    }
    let mild = raised(&run(5, Severity::Warning, date(2026, 11, 16))).take(person(1)).expect("open").alert;
    let mild = mild.close(Outcome::Watching, "様子を見る").expect("taken").alert;
    assert!(!mild.covers(&next_day), "graver than what was closed");
}

#[test]
fn what_was_closed_after_a_correction_does_not_hide_it_when_it_is_taken_back() {
    let lost = judged(&taken(), None).expect("corrected").alert;
    let done = lost.close(Outcome::FalseAlarm, "入力誤りと確認").expect("taken").alert;
    assert!(!done.covers(&seven()));
    let lost_later = judged(&closed(Outcome::Handled), None).expect("corrected after closing").alert;
    assert_eq!((lost_later.state, lost_later.condition), (State::Closed, Condition::NotMet));
    assert!(!lost_later.covers(&seven()));
}

#[test]
fn due_follows_the_office_and_the_gravest_follows_nobody() {
    use Severity::{Caution, Notice, Urgent, Warning};
    let table = [
        // 2026-11-20 is a Friday, Monday the 23rd a holiday.
        (Urgent, at(11, 20, 9, 0), at(11, 20, 10, 0)),
        (Urgent, at(11, 21, 23, 30), at(11, 22, 0, 30)),
        (Warning, at(11, 20, 9, 0), at(11, 20, 17, 15)),
        (Warning, at(11, 20, 17, 14), at(11, 20, 17, 15)),
        (Warning, at(11, 20, 17, 15), at(11, 24, 17, 15)),
        (Warning, at(11, 21, 9, 0), at(11, 24, 17, 15)),
        (Caution, at(11, 19, 9, 0), at(11, 20, 17, 15)),
        (Caution, at(11, 20, 9, 0), at(11, 24, 17, 15)),
        (Notice, at(11, 20, 12, 0), at(11, 30, 17, 15)),
        // Already the 25th in Japan, still the 24th in London.
        (Caution, at(11, 25, 8, 0), at(11, 26, 17, 15)),
        (Caution, at(12, 28, 9, 0), japan_instant(date(2027, 1, 4).at(17, 15, 0, 0))),
    ];
    for (severity, raised, expected) in table {
        assert_eq!(due(severity, raised, &office()), expected, "{severity:?} at {raised}");
    }
    for severity in Severity::ALL {
        assert!(due(*severity, Timestamp::MAX, &Office::new(Arc::default())) <= Timestamp::MAX, "the end of time is no panic");
    }
}

/// Anything that can befall an alert, refused steps included.
fn befall(alert: &Alert, what: usize) -> Option<Step> {
    match what {
        0 => alert.take(person(1)).ok(),
        1 => alert.take(person(2)).ok(),
        2 => alert.act(ActionKind::Called, "").ok(),
        3 => alert.hand_on(person(2), "").ok(),
        4 => alert.close(Outcome::FalseAlarm, "誤入力").ok(),
        5 => judged(alert, None),
        6 => judged(alert, Some(&seven())),
        7 => judged(alert, Some(&finding(14, Severity::Urgent, date(2026, 11, 30)))),
        _ => alert.reported_later().ok(),
    }
}

proptest! {
    #[test]
    fn whatever_befalls_it_nothing_is_lost(steps in prop::collection::vec(select((0..9).collect::<Vec<_>>()), 0..30)) {
        let mut alert = raised(&finding(5, Severity::Warning, date(2026, 11, 16)));
        for what in steps {
            let Some(Step { alert: next, .. }) = befall(&alert, what) else { continue };
            prop_assert_eq!(next.revision, alert.revision + 1);
            prop_assert!(next.severity >= alert.severity && next.level >= alert.level && next.as_of >= alert.as_of);
            prop_assert!(next.due_at <= alert.due_at);
            prop_assert!(alert.state != State::Closed || next.state == State::Closed, "it never opens again");
            prop_assert_eq!(next.outcome.is_some(), next.state == State::Closed);
            prop_assert!(next.state != State::Taken || next.holder.is_some(), "what is in hand has a holder");
            alert = next;
        }
    }
}
