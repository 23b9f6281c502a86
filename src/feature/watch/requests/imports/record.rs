//! What became of a roster, as it is kept: counts, and the refused rows with why. The rest of the file is gone.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    domain::roster::{Assessment, Field, Mapping, RefusedRow, RowProblem, Table},
    web::{Lang, say},
};

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Record {
    pub(super) at: Timestamp,
    pub(super) added: usize,
    pub(super) already: usize,
    /// The words above the columns; empty when there is no header.
    pub(super) headings: Vec<String>,
    pub(super) refused: Vec<Refused>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Refused {
    pub(super) line: u32,
    pub(super) cells: Vec<String>,
    pub(super) faults: Vec<Fault>,
}

/// A fault by the id of its sentence, so that everybody reads it in their language.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Fault {
    field: Field,
    column: Option<usize>,
    value: String,
    key: String,
    args: Vec<(String, String)>,
}

/// A line of the table of refused rows.
#[derive(Debug)]
pub(super) struct RefusedLine {
    pub(super) line: u32,
    pub(super) column: String,
    pub(super) value: String,
    pub(super) mend: String,
}

impl Record {
    pub(super) fn of(at: Timestamp, table: &Table, mapping: &Mapping, assessment: &Assessment) -> Self {
        let header = table.rows.iter().find(|row| Some(row.line) == mapping.header_row);
        let heading = |cell: &String| cell.split_whitespace().collect::<Vec<_>>().join(" ");
        Self {
            at,
            added: assessment.added.len(),
            already: assessment.already.len(),
            headings: header.map_or_else(Vec::new, |row| row.cells.iter().map(heading).collect()),
            refused: assessment.refused.iter().map(Refused::of).collect(),
        }
    }

    /// Every fault of every refused row, a line each.
    pub(super) fn lines(&self, lang: Lang) -> impl Iterator<Item = RefusedLine> {
        self.refused.iter().flat_map(move |row| {
            row.faults.iter().map(move |fault| RefusedLine {
                line: row.line,
                column: self.column_word(lang, fault),
                value: fault.value.clone(),
                mend: say::say(lang, &fault.key, &fault.args),
            })
        })
    }

    /// The column as the file calls it; the row itself when no single column is at fault.
    pub(super) fn column_word(&self, lang: Lang, fault: &Fault) -> String {
        let heading = fault.column.and_then(|column| self.headings.get(column)).filter(|heading| !heading.is_empty());
        match (heading, fault.field) {
            (Some(heading), _) => heading.clone(),
            (None, Field::Ignored) => say::word(lang, "import-whole-row"),
            (None, field) => say::roster_field(lang, field),
        }
    }

    /// The refused rows as a table: the file's own columns, then which column is at fault and how to mend it.
    pub(super) fn table(&self, lang: Lang) -> Vec<Vec<String>> {
        let width = self.refused.iter().map(|row| row.cells.len()).max().unwrap_or(0).max(self.headings.len());
        let heading = |column: usize| self.headings.get(column).cloned().unwrap_or_default();
        let head = ["import-col-line", "import-col-column", "import-col-mend"].map(|id| say::word(lang, id));
        let mut rows = vec![head.into_iter().chain((0..width).map(heading)).collect::<Vec<_>>()];
        for row in &self.refused {
            let columns: Vec<String> = row.faults.iter().map(|fault| self.column_word(lang, fault)).collect();
            let mend: Vec<String> = row.faults.iter().map(|fault| say::say(lang, &fault.key, &fault.args)).collect();
            let mut cells = vec![row.line.to_string(), columns.join(" / "), mend.join(" / ")];
            cells.extend(row.cells.iter().cloned());
            rows.push(cells);
        }
        rows
    }
}

impl Refused {
    fn of(row: &RefusedRow) -> Self {
        Self { line: row.line, cells: row.cells.clone(), faults: row.problems.iter().map(Fault::of).collect() }
    }
}

impl Fault {
    fn of(problem: &RowProblem) -> Self {
        let args = problem.reason.args().into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
        Self {
            field: problem.field,
            column: problem.column,
            value: problem.value.clone(),
            key: problem.reason.key().to_owned(),
            args,
        }
    }
}
