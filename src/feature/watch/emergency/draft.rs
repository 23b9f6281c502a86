//! Whom somebody looks for and why, as they type it: every fault kept beside its field. Nothing is suggested and nothing completed.

use i18n_embed_fl::fl;

use super::opening_words;
use crate::{
    domain::{
        grade::Grade,
        name::{self, Kana, PersonName, search_key},
        opening::{self, Reason},
    },
    store::{openings::Asked, organizations::Facility},
    web::{ErrorLine, Field, Fields, Lang, say},
};

/// `watch/emergency/ask.html`.
#[derive(Debug)]
pub(super) struct Draft {
    pub(super) name: Field,
    pub(super) facility: Field,
    pub(super) grade: Field,
    pub(super) reason: Field,
    pub(super) words: Field,
}

impl Draft {
    /// The form with what was typed.
    pub(super) fn of(lang: Lang, typed: &Fields, facilities: &[Facility]) -> Self {
        let choose = || (String::new(), fl!(lang.texts(), "field-choose"));
        let places = facilities.iter().map(|facility| (facility.id.to_string(), facility.name.clone()));
        let mut grades: Vec<Grade> = facilities.iter().flat_map(|facility| Grade::all_at(facility.kind)).collect();
        grades.sort_unstable();
        grades.dedup();
        let grades = grades.into_iter().map(|grade| (grade.code(), grade.label()));
        let reasons = Reason::ALL.iter().map(|reason| (reason.code().to_owned(), opening_words::reason(lang, *reason)));
        Self {
            name: Field::required("name", typed.get("name")),
            facility: Field::optional("facility", typed.get("facility")).with_choices(std::iter::once(choose()).chain(places)),
            grade: Field::optional("grade", typed.get("grade")).with_choices(std::iter::once(choose()).chain(grades)),
            reason: Field::required("reason", typed.get("reason")).with_choices(reasons),
            words: Field::required("words", typed.get("words")),
        }
    }

    pub(super) fn errors(&self) -> Vec<ErrorLine> {
        ErrorLine::of([&self.name, &self.facility, &self.grade, &self.reason, &self.words])
    }

    /// What was meant; `None` when the fields now say what to mend.
    pub(super) fn read(&mut self, lang: Lang, facilities: &[Facility]) -> Option<Asked> {
        let texts = lang.texts();
        self.name.error = match PersonName::parse(&self.name.value) {
            Ok(_) => None,
            Err(name::Refusal::Empty) => Some(fl!(texts, "error-required", field = fl!(texts, "emergency-name"))),
            Err(refusal) => Some(say::say(lang, refusal.key(), &refusal.args())),
        };
        let facility =
            facilities.iter().find(|facility| facility.id.to_string() == self.facility.value).map(|facility| facility.id);
        let grade = Grade::from_code(&self.grade.value);
        let unknown =
            |field: &Field, label: String| (!field.value.is_empty()).then(|| fl!(texts, "error-not-a-choice", field = label));
        if facility.is_none() {
            self.facility.error = unknown(&self.facility, fl!(texts, "emergency-facility"));
        }
        if grade.is_none() {
            self.grade.error = unknown(&self.grade, fl!(texts, "emergency-grade"));
        }
        if self.facility.value.is_empty() && self.grade.value.is_empty() {
            self.facility.error = Some(fl!(texts, "emergency-error-place"));
        }
        let reason = Reason::from_code(&self.reason.value);
        if reason.is_none() {
            self.reason.error = Some(fl!(texts, "error-choose", field = fl!(texts, "emergency-reason")));
        }
        let words = opening::words(&self.words.value);
        self.words.error = words.as_ref().err().map(|lack| opening_words::lack(lang, fl!(texts, "emergency-words"), *lack));
        if !self.errors().is_empty() {
            return None;
        }
        Some(Asked { keys: keys(&self.name.value), facility, grade, reason: reason?, words: words.ok()? })
    }
}

/// The whole name however it is written, or its whole reading.
fn keys(typed: &str) -> Vec<String> {
    let reading = Kana::parse(typed).map(|kana| kana.replace('\u{3000}', ""));
    [Some(search_key(typed)), reading.ok()].into_iter().flatten().filter(|key| !key.is_empty()).collect()
}
