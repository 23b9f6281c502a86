//! The mapping of columns to meanings: plain data that a form shows and a person corrects.

use serde::{Deserialize, Serialize};

use super::columns::Field;
use crate::domain::{ground::LegalGround, table_in::Table};

/// Which column means what. A column beyond `columns` is ignored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mapping {
    /// The number of the header row; rows up to it hold no children. `None`: the first row is a child already.
    pub header_row: Option<u32>,
    /// The meaning of each column, from the left.
    pub columns: Vec<Field>,
    /// The ground of rows that name none; always a person's choice, never guessed.
    pub default_ground: Option<LegalGround>,
}

/// Why rows cannot be read with a mapping.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MappingRefusal {
    #[error("{} is given to several columns", field.code())]
    Twice {
        field: Field,
        /// From 0.
        columns: Vec<usize>,
    },
    #[error("no column is {}", .0.code())]
    Missing(Field),
    #[error("{} and {} exclude each other", .0.code(), .1.code())]
    Both(Field, Field),
    #[error("{} goes only with {}", .0.code(), .1.code())]
    Half(Field, Field),
    #[error("there is no ground column and no ground was chosen")]
    GroundNotChosen,
    #[error("there is no row {0}")]
    NoSuchRow(u32),
    #[error("the table has {0} columns only")]
    NoSuchColumn(usize),
}

impl MappingRefusal {
    /// The id of the sentence that says it, to be looked up in the texts.
    pub const fn key(&self) -> &'static str {
        match self {
            Self::Twice { .. } => "mapping-twice",
            Self::Missing(_) => "mapping-missing",
            Self::Both(..) => "mapping-both",
            Self::Half(..) => "mapping-half",
            Self::GroundNotChosen => "mapping-ground-not-chosen",
            Self::NoSuchRow(_) => "mapping-no-such-row",
            Self::NoSuchColumn(_) => "mapping-no-such-column",
        }
    }

    /// The fields the sentence speaks of, in its order; their words are `roster-field-<code>`.
    pub fn fields(&self) -> Vec<Field> {
        match self {
            Self::Twice { field, .. } | Self::Missing(field) => vec![*field],
            Self::Both(one, other) | Self::Half(one, other) => vec![*one, *other],
            _ => Vec::new(),
        }
    }
}

impl Mapping {
    /// The column with this meaning.
    pub fn column(&self, field: Field) -> Option<usize> {
        self.columns.iter().position(|meaning| *meaning == field)
    }

    /// Everything that keeps a table from being read with this mapping; empty when nothing does.
    pub fn refusals(&self, table: &Table) -> Vec<MappingRefusal> {
        let mut refusals = Vec::new();
        self.check_places(table, &mut refusals);
        self.check_repetition(&mut refusals);
        self.check_names(&mut refusals);
        self.check_required(&mut refusals);
        refusals
    }

    fn has(&self, field: Field) -> bool {
        self.columns.contains(&field)
    }

    fn check_places(&self, table: &Table, refusals: &mut Vec<MappingRefusal>) {
        if let Some(line) = self.header_row.filter(|line| !table.rows.iter().any(|row| row.line == *line)) {
            refusals.push(MappingRefusal::NoSuchRow(line));
        }
        let width = table.width();
        if self.columns.iter().skip(width).any(|field| *field != Field::Ignored) {
            refusals.push(MappingRefusal::NoSuchColumn(width));
        }
    }

    fn check_repetition(&self, refusals: &mut Vec<MappingRefusal>) {
        for field in Field::ALL.iter().copied().filter(|field| *field != Field::Ignored) {
            let columns: Vec<usize> = (0..self.columns.len()).filter(|at| self.columns.get(*at) == Some(&field)).collect();
            if columns.len() > 1 {
                refusals.push(MappingRefusal::Twice { field, columns });
            }
        }
    }

    fn check_names(&self, refusals: &mut Vec<MappingRefusal>) {
        for (whole, part, other) in
            [(Field::Name, Field::FamilyName, Field::GivenName), (Field::Kana, Field::FamilyKana, Field::GivenKana)]
        {
            match (self.has(whole), self.has(part), self.has(other)) {
                (true, true, _) => refusals.push(MappingRefusal::Both(whole, part)),
                (true, _, true) => refusals.push(MappingRefusal::Both(whole, other)),
                (false, true, false) => refusals.push(MappingRefusal::Half(part, other)),
                (false, false, true) => refusals.push(MappingRefusal::Half(other, part)),
                _ => {}
            }
        }
        for part in [Field::Grade, Field::Class] {
            if self.has(Field::GradeAndClass) && self.has(part) {
                refusals.push(MappingRefusal::Both(Field::GradeAndClass, part));
            }
        }
    }

    fn check_required(&self, refusals: &mut Vec<MappingRefusal>) {
        let required = [
            (Field::Facility, self.has(Field::Facility)),
            (Field::Name, self.has(Field::Name) || self.has(Field::FamilyName) || self.has(Field::GivenName)),
            (Field::Grade, [Field::Grade, Field::GradeAndClass, Field::BirthDate].into_iter().any(|field| self.has(field))),
            (Field::From, self.has(Field::From)),
        ];
        refusals.extend(required.into_iter().filter(|(_, there)| !there).map(|(field, _)| MappingRefusal::Missing(field)));
        if !self.has(Field::Ground) && self.default_ground.is_none() {
            refusals.push(MappingRefusal::GroundNotChosen);
        }
    }
}
