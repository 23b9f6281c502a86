//! Cells of a file against what is recorded: new, another than recorded, or left out; nothing is decided for a person here.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::{Cell, Meaning};
use crate::domain::{
    attendance::Mark,
    calendar::{Calendar, Span},
    coded::coded,
    ids::{Id, Watch},
};

coded! {
    /// Why a cell is left out.
    pub enum Left {
        /// Its mark means nothing to be recorded.
        Unmarked = "unmarked",
        /// 休業日
        Closed = "closed",
        /// Before or after the request, in the future, or too long ago.
        Outside = "outside",
        /// The same is recorded.
        Same = "same",
        /// The child is no longer asked about.
        Gone = "gone",
    }
}

coded! {
    /// What became of a cell.
    pub enum Done {
        Added = "added",
        Changed = "changed",
        /// What was recorded stayed.
        Kept = "kept",
    }
}

/// What is known of a child.
#[derive(Debug)]
pub struct Known {
    pub calendar: Calendar,
    pub from: Date,
    pub until: Option<Date>,
    /// The latest versions.
    pub days: BTreeMap<Date, (i32, Mark)>,
}

/// A report that a cell would make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    pub watch: Id<Watch>,
    pub day: Date,
    pub mark: Mark,
    /// What is recorded instead, and its version.
    pub recorded: Option<(i32, Mark)>,
}

/// What would become of all cells.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Weighed {
    pub added: Vec<Change>,
    /// Recorded otherwise; what is recorded stays unless a person says so.
    pub conflicts: Vec<Change>,
    /// How many were left out, and why.
    pub left: Vec<(Left, usize)>,
}

/// Weighs the cells; `reach` is the span an import may fill.
pub fn weigh(cells: &[Cell], meanings: &[Meaning], known: &BTreeMap<Id<Watch>, Known>, reach: Span) -> Weighed {
    let meant: BTreeMap<&str, Mark> =
        meanings.iter().filter_map(|meaning| Some((meaning.mark.as_str(), meaning.read().ok().flatten()?))).collect();
    let mut weighed = Weighed::default();
    let mut left: BTreeMap<Left, usize> = BTreeMap::new();
    for cell in cells {
        match verdict(cell, &meant, known, reach) {
            Ok(change) if change.recorded.is_some() => weighed.conflicts.push(change),
            Ok(change) => weighed.added.push(change),
            Err(why) => *left.entry(why).or_default() += 1,
        }
    }
    weighed.left = Left::ALL.iter().filter_map(|why| Some((*why, *left.get(why)?))).collect();
    weighed
}

/// The report a cell would make, or why it is left out.
fn verdict(cell: &Cell, meant: &BTreeMap<&str, Mark>, known: &BTreeMap<Id<Watch>, Known>, reach: Span) -> Result<Change, Left> {
    let Some(known) = known.get(&cell.watch) else { return Err(Left::Gone) };
    let covered = Span { from: known.from, to: known.until.unwrap_or(Date::MAX) };
    if !reach.has(cell.day) || !covered.has(cell.day) {
        return Err(Left::Outside);
    }
    if !known.calendar.open(cell.day).is_open() {
        return Err(Left::Closed);
    }
    let Some(mark) = meant.get(cell.mark.as_str()) else { return Err(Left::Unmarked) };
    let recorded = known.days.get(&cell.day).cloned();
    // A register says less than a sheet: where the status is the same, what is recorded says more.
    if recorded.as_ref().is_some_and(|(_, recorded)| recorded.status == mark.status) {
        return Err(Left::Same);
    }
    Ok(Change { watch: cell.watch, day: cell.day, mark: mark.clone(), recorded })
}
