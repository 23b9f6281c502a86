//! Files as saved by a Japanese Excel: encodings, marks and separators.

use encoding_rs::SHIFT_JIS;
use proptest::prelude::*;

use super::*;

fn lines(text: &str) -> (Vec<u32>, Vec<u32>) {
    let table = decode(text.as_bytes()).unwrap().table;
    (table.rows.iter().map(|row| row.line).collect(), table.blank)
}

#[test]
fn rows_are_numbered_as_a_spreadsheet_numbers_them() {
    assert_eq!(lines("a,b\r\nc,d\r\n"), (vec![1, 2], vec![]));
    assert_eq!(lines("a,b\r\n\r\n\r\nc,d"), (vec![1, 4], vec![2, 3]));
    assert_eq!(lines("\n\na\n,\nb\n\n"), (vec![3, 5], vec![1, 2, 4]));
    assert_eq!(lines("a,\"x\r\ny\r\n\r\nz\"\r\n\r\nb,c\r\nd"), (vec![1, 3, 4], vec![2]));
    assert_eq!(lines("a\rb\r\rc"), (vec![1, 2, 4], vec![3]));
}

#[test]
fn cells_are_split_as_a_spreadsheet_splits_them() {
    let cells = |text: &str| decode(text.as_bytes()).unwrap().table.rows[0].cells.clone();
    assert_eq!(cells("\"a,1\",\"say \"\"x\"\"\",\"two\r\nlines\""), ["a,1", "say \"x\"", "two\nlines"]);
    assert_eq!(cells("施設名\t氏名\n1\t2"), ["施設名", "氏名"], "tabs, as copied out of a spreadsheet");
}

#[test]
fn the_encoding_is_found_by_the_bytes_and_can_be_overruled() {
    let encoding = |bytes: &[u8]| decode(bytes).map(|decoded| decoded.encoding);
    assert_eq!(encoding("氏名,組".as_bytes()), Ok(Encoding::Utf8));
    assert_eq!(encoding("\u{feff}氏名,組".as_bytes()), Ok(Encoding::Utf8Bom));
    let (cp932, _, _) = SHIFT_JIS.encode("氏名,髙﨑①");
    assert_eq!(encoding(&cp932), Ok(Encoding::Cp932));
    assert_eq!(decode(&cp932).unwrap().table.rows[0].cells[1], "髙﨑①");
    let overruled = decode_as("ああ,ああ".as_bytes(), Encoding::Cp932);
    assert_ne!(overruled.unwrap().table.rows[0].cells[0], "ああ");
    assert_eq!(decode_as(&cp932, Encoding::Utf8), Err(Refusal::Unreadable { line: 1 }));
}

#[test]
fn a_file_that_is_no_roster_is_refused_with_what_it_is() {
    assert_eq!(decode(b""), Err(Refusal::Empty));
    assert_eq!(decode(b"\xef\xbb\xbf \r\n,,\r\n"), Err(Refusal::Empty));
    assert_eq!(decode(b"\xff\xfea\0,\0"), Err(Refusal::Utf16));
    assert_eq!(decode(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), Err(Refusal::OldWorkbook));
    assert_eq!(decode(b"%PDF-1.7"), Err(Refusal::NotText));
    assert_eq!(decode(b"a,b\0c"), Err(Refusal::NotText));
    assert_eq!(decode(b"a,b\r\nc,\x85\x20\r\n"), Err(Refusal::Unreadable { line: 2 }));
    assert_eq!(decode(b"\xef\xbb\xbfa\nb\n\x8e\x81"), Err(Refusal::Unreadable { line: 3 }));
    assert!(matches!(decode(b"PK\x03\x04nonsense"), Err(Refusal::Damaged(_))));
    assert!(matches!(decode(&vec![b'a'; MOST_BYTES + 1]), Err(Refusal::TooLarge { .. })));
}

#[test]
fn more_rows_or_columns_than_fit_are_refused_not_cut_off() {
    let rows = |count| "a,b\n".repeat(count);
    assert_eq!(decode(rows(20_000).as_bytes()).unwrap().table.rows.len(), 20_000);
    assert_eq!(decode(rows(20_001).as_bytes()), Err(Refusal::TooManyRows { most: 20_000 }));
    assert!(decode(vec!["x"; 60].join(",").as_bytes()).is_ok());
    assert!(decode(format!("{}{}", vec!["x"; 60].join(","), ",".repeat(900)).as_bytes()).is_ok(), "empty cells do not count");
    assert_eq!(decode(vec!["x"; 61].join(",").as_bytes()), Err(Refusal::TooManyColumns { most: 60 }));
}

proptest! {
    #[test]
    fn no_bytes_are_too_strange(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = decode(&bytes);
    }
}
