//! One day of a child as a letter in a box, for strips and tables.

use i18n_embed_fl::fl;

use super::Lang;
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
        Was::Closed(_) => Glyph { mark: "closed", letter: fl!(lang.texts(), "mark-closed") },
    }
}

fn unknown(lang: Lang) -> Glyph {
    Glyph { mark: "unknown", letter: fl!(lang.texts(), "mark-unknown") }
}

fn of_status(lang: Lang, status: Status, contact: Option<Contact>) -> Glyph {
    let texts = lang.texts();
    let (mark, letter) = match status {
        Status::Present | Status::SeparateRoom | Status::SeenElsewhere | Status::InCare => ("seen", fl!(texts, "mark-seen")),
        Status::Late | Status::LateAndLeftEarly => ("partial", fl!(texts, "mark-late")),
        Status::LeftEarly => ("partial", fl!(texts, "mark-left-early")),
        Status::Absent if contact.is_none_or(Contact::is_silent) => ("silent", fl!(texts, "mark-silent")),
        Status::Absent => ("absent", fl!(texts, "mark-absent")),
        Status::NotScheduled => ("closed", fl!(texts, "mark-closed")),
        Status::Suspended | Status::Bereaved | Status::SuspendedOther | Status::Hospital | Status::StayedHome => {
            ("excused", fl!(texts, "mark-excused"))
        }
    };
    Glyph { mark, letter }
}
