//! What files on their way in have in common: they wait a day for somebody to go on, and are accepted once or thrown away.

use jiff::SignedDuration;

use super::{Error, Result, sql::unknown_code};
use crate::{
    domain::{
        coded::coded,
        ids::{Id, Person},
    },
    gate::{Permit, actions::Action},
};

/// How long a file waits for somebody to go on, and how long what was done with it is kept where it can be fetched again.
pub(super) const PATIENCE: SignedDuration = SignedDuration::from_hours(24);

coded! {
    /// How far a file has come.
    pub enum State {
        Uploaded = "uploaded",
        Accepted = "accepted",
        Discarded = "discarded",
    }
}

impl State {
    pub(super) fn stored(code: &str) -> Result<Self> {
        Self::from_code(code).ok_or_else(|| unknown_code("import state", code))
    }
}

/// Whose file it is.
pub(super) fn uploader<A: Action>(permit: &Permit<A>) -> Result<Id<Person>> {
    permit.person().ok_or_else(|| Error::Encode("an upload needs a person".into()))
}
