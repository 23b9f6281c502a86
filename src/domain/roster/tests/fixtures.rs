//! The real rosters of `tests/fixtures`, read whole.

use jiff::civil::date;

use super::*;

/// A file of `tests/fixtures/rosters`.
macro_rules! fixture {
    ($name:literal) => {
        include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/rosters/", $name)).as_slice()
    };
}

const STANDARD: [Field; 8] =
    [Field::Facility, Field::Grade, Field::Class, Field::Name, Field::Kana, Field::From, Field::Until, Field::Ground];

fn names(outcome: &Outcome) -> Vec<&str> {
    outcome.accepted.iter().map(|row| row.name.as_str()).collect()
}

#[test]
fn utf8_with_a_mark_is_taken_whole_and_every_character_survives() {
    let (decoded, mapping, outcome) = read_file(fixture!("roster-utf8-bom.csv"));
    assert_eq!((decoded.encoding, decoded.sheet, decoded.warnings), (Encoding::Utf8Bom, None, vec![]));
    assert_eq!(mapping, Mapping { header_row: Some(1), columns: STANDARD.to_vec(), default_ground: None });
    assert_eq!((outcome.accepted.len(), problems(&outcome), outcome.passed_over.len()), (60, vec![], 0));

    let first = &outcome.accepted[0];
    assert_eq!((first.line, first.facility), (2, Id::from(Uuid::from_u128(TSUKUSHI))));
    assert_eq!((first.name.as_str(), first.kana.as_deref()), ("山﨑さくら", Some("ヤマザキ　サクラ")));
    assert_eq!((first.grade.code().as_str(), first.class.as_deref()), ("k2", Some("2組")));
    assert_eq!((first.from, first.until, first.ground), (date(2026, 7, 31), None, LegalGround::GuidanceCentreRequest));

    let by_line = |line| outcome.accepted.iter().find(|row| row.line == line).unwrap();
    assert_eq!(by_line(3).name.as_bytes(), "辻\u{e0100} 蓮".as_bytes());
    assert_eq!(by_line(8).name.as_bytes(), "葛\u{e0100}城　花子".as_bytes());
    assert_eq!(by_line(23).name.as_bytes(), "\u{20bb7}田　湊".as_bytes());
    assert_eq!(by_line(35).name.as_bytes(), "山\u{fa11} 湊".as_bytes());
    assert_eq!(by_line(4).kana, None);
    assert!(by_line(10).remarks.contains(&Remark::ClassLikeDate));
}

#[test]
fn cp932_is_recognised_and_taken_whole() {
    let (decoded, mapping, outcome) = read_file(fixture!("roster-cp932.csv"));
    assert_eq!(decoded.encoding, Encoding::Cp932);
    assert_eq!(mapping.columns, STANDARD);
    assert_eq!((outcome.accepted.len(), problems(&outcome), outcome.passed_over.len()), (60, vec![], 0));
    for name in ["﨑山　花子", "濵田 凜", "髙橋凜", "齋藤　凜", "齊藤 さくら", "鈴木ミン・アン"] {
        assert!(names(&outcome).contains(&name), "{name}");
    }
}

#[test]
fn another_offices_headings_shared_cells_and_total_are_understood() {
    let (decoded, mapping, outcome) = read_file(fixture!("roster-other-office-utf8.csv"));
    assert_eq!(decoded.encoding, Encoding::Utf8);
    let columns = [Field::Ignored, Field::Name, Field::Kana, Field::Facility, Field::GradeAndClass, Field::From, Field::Ignored];
    assert_eq!(mapping.columns, columns);
    assert_eq!((outcome.accepted.len(), problems(&outcome)), (60, vec![]));

    // Rows below a quoted line break keep the number a spreadsheet shows.
    assert_eq!(outcome.accepted.iter().map(|row| row.line).collect::<Vec<_>>(), (2..=61).collect::<Vec<_>>());
    let why = [(62, Why::Blank), (63, Why::Total { stated: Some(60) }), (64, Why::Blank)];
    assert_eq!(outcome.passed_over, why.map(|(line, why)| PassedOver { line, why }));

    let first = &outcome.accepted[0];
    assert_eq!((first.name.as_str(), first.kana.as_deref()), ("齊藤紬", Some("サイトウ　ツムギ")));
    assert_eq!((first.grade.code().as_str(), first.class.as_deref()), ("n1", Some("2組")));
    assert_eq!((first.from, first.ground), (date(2026, 5, 8), LegalGround::GuidelineRegistered));
    assert_eq!(outcome.accepted[14].class, None);
    assert_eq!(outcome.accepted[24].name.as_str(), "𠮷田 さくら");
}

#[test]
fn a_file_without_grounds_is_not_read_before_one_is_chosen() {
    let table = decode(fixture!("roster-other-office-utf8.csv")).unwrap().table;
    let refusals = read(&table, &guess(&table), &facilities(), TODAY).unwrap_err();
    assert_eq!(refusals, [MappingRefusal::GroundNotChosen]);
}

#[test]
fn a_workbook_is_read_under_its_title_with_real_dates_and_numbers() {
    let (decoded, mapping, outcome) = read_file(fixture!("roster.xlsx"));
    assert_eq!((decoded.encoding, decoded.sheet.as_deref()), (Encoding::Xlsx, Some("名簿")));
    assert_eq!(decoded.warnings, [Warning::OtherSheets(vec!["記入例".to_owned()])]);
    assert_eq!(mapping, Mapping { header_row: Some(4), columns: STANDARD.to_vec(), default_ground: None });
    let impossible = [5, 35, 55].map(|line| (line, Field::Grade, "grade-impossible"));
    assert_eq!((outcome.accepted.len(), problems(&outcome), outcome.passed_over.len()), (57, impossible.to_vec(), 0));
    assert_eq!(outcome.refused[0].problems[0].value, "5");

    let by_line = |line| outcome.accepted.iter().find(|row| row.line == line).unwrap();
    assert_eq!(by_line(8).from, date(2026, 10, 6), "a date cell in a Japanese format");
    assert_eq!(by_line(10).name.as_bytes(), "辻\u{e0100}碧".as_bytes());
    assert_eq!(by_line(19).name.as_bytes(), "\u{20bb7}田 凜".as_bytes());
    assert_eq!((by_line(10).grade.code(), by_line(10).remarks.as_slice()), ("e2".to_owned(), [].as_slice()));
    assert_eq!((by_line(20).grade.code(), by_line(20).remarks.as_slice()), ("n4".to_owned(), [Remark::GradeGuessed].as_slice()));
    assert_eq!(by_line(50).grade.code(), "k3");
}

#[test]
fn of_the_bad_rows_each_is_refused_for_its_own_reason_and_the_good_are_taken() {
    let (decoded, _, outcome) = read_file(fixture!("roster-bad-rows-utf8.csv"));
    assert_eq!(decoded.encoding, Encoding::Utf8Bom);
    assert_eq!(outcome.accepted.iter().map(|row| row.line).collect::<Vec<_>>(), [2, 3, 13]);
    assert_eq!(
        problems(&outcome),
        [
            (4, Field::Name, "text-empty"),
            (5, Field::Facility, "row-facility-unknown"),
            (6, Field::Grade, "grade-impossible"),
            (7, Field::From, "date-impossible"),
            (8, Field::From, "date-impossible"),
            (9, Field::Name, "text-formula"),
            (10, Field::Ignored, "row-short"),
            (11, Field::Name, "row-duplicate"),
            (12, Field::Name, "text-too-long"),
        ]
    );
    let reason = |line| &outcome.refused.iter().find(|row| row.line == line).unwrap().problems[0].reason;
    assert_eq!(reason(10), &RowReason::ShortRow { cells: 5, expected: 8 });
    assert_eq!(reason(11), &RowReason::Duplicate { line: 3 });
    let long = outcome.refused.iter().find(|row| row.line == 12).unwrap();
    assert_eq!(long.problems[0].value.chars().count(), 40, "shortened for display");
    assert_eq!(long.problems[0].reason.args(), [("written", "300".to_owned()), ("most", "60".to_owned())]);
}
