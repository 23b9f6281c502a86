//! Who goes up and who leaves, as tables.

use jiff::civil::date;

use super::{Fate, Offer, day, is_open, last_grades};
use crate::domain::{facility::FacilityKind, grade::Grade};

#[test]
fn each_grade_goes_up_where_its_facility_has_the_next_one() {
    use FacilityKind::{
        AfterSchoolDay, CertifiedCentre, Compulsory, Elementary, High, JuniorHigh, Kindergarten, Nursery, Secondary,
        SpecialSupport, Technical,
    };
    let table = [
        (Nursery, "n0", Fate::Up, "n1", ""),
        (Nursery, "n5", Fate::Leave, "", "e1"),
        (Kindergarten, "k0", Fate::Up, "k1", ""),
        (Kindergarten, "k3", Fate::Leave, "", "e1"),
        (CertifiedCentre, "k0", Fate::Up, "n3", ""),
        (CertifiedCentre, "n5", Fate::Leave, "", "e1"),
        (Elementary, "e1", Fate::Up, "e2", ""),
        (Elementary, "e6", Fate::Leave, "", "j1"),
        (JuniorHigh, "j3", Fate::Leave, "", "h1"),
        (Compulsory, "c6", Fate::Up, "c7", ""),
        (Compulsory, "c9", Fate::Leave, "", "h1"),
        (Secondary, "s3", Fate::Up, "s4", ""),
        (Secondary, "s6", Fate::Leave, "", ""),
        (Technical, "t5", Fate::Leave, "", ""),
        // A fourth year is possible, and not what is usual.
        (High, "h3", Fate::Leave, "h4", ""),
        (High, "h4", Fate::Leave, "", ""),
        // Facilities of several stages keep the child.
        (SpecialSupport, "k3", Fate::Up, "e1", "e1"),
        (SpecialSupport, "e6", Fate::Up, "j1", "j1"),
        (SpecialSupport, "j3", Fate::Up, "h1", "h1"),
        (SpecialSupport, "h3", Fate::Leave, "", ""),
        (AfterSchoolDay, "e6", Fate::Up, "j1", "j1"),
    ];
    let code = |grade: Option<Grade>| grade.map_or_else(String::new, Grade::code);
    for (kind, grade, usual, up, entering) in table {
        let offer = Offer::of(Grade::from_code(grade).expect("a grade"), kind);
        assert_eq!(
            (offer.usual, code(offer.up).as_str(), code(offer.entering).as_str()),
            (usual, up, entering),
            "{kind:?} {grade}"
        );
        assert!(offer.allows(Fate::Stay) && offer.allows(Fate::Leave));
        assert_eq!(offer.allows(Fate::Up), !up.is_empty());
    }
}

#[test]
fn after_the_last_grades_there_is_no_other_school() {
    let last: Vec<String> = last_grades().map(Grade::code).collect();
    assert_eq!(last, ["h3", "h4", "s6", "t5"]);
    for kind in FacilityKind::ALL {
        for grade in Grade::all_at(*kind) {
            let offer = Offer::of(grade, *kind);
            let done = offer.usual == Fate::Leave && offer.entering.is_none();
            assert!(!last.contains(&grade.code()) || done, "{kind:?} {grade}");
        }
    }
}

#[test]
fn nobody_goes_up_to_a_grade_the_facility_has_not() {
    for kind in FacilityKind::ALL {
        for grade in Grade::all_at(*kind) {
            let offer = Offer::of(grade, *kind);
            assert!(offer.up.is_none_or(|up| up.is_possible_at(*kind) && up != grade), "{kind:?} {grade}");
            assert!(offer.allows(offer.usual), "{kind:?} {grade}");
        }
    }
}

#[test]
fn the_first_of_april_that_is_meant() {
    for (today, expected, open) in [
        (date(2026, 11, 20), date(2027, 4, 1), false),
        (date(2026, 12, 31), date(2027, 4, 1), false),
        (date(2027, 1, 1), date(2027, 4, 1), true),
        (date(2027, 3, 31), date(2027, 4, 1), true),
        (date(2027, 4, 1), date(2027, 4, 1), true),
        (date(2027, 4, 30), date(2027, 4, 1), true),
        (date(2027, 5, 1), date(2028, 4, 1), false),
    ] {
        assert_eq!((day(today), is_open(today)), (expected, open), "{today}");
    }
}
