//! Grades and ages as offices write them.

use jiff::{
    ToSpan,
    civil::{Date, date},
};
use proptest::prelude::*;

use super::*;

fn read(text: &str, kind: FacilityKind) -> Result<String, Refusal> {
    Grade::read(text, kind).map(|reading| reading.grade.code())
}

#[test]
fn grades_are_read_as_each_kind_of_facility_writes_them() {
    use FacilityKind::*;
    for (text, kind, code) in [
        ("２年", Elementary, "e2"),
        ("小学2年生", Elementary, "e2"),
        ("小6", Elementary, "e6"),
        ("2", Elementary, "e2"),
        ("2.0", Elementary, "e2"),
        ("第三学年", Elementary, "e3"),
        ("中学２年", JuniorHigh, "j2"),
        ("中3", JuniorHigh, "j3"),
        ("1年", JuniorHigh, "j1"),
        ("5才児", Nursery, "n5"),
        ("０歳児", SmallScale, "n0"),
        ("3", SmallScale, "n3"),
        ("年長", Nursery, "n5"),
        ("年少", Kindergarten, "k1"),
        ("年長組", Kindergarten, "k3"),
        ("満３歳児", Kindergarten, "k0"),
        ("4歳児", Kindergarten, "k2"),
        ("5", Kindergarten, "k3"),
        ("満3歳児", CertifiedCentre, "k0"),
        ("年中", CertifiedCentre, "n4"),
        ("7年", Compulsory, "c7"),
        ("中1", Compulsory, "c7"),
        ("高1", Secondary, "s4"),
        ("高等部2年", SpecialSupport, "h2"),
        ("小学部１年", SpecialSupport, "e1"),
        ("4年", High, "h4"),
        ("5年", Technical, "t5"),
        ("4年", AfterSchoolClub, "e4"),
        ("4年", AfterSchoolDay, "e4 or h4"),
        ("年長", OtherFacility, "k3"),
        ("5歳児", OtherFacility, "n5"),
    ] {
        let expected = if code.len() == 2 { Ok(code.to_owned()) } else { Err(Refusal::Ambiguous) };
        assert_eq!(read(text, kind), expected, "{text} at {kind:?}");
    }
}

#[test]
fn an_impossible_or_unclear_grade_is_refused() {
    use FacilityKind::*;
    for (text, kind, refusal) in [
        ("9年", SmallScale, Refusal::Impossible),
        ("6", SmallScale, Refusal::Impossible),
        ("小3", Nursery, Refusal::Impossible),
        ("7年", Elementary, Refusal::Impossible),
        ("5", JuniorHigh, Refusal::Impossible),
        ("4年", JuniorHigh, Refusal::Impossible),
        ("中4", JuniorHigh, Refusal::Impossible),
        ("2歳児", Kindergarten, Refusal::Impossible),
        ("5歳児", Elementary, Refusal::Impossible),
        ("4年", Vocational, Refusal::Impossible),
        ("256年", Elementary, Refusal::Unreadable),
        ("2年", SpecialSupport, Refusal::Ambiguous),
        ("2", OtherFacility, Refusal::Ambiguous),
        ("", Nursery, Refusal::Empty),
        ("ひよこ", Nursery, Refusal::Unreadable),
        ("2年1組", Elementary, Refusal::Unreadable),
        ("満4歳児", Kindergarten, Refusal::Unreadable),
    ] {
        assert_eq!(read(text, kind), Err(refusal), "{text} at {kind:?}");
    }
}

#[test]
fn a_bare_number_taken_for_an_age_is_marked_as_guessed() {
    assert!(Grade::read("3", FacilityKind::Nursery).unwrap().guessed);
    assert!(!Grade::read("3歳児", FacilityKind::Nursery).unwrap().guessed);
    assert!(!Grade::read("3", FacilityKind::Elementary).unwrap().guessed);
}

#[test]
fn grade_and_class_may_share_a_cell() {
    use FacilityKind::*;
    for (text, kind, code, class) in [
        ("1才児 2組", Nursery, "n1", Some("2組")),
        ("年長 ひよこ組", Kindergarten, "k3", Some("ひよこ組")),
        ("年長 ", Kindergarten, "k3", None),
        ("中1 １組", JuniorHigh, "j1", Some("１組")),
        ("小学2年生　2組", Elementary, "e2", Some("2組")),
        ("2年1組", Elementary, "e2", Some("1組")),
        ("2-1", Elementary, "e2", Some("1")),
        ("2年(1組)", Elementary, "e2", Some("1組")),
        ("小学 2年 3組", Elementary, "e2", Some("3組")),
        ("年長ひまわり組", Kindergarten, "k3", Some("ひまわり組")),
        ("１年 1-1", JuniorHigh, "j1", Some("1-1")),
    ] {
        let (reading, found) = Grade::read_with_class(text, kind).unwrap();
        assert_eq!((reading.grade.code().as_str(), found.as_deref()), (code, class), "{text}");
    }
    assert_eq!(Grade::read_with_class("9年 1組", Nursery).unwrap_err(), Refusal::Impossible);
}

#[test]
fn every_grade_has_a_code_that_leads_back_and_a_label_that_is_read_back() {
    for kind in FacilityKind::ALL {
        let grades = Grade::all_at(*kind);
        assert!(!grades.is_empty());
        for grade in grades {
            assert!(grade.is_possible_at(*kind));
            assert_eq!(Grade::from_code(&grade.code()), Some(grade));
            if *kind != FacilityKind::OtherFacility {
                assert_eq!(Grade::read(&grade.label(), *kind).map(|reading| reading.grade), Ok(grade), "{grade} at {kind:?}");
            }
        }
    }
    for code in ["", "n", "n6", "k4", "e0", "e7", "x1", "e22", "小2"] {
        assert_eq!(Grade::from_code(code), None, "{code}");
    }
    assert!(serde_json::from_str::<Grade>("\"j9\"").is_err());
}

#[test]
fn the_stage_ends_where_children_leave() {
    let next = |code: &str| Grade::from_code(code).and_then(Grade::next).map(Grade::code);
    assert_eq!(next("k0").as_deref(), Some("k1"));
    assert_eq!(next("e5").as_deref(), Some("e6"));
    assert_eq!(next("e6"), None);
    assert_eq!(next("n5"), None);
}

/// Born, a day of the school year, the kind, the code.
#[test]
fn who_is_born_on_the_first_of_april_is_a_year_ahead_of_the_second() {
    use FacilityKind::*;
    let this_year = date(2026, 11, 20);
    for (born, day, kind, code) in [
        // 早生まれ: the last to come into the first grade of 2026, and the first who has to wait a year.
        (date(2020, 4, 1), this_year, Elementary, Some("e1")),
        (date(2020, 4, 2), this_year, Nursery, Some("n5")),
        (date(2020, 4, 2), this_year, Elementary, None),
        (date(2019, 4, 2), this_year, Elementary, Some("e1")),
        (date(2019, 4, 1), this_year, Elementary, Some("e2")),
        (date(2014, 4, 2), this_year, Elementary, Some("e6")),
        (date(2014, 4, 1), this_year, JuniorHigh, Some("j1")),
        (date(2011, 4, 2), this_year, JuniorHigh, Some("j3")),
        (date(2011, 4, 1), this_year, JuniorHigh, None),
        (date(2011, 4, 1), this_year, High, Some("h1")),
        // The school year ends on March 31.
        (date(2019, 4, 1), date(2027, 3, 31), Elementary, Some("e2")),
        (date(2019, 4, 1), date(2027, 4, 1), Elementary, Some("e3")),
        (date(2019, 4, 2), date(2027, 3, 31), Elementary, Some("e1")),
        // Leap days are reached on February 28.
        (date(2020, 2, 29), this_year, Elementary, Some("e1")),
        // Nurseries: by age before the year began, the year's own babies with the youngest.
        (date(2025, 4, 1), this_year, Nursery, Some("n1")),
        (date(2025, 4, 2), this_year, Nursery, Some("n0")),
        (date(2026, 11, 20), this_year, Nursery, Some("n0")),
        (date(2026, 11, 21), this_year, Nursery, None),
        (date(2020, 4, 1), this_year, Nursery, None),
        // Kindergartens: 満3歳児 is who turns three within the year.
        (date(2023, 4, 2), this_year, Kindergarten, Some("k0")),
        (date(2023, 4, 1), this_year, Kindergarten, Some("k1")),
        (date(2020, 4, 2), this_year, Kindergarten, Some("k3")),
        (date(2024, 4, 2), this_year, Kindergarten, None),
        // Schools that go on.
        (date(2014, 4, 1), this_year, Compulsory, Some("c7")),
        (date(2011, 4, 1), this_year, Secondary, Some("s4")),
        (date(2007, 4, 1), this_year, Technical, Some("t5")),
        (date(2020, 4, 1), this_year, SpecialSupport, Some("e1")),
        (date(2020, 4, 2), this_year, SpecialSupport, Some("k3")),
        (date(2011, 4, 1), this_year, OtherFacility, Some("h1")),
        (date(2007, 4, 2), this_year, OtherFacility, None),
    ] {
        assert_eq!(Grade::of_birth(born, day, kind).map(Grade::code).as_deref(), code, "{born} on {day} at {kind:?}");
    }
}

#[test]
fn a_written_grade_is_held_against_the_birth_date() {
    let (born, day) = (date(2019, 4, 1), date(2026, 11, 20));
    for (code, fits) in [("e2", true), ("e1", false), ("c2", true), ("n5", false)] {
        assert_eq!(Grade::from_code(code).map(|grade| grade.fits_birth(born, day)), Some(fits), "{code}");
    }
    // 満3歳児 and the 2歳児 of a nursery are one age.
    for code in ["k0", "n2"] {
        assert_eq!(Grade::from_code(code).map(|grade| grade.fits_birth(date(2023, 10, 1), day)), Some(true), "{code}");
    }
}

/// The day an age is reached: the one before the birthday; on February 28 for a birthday that year does not have.
fn reached(born: Date, years: i16) -> Date {
    let there = Date::new(born.year() + years, born.month(), born.day());
    there.map_or_else(|_| date(born.year() + years, 2, 28), |birthday| birthday.yesterday().unwrap())
}

proptest! {
    /// 学校教育法17条 read word for word, without the shortcut over April 1.
    #[test]
    fn school_begins_in_the_first_school_year_after_the_day_six_is_reached(days in 0i32..20_000) {
        let born = date(1990, 1, 1).checked_add(days.days()).unwrap();
        let after = reached(born, 6).tomorrow().unwrap();
        let first = if (after.month(), after.day()) > (4, 1) { date(after.year() + 1, 4, 1) } else { date(after.year(), 4, 1) };
        let code = |day: Date| Grade::of_birth(born, day, FacilityKind::OtherFacility).map(Grade::code);
        let (before, then) = (code(first.yesterday().unwrap()), code(first));
        prop_assert_eq!((before.as_deref(), then.as_deref()), (Some("n5"), Some("e1")), "{}", born);
    }

    /// What is computed is possible there, fits, and is the next grade a year on, as long as the stage lasts.
    #[test]
    fn every_year_is_one_grade(days in 0i32..20_000, on in 0i32..7_300, kind in proptest::sample::select(FacilityKind::ALL)) {
        let born = date(1990, 1, 1).checked_add(days.days()).unwrap();
        let day = born.checked_add(on.days()).unwrap();
        if let Some(grade) = Grade::of_birth(born, day, kind) {
            prop_assert!(grade.is_possible_at(kind) && grade.fits_birth(born, day));
            let next = day.checked_add(1.year()).unwrap();
            if let Some(older) = Grade::of_birth(born, next, kind).filter(|older| older.stage() == grade.stage()) {
                // Babies born within the year stay with the youngest for another one.
                prop_assert!(Some(older) == grade.next() || (grade.code() == "n0" && older == grade), "{grade}, then {older}");
            }
        }
    }
}
