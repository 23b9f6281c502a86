//! The rows of a directory file one by one, each read cell by cell with every fault noted.

use super::{
    mapping::{Column, Mapping},
    reason::{Problem, Reason, RefusedRow, Remark},
};
use crate::domain::table_in::{PassedOver, Row, Table, Why, hostile, shortened};

/// The rows that are records, and those that are none.
pub(super) fn records<'t, F: Column>(table: &'t Table, mapping: &Mapping<F>) -> (Vec<&'t Row>, Vec<PassedOver>) {
    let header = header(table, mapping);
    let below = header.map_or(0, |row| row.line);
    let (mut records, mut passed) = (Vec::new(), Vec::new());
    for row in table.rows.iter().filter(|row| row.line > below) {
        match Why::of(row, header, F::TELLING.iter().filter_map(|field| mapping.column(*field))) {
            Some(why) => passed.push(PassedOver { line: row.line, why }),
            None => records.push(row),
        }
    }
    let blank = table.blank.iter().filter(|line| **line > below);
    passed.extend(blank.map(|line| PassedOver { line: *line, why: Why::Blank }));
    passed.sort_by_key(|passed| passed.line);
    (records, passed)
}

fn header<'t, F: Column>(table: &'t Table, mapping: &Mapping<F>) -> Option<&'t Row> {
    mapping.header_row.and_then(|line| table.rows.iter().find(|row| row.line == line))
}

/// The number of columns a row should have.
pub(super) fn width<F: Column>(table: &Table, mapping: &Mapping<F>) -> usize {
    let used = mapping.columns.iter().rposition(|field| *field != F::IGNORED).map_or(0, |last| last + 1);
    header(table, mapping).map_or_else(|| table.width(), |row| row.cells.len()).max(used)
}

/// A row being read: its faults gather here.
pub(super) struct Cells<'r, F> {
    mapping: &'r Mapping<F>,
    row: &'r Row,
    pub(super) problems: Vec<Problem<F>>,
    pub(super) remarks: Vec<Remark>,
}

impl<'r, F: Column> Cells<'r, F> {
    /// Refuses a row that lost its shape, and one with cells a spreadsheet ran or would run.
    pub(super) fn open(mapping: &'r Mapping<F>, row: &'r Row, width: usize) -> Result<Self, Vec<Problem<F>>> {
        let mut cells = Self { mapping, row, problems: Vec::new(), remarks: Vec::new() };
        let needed = F::REQUIRED.iter().chain(F::PARTS.iter().flat_map(|(_, one, other)| [one, other]));
        let needed = needed.filter_map(|field| mapping.column(*field));
        if let Some(misshapen) = row.misshapen(width, needed) {
            cells.fault(F::IGNORED, misshapen);
            return Err(cells.problems);
        }
        for field in F::ALL.iter().copied().filter(|field| *field != F::IGNORED) {
            if let Some(hostile) = hostile(cells.text(field)) {
                cells.fault(field, hostile);
            }
        }
        if cells.problems.is_empty() { Ok(cells) } else { Err(cells.problems) }
    }

    pub(super) const fn line(&self) -> u32 {
        self.row.line
    }

    pub(super) fn text(&self, field: F) -> &'r str {
        self.mapping.column(field).map_or("", |column| self.row.cell(column))
    }

    pub(super) fn fault(&mut self, field: F, reason: impl Into<Reason>) {
        self.problems.push(problem(self.mapping, self.row, field, reason.into()));
    }

    /// The value, or `None` with the fault noted.
    pub(super) fn noted<T>(&mut self, field: F, read: Result<T, impl Into<Reason>>) -> Option<T> {
        read.map_err(|refusal| self.fault(field, refusal)).ok()
    }

    /// The value of a cell that may be empty; the fault of one that is not is noted.
    pub(super) fn optional<T, E: Into<Reason>>(&mut self, field: F, read: impl FnOnce(&'r str) -> Result<T, E>) -> Option<T> {
        match self.text(field) {
            "" => None,
            text => self.noted(field, read(text)),
        }
    }
}

pub(super) fn problem<F: Column>(mapping: &Mapping<F>, row: &Row, field: F, reason: Reason) -> Problem<F> {
    let column = mapping.column(field).filter(|_| field != F::IGNORED);
    let value = column.map_or_else(String::new, |column| shortened(row.cell(column), 40));
    Problem { field, column, value, reason }
}

pub(super) fn refused<F>(row: &Row, problems: Vec<Problem<F>>) -> RefusedRow<F> {
    RefusedRow { line: row.line, cells: row.cells.iter().map(|cell| shortened(cell, 60)).collect(), problems }
}
