//! What leaves as a workbook comes back as it was, and says nothing it should not.

use std::io::{Cursor, Read};

use calamine::{Data, Reader, Xlsx};
use jiff::civil::date;
use proptest::prelude::*;
use zip::ZipArchive;

use super::*;

const ABOUT: About<'_> =
    About { title: "利用中のアカウント & 権限", issuer: "架空区", made_at: Timestamp::UNIX_EPOCH };

fn sheet(rows: Vec<Vec<Cell>>) -> Sheet {
    let columns = ["施設名", "氏名", "開始日"].map(str::to_owned).to_vec();
    Sheet { name: "一覧".to_owned(), columns, rows }
}

/// The cells of the first sheet, the header first.
fn read_back(bytes: &[u8]) -> Vec<Vec<Data>> {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).unwrap();
    let range = book.worksheet_range_at(0).unwrap().unwrap();
    range.rows().map(<[Data]>::to_vec).collect()
}

fn part(bytes: &[u8], name: &str) -> String {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut text = String::new();
    archive.by_name(name).unwrap().read_to_string(&mut text).unwrap();
    text
}

fn text(text: &str) -> Data {
    Data::String(text.to_owned())
}

#[test]
fn text_dates_and_numbers_come_back_as_what_they_are() {
    let at: Timestamp = "2026-11-20T00:12:05Z".parse().unwrap();
    let row = vec![Cell::from("辻\u{e0100}　𠮷"), Cell::from(date(2026, 11, 20)), Cell::from(at), Cell::from(7), Cell::Nothing];
    let back = read_back(&write(&[sheet(vec![row])], &ABOUT).unwrap());
    assert_eq!(back[0][..3], ["施設名", "氏名", "開始日"].map(text));
    assert_eq!(back[1][0], text("辻\u{e0100}　𠮷"));
    let moment = |data: &Data| match data {
        Data::DateTime(moment) if moment.is_datetime() => moment.as_f64(),
        other => panic!("{other:?} is no date"),
    };
    assert!((moment(&back[1][1]) - 46_346.0).abs() < 1e-9);
    assert!((moment(&back[1][2]) - (46_346.0 + (9.0 * 3600.0 + 12.0 * 60.0 + 5.0) / 86_400.0)).abs() < 1e-6, "in Japan");
    assert_eq!(back[1][3], Data::Float(7.0));
}

#[test]
fn what_looks_like_a_formula_a_link_or_a_number_stays_text() {
    let hostile =
        ["=1+1", "=HYPERLINK(\"http://x\")", "+81", "-1", "@SUM", "https://example.test/", "{=A1}", "0012345", "1-1", "\t=1"];
    let rows = hostile.iter().map(|cell| vec![Cell::from(*cell)]).collect();
    let bytes = write(&[sheet(rows)], &ABOUT).unwrap();
    let back = read_back(&bytes);
    for (row, cell) in back[1..].iter().zip(hostile) {
        assert_eq!(row[0], text(cell));
    }
    let xml = part(&bytes, "xl/worksheets/sheet1.xml");
    assert!(!xml.contains("<f>") && !xml.contains("<f ") && !xml.contains("hyperlink"), "{xml}");
}

#[test]
fn days_before_excel_can_count_are_written_in_words() {
    let back =
        read_back(&write(&[sheet(vec![vec![Cell::from(date(1900, 2, 28))], vec![Cell::from(date(1900, 3, 1))]])], &ABOUT).unwrap());
    assert_eq!(back[1][0], text("1900-02-28"));
    assert!(matches!(&back[2][0], Data::DateTime(moment) if (moment.as_f64() - 61.0).abs() < 1e-9));
}

#[test]
fn the_sheet_is_ready_for_screen_and_paper() {
    let bytes =
        write(&[sheet(vec![vec![Cell::from("みどり小学校"), Cell::from("佐藤"), Cell::from(date(2026, 4, 1))]])], &ABOUT).unwrap();
    let xml = part(&bytes, "xl/worksheets/sheet1.xml");
    for needed in [
        r#"<pane ySplit="1" topLeftCell="A2""#,
        r#"paperSize="9""#,
        r#"orientation="landscape""#,
        r#"fitToHeight="0""#,
        r#"<autoFilter ref="A1:C2"/>"#,
        "利用中のアカウント &amp;&amp; 権限",
        "&amp;P / &amp;N",
    ] {
        assert!(xml.contains(needed), "{needed} in {xml}");
    }
    assert!(part(&bytes, "xl/styles.xml").contains("[$-ja-JP-x-gannen]ggge"));
    assert!(part(&bytes, "xl/workbook.xml").contains("_xlnm.Print_Titles"));
}

#[test]
fn the_properties_name_the_municipality_and_nobody() {
    let bytes = write(&[sheet(vec![])], &ABOUT).unwrap();
    let core = part(&bytes, "docProps/core.xml");
    assert!(core.contains("<dc:creator></dc:creator>") && core.contains("<cp:lastModifiedBy></cp:lastModifiedBy>"), "{core}");
    assert!(core.contains("1970-01-01T00:00:00Z"), "{core}");
    assert!(part(&bytes, "docProps/app.xml").contains("<Company>架空区</Company>"));
    assert_eq!(bytes, write(&[sheet(vec![])], &ABOUT).unwrap(), "the same table gives the same file");
}

#[test]
fn what_a_sheet_cannot_hold_is_refused_before_it_is_written() {
    let rows = |count| sheet(vec![Vec::new(); count]);
    assert_eq!(write(&[rows(1_048_576)], &ABOUT), Err(Refusal::TooManyRows { rows: 1_048_577 }));
    assert!(rows(1_048_575).fits().is_ok());
    assert_eq!(write(&[sheet(vec![vec![Cell::Nothing; 16_385]])], &ABOUT), Err(Refusal::TooManyColumns { columns: 16_385 }));
    let long = |count| write(&[sheet(vec![vec![Cell::Nothing, Cell::Text("𠮷".repeat(count))]])], &ABOUT);
    assert!(long(16_383).is_ok());
    assert_eq!(long(16_384), Err(Refusal::TextTooLong { row: 2, column: 2 }));
    let nameless = Sheet { name: "a/b".to_owned(), ..sheet(vec![]) };
    assert!(matches!(write(&[nameless], &ABOUT), Err(Refusal::Impossible(_))));
    assert!(matches!(write(&[sheet(vec![]), sheet(vec![])], &ABOUT), Err(Refusal::Impossible(_))));
}

#[test]
fn the_same_table_leaves_as_csv() {
    let at: Timestamp = "2026-11-20T00:12:05Z".parse().unwrap();
    let row = vec![Cell::from("=1"), Cell::from(Some(date(2026, 4, 1))), Cell::from(at), Cell::from(3), Cell::from(None::<u32>)];
    assert_eq!(sheet(vec![row]).texts()[1], ["=1", "2026-04-01", "2026-11-20 09:12:05", "3", ""]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_text_comes_back_as_itself(cells in prop::collection::vec("[^\r]{1,20}|_x[0-9A-F]{4}_|[ \t\n=+@-].{0,5}", 1..8)) {
        let rows = cells.iter().map(|cell| vec![Cell::from(cell.as_str())]).collect();
        let back = read_back(&write(&[sheet(rows)], &ABOUT).unwrap());
        for (row, cell) in back[1..].iter().zip(&cells) {
            prop_assert_eq!(&row[0], &text(cell));
        }
    }

    #[test]
    fn every_day_comes_back_as_itself(days in 0i32..73_000) {
        let day = FIRST_REAL_DAY.checked_add(jiff::Span::new().days(days)).unwrap();
        let back = read_back(&write(&[sheet(vec![vec![Cell::from(day)]])], &ABOUT).unwrap());
        let Data::DateTime(moment) = &back[1][0] else { panic!("{back:?}") };
        #[expect(clippy::cast_possible_truncation, reason = "whole days far below the limit")]
        let serial = moment.as_f64() as i32;
        prop_assert_eq!(crate::domain::wareki::from_serial(serial), Ok(day));
    }
}
