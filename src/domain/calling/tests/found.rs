//! When somebody is told, who together with whom, and when it climbs: by route, by hour and by cause.

use std::{collections::HashSet, sync::Arc};

use jiff::{Timestamp, civil::date};
use uuid::Uuid;

use super::{ABOVE, CHIEF, SATO, TANAKA, away, everybody, id, without, words};
use crate::domain::{
    alert::{State, Warning},
    calendar::Office,
    calling::{Calling, Cause, Clocks, Found, Situation, Station, climbs_at},
    ids::Id,
    rule::{Route, Severity},
};

#[test]
fn grave_things_climb_by_the_minute_and_lesser_ones_by_the_business_day() {
    for (severity, at, climbs) in [
        (Severity::Urgent, "2026-11-20T10:00+09:00", Some("2026-11-20T10:30+09:00")),
        (Severity::Urgent, "2026-11-21T23:50+09:00", Some("2026-11-22T00:20+09:00")),
        (Severity::Warning, "2026-11-20T10:00+09:00", Some("2026-11-20T17:15+09:00")),
        // A Friday evening, before a long weekend.
        (Severity::Warning, "2026-11-20T17:15+09:00", Some("2026-11-24T17:15+09:00")),
        (Severity::Caution, "2026-11-19T10:00+09:00", Some("2026-11-20T17:15+09:00")),
        (Severity::Caution, "2026-11-20T10:00+09:00", Some("2026-11-24T17:15+09:00")),
        (Severity::Notice, "2026-11-20T10:00+09:00", None),
    ] {
        let expected = climbs.map(|text| text.parse::<Timestamp>().unwrap());
        assert_eq!(climbs_at(severity, 30, at.parse().unwrap(), &office()), expected, "{severity:?} {at}");
    }
}

pub(super) const DAYTIME: &str = "2026-11-20T10:00+09:00";
pub(super) const SATURDAY_NIGHT: &str = "2026-11-21T23:00+09:00";
const HOLIDAY: &str = "2026-11-23T10:00+09:00";

pub(super) fn found(calling: Option<Calling>) -> Found {
    Found {
        state: State::Open,
        severity: Severity::Urgent,
        level: 1,
        route: Route::Ladder,
        clocks: Clocks::of(&[]),
        holder: None,
        raised_at: instant(DAYTIME),
        warned: None,
        check_at: None,
        calling,
    }
}

pub(super) fn taken(by: u128, found: Found) -> Found {
    Found { state: State::Taken, holder: Some(id(by)), ..found }
}

pub(super) fn instant(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub(super) fn office() -> Office {
    Office::new(Arc::new([date(2026, 11, 23)].into_iter().collect()))
}

fn told_first(found: &Found, cause: Cause, situation: &Situation, at: &str) -> (String, Calling) {
    let (hop, calling) = found.call(cause, situation, instant(at), &office());
    (words(&hop.told), calling)
}

/// What is said minute by minute while nobody takes it.
pub(super) fn nobody_takes_it(mut alert: Found, from: &str) -> Vec<String> {
    let mut said = Vec::new();
    for minute in 0..=90 {
        let now = instant(from).checked_add(jiff::Span::new().minutes(minute)).unwrap();
        let Some(cause) = alert.cause(&everybody(), now) else { continue };
        let (hop, calling) = alert.call(cause, &everybody(), now, &office());
        said.push(format!("{minute} {} {}", cause.code(), words(&hop.told)));
        alert.calling = Some(calling);
    }
    said
}

#[test]
fn an_urgent_alert_reaches_the_desk_within_the_hour_whatever_its_route() {
    let table = [
        (
            Route::Ladder,
            DAYTIME,
            vec![
                "0 raised worker assigned 1",
                "30 unanswered supervisor supervises 3",
                "60 unanswered head supervises 5 > desk on_duty 4",
                "90 unanswered desk on_duty 4",
            ],
        ),
        (
            Route::WorkerAndSupervisor,
            DAYTIME,
            vec![
                "0 raised worker assigned 1 > supervisor supervises 3",
                "30 unanswered head supervises 5 > desk on_duty 4",
                "60 unanswered desk on_duty 4",
                "90 unanswered desk on_duty 4",
            ],
        ),
        (
            Route::AllAtOnce,
            DAYTIME,
            vec![
                "0 raised worker assigned 1 > supervisor supervises 3 > desk on_duty 4",
                "30 unanswered head supervises 5 > desk on_duty 4",
                "60 unanswered desk on_duty 4",
                "90 unanswered desk on_duty 4",
            ],
        ),
        (
            Route::Ladder,
            SATURDAY_NIGHT,
            vec![
                "0 raised worker assigned 1 > desk on_duty 4",
                "30 unanswered supervisor supervises 3",
                "60 unanswered head supervises 5 > desk on_duty 4",
                "90 unanswered desk on_duty 4",
            ],
        ),
    ];
    for (route, from, expected) in table {
        let raised_at = instant(from);
        assert_eq!(nobody_takes_it(Found { route, raised_at, ..found(None) }, from), expected, "{route:?} {from}");
    }
}

#[test]
fn a_route_says_who_is_told_first_and_at_night_the_desk_is_among_them() {
    use Route::{AllAtOnce, Ladder, WorkerAndSupervisor};
    let deputised = Situation { substitute: Some(id(SATO)), ..away(everybody(), &[TANAKA]) };
    let unassigned = Situation { worker: None, ..everybody() };
    let both = Situation { on_duty: Some(id(TANAKA)), ..everybody() };
    let (grave, less) = (Severity::Urgent, Severity::Warning);
    for (route, severity, situation, at, expected) in [
        (Ladder, less, everybody(), DAYTIME, "worker assigned 1"),
        (Ladder, less, everybody(), SATURDAY_NIGHT, "worker assigned 1"),
        (Ladder, grave, everybody(), HOLIDAY, "worker assigned 1 > desk on_duty 4"),
        (WorkerAndSupervisor, less, everybody(), DAYTIME, "worker assigned 1 > supervisor supervises 3"),
        (WorkerAndSupervisor, less, deputised.clone(), DAYTIME, "substitute deputises 2 > supervisor supervises 3"),
        (WorkerAndSupervisor, less, away(everybody(), &[TANAKA]), DAYTIME, "supervisor supervises 3"),
        (WorkerAndSupervisor, less, without(everybody(), &[CHIEF, ABOVE]), DAYTIME, "worker assigned 1"),
        (WorkerAndSupervisor, less, unassigned.clone(), DAYTIME, "desk on_duty 4 > supervisor supervises 3"),
        (WorkerAndSupervisor, grave, everybody(), SATURDAY_NIGHT, "worker assigned 1 > supervisor supervises 3 > desk on_duty 4"),
        (AllAtOnce, grave, deputised, DAYTIME, "substitute deputises 2 > supervisor supervises 3 > desk on_duty 4"),
        (AllAtOnce, grave, unassigned, DAYTIME, "desk on_duty 4 > supervisor supervises 3"),
        (AllAtOnce, grave, both, DAYTIME, "worker assigned 1 > supervisor supervises 3 > desk on_duty 1"),
    ] {
        let alert = Found { severity, route, ..found(None) };
        let (words, calling) = told_first(&alert, Cause::Raised, &situation, at);
        assert_eq!(words, expected, "{route:?} {severity:?} {at}");
        let distinct: HashSet<_> = calling.told.iter().collect();
        assert_eq!(distinct.len(), calling.told.len(), "nobody stands there twice");
    }
}

#[test]
fn whom_the_route_names_is_told_even_where_somebody_was_quicker() {
    let quick = |route| taken(TANAKA, Found { route, ..found(None) });
    for (route, at, cause) in [
        (Route::Ladder, "2026-11-20T10:00:03+09:00", None),
        (Route::WorkerAndSupervisor, "2026-11-20T10:00:03+09:00", Some(Cause::Raised)),
        (Route::AllAtOnce, "2026-11-20T10:59:59+09:00", Some(Cause::Raised)),
        (Route::AllAtOnce, "2026-11-20T11:00+09:00", None),
    ] {
        assert_eq!(quick(route).cause(&everybody(), instant(at)), cause, "{route:?} {at}");
    }
    let (words, calling) = told_first(&quick(Route::AllAtOnce), Cause::Raised, &everybody(), DAYTIME);
    assert_eq!(words, "worker assigned 1 > supervisor supervises 3 > desk on_duty 4");
    assert_eq!(calling.next_at, None, "in hand it climbs no further");
    let told = Found { calling: Some(calling), ..quick(Route::AllAtOnce) };
    assert_eq!(told.cause(&everybody(), instant(DAYTIME)), None, "once");
}

#[test]
fn what_is_about_two_requests_is_told_to_whoever_has_either() {
    use Route::{Ladder, WorkerAndSupervisor};
    let both = |situation: Situation| Situation { both: vec![id(TANAKA), id(SATO)], ..situation };
    let alone = Situation { both: vec![id(TANAKA)], ..everybody() };
    let unassigned = Situation { worker: None, both: vec![id(SATO)], ..everybody() };
    let of_chief = Situation { both: vec![id(TANAKA), id(CHIEF)], ..everybody() };
    for (name, route, situation, expected) in [
        ("two", Ladder, both(everybody()), "worker assigned 1 > other_worker assigned 2"),
        ("one and the same", Ladder, alone, "worker assigned 1"),
        (
            "with the route",
            WorkerAndSupervisor,
            both(everybody()),
            "worker assigned 1 > supervisor supervises 3 > other_worker assigned 2",
        ),
        ("nobody has the new one", Ladder, unassigned, "desk on_duty 4 > other_worker assigned 2"),
        ("on leave", Ladder, both(away(everybody(), &[TANAKA])), "supervisor supervises 3 > other_worker assigned 2"),
        ("the other is on leave", Ladder, both(away(everybody(), &[SATO])), "worker assigned 1"),
        (
            "the other supervises",
            WorkerAndSupervisor,
            of_chief,
            "worker assigned 1 > supervisor supervises 3 > other_worker assigned 3",
        ),
    ] {
        let (words, calling) = told_first(&Found { route, ..found(None) }, Cause::Raised, &situation, DAYTIME);
        assert_eq!(words, expected, "{name}");
        let distinct: HashSet<_> = calling.told.iter().collect();
        assert_eq!(distinct.len(), calling.told.len(), "{name}: one notice each");
    }
    let (hop, _) = found(None).call(Cause::Raised, &both(away(everybody(), &[SATO])), instant(DAYTIME), &office());
    assert_eq!(words(&hop.passed), "other_worker away (2)", "it is said that they were not there");
    // It climbs as it would without them.
    let (_, calling) = told_first(&found(None), Cause::Raised, &both(everybody()), DAYTIME);
    let open = Found { calling: Some(calling), ..found(None) };
    assert_eq!(told_first(&open, Cause::Unanswered, &both(everybody()), DAYTIME).0, "supervisor supervises 3");
    // Whoever was quicker than the first call: the other one hears of it all the same, whichever of the two it was.
    for (quick, expected) in
        [(TANAKA, "worker assigned 1 > other_worker assigned 2"), (SATO, "worker assigned 2 > other_worker assigned 1")]
    {
        let held = both(Situation { worker: Some(id(quick)), ..everybody() });
        let alert = taken(quick, found(None));
        assert_eq!(alert.cause(&held, instant(DAYTIME)), Some(Cause::Raised));
        assert_eq!(told_first(&alert, Cause::Raised, &held, DAYTIME).0, expected);
    }
}

#[test]
fn nothing_waits_for_a_person_who_left() {
    let now = instant(DAYTIME);
    let (_, calling) = told_first(&found(None), Cause::Raised, &everybody(), DAYTIME);
    let told = found(Some(calling));
    assert_eq!(told.cause(&everybody(), now), None);
    let left = without(everybody(), &[TANAKA]);
    assert_eq!(told.cause(&left, now), Some(Cause::Gone));
    assert_eq!(told_first(&told, Cause::Gone, &left, DAYTIME).0, "desk on_duty 4");

    let taken = taken(TANAKA, told);
    assert_eq!(taken.cause(&everybody(), now), None);
    assert_eq!(taken.cause(&left, now), Some(Cause::Returned));
    let (words, again) = told_first(&taken, Cause::Returned, &left, DAYTIME);
    assert_eq!((words.as_str(), again.round), ("desk on_duty 4", 2));
    assert!(again.next_at.is_some());
    let closed = Found { state: State::Closed, ..taken };
    assert_eq!(closed.cause(&left, now), None);
}

#[test]
fn a_leave_of_whoever_has_it_is_told_to_the_substitute_once() {
    let leave = |number: u128| Some(Id::from(Uuid::from_u128(number)));
    let (_, calling) = told_first(&found(None), Cause::Raised, &everybody(), DAYTIME);
    let mut alert = taken(TANAKA, found(Some(calling)));
    for (name, situation, cause, expected) in [
        ("here", everybody(), None, ""),
        (
            "on leave",
            Situation { substitute: Some(id(SATO)), absence: leave(7), ..away(everybody(), &[TANAKA]) },
            Some(Cause::Away),
            "substitute deputises 2",
        ),
        ("the same leave", Situation { substitute: Some(id(SATO)), absence: leave(7), ..away(everybody(), &[TANAKA]) }, None, ""),
        ("back", everybody(), None, ""),
        (
            "another leave, without a substitute",
            Situation { absence: leave(8), ..away(everybody(), &[TANAKA]) },
            Some(Cause::Away),
            "supervisor supervises 3",
        ),
    ] {
        assert_eq!(alert.cause(&situation, instant(DAYTIME)), cause, "{name}");
        let Some(cause) = cause else { continue };
        let (words, calling) = told_first(&alert, cause, &situation, DAYTIME);
        assert_eq!((words.as_str(), calling.next_at), (expected, None), "{name}");
        alert.calling = Some(calling);
    }
    assert_eq!(alert.gravity(Cause::Away), Severity::Warning, "nobody is woken for it");
}

#[test]
fn what_became_graver_or_happened_again_is_told_anew_and_in_hand_to_whoever_has_it() {
    let told = |severity, level| {
        let calling = Calling {
            round: 1,
            called: vec![Station::Worker],
            told: vec![id(TANAKA)],
            severity,
            level,
            warned: None,
            check_at: None,
            absence: None,
            next_at: None,
        };
        Some(calling)
    };
    for (name, calling, cause) in [
        ("as it was told", told(Severity::Urgent, 2), None),
        ("graver", told(Severity::Caution, 2), Some(Cause::Risen)),
        ("the same again", told(Severity::Urgent, 1), Some(Cause::Risen)),
    ] {
        let risen = Found { level: 2, ..found(calling) };
        for alert in [risen.clone(), taken(TANAKA, risen)] {
            assert_eq!(alert.cause(&everybody(), instant(DAYTIME)), cause, "{name}, {:?}", alert.state);
        }
    }
    let risen = Found { level: 2, ..found(told(Severity::Urgent, 1)) };
    let (words, calling) = told_first(&risen, Cause::Risen, &everybody(), DAYTIME);
    assert_eq!((words.as_str(), calling.round, calling.level), ("worker assigned 1", 2, 2));
    let (_, calling) = told_first(&taken(TANAKA, risen.clone()), Cause::Risen, &everybody(), DAYTIME);
    assert_eq!(calling.next_at, None);
    let deputised = Situation { substitute: Some(id(SATO)), ..away(everybody(), &[TANAKA]) };
    assert_eq!(told_first(&taken(TANAKA, risen.clone()), Cause::Risen, &deputised, DAYTIME).0, "substitute deputises 2");
    let urgent = taken(TANAKA, Found { route: Route::AllAtOnce, ..risen });
    let (words, _) = told_first(&urgent, Cause::Risen, &everybody(), DAYTIME);
    assert_eq!(
        words, "worker assigned 1 > supervisor supervises 3 > desk on_duty 4",
        "the receipt promises all of them, each time"
    );
}

#[test]
fn a_child_nobody_has_seen_is_told_of_at_each_step_and_to_more_people() {
    let deputised = Situation { substitute: Some(id(SATO)), ..away(everybody(), &[TANAKA]) };
    let warned = |warned| taken(TANAKA, Found { severity: Severity::Warning, warned: Some(warned), ..found(None) });
    for (warning, situation, expected) in [
        (Warning::Rank, everybody(), "worker assigned 1"),
        (Warning::Early, everybody(), "worker assigned 1"),
        (Warning::Early, deputised.clone(), "substitute deputises 2"),
        (Warning::Late, everybody(), "worker assigned 1 > supervisor supervises 3"),
        (Warning::Late, deputised.clone(), "substitute deputises 2 > supervisor supervises 3"),
        (Warning::Overdue, everybody(), "worker assigned 1 > supervisor supervises 3 > desk on_duty 4"),
        (Warning::Overdue, deputised, "substitute deputises 2 > supervisor supervises 3 > desk on_duty 4"),
    ] {
        let alert = warned(warning);
        assert_eq!(alert.cause(&situation, instant(SATURDAY_NIGHT)), Some(Cause::Check), "{warning:?}");
        assert_eq!(alert.gravity(Cause::Check), Severity::Urgent, "quiet hours do not hold it");
        let (words, calling) = told_first(&alert, Cause::Check, &situation, SATURDAY_NIGHT);
        assert_eq!(words, expected, "{warning:?}");
        let told = Found { calling: Some(calling), ..alert };
        assert_eq!(told.cause(&everybody(), instant(SATURDAY_NIGHT)), None, "{warning:?}: once");
        let seen = Found { warned: None, ..told };
        assert_eq!(seen.cause(&everybody(), instant(SATURDAY_NIGHT)), None, "{warning:?}: seen meanwhile");
    }
    // In nobody's hands it climbs on from there, as the urgent does.
    let (_, calling) = told_first(&found(None), Cause::Raised, &everybody(), DAYTIME);
    let open = Found { severity: Severity::Caution, warned: Some(Warning::Early), ..found(Some(calling)) };
    let (_, calling) = told_first(&open, Cause::Check, &everybody(), SATURDAY_NIGHT);
    assert_eq!(calling.next_at, Some(instant("2026-11-21T23:30+09:00")));
    let open = Found { calling: Some(calling), ..open };
    assert_eq!(open.cause(&everybody(), instant("2026-11-21T23:30+09:00")), Some(Cause::Unanswered));
    assert_eq!(open.gravity(Cause::Unanswered), Severity::Urgent, "nor do quiet hours hold the next rung");
    let (words, calling) = told_first(&open, Cause::Unanswered, &everybody(), "2026-11-21T23:30+09:00");
    assert_eq!(words, "supervisor supervises 3");
    assert_eq!(calling.next_at, Some(instant("2026-11-22T00:00+09:00")));
}

#[test]
fn what_was_told_of_an_earlier_check_silences_nothing_of_the_one_that_runs() {
    let (first, second) = (instant("2026-11-17T09:00+09:00"), instant(DAYTIME));
    let check = |check_at, warned, calling| taken(TANAKA, Found { warned, check_at, ..found(calling) });
    let (_, told) = told_first(&check(Some(first), Some(Warning::Overdue), None), Cause::Check, &everybody(), DAYTIME);
    assert_eq!((told.check_at, told.warned), (Some(first), Some(Warning::Overdue)));
    for (check_at, warned, cause) in [
        (Some(first), Some(Warning::Overdue), None),
        // Met, and no other has begun.
        (None, None, None),
        (Some(second), None, None),
        (Some(second), Some(Warning::Early), Some(Cause::Check)),
        (Some(second), Some(Warning::Overdue), Some(Cause::Check)),
    ] {
        let alert = check(check_at, warned, Some(told.clone()));
        assert_eq!(alert.cause(&everybody(), instant(SATURDAY_NIGHT)), cause, "{check_at:?} {warned:?}");
    }
    // Told of something else meanwhile, it is told of the new check all the same.
    let (_, risen) = told_first(&check(Some(second), None, Some(told)), Cause::Risen, &everybody(), DAYTIME);
    assert_eq!((risen.check_at, risen.warned), (Some(second), None));
    let early = check(Some(second), Some(Warning::Early), Some(risen));
    assert_eq!(early.cause(&everybody(), instant(SATURDAY_NIGHT)), Some(Cause::Check));
}

#[test]
fn where_nobody_is_there_it_is_tried_again_soon() {
    let notice = Found { severity: Severity::Notice, ..found(None) };
    let (words, calling) = told_first(&notice, Cause::Raised, &Situation::default(), DAYTIME);
    assert_eq!((words.as_str(), calling.told.len()), ("", 0));
    assert_eq!(calling.next_at, Some(instant("2026-11-20T10:30+09:00")));
    // Ward admins cannot answer for the alert: they are told, and not waited for.
    let empty = Situation { answerers: Vec::new(), ..everybody() };
    let (words, calling) = told_first(&found(None), Cause::Raised, &empty, DAYTIME);
    assert_eq!((words.as_str(), calling.told.is_empty()), ("desk gap 9", true));
    let waiting = found(Some(calling));
    assert_eq!(waiting.cause(&empty, instant(DAYTIME)), None, "not again at every look");
}
