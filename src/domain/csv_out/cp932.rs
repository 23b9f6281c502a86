//! Fits text into CP932 (Windows-31J), the encoding of older Japanese systems.

use encoding_rs::{EncoderResult, SHIFT_JIS};
use unicode_normalization::char::compose;

use super::Instead;
use crate::domain::name::is_variation_selector;

const GETA: char = '〓';

/// The text in characters that come back from CP932 unchanged, and those that had to be given up.
///
/// Characters with a twin in CP932 become it (〜 → ～); kana with a separate voicing mark are joined.
pub(super) fn fit(text: &str) -> (String, Vec<(char, Instead)>) {
    let mut fitted = String::with_capacity(text.len());
    let mut lost = Vec::new();
    for c in text.chars() {
        if let Some(joined) = voiced(&fitted, c) {
            fitted.pop();
            fitted.push(joined);
            continue;
        }
        match c {
            '〜' => fitted.push('～'),
            '—' => fitted.push('―'),
            '‖' => fitted.push('∥'),
            '−' => fitted.push('－'),
            '¢' => fitted.push('￠'),
            '£' => fitted.push('￡'),
            '¬' => fitted.push('￢'),
            '¥' => fitted.push('￥'),
            '‾' => fitted.push('￣'),
            '\u{a0}' => fitted.push(' '),
            '㋿' => fitted.push_str("令和"),
            selector if is_variation_selector(selector) => lost.push((selector, Instead::UsualForm)),
            kept if survives(kept) => fitted.push(kept),
            other => {
                fitted.push(GETA);
                lost.push((other, Instead::Geta));
            }
        }
    }
    (fitted, lost)
}

/// か and a separate ゛ as が; nothing when they do not join.
fn voiced(before: &str, mark: char) -> Option<char> {
    let joined = matches!(mark, '\u{3099}' | '\u{309a}').then(|| compose(before.chars().next_back()?, mark))??;
    survives(joined).then_some(joined)
}

/// Whether a character has a code and the code leads back to it. Private characters have codes too, but other
/// machines show something else for them.
fn survives(c: char) -> bool {
    if c.is_ascii() {
        return true;
    }
    if matches!(c, '\u{e000}'..='\u{f8ff}' | '\u{80}'..='\u{9f}') {
        return false;
    }
    let mut utf8 = [0; 4];
    let (bytes, _, failed) = SHIFT_JIS.encode(c.encode_utf8(&mut utf8));
    let back = SHIFT_JIS.decode_without_bom_handling_and_without_replacement(&bytes);
    !failed && back.is_some_and(|back| back.chars().eq([c]))
}

/// The bytes of fitted text.
pub(super) fn encode(text: &str) -> Vec<u8> {
    let mut encoder = SHIFT_JIS.new_encoder();
    let room = encoder.max_buffer_length_from_utf8_without_replacement(text.len()).unwrap_or(0);
    let mut bytes = Vec::with_capacity(room);
    let mut left = text;
    loop {
        let (result, read) = encoder.encode_from_utf8_to_vec_without_replacement(left, &mut bytes, true);
        match result {
            EncoderResult::InputEmpty => return bytes,
            // What was not fitted is marked, never written as an entity.
            EncoderResult::Unmappable(_) => bytes.extend_from_slice(&[0x81, 0xac]),
            EncoderResult::OutputFull => bytes.reserve(left.len() + 16),
        }
        left = left.get(read..).unwrap_or("");
    }
}
