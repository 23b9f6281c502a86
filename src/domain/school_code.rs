//! The code of a school (文部科学省 学校コード): 学校種 2, 都道府県 2, 設置区分 1, 学校番号 7, 検査数字 1.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

use super::{coded::coded, facility::FacilityKind};

coded! {
    /// 学校種, the first two characters. Nurseries and clubs have no code of this kind.
    pub enum SchoolKind {
        /// 幼稚園, those that are 認定こども園 (幼稚園型) included.
        Kindergarten = "A1",
        /// 幼保連携型認定こども園
        CertifiedCentre = "A2",
        /// 小学校
        Elementary = "B1",
        /// 中学校
        JuniorHigh = "C1",
        /// 義務教育学校
        Compulsory = "C2",
        /// 高等学校
        High = "D1",
        /// 中等教育学校
        Secondary = "D2",
        /// 特別支援学校
        SpecialSupport = "E1",
        /// 大学
        University = "F1",
        /// 短期大学
        JuniorCollege = "F2",
        /// 高等専門学校
        Technical = "G1",
        /// 専修学校
        Vocational = "H1",
        /// 各種学校
        Miscellaneous = "H2",
    }
}

coded! {
    /// 設置区分, the fifth character: who founded the school.
    pub enum Founder {
        /// 国立
        National = "1",
        /// 公立
        Public = "2",
        /// 私立
        Private = "3",
    }
}

/// Why a text is no school code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("nothing written")]
    Empty,
    #[error("{written} characters, a code has {}", SchoolCode::LENGTH)]
    Length { written: usize },
    #[error("{0} cannot stand where it stands")]
    Character(char),
    #[error("no school kind has these first two characters")]
    UnknownKind([char; 2]),
    #[error("{0:02} is no prefecture")]
    UnknownPrefecture(u8),
    #[error("{0} is no founder")]
    UnknownFounder(char),
    /// One of the thirteen characters is wrong; which one cannot be known.
    #[error("the check digit does not fit")]
    CheckDigit,
}

impl Refusal {
    /// The id of the sentence that says it, to be looked up in the texts.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Empty => "school-code-empty",
            Self::Length { .. } => "school-code-length",
            Self::Character(_) => "school-code-character",
            Self::UnknownKind(_) => "school-code-kind",
            Self::UnknownPrefecture(_) => "school-code-prefecture",
            Self::UnknownFounder(_) => "school-code-founder",
            Self::CheckDigit => "school-code-check-digit",
        }
    }

    /// `written`: what stands there, or how many characters do.
    pub fn args(self) -> Vec<(&'static str, String)> {
        match self {
            Self::Empty | Self::CheckDigit => Vec::new(),
            Self::Length { written } => vec![("written", written.to_string())],
            Self::Character(c) | Self::UnknownFounder(c) => vec![("written", c.to_string())],
            Self::UnknownKind(kind) => vec![("written", kind.iter().collect())],
            Self::UnknownPrefecture(number) => vec![("written", format!("{number:02}"))],
        }
    }
}

/// A code whose check digit fits, in half-width capitals (文部科学省「学校コードについて」2020年12月22日決定).
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct SchoolCode {
    text: String,
    kind: SchoolKind,
    prefecture: u8,
    founder: Founder,
}

impl SchoolCode {
    pub const LENGTH: usize = 13;

    /// Reads a code; full width, small letters, spaces and hyphens are forgiven.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let signs = plain(text);
        let Some((letter, rest)) = signs.split_first() else { return Err(Refusal::Empty) };
        if signs.len() != Self::LENGTH {
            return Err(Refusal::Length { written: signs.len() });
        }
        if !letter.is_ascii_uppercase() {
            return Err(Refusal::Character(*letter));
        }
        let digits = rest
            .iter()
            .map(|c| c.to_digit(10).and_then(|digit| u8::try_from(digit).ok()).ok_or(Refusal::Character(*c)))
            .collect::<Result<Vec<u8>, _>>()?;
        let [second, tens, ones, ..] = digits.as_slice() else { return Err(Refusal::Length { written: signs.len() }) };

        let text: String = signs.iter().collect();
        let kind = SchoolKind::from_code(&text[..2]).ok_or(Refusal::UnknownKind([*letter, char::from(b'0' + second)]))?;
        let prefecture = tens * 10 + ones;
        if !(1..=47).contains(&prefecture) {
            return Err(Refusal::UnknownPrefecture(prefecture));
        }
        let founder = Founder::from_code(&text[4..5]).ok_or_else(|| Refusal::UnknownFounder(signs[4]))?;
        let place = u8::try_from(u32::from(*letter) - u32::from('A') + 1).unwrap_or(0);
        let (check, numbered) = digits.split_last().ok_or(Refusal::CheckDigit)?;
        if check_digit(place, numbered) == *check { Ok(Self { text, kind, prefecture, founder }) } else { Err(Refusal::CheckDigit) }
    }

    pub fn as_str(&self) -> &str {
        &self.text
    }

    pub const fn kind(&self) -> SchoolKind {
        self.kind
    }

    /// 都道府県番号 of JIS X 0401, 1 to 47.
    pub const fn prefecture(&self) -> u8 {
        self.prefecture
    }

    pub const fn founder(&self) -> Founder {
        self.founder
    }
}

/// Modulus 10: the letter as 01 to 26, then the eleven digits behind it, weighted 1 and 2 in turn from the
/// left; of a product the digits are added.
fn check_digit(letter: u8, digits: &[u8]) -> u8 {
    let signs = [letter / 10, letter % 10];
    let weighted = signs.iter().chain(digits).enumerate().map(|(place, digit)| {
        let product = if place % 2 == 0 { *digit } else { digit * 2 };
        product / 10 + product % 10
    });
    (10 - weighted.sum::<u8>() % 10) % 10
}

/// Width folded, capitals, without spaces and any kind of hyphen.
fn plain(text: &str) -> Vec<char> {
    let hyphen = |c: char| matches!(c, '-' | '‐' | '‑' | '–' | '—' | '―' | '−' | 'ー' | '─');
    text.nfkc().filter(|c| !c.is_whitespace() && !hyphen(*c)).map(|c| c.to_ascii_uppercase()).collect()
}

impl SchoolKind {
    /// Whether a facility of this kind has such a code; one code covers kindergartens and those certified as 認定こども園.
    pub const fn fits(self, kind: FacilityKind) -> bool {
        match self {
            Self::Kindergarten => matches!(kind, FacilityKind::Kindergarten | FacilityKind::CertifiedKindergarten),
            Self::CertifiedCentre => matches!(kind, FacilityKind::CertifiedCentre),
            Self::Elementary => matches!(kind, FacilityKind::Elementary),
            Self::JuniorHigh => matches!(kind, FacilityKind::JuniorHigh),
            Self::Compulsory => matches!(kind, FacilityKind::Compulsory),
            Self::High => matches!(kind, FacilityKind::High),
            Self::Secondary => matches!(kind, FacilityKind::Secondary),
            Self::SpecialSupport => matches!(kind, FacilityKind::SpecialSupport),
            Self::Technical => matches!(kind, FacilityKind::Technical),
            Self::Vocational => matches!(kind, FacilityKind::Vocational),
            Self::University | Self::JuniorCollege | Self::Miscellaneous => matches!(kind, FacilityKind::OtherFacility),
        }
    }
}

impl fmt::Display for SchoolCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl FromStr for SchoolCode {
    type Err = Refusal;

    fn from_str(text: &str) -> Result<Self, Refusal> {
        Self::parse(text)
    }
}

impl TryFrom<String> for SchoolCode {
    type Error = Refusal;

    fn try_from(text: String) -> Result<Self, Refusal> {
        Self::parse(&text)
    }
}

impl From<SchoolCode> for String {
    fn from(code: SchoolCode) -> Self {
        code.text
    }
}

#[cfg(test)]
mod tests;
