//! Telephone numbers of offices and facilities.

use std::{fmt, ops::Deref, str::FromStr};

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

use super::{Refusal, one_line};

/// A telephone number as it is dialled in Japan, half-width, up to 40 characters; an extension may follow (内線).
///
/// A whole number begins with 0, or with + and the country: one that does not lost its 0 to a spreadsheet.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Phone(String);
readable!(Phone);

const DASHES: [char; 7] = ['‐', '‑', '–', '—', '―', '−', 'ー'];

/// What a telephone dials of a number that was written down in whatever way: the first one there, up to the extension, which is asked for
/// by voice. Empty where that is no number: none is better than somebody else's.
pub fn dialled(written: &str) -> String {
    let folded: String = written.nfkc().collect();
    let (outside, _) = folded.split_once("内線").unwrap_or((folded.as_str(), ""));
    let Some(start) = outside.find(|c: char| c.is_ascii_digit() || c == '+') else { return String::new() };
    let (country, number) = match outside[start..].strip_prefix('+') {
        Some(number) => ("+", number.replacen("(0)", "", 1)),
        None => ("", outside[start..].to_owned()),
    };
    let belongs = |c: char| c.is_ascii_digit() || matches!(c, '-' | '(' | ')' | ' ') || DASHES.contains(&c);
    let (run, after) = number.split_at(number.find(|c: char| !belongs(c)).unwrap_or(number.len()));
    // Digits right before a word are the word's: 「03-1234-5678 9時から」.
    let is_of_a_word = run.ends_with(|c: char| c.is_ascii_digit()) && after.starts_with(char::is_alphabetic);
    let run = if is_of_a_word { run.rsplit_once(' ').map_or(run, |(before, _)| before) } else { run };
    let digits: String = run.chars().filter(char::is_ascii_digit).collect();
    // With its area code a number in Japan has ten digits or eleven.
    let length = if country.is_empty() && digits.starts_with('0') { 10..=11 } else { Phone::SHORTEST..=Phone::LONGEST };
    if length.contains(&digits.len()) { format!("{country}{digits}") } else { String::new() }
}

impl Phone {
    const SHORTEST: usize = 3;
    const LONGEST: usize = 15;
    pub const LIMIT: usize = 40;
    /// With its area code, without the 0 in front.
    const WHOLE: usize = 9;

    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let folded: String = one_line(text, Self::LIMIT)?.nfkc().collect();
        let plain: String = folded.trim().chars().map(|c| if DASHES.contains(&c) { '-' } else { c }).collect();
        let (number, extension) = plain.split_once("内線").map_or((plain.as_str(), ""), |(number, extension)| (number, extension));
        let dialled = |c: char| c.is_ascii_digit() || matches!(c, '-' | '(' | ')' | ' ');
        let digits = number.chars().filter(char::is_ascii_digit).count();
        let lost = digits >= Self::WHOLE && !number.trim_start_matches('(').starts_with(['0', '+']);
        let strange = !number.strip_prefix('+').unwrap_or(number).chars().chain(extension.chars()).all(dialled);
        if strange || lost || !(Self::SHORTEST..=Self::LONGEST).contains(&digits) {
            Err(Refusal::NotPhone)
        } else {
            Ok(Self(plain))
        }
    }
}
