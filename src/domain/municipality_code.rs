//! The code of a municipality (全国地方公共団体コード): 都道府県 2, 市区町村 3 (JIS X 0401, 0402), 検査数字 1.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

/// Why a text is no code of a municipality.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("nothing written")]
    Empty,
    #[error("{written} digits, a code has {}", MunicipalityCode::LENGTH)]
    Length { written: usize },
    /// Five digits: the check digit was left out, or a spreadsheet took a zero from the front.
    #[error("five digits; with the check digit it would be {whole}")]
    FiveDigits { whole: String },
    #[error("{0} is no digit")]
    Character(char),
    #[error("{0:02} is no prefecture")]
    UnknownPrefecture(u32),
    /// One of the six digits is wrong; which one cannot be known.
    #[error("the check digit does not fit")]
    CheckDigit,
}

impl Refusal {
    /// The id of the sentence that says it, to be looked up in the texts.
    pub const fn key(&self) -> &'static str {
        match self {
            Self::Empty => "municipality-code-empty",
            Self::Length { .. } => "municipality-code-length",
            Self::FiveDigits { .. } => "municipality-code-five-digits",
            Self::Character(_) => "municipality-code-character",
            Self::UnknownPrefecture(_) => "municipality-code-prefecture",
            Self::CheckDigit => "municipality-code-check-digit",
        }
    }

    /// `written`: what stands there, or how many digits do; `whole`.
    pub fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Empty | Self::CheckDigit => Vec::new(),
            Self::Length { written } => vec![("written", written.to_string())],
            Self::FiveDigits { whole } => vec![("whole", whole.clone())],
            Self::Character(c) => vec![("written", c.to_string())],
            Self::UnknownPrefecture(number) => vec![("written", format!("{number:02}"))],
        }
    }
}

/// A code whose check digit fits; prefectures and the wards of designated cities have one too.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct MunicipalityCode(String);

impl MunicipalityCode {
    pub const LENGTH: usize = 6;

    /// Reads a code; full width, spaces and hyphens are forgiven.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let folded = text.nfkc().filter(|c| !c.is_whitespace() && !matches!(c, '-' | '‐' | '−' | 'ー'));
        let plain: String = folded.collect();
        let digits = plain.chars().map(|c| c.to_digit(10).ok_or(Refusal::Character(c))).collect::<Result<Vec<u32>, Refusal>>()?;
        match digits.as_slice() {
            [] => Err(Refusal::Empty),
            [body @ .., check] if body.len() == 5 => {
                prefecture(body)?;
                if check_digit(body) == *check { Ok(Self(plain)) } else { Err(Refusal::CheckDigit) }
            }
            body if body.len() == 5 => {
                prefecture(body)?;
                Err(Refusal::FiveDigits { whole: format!("{plain}{}", check_digit(body)) })
            }
            other => Err(Refusal::Length { written: other.len() }),
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// 都道府県番号, `01` to `47`.
    pub fn prefecture(&self) -> &str {
        &self.0[..2]
    }
}

fn prefecture(digits: &[u32]) -> Result<(), Refusal> {
    let number = digits.iter().take(2).fold(0, |number, digit| number * 10 + digit);
    if (1..=47).contains(&number) { Ok(()) } else { Err(Refusal::UnknownPrefecture(number)) }
}

/// Modulus 11 with the weights 6 to 2: the last digit of 11 less the remainder (総務省 全国地方公共団体コード仕様).
fn check_digit(digits: &[u32]) -> u32 {
    let sum: u32 = digits.iter().zip([6, 5, 4, 3, 2]).map(|(digit, weight)| digit * weight).sum();
    (11 - sum % 11) % 10
}

impl fmt::Display for MunicipalityCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for MunicipalityCode {
    type Err = Refusal;

    fn from_str(text: &str) -> Result<Self, Refusal> {
        Self::parse(text)
    }
}

impl TryFrom<String> for MunicipalityCode {
    type Error = Refusal;

    fn try_from(text: String) -> Result<Self, Refusal> {
        Self::parse(&text)
    }
}

impl From<MunicipalityCode> for String {
    fn from(code: MunicipalityCode) -> Self {
        code.0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn published_codes_are_read() {
        // 札幌市, 仙台市, 高崎市, 和光市, 船橋市, 千代田区, 港区, 文京区, 世田谷区, 渋谷区, 武蔵野市
        for text in ["011002", "041009", "102024", "112291", "122041", "131016", "131032", "131059", "131121", "131130", "132039"] {
            assert_eq!(MunicipalityCode::parse(text).unwrap().as_str(), text);
        }
        assert_eq!(MunicipalityCode::parse(" １３１１２ー１ ").unwrap().prefecture(), "13");
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (text, refusal) in [
            ("", Refusal::Empty),
            ("1311211", Refusal::Length { written: 7 }),
            ("1311", Refusal::Length { written: 4 }),
            ("13112", Refusal::FiveDigits { whole: "131121".to_owned() }),
            ("13112l", Refusal::Character('l')),
            ("001121", Refusal::UnknownPrefecture(0)),
            ("481121", Refusal::UnknownPrefecture(48)),
            ("131122", Refusal::CheckDigit),
        ] {
            assert_eq!(MunicipalityCode::parse(text), Err(refusal), "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_slip_in_one_of_the_first_digits_is_found(prefecture in 1u32..=47, rest in 0u32..1000, place in 0usize..5, by in 1u32..10) {
            let body = format!("{prefecture:02}{rest:03}");
            let Err(Refusal::FiveDigits { whole }) = MunicipalityCode::parse(&body) else { panic!("{body}") };
            prop_assert!(MunicipalityCode::parse(&whole).is_ok());
            let mut digits: Vec<u32> = whole.chars().filter_map(|c| c.to_digit(10)).collect();
            let before = check_digit(&digits[..5]);
            digits[place] = (digits[place] + by) % 10;
            // The remainders 0 and 10 share the digit 1: the price of one digit under modulus 11.
            prop_assume!(check_digit(&digits[..5]) != before);
            let slipped: String = digits.iter().map(ToString::to_string).collect();
            prop_assert!(MunicipalityCode::parse(&slipped).is_err());
        }

        #[test]
        fn no_text_is_too_strange(text in "[0-9０-９ -]{0,8}|.{0,8}") {
            let _ = MunicipalityCode::parse(&text);
        }
    }
}
