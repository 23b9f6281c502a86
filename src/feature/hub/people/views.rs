//! What the pages of this room are made of, and the words they share.

use i18n_embed_fl::fl;
use jiff::civil::Date;

use crate::{
    domain::{ids::Id, membership::Term, person::Status, wareki},
    gate::{Role, actions},
    store::{
        Tx,
        people::{self, memberships, memberships::Place},
    },
    web::{App, Error, Field, Here, Lang, Result, role_word, say, words},
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

#[derive(Debug)]
pub(super) struct LabelledField {
    pub(super) field: Field,
    pub(super) label: String,
    pub(super) hint: String,
}

/// R8.11.20, or 2026-11-20 for readers of English.
pub(super) fn day(lang: Lang, date: Date) -> String {
    match lang {
        Lang::Ja => wareki::short(date),
        Lang::En => date.to_string(),
    }
}

/// 令和8年11月20日.
pub(super) fn long_day(lang: Lang, date: Date) -> String {
    match lang {
        Lang::Ja => wareki::long(date),
        Lang::En => date.to_string(),
    }
}

/// R8.4.1〜R9.3.31.
pub(super) fn term(lang: Lang, term: Term) -> String {
    period(lang, term.from(), term.until())
}

pub(super) fn period(lang: Lang, from: Date, until: Option<Date>) -> String {
    format!("{}〜{}", day(lang, from), until.map_or_else(String::new, |until| day(lang, until)))
}

/// 利用中, 招待中, 停止 or 退職.
pub(super) fn status(lang: Lang, status: Status) -> String {
    say::word(lang, &format!("person-status-{}", status.code()))
}

pub(super) const fn tone(status: Status) -> &'static str {
    match status {
        Status::Active => "done",
        Status::Invited | Status::Suspended => "wait",
        Status::Left => "quiet",
    }
}

/// 「入力担当（みほん保育園）」
pub(super) fn post(lang: Lang, role: Role, organization: &str) -> String {
    fl!(lang.texts(), "person-post", role = role_word(lang, role), organization = organization)
}

/// 手紙, メール or 運用者.
pub(super) fn way(lang: Lang, code: &str) -> String {
    say::word(lang, &format!("invitation-way-{code}"))
}

/// Nothing chosen yet, then the organizations.
pub(super) fn place_choices(lang: Lang, first: String, places: &[Place]) -> Vec<(String, String)> {
    let known = places.iter().map(|place| (place.id.to_string(), words::with_opening(lang, &place.name, place.opens)));
    std::iter::once((String::new(), first)).chain(known).collect()
}

/// Nothing chosen yet, then the roles that may be chosen.
pub(super) fn role_choices(lang: Lang, first: String, roles: impl Iterator<Item = Role>) -> Vec<(String, String)> {
    let known = roles.map(|role| (role.code().to_owned(), role_word(lang, role)));
    std::iter::once((String::new(), first)).chain(known).collect()
}

/// The address of a person's page.
pub(super) fn page_of<T>(person: Id<T>) -> String {
    format!("/people/{person}")
}

/// Changes of rights are made one after the other; whoever lost the right to make them while waiting is told nothing.
pub(super) async fn take_turn(tx: &mut Tx, here: &Here) -> Result<()> {
    if memberships::take_turn(tx, &here.actor).await? { Ok(()) } else { Err(Error::Hidden) }
}

/// The name of the person as [`actions::ReadPerson`] lets it be read, for pages about something else of theirs.
pub(super) async fn person(app: &App, tx: &mut Tx, here: &Here, facts: &crate::gate::PersonFacts) -> Result<people::Person> {
    let permit = app.gate.permit::<actions::ReadPerson>(&here.actor, facts)?;
    people::read(tx, &permit).await?.ok_or(Error::Hidden)
}
