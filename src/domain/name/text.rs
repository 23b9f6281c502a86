//! Free text of a bounded length.

use std::{fmt, ops::Deref};

use serde::{Deserialize, Serialize};

use super::{Refusal, unseen, within};

/// Free text of 1 to `MOST` characters, line breaks allowed (kept as `\n`), outer spaces trimmed.
///
/// A leading `=` is a legitimate sentence here; whoever writes it into CSV guards it (`csv_out`).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Text<const MOST: usize>(String);

/// The short note beside a report.
pub type Note = Text<200>;
/// What a caseworker writes about what was done.
pub type Record = Text<4000>;

impl<const MOST: usize> Text<MOST> {
    pub const LIMIT: usize = MOST;

    pub fn parse(text: &str) -> Result<Self, Refusal> {
        // Browsers send line breaks of text areas as CR LF.
        let lines = text.replace("\r\n", "\n").replace('\r', "\n");
        let trimmed = lines.trim();
        if trimmed.is_empty() {
            return Err(Refusal::Empty);
        }
        if let Some(c) = trimmed.chars().find(|c| !matches!(c, '\n' | '\t') && unseen(*c)) {
            return Err(Refusal::Control(c));
        }
        within(trimmed, MOST).map(|text| Self(text.to_owned()))
    }

    /// As [`Text::parse`], where an empty field means that there is no note.
    pub fn parse_or_none(text: &str) -> Result<Option<Self>, Refusal> {
        match Self::parse(text) {
            Ok(text) => Ok(Some(text)),
            Err(Refusal::Empty) => Ok(None),
            Err(refusal) => Err(refusal),
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<const MOST: usize> Deref for Text<MOST> {
    type Target = str;
    fn deref(&self) -> &str {
        &self.0
    }
}

impl<const MOST: usize> fmt::Display for Text<MOST> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<const MOST: usize> TryFrom<String> for Text<MOST> {
    type Error = Refusal;
    fn try_from(text: String) -> Result<Self, Refusal> {
        Self::parse(&text)
    }
}

impl<const MOST: usize> From<Text<MOST>> for String {
    fn from(text: Text<MOST>) -> Self {
        text.0
    }
}
