//! The ladder under the ward's own clocks: how long 緊急 waits, and who hears of it then.

use super::{
    ABOVE, TANAKA, everybody,
    found::{DAYTIME, SATURDAY_NIGHT, found, instant, nobody_takes_it, office, taken},
    without, words,
};
use crate::domain::{
    alert::Warning,
    calling::{Cause, Clocks, Found, Situation},
    rule::{Route, Rule, RuleCode, Severity, default_rules},
};

fn rule(code: RuleCode) -> Rule {
    default_rules().into_iter().find(|rule| rule.code == code).expect("every rule has a default")
}

#[test]
fn a_ward_that_has_changed_nothing_waits_thirty_minutes_each_time() {
    let clocks = Clocks { first: 30, later: 30, unanswered: Route::Ladder, check: Route::Ladder };
    assert_eq!(Clocks::of(&default_rules()), clocks);
    assert_eq!(Clocks::of(&[]), clocks, "a ward without the rules is told as a new one");
}

#[test]
fn the_two_numbers_are_the_first_and_the_second_time_counted_from_the_first_word() {
    let quick = Clocks::of(&[Rule { threshold: 10, second: 40, ..rule(RuleCode::K2) }]);
    let alert = Found { clocks: quick, ..found(None) };
    assert_eq!(
        nobody_takes_it(alert, DAYTIME),
        [
            "0 raised worker assigned 1",
            "10 unanswered supervisor supervises 3",
            "40 unanswered head supervises 5 > desk on_duty 4",
            "70 unanswered desk on_duty 4",
        ]
    );
}

#[test]
fn where_nobody_answered_a_ward_may_have_all_of_them_told_at_once() {
    let all = Clocks { unanswered: Route::AllAtOnce, ..Clocks::of(&default_rules()) };
    let said = nobody_takes_it(Found { clocks: all, ..found(None) }, DAYTIME);
    assert_eq!(
        said,
        [
            "0 raised worker assigned 1",
            "30 unanswered supervisor supervises 3 > head supervises 5 > desk on_duty 4",
            "60 unanswered desk on_duty 4",
            "90 unanswered desk on_duty 4",
        ]
    );
    // Only what is urgent: the rest climbs by the business day, one after the other.
    let milder = Found { clocks: all, severity: Severity::Warning, ..found(None) };
    let (_, calling) = milder.call(Cause::Raised, &everybody(), instant(DAYTIME), &office());
    let milder = Found { calling: Some(calling), ..milder };
    let (hop, _) = milder.call(Cause::Unanswered, &everybody(), instant(DAYTIME), &office());
    assert_eq!(words(&hop.told), "supervisor supervises 3");
}

#[test]
fn a_safety_check_is_told_to_more_people_from_the_beginning_where_the_ward_wants_it() {
    let warned = |check, warning| {
        let clocks = Clocks::of(&[Rule { route: check, ..rule(RuleCode::K1) }]);
        taken(TANAKA, Found { severity: Severity::Warning, warned: Some(warning), clocks, ..found(None) })
    };
    for (route, warning, expected) in [
        (Route::Ladder, Warning::Early, "worker assigned 1"),
        (Route::WorkerAndSupervisor, Warning::Rank, "worker assigned 1 > supervisor supervises 3"),
        (Route::WorkerAndSupervisor, Warning::Overdue, "worker assigned 1 > supervisor supervises 3 > desk on_duty 4"),
        (Route::AllAtOnce, Warning::Early, "worker assigned 1 > supervisor supervises 3 > desk on_duty 4"),
    ] {
        let (hop, _) = warned(route, warning).call(Cause::Check, &everybody(), instant(DAYTIME), &office());
        assert_eq!(words(&hop.told), expected, "{route:?} {warning:?}");
    }
}

#[test]
fn at_night_all_of_them_are_told_at_once_with_the_desk_that_heard_before() {
    let clocks = Clocks { unanswered: Route::AllAtOnce, ..Clocks::of(&default_rules()) };
    let small = without(everybody(), &[ABOVE]);
    for (clocks, expected) in
        [(clocks, "supervisor supervises 3 > desk on_duty 4"), (Clocks::of(&default_rules()), "supervisor supervises 3")]
    {
        let alert = Found { clocks, ..found(None) };
        let (first, calling) = alert.call(Cause::Raised, &small, instant(SATURDAY_NIGHT), &office());
        assert_eq!(words(&first.told), "worker assigned 1 > desk on_duty 4");
        let alert = Found { calling: Some(calling), ..alert };
        let (hop, _) = alert.call(Cause::Unanswered, &small, instant(SATURDAY_NIGHT), &office());
        assert_eq!(words(&hop.told), expected, "{clocks:?}");
    }
}

#[test]
fn where_nobody_can_be_told_it_is_tried_again_within_half_an_hour_whatever_the_clocks_say() {
    let clocks = |first, later| Clocks { first, later, ..Clocks::of(&default_rules()) };
    for (clocks, tried) in [
        (clocks(120, 240), "2026-11-20T10:30+09:00"),
        (clocks(120, 10), "2026-11-20T10:10+09:00"),
        (clocks(5, 10), "2026-11-20T10:05+09:00"),
    ] {
        let (hop, calling) =
            Found { clocks, ..found(None) }.call(Cause::Raised, &Situation::default(), instant(DAYTIME), &office());
        assert_eq!((words(&hop.told).as_str(), calling.next_at), ("", Some(instant(tried))), "{clocks:?}");
    }
}
