//! What a directory file says and is told, in words.

use super::{say, word};
use crate::{
    domain::directory::{Column, MappingRefusal, Reason, Value, organizations::OrganizationField, people::PersonField},
    web::{Lang, frame::role_word, words},
};

/// What a column of a file of organizations means.
pub fn organization_field(lang: Lang, field: OrganizationField) -> String {
    word(lang, &format!("organization-field-{}", field.code()))
}

/// What a column of a file of people means.
pub fn person_field(lang: Lang, field: PersonField) -> String {
    word(lang, &format!("person-field-{}", field.code()))
}

/// Why rows cannot be read with a mapping; `worded` is [`organization_field`] or [`person_field`].
pub fn directory_mapping_refusal<F: Column>(lang: Lang, refusal: &MappingRefusal<F>, worded: fn(Lang, F) -> String) -> String {
    let words = refusal.fields().into_iter().map(|field| worded(lang, field));
    let args: Vec<(&str, String)> = ["field", "other"].into_iter().zip(words).collect();
    say(lang, refusal.key(), &args)
}

/// Why a row is refused, with how to mend it.
pub fn directory_reason(lang: Lang, reason: &Reason) -> String {
    let mut args = reason.args();
    if let Reason::KindSeveral(kinds) = reason {
        let words: Vec<String> = kinds.iter().map(|kind| words::kind_in_law(lang, (*kind).into())).collect();
        args.push(("possible", words.join(&word(lang, "list-within"))));
    }
    say(lang, reason.key(), &args)
}

/// What stands in a field; `template` gives a calendar template's code its name.
pub fn directory_value(lang: Lang, value: &Value, template: impl Fn(&str) -> String) -> String {
    match value {
        Value::Nothing => String::new(),
        Value::Text(text) => text.clone(),
        Value::Kind(kind) => words::kind_in_law(lang, *kind),
        Value::Role(role) => role_word(lang, *role),
        Value::Day(day) => words::date(lang, *day),
        Value::Template(code) => template(code),
    }
}
