//! The monthly slip.
#![expect(clippy::unwrap_used, reason = "a failed step of a test ends it where it happened")]

use jiff::Timestamp;
use tsunagi_forms::{FormError, SlipLine, SlipSheet, slip_sheets};

use crate::reader::Reader;

const COUNTS: [(&str, &str); 8] = [
    ("授業日数", "21"),
    ("出席", "17"),
    ("欠席", "3"),
    ("遅刻", "1"),
    ("早退", "0"),
    ("停止・忌引等", "1"),
    ("校外等", "0"),
    ("未報告", "0"),
];
const NOTICED: [(&str, bool); 3] = [("身体", false), ("食事", true), ("その他", false)];

fn made_at() -> Timestamp {
    "2026-11-05T00:00:00Z".parse().unwrap()
}

fn line() -> SlipLine<'static> {
    SlipLine {
        day: "10月9日（金）", status: "欠席", contact: "あり（始業前）", reason: "病気", note: "発熱 #38度"
    }
}

fn sheet<'a>(lines: &'a [SlipLine<'a>]) -> SlipSheet<'a> {
    SlipSheet {
        month: "令和8年10月分",
        submitted_on: "令和8年11月5日",
        facility: "みどり小学校",
        prepared_by: "報告 太郎",
        approved_by: "校長 花子",
        version: "",
        name: "葛󠄀西 *一郎*",
        place: "3年2組",
        counts: &COUNTS,
        lines,
        longest: "3日（10月9日から10月15日まで）",
        last_seen: "10月30日（金）",
        noticed: &NOTICED,
        unchanged: false,
        note: "朝食をとらずに来る日が\n増えました。",
    }
}

#[test]
fn a_slip_says_what_was_reported_and_is_archivable() {
    let lines = [line(); 3];
    let reader = Reader::open(&slip_sheets(&[sheet(&lines)], made_at()).unwrap().pdf);
    assert_eq!(reader.pages(), 1);
    let text = reader.text(0);
    for part in [
        "定期的情報提供連絡票",
        "令和8年10月分",
        "令和8年11月5日",
        "みどり小学校",
        "西*一郎*",
        "校長花子",
        "授業日数",
        "停止・忌引等",
        "あり（始業前）",
        "発熱#38度",
        "3日（10月9日から10月15日まで）",
        "朝食をとらずに来る日が",
    ] {
        assert!(text.contains(part), "{part} is not in {text}");
    }
    assert_eq!(text.matches("10月9日（金）").count(), 3);
    assert!(!text.contains("下書き"), "{text}");
    assert_eq!(reader.property("pdfaid:part").as_deref(), Some("2"));
    assert_eq!(reader.property("pdfaid:conformance").as_deref(), Some("A"));
    assert_eq!(reader.property("pdfuaid:part").as_deref(), Some("1"));
}

#[test]
fn each_child_has_a_sheet_and_a_draft_says_so() {
    let first = SlipSheet { submitted_on: "", name: "甲野 一花", ..sheet(&[]) };
    let second = SlipSheet { name: "甲野 二葉", unchanged: true, noticed: &[("身体", false)], ..sheet(&[]) };
    let reader = Reader::open(&slip_sheets(&[first, second], made_at()).unwrap().pdf);
    assert_eq!(reader.pages(), 2);
    assert!(reader.text(0).contains("下書き") && reader.text(0).contains("甲野一花") && reader.text(0).contains("ありません。"));
    assert!(!reader.text(1).contains("下書き") && reader.text(1).contains("甲野二葉") && !reader.text(1).contains("一花"));
    assert_eq!(slip_sheets(&[], made_at()).unwrap_err(), FormError::Empty);
}

#[test]
fn the_worst_month_stays_on_its_sheet() {
    let long = "長い備考が続きます。".repeat(10);
    let lines = vec![SlipLine { note: &long, ..line() }; 31];
    let note = "連絡することがたくさんあります。".repeat(25);
    let worst = SlipSheet { note: &note, facility: &long, name: &long, ..sheet(&lines) };
    let reader = Reader::open(&slip_sheets(&[worst], made_at()).unwrap().pdf);
    assert_eq!(reader.pages(), 1);
    assert_eq!(reader.text(0).matches("10月9日（金）").count(), 31);
    assert!(reader.text(0).contains(&note));
}
