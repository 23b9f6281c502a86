//! Why a row is refused or worth a second look, in words the texts can say.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::columns::Field;
use crate::domain::{
    grade, name,
    table_in::{Hostile, Misshapen},
    wareki,
};

/// A row that is not taken, with everything that keeps it out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusedRow {
    pub line: u32,
    /// The row's cells as written, each shortened for display.
    pub cells: Vec<String>,
    pub problems: Vec<RowProblem>,
}

/// One thing wrong with a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowProblem {
    pub field: Field,
    /// From 0; `None` when the problem is the row itself or several columns.
    pub column: Option<usize>,
    /// What stands there, at most 40 characters.
    pub value: String,
    pub reason: RowReason,
}

/// Why a row is refused; `key` and `args` say it, with how to mend it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RowReason {
    #[error("{cells} cells instead of {expected}")]
    ShortRow { cells: usize, expected: usize },
    #[error("{cells} cells instead of {expected}")]
    LongRow { cells: usize, expected: usize },
    #[error("a quotation mark swallowed rows")]
    SwallowedRows,
    #[error("begins with {0}, as a formula does")]
    Formula(char),
    #[error("an error value of the spreadsheet")]
    ErrorValue,
    #[error("no facility")]
    FacilityEmpty,
    #[error("no facility of that name")]
    FacilityUnknown {
        /// The one known name that is written nearly so.
        nearest: Option<String>,
    },
    #[error("several facilities of that name")]
    FacilityAmbiguous,
    #[error("no facility before {0}")]
    FacilityOpens(Date),
    #[error("no facility any more from {0} on")]
    FacilityCloses(Date),
    #[error(transparent)]
    Text(#[from] name::Refusal),
    #[error("{refusal}")]
    Grade {
        refusal: grade::Refusal,
        /// The labels of the grades this facility can have.
        possible: String,
    },
    #[error("no grade of this facility for that birth date")]
    BirthElsewhere {
        /// The labels of the grades this facility can have.
        possible: String,
    },
    #[error("a class that became a date")]
    ClassIsDate,
    #[error(transparent)]
    Date(#[from] wareki::Refusal),
    #[error("begins more than a year from now")]
    FarAhead,
    #[error("began more than 20 years ago")]
    LongAgo,
    #[error("ends before it begins")]
    EndsBeforeItBegins,
    #[error("ended already")]
    Ended,
    #[error("no ground")]
    GroundEmpty,
    #[error("no ground we know")]
    GroundUnknown,
    #[error("the same child as in row {line}")]
    Duplicate { line: u32 },
}

impl From<Misshapen> for RowReason {
    fn from(misshapen: Misshapen) -> Self {
        match misshapen {
            Misshapen::Short { cells, expected } => Self::ShortRow { cells, expected },
            Misshapen::Long { cells, expected } => Self::LongRow { cells, expected },
            Misshapen::SwallowedRows => Self::SwallowedRows,
        }
    }
}

impl From<Hostile> for RowReason {
    fn from(hostile: Hostile) -> Self {
        match hostile {
            Hostile::Formula(sign) => Self::Formula(sign),
            Hostile::ErrorValue => Self::ErrorValue,
        }
    }
}

impl RowReason {
    /// The row's cells are not under the headings they belong to.
    pub(super) const fn is_of_shape(&self) -> bool {
        matches!(self, Self::ShortRow { .. } | Self::LongRow { .. } | Self::SwallowedRows)
    }

    /// The id of the sentence that says it, to be looked up in the texts.
    pub const fn key(&self) -> &'static str {
        match self {
            Self::ShortRow { .. } => "row-short",
            Self::LongRow { .. } => "row-long",
            Self::SwallowedRows => "row-swallowed-rows",
            // The same sentence whichever check met it first.
            Self::Formula(_) => "text-formula",
            Self::ErrorValue => "row-error-value",
            Self::FacilityEmpty => "row-facility-empty",
            Self::FacilityUnknown { nearest: None } => "row-facility-unknown",
            Self::FacilityUnknown { nearest: Some(_) } => "row-facility-unknown-nearest",
            Self::FacilityAmbiguous => "row-facility-ambiguous",
            Self::FacilityOpens(_) => "row-facility-opens",
            Self::FacilityCloses(_) => "row-facility-closes",
            Self::Text(refusal) => refusal.key(),
            Self::Grade { refusal, .. } => refusal.key(),
            Self::BirthElsewhere { .. } => "row-birth-elsewhere",
            Self::ClassIsDate => "row-class-is-date",
            Self::Date(refusal) => refusal.key(),
            Self::FarAhead => "row-far-ahead",
            Self::LongAgo => "row-long-ago",
            Self::EndsBeforeItBegins => "row-ends-before-it-begins",
            Self::Ended => "row-ended",
            Self::GroundEmpty => "row-ground-empty",
            Self::GroundUnknown => "row-ground-unknown",
            Self::Duplicate { .. } => "row-duplicate",
        }
    }

    /// What the sentence needs to be said.
    pub fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::ShortRow { cells, expected } | Self::LongRow { cells, expected } => {
                vec![("cells", cells.to_string()), ("expected", expected.to_string())]
            }
            Self::Formula(c) => vec![("character", c.to_string())],
            Self::FacilityUnknown { nearest: Some(nearest) } => vec![("nearest", nearest.clone())],
            Self::FacilityOpens(day) | Self::FacilityCloses(day) => vec![("day", day.to_string())],
            Self::Text(refusal) => refusal.args(),
            Self::Grade { possible, .. } | Self::BirthElsewhere { possible } => vec![("possible", possible.clone())],
            Self::Date(refusal) => refusal.args(),
            Self::Duplicate { line } => vec![("line", line.to_string())],
            _ => Vec::new(),
        }
    }
}

/// Something about an accepted row that the person who checks should see.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Remark {
    /// A bare number was taken for an age.
    GradeGuessed,
    /// The grade is another than the birth date means, as after 就学猶予 or 原級留置; the written one is taken.
    GradeNotOfBirth,
    /// 「1-1」, which a spreadsheet will turn into a date one day; 「1年1組」 is safe.
    ClassLikeDate,
    /// A character other machines may not show (外字).
    PrivateCharacter,
}

impl Remark {
    pub const fn key(self) -> &'static str {
        match self {
            Self::GradeGuessed => "row-grade-guessed",
            Self::GradeNotOfBirth => "row-grade-not-of-birth",
            Self::ClassLikeDate => "row-class-like-date",
            Self::PrivateCharacter => "row-private-character",
        }
    }
}
