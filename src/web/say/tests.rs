//! Refusals of the domain, said in words of the portal.

use super::*;
use crate::{
    domain::{
        grade, name,
        register::{Column, LayoutRefusal, Left},
        roster::{Refusal, Remark, RowReason, Warning, Why},
        wareki,
    },
    gate::{POLICIES, Role},
    web::role_word,
};

/// Every id the domain can ask for here.
fn ids() -> Vec<String> {
    let texts = [
        name::Refusal::Empty,
        name::Refusal::TooLong { written: 9, most: 8 },
        name::Refusal::Control('\u{7}'),
        name::Refusal::Formula('='),
        name::Refusal::Lost('?'),
        name::Refusal::NotKana('斎'),
        name::Refusal::NotMail,
        name::Refusal::NotPhone,
    ];
    let dates = [
        wareki::Refusal::Empty,
        wareki::Refusal::Unreadable,
        wareki::Refusal::NoYear,
        wareki::Refusal::NoEra,
        wareki::Refusal::Impossible,
        wareki::Refusal::OtherEra(String::new()),
        wareki::Refusal::OtherWeekday(String::new()),
        wareki::Refusal::OutOfRange,
        wareki::Refusal::NumberSigns,
    ];
    let grades = [grade::Refusal::Empty, grade::Refusal::Unreadable, grade::Refusal::Impossible, grade::Refusal::Ambiguous];
    let rows = [
        RowReason::ShortRow { cells: 1, expected: 2 },
        RowReason::LongRow { cells: 2, expected: 1 },
        RowReason::SwallowedRows,
        RowReason::ErrorValue,
        RowReason::FacilityEmpty,
        RowReason::FacilityUnknown { nearest: None },
        RowReason::FacilityUnknown { nearest: Some(String::new()) },
        RowReason::FacilityAmbiguous,
        RowReason::FacilityOpens(jiff::civil::Date::constant(2027, 4, 1)),
        RowReason::FacilityCloses(jiff::civil::Date::constant(2027, 4, 1)),
        RowReason::BirthElsewhere { possible: String::new() },
        RowReason::ClassIsDate,
        RowReason::FarAhead,
        RowReason::LongAgo,
        RowReason::EndsBeforeItBegins,
        RowReason::Ended,
        RowReason::GroundEmpty,
        RowReason::GroundUnknown,
        RowReason::Duplicate { line: 1 },
    ];
    let files = [
        Refusal::Empty,
        Refusal::TooLarge { bytes: 1, most: 1 },
        Refusal::TooManyRows { most: 1 },
        Refusal::TooManyColumns { most: 1 },
        Refusal::Swollen,
        Refusal::Damaged(String::new()),
        Refusal::OldWorkbook,
        Refusal::NoSheet,
        Refusal::Utf16,
        Refusal::NotText,
        Refusal::Unreadable { line: 1 },
    ];
    let mappings = [
        MappingRefusal::Twice { field: Field::Name, columns: vec![] },
        MappingRefusal::Missing(Field::Name),
        MappingRefusal::Both(Field::Name, Field::Kana),
        MappingRefusal::Half(Field::Name, Field::Kana),
        MappingRefusal::GroundNotChosen,
        MappingRefusal::NoSuchRow(1),
        MappingRefusal::NoSuchColumn(1),
    ];
    let passed = [Why::Blank, Why::Total { stated: None }, Why::Header, Why::Footnote];
    let remarks = [Remark::GradeGuessed, Remark::GradeNotOfBirth, Remark::ClassLikeDate, Remark::PrivateCharacter];
    let mut ids: Vec<String> = texts.iter().map(|refusal| refusal.key().to_owned()).collect();
    ids.extend(dates.iter().map(|refusal| refusal.key().to_owned()));
    ids.extend(grades.iter().map(|refusal| refusal.key().to_owned()));
    ids.extend(rows.iter().map(|reason| reason.key().to_owned()));
    ids.extend(files.iter().map(|refusal| refusal.key().to_owned()));
    ids.extend(mappings.iter().map(|refusal| refusal.key().to_owned()));
    ids.extend(passed.iter().map(|why| why.key().to_owned()));
    ids.extend(remarks.iter().map(|remark| remark.key().to_owned()));
    ids.push(Warning::OtherSheets(vec![]).key().to_owned());
    ids.extend(Field::ALL.iter().map(|field| format!("roster-field-{}", field.code())));
    ids.extend(Encoding::ALL.iter().map(|encoding| format!("roster-encoding-{}", encoding.code())));
    ids.extend(LegalGround::ALL.iter().map(|ground| format!("ground-{}", ground.code())));
    ids
}

#[test]
fn every_refusal_has_its_sentence_in_both_languages() {
    are_said(&ids());
}

#[test]
fn every_word_of_a_register_is_said_in_both_languages() {
    let layouts = [LayoutRefusal::NoWho, LayoutRefusal::NoDays, LayoutRefusal::Twice(Column::Name)];
    let mut ids: Vec<String> = layouts.iter().map(|refusal| refusal.key().to_owned()).collect();
    ids.extend(Column::ALL.iter().map(|column| format!("register-column-{}", column.code())));
    ids.extend(Left::ALL.iter().map(|left| format!("register-left-{}", left.code())));
    ids.extend(["added", "changed", "kept"].map(|done| format!("register-done-{done}")));
    are_said(&ids);
}

/// Fails for ids that have no sentence in one of the languages.
pub(super) fn are_said(ids: &[String]) {
    let missing: Vec<&String> = ids.iter().filter(|id| !Lang::Ja.texts().has(id)).collect();
    assert_eq!(missing, Vec::<&String>::new(), "in ja");
    // The English loader falls back to Japanese, so the file itself is asked.
    let english = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/portal/texts/en/tsunagi.ftl"));
    let missing: Vec<&String> = ids.iter().filter(|id| !english.contains(&format!("\n{id} ="))).collect();
    assert_eq!(missing, Vec::<&String>::new(), "in en");
}

/// Of two the first is shown, in silence, and the other one's arguments are checked against it.
#[test]
fn no_sentence_is_written_twice() {
    for texts in [
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/portal/texts/ja/tsunagi.ftl")),
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/portal/texts/en/tsunagi.ftl")),
    ] {
        let mut ids: Vec<&str> = texts
            .lines()
            .filter(|line| line.starts_with(|first: char| first.is_ascii_alphabetic()))
            .filter_map(|line| line.split_once(" ="))
            .map(|(id, _)| id)
            .collect();
        ids.sort_unstable();
        let twice: Vec<&str> = ids.windows(2).filter(|pair| pair[0] == pair[1]).map(|pair| pair[0]).collect();
        assert!(twice.is_empty(), "{twice:?}");
    }
}

#[test]
fn arguments_stand_in_the_sentence() {
    let said = say(Lang::Ja, "row-duplicate", &RowReason::Duplicate { line: 42 }.args());
    assert!(said.starts_with("42行目"), "{said}");
    let refusal = MappingRefusal::Half(Field::FamilyName, Field::GivenName);
    assert_eq!(mapping_refusal(Lang::Ja, &refusal), "「姓」の列には「名」の列も必要です。");
}

/// A municipality may be a city, a town or a village, and whoever runs the hub there is called one thing: 自治体の管理者.
#[test]
fn one_role_has_one_word_and_no_municipality_is_taken_for_a_ward() {
    let japanese = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/portal/texts/ja/tsunagi.ftl"));
    let policies = POLICIES.iter().flat_map(|(_, text)| text.lines());
    let said = japanese.lines().chain(policies).filter(|line| !line.starts_with('#') && !line.starts_with("//"));
    let wrong: Vec<&str> = said.filter(|line| WORDS_OF_A_WARD.iter().any(|word| line.contains(word))).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    for role in Role::ALL {
        assert_eq!(Role::read(&role_word(Lang::Ja, *role)), Some(*role), "a file says it as the pages do");
    }
}

const WORDS_OF_A_WARD: [&str; 6] = ["管理担当", "区の", "区内", "区外", "区全体", "区役所"];
