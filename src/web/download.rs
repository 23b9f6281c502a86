//! A file that leaves the portal, under a name every browser keeps.

use std::fmt::Write as _;

use axum::{
    http::{HeaderValue, header},
    response::IntoResponse,
};

use super::{Error, Result};

/// What kind of file it is: its media type and the ending of its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Media {
    CsvUtf8,
    /// Windows-31J, which browsers know as `Shift_JIS`.
    CsvCp932,
    Xlsx,
    Pdf,
    Text,
}

impl Media {
    const fn content_type(self) -> &'static str {
        match self {
            Self::CsvUtf8 => "text/csv; charset=utf-8",
            Self::CsvCp932 => "text/csv; charset=Shift_JIS",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Pdf => "application/pdf",
            Self::Text => "text/plain; charset=utf-8",
        }
    }

    pub const fn ending(self) -> &'static str {
        match self {
            Self::CsvUtf8 | Self::CsvCp932 => "csv",
            Self::Xlsx => "xlsx",
            Self::Pdf => "pdf",
            Self::Text => "txt",
        }
    }
}

/// Sends a file to be saved; `name` is without its ending and, as it stays on the disk, without anybody's name.
pub fn download(name: &str, media: Media, bytes: Vec<u8>) -> Result {
    let disposition = HeaderValue::from_str(&disposition(name, media)).map_err(Error::internal)?;
    let headers =
        [(header::CONTENT_TYPE, HeaderValue::from_static(media.content_type())), (header::CONTENT_DISPOSITION, disposition)];
    Ok((headers, bytes).into_response())
}

/// `attachment` with the name twice: in ASCII for old programs, and whole in UTF-8 (RFC 6266, RFC 8187 formerly 5987).
fn disposition(name: &str, media: Media) -> String {
    let ending = media.ending();
    let name: String = name.chars().map(|c| if unfit(c) { '_' } else { c }).collect();
    if name.is_ascii() {
        return format!("attachment; filename=\"{name}.{ending}\"");
    }
    let ascii: String = name.chars().map(|c| if c.is_ascii() { c } else { '_' }).collect();
    let mut whole = String::new();
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"!#$&+-.^_`|~".contains(&byte) {
            whole.push(char::from(byte));
        } else {
            let _ = write!(whole, "%{byte:02X}");
        }
    }
    format!("attachment; filename=\"{ascii}.{ending}\"; filename*=UTF-8''{whole}.{ending}")
}

/// Characters no file may carry in its name somewhere (Windows), and those that would end the quotes.
fn unfit(c: char) -> bool {
    c.is_control()
        || matches!(c, '"' | '\\' | '/' | ':' | '*' | '?' | '<' | '>' | '|' | '%')
        || matches!(c, '\u{202a}'..='\u{202e}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_name_stands_once() {
        assert_eq!(disposition("requests-2026-11-20", Media::CsvUtf8), "attachment; filename=\"requests-2026-11-20.csv\"");
    }

    #[test]
    fn a_japanese_name_stands_whole_and_in_ascii() {
        assert_eq!(
            disposition("権限 2026-11", Media::Xlsx),
            "attachment; filename=\"__ 2026-11.xlsx\"; filename*=UTF-8''%E6%A8%A9%E9%99%90%202026-11.xlsx"
        );
    }

    #[test]
    fn no_name_breaks_out_of_the_header() {
        for name in ["a\"; filename=\"b.exe", "a\r\nSet-Cookie: x", "../../etc", "a%00b", "権\"限\r\n", "cod\u{202e}fdp", "C:\\x"]
        {
            let said = disposition(name, Media::Pdf);
            assert_eq!(said.matches('"').count(), 2, "{said}");
            assert!(HeaderValue::from_str(&said).is_ok() && !said.contains(['/', '\\', ':', '\r', '\n']), "{said}");
        }
    }

    #[test]
    fn the_file_arrives_with_its_type() {
        let response = download("log", Media::CsvCp932, vec![1]).unwrap();
        assert_eq!(response.headers().get(header::CONTENT_TYPE).unwrap(), "text/csv; charset=Shift_JIS");
        assert_eq!(response.headers().get(header::CONTENT_DISPOSITION).unwrap(), "attachment; filename=\"log.csv\"");
    }
}
