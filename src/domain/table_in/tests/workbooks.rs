//! Workbooks: cells of every kind, and files that are none.

use std::io::{Cursor, Read, Write};

use proptest::prelude::*;
use zip::{ZipArchive, ZipWriter, write::SimpleFileOptions};

use super::*;

const ROSTER: &[u8] = include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/rosters/roster.xlsx"));
const SHEET: &str = "xl/worksheets/sheet1.xml";

/// The fixture with one part rewritten.
fn rewritten(part: &str, change: impl Fn(Vec<u8>) -> Vec<u8>) -> Vec<u8> {
    let mut from = ZipArchive::new(Cursor::new(ROSTER)).unwrap();
    let mut to = ZipWriter::new(Cursor::new(Vec::new()));
    for index in 0..from.len() {
        let mut entry = from.by_index(index).unwrap();
        let mut content = Vec::new();
        entry.read_to_end(&mut content).unwrap();
        let name = entry.name().unwrap().into_owned();
        let content = if name == part { change(content) } else { content };
        to.start_file(name, SimpleFileOptions::default()).unwrap();
        to.write_all(&content).unwrap();
    }
    to.finish().unwrap().into_inner()
}

fn with_rows(rows: &str) -> Vec<u8> {
    rewritten(SHEET, |_| {
        format!(r#"<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><dimension ref="A1:XFD1048576"/><sheetData>{rows}</sheetData></worksheet>"#)
            .into_bytes()
    })
}

#[test]
fn cells_become_the_text_a_person_sees() {
    let bytes = with_rows(
        r#"<row r="2"><c r="A2" t="n"><v>5</v></c><c r="B2" t="n"><v>1.5</v></c><c r="C2" s="2" t="n"><v>46166</v></c>
           <c r="D2" s="2" t="n"><v>46166.5</v></c><c r="E2" t="b"><v>1</v></c><c r="F2" t="e"><v>#N/A</v></c>
           <c r="G2" t="str"><f>PHONETIC(A1)</f><v>サトウ</v></c><c r="H2" s="2" t="n"><v>0.5</v></c></row>
           <row r="4"><c r="B4" t="inlineStr"><is><t>x</t></is></c></row>"#,
    );
    let table = decode(&bytes).unwrap().table;
    let cells = ["5", "1.5", "2026-05-24", "2026-05-24", "true", "#N/A", "サトウ", "0.5"];
    assert_eq!(table.rows[0], Row { line: 2, cells: cells.map(str::to_owned).to_vec() });
    assert_eq!((table.rows[1].line, table.rows[1].cells.len(), table.blank), (4, 8, vec![3]));
}

/// A sheet of text in these rows, with these cells merged.
fn merged(rows: &[(u32, &[&str])], regions: &[&str]) -> Vec<u8> {
    let cell = |row: u32, column: usize, text: &str| {
        let letter = char::from(b'A' + u8::try_from(column).unwrap());
        format!(r#"<c r="{letter}{row}" t="inlineStr"><is><t>{text}</t></is></c>"#)
    };
    let row = |(row, cells): &(u32, &[&str])| {
        let written = cells.iter().enumerate().filter(|(_, text)| !text.is_empty());
        let cells: Vec<String> = written.map(|(column, text)| cell(*row, column, text)).collect();
        format!(r#"<row r="{row}">{}</row>"#, cells.concat())
    };
    let rows = rows.iter().map(row).collect::<Vec<_>>().concat();
    let regions = regions.iter().map(|region| format!(r#"<mergeCell ref="{region}"/>"#)).collect::<Vec<_>>().concat();
    rewritten(SHEET, |_| {
        format!(r#"<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{rows}</sheetData><mergeCells>{regions}</mergeCells></worksheet>"#)
            .into_bytes()
    })
}

#[test]
fn cells_merged_downwards_hold_their_value_in_every_row() {
    let bytes = merged(
        &[(1, &["施設名", "氏名"]), (2, &["みどり小", "佐藤"]), (3, &["", "鈴木"]), (4, &["", "高橋"]), (6, &["", "田中"])],
        &["A2:A4", "A5:A1048576", "B1:C1"],
    );
    let table = decode(&bytes).unwrap().table;
    let cells: Vec<Vec<&str>> = table.rows.iter().map(|row| row.cells.iter().map(String::as_str).collect()).collect();
    assert_eq!(cells, [["施設名", "氏名"], ["みどり小", "佐藤"], ["みどり小", "鈴木"], ["みどり小", "高橋"], ["", "田中"]]);
}

#[test]
fn regions_the_wrong_way_round_stop_nothing() {
    let read = decode(&merged(&[(1, &["施設名", "氏名"]), (2, &["みどり小", "佐藤"])], &["B2:A1"]));
    assert!(matches!(&read, Ok(decoded) if decoded.table.rows.len() == 2) || matches!(read, Err(Refusal::Damaged(_))));
}

#[test]
fn merged_cells_cannot_be_made_to_fill_a_memory() {
    let long = "x".repeat(30_000);
    let mut rows: Vec<(u32, &[&str])> = (2..4_000).map(|row| (row, ["", "y"].as_slice())).collect();
    let first = [long.as_str()];
    rows.insert(0, (1, first.as_slice()));
    assert_eq!(decode(&merged(&rows, &["A1:A1048576"])), Err(Refusal::Swollen));
}

#[test]
fn dates_of_an_old_mac_are_the_same_days() {
    let bytes = rewritten("xl/workbook.xml", |xml| {
        String::from_utf8(xml).unwrap().replace("<workbookPr />", "<workbookPr date1904=\"1\" />").into_bytes()
    });
    let cell = &decode(&bytes).unwrap().table.rows[3].cells[5];
    assert_eq!(cell, "2030-05-25", "46166 days after 1904-01-01");
}

#[test]
fn the_first_sheet_a_person_sees_is_read() {
    let hide = |first: bool| {
        rewritten("xl/workbook.xml", move |xml| {
            let xml = String::from_utf8(xml).unwrap();
            let hidden = r#"state="hidden""#;
            let one = xml.replacen(r#"state="visible""#, hidden, if first { 1 } else { 2 });
            one.into_bytes()
        })
    };
    let decoded = decode(&hide(true)).unwrap();
    assert_eq!((decoded.sheet.as_deref(), decoded.warnings), (Some("記入例"), vec![]));
    assert_eq!(decode(&hide(false)), Err(Refusal::NoSheet));
}

#[test]
fn a_cell_far_out_is_refused_before_room_is_made_for_it() {
    let far = |cell: &str| {
        decode(&with_rows(&format!(r#"<row r="1"><c r="A1" t="n"><v>1</v></c></row><row><c r="{cell}" t="n"><v>1</v></c></row>"#)))
    };
    assert_eq!(far("A1048576"), Err(Refusal::TooManyRows { most: 20_000 }));
    assert_eq!(far("XFD2"), Err(Refusal::TooManyColumns { most: 60 }));
}

#[test]
fn a_small_file_that_unpacks_to_a_flood_is_refused() {
    let bomb = rewritten("xl/theme/theme1.xml", |_| vec![b' '; 80 * 1024 * 1024]);
    assert!(bomb.len() < 1024 * 1024);
    assert_eq!(decode(&bomb), Err(Refusal::Swollen));
}

#[test]
fn a_torn_workbook_is_refused() {
    for length in [10, 100, 1_000, ROSTER.len() - 30] {
        assert!(matches!(decode(&ROSTER[..length]), Err(Refusal::Damaged(_))), "{length}");
    }
    assert!(matches!(
        decode(&rewritten("xl/workbook.xml", |_| b"<workbook".to_vec())),
        Err(Refusal::Damaged(_) | Refusal::NoSheet)
    ));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_workbook_is_too_strange(
        part in prop::sample::select(vec![SHEET, "xl/workbook.xml", "xl/styles.xml", "xl/_rels/workbook.xml.rels"]),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
    ) {
        let bytes = rewritten(part, |mut content| {
            for (place, byte) in &changes {
                let place = place.index(content.len());
                content[place] = *byte;
            }
            content
        });
        let _ = decode(&bytes);
    }

    #[test]
    fn no_archive_is_too_strange(changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6)) {
        let mut bytes = ROSTER.to_vec();
        for (place, byte) in changes {
            let place = place.index(bytes.len());
            bytes[place] = byte;
        }
        let _ = decode(&bytes);
    }
}
