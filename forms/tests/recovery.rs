//! The record of a recovery.
#![expect(clippy::unwrap_used, reason = "a failed step of a test ends it where it happened")]

use jiff::Timestamp;
use tsunagi_forms::{RecoveryForm, recovery_form};

use crate::reader::Reader;

fn made_at() -> Timestamp {
    "2026-11-20T00:00:00Z".parse().unwrap()
}

fn read(form: &RecoveryForm<'_>) -> Reader {
    let reader = Reader::open(&recovery_form(form, made_at()).unwrap().pdf);
    assert_eq!(reader.pages(), 1);
    reader
}

#[test]
fn an_empty_form_has_a_place_for_everything() {
    let text = read(&RecoveryForm::default()).text(0);
    for part in [
        "パスキー復旧の申請・実施記録",
        "整理番号",
        "氏名",
        "所属",
        "気づいた日時",
        "理由",
        "確認者（2名。申請者と操作者のほかの人）",
        "署名",
        "コマンド",
        "申請者が新しいパスキーを2つ登録した",
    ] {
        assert!(text.contains(part), "{part} is not in {text}");
    }
    // Two who check, one who acts.
    assert_eq!(text.matches("署名").count(), 3, "{text}");
}

#[test]
fn what_is_known_is_filled_in() {
    let form = RecoveryForm {
        ward: "みどり市",
        number: "復旧-3",
        made_on: "令和8年11月20日",
        name: "山田 #花子",
        organization: "情報管理課",
        staff_code: "00123",
        phone: "03-1234-5678",
        lost_at: "令和8年11月19日 8時10分",
        reason: "鍵を失くした。\n予備も*同じ*袋にあった。",
        operation: "tsunagi recover --person 7",
    };
    let reader = read(&form);
    let text = reader.text(0);
    for part in [
        "みどり市",
        "復旧-3",
        "山田#花子",
        "情報管理課",
        "00123",
        "03-1234-5678",
        "8時10分",
        "予備も*同じ*袋に",
        "tsunagirecover--person7",
    ] {
        assert!(text.contains(part), "{part} is not in {text}");
    }
    assert_eq!(reader.property("pdfaid:conformance").as_deref(), Some("A"));
    assert_eq!(reader.property("pdfuaid:part").as_deref(), Some("1"));
}

#[test]
fn long_texts_stay_on_the_sheet_in_full() {
    let long = "長い理由があります。".repeat(30);
    let lines = vec!["一行"; 40].join("\n");
    let form = RecoveryForm {
        ward: &long,
        number: &long,
        made_on: &long,
        name: &long,
        organization: &long,
        staff_code: &long,
        phone: &long,
        lost_at: &long,
        reason: &lines,
        operation: &long,
    };
    let text = read(&form).text(0);
    assert_eq!(text.matches(&long).count(), 9);
    assert_eq!(text.matches("一行").count(), 40);
}
