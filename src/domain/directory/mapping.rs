//! What the columns of a directory file mean: guessed from their headings, corrected by a person.

use serde::{Deserialize, Serialize};

use crate::domain::table_in::{Table, headings};

/// The meaning of a column of one kind of file.
pub trait Column: Copy + Eq + 'static {
    const ALL: &'static [Self];
    /// Never read.
    const IGNORED: Self;
    /// Words above columns, the likelier first.
    const WORDS: &'static [(Self, &'static [&'static str])];
    /// A whole that may stand in two columns instead: 氏名 in 姓 and 名.
    const PARTS: &'static [(Self, Self, Self)];
    /// Every row of the file has these.
    const REQUIRED: &'static [Self];
    /// Empty in totals and footnotes, whatever stands in their other cells.
    const TELLING: &'static [Self];

    fn code(self) -> &'static str;
}

/// Which column means what. A column beyond `columns` is ignored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mapping<F> {
    /// The number of the header row; rows up to it hold no records. `None`: the first row is a record already.
    pub header_row: Option<u32>,
    /// The meaning of each column, from the left.
    pub columns: Vec<F>,
}

/// Why rows cannot be read with a mapping.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MappingRefusal<F> {
    /// Columns from 0.
    Twice {
        field: F,
        columns: Vec<usize>,
    },
    Missing(F),
    Both(F, F),
    Half(F, F),
    /// There is no such column, and no value for all rows was chosen.
    NotChosen(F),
    NoSuchRow(u32),
    NoSuchColumn(usize),
}

impl<F: Column> MappingRefusal<F> {
    /// The id of the sentence that says it, to be looked up in the texts.
    pub const fn key(&self) -> &'static str {
        match self {
            Self::Twice { .. } => "mapping-twice",
            Self::Missing(_) => "mapping-missing",
            Self::Both(..) => "mapping-both",
            Self::Half(..) => "mapping-half",
            Self::NotChosen(_) => "mapping-not-chosen",
            Self::NoSuchRow(_) => "mapping-no-such-row",
            Self::NoSuchColumn(_) => "mapping-no-such-column",
        }
    }

    /// The fields the sentence speaks of, in its order.
    pub fn fields(&self) -> Vec<F> {
        match self {
            Self::Twice { field, .. } | Self::Missing(field) | Self::NotChosen(field) => vec![*field],
            Self::Both(one, other) | Self::Half(one, other) => vec![*one, *other],
            Self::NoSuchRow(_) | Self::NoSuchColumn(_) => Vec::new(),
        }
    }
}

impl<F: Column> Mapping<F> {
    /// Proposes a mapping: the row with the most known words is the header. Without one every column is ignored.
    pub fn guess(table: &Table) -> Self {
        let Some(found) = headings(table, F::WORDS) else {
            return Self { header_row: None, columns: vec![F::IGNORED; table.width()] };
        };
        let mut columns: Vec<F> = found.columns.into_iter().map(|field| field.unwrap_or(F::IGNORED)).collect();
        // Where the whole has a column, its parts are not read a second time.
        for (whole, one, other) in F::PARTS {
            if columns.contains(whole) {
                columns.iter_mut().filter(|field| *field == one || *field == other).for_each(|field| *field = F::IGNORED);
            }
        }
        Self { header_row: Some(found.line), columns }
    }

    /// The column with this meaning.
    pub fn column(&self, field: F) -> Option<usize> {
        self.columns.iter().position(|meaning| *meaning == field)
    }

    pub fn has(&self, field: F) -> bool {
        self.columns.contains(&field)
    }

    /// Everything that keeps a table from being read with this mapping; empty when nothing does.
    pub fn refusals(&self, table: &Table) -> Vec<MappingRefusal<F>> {
        let mut refusals = Vec::new();
        if let Some(line) = self.header_row.filter(|line| !table.rows.iter().any(|row| row.line == *line)) {
            refusals.push(MappingRefusal::NoSuchRow(line));
        }
        let width = table.width();
        if self.columns.iter().skip(width).any(|field| *field != F::IGNORED) {
            refusals.push(MappingRefusal::NoSuchColumn(width));
        }
        for field in F::ALL.iter().copied().filter(|field| *field != F::IGNORED) {
            let columns: Vec<usize> = (0..self.columns.len()).filter(|at| self.columns.get(*at) == Some(&field)).collect();
            if columns.len() > 1 {
                refusals.push(MappingRefusal::Twice { field, columns });
            }
        }
        for (whole, one, other) in F::PARTS {
            match (self.has(*whole), self.has(*one), self.has(*other)) {
                (true, true, _) => refusals.push(MappingRefusal::Both(*whole, *one)),
                (true, _, true) => refusals.push(MappingRefusal::Both(*whole, *other)),
                (false, true, false) => refusals.push(MappingRefusal::Half(*one, *other)),
                (false, false, true) => refusals.push(MappingRefusal::Half(*other, *one)),
                _ => {}
            }
        }
        let parted = |field: &F| F::PARTS.iter().any(|(whole, one, other)| whole == field && (self.has(*one) || self.has(*other)));
        let missing = F::REQUIRED.iter().filter(|field| !self.has(**field) && !parted(field));
        refusals.extend(missing.map(|field| MappingRefusal::Missing(*field)));
        refusals
    }
}
