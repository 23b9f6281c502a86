//! The permit: proof that the gate said yes to this actor, this action and this very thing.

use std::{fmt, marker::PhantomData};

use super::{actions::Action, actor::Actor, deed::Deed, facts::Facts};
use crate::domain::ids::{ApiToken, Id, Organization, Person, Ward};

/// Leave to do `A` to the one thing it was asked for. Only [`super::Gate::permit`] makes one; the store takes ids from it.
pub struct Permit<A: Action> {
    ward: Id<Ward>,
    resource: Id<<A::On as Facts>::Noun>,
    principal: &'static str,
    person: Option<Id<Person>>,
    organization: Option<Id<Organization>>,
    token: Option<Id<ApiToken>>,
    action: PhantomData<A>,
}

impl<A: Action> Permit<A> {
    pub(super) fn grant(actor: &Actor, facts: &A::On) -> Self {
        Self {
            ward: facts.ward(),
            resource: facts.id(),
            principal: actor.principal(),
            person: actor.person(),
            organization: actor.organization(),
            token: actor.token(),
            action: PhantomData,
        }
    }

    pub const fn ward(&self) -> Id<Ward> {
        self.ward
    }

    /// The thing this permit is for.
    pub const fn id(&self) -> Id<<A::On as Facts>::Noun> {
        self.resource
    }

    /// Who was permitted; `None` for a duty that acts for nobody.
    pub const fn person(&self) -> Option<Id<Person>> {
        self.person
    }

    pub const fn organization(&self) -> Option<Id<Organization>> {
        self.organization
    }

    /// The token of the system that was permitted; the trail always names it.
    pub const fn token(&self) -> Option<Id<ApiToken>> {
        self.token
    }

    pub const fn principal(&self) -> &'static str {
        self.principal
    }

    /// What is said in the trail when the permitted thing is done.
    pub fn deed(&self) -> Deed<A> {
        Deed::of(self)
    }
}

impl<A: Action> fmt::Debug for Permit<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Permit({} by {} on {})", A::NAME, self.principal, self.resource)
    }
}
