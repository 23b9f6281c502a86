//! One validated report of one child for one day.

use jiff::civil::Date;

use super::{Contact, ContactBy, ContactVia, Reason, Sign, Status};
use crate::domain::calendar::days_between;

/// How many days a hospital's confirmation is good for.
pub const CONFIRMATION_DAYS: i64 = 7;

/// Who at the hospital confirmed that the child is there, or who met the child elsewhere and where; and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confirmation {
    /// 確認者, up to 60 characters.
    pub by: String,
    pub on: Date,
}

/// What a facility says about one child on one day. Made by `MarkInput::check`, or read back from where it was kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    pub status: Status,
    pub contact: Option<Contact>,
    pub contact_by: Option<ContactBy>,
    pub contact_via: Option<ContactVia>,
    pub reason: Option<Reason>,
    /// 備考, up to 100 characters, never empty.
    pub note: Option<String>,
    /// Only with 入院 and 校外で確認.
    pub confirmation: Option<Confirmation>,
    /// Sorted, without repetition.
    pub signs: Vec<Sign>,
    /// What was seen, up to 400 characters, never empty, only with signs.
    pub sign_note: Option<String>,
}

impl Mark {
    /// A mark with nothing but its status.
    pub const fn only(status: Status) -> Self {
        Self {
            status,
            contact: None,
            contact_by: None,
            contact_via: None,
            reason: None,
            note: None,
            confirmation: None,
            signs: Vec::new(),
            sign_note: None,
        }
    }

    /// Whether the child counts as seen on `day`, the day of this mark. A hospital vouches for the child
    /// only through a named confirmer, and only for seven days.
    pub fn is_seen_on(&self, day: Date) -> bool {
        let confirmed = || self.confirmation.as_ref().is_some_and(|by| (0..=CONFIRMATION_DAYS).contains(&days_between(by.on, day)));
        self.status.seen() || (self.status == Status::Hospital && confirmed())
    }
}
