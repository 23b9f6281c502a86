//! Tables people bring: CSV in three encodings or an Excel workbook, read into rows of text before anybody says what they mean.
//!
//! `decode` makes a table of any file, `headings` finds the header and its words, a row says whether it lost its shape.
//! What the columns mean is the matter of whoever asked for the file (`roster`, `directory`).

mod decode;
mod headings;
mod passed;
mod shape;
mod table;
mod workbook;

#[cfg(test)]
mod tests;

pub use decode::{Decoded, Encoding, MOST_BYTES, Refusal, Warning, decode, decode_as};
pub use headings::{Headings, headings, plain};
pub use passed::{PassedOver, Why};
pub use shape::{Hostile, Misshapen, hostile, shortened};
pub use table::{MOST_COLUMNS, MOST_ROWS, Row, Table};
