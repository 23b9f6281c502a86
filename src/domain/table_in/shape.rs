//! What is wrong with a row or a cell before anybody asks what it means.

use super::table::Row;

/// A row in which no cell can be trusted to stand in its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Misshapen {
    Short {
        cells: usize,
        expected: usize,
    },
    Long {
        cells: usize,
        expected: usize,
    },
    /// A quotation mark was opened and closed rows later.
    SwallowedRows,
}

/// A cell that is no value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hostile {
    /// Begins as a formula does.
    Formula(char),
    /// How a spreadsheet shows a formula that failed.
    ErrorValue,
}

const ERROR_VALUES: &[&str] = &["#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!", "#SPILL!", "#CALC!"];

impl Row {
    /// Whether cells were lost or won, under a header of `width` columns of which those in `needed` may not be missing.
    ///
    /// Some programs leave out empty cells at the end, so a short row is a fault only where a needed cell is gone.
    pub fn misshapen(&self, width: usize, needed: impl IntoIterator<Item = usize>) -> Option<Misshapen> {
        let cells = self.cells.len();
        if self.swallowed_rows(width) {
            return Some(Misshapen::SwallowedRows);
        }
        if self.cells.iter().skip(width).any(|cell| !cell.trim().is_empty()) {
            return Some(Misshapen::Long { cells, expected: width });
        }
        needed.into_iter().any(|column| column >= cells).then_some(Misshapen::Short { cells, expected: width })
    }
}

/// Whether a spreadsheet ran, would run, or failed to run this cell.
pub fn hostile(cell: &str) -> Option<Hostile> {
    if ERROR_VALUES.contains(&cell) {
        return Some(Hostile::ErrorValue);
    }
    cell.chars().next().filter(|c| matches!(c, '=' | '+' | '@' | '＝' | '＋' | '＠')).map(Hostile::Formula)
}

/// At most `most` characters, on one line, an ellipsis standing for the rest.
pub fn shortened(text: &str, most: usize) -> String {
    let one_line = text.trim().chars().map(|c| if c.is_control() { ' ' } else { c });
    if text.trim().chars().count() <= most {
        one_line.collect()
    } else {
        one_line.take(most.saturating_sub(1)).chain(['…']).collect()
    }
}
