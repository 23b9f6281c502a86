//! Codes of schools as the ministry publishes them, and what people make of them.

use proptest::prelude::*;

use super::*;

/// Published codes, of the list of 2020 and later.
const PUBLISHED: [(&str, SchoolKind, u8, Founder); 6] = [
    // 筑波大学附属小学校
    ("B113110000052", SchoolKind::Elementary, 13, Founder::National),
    // 武蔵野市立第五小学校
    ("B113220300056", SchoolKind::Elementary, 13, Founder::Public),
    // 五霞町立五霞西小学校
    ("B108254200026", SchoolKind::Elementary, 8, Founder::Public),
    // 世田谷区立桜木中学校
    ("C113211200090", SchoolKind::JuniorHigh, 13, Founder::Public),
    // 青森県の公立中学校
    ("C102210000881", SchoolKind::JuniorHigh, 2, Founder::Public),
    // 千葉県の私立大学
    ("F112310102342", SchoolKind::University, 12, Founder::Private),
];

#[test]
fn published_codes_are_read_and_taken_apart() {
    for (text, kind, prefecture, founder) in PUBLISHED {
        let code = SchoolCode::parse(text).unwrap();
        assert_eq!((code.as_str(), code.kind(), code.prefecture(), code.founder()), (text, kind, prefecture, founder));
        assert_eq!(serde_json::from_str::<SchoolCode>(&serde_json::to_string(&code).unwrap()).unwrap(), code);
    }
}

#[test]
fn width_case_spaces_and_hyphens_are_forgiven() {
    for text in
        ["b113110000052", "Ｂ１１３１１０００００５２", " B1-13-1-1000005-2 ", "B1 13 1 1000005 2", "B1ー13−1—1000005‐2\u{3000}"]
    {
        assert_eq!(SchoolCode::parse(text).unwrap().as_str(), "B113110000052", "{text}");
    }
}

#[test]
fn what_is_wrong_is_said() {
    for (text, refusal) in [
        ("", Refusal::Empty),
        (" - ", Refusal::Empty),
        ("B11311000005", Refusal::Length { written: 12 }),
        ("B1131100000521", Refusal::Length { written: 14 }),
        ("1113110000052", Refusal::Character('1')),
        ("B1131100000O2", Refusal::Character('O')),
        ("あ113110000052", Refusal::Character('あ')),
        ("B213110000052", Refusal::UnknownKind(['B', '2'])),
        ("Z113110000052", Refusal::UnknownKind(['Z', '1'])),
        ("B100110000052", Refusal::UnknownPrefecture(0)),
        ("B148110000052", Refusal::UnknownPrefecture(48)),
        ("B113410000052", Refusal::UnknownFounder('4')),
        ("B113110000053", Refusal::CheckDigit),
        ("B113110000502", Refusal::CheckDigit),
    ] {
        assert_eq!(SchoolCode::parse(text), Err(refusal), "{text}");
    }
    assert_eq!(Refusal::UnknownPrefecture(0).args(), [("written", "00".to_owned())]);
}

#[test]
fn every_kind_of_school_has_a_facility_and_only_schools_have_a_code() {
    let coded = |kind: &FacilityKind| SchoolKind::ALL.iter().filter(|school| school.fits(*kind)).count();
    let once = FacilityKind::ALL.iter().filter(|kind| coded(kind) == 1).count();
    assert_eq!(once, 11);
    assert_eq!(coded(&FacilityKind::Nursery), 0);
    assert_eq!(coded(&FacilityKind::OtherFacility), 3);
    assert!(SchoolKind::ALL.iter().all(|school| FacilityKind::ALL.iter().any(|kind| school.fits(*kind))));
}

fn code() -> impl Strategy<Value = String> {
    let kinds = prop::sample::select(SchoolKind::ALL);
    (kinds, 1u8..=47, 1u8..=3, 0u32..10_000_000).prop_map(|(kind, prefecture, founder, number)| {
        let body = format!("{}{prefecture:02}{founder}{number:07}", kind.code());
        let digits: Vec<u8> = body.bytes().skip(1).map(|digit| digit - b'0').collect();
        let letter = body.as_bytes()[0] - b'A' + 1;
        format!("{body}{}", check_digit(letter, &digits))
    })
}

proptest! {
    #[test]
    fn a_slip_in_one_digit_is_found(code in code(), place in 1usize..13, by in 1u8..10) {
        prop_assert!(SchoolCode::parse(&code).is_ok());
        let mut slipped = code.into_bytes();
        slipped[place] = (slipped[place] - b'0' + by) % 10 + b'0';
        prop_assert!(SchoolCode::parse(std::str::from_utf8(&slipped).unwrap()).is_err());
    }

    #[test]
    // The last two digits share a weight, so nothing can tell when these changed places.
    fn two_neighbours_that_changed_places_are_found_but_0_and_9(code in code(), place in 1usize..11) {
        let mut swapped = code.into_bytes();
        let pair = [swapped[place], swapped[place + 1]];
        swapped.swap(place, place + 1);
        let same = pair[0] == pair[1] || pair == *b"09" || pair == *b"90";
        prop_assume!(!same);
        prop_assert!(SchoolCode::parse(std::str::from_utf8(&swapped).unwrap()).is_err());
    }

    #[test]
    fn no_text_is_too_strange(text in "[A-H0-9Ａ１ -]{0,16}|.{0,16}") {
        if let Ok(code) = SchoolCode::parse(&text) {
            prop_assert_eq!(SchoolCode::parse(code.as_str()), Ok(code.clone()));
        }
    }
}
