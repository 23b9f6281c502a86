//! What was done with a register, as it is kept: requests, days and codes, no name; the rest is gone.

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

use crate::domain::{
    ids::{Id, Watch},
    register::{Change, Done, Left, Weighed},
};

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Record {
    pub(super) at: Timestamp,
    pub(super) lines: Vec<Line>,
    pub(super) left: Vec<(Left, usize)>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Line {
    pub(super) watch: Id<Watch>,
    pub(super) day: Date,
    pub(super) done: Done,
    /// The status in the file.
    pub(super) status: String,
}

impl Record {
    pub(super) fn of(at: Timestamp, weighed: &Weighed, is_replaced: impl Fn(&Change) -> bool) -> Self {
        let line = |change: &Change, done| Line {
            watch: change.watch,
            day: change.day,
            done,
            status: change.mark.status.code().to_owned(),
        };
        let added = weighed.added.iter().map(|change| line(change, Done::Added));
        let others =
            weighed.conflicts.iter().map(|change| line(change, if is_replaced(change) { Done::Changed } else { Done::Kept }));
        let mut lines: Vec<Line> = added.chain(others).collect();
        lines.sort_by_key(|line| (line.day, line.watch));
        Self { at, lines, left: weighed.left.clone() }
    }

    pub(super) fn count(&self, done: Done) -> usize {
        self.lines.iter().filter(|line| line.done == done).count()
    }
}
