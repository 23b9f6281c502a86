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

/// What a telephone dials of a number that was written down: its digits, up to the extension, which is asked for by voice.
pub fn dialled(number: &str) -> String {
    let (outside, _) = number.split_once("内線").unwrap_or((number, ""));
    outside.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect()
}

impl Phone {
    pub const LIMIT: usize = 40;
    /// With its area code, without the 0 in front.
    const WHOLE: usize = 9;

    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let folded: String = one_line(text, Self::LIMIT)?.nfkc().collect();
        let plain: String =
            folded.trim().chars().map(|c| if matches!(c, '‐' | '‑' | '–' | '—' | '―' | '−' | 'ー') { '-' } else { c }).collect();
        let (number, extension) = plain.split_once("内線").map_or((plain.as_str(), ""), |(number, extension)| (number, extension));
        let dialled = |c: char| c.is_ascii_digit() || matches!(c, '-' | '(' | ')' | ' ');
        let digits = number.chars().filter(char::is_ascii_digit).count();
        let lost = digits >= Self::WHOLE && !number.trim_start_matches('(').starts_with(['0', '+']);
        let strange = !number.strip_prefix('+').unwrap_or(number).chars().chain(extension.chars()).all(dialled);
        if strange || lost || !(3..=15).contains(&digits) { Err(Refusal::NotPhone) } else { Ok(Self(plain)) }
    }
}
