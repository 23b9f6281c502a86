//! Names as offices write them: variants, kana, marks, and what is no name.

use super::*;

#[test]
fn a_name_stays_exactly_as_written_but_for_outer_spaces() {
    for written in
        ["𠮷田 碧", "﨑山　花子", "辻\u{e0100} 紬", "葛\u{e0100}城　太郎", "神\u{fa19}谷", "グエン ミン・アン", "か\u{3099}"]
    {
        let name = PersonName::parse(&format!("　 {written} \u{3000}")).unwrap();
        assert_eq!(name.as_str().as_bytes(), written.as_bytes());
        let json = serde_json::to_string(&name).unwrap();
        assert_eq!(serde_json::from_str::<PersonName>(&json).unwrap(), name);
    }
}

#[test]
fn a_passkey_is_called_what_its_owner_likes_on_one_line() {
    assert_eq!(PasskeyName::parse(" 　鍵束の青いキー？ ").unwrap().as_str(), "鍵束の青いキー？");
    assert!(PasskeyName::parse(&"鍵".repeat(60)).is_ok());
    assert_eq!(PasskeyName::parse(&"鍵".repeat(61)), Err(Refusal::TooLong { written: 61, most: 60 }));
    assert_eq!(PasskeyName::parse("　"), Err(Refusal::Empty));
    assert_eq!(PasskeyName::parse("キー\n2"), Err(Refusal::Control('\n')));
    assert_eq!(PasskeyName::parse("キー\u{202e}2"), Err(Refusal::Control('\u{202e}')));
}

#[test]
fn a_name_that_cannot_be_one_is_refused_with_the_reason() {
    for (text, refusal) in [
        ("　 ", Refusal::Empty),
        ("=HYPERLINK(\"x\")", Refusal::Formula('=')),
        ("+81", Refusal::Formula('+')),
        ("-田", Refusal::Formula('-')),
        ("@田", Refusal::Formula('@')),
        ("＝田", Refusal::Formula('＝')),
        ("田\u{0}中", Refusal::Control('\u{0}')),
        ("田中\n太郎", Refusal::Control('\n')),
        ("田\u{202e}中", Refusal::Control('\u{202e}')),
        ("?田 碧", Refusal::Lost('?')),
        ("\u{fffd}田 碧", Refusal::Lost('\u{fffd}')),
        ("&#134071;田", Refusal::Lost('&')),
    ] {
        assert_eq!(PersonName::parse(text), Err(refusal), "{text:?}");
    }
    assert!(PersonName::parse(&"山".repeat(60)).is_ok());
    assert_eq!(PersonName::parse(&"山".repeat(300)), Err(Refusal::TooLong { written: 300, most: 60 }));
    assert!(serde_json::from_str::<PersonName>("\"=1\"").is_err(), "JSON is no way around");
    assert!(PersonName::parse("\u{e000}田").unwrap().has_private_characters());
    assert!(!PersonName::parse("𠮷田").unwrap().has_private_characters());
}

#[test]
fn kana_comes_in_every_width_and_goes_out_full_width() {
    for (text, kana) in [
        ("さいとう　つむぎ", "サイトウ　ツムギ"),
        ("ｻｲﾄｳ ﾂﾑｷﾞ", "サイトウ　ツムギ"),
        ("サキヤマ  ミン・アン", "サキヤマ　ミン・アン"),
        ("ゔぃおれっと", "ヴィオレット"),
        ("ｱﾝ=ﾏﾘ-", "アン゠マリー"),
    ] {
        assert_eq!(Kana::parse(text).unwrap().as_str(), kana);
    }
    assert_eq!(Kana::parse_or_unknown(" 不明 "), Ok(None));
    assert_eq!(Kana::parse_or_unknown(""), Ok(None));
    assert_eq!(Kana::parse("斎藤"), Err(Refusal::NotKana('斎')));
    assert_eq!(Kana::parse("=A1"), Err(Refusal::Formula('=')));
}

#[test]
fn class_names_have_one_width_and_may_be_missing() {
    assert_eq!(ClassName::parse("１組").unwrap().as_str(), "1組");
    assert_eq!(ClassName::parse("ひよこ組 ").unwrap().as_str(), "ひよこ組");
    assert_eq!(ClassName::parse_or_none("－"), Ok(None));
    assert_eq!(ClassName::parse_or_none("=1+1"), Err(Refusal::Formula('=')));
}

#[test]
fn notes_keep_their_lines_and_have_an_end() {
    let note = Note::parse("一行目\r\n二行目 ").unwrap();
    assert_eq!(note.as_str(), "一行目\n二行目");
    assert_eq!(Note::parse_or_none("  "), Ok(None));
    assert_eq!(Note::parse("a\u{7}b"), Err(Refusal::Control('\u{7}')));
    assert_eq!(Note::parse(&"あ".repeat(201)), Err(Refusal::TooLong { written: 201, most: 200 }));
}

#[test]
fn mail_addresses_are_plain_ascii_with_a_domain() {
    assert_eq!(MailAddress::parse("Ａoki@Example.LG.JP ").unwrap().as_str(), "Aoki@example.lg.jp");
    for text in ["aoki", "aoki@localhost", "a b@example.jp", "@example.jp", "aoki@-x.jp", "aoki@x..jp", "青木@example.jp"] {
        assert_eq!(MailAddress::parse(text), Err(Refusal::NotMail), "{text}");
    }
    assert_eq!(MailAddress::parse("a@example.jp\r\nBcc: b@example.jp"), Err(Refusal::Control('\r')));
}

#[test]
fn names_written_differently_meet_under_one_key() {
    for (one, other) in [
        ("髙橋　蓮", "高橋蓮"),
        ("山﨑", "山崎"),
        ("渡邉 碧", "渡辺碧"),
        ("渡邊", "渡辺"),
        ("𠮷田", "吉田"),
        ("齋藤", "斉藤"),
        ("濵田", "浜田"),
        ("辻\u{e0100}", "辻"),
        ("ﾜﾀﾅﾍﾞ", "わたなべ"),
        ("きょうこ", "キヨウコ"),
        ("かなづち", "カナズチ"),
        ("ミン・アン", "ミンアン"),
        ("ＡＢＣ保育園", "abc保育園"),
    ] {
        assert_eq!(search_key(one), search_key(other), "{one} {other}");
    }
    assert_ne!(search_key("佐藤"), search_key("斎藤"));
    assert_eq!(loose_key("おおの ゆうこ"), loose_key("オーノ ユーコ"));
    assert_ne!(loose_key("おの"), loose_key("あの"));
}

#[test]
fn every_line_of_the_variant_table_leads_to_its_form_in_one_step() {
    let lines: Vec<_> = include_str!("variants.txt").lines().filter(|line| !line.starts_with('#')).collect();
    assert!(lines.len() > 100);
    for line in lines {
        let (variant, filed) = line.split_once(' ').unwrap();
        assert_eq!((variant.chars().count(), filed.chars().count()), (1, 1), "{line}");
        assert_eq!(search_key(variant), filed, "{line}");
        assert_eq!(search_key(filed), filed, "{line}");
    }
}

#[test]
fn a_link_dials_the_first_number_that_was_written_or_nothing() {
    for (written, dials) in [
        ("03(1234)5678", "0312345678"),
        ("048-123-4567(内線 123)", "0481234567"),
        ("+81 3-1234-5678", "+81312345678"),
        ("+81 (0)3-1234-5678", "+81312345678"),
        ("０３（１２３４）５６７８", "0312345678"),
        ("０９０−１２３４−５６７８", "09012345678"),
        ("048ー123ー4567", "0481234567"),
        ("048‐123―4567（代表）", "0481234567"),
        ("代表 03-1234-5678", "0312345678"),
        ("03-1234-5678代表", "0312345678"),
        ("03-1234-5678、03-1234-5679", "0312345678"),
        ("03-1234-5678 / 090-1234-5678", "0312345678"),
        ("03-1234-5678 9時から17時", "0312345678"),
        ("3123-4567", "31234567"),
        ("189", "189"),
        // What would ring somebody else rings nobody.
        ("03-1234-5678 03-1234-5679", ""),
        ("03-1234", ""),
        ("2階受付 03-1234-5678", ""),
        ("内線 123", ""),
        ("(内線 123) 03-1234-5678", ""),
        ("なし", ""),
        ("+", ""),
        ("", ""),
    ] {
        assert_eq!(dialled(written), dials, "{written}");
    }
}

#[test]
fn telephone_numbers_are_read_as_offices_write_them() {
    for (text, phone) in [
        ("03-1234-5678", "03-1234-5678"),
        ("０３（１２３４）５６７８", "03(1234)5678"),
        ("048ー123ー4567（内線 123）", "048-123-4567(内線 123)"),
        ("+81 3-1234-5678", "+81 3-1234-5678"),
        ("3123-4567", "3123-4567"),
    ] {
        assert_eq!(Phone::parse(text).as_deref(), Ok(phone), "{text}");
    }
    for text in ["312345678", "3-1234-5678", "12", "なし", "03-1234-5678、03-1234-5679", "0".repeat(16).as_str()] {
        assert_eq!(Phone::parse(text), Err(Refusal::NotPhone), "{text}");
    }
}
