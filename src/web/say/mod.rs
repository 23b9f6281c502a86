//! Sentences whose id the domain gives: why something was refused, and how to mend it.

mod directory;

use std::collections::HashMap;

pub use self::directory::{directory_mapping_refusal, directory_reason, directory_value, organization_field, person_field};
use super::Lang;
use crate::domain::{
    ground::LegalGround,
    roster::{Encoding, Field, MappingRefusal},
};

/// The sentence with this id, its arguments filled in.
pub fn say<K: AsRef<str>>(lang: Lang, id: &str, args: &[(K, String)]) -> String {
    let args: HashMap<&str, &str> = args.iter().map(|(key, value)| (key.as_ref(), value.as_str())).collect();
    lang.texts().get_args(id, args)
}

/// A word with this id.
pub fn word(lang: Lang, id: &str) -> String {
    lang.texts().get(id)
}

pub fn ground(lang: Lang, ground: LegalGround) -> String {
    word(lang, &format!("ground-{}", ground.code()))
}

/// What a column of a roster means.
pub fn roster_field(lang: Lang, field: Field) -> String {
    word(lang, &format!("roster-field-{}", field.code()))
}

pub fn roster_encoding(lang: Lang, encoding: Encoding) -> String {
    word(lang, &format!("roster-encoding-{}", encoding.code()))
}

/// Why rows cannot be read with a mapping.
pub fn mapping_refusal(lang: Lang, refusal: &MappingRefusal) -> String {
    let words = refusal.fields().into_iter().map(|field| roster_field(lang, field));
    let args: Vec<(&str, String)> = ["field", "other"].into_iter().zip(words).collect();
    say(lang, refusal.key(), &args)
}

#[cfg(test)]
mod desk;
#[cfg(test)]
mod tests;
