//! One day of a child as a letter in a box, for strips, months and tables.

use i18n_embed_fl::fl;

use super::{Lang, words};
use crate::domain::{
    attendance::{Contact, Mark, Status},
    streak::{DayLookedAt, Was},
};

/// What the styles select by, and the letter inside.
#[derive(Debug, Clone)]
pub struct Glyph {
    pub mark: &'static str,
    pub letter: String,
}

/// A day of a strip (`parts/days_strip.html`) or of a month (`parts/months.html`), which say the same of it.
#[derive(Debug, Clone)]
pub struct DayMark {
    pub mark: &'static str,
    pub letter: String,
    pub word: String,
    /// The date, and the word.
    pub title: String,
}

impl DayMark {
    /// What was reported, whatever the calendar says; else that nothing was on an open day, or that the day was closed.
    pub fn new(lang: Lang, date: &str, mark: Option<&Mark>, open: bool, kind: &str) -> Self {
        let texts = lang.texts();
        let (Glyph { mark, letter }, word) = match mark {
            Some(mark) => (of_status(lang, mark.status, mark.contact), words::mark(lang, mark, kind)),
            None if open => (unknown(lang), fl!(texts, "status-unreported")),
            None => (closed(lang), fl!(texts, "sheet-strip-closed")),
        };
        Self { mark, letter, title: format!("{date} {word}"), word }
    }
}

/// Of an open day; without a report it is not known.
pub fn of_mark(lang: Lang, mark: Option<&Mark>) -> Glyph {
    match mark {
        Some(mark) => of_status(lang, mark.status, mark.contact),
        None => unknown(lang),
    }
}

/// Of a day a rule looked at.
pub fn of_looked_at(lang: Lang, day: &DayLookedAt) -> Glyph {
    match day.was {
        Was::Reported(status) => of_status(lang, status, day.contact),
        Was::Unreported => unknown(lang),
        Was::Closed(_) => closed(lang),
    }
}

fn unknown(lang: Lang) -> Glyph {
    Glyph { mark: "unknown", letter: fl!(lang.texts(), "mark-unknown") }
}

fn closed(lang: Lang) -> Glyph {
    Glyph { mark: "closed", letter: fl!(lang.texts(), "mark-closed") }
}

fn of_status(lang: Lang, status: Status, contact: Option<Contact>) -> Glyph {
    let texts = lang.texts();
    let (mark, letter) = match status {
        Status::Present | Status::SeparateRoom | Status::SeenElsewhere | Status::InCare => ("seen", fl!(texts, "mark-seen")),
        Status::Late | Status::LateAndLeftEarly => ("partial", fl!(texts, "mark-late")),
        Status::LeftEarly => ("partial", fl!(texts, "mark-left-early")),
        Status::Absent if contact.is_none_or(Contact::is_silent) => ("silent", fl!(texts, "mark-silent")),
        Status::Absent => ("absent", fl!(texts, "mark-absent")),
        Status::NotScheduled => return closed(lang),
        Status::Suspended | Status::Bereaved | Status::SuspendedOther | Status::Hospital | Status::StayedHome => {
            ("excused", fl!(texts, "mark-excused"))
        }
    };
    Glyph { mark, letter }
}
