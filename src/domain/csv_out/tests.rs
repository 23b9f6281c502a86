//! What leaves as CSV opens in Excel unharmed.

use encoding_rs::SHIFT_JIS;
use proptest::prelude::*;

use super::*;

fn cp932(cell: &str) -> (String, Vec<Lost>) {
    let written = write([[cell]], Encoding::Cp932);
    let text = SHIFT_JIS.decode_without_bom_handling_and_without_replacement(&written.bytes).unwrap().into_owned();
    (text.strip_prefix('"').unwrap().strip_suffix("\"\r\n").unwrap().to_owned(), written.lost)
}

#[test]
fn utf8_carries_a_mark_quotes_and_every_character() {
    let written = write([vec!["氏名", "備考"], vec!["辻\u{e0100} \"𠮷\"", "一\n二"]], Encoding::Utf8Bom);
    let expected = "\u{feff}\"氏名\",\"備考\"\r\n\"辻\u{e0100} \"\"𠮷\"\"\",\"一\n二\"\r\n";
    assert_eq!(written, Written { bytes: expected.as_bytes().to_vec(), lost: Vec::new() });
}

#[test]
fn cp932_takes_twins_for_what_it_lacks_and_lists_the_rest() {
    assert_eq!(cp932("9時〜17時—‖㋿8年−1¥"), ("9時～17時―∥令和8年－1￥".to_owned(), vec![]));
    assert_eq!(cp932("髙橋 﨑山 ①㈱ 濵田"), ("髙橋 﨑山 ①㈱ 濵田".to_owned(), vec![]));
    assert_eq!(cp932("か\u{3099}は\u{309a}"), ("がぱ".to_owned(), vec![]));
    let (text, lost) = cp932("𠮷田 辻\u{e0100} é");
    assert_eq!(text, "〓田 辻 〓");
    let place = |character, instead| Lost { row: 1, column: 1, character, instead };
    assert_eq!(lost, [place('𠮷', Instead::Geta), place('\u{e0100}', Instead::UsualForm), place('é', Instead::Geta)]);
}

#[test]
fn a_loss_is_told_by_row_and_column() {
    let written = write([vec!["氏名", "組"], vec!["佐藤", "1組"], vec!["佐藤", "鷗組"]], Encoding::Cp932);
    assert_eq!(written.lost, [Lost { row: 3, column: 2, character: '鷗', instead: Instead::Geta }]);
}

#[test]
fn nothing_is_run_as_a_formula() {
    for text in ["=1+1", "+81", "-1", "@SUM", "\tx", "\rx", "\nx", " =1", "＝1", "\u{feff}=1", "−1"] {
        assert_eq!(guarded(text), format!("'{text}"), "{text:?}");
    }
    for text in ["", "1組", "a=b", "'=1", "2026-07-31"] {
        assert_eq!(guarded(text), text);
    }
}

#[test]
fn every_character_cp932_can_hold_comes_back_as_itself() {
    let kept = ('\u{20}'..='\u{ffff}').filter(|c| {
        let (text, lost) = super::cp932::fit(&c.to_string());
        lost.is_empty() && text == c.to_string()
    });
    let kept: String = kept.collect();
    // JIS X 0208 has 6,879 characters; the vendor rows and half-width kana bring more.
    assert!(kept.chars().count() > 7_000, "{}", kept.chars().count());
    let bytes = super::cp932::encode(&kept);
    assert_eq!(SHIFT_JIS.decode_without_bom_handling_and_without_replacement(&bytes).unwrap(), kept);
}

fn rows() -> impl Strategy<Value = Vec<Vec<String>>> {
    let cell = prop_oneof![
        any::<String>(),
        "[ぁ-んァ-ヶ亜-熙﨑髙𠮷辻葛\u{e0100}\u{3099}〜—‖㋿=+@\"',\r\n\t -]{0,12}",
        "[=+@\t\r-].{0,6}",
    ];
    prop::collection::vec(prop::collection::vec(cell, 1..5), 1..5)
}

fn parsed(text: &str) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect()
}

proptest! {
    #[test]
    fn utf8_comes_back_as_it_was_guarded(rows in rows()) {
        let written = write(&rows, Encoding::Utf8Bom);
        let text = std::str::from_utf8(&written.bytes).unwrap().strip_prefix('\u{feff}').unwrap();
        let guarded: Vec<Vec<String>> = rows.iter().map(|row| row.iter().map(|cell| guarded(cell)).collect()).collect();
        prop_assert_eq!(parsed(text), guarded);
        prop_assert!(written.lost.is_empty());
    }

    #[test]
    fn cp932_comes_back_but_for_the_listed_losses(rows in rows()) {
        let written = write(&rows, Encoding::Cp932);
        let text = SHIFT_JIS.decode_without_bom_handling_and_without_replacement(&written.bytes);
        prop_assert!(text.is_some(), "the file is no CP932");
        let back = parsed(&text.unwrap());
        prop_assert_eq!(back.len(), rows.len());
        let mut lost = written.lost.iter();
        for (row, (before, after)) in rows.iter().zip(&back).enumerate() {
            prop_assert_eq!(before.len(), after.len());
            for (column, (before, after)) in before.iter().zip(after).enumerate() {
                // Walk both texts; wherever they part, the list has to say so.
                let (fitted, losses) = super::cp932::fit(&guarded(before));
                prop_assert_eq!(&fitted, after);
                for (character, instead) in losses {
                    prop_assert_eq!(lost.next(), Some(&Lost { row: row + 1, column: column + 1, character, instead }));
                    prop_assert!(before.contains(character));
                }
            }
        }
        prop_assert_eq!(lost.next(), None);
    }

    #[test]
    fn text_cp932_holds_is_neither_changed_nor_listed(text in "[ぁ-んァ-ヶ一二三四五六七八九十髙﨑濵①㈱～―∥a-z0-9 ]{0,40}") {
        prop_assert_eq!(cp932(&text), (text, vec![]));
    }

    #[test]
    fn the_first_character_of_a_field_never_starts_a_formula(text in any::<String>(), sign in "[=+@\t\r\n-]?") {
        let field = guarded(&format!("{sign}{text}"));
        prop_assert!(!field.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']));
        let (fitted, _) = super::cp932::fit(&field);
        prop_assert!(!fitted.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']));
    }
}
