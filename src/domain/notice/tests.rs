//! How somebody is told: by severity, by device, and not at night.

use proptest::prelude::*;

use super::*;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

#[test]
fn the_ways_of_each_severity() {
    let chosen = Choices { urgent: Way::Push, warning: Way::Mail, caution: Way::Page, quiet: None };
    let noon = at("2026-11-20T12:00+09:00");
    for (severity, has_device, mail, push) in [
        (Severity::Urgent, true, false, true),
        (Severity::Urgent, false, true, false),
        (Severity::Warning, true, true, false),
        (Severity::Caution, true, false, false),
        (Severity::Notice, true, false, false),
    ] {
        assert_eq!(chosen.plan(severity, noon, has_device), Plan { mail, push, at: noon }, "{severity:?} {has_device}");
    }
    let silent = Choices { urgent: Way::Page, ..chosen };
    assert!(silent.plan(Severity::Urgent, noon, false).mail, "緊急 is never left to an open page");
}

#[test]
fn quiet_hours_wait_for_the_morning_and_never_hold_the_urgent() {
    let usual = Choices::default();
    for (now, told) in [
        ("2026-11-20T18:59+09:00", "2026-11-20T18:59+09:00"),
        ("2026-11-20T19:00+09:00", "2026-11-21T07:00+09:00"),
        ("2026-11-21T02:00+09:00", "2026-11-21T07:00+09:00"),
        ("2026-11-21T07:00+09:00", "2026-11-21T07:00+09:00"),
    ] {
        assert_eq!(usual.plan(Severity::Warning, at(now), false).at, at(told), "{now}");
        assert_eq!(usual.plan(Severity::Urgent, at(now), false).at, at(now), "{now}");
    }
    let by_day = Choices { quiet: Some(Quiet { from: time(12, 0, 0, 0), until: time(13, 0, 0, 0) }), ..usual };
    assert_eq!(by_day.plan(Severity::Warning, at("2026-11-20T12:30+09:00"), false).at, at("2026-11-20T13:00+09:00"));
    assert_eq!(by_day.plan(Severity::Warning, at("2026-11-20T23:00+09:00"), false).at, at("2026-11-20T23:00+09:00"));
}

proptest! {
    #[test]
    fn a_notice_waits_less_than_a_day_and_never_goes_out_in_the_quiet(
        second in 1_763_000_000_i64..1_800_000_000, from in 0_i8..24, until in 0_i8..24,
    ) {
        let quiet = Quiet { from: time(from, 0, 0, 0), until: time(until, 0, 0, 0) };
        let now = Timestamp::from_second(second).unwrap();
        let told = Choices { quiet: Some(quiet), ..Choices::default() }.plan(Severity::Warning, now, false).at;
        prop_assert!(told >= now && told.duration_since(now) < SignedDuration::from_hours(24));
        prop_assert!(!quiet.has(in_japan(told).time()));
    }
}
