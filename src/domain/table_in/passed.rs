//! Rows of a table that are no record: blank ones, totals, repeated headers, footnotes.

use super::table::Row;
use crate::domain::name::search_key;

/// A row that is no record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PassedOver {
    pub line: u32,
    pub why: Why,
}

/// Why a row was passed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    Blank,
    /// 「計 60名」, with the count it states; worth comparing.
    Total {
        stated: Option<u32>,
    },
    /// The header again, as printing page by page leaves it.
    Header,
    /// 「※…」 or 「以上」 under the list.
    Footnote,
}

impl Why {
    pub const fn key(self) -> &'static str {
        match self {
            Self::Blank => "roster-passed-blank",
            Self::Total { .. } => "roster-passed-total",
            Self::Header => "roster-passed-header",
            Self::Footnote => "roster-passed-footnote",
        }
    }

    /// Whether a row is a total, a repeated header or a footnote.
    ///
    /// A record that lost some cells is refused, not passed over: these rows have nothing in any of the `needed` columns.
    pub fn of(row: &Row, header: Option<&Row>, needed: impl IntoIterator<Item = usize>) -> Option<Self> {
        if header.is_some_and(|header| header.cells == row.cells) {
            return Some(Self::Header);
        }
        let first = row.cells.iter().map(|cell| cell.trim()).find(|cell| !cell.is_empty())?;
        if needed.into_iter().any(|column| !row.cell(column).is_empty()) {
            return None;
        }
        let alone = row.cells.iter().filter(|cell| !cell.trim().is_empty()).count() == 1;
        match search_key(first).as_str() {
            "計" | "合計" | "総計" | "小計" | "総数" | "人数" => Some(Self::Total { stated: stated(row) }),
            note if alone && (note == "以上" || note.starts_with(['※', '*', '注'])) => Some(Self::Footnote),
            _ => None,
        }
    }
}

/// The first number of a total row: 60 of 「60名」.
fn stated(row: &Row) -> Option<u32> {
    row.cells.iter().find_map(|cell| {
        let digits: String = search_key(cell).chars().filter(|c| *c != ',').take_while(char::is_ascii_digit).collect();
        digits.parse().ok()
    })
}
