//! Rosters: lists of children to watch, as offices keep them in spreadsheets, read into checked rows.
//!
//! `table_in` makes a table of any file, `guess` proposes what the columns mean, a person corrects the mapping, and
//! `read` sorts the rows into accepted, refused with the reason, and passed over. Nothing here stores anything.

mod columns;
mod mapping;
mod outcome;
mod reason;
mod row;
mod watched;

#[cfg(test)]
mod tests;

pub use columns::{Field, guess};
pub use mapping::{Mapping, MappingRefusal};
pub use outcome::{Outcome, read};
pub use reason::{RefusedRow, Remark, RowProblem, RowReason};
pub use row::{KnownFacility, RosterRow};
pub use watched::{Assessment, Watched, assess};

pub use super::table_in::{
    Decoded, Encoding, MOST_BYTES, MOST_COLUMNS, MOST_ROWS, PassedOver, Refusal, Row, Table, Warning, Why, decode, decode_as,
};
