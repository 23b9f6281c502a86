//! Keys under which differently written names are found; they are compared and never shown.

use std::{collections::HashMap, sync::LazyLock};

use unicode_normalization::UnicodeNormalization;

/// Variant forms of characters in names and the form they are filed under, two characters a line.
const VARIANTS: &str = include_str!("variants.txt");

static FILED_UNDER: LazyLock<HashMap<char, char>> = LazyLock::new(|| {
    VARIANTS
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| {
            let mut chars = line.split_whitespace().filter_map(|part| part.chars().next());
            Some((chars.next()?, chars.next()?))
        })
        .collect()
});

/// The key of a name or of a facility's name: equal keys mean "probably the same, written differently".
///
/// Drops variation selectors, folds width (NFKC), kana kind, small kana, ぢ/づ/ゐ/ゑ/を, Latin case, spaces and
/// middle dots, and replaces variant forms (髙 → 高) by a table.
pub fn search_key(text: &str) -> String {
    text.chars()
        .filter(|c| !is_variation_selector(*c))
        .nfkc()
        .filter(|c| !c.is_whitespace() && *c != '・')
        .flat_map(char::to_lowercase)
        .map(|c| FILED_UNDER.get(&c).copied().unwrap_or_else(|| fold_kana(c)))
        .collect()
}

/// The rows of kana whose vowel う, お or い draws out.
const AFTER_U: &str = "うくすつぬふむゆるぐずぶぷ";
const AFTER_E: &str = "えけせてねへめれげぜでべぺ";
const AFTER_O: &str = "おこそとのほもよろごぞどぼぽ";

/// A looser key for ranking only: long vowels disappear, so that オーノ and おおの meet.
pub fn loose_key(text: &str) -> String {
    let mut key = String::new();
    let mut before = None;
    for c in search_key(text).chars() {
        let lengthens = match c {
            'ー' => true,
            'う' => before.is_some_and(|kana| AFTER_O.contains(kana) || AFTER_U.contains(kana)),
            'お' => before.is_some_and(|kana| AFTER_O.contains(kana)),
            'い' => before.is_some_and(|kana| AFTER_E.contains(kana)),
            _ => false,
        };
        if !lengthens {
            key.push(c);
            before = Some(c);
        }
    }
    key
}

pub(crate) fn is_variation_selector(c: char) -> bool {
    matches!(c, '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}' | '\u{180b}'..='\u{180d}')
}

fn fold_kana(c: char) -> char {
    let hiragana = match c {
        'ァ'..='ヶ' | 'ヽ' | 'ヾ' => shift_kana(c, -0x60),
        _ => c,
    };
    match hiragana {
        'ぁ' | 'ぃ' | 'ぅ' | 'ぇ' | 'ぉ' | 'っ' | 'ゃ' | 'ゅ' | 'ょ' | 'ゎ' => shift_kana(hiragana, 1),
        'ゕ' => 'か',
        'ゖ' => 'け',
        'ぢ' => 'じ',
        'づ' => 'ず',
        'ゐ' => 'い',
        'ゑ' => 'え',
        'を' => 'お',
        other => other,
    }
}

/// The kana `by` places further on in its block; hiragana and katakana lie 0x60 apart.
pub(super) fn shift_kana(c: char, by: i32) -> char {
    u32::from(c).checked_add_signed(by).and_then(char::from_u32).unwrap_or(c)
}
