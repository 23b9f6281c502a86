//! Reads the first visible sheet of an .xlsx workbook, cell by cell, within limits.

use std::{
    collections::BTreeMap,
    io::{self, Cursor, Read},
};

use calamine::{Data, DataRef, Dimensions, Reader, SheetType, SheetVisible, Xlsx};
use zip::ZipArchive;

use super::{
    decode::{Decoded, Encoding, Refusal, Warning},
    table::{MOST_COLUMNS, MOST_ROWS, Row, Table},
};
use crate::domain::wareki;

/// All parts of a workbook together may unpack to this many bytes: 20,000 rows of 60 filled columns fit.
const MOST_UNPACKED: u64 = 64 * 1024 * 1024;
const MOST_PARTS: usize = 1_000;
/// The day numbers of workbooks made on old Macs begin at 1904-01-01, this many days later.
const EPOCH_1904: f64 = 1462.0;

pub(super) fn read(bytes: &[u8]) -> Result<Decoded, Refusal> {
    unpacks_within_limits(bytes)?;
    // Some forged regions (「B2:A1」) make the parser stop where overflow is checked; the file is as damaged as any other.
    std::panic::catch_unwind(|| read_first_sheet(bytes)).unwrap_or_else(|_| Err(damaged("the parser gave up")))
}

fn read_first_sheet(bytes: &[u8]) -> Result<Decoded, Refusal> {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(damaged)?;
    let visible = |sheet: &&calamine::Sheet| sheet.typ == SheetType::WorkSheet && sheet.visible == SheetVisible::Visible;
    let mut names = book.sheets_metadata().iter().filter(visible).map(|sheet| sheet.name.clone()).collect::<Vec<_>>().into_iter();
    let sheet = names.next().ok_or(Refusal::NoSheet)?;
    let others: Vec<String> = names.collect();

    let table = first_sheet(&mut book, &sheet)?;
    let warnings = if others.is_empty() { Vec::new() } else { vec![Warning::OtherSheets(others)] };
    Ok(Decoded { table, encoding: Encoding::Xlsx, sheet: Some(sheet), warnings })
}

/// Unpacks every part into nothing and counts: the sizes a zip archive declares may lie.
fn unpacks_within_limits(bytes: &[u8]) -> Result<(), Refusal> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(damaged)?;
    if archive.len() > MOST_PARTS {
        return Err(Refusal::Swollen);
    }
    let mut left = MOST_UNPACKED;
    for index in 0..archive.len() {
        let part = archive.by_index(index).map_err(damaged)?;
        let unpacked = io::copy(&mut part.take(left + 1), &mut io::sink()).map_err(damaged)?;
        left = left.checked_sub(unpacked).ok_or(Refusal::Swollen)?;
    }
    Ok(())
}

/// Reads the cells that hold something; the sheet's own claims about its size are not believed.
fn first_sheet(book: &mut Xlsx<Cursor<&[u8]>>, sheet: &str) -> Result<Table, Refusal> {
    let shift = if book.has_1904_epoch() { EPOCH_1904 } else { 0.0 };
    let mut cells = book.worksheet_cells_reader(sheet).map_err(damaged)?;
    let mut rows: BTreeMap<u32, Vec<String>> = BTreeMap::new();
    while let Some(cell) = cells.next_cell().map_err(damaged)? {
        let written = text(cell.get_value(), shift);
        if written.trim().is_empty() {
            continue;
        }
        let (row, column) = cell.get_position();
        let column = usize::try_from(column).unwrap_or(usize::MAX);
        if row >= MOST_ROWS {
            return Err(Refusal::TooManyRows { most: MOST_ROWS });
        }
        if column >= MOST_COLUMNS {
            return Err(Refusal::TooManyColumns { most: MOST_COLUMNS });
        }
        let row = rows.entry(row).or_default();
        if row.len() <= column {
            row.resize(column + 1, String::new());
        }
        if let Some(place) = row.get_mut(column) {
            *place = written;
        }
    }
    drop(cells);
    // Without the list of merged cells the file still reads as it did before anybody merged them.
    let merged = book.merge_cells_by_sheet_name(sheet).unwrap_or_default();
    spread(&mut rows, &merged)?;
    into_table(rows)
}

/// Writes the value of cells merged downwards into each of their rows, where a person sees it; a workbook keeps it in the
/// topmost only. Rows that hold nothing else stay blank.
fn spread(rows: &mut BTreeMap<u32, Vec<String>>, merged: &[Dimensions]) -> Result<(), Refusal> {
    let mut left = MOST_UNPACKED;
    for region in merged {
        let ((top, column), (bottom, _)) = (region.start, region.end);
        let Ok(column) = usize::try_from(column) else { continue };
        let value = rows.get(&top).and_then(|row| row.get(column)).filter(|value| !value.is_empty()).cloned();
        let (Some(value), true) = (value, top < bottom) else { continue };
        for (_, row) in rows.range_mut(top + 1..=bottom) {
            // Regions that overlap exist in forged files only, where they could fill more than was unpacked.
            left = left.checked_sub(value.len() as u64 + 1).ok_or(Refusal::Swollen)?;
            if row.len() <= column {
                row.resize(column + 1, String::new());
            }
            if let Some(place) = row.get_mut(column).filter(|place| place.is_empty()) {
                place.clone_from(&value);
            }
        }
    }
    Ok(())
}

/// Every row as wide as the widest: a workbook has no short rows, only empty cells.
fn into_table(rows: BTreeMap<u32, Vec<String>>) -> Result<Table, Refusal> {
    let width = rows.values().map(Vec::len).max().unwrap_or(0);
    let mut table = Table::default();
    let mut next = rows.keys().next().copied().unwrap_or(0);
    for (row, mut cells) in rows {
        (next..row).for_each(|gap| table.push_blank(gap + 1));
        next = row + 1;
        cells.resize(width, String::new());
        table.push(Row { line: row + 1, cells })?;
    }
    Ok(table)
}

/// A cell as the person sees it, dates as ISO 8601.
fn text(value: &DataRef<'_>, shift: f64) -> String {
    match value {
        DataRef::DateTime(moment) if moment.is_datetime() => {
            day(moment.as_f64() + shift).unwrap_or_else(|| moment.as_f64().to_string())
        }
        DataRef::SharedString(text) => (*text).to_owned(),
        other => Data::from(other.clone()).to_string(),
    }
}

/// The ISO date of a day number, `None` for bare times and for the first two months of 1900, which Excel miscounts.
fn day(serial: f64) -> Option<String> {
    if !(61.0..3_000_000.0).contains(&serial) {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, reason = "the range was checked; the fraction is the time of day")]
    wareki::from_serial(serial as i32).ok().map(|date| date.to_string())
}

#[expect(clippy::needless_pass_by_value, reason = "every call is a map_err")]
fn damaged(error: impl ToString) -> Refusal {
    Refusal::Damaged(error.to_string())
}
