//! Workbooks for people: one typed table per sheet, dates as real dates in the Japanese calendar, text as nothing but text.

mod look;

#[cfg(test)]
mod tests;

use jiff::{Timestamp, civil::Date};
use rust_xlsxwriter::{DocProperties, Workbook, Worksheet, XlsxError};

use self::look::{Look, width};
use super::clock;

/// The rows of a sheet, header included (Excel specifications and limits).
pub const MOST_ROWS: usize = 1_048_576;
/// The columns of a sheet.
pub const MOST_COLUMNS: usize = 16_384;
/// The UTF-16 code units a cell holds.
pub const MOST_TEXT: usize = 32_767;
/// Excel counts a 29 February 1900 that never was; days before it are written as text.
const FIRST_REAL_DAY: Date = Date::constant(1900, 3, 1);

/// A table that leaves as a sheet of a workbook, or by [`Sheet::texts`] as CSV.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// On the tab: 1–31 characters, none of `[ ] : * ? / \`.
    pub name: String,
    /// The headings, from the left.
    pub columns: Vec<String>,
    pub rows: Vec<Vec<Cell>>,
}

/// What stands in a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    Nothing,
    /// Never run as a formula, never made a link, a number or a date.
    Text(String),
    Count(u32),
    Day(Date),
    /// Shown in Japan's time, to the second.
    Moment(Timestamp),
}

/// What the file says about itself. Nobody's name: who made it is in the trail.
#[derive(Debug, Clone, Copy)]
pub struct About<'a> {
    /// Also printed on top of every page.
    pub title: &'a str,
    /// The municipality the file comes from.
    pub issuer: &'a str,
    pub made_at: Timestamp,
}

/// Why there is no workbook.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("{rows} rows with the header, a sheet holds {MOST_ROWS}")]
    TooManyRows { rows: usize },
    #[error("{columns} columns, a sheet holds {MOST_COLUMNS}")]
    TooManyColumns { columns: usize },
    /// Row and column from 1, the header being row 1.
    #[error("row {row}, column {column}: a cell holds {MOST_TEXT} characters")]
    TextTooLong { row: usize, column: usize },
    /// A mistake of whoever built the sheet, such as two sheets of one name.
    #[error("no such workbook can be: {0}")]
    Impossible(String),
}

impl Refusal {
    /// The id of the sentence that says it, to be looked up in the texts.
    pub const fn key(&self) -> &'static str {
        match self {
            Self::TooManyRows { .. } => "xlsx-too-many-rows",
            Self::TooManyColumns { .. } => "xlsx-too-many-columns",
            Self::TextTooLong { .. } => "xlsx-text-too-long",
            Self::Impossible(_) => "xlsx-impossible",
        }
    }

    /// `written` and `most`, or `row`, `column` and `most`.
    pub fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::TooManyRows { rows } => vec![("written", rows.to_string()), ("most", MOST_ROWS.to_string())],
            Self::TooManyColumns { columns } => vec![("written", columns.to_string()), ("most", MOST_COLUMNS.to_string())],
            Self::TextTooLong { row, column } => {
                vec![("row", row.to_string()), ("column", column.to_string()), ("most", MOST_TEXT.to_string())]
            }
            Self::Impossible(_) => Vec::new(),
        }
    }
}

impl From<XlsxError> for Refusal {
    fn from(error: XlsxError) -> Self {
        Self::Impossible(error.to_string())
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::from(text.to_owned())
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        if text.is_empty() { Self::Nothing } else { Self::Text(text) }
    }
}

impl From<u32> for Cell {
    fn from(count: u32) -> Self {
        Self::Count(count)
    }
}

impl From<Date> for Cell {
    fn from(day: Date) -> Self {
        Self::Day(day)
    }
}

impl From<Timestamp> for Cell {
    fn from(moment: Timestamp) -> Self {
        Self::Moment(moment)
    }
}

impl<T: Into<Self>> From<Option<T>> for Cell {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Nothing, Into::into)
    }
}

impl Cell {
    /// As CSV carries it: days in ISO 8601, moments as `2026-11-20 09:12:05` in Japan.
    pub fn text(&self) -> String {
        match self {
            Self::Nothing => String::new(),
            Self::Text(text) => text.clone(),
            Self::Count(count) => count.to_string(),
            Self::Day(day) => day.to_string(),
            Self::Moment(at) => clock::in_japan(*at).strftime("%Y-%m-%d %H:%M:%S").to_string(),
        }
    }
}

impl Sheet {
    /// The table as text, the headings first, for `csv_out`.
    pub fn texts(&self) -> Vec<Vec<String>> {
        let rows = self.rows.iter().map(|row| row.iter().map(Cell::text).collect());
        std::iter::once(self.columns.clone()).chain(rows).collect()
    }

    /// Whether a sheet can hold it; asked before a byte is written.
    fn fits(&self) -> Result<(), Refusal> {
        let rows = self.rows.len() + 1;
        let columns = self.rows.iter().map(Vec::len).fold(self.columns.len(), usize::max);
        if rows > MOST_ROWS {
            return Err(Refusal::TooManyRows { rows });
        }
        if columns > MOST_COLUMNS {
            return Err(Refusal::TooManyColumns { columns });
        }
        let long = |cell: &Cell| matches!(cell, Cell::Text(text) if text.encode_utf16().count() > MOST_TEXT);
        let place = |(row, cells): (usize, &Vec<Cell>)| Some((row, cells.iter().position(long)?));
        match self.rows.iter().enumerate().find_map(place) {
            Some((row, column)) => Err(Refusal::TextTooLong { row: row + 2, column: column + 1 }),
            None => Ok(()),
        }
    }
}

/// Writes one sheet per table: the header stays in view and on every printed page, A4 landscape, one page wide.
///
/// The same tables and the same `about` give the same bytes. Takes seconds for 100,000 rows: not for the thread that answers.
pub fn write(sheets: &[Sheet], about: &About<'_>) -> Result<Vec<u8>, Refusal> {
    sheets.iter().try_for_each(Sheet::fits)?;
    let look = Look::new();
    let mut book = Workbook::new();
    book.set_properties(&properties(about));
    for sheet in sheets {
        let page = book.add_worksheet();
        page.set_name(&sheet.name)?;
        fill(page, sheet, &look)?;
        look::print(page, sheet, about)?;
    }
    Ok(book.save_to_buffer()?)
}

pub(in crate::domain) fn properties(about: &About<'_>) -> DocProperties {
    let made_at = about.made_at.to_zoned(jiff::tz::TimeZone::UTC).datetime();
    DocProperties::new().set_title(about.title).set_company(about.issuer).set_creation_datetime(&made_at)
}

fn fill(page: &mut Worksheet, sheet: &Sheet, look: &Look) -> Result<(), XlsxError> {
    for (column, heading) in (0u16..).zip(&sheet.columns) {
        page.write_string_with_format(0, column, heading, &look.heading)?;
        page.set_column_width(column, width(sheet, usize::from(column)))?;
    }
    for (row, cells) in (1u32..).zip(&sheet.rows) {
        for (column, cell) in (0u16..).zip(cells) {
            match cell {
                Cell::Nothing => {}
                Cell::Count(count) => {
                    page.write_number_with_format(row, column, *count, &look.count)?;
                }
                Cell::Day(day) if *day >= FIRST_REAL_DAY => {
                    page.write_datetime_with_format(row, column, day, &look.day)?;
                }
                Cell::Moment(at) if clock::in_japan(*at).date() >= FIRST_REAL_DAY => {
                    page.write_datetime_with_format(row, column, clock::in_japan(*at), &look.moment)?;
                }
                Cell::Text(_) | Cell::Day(_) | Cell::Moment(_) => {
                    page.write_string_with_format(row, column, cell.text(), &look.text)?;
                }
            }
        }
    }
    Ok(())
}
