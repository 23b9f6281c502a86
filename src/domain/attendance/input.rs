//! From what was typed to a mark, or to one refusal per field that says how to mend it.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Confirmation, Contact, ContactBy, ContactVia, Mark, Reason, Sign, Status};
use crate::domain::{
    calendar::DayKind,
    coded::coded,
    name::{self, Text},
    wareki,
};

coded! {
    /// A field of the sheet, by the name its input carries.
    pub enum Field {
        Day = "day",
        Status = "status",
        Contact = "contact",
        ContactBy = "contact_by",
        ContactVia = "contact_via",
        Reason = "reason",
        Note = "note",
        Confirmer = "confirmer",
        ConfirmedOn = "confirmed_on",
        Signs = "signs",
        SignNote = "sign_note",
    }
}

coded! {
    /// What is wrong with a field.
    pub enum Fault {
        /// Nothing was given where something is needed.
        Missing = "missing",
        /// Not one of the choices: an old page, or not our page.
        UnknownChoice = "unknown_choice",
        TooLong = "too_long",
        /// A control character, which no keyboard types and the database cannot hold.
        Unprintable = "unprintable",
        NotADate = "not_a_date",
        InTheFuture = "in_the_future",
        /// The child is not expected that day; nothing is to be reported.
        ClosedDay = "closed_day",
        /// Who called and how, although nobody called.
        WithoutContact = "without_contact",
        /// Met on another day than the one reported.
        NotThatDay = "not_that_day",
        /// A description of signs, but no sign chosen.
        WithoutSign = "without_sign",
    }
}

/// One field that was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{}: {}", .field.code(), .fault.code())]
pub struct MarkRefusal {
    pub field: Field,
    pub fault: Fault,
}

/// The day a report is for, seen from the day it is made.
#[derive(Debug, Clone, Copy)]
pub struct DayContext {
    pub day: Date,
    pub kind: DayKind,
    pub today: Date,
}

/// One row of the sheet as it was typed; an empty text is an unanswered field.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct MarkInput {
    pub status: String,
    pub contact: String,
    pub contact_by: String,
    pub contact_via: String,
    pub reason: String,
    pub note: String,
    pub confirmer: String,
    /// As `wareki::parse` reads it: 2026-11-20, 令和8年11月20日, full-width digits …
    pub confirmed_on: String,
    pub signs: Vec<String>,
    pub sign_note: String,
}

impl MarkInput {
    /// Nothing was answered: the row stays 未報告 and is no mark at all.
    pub fn is_blank(&self) -> bool {
        *self == Self::default()
    }

    /// The mark, or every field that has to be mended, each once, in the order of the sheet.
    ///
    /// 連絡・理由 left over from another choice are dropped where the status has no place for them (出席 …):
    /// without scripts the fields stay on the page when the teacher changes their mind.
    pub fn check(&self, context: &DayContext) -> Result<Mark, Vec<MarkRefusal>> {
        let mut sieve = Sieve::default();
        sieve.day(context);
        let status = sieve.required(Field::Status, &self.status, Status::from_code);
        let mut mark = Mark::only(status.unwrap_or(Status::Present));
        if mark.status.may_have_reason() {
            self.contact(&mut mark, &mut sieve);
        }
        mark.note = sieve.text::<100>(Field::Note, &self.note);
        mark.confirmation = match mark.status {
            Status::Hospital => self.confirmation(context, &mut sieve),
            Status::SeenElsewhere => self.meeting(context, &mut sieve),
            _ => None,
        };
        self.signs(&mut mark, &mut sieve);
        if sieve.refusals.is_empty() { Ok(mark) } else { Err(sieve.refusals) }
    }

    fn contact(&self, mark: &mut Mark, sieve: &mut Sieve) {
        let needed = mark.status.needs_reason();
        mark.contact = sieve.choice(Field::Contact, &self.contact, Contact::from_code, needed);
        mark.contact_by = sieve.choice(Field::ContactBy, &self.contact_by, ContactBy::from_code, false);
        mark.contact_via = sieve.choice(Field::ContactVia, &self.contact_via, ContactVia::from_code, false);
        if mark.contact.is_some_and(Contact::is_silent) {
            // 連絡なし with a caller named: one of the two is wrong, and only the facility knows which.
            sieve.refuse_if(mark.contact_by.is_some(), Field::ContactBy, Fault::WithoutContact);
            sieve.refuse_if(mark.contact_via.is_some(), Field::ContactVia, Fault::WithoutContact);
        }
        mark.reason = sieve.choice(Field::Reason, &self.reason, Reason::from_code, needed);
    }

    /// Both halves or neither: a stay nobody confirmed is a legal answer, half a confirmation is a slip.
    fn confirmation(&self, context: &DayContext, sieve: &mut Sieve) -> Option<Confirmation> {
        let by = sieve.text::<60>(Field::Confirmer, &self.confirmer);
        let typed = self.confirmed_on.trim();
        if typed.is_empty() {
            sieve.refuse_if(by.is_some(), Field::ConfirmedOn, Fault::Missing);
            return None;
        }
        sieve.refuse_if(self.confirmer.trim().is_empty(), Field::Confirmer, Fault::Missing);
        let Ok(on) = wareki::parse(typed) else {
            sieve.refuse(Field::ConfirmedOn, Fault::NotADate);
            return None;
        };
        sieve.refuse_if(on > context.day, Field::ConfirmedOn, Fault::InTheFuture);
        by.map(|by| Confirmation { by, on })
    }

    /// 校外で確認 counts as seen, so it says who met the child and where; when it was is the day itself unless told otherwise.
    fn meeting(&self, context: &DayContext, sieve: &mut Sieve) -> Option<Confirmation> {
        sieve.refuse_if(self.confirmer.trim().is_empty(), Field::Confirmer, Fault::Missing);
        if self.confirmed_on.trim().is_empty() {
            let by = sieve.text::<60>(Field::Confirmer, &self.confirmer);
            return by.map(|by| Confirmation { by, on: context.day });
        }
        let met = self.confirmation(context, sieve);
        // Seen on another day is not seen on this one.
        sieve.refuse_if(met.as_ref().is_some_and(|met| met.on != context.day), Field::ConfirmedOn, Fault::NotThatDay);
        met
    }

    fn signs(&self, mark: &mut Mark, sieve: &mut Sieve) {
        let chosen: Option<Vec<Sign>> =
            self.signs.iter().filter(|code| !code.is_empty()).map(|code| Sign::from_code(code)).collect();
        sieve.refuse_if(chosen.is_none(), Field::Signs, Fault::UnknownChoice);
        mark.sign_note = sieve.text::<400>(Field::SignNote, &self.sign_note);
        if let Some(mut signs) = chosen {
            signs.sort_unstable();
            signs.dedup();
            let without = signs.is_empty() && mark.sign_note.is_some();
            sieve.refuse_if(without, Field::Signs, Fault::WithoutSign);
            mark.signs = signs;
        }
    }
}

/// Collects refusals while the fields go through, never two for one field.
#[derive(Default)]
struct Sieve {
    refusals: Vec<MarkRefusal>,
}

impl Sieve {
    fn refuse(&mut self, field: Field, fault: Fault) {
        if self.refusals.iter().all(|refusal| refusal.field != field) {
            self.refusals.push(MarkRefusal { field, fault });
        }
    }

    fn refuse_if(&mut self, wrong: bool, field: Field, fault: Fault) {
        if wrong {
            self.refuse(field, fault);
        }
    }

    fn day(&mut self, context: &DayContext) {
        self.refuse_if(context.day > context.today, Field::Day, Fault::InTheFuture);
        self.refuse_if(!context.kind.is_open(), Field::Day, Fault::ClosedDay);
    }

    fn required<T>(&mut self, field: Field, typed: &str, read: impl Fn(&str) -> Option<T>) -> Option<T> {
        self.choice(field, typed, read, true)
    }

    fn choice<T>(&mut self, field: Field, typed: &str, read: impl Fn(&str) -> Option<T>, needed: bool) -> Option<T> {
        if typed.is_empty() {
            self.refuse_if(needed, field, Fault::Missing);
            return None;
        }
        let choice = read(typed);
        self.refuse_if(choice.is_none(), field, Fault::UnknownChoice);
        choice
    }

    fn text<const MOST: usize>(&mut self, field: Field, typed: &str) -> Option<String> {
        match Text::<MOST>::parse_or_none(typed) {
            Ok(text) => text.map(String::from),
            Err(refusal) => {
                self.refuse(
                    field,
                    if matches!(refusal, name::Refusal::TooLong { .. }) { Fault::TooLong } else { Fault::Unprintable },
                );
                None
            }
        }
    }
}
