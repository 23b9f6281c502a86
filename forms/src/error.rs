//! Why a form could not be printed; no text holds anything from the form.

use thiserror::Error;

/// Why there is no paper.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum FormError {
    #[error("there is no sheet to print")]
    Empty,
    #[error("a link of {length} bytes does not fit into a QR code")]
    Link { length: usize },
    #[error("{sheets} sheets became {pages} pages")]
    Pages { sheets: usize, pages: usize },
    #[error("the date of the document is outside the calendar")]
    Date,
    /// A fault of ours: a template, a font or an option of the typesetter.
    #[error("typesetting failed: {0}")]
    Typesetting(String),
}

impl FormError {
    /// A fault the typesetter describes. It quotes text of the document between backticks or quotation marks: from the first of them
    /// to the last everything is cut out.
    pub(crate) fn typesetting(message: &str) -> Self {
        let quotes = ['`', '"'];
        let kept = match (message.find(quotes), message.rfind(quotes)) {
            (Some(first), Some(last)) if first < last => format!("{}…{}", &message[..first], &message[last + 1..]),
            (Some(first), _) => format!("{}…", &message[..first]),
            (None, _) => message.to_owned(),
        };
        Self::Typesetting(kept)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_quotes_nothing_of_the_form() {
        for (message, kept) in [
            ("the text `\"山田 花子\"` could not be displayed with `BIZ UDPGothic`", "the text …"),
            ("the text `山田` contains the codepoint", "the text … contains the codepoint"),
            ("unexpected `山田", "unexpected …"),
            ("missing document title", "missing document title"),
        ] {
            assert_eq!(FormError::typesetting(message), FormError::Typesetting(kept.to_owned()));
        }
    }
}
