//! What the pages of this room are made of, and the words they share.

use i18n_embed_fl::fl;
use jiff::{Timestamp, civil::Date};

use crate::{
    domain::{clock, facility::Gap, grade::Grade, name::search_key, rule::Strictness, wareki},
    store::{organizations::Facility, people::Colleague, requests::Child},
    web::{Field, Fields, Here, Lang, Paging, protection, words},
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

/// A step in a life, for `parts/facts.html`.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) at_iso: String,
    pub(super) at_word: String,
    pub(super) who: String,
    pub(super) what: String,
    pub(super) note: Option<String>,
}

/// A link to another child's request.
#[derive(Debug)]
pub(super) struct Link {
    pub(super) href: String,
    pub(super) label: String,
}

#[derive(Debug)]
pub(super) struct LabelledField {
    pub(super) field: Field,
    pub(super) label: String,
}

#[derive(Debug)]
pub(super) struct Pager {
    pub(super) line: String,
    pub(super) prev: Option<u32>,
    pub(super) next: Option<u32>,
}

impl Pager {
    pub(super) fn new(lang: Lang, paging: Paging, shown: usize, all: i64, next: Option<u32>) -> Self {
        let from = paging.offset() + i64::from(shown > 0);
        let to = paging.offset() + i64::try_from(shown).unwrap_or(0);
        Self { line: fl!(lang.texts(), "pager-line", all = all, from = from, to = to), prev: paging.previous(), next }
    }
}

/// The name as the office's pages show it.
pub(super) fn named(lang: Lang, child: &Child) -> String {
    protection::marked(lang, &child.name, child.protected)
}

/// 「高橋 蓮（みどり小学校 小2 1組）」
pub(super) fn whole(lang: Lang, child: &Child) -> String {
    format!("{}（{} {}）", named(lang, child), child.facility_name, words::place(&child.grade, &child.class))
}

/// What follows the question mark of the address.
pub(super) fn query(here: &Here) -> Fields {
    Fields::parse(here.path.split_once('?').map_or("", |(_, query)| query).as_bytes())
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

/// A moment in Japan to the minute.
pub(super) fn moment(lang: Lang, at: Timestamp) -> String {
    let at = clock::in_japan(at);
    format!("{} {}:{:02}", day(lang, at.date()), at.hour(), at.minute())
}

/// R8.4.1〜R9.3.31.
pub(super) fn period(lang: Lang, from: Date, until: Option<Date>) -> String {
    format!("{}〜{}", day(lang, from), until.map_or_else(String::new, |until| day(lang, until)))
}

/// 実施中, 開始前, まもなく終了 or 終了, and its tone.
pub(super) fn state(lang: Lang, today: Date, from: Date, until: Option<Date>) -> (String, &'static str) {
    let texts = lang.texts();
    match until {
        Some(until) if until < today => (fl!(texts, "request-state-ended"), "quiet"),
        _ if from > today => (fl!(texts, "request-state-planned"), "wait"),
        Some(_) => (fl!(texts, "request-state-ending"), "wait"),
        None => (fl!(texts, "request-state-active"), "done"),
    }
}

pub(super) fn strictness(lang: Lang, strictness: Strictness) -> String {
    match strictness {
        Strictness::Normal => fl!(lang.texts(), "rank-b"),
        Strictness::Strict => fl!(lang.texts(), "rank-a"),
    }
}

/// The label of a grade's code.
pub(super) fn grade(code: &str) -> String {
    Grade::from_code(code).map_or_else(|| code.to_owned(), Grade::label)
}

/// Nothing chosen yet, then the facilities.
pub(super) fn facility_choices(lang: Lang, first: String, facilities: &[Facility]) -> Vec<(String, String)> {
    let label = |facility: &Facility| words::with_opening(lang, &facility.name, facility.opens);
    let known = facilities.iter().map(|facility| (facility.id.to_string(), label(facility)));
    std::iter::once((String::new(), first)).chain(known).collect()
}

/// The same, for whoever is about to name a child to one of them: what should be looked into before stands beside the name.
pub(super) fn facilities_to_ask(lang: Lang, first: String, facilities: &[Facility]) -> Vec<(String, String)> {
    let known = facilities.iter().map(|facility| (facility.id.to_string(), facility_to_ask(lang, facility)));
    std::iter::once((String::new(), first)).chain(known).collect()
}

/// One of them, with what should be looked into before.
pub(super) fn facility_to_ask(lang: Lang, facility: &Facility) -> String {
    let texts = lang.texts();
    let opening = facility.opens.map(|day| words::opening(lang, day));
    let more: Vec<String> = opening.into_iter().chain(facility.gap.map(|gap| words::gap(lang, gap))).collect();
    if more.is_empty() {
        return facility.name.clone();
    }
    fl!(texts, "mark-with", word = facility.name.as_str(), more = more.join(&fl!(texts, "list-comma")))
}

/// What an office is told of a facility whose people nothing known binds. It decides itself.
pub(super) fn warning(lang: Lang, gap: Gap) -> String {
    match gap {
        Gap::Unconfirmed => fl!(lang.texts(), "secrecy-warning-unconfirmed"),
        Gap::Unbound => fl!(lang.texts(), "secrecy-warning-unbound"),
    }
}

/// Nobody, then everybody the request can be given to, each with where they work.
pub(super) fn person_choices(lang: Lang, people: &[Colleague]) -> Vec<(String, String)> {
    let texts = lang.texts();
    let known = people.iter().map(|person| {
        let (name, organization) = (person.name.as_str(), person.organization.as_str());
        (person.id.to_string(), fl!(texts, "alert-candidate", name = name, organization = organization))
    });
    std::iter::once((String::new(), fl!(texts, "alert-no-owner"))).chain(known).collect()
}

/// What was typed to find a child: as a name's key, and as a reading when it is one.
pub(super) fn sought(typed: &str) -> (String, String) {
    let reading = crate::domain::name::Kana::parse(typed).map_or_else(|_| String::new(), |kana| kana.replace('\u{3000}', ""));
    (search_key(typed), reading)
}
