//! Who is acting: a person in a role, a school's system, or the hub itself on one of its duties.

use std::net::IpAddr;

use jiff::Timestamp;

use super::role::{Role, Side};
use crate::domain::{
    coded::coded,
    ids::{ApiToken, Id, Membership, Organization, Person, Session, Ward},
};

/// Whoever does a deed.
#[derive(Debug, Clone)]
pub enum Actor {
    Member(Member),
    Client(Client),
    Duty(Duty),
}

/// A signed-in person who has chosen the organization to act for. Suspended, ended and not yet begun memberships are none.
#[derive(Debug, Clone)]
pub struct Member(Admission);

/// What the session layer knows about a member when it lets them in.
#[derive(Debug, Clone)]
pub struct Admission {
    pub ward: Id<Ward>,
    pub session: Id<Session>,
    pub person: Id<Person>,
    pub membership: Id<Membership>,
    pub role: Role,
    pub organization: Id<Organization>,
    /// The organization and everything below it in the ward's tree.
    pub organizations: Vec<Id<Organization>>,
    /// When the person last proved to be there (user verification of the passkey).
    pub verified_at: Timestamp,
    /// The actions they have just proved it for, in this session (security B2).
    pub verified_for: Vec<String>,
    /// A recovered account changes nothing for an hour.
    pub read_only: bool,
    /// Where the request came from, as far as a rule of networks may believe it: nowhere behind a proxy that names nobody.
    pub address: Option<IpAddr>,
}

/// A school's system that has shown the token of its facility. It has no session, and nobody sits before it.
#[derive(Debug, Clone)]
pub struct Client(Shown);

/// What the token layer knows of a system when it lets it in.
#[derive(Debug, Clone, Copy)]
pub struct Shown {
    pub ward: Id<Ward>,
    pub token: Id<ApiToken>,
    pub facility: Id<Organization>,
    /// The peer the request came from.
    pub address: Option<IpAddr>,
}

coded! {
    /// The hub's own duties, each a principal of its own in the policies.
    pub enum DutyKind {
        /// Lets people in and out.
        Entry = "entry",
        /// Does what the time of day asks for.
        Clock = "clock",
        /// The operator's console.
        CommandLine = "commandLine",
    }
}

/// One duty at work, inside one ward.
#[derive(Debug, Clone, Copy)]
pub struct Duty {
    pub(super) kind: DutyKind,
    pub(super) ward: Id<Ward>,
    pub(super) person: Option<Id<Person>>,
    pub(super) organization: Option<Id<Organization>>,
}

impl Member {
    /// Only the session layer calls this, after it has checked the session (tests/it/layers.rs holds the place).
    pub const fn admit(admission: Admission) -> Self {
        Self(admission)
    }

    pub const fn session(&self) -> Id<Session> {
        self.0.session
    }
    pub const fn person(&self) -> Id<Person> {
        self.0.person
    }
    pub const fn membership(&self) -> Id<Membership> {
        self.0.membership
    }
    pub const fn role(&self) -> Role {
        self.0.role
    }
    pub const fn organization(&self) -> Id<Organization> {
        self.0.organization
    }
    pub fn organizations(&self) -> &[Id<Organization>] {
        &self.0.organizations
    }
    pub const fn ward(&self) -> Id<Ward> {
        self.0.ward
    }
    pub const fn verified_at(&self) -> Timestamp {
        self.0.verified_at
    }
    pub fn is_verified_for(&self, action: &str) -> bool {
        self.0.verified_for.iter().any(|known| known == action)
    }
    /// The same member, just verified for these actions.
    #[cfg(test)]
    pub(super) fn verified_for(mut self, actions: &[&str]) -> Self {
        self.0.verified_for = actions.iter().map(ToString::to_string).collect();
        self
    }
    pub const fn is_read_only(&self) -> bool {
        self.0.read_only
    }
    pub const fn address(&self) -> Option<IpAddr> {
        self.0.address
    }
}

impl Client {
    /// The word for the log and the trail.
    pub const CODE: &'static str = "client";

    /// Only the token layer calls this, after it has checked the token (tests/it/layers.rs holds the place).
    pub const fn admit(shown: Shown) -> Self {
        Self(shown)
    }

    pub const fn ward(&self) -> Id<Ward> {
        self.0.ward
    }
    pub const fn token(&self) -> Id<ApiToken> {
        self.0.token
    }
    pub const fn facility(&self) -> Id<Organization> {
        self.0.facility
    }
    pub const fn address(&self) -> Option<IpAddr> {
        self.0.address
    }
}

impl Duty {
    /// Keeps the door of a ward where no person is known.
    pub const fn door(ward: Id<Ward>) -> Self {
        Self { kind: DutyKind::Entry, ward, person: None, organization: None }
    }

    /// Lets one known person in, out, or from one organization to another.
    pub const fn entry(ward: Id<Ward>, person: Id<Person>) -> Self {
        Self { kind: DutyKind::Entry, ward, person: Some(person), organization: None }
    }

    /// Looks after one facility when a time of the day has passed.
    pub const fn clock(ward: Id<Ward>, facility: Id<Organization>) -> Self {
        Self { kind: DutyKind::Clock, ward, person: None, organization: Some(facility) }
    }

    pub const fn command_line(ward: Id<Ward>) -> Self {
        Self { kind: DutyKind::CommandLine, ward, person: None, organization: None }
    }

    pub const fn kind(self) -> DutyKind {
        self.kind
    }
}

impl Actor {
    pub const fn ward(&self) -> Id<Ward> {
        match self {
            Self::Member(member) => member.ward(),
            Self::Client(client) => client.ward(),
            Self::Duty(duty) => duty.ward,
        }
    }

    pub const fn person(&self) -> Option<Id<Person>> {
        match self {
            Self::Member(member) => Some(member.person()),
            Self::Client(_) => None,
            Self::Duty(duty) => duty.person,
        }
    }

    pub const fn organization(&self) -> Option<Id<Organization>> {
        match self {
            Self::Member(member) => Some(member.organization()),
            Self::Client(client) => Some(client.facility()),
            Self::Duty(duty) => duty.organization,
        }
    }

    /// The organizations the actor acts for; a duty acts for the one it looks after, a system for its facility.
    pub fn organizations(&self) -> &[Id<Organization>] {
        match self {
            Self::Member(member) => member.organizations(),
            Self::Client(client) => std::slice::from_ref(&client.0.facility),
            Self::Duty(duty) => duty.organization.as_slice(),
        }
    }

    pub const fn member(&self) -> Option<&Member> {
        match self {
            Self::Member(member) => Some(member),
            Self::Client(_) | Self::Duty(_) => None,
        }
    }

    pub const fn side(&self) -> Option<Side> {
        match self {
            Self::Member(member) => Some(member.role().side()),
            Self::Client(_) | Self::Duty(_) => None,
        }
    }

    pub const fn duty(&self) -> Option<DutyKind> {
        match self {
            Self::Member(_) | Self::Client(_) => None,
            Self::Duty(duty) => Some(duty.kind),
        }
    }

    /// The token a system has shown.
    pub const fn token(&self) -> Option<Id<ApiToken>> {
        match self {
            Self::Client(client) => Some(client.token()),
            Self::Member(_) | Self::Duty(_) => None,
        }
    }

    /// The word for the log and the trail: a role, a system, or a duty.
    pub const fn principal(&self) -> &'static str {
        match self {
            Self::Member(member) => member.role().code(),
            Self::Client(_) => Client::CODE,
            Self::Duty(duty) => duty.kind.code(),
        }
    }
}

impl From<Member> for Actor {
    fn from(member: Member) -> Self {
        Self::Member(member)
    }
}

impl From<Client> for Actor {
    fn from(client: Client) -> Self {
        Self::Client(client)
    }
}

impl From<Duty> for Actor {
    fn from(duty: Duty) -> Self {
        Self::Duty(duty)
    }
}
