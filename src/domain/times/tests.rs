//! The phases of a day, the order of its times, and how they are typed.

use jiff::civil::date;
use proptest::prelude::*;

use super::*;

#[test]
fn a_day_passes_through_its_phases() {
    let (times, today) = (Times::default(), date(2026, 11, 20));
    let at = |hour, minute| times.phase(today, today, time(hour, minute, 0, 0));
    assert_eq!(at(11, 59), Phase::BeforeCutoff);
    assert_eq!(at(12, 0), Phase::AfterCutoff);
    assert_eq!(at(15, 0), Phase::AfterNotice);
    assert_eq!(times.phase(date(2026, 11, 19), today, time(0, 0, 0, 0)), Phase::AfterNotice);
    assert_eq!(times.phase(date(2026, 11, 21), today, time(23, 0, 0, 0)), Phase::BeforeCutoff);
}

#[test]
fn rank_a_is_late_at_half_past_ten_unless_the_facility_is_asked_in_the_afternoon() {
    for (name, cutoff, late) in [
        ("a nursery that is asked early", (9, 30), (9, 30)),
        ("a minute before", (10, 29), (10, 29)),
        ("the same minute", (10, 30), (10, 30)),
        ("a minute after", (10, 31), (10, 30)),
        ("as it is everywhere", (12, 0), (10, 30)),
        ("the first minute of an afternoon", (12, 1), (12, 1)),
        ("放課後児童クラブ", (16, 0), (16, 0)),
        ("放課後等デイサービス", (18, 30), (18, 30)),
    ] {
        let at = |(hour, minute)| time(hour, minute, 0, 0);
        let times = Times { facility_cutoff: at(cutoff), ..Times::default() };
        assert_eq!(times.strict_cutoff(), at(late), "{name}");
    }
    assert!(Times::default().strict_cutoff() < Times::default().facility_cutoff);
}

#[test]
fn corrections_are_free_until_the_evening_of_the_same_day() {
    let (times, today) = (Times::default(), date(2026, 11, 20));
    assert!(times.is_free(today, today, time(16, 59, 0, 0)));
    assert!(!times.is_free(today, today, time(17, 0, 0, 0)));
    assert!(!times.is_free(date(2026, 11, 19), today, time(9, 0, 0, 0)));
}

#[test]
fn the_times_we_begin_with_are_in_order() {
    assert_eq!(Times::default().out_of_order(), []);
    let late = Times { facility_cutoff: time(15, 0, 0, 0), ..Times::default() };
    assert_eq!(late.out_of_order(), [(TimeName::WorkerNotice, TimeName::FacilityCutoff)], "the same minute is not later");
    let early = Times { free_correction_until: time(13, 0, 0, 0), ..Times::default() };
    assert_eq!(early.out_of_order(), [], "corrections may end before the caseworker is told");
}

#[test]
fn times_are_read_as_people_type_them() {
    for text in ["9:30", "09:30", "９：３０", " 9時30分 ", "0930", "０９３０", "9 : 30"] {
        assert_eq!(read_time(text), Ok(Some(time(9, 30, 0, 0))), "{text}");
    }
    assert_eq!(read_time("17時"), Ok(Some(time(17, 0, 0, 0))));
    assert_eq!(read_time(" 　"), Ok(None));
    for text in ["24:00", "9:60", "9", "930", "9:3:0", "-9:30", "+9:30", "九時", "9時半", "12345", ":", "9:", "おおよそ９時"]
    {
        assert_eq!(read_time(text), Err(NoTime), "{text}");
    }
}

proptest! {
    #[test]
    fn every_minute_is_read_back_and_nothing_breaks_the_reading(hour in 0..24_i8, minute in 0..60_i8, odd in ".{0,12}") {
        prop_assert_eq!(read_time(&format!("{hour}:{minute:02}")), Ok(Some(time(hour, minute, 0, 0))));
        prop_assert_eq!(read_time(&format!("{hour}時{minute}分")), Ok(Some(time(hour, minute, 0, 0))));
        let _ = read_time(&odd);
    }

    #[test]
    fn rank_a_is_never_late_after_everybody_else(minute in 0..1440_i32) {
        let (hour, minute) = (i8::try_from(minute / 60).unwrap(), i8::try_from(minute % 60).unwrap());
        let times = Times { facility_cutoff: time(hour, minute, 0, 0), ..Times::default() };
        prop_assert!(times.strict_cutoff() <= times.facility_cutoff);
    }

    #[test]
    fn in_order_means_each_comes_after_its_own(minutes in proptest::array::uniform6(0..1440_i32)) {
        let mut times = Times::default();
        for (name, minute) in TimeName::ALL.iter().zip(minutes) {
            let (hour, minute) = (i8::try_from(minute / 60).unwrap(), i8::try_from(minute % 60).unwrap());
            times.set(*name, time(hour, minute, 0, 0));
            prop_assert_eq!(times.at(*name), time(hour, minute, 0, 0));
        }
        let in_order = times.reminder < times.deputy_reminder && times.deputy_reminder < times.unreported_list
            && times.unreported_list < times.facility_cutoff && times.facility_cutoff < times.worker_notice
            && times.facility_cutoff < times.free_correction_until;
        prop_assert_eq!(times.out_of_order().is_empty(), in_order);
    }
}
