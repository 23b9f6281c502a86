//! Words people write about people: names, readings, notes, mail addresses, each refused early and said why.

mod index;
#[macro_use]
mod readable;
mod phone;
mod search;
mod text;

#[cfg(test)]
mod tests;

use std::{fmt, ops::Deref, str::FromStr};

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

pub use index::{Found, NameIndex};
pub use phone::{Phone, dialled};
pub(crate) use search::is_variation_selector;
pub use search::{loose_key, search_key};
pub use text::{Note, Record, Text};

/// Why a text is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("nothing written")]
    Empty,
    #[error("{written} characters, at most {most}")]
    TooLong { written: usize, most: usize },
    #[error("holds a control or invisible character, U+{:04X}", *.0 as u32)]
    Control(char),
    #[error("begins with {0}, as a spreadsheet formula does")]
    Formula(char),
    #[error("holds {0}, left behind where a character was lost")]
    Lost(char),
    #[error("{0} is no kana")]
    NotKana(char),
    #[error("no mail address")]
    NotMail,
    #[error("no telephone number")]
    NotPhone,
}

impl Refusal {
    /// The id of the sentence that says it, to be looked up in the texts.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Empty => "text-empty",
            Self::TooLong { .. } => "text-too-long",
            Self::Control(_) => "text-control",
            Self::Formula(_) => "text-formula",
            Self::Lost(_) => "text-lost-character",
            Self::NotKana(_) => "text-not-kana",
            Self::NotMail => "text-not-mail",
            Self::NotPhone => "text-not-phone",
        }
    }

    /// What the sentence needs to be said: `written`, `most`, `character`.
    pub fn args(self) -> Vec<(&'static str, String)> {
        match self {
            Self::Empty | Self::NotMail | Self::NotPhone => Vec::new(),
            Self::TooLong { written, most } => vec![("written", written.to_string()), ("most", most.to_string())],
            Self::Control(c) => vec![("character", format!("U+{:04X}", u32::from(c)))],
            Self::Formula(c) | Self::Lost(c) | Self::NotKana(c) => vec![("character", c.to_string())],
        }
    }
}

/// A person's name as registered: 1–60 Unicode scalar values, kept exactly as written.
///
/// Variation selectors stay and nothing is normalised, since NFC alone turns U+FA19 into another character; only
/// outer spaces go. Compare names by [`search_key`], never by equality.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PersonName(String);
readable!(PersonName);

impl PersonName {
    pub const LIMIT: usize = 60;

    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let name = one_line(text, Self::LIMIT)?;
        refuse_formula(name)?;
        match name.chars().find(|c| matches!(c, '?' | '？' | '\u{fffd}')) {
            Some(c) => Err(Refusal::Lost(c)),
            // What a page or a converter writes for a character its encoding lacks.
            None if name.contains("&#") => Err(Refusal::Lost('&')),
            None => Ok(Self(name.to_owned())),
        }
    }

    pub fn search_key(&self) -> String {
        search_key(&self.0)
    }

    /// Whether a character is of a private area (外字), which other machines cannot show.
    pub fn has_private_characters(&self) -> bool {
        self.0.chars().any(|c| matches!(u32::from(c), 0xe000..=0xf8ff | 0xf_0000..=0x10_fffd))
    }
}

/// The name of an office or facility, 1–80 characters, kept as written. Compare by [`search_key`].
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct OrganizationName(String);
readable!(OrganizationName);

impl OrganizationName {
    pub const LIMIT: usize = 80;

    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let name = one_line(text, Self::LIMIT)?;
        refuse_formula(name)?;
        match name.chars().find(|c| *c == '\u{fffd}') {
            Some(c) => Err(Refusal::Lost(c)),
            None => Ok(Self(name.to_owned())),
        }
    }
}

/// The reading of a name in full-width katakana, words parted by one full-width space, 1–80 characters.
///
/// An unknown reading is `None` where it is kept, never an invented one.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Kana(String);
readable!(Kana);

impl Kana {
    pub const LIMIT: usize = 80;

    /// Accepts hiragana, half-width and full-width katakana.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let wide: String = one_line(text, Self::LIMIT)?.nfkc().collect();
        refuse_formula(&wide)?;
        let words = wide.split_whitespace().map(katakana).collect::<Result<Vec<_>, _>>()?;
        Ok(Self(words.join("\u{3000}")))
    }

    /// As [`Kana::parse`], where nothing and 「不明」 mean that the reading is not known.
    pub fn parse_or_unknown(text: &str) -> Result<Option<Self>, Refusal> {
        match text.trim() {
            "" | "不明" | "ー" | "-" | "―" => Ok(None),
            written => Self::parse(written).map(Some),
        }
    }
}

fn katakana(word: &str) -> Result<String, Refusal> {
    word.chars().map(katakana_char).collect()
}

fn katakana_char(c: char) -> Result<char, Refusal> {
    match c {
        'ぁ'..='ゖ' | 'ゝ' | 'ゞ' => Ok(search::shift_kana(c, 0x60)),
        'ァ'..='ヺ' | '・' | 'ー' | 'ヽ' | 'ヾ' => Ok(c),
        // What keyboards offer next to the long-vowel mark.
        '-' | '‐' | '−' | '―' => Ok('ー'),
        '=' | '゠' => Ok('゠'),
        _ => Err(Refusal::NotKana(c)),
    }
}

/// The name of a class (組) as the facility writes it, 1–20 characters, digits and Latin letters half-width.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ClassName(String);
readable!(ClassName);

impl ClassName {
    pub const LIMIT: usize = 20;

    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let name = one_line(text, Self::LIMIT)?;
        refuse_formula(name)?;
        Ok(Self(name.chars().map(half_width).collect()))
    }

    /// As [`ClassName::parse`], where nothing and a lone dash mean that there are no classes.
    pub fn parse_or_none(text: &str) -> Result<Option<Self>, Refusal> {
        match text.trim() {
            "" | "-" | "－" | "ー" | "―" | "なし" => Ok(None),
            written => Self::parse(written).map(Some),
        }
    }
}

/// What somebody calls a passkey of theirs, 1–60 characters on one line.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PasskeyName(String);
readable!(PasskeyName);

impl PasskeyName {
    pub const LIMIT: usize = 60;

    pub fn parse(text: &str) -> Result<Self, Refusal> {
        one_line(text, Self::LIMIT).map(|name| Self(name.to_owned()))
    }
}

/// １ → 1, Ａ → A; every other character as it is.
fn half_width(c: char) -> char {
    match c {
        '０'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ' | '－' => {
            u32::from(c).checked_sub(0xfee0).and_then(char::from_u32).unwrap_or(c)
        }
        other => other,
    }
}

/// A mail address in ASCII, its domain in lower case; full-width typing is forgiven (RFC 5321 lengths).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct MailAddress(String);
readable!(MailAddress);

impl MailAddress {
    pub const LIMIT: usize = 254;

    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let plain: String = one_line(text, Self::LIMIT)?.nfkc().collect();
        let (local, domain) = plain.rsplit_once('@').ok_or(Refusal::NotMail)?;
        let domain = domain.to_ascii_lowercase();
        if local_part(local) && domain_name(&domain) { Ok(Self(format!("{local}@{domain}"))) } else { Err(Refusal::NotMail) }
    }
}

fn local_part(local: &str) -> bool {
    (1..=64).contains(&local.len()) && local.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~.".contains(&b))
}

fn domain_name(domain: &str) -> bool {
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    domain.contains('.') && domain.split('.').all(label)
}

/// Trims (full-width spaces too), then refuses nothing, too much, and what cannot be seen.
fn one_line(text: &str, most: usize) -> Result<&str, Refusal> {
    let trimmed = text.trim();
    if trimmed.is_empty() {
        return Err(Refusal::Empty);
    }
    if let Some(c) = trimmed.chars().find(|c| unseen(*c)) {
        return Err(Refusal::Control(c));
    }
    within(trimmed, most)
}

fn within(text: &str, most: usize) -> Result<&str, Refusal> {
    let written = text.chars().count();
    if written > most { Err(Refusal::TooLong { written, most }) } else { Ok(text) }
}

/// Control characters, line separators, and the marks that reorder or hide text on screen.
fn unseen(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

fn refuse_formula(text: &str) -> Result<(), Refusal> {
    match text.chars().next() {
        Some(c @ ('=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠')) => Err(Refusal::Formula(c)),
        _ => Ok(()),
    }
}
