//! What the gate must know of a thing before it can judge: ids and organizations, nothing personal.

use super::role::Side;
use crate::domain::ids::{Alert, Id, Opening, Organization, Person, Ward, Watch};

/// The facts of one kind of thing. Implemented here only: a new kind belongs into the policies' schema too.
pub trait Facts: sealed::Sealed {
    /// What the id identifies.
    type Noun;
    /// The Cedar entity type, without its namespace; also the word in the trail.
    const KIND: &'static str;

    fn ward(&self) -> Id<Ward>;
    fn id(&self) -> Id<Self::Noun>;
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::OrganizationFacts {}
    impl Sealed for super::WatchFacts {}
    impl Sealed for super::AlertFacts {}
    impl Sealed for super::OpeningFacts {}
    impl Sealed for super::PersonFacts {}
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OrganizationFacts {
    pub ward: Id<Ward>,
    pub id: Id<Organization>,
    pub side: Side,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WatchFacts {
    pub ward: Id<Ward>,
    pub id: Id<Watch>,
    pub facility: Id<Organization>,
    pub office: Id<Organization>,
    /// The period of the request covers today.
    pub live: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AlertFacts {
    pub ward: Id<Ward>,
    pub id: Id<Alert>,
    pub office: Id<Organization>,
    pub facility: Id<Organization>,
}

/// 緊急閲覧: who opened it for which office, and whose the child is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpeningFacts {
    pub ward: Id<Ward>,
    pub id: Id<Opening>,
    pub person: Id<Person>,
    pub office: Id<Organization>,
    pub owner: Id<Organization>,
}

/// Somebody who signs in, and where they belong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonFacts {
    pub ward: Id<Ward>,
    pub id: Id<Person>,
    /// The organizations they hold a membership in that is not over; the ward's own office when there is none.
    pub places: Vec<OrganizationFacts>,
    /// Whether they administer, audit or operate: others' rights hang on theirs.
    pub privileged: bool,
}

impl Facts for OrganizationFacts {
    type Noun = Organization;
    const KIND: &'static str = "Organization";

    fn ward(&self) -> Id<Ward> {
        self.ward
    }
    fn id(&self) -> Id<Organization> {
        self.id
    }
}

impl Facts for WatchFacts {
    type Noun = Watch;
    const KIND: &'static str = "Watch";

    fn ward(&self) -> Id<Ward> {
        self.ward
    }
    fn id(&self) -> Id<Watch> {
        self.id
    }
}

impl Facts for AlertFacts {
    type Noun = Alert;
    const KIND: &'static str = "Alert";

    fn ward(&self) -> Id<Ward> {
        self.ward
    }
    fn id(&self) -> Id<Alert> {
        self.id
    }
}

impl Facts for OpeningFacts {
    type Noun = Opening;
    const KIND: &'static str = "Opening";

    fn ward(&self) -> Id<Ward> {
        self.ward
    }
    fn id(&self) -> Id<Opening> {
        self.id
    }
}

impl Facts for PersonFacts {
    type Noun = Person;
    const KIND: &'static str = "Person";

    fn ward(&self) -> Id<Ward> {
        self.ward
    }
    fn id(&self) -> Id<Person> {
        self.id
    }
}
