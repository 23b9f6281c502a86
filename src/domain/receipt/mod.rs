//! What a receipt states about something received: what, when, from where, and a hash of it; no child, no name of one.
//!
//! The text is what the hub signs, so it has exactly one form: a line each, in this order, nothing left out.

mod note;
#[cfg(test)]
mod tests;

pub use note::{KeyName, Line, Note, NoteFault, key_hash};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use jiff::{Timestamp, civil::Date};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{clock, coded::coded};

coded! {
    /// What was received.
    pub enum Kind {
        /// 出欠
        Sheet = "sheet",
        /// 至急連絡
        Urgent = "urgent",
    }
}

/// What is stated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// 受付番号
    pub number: Uuid,
    pub kind: Kind,
    pub ward: String,
    pub facility: String,
    pub day: Date,
    pub received: Timestamp,
    pub children: usize,
    pub content: ContentHash,
}

/// SHA-256 over a secret of the hub and what was received: it binds the content and tells nothing about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ContentHash(pub [u8; 32]);

impl ContentHash {
    /// `parts` in order; each is preceded by its length, so that no two lists of parts hash alike.
    pub fn of<'a>(salt: Uuid, parts: impl IntoIterator<Item = &'a str>) -> Self {
        let mut hash = Sha256::new_with_prefix(salt.as_bytes());
        for part in parts {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part.as_bytes());
        }
        Self(hash.finalize().into())
    }

    pub fn text(&self) -> String {
        STANDARD.encode(self.0)
    }
}

/// The first line: which form the rest has.
const HEAD: &str = "tsunagi receipt v1";

impl Statement {
    /// The text that is signed.
    pub fn text(&self) -> String {
        let Self { number, kind, ward, facility, day, received, children, content } = self;
        let received = clock::stamp_in_japan(*received);
        let (kind, ward, facility, content) = (kind.code(), one_line(ward), one_line(facility), content.text());
        format!(
            "{HEAD}\nnumber {number}\nkind {kind}\nward {ward}\nfacility {facility}\nday {day}\nreceived {received}\n\
             children {children}\ncontent sha256 {content}\n"
        )
    }

    /// Reads a text back; `None` when it is not a receipt, or not written exactly as we would.
    pub fn read(text: &str) -> Option<Self> {
        let mut lines = text.lines();
        (lines.next()? == HEAD).then_some(())?;
        let mut line = |name: &str| lines.next()?.strip_prefix(name)?.strip_prefix(' ').map(ToOwned::to_owned);
        let read = Self {
            number: line("number")?.parse().ok()?,
            kind: Kind::from_code(&line("kind")?)?,
            ward: line("ward")?,
            facility: line("facility")?,
            day: line("day")?.parse().ok()?,
            received: line("received")?.parse().ok()?,
            children: line("children")?.parse().ok()?,
            content: ContentHash(STANDARD.decode(line("content sha256")?).ok()?.try_into().ok()?),
        };
        (read.text() == text).then_some(read)
    }
}

/// Names have no line breaks; a receipt could otherwise say more lines than it has.
fn one_line(name: &str) -> String {
    name.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}
