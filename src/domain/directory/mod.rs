//! The ward's directory as a file: organizations and people, read and weighed against what exists before anything is saved.
//!
//! `table_in` makes a table of the file, [`Mapping::guess`] proposes what the columns mean, a person corrects it, and
//! [`organizations::plan`] or [`people::plan`] says of every row what would become of it: 追加, 変更, 対象外 or 誤り. An empty cell and
//! a missing column change nothing: a file adds and alters, it never clears, and whoever is missing from it is left alone.

mod cells;
mod change;
mod mapping;
pub mod organizations;
pub mod people;
mod reason;

#[cfg(test)]
mod tests;

pub use self::{
    change::{Change, Plan, Value, Verdict, What},
    mapping::{Column, Mapping, MappingRefusal},
    reason::{Problem, Reason, RefusedRow, Remark},
};
