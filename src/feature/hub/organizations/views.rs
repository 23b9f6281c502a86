//! What the pages of this room are made of, and the words they share.

use i18n_embed_fl::fl;
use jiff::{ToSpan as _, civil::Date};

use crate::{
    domain::{
        ids::{Id, Organization},
        name::{self, Text},
        wareki,
    },
    store::organizations::Named,
    web::{App, Field, Frame, Here, Lang, words},
};

#[derive(Debug)]
pub(super) struct Fact {
    pub(super) term: String,
    pub(super) text: String,
}

impl Fact {
    pub(super) fn new(term: String, text: impl Into<String>) -> Self {
        Self { term, text: text.into() }
    }
}

#[derive(Debug)]
pub(super) struct Link {
    pub(super) href: String,
    pub(super) label: String,
}

impl Link {
    /// To an organization, with its kind and, when it is not open yet or no more, its first or last day.
    pub(super) fn to(lang: Lang, named: &Named) -> Self {
        let kind = words::kind_in_law(lang, named.kind);
        let opens = named.opens.map(|day| words::opening(lang, day));
        let closed = named.closed_on.map(|day| closed_word(lang, day));
        let more = std::iter::once(kind).chain(opens).chain(closed).collect::<Vec<_>>().join(&fl!(lang.texts(), "list-comma"));
        Self { href: path(named.id), label: fl!(lang.texts(), "mark-with", word = named.name.as_str(), more = more) }
    }
}

/// An organization's page.
pub(super) fn path(id: Id<Organization>) -> String {
    format!("/organizations/{id}")
}

/// The frame of a page about one organization.
pub(super) fn frame(app: &App, here: &Here, id: Id<Organization>, name: &str, title: String) -> Frame {
    Frame::here(app, here, title)
        .with_crumb("/organizations", fl!(here.lang.texts(), "organizations-title"))
        .with_crumb(path(id), name)
}

/// 令和8年11月20日, as it can be typed.
pub(super) fn typed_day(lang: Lang, day: Date) -> String {
    match lang {
        Lang::Ja => wareki::long(day),
        Lang::En => day.to_string(),
    }
}

/// 「令和9年3月31日（水）まで」 of an organization that is no more from `closed_on` on.
pub(super) fn closed_word(lang: Lang, closed_on: Date) -> String {
    fl!(lang.texts(), "organizations-closed", day = words::date(lang, last_day(closed_on)))
}

pub(super) fn last_day(closed_on: Date) -> Date {
    closed_on.saturating_sub(1.day())
}

/// Words of at most `MOST` characters, or the fault noted at the field; an optional field may stay empty.
pub(super) fn read_words<const MOST: usize>(lang: Lang, field: &mut Field, label: String) -> Option<String> {
    let texts = lang.texts();
    match Text::<MOST>::parse(&field.value) {
        Ok(words) if words.contains('\n') => field.error = Some(fl!(texts, "error-characters-hidden", field = label)),
        Ok(words) => return Some(String::from(words)),
        Err(name::Refusal::Empty) if !field.required => return Some(String::new()),
        Err(name::Refusal::Empty) => field.error = Some(fl!(texts, "error-required", field = label)),
        Err(name::Refusal::TooLong { written, most }) => {
            field.error = Some(fl!(texts, "error-too-long", field = label, max = most, now = written));
        }
        Err(_) => field.error = Some(fl!(texts, "error-characters-hidden", field = label)),
    }
    None
}

/// What was typed does not do; the fault stands at its field.
#[derive(Debug, Clone, Copy)]
pub(super) struct Faulty;

/// A day that may be left open, or the fault noted at the field.
pub(super) fn read_day_or_none(lang: Lang, field: &mut Field, label: String) -> Result<Option<Date>, Faulty> {
    match wareki::parse(&field.value) {
        Ok(day) => Ok(Some(day)),
        Err(wareki::Refusal::Empty) => Ok(None),
        Err(_) => {
            field.error = Some(fl!(lang.texts(), "error-not-a-date", field = label));
            Err(Faulty)
        }
    }
}

/// A day, or the fault noted at the field.
pub(super) fn read_day(lang: Lang, field: &mut Field, label: String) -> Option<Date> {
    let texts = lang.texts();
    match wareki::parse(&field.value) {
        Ok(day) => return Some(day),
        Err(wareki::Refusal::Empty) => field.error = Some(fl!(texts, "error-required", field = label)),
        Err(_) => field.error = Some(fl!(texts, "error-not-a-date", field = label)),
    }
    None
}
