//! Somebody on the ward's staff list: how they are looked for, and when two entries may be one person.

#[cfg(test)]
mod tests;

use unicode_normalization::UnicodeNormalization;

use super::{coded::coded, name::search_key};

coded! {
    /// Where somebody stands with their account.
    pub enum Status {
        /// Has no passkey yet.
        Invited = "invited",
        Active = "active",
        /// 停止: may come back.
        Suspended = "suspended",
        /// 退職
        Left = "left",
    }
}

/// What identifies somebody on the list, as it is kept.
#[derive(Debug, Clone, Copy)]
pub struct Entry<'a> {
    pub name: &'a str,
    pub kana: &'a str,
    /// 職員番号; empty when there is none.
    pub staff_code: &'a str,
}

/// What somebody typed to find a person by name, reading or staff code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sought {
    key: String,
    code: String,
}

impl Sought {
    /// `None` when nothing was typed that could be looked for.
    pub fn parse(typed: &str) -> Option<Self> {
        let key = search_key(typed);
        (!key.is_empty()).then(|| Self { key, code: code_key(typed) })
    }

    /// Whether the entry is one of those meant: part of the name or of the reading, or the whole staff code.
    pub fn fits(&self, entry: &Entry<'_>) -> bool {
        search_key(entry.name).contains(&self.key)
            || search_key(entry.kana).contains(&self.key)
            || (!entry.staff_code.is_empty() && code_key(entry.staff_code) == self.code)
    }
}

/// Why two entries may be one person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Likeness {
    /// The same staff code: it is one person, or one of the codes is wrong.
    StaffCode,
    /// The same name, however it is written: somebody who knows them has to say.
    Name,
}

/// How alike two entries are; `None` when nothing says that they are one.
pub fn likeness(one: &Entry<'_>, other: &Entry<'_>) -> Option<Likeness> {
    if !one.staff_code.is_empty() && code_key(one.staff_code) == code_key(other.staff_code) {
        return Some(Likeness::StaffCode);
    }
    let key = search_key(one.name);
    (!key.is_empty() && key == search_key(other.name)).then_some(Likeness::Name)
}

/// A staff code without width, case and spaces.
fn code_key(code: &str) -> String {
    code.nfkc().filter(|c| !c.is_whitespace()).flat_map(char::to_uppercase).collect()
}
