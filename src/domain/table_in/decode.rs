//! From the bytes somebody uploads to a table: CSV in three encodings, or an Excel workbook.

use std::borrow::Cow;

use encoding_rs::{DecoderResult, SHIFT_JIS};

use super::{table::Table, workbook};
use crate::domain::coded::coded;

/// A file larger than this many bytes is refused unread.
pub const MOST_BYTES: usize = 10 * 1024 * 1024;

coded! {
    /// How the text of a file was stored.
    pub enum Encoding {
        /// UTF-8 with a byte order mark, Excel's 「CSV UTF-8」.
        Utf8Bom = "utf8_bom",
        Utf8 = "utf8",
        /// Windows-31J (CP932), which Japanese Excel calls 「CSV」.
        Cp932 = "cp932",
        Xlsx = "xlsx",
    }
}

/// A file read into a table, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded {
    pub table: Table,
    pub encoding: Encoding,
    /// The sheet that was read, of a workbook.
    pub sheet: Option<String>,
    pub warnings: Vec<Warning>,
}

/// Something the person should know before going on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Warning {
    /// These sheets were not read.
    OtherSheets(Vec<String>),
}

impl Warning {
    pub const fn key(&self) -> &'static str {
        match self {
            Self::OtherSheets(_) => "roster-other-sheets",
        }
    }

    /// `sheets`.
    pub fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::OtherSheets(names) => vec![("sheets", names.join("、"))],
        }
    }
}

/// Why a file is not read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("the file is empty")]
    Empty,
    #[error("{bytes} bytes, at most {most}")]
    TooLarge { bytes: usize, most: usize },
    #[error("more than {most} rows")]
    TooManyRows { most: u32 },
    #[error("more than {most} columns")]
    TooManyColumns { most: usize },
    #[error("a workbook that unpacks to far more than it should")]
    Swollen,
    #[error("a workbook that is damaged: {0}")]
    Damaged(String),
    #[error("an old .xls workbook, or one with a password")]
    OldWorkbook,
    #[error("a workbook without a visible sheet")]
    NoSheet,
    #[error("UTF-16 text")]
    Utf16,
    #[error("neither text nor a workbook")]
    NotText,
    #[error("line {line} is written in no encoding we know")]
    Unreadable { line: u32 },
}

impl Refusal {
    /// The id of the sentence that says it, to be looked up in the texts.
    pub const fn key(&self) -> &'static str {
        match self {
            Self::Empty => "roster-file-empty",
            Self::TooLarge { .. } => "roster-file-too-large",
            Self::TooManyRows { .. } => "roster-too-many-rows",
            Self::TooManyColumns { .. } => "roster-too-many-columns",
            Self::Swollen => "roster-workbook-swollen",
            Self::Damaged(_) => "roster-workbook-damaged",
            Self::OldWorkbook => "roster-workbook-old",
            Self::NoSheet => "roster-workbook-no-sheet",
            Self::Utf16 => "roster-utf16",
            Self::NotText => "roster-not-text",
            Self::Unreadable { .. } => "roster-unreadable-line",
        }
    }

    /// `megabytes`, `most` or `line`.
    pub fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::TooLarge { most, .. } => vec![("megabytes", (most / 1024 / 1024).to_string())],
            Self::TooManyRows { most } => vec![("most", most.to_string())],
            Self::TooManyColumns { most } => vec![("most", most.to_string())],
            Self::Unreadable { line } => vec![("line", line.to_string())],
            _ => Vec::new(),
        }
    }
}

/// Reads a file by what its bytes are, whatever its name says.
pub fn decode(bytes: &[u8]) -> Result<Decoded, Refusal> {
    decode_as(bytes, detect(bytes)?)
}

/// Reads a file in the encoding a person chose after seeing what the first guess made of it.
pub fn decode_as(bytes: &[u8], encoding: Encoding) -> Result<Decoded, Refusal> {
    if bytes.len() > MOST_BYTES {
        return Err(Refusal::TooLarge { bytes: bytes.len(), most: MOST_BYTES });
    }
    let decoded = if encoding == Encoding::Xlsx {
        workbook::read(bytes)?
    } else {
        let table = Table::from_text(&text(bytes, encoding)?)?;
        Decoded { table, encoding, sheet: None, warnings: Vec::new() }
    };
    if decoded.table.rows.is_empty() { Err(Refusal::Empty) } else { Ok(decoded) }
}

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

fn detect(bytes: &[u8]) -> Result<Encoding, Refusal> {
    match bytes {
        _ if bytes.len() > MOST_BYTES => Err(Refusal::TooLarge { bytes: bytes.len(), most: MOST_BYTES }),
        [] => Err(Refusal::Empty),
        [b'P', b'K', 3 | 5, 4 | 6, ..] => Ok(Encoding::Xlsx),
        [0xd0, 0xcf, 0x11, 0xe0, ..] => Err(Refusal::OldWorkbook),
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => Err(Refusal::Utf16),
        [b'%', b'P', b'D', b'F', ..] => Err(Refusal::NotText),
        _ if bytes.contains(&0) => Err(Refusal::NotText),
        _ if bytes.starts_with(BYTE_ORDER_MARK) => Ok(Encoding::Utf8Bom),
        _ if std::str::from_utf8(bytes).is_ok() => Ok(Encoding::Utf8),
        _ => Ok(Encoding::Cp932),
    }
}

/// The text, or the line at which it is not in this encoding; nothing is ever replaced silently.
fn text(bytes: &[u8], encoding: Encoding) -> Result<Cow<'_, str>, Refusal> {
    if encoding == Encoding::Cp932 {
        return cp932(bytes).map(Cow::Owned);
    }
    let bytes = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes);
    let unreadable = |error: std::str::Utf8Error| Refusal::Unreadable { line: line_at(bytes, error.valid_up_to()) };
    std::str::from_utf8(bytes).map(Cow::Borrowed).map_err(unreadable)
}

fn cp932(bytes: &[u8]) -> Result<String, Refusal> {
    let mut decoder = SHIFT_JIS.new_decoder_without_bom_handling();
    let room = decoder.max_utf8_buffer_length_without_replacement(bytes.len()).unwrap_or(0);
    let mut text = String::with_capacity(room);
    match decoder.decode_to_string_without_replacement(bytes, &mut text, true) {
        (DecoderResult::InputEmpty, _) => Ok(text),
        (_, read) => Err(Refusal::Unreadable { line: line_at(bytes, read) }),
    }
}

/// The line, from 1, on which the byte at `offset` lies.
fn line_at(bytes: &[u8], offset: usize) -> u32 {
    let breaks = bytes.iter().take(offset).filter(|byte| **byte == b'\n').count();
    u32::try_from(breaks + 1).unwrap_or(u32::MAX)
}
