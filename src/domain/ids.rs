//! Ids that know what they identify: an `Id<Person>` can never stand where an `Id<Watch>` is meant.

use std::{
    cmp::Ordering,
    fmt,
    hash::{Hash, Hasher},
    marker::PhantomData,
    str::FromStr,
};

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::{NoContext, Uuid};

/// Declares marker types: nouns that have an id but no value of their own here.
macro_rules! nouns {
    ($($(#[$doc:meta])* $noun:ident),+ $(,)?) => {
        $($(#[$doc])* #[derive(Debug, Clone, Copy)] pub enum $noun {})+
    };
}

nouns! {
    /// A municipality (市区町村): the border nothing crosses.
    Ward,
    /// An office, facility or board, a node in the ward's tree.
    Organization,
    /// Somebody who signs in.
    Person,
    /// A person's role in an organization, from a day to a day.
    Membership,
    /// One-time permission to register the first passkey.
    Invitation,
    /// A right that waits for a second person's word.
    Proposal,
    /// A credential of a person.
    Passkey,
    /// An account of the ward's sign-in service that is somebody's here.
    Binding,
    /// A half-finished ceremony.
    Ceremony,
    /// A signed-in browser.
    Session,
    /// What was sent to a session that was over.
    KeptForm,
    /// What a school's system shows instead of signing in.
    ApiToken,
    /// The opaque key of a child; it stays the same when the facility changes.
    Child,
    /// A request to watch over one child at one facility (情報提供依頼).
    Watch,
    /// One sent sheet.
    Submission,
    /// One 至急連絡.
    UrgentReport,
    /// One version of one report.
    Report,
    /// One alert.
    Alert,
    /// What was done about an alert.
    AlertAction,
    /// A roster on its way from upload to acceptance.
    RosterImport,
    /// A facility's register of a month on its way from upload to acceptance.
    AttendanceImport,
    /// A rule tried over the past.
    BackTest,
    /// A file of organizations or people on its way from upload to acceptance.
    DirectoryImport,
    /// A line of the trail.
    TrailEntry,
    /// A closed or extra open day of a facility.
    CalendarDay,
    /// A mail on its way out.
    Mail,
    /// A browser that shows notices without being asked.
    PushDevice,
    /// A push on its way to a device.
    Push,
    /// 休暇: days on which somebody is not there.
    Absence,
    /// 緊急閲覧: an hour's look at a child of another office.
    Opening,
    /// An account on its way back to its owner.
    Recovery,
}

/// A random 128-bit identifier of one `T`, in URLs and keys.
pub struct Id<T> {
    uuid: Uuid,
    of: PhantomData<fn() -> T>,
}

impl<T> Id<T> {
    /// An unguessable id that tells nothing about when it was made (UUID version 4, RFC 9562).
    #[expect(clippy::disallowed_methods, reason = "the one place where ids are made")]
    pub fn random() -> Self {
        Self::from(Uuid::new_v4())
    }

    /// An id that sorts by the time it was made (UUID version 7), for rows that are only ever appended.
    #[expect(clippy::disallowed_methods, reason = "the one place where ids are made")]
    pub fn ordered(now: Timestamp) -> Self {
        let seconds = u64::try_from(now.as_second()).unwrap_or(0);
        let nanos = u32::try_from(now.subsec_nanosecond()).unwrap_or(0);
        Self::from(Uuid::new_v7(uuid::Timestamp::from_unix(NoContext, seconds, nanos)))
    }

    pub const fn uuid(self) -> Uuid {
        self.uuid
    }

    /// Says that what was known as a `T` is, seen from elsewhere, a `U` (a facility is an organization).
    pub const fn cast<U>(self) -> Id<U> {
        Id { uuid: self.uuid, of: PhantomData }
    }
}

impl<T> From<Uuid> for Id<T> {
    fn from(uuid: Uuid) -> Self {
        Self { uuid, of: PhantomData }
    }
}

impl<T> FromStr for Id<T> {
    type Err = uuid::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Uuid::parse_str(text).map(Self::from)
    }
}

impl<T> Clone for Id<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T> Copy for Id<T> {}
impl<T> PartialEq for Id<T> {
    fn eq(&self, other: &Self) -> bool {
        self.uuid == other.uuid
    }
}
impl<T> Eq for Id<T> {}
impl<T> PartialOrd for Id<T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl<T> Ord for Id<T> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.uuid.cmp(&other.uuid)
    }
}
impl<T> Hash for Id<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.uuid.hash(state);
    }
}
impl<T> fmt::Display for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.uuid.fmt(f)
    }
}
impl<T> fmt::Debug for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.uuid.fmt(f)
    }
}
impl<T> Serialize for Id<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.uuid.serialize(serializer)
    }
}
impl<'de, T> Deserialize<'de> for Id<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Uuid::deserialize(deserializer).map(Self::from)
    }
}
