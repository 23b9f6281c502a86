//! The deed: what the trail will say. A transaction cannot commit without one.

use std::marker::PhantomData;

use serde::Serialize;
use serde_json::{Map, Value};
use uuid::Uuid;

use super::{actions::Action, facts::Facts, permit::Permit};
use crate::domain::ids::{Id, Organization, Person, Ward};

/// The audit entry of a permitted `A`; built from the permit of the same action.
#[derive(Debug)]
pub struct Deed<A: Action> {
    entry: Entry,
    action: PhantomData<A>,
}

/// A deed as the trail stores it.
#[derive(Debug, Clone)]
pub struct Entry {
    pub ward: Id<Ward>,
    pub action: &'static str,
    pub principal: &'static str,
    pub person: Option<Id<Person>>,
    pub organization: Option<Id<Organization>>,
    pub resource_kind: &'static str,
    pub resource: Uuid,
    pub detail: Value,
}

impl<A: Action> Deed<A> {
    pub(super) fn of(permit: &Permit<A>) -> Self {
        let entry = Entry {
            ward: permit.ward(),
            action: A::NAME,
            principal: permit.principal(),
            person: permit.person(),
            organization: permit.organization(),
            resource_kind: A::On::KIND,
            resource: permit.id().uuid(),
            detail: Value::Object(Map::new()),
        };
        let deed = Self { entry, action: PhantomData };
        match permit.token() {
            Some(token) => deed.with("token", token),
            None => deed,
        }
    }

    /// Adds a detail: ids, codes, dates and counts only, never a name or what somebody wrote.
    #[must_use]
    pub fn with(mut self, key: &'static str, value: impl Serialize) -> Self {
        if let (Value::Object(detail), Ok(value)) = (&mut self.entry.detail, serde_json::to_value(value)) {
            detail.insert(key.to_owned(), value);
        }
        self
    }

    pub fn entry(&self) -> &Entry {
        &self.entry
    }
}
