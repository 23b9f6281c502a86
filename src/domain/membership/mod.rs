//! Memberships: who holds which role where, from a day to a day, and what changes when a year begins.

pub mod admins;
pub mod ending;
mod grant;
mod standing;
mod step;
mod term;
mod turn;

#[cfg(test)]
mod tests;

use jiff::civil::Date;

pub use self::{
    grant::{No, Way, Wish, way},
    standing::{ENOUGH, Lack, Standing},
    step::{Step, needs_second_person},
    term::{Refusal, Term, fiscal_year_end},
    turn::{Turn, TurnKind, turns},
};
use super::{
    ids::{Id, Membership, Organization, Person},
    role::Role,
};

/// A membership as the store keeps it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Held {
    pub id: Id<Membership>,
    pub person: Id<Person>,
    pub organization: Id<Organization>,
    pub role: Role,
    pub term: Term,
    pub suspended: bool,
}

impl Held {
    /// Whether the person may act by it on this day.
    pub fn in_force(&self, day: Date) -> bool {
        !self.suspended && self.term.has(day)
    }
}

/// The membership that a new one of this person, role and organization would overlap; suspended ones count, for they may resume.
///
/// `itself` is the one that is being changed. Several roles, and one role in several organizations (兼務), overlap nothing.
pub fn overlapping(
    held: &[Held],
    person: Id<Person>,
    (organization, role): (Id<Organization>, Role),
    term: Term,
    itself: Option<Id<Membership>>,
) -> Option<Id<Membership>> {
    let same = |one: &&Held| one.person == person && one.organization == organization && one.role == role && Some(one.id) != itself;
    held.iter().filter(same).find(|one| one.term.overlaps(term)).map(|one| one.id)
}
