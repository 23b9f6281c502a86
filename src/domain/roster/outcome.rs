//! A whole roster read: rows accepted, refused and passed over, none of them lost.

use std::collections::HashMap;

use jiff::civil::Date;

use super::{
    columns::{Field, speaks_of_birth},
    mapping::{Mapping, MappingRefusal},
    reason::{RefusedRow, RowProblem, RowReason},
    row::{KnownFacility, Reader, RosterRow},
};
use crate::domain::{
    grade::Grade,
    ids::{Id, Organization},
    name::{Found, NameIndex, search_key},
    table_in::{PassedOver, Row, Table, Why, shortened},
};

/// What became of every row below the header.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outcome {
    pub accepted: Vec<RosterRow>,
    pub refused: Vec<RefusedRow>,
    pub passed_over: Vec<PassedOver>,
}

/// The facilities rows may name.
pub(super) struct Facilities<'k>(NameIndex<'k, KnownFacility>);

impl<'k> Facilities<'k> {
    fn new(known: &'k [KnownFacility]) -> Self {
        Self(NameIndex::new(known, |facility| &facility.name))
    }

    pub(super) fn find(&self, written: &str) -> Result<&'k KnownFacility, RowReason> {
        if search_key(written).is_empty() {
            return Err(RowReason::FacilityEmpty);
        }
        match self.0.find(written) {
            Found::Only(only) => Ok(only),
            Found::Several => Err(RowReason::FacilityAmbiguous),
            Found::None { nearest } => Err(RowReason::FacilityUnknown { nearest }),
        }
    }
}

/// Children of one name and grade at one facility, told apart by class only.
type Seen = HashMap<(Id<Organization>, String, Grade), Vec<(u32, Option<String>)>>;

/// Reads every row below the header. Rows do not depend on each other but for duplicates, which the later row loses.
///
/// `today` bounds the dates: a begin more than a year ahead or 20 years back and an end that has passed are refused.
pub fn read(table: &Table, mapping: &Mapping, known: &[KnownFacility], today: Date) -> Result<Outcome, Vec<MappingRefusal>> {
    let refusals = mapping.refusals(table);
    if !refusals.is_empty() {
        return Err(refusals);
    }
    let header = mapping.header_row.and_then(|line| table.rows.iter().find(|row| row.line == line));
    let below = header.map_or(0, |row| row.line);
    let width = header.map_or_else(|| table.width(), |row| row.cells.len()).max(used_width(mapping));
    let facilities = Facilities::new(known);
    let reader = Reader { mapping, facilities: &facilities, today, width };

    let births = births(mapping, header);

    // What every child's row has; in a total or a footnote these cells are empty.
    let child_columns =
        [Field::Grade, Field::GradeAndClass, Field::BirthDate, Field::From].into_iter().filter_map(|field| mapping.column(field));

    let mut outcome = Outcome::default();
    let mut seen = Seen::new();
    for row in table.rows.iter().filter(|row| row.line > below) {
        if let Some(why) = Why::of(row, header, child_columns.clone()) {
            outcome.passed_over.push(PassedOver { line: row.line, why });
            continue;
        }
        match reader.read(row).and_then(|child| first_time(child, row, mapping, &mut seen)) {
            Ok(child) => outcome.accepted.push(child),
            Err(problems) => outcome.refused.push(refused(row, problems, &births)),
        }
    }
    let blank = table.blank.iter().filter(|line| **line > below);
    outcome.passed_over.extend(blank.map(|line| PassedOver { line: *line, why: Why::Blank }));
    outcome.passed_over.sort_by_key(|passed| passed.line);
    Ok(outcome)
}

/// The columns up to the last one that means something.
fn used_width(mapping: &Mapping) -> usize {
    mapping.columns.iter().rposition(|field| *field != Field::Ignored).map_or(0, |last| last + 1)
}

/// The columns that hold birth dates, read or not: a refused row is kept for who mends it, and they are not.
fn births(mapping: &Mapping, header: Option<&Row>) -> Vec<usize> {
    let width = header.map_or(0, |row| row.cells.len()).max(mapping.columns.len());
    let is_birth = |column: &usize| {
        mapping.columns.get(*column) == Some(&Field::BirthDate) || header.is_some_and(|row| speaks_of_birth(row.cell(*column)))
    };
    (0..width).filter(is_birth).collect()
}

fn refused(row: &Row, mut problems: Vec<RowProblem>, births: &[usize]) -> RefusedRow {
    // In a row whose cells have moved a birth date may stand anywhere.
    let moved = !births.is_empty() && problems.iter().any(|problem| problem.reason.is_of_shape());
    let kept = |(column, cell): (usize, &String)| {
        if moved || births.contains(&column) { String::new() } else { shortened(cell, 60) }
    };
    let cells = row.cells.iter().enumerate().map(kept).collect();
    let at_birth = |problem: &&mut RowProblem| problem.column.is_some_and(|column| births.contains(&column));
    problems.iter_mut().filter(at_birth).for_each(|problem| problem.value.clear());
    RefusedRow { line: row.line, cells, problems }
}

/// Refuses the child that an earlier row named; different classes make two children of one name and grade.
fn first_time(child: RosterRow, row: &Row, mapping: &Mapping, seen: &mut Seen) -> Result<RosterRow, Vec<RowProblem>> {
    let class = child.class.as_ref().map(|class| search_key(class));
    let same = seen.entry((child.facility, search_key(&child.name), child.grade)).or_default();
    let earlier = same.iter().find(|(_, other)| class.is_none() || other.is_none() || *other == class).map(|(line, _)| *line);
    if let Some(line) = earlier {
        let field = if mapping.column(Field::Name).is_some() { Field::Name } else { Field::FamilyName };
        let column = mapping.column(field);
        let value = shortened(column.map_or("", |column| row.cell(column)), 40);
        return Err(vec![RowProblem { field, column, value, reason: RowReason::Duplicate { line } }]);
    }
    same.push((child.line, class));
    Ok(child)
}
