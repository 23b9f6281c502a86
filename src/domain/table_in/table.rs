//! A file as rows of text, before anybody says what the columns mean.

use serde::{Deserialize, Serialize};

use super::decode::Refusal;

/// Rows beyond this are refused, not cut off.
pub const MOST_ROWS: u32 = 20_000;
/// Columns beyond this are refused, not cut off.
pub const MOST_COLUMNS: usize = 60;

/// The rows of one sheet that hold anything, and the numbers of those that do not.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    pub rows: Vec<Row>,
    /// Blank rows between and behind the rows of a CSV file; the gaps between those of a workbook.
    pub blank: Vec<u32>,
}

/// One row; its cells are as written, untrimmed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// The number a spreadsheet shows beside the row, from 1. A quoted line break does not count.
    pub line: u32,
    pub cells: Vec<String>,
}

impl Row {
    /// A cell, trimmed; empty where the row is shorter.
    pub fn cell(&self, column: usize) -> &str {
        self.cells.get(column).map_or("", |cell| cell.trim())
    }

    pub(super) fn is_blank(&self) -> bool {
        self.cells.iter().all(|cell| cell.trim().is_empty())
    }

    /// Whether a cell holds what looks like whole rows: a quotation mark was opened and closed rows later.
    pub(super) fn swallowed_rows(&self, columns: usize) -> bool {
        let separators = columns.saturating_sub(1);
        let is_row = |line: &str| line.matches([',', '\t']).count() >= separators;
        separators > 0 && self.cells.iter().any(|cell| cell.lines().skip(1).any(is_row))
    }
}

impl Table {
    /// The number of columns of the widest row.
    pub fn width(&self) -> usize {
        self.rows.iter().map(|row| row.cells.len()).max().unwrap_or(0)
    }

    /// Reads CSV or tab-separated text: quotes, line breaks inside them, rows of any length.
    pub(super) fn from_text(text: &str) -> Result<Self, Refusal> {
        // With one kind of line break, at the end too, the reader's line count tells blank lines from quoted breaks.
        let mut text = text.replace("\r\n", "\n").replace('\r', "\n");
        text.push('\n');
        let mut reader =
            csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(separator(&text)).from_reader(text.as_bytes());
        let mut table = Self::default();
        let mut record = csv::StringRecord::new();
        let mut line = 0;
        loop {
            let before = reader.position().line();
            match reader.read_record(&mut record) {
                Ok(true) => {}
                Ok(false) => return Ok(table),
                Err(_) => return Err(Refusal::Unreadable { line: line + 1 }),
            }
            let breaks: usize = record.iter().map(|cell| cell.matches('\n').count()).sum();
            let consumed = usize::try_from(reader.position().line() - before).unwrap_or(usize::MAX);
            let skipped = u32::try_from(consumed.saturating_sub(breaks + 1)).unwrap_or(u32::MAX);
            for _ in 0..skipped {
                line += 1;
                table.push_blank(line);
            }
            line += 1;
            table.push(Row { line, cells: record.iter().map(str::to_owned).collect() })?;
        }
    }

    /// Adds a row below the others; a blank one only by its number.
    pub(super) fn push(&mut self, mut row: Row) -> Result<(), Refusal> {
        if row.is_blank() {
            self.push_blank(row.line);
            return Ok(());
        }
        if row.line > MOST_ROWS {
            return Err(Refusal::TooManyRows { most: MOST_ROWS });
        }
        if row.cells.len() > MOST_COLUMNS {
            let used = row.cells.iter().rposition(|cell| !cell.trim().is_empty()).map_or(0, |last| last + 1);
            row.cells.truncate(used);
        }
        if row.cells.len() > MOST_COLUMNS {
            return Err(Refusal::TooManyColumns { most: MOST_COLUMNS });
        }
        self.rows.push(row);
        Ok(())
    }

    pub(super) fn push_blank(&mut self, line: u32) {
        if line <= MOST_ROWS {
            self.blank.push(line);
        }
    }
}

/// Comma, or tab where the beginning of the text has more of these.
fn separator(text: &str) -> u8 {
    let count = |sign| text.lines().take(20).map(|line| line.matches(sign).count()).sum::<usize>();
    if count('\t') > count(',') { b'\t' } else { b',' }
}
