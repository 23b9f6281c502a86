//! What a row does to somebody's memberships.

use jiff::civil::Date;

use super::{columns::PersonField as Field, folk::KnownPerson, leaving::Leaving};
use crate::domain::{
    directory::reason::Reason,
    ids::{Id, Membership, Organization},
    membership::{Held, Step, Term, needs_second_person, overlapping},
    role::Role,
};

/// A change of one membership.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MembershipStep {
    Begin {
        organization: Id<Organization>,
        role: Role,
        term: Term,
    },
    /// The days become others: a later begin of what has not begun, another last day, an end.
    Alter {
        membership: Id<Membership>,
        organization: Id<Organization>,
        role: Role,
        old: Term,
        new: Term,
    },
}

impl MembershipStep {
    /// The term afterwards.
    pub const fn term(&self) -> Term {
        match self {
            Self::Begin { term, .. } => *term,
            Self::Alter { new, .. } => *new,
        }
    }

    pub const fn membership(&self) -> Option<Id<Membership>> {
        match self {
            Self::Begin { .. } => None,
            Self::Alter { membership, .. } => Some(*membership),
        }
    }

    /// What kind of change it is; one that gives days and takes others gives.
    pub fn kind(&self) -> Step {
        match self {
            Self::Begin { .. } => Step::Grant,
            Self::Alter { old, new, .. } => {
                let later = old.until().is_some_and(|old| new.until().is_none_or(|new| new > old));
                if later || new.from() < old.from() { Step::Extend } else { Step::End }
            }
        }
    }

    pub fn needs_second_person(&self) -> bool {
        let (Self::Begin { role, .. } | Self::Alter { role, .. }) = self;
        needs_second_person(*role, self.kind())
    }
}

/// What holding a role takes.
pub(super) struct Holding<'k> {
    pub(super) step: Option<MembershipStep>,
    /// The membership that is there already.
    pub(super) existing: Option<&'k Held>,
}

/// To hold a role somewhere: what has to be done for it, and the membership that is there already.
///
/// A begin that has passed is history and stays; an empty last day leaves the last day as it is.
pub(super) fn hold(
    known: Option<&KnownPerson>,
    (organization, role): (Id<Organization>, Role),
    (from, until): (Date, Option<Date>),
    today: Date,
) -> Result<Holding<'_>, (Field, Reason)> {
    let wanted = Term::new(from, until).map_err(|refusal| (Field::Until, refusal.into()))?;
    let same = |held: &&Held| held.organization == organization && held.role == role && held.term.overlaps(wanted);
    let existing = known.and_then(|known| known.memberships.iter().filter(same).min_by_key(|held| held.term.from()));
    let Some(held) = existing else {
        if wanted.over(today) {
            return Err((Field::Until, Reason::Ended));
        }
        let step = MembershipStep::Begin { organization, role, term: wanted };
        return Ok(Holding { step: Some(step), existing });
    };
    let begin = if held.term.from() > today { from } else { held.term.from() };
    let new = Term::new(begin, until.or(held.term.until())).map_err(|refusal| (Field::Until, refusal.into()))?;
    if new == held.term {
        return Ok(Holding { step: None, existing });
    }
    if new.over(today) {
        return Err((Field::Until, Reason::Ended));
    }
    let others = known.map_or(&[][..], |known| &known.memberships);
    if overlapping(others, held.person, (organization, role), new, Some(held.id)).is_some() {
        return Err((Field::From, Reason::TermOverlaps));
    }
    let step = MembershipStep::Alter { membership: held.id, organization, role, old: held.term, new };
    Ok(Holding { step: Some(step), existing })
}

/// To go: the memberships that end with it, on `on` at the latest.
pub(super) fn go(
    known: &KnownPerson,
    (organization, role): (Id<Organization>, Option<Role>),
    (leaving, on): (Leaving, Date),
) -> Result<Vec<MembershipStep>, (Field, Reason)> {
    let from_here = |held: &&Held| held.organization == organization && role.is_none_or(|role| held.role == role);
    let concerned: Vec<&Held> = match leaving {
        Leaving::Transfer => known.memberships.iter().filter(from_here).collect(),
        Leaving::Retirement => known.memberships.iter().collect(),
    };
    if leaving == Leaving::Transfer && concerned.is_empty() {
        return Err((Field::Organization, Reason::NotThere));
    }
    let mut steps = Vec::new();
    for held in concerned.into_iter().filter(|held| held.term.until().is_none_or(|until| until > on)) {
        let new = held.term.ending(on).map_err(|_| (Field::Leaving, Reason::BeginsAfterLeaving))?;
        let Held { id: membership, organization, role, term: old, .. } = *held;
        steps.push(MembershipStep::Alter { membership, organization, role, old, new });
    }
    Ok(steps)
}
