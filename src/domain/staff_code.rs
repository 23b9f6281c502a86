//! The number a municipality gives its staff (職員番号): what tells two people of one name apart.

use std::{fmt, ops::Deref};

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

/// Why a text is no staff number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("nothing written")]
    Empty,
    #[error("{written} characters, at most {}", StaffCode::LIMIT)]
    TooLong { written: usize },
    #[error("{0} stands in no staff number")]
    Character(char),
}

impl Refusal {
    /// The id of the sentence that says it, to be looked up in the texts.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Empty => "staff-code-empty",
            Self::TooLong { .. } => "staff-code-too-long",
            Self::Character(_) => "staff-code-character",
        }
    }

    /// `written` and `most`.
    pub fn args(self) -> Vec<(&'static str, String)> {
        match self {
            Self::Empty => Vec::new(),
            Self::TooLong { written } => vec![("written", written.to_string()), ("most", StaffCode::LIMIT.to_string())],
            Self::Character(c) => vec![("written", c.to_string())],
        }
    }
}

/// Letters, digits and hyphens, 1–20, half-width and in capitals; zeros in front are kept, for they tell numbers apart.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct StaffCode(String);

impl StaffCode {
    pub const LIMIT: usize = 20;

    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let folded: String = text.nfkc().filter(|c| !c.is_whitespace()).collect();
        let code: String =
            folded.chars().map(|c| if matches!(c, '‐' | '−' | 'ー' | '―') { '-' } else { c.to_ascii_uppercase() }).collect();
        let written = code.chars().count();
        match code.chars().find(|c| !c.is_ascii_alphanumeric() && *c != '-') {
            _ if code.is_empty() => Err(Refusal::Empty),
            Some(c) => Err(Refusal::Character(c)),
            None if written > Self::LIMIT => Err(Refusal::TooLong { written }),
            // A hyphen in front is what a spreadsheet makes of a negative number.
            None if code.starts_with('-') => Err(Refusal::Character('-')),
            None => Ok(Self(code)),
        }
    }

    /// As [`StaffCode::parse`], where nothing means that there is no number.
    pub fn parse_or_none(text: &str) -> Result<Option<Self>, Refusal> {
        match Self::parse(text) {
            Err(Refusal::Empty) => Ok(None),
            read => read.map(Some),
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether a spreadsheet may have made one of the other by taking zeros from the front.
    pub fn same_but_zeros(&self, other: &str) -> bool {
        self.0.trim_start_matches('0') == other.trim_start_matches('0')
    }
}

impl Deref for StaffCode {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for StaffCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for StaffCode {
    type Error = Refusal;

    fn try_from(text: String) -> Result<Self, Refusal> {
        Self::parse(&text)
    }
}

impl From<StaffCode> for String {
    fn from(code: StaffCode) -> Self {
        code.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_in_any_width_and_keep_their_zeros() {
        for (text, code) in [("0012345", "0012345"), (" １２３ａ ", "123A"), ("12ー34", "12-34")] {
            assert_eq!(StaffCode::parse(text).unwrap().as_str(), code);
        }
        assert!(StaffCode::parse("12345").unwrap().same_but_zeros("0012345"));
        assert!(!StaffCode::parse("12345").unwrap().same_but_zeros("123450"));
        assert_eq!(StaffCode::parse_or_none(" "), Ok(None));
        assert_eq!(StaffCode::parse("1.2"), Err(Refusal::Character('.')));
        assert_eq!(StaffCode::parse("-12"), Err(Refusal::Character('-')));
        assert_eq!(StaffCode::parse(&"1".repeat(21)), Err(Refusal::TooLong { written: 21 }));
    }
}
