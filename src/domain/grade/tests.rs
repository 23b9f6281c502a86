//! Grades and ages as offices write them.

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
