//! Picking out of a file the cells of children who are asked about. Everything else is dropped here, in memory, unread by anybody.

use std::collections::{HashMap, HashSet};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Column, Layout, day_of};
use crate::domain::{
    ids::{Id, Watch},
    name::search_key,
    rights::Month,
    table_in::{Row, Table, shortened},
};

/// A mark is a sign or a word; longer texts are cut off.
pub const LONGEST_MARK: usize = 10;
/// More cells than any facility's month has: 100 children.
pub const MOST_CELLS: usize = 3_200;

/// A child the facility is asked about, as the file may name it.
#[derive(Debug, Clone)]
pub struct Member {
    pub watch: Id<Watch>,
    pub name: String,
    /// The class alone, and with the grade before it in the ways schools write it; empty where the child has none.
    pub classes: Vec<String>,
}

/// A cell of a child asked about: all that is kept of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cell {
    pub watch: Id<Watch>,
    pub day: Date,
    /// As written, at most [`LONGEST_MARK`] characters.
    pub mark: String,
}

/// What was picked, and numbers about the rest.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Picked {
    pub cells: Vec<Cell>,
    /// Rows of nobody asked about.
    pub others: usize,
    /// Children whom more than one row may mean: none of these rows is taken.
    pub unclear: Vec<Id<Watch>>,
}

/// Who is meant by a code, or by a name and, where the file says it, a class.
struct Index {
    by_code: HashSet<Id<Watch>>,
    by_name: HashMap<String, Vec<Member>>,
}

/// Picks the cells out of a table that can be read with this layout.
pub fn pick(table: &Table, layout: &Layout, members: &[Member], month: Month) -> Picked {
    let index = Index::of(members);
    let mut picked = Picked::default();
    let mut seen: HashMap<(Id<Watch>, Date), usize> = HashMap::new();
    let mut unclear: Vec<Id<Watch>> = Vec::new();
    for row in table.rows.iter().filter(|row| row.line > layout.header) {
        match index.meant(row, layout) {
            Meant::Nobody => picked.others += 1,
            Meant::Several(members) => unclear.extend(members),
            Meant::One(watch) => {
                for cell in cells(row, layout, watch, month) {
                    *seen.entry((watch, cell.day)).or_default() += 1;
                    picked.cells.push(cell);
                }
            }
        }
    }
    // A namesake nobody asks about may be behind the second row of a day: neither is taken.
    let twice: HashSet<Id<Watch>> = seen.iter().filter(|(_, times)| **times > 1).map(|((watch, _), _)| *watch).collect();
    unclear.extend(twice);
    unclear.sort_unstable();
    unclear.dedup();
    picked.cells.retain(|cell| !unclear.contains(&cell.watch));
    picked.cells.sort_by_key(|cell| (cell.day, cell.watch));
    picked.unclear = unclear;
    picked
}

enum Meant {
    Nobody,
    One(Id<Watch>),
    Several(Vec<Id<Watch>>),
}

impl Index {
    fn of(members: &[Member]) -> Self {
        let mut by_name: HashMap<String, Vec<Member>> = HashMap::new();
        for member in members {
            by_name.entry(search_key(&member.name)).or_default().push(member.clone());
        }
        Self { by_code: members.iter().map(|member| member.watch).collect(), by_name }
    }

    /// A code decides where there is one; a name only together with the class, where the file and the request have both.
    fn meant(&self, row: &Row, layout: &Layout) -> Meant {
        let text = |column: Column| layout.at(column).map_or("", |at| row.cell(at));
        let code = text(Column::Code);
        if !code.is_empty() {
            return match code.parse::<Id<Watch>>().ok().filter(|watch| self.by_code.contains(watch)) {
                Some(watch) => Meant::One(watch),
                None => Meant::Nobody,
            };
        }
        let Some(named) = self.by_name.get(&search_key(text(Column::Name))) else { return Meant::Nobody };
        let class = search_key(text(Column::Class));
        let fits = |member: &&Member| {
            class.is_empty() || member.classes.is_empty() || member.classes.iter().any(|own| search_key(own) == class)
        };
        match named.iter().filter(fits).map(|member| member.watch).collect::<Vec<_>>().as_slice() {
            [] => Meant::Nobody,
            [one] => Meant::One(*one),
            several => Meant::Several(several.to_vec()),
        }
    }
}

fn cells(row: &Row, layout: &Layout, watch: Id<Watch>, month: Month) -> Vec<Cell> {
    let cell = |day: Date, at: usize| Cell { watch, day, mark: shortened(row.cell(at), LONGEST_MARK) };
    if layout.is_long() {
        let day = layout.at(Column::Day).and_then(|at| day_of(row.cell(at), month));
        return day.zip(layout.at(Column::Mark)).map(|(day, at)| cell(day, at)).into_iter().collect();
    }
    layout.days.iter().map(|(at, day)| cell(*day, *at)).collect()
}
