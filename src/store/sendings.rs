//! Reports on their way in, from a person's sheet or a school's system: what is sent, and what a day keeps of it.

use jiff::civil::Date;
use serde_json::Value;
use uuid::Uuid;

use super::marks;
use crate::domain::{
    attendance::Mark,
    ids::{Id, Submission, Watch},
};

/// A sheet, or a correction of one child's report, on its way in.
#[derive(Debug)]
pub struct Sending {
    pub id: Id<Submission>,
    pub day: Date,
    pub key: Uuid,
    pub late: bool,
    pub why: String,
    pub entries: Vec<Entry>,
}

/// One report: the version it will be.
#[derive(Debug)]
pub struct Entry {
    pub watch: Id<Watch>,
    pub version: i32,
    pub mark: Mark,
}

/// The entries as a statement unnests them: of each column one value an entry, in the same order.
#[derive(Debug, Default)]
pub(super) struct Columns {
    pub watches: Vec<Uuid>,
    pub versions: Vec<i32>,
    pub statuses: Vec<String>,
    pub attended: Vec<bool>,
    pub seen: Vec<bool>,
    pub marks: Vec<Value>,
}

impl Sending {
    pub(super) fn columns(&self) -> Columns {
        let mut columns = Columns::default();
        for entry in &self.entries {
            columns.watches.push(entry.watch.uuid());
            columns.versions.push(entry.version);
            columns.statuses.push(entry.mark.status.code().to_owned());
            columns.attended.push(entry.mark.status.breaks_absence());
            columns.seen.push(entry.mark.is_seen_on(self.day));
            columns.marks.push(marks::to_json(&entry.mark));
        }
        columns
    }

    /// Whether the entries are so many, none left out.
    pub(super) fn is_whole(&self, written: i64) -> bool {
        usize::try_from(written).is_ok_and(|written| written == self.entries.len())
    }
}
