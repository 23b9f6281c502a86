//! What a plan says of every row: added, changed from what to what, not concerned, or in error.

use jiff::civil::Date;

use super::reason::RefusedRow;
use crate::domain::{coded::coded, facility::OrganizationKind, role::Role, table_in::PassedOver};

coded! {
    /// What a file holds.
    pub enum What {
        Organizations = "organizations",
        People = "people",
    }
}

coded! {
    /// What becomes of a row.
    pub enum Verdict {
        /// 追加
        Added = "added",
        /// 変更
        Changed = "changed",
        /// 対象外: as it is already.
        Unchanged = "unchanged",
        /// 誤り
        Refused = "refused",
    }
}

/// One field that would change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change<F> {
    pub field: F,
    pub old: Value,
    pub new: Value,
}

/// What stands, or would stand, in a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    Nothing,
    Text(String),
    Kind(OrganizationKind),
    Role(Role),
    Day(Date),
    /// The code of a calendar template.
    Template(String),
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        if text.is_empty() { Self::Nothing } else { Self::Text(text.to_owned()) }
    }
}

impl From<Option<Date>> for Value {
    fn from(day: Option<Date>) -> Self {
        day.map_or(Self::Nothing, Self::Day)
    }
}

/// What would become of every row of a file, before anything is saved; each list in the order of the file unless it says otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan<E, F> {
    /// 追加
    pub added: Vec<E>,
    /// 変更
    pub changed: Vec<E>,
    /// 対象外: as it is already.
    pub unchanged: Vec<E>,
    /// 誤り
    pub refused: Vec<RefusedRow<F>>,
    pub passed_over: Vec<PassedOver>,
}

impl<E, F> Plan<E, F> {
    pub(super) fn new(passed_over: Vec<PassedOver>) -> Self {
        Self { added: Vec::new(), changed: Vec::new(), unchanged: Vec::new(), refused: Vec::new(), passed_over }
    }

    /// Whether accepting it would do anything.
    pub fn is_idle(&self) -> bool {
        self.added.is_empty() && self.changed.is_empty()
    }
}
