//! What surrounds an alert: rests that end, visits, sightings, and the 48 hours in real time.

use jiff::{
    Timestamp, ToSpan as _,
    civil::{Date, date},
};
use proptest::prelude::*;

use super::{
    ActionKind, Alert, Care, Cause, Closing, Event, Hours, Method, Outcome, Refusal, SafetyCheck, Seeing, Standing, State, Warning,
};
use crate::domain::{
    calendar::Office,
    clock::japan_instant,
    ids::{Id, Person},
    reply::Reply,
    rule::{Finding, RuleCode, Severity, Strictness, default_rules},
};

/// Of a ward that has changed nothing.
const HOURS: Hours = Hours { version: 1, rank: 12, early: 24, late: 40, deadline: 48 };

fn at(day: i8, hour: i8, minute: i8) -> Timestamp {
    japan_instant(date(2026, 11, day).at(hour, minute, 0, 0))
}

fn day(day: i8) -> Date {
    date(2026, 11, day)
}

fn person() -> Id<Person> {
    uuid::Uuid::from_u128(1).into()
}

fn alert(severity: Severity) -> Alert {
    let finding = Finding {
        rule: RuleCode::A3,
        version: 1,
        severity,
        count: 3,
        threshold: 3,
        as_of: day(18),
        began: day(16),
        days: vec![],
        older_days: 0,
    };
    let (id, watch) = (uuid::Uuid::from_u128(1).into(), uuid::Uuid::from_u128(2).into());
    Alert::raise(id, watch, &finding, at(18, 9, 10), &Office::default())
}

fn taken(severity: Severity) -> Alert {
    alert(severity).take(person()).expect("open").alert
}

fn received() -> Care {
    Care { check: Some(SafetyCheck::received(Cause::Urgent, at(18, 9, 10), HOURS)), ..Care::default() }
}

fn seeing(at: Timestamp, method: Method) -> Seeing<'static> {
    Seeing { at, method, by: "田中", note: "", late_reason: "" }
}

fn closing(confirmed: bool) -> Closing<'static> {
    Closing { outcome: Outcome::Handled, note: "会えた", usefulness: None, confirmed }
}

#[test]
fn forty_eight_hours_are_real_hours_with_two_steps_on_the_way() {
    let mut check = SafetyCheck::received(Cause::Urgent, at(20, 16, 0), HOURS);
    assert_eq!(check.due_at, at(22, 16, 0), "over the weekend too");
    let table = [
        (at(21, 15, 59), None),
        (at(21, 16, 0), Some(Warning::Early)),
        (at(22, 7, 59), Some(Warning::Early)),
        (at(22, 8, 0), Some(Warning::Late)),
        (at(22, 16, 0), Some(Warning::Overdue)),
        (at(29, 0, 0), Some(Warning::Overdue)),
    ];
    for (now, due) in table {
        assert_eq!(check.due(Strictness::Normal, now), due, "at {now}");
    }
    check.told = Some(Warning::Late);
    assert_eq!(check.due(Strictness::Normal, at(22, 9, 0)), None, "told once");
    assert_eq!(check.due(Strictness::Normal, at(22, 16, 0)), Some(Warning::Overdue));
    check.seen_at = Some(at(22, 10, 0));
    assert_eq!(check.due(Strictness::Normal, at(22, 16, 0)), None, "whoever was seen is not warned of");
}

#[test]
fn rank_a_is_warned_of_after_half_a_day_too() {
    let mut check = SafetyCheck::received(Cause::Urgent, at(20, 16, 0), HOURS);
    let table = [
        (at(21, 3, 59), Strictness::Strict, None),
        (at(21, 4, 0), Strictness::Strict, Some(Warning::Rank)),
        (at(21, 4, 0), Strictness::Normal, None),
        (at(21, 16, 0), Strictness::Strict, Some(Warning::Early)),
        (at(22, 16, 0), Strictness::Strict, Some(Warning::Overdue)),
    ];
    for (now, strictness, due) in table {
        assert_eq!(check.due(strictness, now), due, "{strictness:?} at {now}");
    }
    check.told = Some(Warning::Rank);
    assert_eq!(check.due(Strictness::Strict, at(21, 5, 0)), None, "told once");
    assert_eq!(check.due(Strictness::Strict, at(21, 16, 0)), Some(Warning::Early));
}

#[test]
fn a_new_ward_has_the_hours_that_the_guideline_and_its_default_name() {
    let rule = default_rules().into_iter().find(|rule| rule.code == RuleCode::K1).expect("K1");
    let hours = [rule.threshold_strict, rule.threshold, rule.second, rule.third];
    assert_eq!(hours, [HOURS.rank, HOURS.early, HOURS.late, HOURS.deadline]);
}

#[test]
fn a_check_keeps_the_hours_it_began_with() {
    let hours = Hours { version: 2, rank: 3, early: 6, late: 18, deadline: 24 };
    let check = SafetyCheck::received(Cause::Urgent, at(20, 16, 0), hours);
    assert_eq!(check.due_at, at(21, 16, 0));
    for (now, strictness, due, said) in [
        (at(20, 18, 59), Strictness::Strict, None, 0),
        (at(20, 19, 0), Strictness::Strict, Some(Warning::Rank), 3),
        (at(20, 19, 0), Strictness::Normal, None, 0),
        (at(20, 22, 0), Strictness::Normal, Some(Warning::Early), 6),
        // Eighteen hours have gone by, and six are left.
        (at(21, 10, 0), Strictness::Normal, Some(Warning::Late), 6),
        (at(21, 16, 0), Strictness::Normal, Some(Warning::Overdue), 24),
    ] {
        assert_eq!(check.due(strictness, now), due, "{strictness:?} at {now}");
        let care = Care { check: Some(check.clone()), ..Care::default() };
        let step = taken(Severity::Urgent).warn(&care, strictness, now).map(|(step, _)| step.event.kind().into_owned());
        assert_eq!(step, due.map(|_| said.to_string()), "{strictness:?} at {now}");
    }
    assert_eq!(check.standing(at(20, 22, 0)), Standing::Running { left: jiff::SignedDuration::from_hours(18), warned: true });
    assert!(check.is_late(at(21, 16, 1)) && !check.is_late(at(21, 16, 0)));
}

#[test]
fn how_it_stands_is_said_of_every_instant() {
    let mut check = SafetyCheck::received(Cause::Notified, at(20, 16, 0), HOURS);
    let running = |hours: i64, warned| Standing::Running { left: jiff::SignedDuration::from_hours(hours), warned };
    assert_eq!(check.standing(at(20, 17, 0)), running(47, false));
    assert_eq!(check.standing(at(21, 16, 0)), running(24, true));
    assert_eq!(check.standing(at(22, 16, 0)), Standing::Overdue { by: jiff::SignedDuration::ZERO });
    check.seen_at = Some(at(22, 16, 0));
    assert_eq!(check.standing(at(29, 0, 0)), Standing::Seen { late: false }, "the last minute is in time");
    check.seen_at = Some(at(22, 16, 1));
    assert_eq!(check.standing(at(29, 0, 0)), Standing::Seen { late: true });
}

#[test]
fn only_eyes_confirm_and_only_what_they_saw_after_the_word_came() {
    let check = SafetyCheck::received(Cause::Urgent, at(18, 9, 10), HOURS);
    assert!(check.answered_by(at(18, 9, 10)) && !check.answered_by(at(18, 9, 9)));
    for (method, confirms) in [(Method::Direct, true), (Method::OtherAgency, true), (Method::Phone, false), (Method::NotMet, false)]
    {
        assert_eq!(method.confirms(), confirms, "{method:?}");
    }
}

#[test]
fn a_sighting_says_who_and_when_and_after_the_time_why() {
    let (alert, care, now) = (taken(Severity::Urgent), received(), at(21, 12, 0));
    let see = |seeing: Seeing<'_>| alert.see(&care, &seeing, now).map(|step| step.event);
    assert!(see(seeing(at(20, 9, 10), Method::Direct)).is_ok(), "the last minute of the 48 hours");
    assert_eq!(see(seeing(at(20, 9, 11), Method::Direct)), Err(Refusal::LateReasonMissing));
    let late = Seeing { late_reason: "県外にいた", ..seeing(at(20, 9, 11), Method::OtherAgency) };
    assert!(matches!(see(late), Ok(Event::Sighted(sighting)) if sighting.late_reason == "県外にいた"));
    assert!(see(seeing(at(21, 9, 0), Method::Phone)).is_ok(), "what confirms nothing is late for nothing");
    assert_eq!(see(Seeing { by: " ", ..seeing(now, Method::Direct) }), Err(Refusal::WhoMissing));
    assert_eq!(see(seeing(at(21, 12, 1), Method::Direct)), Err(Refusal::SightingAhead));
    let long_ago = now.checked_sub((31 * 24 + 1).hours()).expect("a time");
    assert_eq!(see(seeing(long_ago, Method::Direct)), Err(Refusal::SightingLongAgo));
    assert_eq!(
        alert.see(&Care::default(), &seeing(at(20, 9, 11), Method::Direct), now).map(|_| ()),
        Ok(()),
        "no clock, no lateness"
    );
    assert_eq!(self::alert(Severity::Urgent).see(&care, &seeing(now, Method::Direct), now).map(|_| ()), Err(Refusal::NotTaken));
}

#[test]
fn a_visit_stays_until_somebody_has_been_there() {
    let (alert, now) = (taken(Severity::Caution), at(18, 10, 0));
    assert_eq!(alert.plan_visit(now, "", now).map(|_| ()), Err(Refusal::VisitPast));
    assert_eq!(
        alert.plan_visit(at(18, 10, 1).saturating_add((93 * 24).hours()).expect("a time"), "", now).map(|_| ()),
        Err(Refusal::VisitFar)
    );
    let step = alert.plan_visit(at(19, 15, 0), " 母と約束 ", now).expect("to come");
    assert_eq!((step.event.code(), &*step.event.kind(), step.event.note()), ("acted", "visit_planned", "母と約束"));
    let care = Care::default().after(&step.event);
    assert!(!care.visit_is_overdue(at(19, 15, 0)) && care.visit_is_overdue(at(19, 15, 1)));
    let after = |method| care.after(&alert.see(&care, &seeing(at(18, 9, 30), method), now).expect("taken").event).visit_at;
    assert_eq!(after(Method::Phone), Some(at(19, 15, 0)), "a call is no visit");
    assert_eq!(after(Method::NotMet), None);
    assert_eq!(after(Method::Direct), None);
    let called = alert.act(ActionKind::Called, "").expect("taken").event;
    assert_eq!(care.after(&called), care);
}

#[test]
fn an_alert_rests_with_a_reason_for_a_week_at_most_and_never_where_a_child_is_to_be_seen() {
    let (alert, now) = (taken(Severity::Caution), at(18, 10, 0));
    let none = Care::default();
    let snooze = |alert: &Alert, care: &Care, until, reason| alert.snooze(care, until, reason, now).map(|step| step.event);
    for (until, allowed) in [(day(17), false), (day(18), false), (day(19), true), (day(25), true), (day(26), false)] {
        let asked = snooze(&alert, &none, until, "検診の結果待ち");
        assert_eq!(asked.is_ok(), allowed, "until {until}");
        assert!(asked.is_ok() || asked == Err(Refusal::RestTooLong));
    }
    assert_eq!(snooze(&alert, &none, day(19), " "), Err(Refusal::NoteMissing));
    assert_eq!(snooze(&taken(Severity::Urgent), &none, day(19), "待つ"), Err(Refusal::CannotRest));
    assert_eq!(snooze(&alert, &received(), day(19), "待つ"), Err(Refusal::CannotRest));
    assert_eq!(snooze(&self::alert(Severity::Caution), &none, day(19), "待つ"), Err(Refusal::NotTaken));
    let care = none.after(&snooze(&alert, &none, day(19), "待つ").expect("may rest"));
    assert_eq!(care.snoozed_until, Some(at(19, 8, 30)));
    assert!(care.is_snoozed(at(19, 8, 29)) && !care.is_snoozed(at(19, 8, 30)));
    assert_eq!(alert.wake(&care, at(19, 8, 29)), None);
    let woken = alert.wake(&care, at(19, 8, 30)).expect("over");
    assert_eq!((woken.event.code(), care.after(&woken.event).snoozed_until), ("woke", None));
    let handed = alert.hand_on(uuid::Uuid::from_u128(9).into(), "").expect("taken").event;
    assert_eq!(care.after(&handed).snoozed_until, None, "whoever gets it sees it");
}

#[test]
fn an_alert_is_treated_as_a_notification_once() {
    let (alert, now) = (taken(Severity::Caution), at(18, 10, 0));
    let (step, check) = alert.notify(&Care::default(), at(18, 9, 0), HOURS, now).expect("none runs");
    assert_eq!((step.event.code(), check.due_at, check.cause), ("notified", at(20, 9, 0), Cause::Notified));
    assert_eq!(alert.notify(&received(), at(18, 9, 0), HOURS, now).map(|_| ()), Err(Refusal::AlreadyChecked));
    assert_eq!(alert.notify(&Care::default(), at(18, 10, 1), HOURS, now).map(|_| ()), Err(Refusal::SightingAhead));
}

#[test]
fn after_the_child_was_seen_another_notification_begins_its_own_forty_eight_hours() {
    let (alert, now) = (taken(Severity::Caution), at(19, 10, 0));
    let met = SafetyCheck { seen_at: Some(at(18, 12, 0)), ..SafetyCheck::received(Cause::Notified, at(18, 9, 0), HOURS) };
    let care = Care { check: Some(met), ..Care::default() };
    let again = |received_at| alert.notify(&care, received_at, HOURS, now).map(|(_, check)| check.due_at);
    assert_eq!(again(at(18, 12, 0)), Err(Refusal::SeenSince), "whoever saw the child then has answered it");
    assert_eq!(again(at(18, 12, 1)), Ok(at(20, 12, 1)));
    assert_eq!(again(at(19, 10, 1)), Err(Refusal::SightingAhead));
}

#[test]
fn where_nobody_saw_the_child_closing_takes_a_second_step() {
    let seen =
        Care { check: Some(SafetyCheck { seen_at: Some(at(18, 12, 0)), ..received().check.expect("one") }), ..Care::default() };
    let table = [
        ("caution", Severity::Caution, Care::default(), false),
        ("caution, treated as a notification", Severity::Caution, received(), true),
        ("urgent", Severity::Urgent, received(), true),
        ("urgent, no clock kept", Severity::Urgent, Care::default(), true),
        ("urgent and seen", Severity::Urgent, seen, false),
    ];
    for (name, severity, care, asks) in table {
        let first = taken(severity).end(&care, &closing(false)).map(|step| step.alert.state);
        assert_eq!(first, if asks { Err(Refusal::Unseen) } else { Ok(State::Closed) }, "{name}");
        assert!(taken(severity).end(&care, &closing(true)).is_ok(), "{name}");
    }
    let wordless = Closing { note: "", ..closing(true) };
    assert_eq!(taken(Severity::Urgent).end(&received(), &wordless).map(|_| ()), Err(Refusal::NoteMissing), "the note first");
}

#[test]
fn a_closed_alert_rests_plans_and_warns_no_more() {
    let closed = taken(Severity::Urgent).end(&received(), &closing(true)).expect("confirmed");
    let care = Care { snoozed_until: Some(at(19, 8, 30)), visit_at: Some(at(19, 9, 0)), ..received() }.after(&closed.event);
    assert_eq!((care.snoozed_until, care.visit_at), (None, None));
    assert_eq!(closed.alert.warn(&care, Strictness::Normal, at(30, 0, 0)), None);
    assert_eq!(closed.alert.reply(Reply::Handling).map(|_| ()), Err(Refusal::AlreadyClosed));
    assert_eq!(closed.alert.ask().map(|_| ()), Err(Refusal::AlreadyClosed));
}

proptest! {
    /// However often the clock looks, each warning is given once, none is given after a graver one, and the last is given at last.
    #[test]
    fn warnings_rise_and_are_told_once(mut hours in prop::collection::vec(0_i64..100, 1..40)) {
        hours.sort_unstable();
        let mut care = received();
        let mut told = Vec::new();
        for hour in &hours {
            let now = at(18, 9, 10).checked_add(hour.hours()).expect("a time");
            if let Some((step, warning)) = taken(Severity::Urgent).warn(&care, Strictness::Normal, now) {
                prop_assert_eq!(step.event.code(), warning.code());
                told.push(warning);
                if let Some(check) = &mut care.check {
                    check.told = Some(warning);
                }
            }
        }
        prop_assert!(told.windows(2).all(|pair| pair[0] < pair[1]));
        prop_assert_eq!(told.last() == Some(&Warning::Overdue), hours.last().is_some_and(|last| *last >= 48));
    }
}

#[test]
fn a_facility_reads_nothing_of_what_the_office_arranged() {
    for rule in RuleCode::ALL {
        let alert = Alert { rule: *rule, ..taken(Severity::Caution) };
        let said = alert.reply(Reply::Handling).map(|_| ());
        assert_eq!(said, if rule.of_the_office() { Err(Refusal::NoReportBehind) } else { Ok(()) }, "{rule:?}");
    }
}
