//! The marks of the demo, as a sheet would have made them.

use jiff::civil::Date;

use crate::domain::attendance::{Confirmation, Contact, ContactBy, ContactVia, Mark, Reason, Sign, Status};

/// Announced in the morning.
pub(super) fn absent(reason: Reason) -> Mark {
    Mark {
        contact: Some(Contact::Before),
        contact_by: Some(ContactBy::Mother),
        contact_via: Some(ContactVia::Phone),
        reason: Some(reason),
        ..Mark::only(Status::Absent)
    }
}

/// 連絡なし・理由不明
pub(super) fn silent() -> Mark {
    Mark { contact: Some(Contact::None), reason: Some(Reason::Unknown), ..Mark::only(Status::Absent) }
}

/// The facility rang and nobody answered.
pub(super) fn unreachable() -> Mark {
    Mark { contact: Some(Contact::Unreachable), ..silent() }
}

pub(super) fn status(status: Status) -> Mark {
    Mark::only(status)
}

pub(super) fn late(reason: Reason) -> Mark {
    Mark { contact: Some(Contact::Before), reason: Some(reason), ..Mark::only(Status::Late) }
}

pub(super) fn flu() -> Mark {
    Mark { contact: Some(Contact::Before), reason: Some(Reason::Illness), ..Mark::only(Status::Suspended) }
}

pub(super) fn hospital(confirmed_on: Option<Date>) -> Mark {
    let confirmation = confirmed_on.map(|on| Confirmation { by: "架空総合病院 地域連携室".to_owned(), on });
    Mark { contact: Some(Contact::Before), reason: Some(Reason::Illness), confirmation, ..Mark::only(Status::Hospital) }
}

/// The child came, and something was seen.
pub(super) fn sign(sign: Sign, note: &str) -> Mark {
    Mark { signs: vec![sign], sign_note: Some(note.to_owned()), ..Mark::only(Status::Present) }
}
