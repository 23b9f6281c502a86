//! CSV for people who open it in Excel: nothing runs as a formula, and nothing is lost unsaid.

mod cp932;

#[cfg(test)]
mod tests;

use super::coded::coded;

coded! {
    /// How the file is stored.
    pub enum Encoding {
        /// UTF-8 with a byte order mark: Excel opens it right and every character survives. The default.
        Utf8Bom = "utf8_bom",
        /// Windows-31J, for systems that read nothing else.
        Cp932 = "cp932",
    }
}

/// A finished file and what could not be written into it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    pub bytes: Vec<u8>,
    /// In the order of the cells; always empty for UTF-8.
    pub lost: Vec<Lost>,
}

/// A character the encoding lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Lost {
    /// From 1, the header row included, as a spreadsheet shows it.
    pub row: usize,
    /// From 1.
    pub column: usize,
    pub character: char,
    pub instead: Instead,
}

/// What stands where a character was lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Instead {
    /// 〓, the printer's mark for a missing character.
    Geta,
    /// The usual form of the same character: a variation selector was dropped (辻󠄀 became 辻).
    UsualForm,
}

/// Writes rows with CRLF between them and every field in quotes.
///
/// A field a spreadsheet might run begins with an apostrophe in the file; see [`guarded`].
pub fn write<R, C>(rows: R, encoding: Encoding) -> Written
where
    R: IntoIterator<Item = C>,
    C: IntoIterator,
    C::Item: AsRef<str>,
{
    let mut text = String::new();
    let mut lost = Vec::new();
    for (row, cells) in rows.into_iter().enumerate() {
        for (column, cell) in cells.into_iter().enumerate() {
            if column > 0 {
                text.push(',');
            }
            let guarded = guarded(cell.as_ref());
            let written = match encoding {
                Encoding::Utf8Bom => guarded,
                Encoding::Cp932 => {
                    let (written, losses) = cp932::fit(&guarded);
                    let place = |(character, instead)| Lost { row: row + 1, column: column + 1, character, instead };
                    lost.extend(losses.into_iter().map(place));
                    written
                }
            };
            text.push('"');
            text.push_str(&written.replace('"', "\"\""));
            text.push('"');
        }
        text.push_str("\r\n");
    }
    let bytes = match encoding {
        Encoding::Utf8Bom => [b"\xef\xbb\xbf", text.as_bytes()].concat(),
        Encoding::Cp932 => cp932::encode(&text),
    };
    Written { bytes, lost }
}

/// The text with an apostrophe before it where a spreadsheet might take it for a formula.
///
/// That is after any leading spaces a sign of `= + - @` in either width, or a tab or line break at the very beginning
/// (OWASP, CSV injection).
pub fn guarded(text: &str) -> String {
    let sign = |c: char| matches!(c, '=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠' | '−' | '﹢' | '﹣' | '﹦' | '﹫');
    let breaks = text.starts_with(['\t', '\r', '\n']);
    let unseen = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '\u{feff}' | '\u{200b}');
    if breaks || text.trim_start_matches(unseen).starts_with(sign) { format!("'{text}") } else { text.to_owned() }
}
