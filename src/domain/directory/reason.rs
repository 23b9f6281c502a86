//! Why a row of a directory file is refused or worth a second look, in words the texts can say.

use crate::domain::{
    facility::{FacilityKind, KindRefusal},
    membership, name, school_code, staff_code,
    table_in::{Hostile, Misshapen},
    wareki,
};

/// A row that is not taken, with everything that keeps it out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusedRow<F> {
    pub line: u32,
    /// The row's cells as written, each shortened for display.
    pub cells: Vec<String>,
    pub problems: Vec<Problem<F>>,
}

/// One thing wrong with a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem<F> {
    pub field: F,
    /// From 0; `None` when the problem is the row itself or a column the file does not have.
    pub column: Option<usize>,
    /// What stands there, at most 40 characters.
    pub value: String,
    pub reason: Reason,
}

/// Why a row is refused; `key` and `args` say it, with how to mend it. Lines are those a spreadsheet shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    Misshapen(Misshapen),
    Hostile(Hostile),
    Text(name::Refusal),
    Date(wareki::Refusal),
    SchoolCode(school_code::Refusal),
    StaffCode(staff_code::Refusal),
    EndsBeforeItBegins,
    FarAhead,
    LongAgo,
    Ended,
    /// The same record as in an earlier row.
    Duplicate {
        line: u32,
    },

    KindEmpty,
    KindUnknown,
    KindSeveral(&'static [FacilityKind]),
    /// The school code is one of another kind of school.
    KindNotOfCode,
    /// Facilities do not become offices, nor offices facilities or other offices: the roles in them would fit nowhere.
    KindOfAnotherSide,
    /// Another organization has this name.
    NameTaken,
    NameAmbiguous,
    /// The organization of this name has another school code.
    CodeDiffers,
    /// The organization was closed; it is reopened on its page, not by a file.
    Closed,
    /// It would open later: whoever is asked about there is looked for first, on its page and not by a file.
    OpeningPutOff,
    ParentUnknown {
        nearest: Option<String>,
    },
    ParentAmbiguous,
    /// The row of the organization above is in error.
    ParentRefused {
        line: u32,
    },
    /// It would stand below itself.
    ParentBelowItself,
    TemplateUnknown {
        known: String,
    },

    OrganizationEmpty,
    OrganizationUnknown {
        nearest: Option<String>,
    },
    OrganizationAmbiguous,
    OrganizationClosed,
    RoleEmpty,
    RoleUnknown,
    /// The role is none of this kind of organization.
    RoleMisplaced,
    FromEmpty,
    /// Several people may be meant, or somebody of this name elsewhere.
    StaffCodeNeeded,
    /// Somebody of this name and organization has another number.
    StaffCodeDiffers,
    /// … the same number but for zeros in front, which spreadsheets drop.
    StaffCodeZeros,
    /// An earlier row has the same number and another name, or the other way round.
    DiffersFromRow {
        line: u32,
    },
    PersonLeft,
    /// Another term of the same role there would overlap.
    TermOverlaps,
    LeavingUnknown,
    LeavingNoDate,
    /// Nobody of this name or number is known.
    LeaverUnknown,
    /// The person holds nothing in this organization.
    NotThere,
    /// A membership of the person begins after the last day.
    BeginsAfterLeaving,
    /// The person leaves by another row of the file.
    LeavesInRow {
        line: u32,
    },
}

impl Reason {
    /// The id of the sentence that says it, to be looked up in the texts.
    pub const fn key(&self) -> &'static str {
        match self {
            Self::Misshapen(Misshapen::Short { .. }) => "row-short",
            Self::Misshapen(Misshapen::Long { .. }) => "row-long",
            Self::Misshapen(Misshapen::SwallowedRows) => "row-swallowed-rows",
            Self::Hostile(Hostile::Formula(_)) => "text-formula",
            Self::Hostile(Hostile::ErrorValue) => "row-error-value",
            Self::Text(refusal) => refusal.key(),
            Self::Date(refusal) => refusal.key(),
            Self::SchoolCode(refusal) => refusal.key(),
            Self::StaffCode(refusal) => refusal.key(),
            Self::EndsBeforeItBegins => "row-ends-before-it-begins",
            Self::FarAhead => "row-far-ahead",
            Self::LongAgo => "directory-long-ago",
            Self::Ended => "row-ended",
            Self::Duplicate { .. } => "directory-duplicate",
            Self::KindEmpty => "directory-kind-empty",
            Self::KindUnknown => "directory-kind-unknown",
            Self::KindSeveral(_) => "directory-kind-several",
            Self::KindNotOfCode => "directory-kind-not-of-code",
            Self::KindOfAnotherSide => "directory-kind-of-another-side",
            Self::NameTaken => "directory-name-taken",
            Self::NameAmbiguous => "directory-name-ambiguous",
            Self::CodeDiffers => "directory-code-differs",
            Self::Closed => "directory-closed",
            Self::OpeningPutOff => "directory-opening-put-off",
            Self::ParentUnknown { nearest: None } => "directory-parent-unknown",
            Self::ParentUnknown { nearest: Some(_) } => "directory-parent-unknown-nearest",
            Self::ParentAmbiguous => "directory-parent-ambiguous",
            Self::ParentRefused { .. } => "directory-parent-refused",
            Self::ParentBelowItself => "directory-parent-below-itself",
            Self::TemplateUnknown { .. } => "directory-template-unknown",
            Self::OrganizationEmpty => "directory-organization-empty",
            Self::OrganizationUnknown { nearest: None } => "directory-organization-unknown",
            Self::OrganizationUnknown { nearest: Some(_) } => "directory-organization-unknown-nearest",
            Self::OrganizationAmbiguous => "directory-organization-ambiguous",
            Self::OrganizationClosed => "directory-organization-closed",
            Self::RoleEmpty => "directory-role-empty",
            Self::RoleUnknown => "directory-role-unknown",
            Self::RoleMisplaced => "directory-role-misplaced",
            Self::FromEmpty => "directory-from-empty",
            Self::StaffCodeNeeded => "directory-staff-code-needed",
            Self::StaffCodeDiffers => "directory-staff-code-differs",
            Self::StaffCodeZeros => "directory-staff-code-zeros",
            Self::DiffersFromRow { .. } => "directory-differs-from-row",
            Self::PersonLeft => "directory-person-left",
            Self::TermOverlaps => "directory-term-overlaps",
            Self::LeavingUnknown => "directory-leaving-unknown",
            Self::LeavingNoDate => "directory-leaving-no-date",
            Self::LeaverUnknown => "directory-leaver-unknown",
            Self::NotThere => "directory-not-there",
            Self::BeginsAfterLeaving => "directory-begins-after-leaving",
            Self::LeavesInRow { .. } => "directory-leaves-in-row",
        }
    }

    /// What the sentence needs to be said; the kinds of [`Reason::KindSeveral`] are worded by whoever says it.
    pub fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Misshapen(Misshapen::Short { cells, expected } | Misshapen::Long { cells, expected }) => {
                vec![("cells", cells.to_string()), ("expected", expected.to_string())]
            }
            Self::Hostile(Hostile::Formula(sign)) => vec![("character", sign.to_string())],
            Self::Text(refusal) => refusal.args(),
            Self::Date(refusal) => refusal.args(),
            Self::SchoolCode(refusal) => refusal.args(),
            Self::StaffCode(refusal) => refusal.args(),
            Self::Duplicate { line }
            | Self::ParentRefused { line }
            | Self::DiffersFromRow { line }
            | Self::LeavesInRow { line } => vec![("line", line.to_string())],
            Self::ParentUnknown { nearest: Some(nearest) } | Self::OrganizationUnknown { nearest: Some(nearest) } => {
                vec![("nearest", nearest.clone())]
            }
            Self::TemplateUnknown { known } => vec![("known", known.clone())],
            _ => Vec::new(),
        }
    }
}

/// Makes a reason of the refusals that carry their own words.
macro_rules! reasons {
    ($($refusal:ty => $variant:ident),+ $(,)?) => {
        $(impl From<$refusal> for Reason {
            fn from(refusal: $refusal) -> Self {
                Self::$variant(refusal)
            }
        })+
    };
}
reasons! {
    Misshapen => Misshapen,
    Hostile => Hostile,
    name::Refusal => Text,
    wareki::Refusal => Date,
    school_code::Refusal => SchoolCode,
    staff_code::Refusal => StaffCode,
}

impl From<KindRefusal> for Reason {
    fn from(refusal: KindRefusal) -> Self {
        match refusal {
            KindRefusal::Empty => Self::KindEmpty,
            KindRefusal::Unknown => Self::KindUnknown,
            KindRefusal::Several(kinds) => Self::KindSeveral(kinds),
        }
    }
}

impl From<membership::Refusal> for Reason {
    fn from(refusal: membership::Refusal) -> Self {
        match refusal {
            membership::Refusal::EndsBeforeItBegins => Self::EndsBeforeItBegins,
        }
    }
}

/// Something about an accepted row that the person who checks should see.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Remark {
    /// No opening day was written: it opens today.
    OpensToday,
    /// A character other machines may not show (外字).
    PrivateCharacter,
    /// The number is known, under quite another name.
    OtherName,
    /// The membership is suspended and stays so.
    StaysSuspended,
}

impl Remark {
    pub const ALL: [Self; 4] = [Self::OpensToday, Self::PrivateCharacter, Self::OtherName, Self::StaysSuspended];

    pub const fn key(self) -> &'static str {
        match self {
            Self::OpensToday => "directory-opens-today",
            Self::PrivateCharacter => "row-private-character",
            Self::OtherName => "directory-other-name",
            Self::StaysSuspended => "directory-stays-suspended",
        }
    }
}
