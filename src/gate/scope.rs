//! The scope: which rows a list may show. Lists are filtered by it in SQL, never by asking row by row.

use super::{actions::Action, deed::Deed, facts::OrganizationFacts, permit::Permit};
use crate::domain::ids::{Id, Organization, Person, Ward};

/// Leave to list what belongs to some organizations of one ward.
#[derive(Debug)]
pub struct Scope<A: Action<On = OrganizationFacts>> {
    permit: Permit<A>,
    organizations: Vec<Id<Organization>>,
}

impl<A: Action<On = OrganizationFacts>> Scope<A> {
    pub(super) fn over(permit: Permit<A>, organizations: &[Id<Organization>]) -> Self {
        Self { permit, organizations: organizations.to_vec() }
    }

    pub const fn ward(&self) -> Id<Ward> {
        self.permit.ward()
    }

    pub const fn person(&self) -> Option<Id<Person>> {
        self.permit.person()
    }

    /// The organization the list was asked for.
    pub const fn organization(&self) -> Id<Organization> {
        self.permit.id()
    }

    /// That organization and those below it.
    pub fn organizations(&self) -> &[Id<Organization>] {
        &self.organizations
    }

    pub fn deed(&self) -> Deed<A> {
        self.permit.deed()
    }
}
