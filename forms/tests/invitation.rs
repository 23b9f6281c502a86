//! Invitation letters.
#![expect(clippy::unwrap_used, reason = "a failed step of a test ends it where it happened")]

use jiff::Timestamp;
use tsunagi_forms::{FormError, Instead, InvitationLetter, Paper, invitation_letters};

use crate::reader::Reader;

const LETTER: InvitationLetter<'_> = InvitationLetter {
    name: "山田 花子",
    organization: "みどり市立さくら保育園",
    role: "担任",
    ward: "みどり市",
    issued_on: "令和8年11月20日",
    code: "ABCDE-FGHJK-MNPQR-01234-STVWX",
    address: "https://tsunagi.city.midori.example.lg.jp/enrol",
    expires: "令和8年11月27日（金）17時00分",
    help_phone: "03-1234-5678",
    help_hours: "平日 8時30分から17時15分まで",
};

fn made_at() -> Timestamp {
    "2026-11-19T15:30:00Z".parse().unwrap()
}

fn printed(letters: &[InvitationLetter<'_>]) -> (Paper, Reader) {
    let paper = invitation_letters(letters, made_at()).unwrap();
    let reader = Reader::open(&paper.pdf);
    (paper, reader)
}

#[test]
fn a_letter_says_all_it_has_to_on_one_sheet_of_a4() {
    let (paper, reader) = printed(&[LETTER]);
    assert_eq!(paper.unprinted, vec![]);
    assert_eq!(reader.pages(), 1);
    let (width, height) = reader.size(0);
    assert!((width - 595.28).abs() < 0.1 && (height - 841.89).abs() < 0.1, "{width} × {height}");
    let text = reader.text(0);
    for part in [
        "山田花子様",
        LETTER.organization,
        LETTER.role,
        LETTER.ward,
        LETTER.issued_on,
        LETTER.code,
        LETTER.address,
        "令和8年11月27日（金）17時00分まで（1回だけ使えます）",
        LETTER.help_phone,
        "平日8時30分から17時15分まで",
        "このコードは本人だけが使えます",
        "期限切れのときは、新しい案内をお渡しします",
        "1登録のページを開く",
        "2招待コードを入力する",
        "3画面の案内にそって、パスキーを登録する",
    ] {
        assert!(text.contains(part), "{part} is not in {text}");
    }
}

#[test]
fn it_says_nothing_about_whom_tsunagi_is_for() {
    let (_, reader) = printed(&[LETTER]);
    let text = reader.text(0);
    for word in ["虐待", "要保護", "児童", "こども", "子ども", "お子", "見守り", "家庭", "支援", "通告", "欠席"]
    {
        assert!(!text.contains(word), "{word} in {text}");
    }
}

#[test]
fn the_picture_of_the_code_leads_to_the_page_with_the_code() {
    let (_, reader) = printed(&[LETTER]);
    assert_eq!(reader.qr_codes(0), vec![format!("{}#{}", LETTER.address, LETTER.code)]);
}

#[test]
fn each_letter_is_a_sheet_of_its_own_in_order() {
    let names: Vec<_> = (0..4).map(|index| format!("職員 {index}番")).collect();
    let codes: Vec<_> = (0..4).map(|index| format!("ABCD{index}-FGHJK-MNPQR-STVWX-56789")).collect();
    let letters: Vec<_> = names.iter().zip(&codes).map(|(name, code)| InvitationLetter { name, code, ..LETTER }).collect();
    let (_, reader) = printed(&letters);
    assert_eq!(reader.pages(), 4);
    for (page, code) in codes.iter().enumerate() {
        let text = reader.text(page);
        assert!(text.contains(&format!("職員{page}番様")), "{text}");
        assert_eq!(codes.iter().filter(|code| text.contains(*code)).collect::<Vec<_>>(), vec![code]);
        assert_eq!(reader.qr_codes(page), vec![format!("{}#{code}", LETTER.address)]);
    }
}

#[test]
fn it_declares_archival_and_accessibility_and_names_nobody_outside_the_text() {
    let (_, reader) = printed(&[LETTER]);
    let property = |name| reader.property(name);
    assert_eq!(property("pdfaid:part").as_deref(), Some("2"));
    assert_eq!(property("pdfaid:conformance").as_deref(), Some("A"));
    assert_eq!(property("pdfuaid:part").as_deref(), Some("1"));
    assert_eq!(property("xmp:CreateDate").as_deref(), Some("2026-11-20T00:30:00+09:00"));
    assert!(reader.says("/Lang(ja-JP)") || reader.says("/Lang (ja-JP)"));
    assert!(reader.says("連絡システム「つなぎ」ご利用開始のご案内</rdf:li>"));
    for private in ["山田", "さくら", "ABCDE", "midori"] {
        assert!(!reader.says(private), "{private}");
    }
}

#[test]
fn the_same_letters_make_the_same_bytes() {
    assert_eq!(invitation_letters(&[LETTER], made_at()), invitation_letters(&[LETTER], made_at()));
}

#[test]
fn whatever_a_name_holds_is_printed_as_it_is() {
    for name in [
        "#set text(fill: white)",
        "*太字* _斜体_ `code` $x^2$",
        "\\u{41} \\ // /* */ <label> @ref ~ --- \"引用\" '…'",
        "#panic(\"\") #read(\"/etc/passwd\") #sys.inputs",
        "= 見出し",
        "山田\u{3000}花子（旧姓・「鈴木」）",
        "葛\u{E0100}城 辻\u{E0101} 髙﨑",
    ] {
        let (paper, reader) = printed(&[InvitationLetter { name, organization: name, ..LETTER }]);
        let expected = name.replace([' ', '\u{3000}'], "");
        let text = reader.text(0);
        assert!(text.starts_with(&expected), "{expected} does not begin {text}");
        assert!(text.contains(&format!("{expected}様")), "{expected}様 is not in {text}");
        assert_eq!(paper.unprinted, vec![], "{name}");
    }
}

#[test]
fn a_character_without_a_glyph_is_seen_and_listed() {
    let rare = InvitationLetter { name: "𠮷田 葛\u{E01EF}", ..LETTER };
    let (paper, reader) = printed(&[LETTER, rare]);
    let listed: Vec<_> = paper.unprinted.iter().map(|one| (one.sheet, one.character.as_str(), one.instead)).collect();
    assert_eq!(listed, vec![(1, "𠮷", Instead::Geta), (1, "葛\u{E01EF}", Instead::UsualForm)]);
    let text = reader.text(1);
    assert!(text.contains("〓田葛様"), "{text}");
    assert!(text.contains("文中の「〓」は、この用紙の書体にない文字です（U+20BB7）。"), "{text}");
    assert!(!reader.text(0).contains('〓'));
}

#[test]
fn texts_of_any_length_stay_on_their_sheet_in_full() {
    for unit in ["漢", "W", "あ、", "「", "x ", "𠮷"] {
        let long = unit.repeat(300);
        let letter = InvitationLetter {
            name: &long,
            organization: &long,
            role: &long,
            ward: &long,
            issued_on: &long,
            code: LETTER.code,
            address: LETTER.address,
            expires: &long,
            help_phone: &long,
            help_hours: &long,
        };
        let (_, reader) = printed(&[letter, LETTER]);
        assert_eq!(reader.pages(), 2, "{unit}");
        let expected = long.replace('𠮷', "〓").replace(' ', "");
        assert_eq!(reader.text(0).matches(&expected).count(), 9, "{unit}");
    }
}

#[test]
fn a_long_address_still_fits_and_can_be_read() {
    let address = format!("https://{}.example.lg.jp/enrol", "tsunagi-no-nagai-namae".repeat(8));
    let (_, reader) = printed(&[InvitationLetter { address: &address, ..LETTER }]);
    assert!(reader.text(0).contains(&address));
    assert_eq!(reader.qr_codes(0), vec![format!("{address}#{}", LETTER.code)]);
}

#[test]
fn nothing_and_too_much_are_refused() {
    assert_eq!(invitation_letters(&[], made_at()).err(), Some(FormError::Empty));
    let address = "x".repeat(4000);
    let refused = invitation_letters(&[InvitationLetter { address: &address, ..LETTER }], made_at()).err();
    assert_eq!(refused, Some(FormError::Link { length: 4030 }));
}
