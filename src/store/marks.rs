//! How a report travels to and from its jsonb column: codes and what the facility wrote, nothing else.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Result, sql};
use crate::domain::attendance::{Confirmation, Contact, ContactBy, ContactVia, Mark, Reason, Sign, Status};

#[derive(Debug, Serialize, Deserialize)]
struct Stored {
    status: Status,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    contact: Option<Contact>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    contact_by: Option<ContactBy>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    contact_via: Option<ContactVia>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reason: Option<Reason>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    note: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    confirmed_by: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    confirmed_on: Option<Date>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    signs: Vec<Sign>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sign_note: Option<String>,
}

pub fn to_json(mark: &Mark) -> Value {
    let stored = Stored {
        status: mark.status,
        contact: mark.contact,
        contact_by: mark.contact_by,
        contact_via: mark.contact_via,
        reason: mark.reason,
        note: mark.note.clone(),
        confirmed_by: mark.confirmation.as_ref().map(|confirmation| confirmation.by.clone()),
        confirmed_on: mark.confirmation.as_ref().map(|confirmation| confirmation.on),
        signs: mark.signs.clone(),
        sign_note: mark.sign_note.clone(),
    };
    serde_json::to_value(stored).unwrap_or_default()
}

/// # Errors
/// When the row holds a code this program does not know.
pub fn from_json(value: Value) -> Result<Mark> {
    let stored: Stored = sql::from_json(value)?;
    Ok(Mark {
        status: stored.status,
        contact: stored.contact,
        contact_by: stored.contact_by,
        contact_via: stored.contact_via,
        reason: stored.reason,
        note: stored.note,
        confirmation: stored.confirmed_by.zip(stored.confirmed_on).map(|(by, on)| Confirmation { by, on }),
        signs: stored.signs,
        sign_note: stored.sign_note,
    })
}
