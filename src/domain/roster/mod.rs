//! Rosters: lists of children to watch, as offices keep them in spreadsheets, read into checked rows.
//!
//! `decode` makes a table of any file, `guess` proposes what the columns mean, a person corrects the mapping, and
//! `read` sorts the rows into accepted, refused with the reason, and passed over. Nothing here stores anything.

mod columns;
mod decode;
mod mapping;
mod outcome;
mod reason;
mod row;
mod table;
mod watched;
mod workbook;

#[cfg(test)]
mod tests;

pub use columns::{Field, guess};
pub use decode::{Decoded, Encoding, MOST_BYTES, Refusal, Warning, decode, decode_as};
pub use mapping::{Mapping, MappingRefusal};
pub use outcome::{Outcome, PassedOver, Why, read};
pub use reason::{RefusedRow, Remark, RowProblem, RowReason};
pub use row::{KnownFacility, RosterRow};
pub use table::{MOST_COLUMNS, MOST_ROWS, Row, Table};
pub use watched::{Assessment, Watched, assess};
