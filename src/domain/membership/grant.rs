//! Whether a membership may be given, and whether one person may give it.

use jiff::civil::Date;

use super::{Held, Step, Term, needs_second_person, overlapping};
use crate::domain::{
    facility::OrganizationKind,
    ids::{Id, Organization, Person},
    role::Role,
};

/// The membership somebody shall get.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wish {
    pub person: Id<Person>,
    pub organization: Id<Organization>,
    pub role: Role,
    pub term: Term,
}

/// What becomes of a wish that may be fulfilled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// Whoever asks gives it.
    AtOnce,
    /// A second person decides first.
    Proposed,
}

/// Why a membership is not given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum No {
    #[error("nobody has this role in an organization of this kind")]
    Unfit,
    #[error("held already on some of these days")]
    Overlaps,
    #[error("its last day has passed")]
    Over,
}

impl No {
    /// The id of the sentence that says it, to be looked up in the texts.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Unfit => "membership-unfit",
            Self::Overlaps => "membership-overlaps",
            Self::Over => "membership-over",
        }
    }
}

/// Judges a wish against what the person holds.
pub fn way(wish: &Wish, kind: OrganizationKind, held: &[Held], today: Date) -> Result<Way, No> {
    if !wish.role.fits(kind) {
        return Err(No::Unfit);
    }
    if wish.term.over(today) {
        return Err(No::Over);
    }
    if overlapping(held, wish.person, (wish.organization, wish.role), wish.term, None).is_some() {
        return Err(No::Overlaps);
    }
    Ok(if needs_second_person(wish.role, Step::Grant) { Way::Proposed } else { Way::AtOnce })
}
