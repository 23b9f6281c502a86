//! What a deed said beside its action, in words: 「3件 ・ 日付 2026-11-20」 instead of keys of the program.

use serde_json::{Map, Value};

use super::takeaway::{format_word, purpose_word};
use crate::{
    domain::purpose::{Format, Purpose},
    web::{Lang, say},
};

/// Keys that have words; another one (an older or newer hub wrote it) keeps its name.
pub(super) const KEYS: &[&str] = &[
    "action",
    "added",
    "alerts",
    "already",
    "bytes",
    "children",
    "corrected",
    "day",
    "days",
    "encoding",
    "entered",
    "expires",
    "format",
    "from",
    "holidays",
    "import",
    "invitation",
    "kept",
    "kind",
    "last_day",
    "late",
    "lines",
    "links",
    "membership",
    "missing",
    "month",
    "open",
    "organizations",
    "outcome",
    "page",
    "passed",
    "passkey",
    "passkeys",
    "people",
    "person",
    "purpose",
    "reason",
    "refused",
    "removed",
    "repeated",
    "reports",
    "revision",
    "rows",
    "rules",
    "session",
    "sessions",
    "since",
    "submission",
    "submissions",
    "taken",
    "to",
    "token",
    "tokens",
    "until",
    "version",
    "versions",
    "view",
    "watch",
    "watches",
];

/// Steps on the way to an action; most of them mean that it was not done yet.
pub(super) const STEPS: &[&str] = &[
    "accepted",
    "accepted_before",
    "begun",
    "check",
    "columns",
    "conflict",
    "discarded",
    "encoding",
    "filter",
    "form",
    "mapping",
    "not_yet",
    "refused",
    "result",
    "same",
    "too_late",
    "upload",
];

/// The step that was taken, when the deed names one.
pub(super) fn step(lang: Lang, detail: &Value) -> Option<String> {
    let step = detail.get("step")?.as_str()?;
    Some(if STEPS.contains(&step) { say::word(lang, &format!("trail-step-{step}")) } else { step.to_owned() })
}

/// Everything else; nothing where nothing was said.
pub(super) fn words(lang: Lang, detail: &Value) -> String {
    let none = Map::new();
    let said = detail.as_object().unwrap_or(&none).iter().filter(|(key, value)| !value.is_null() && *key != "step");
    said.map(|(key, value)| format!("{} {}", key_word(lang, key), value_word(lang, key, value))).collect::<Vec<_>>().join(" ・ ")
}

fn key_word(lang: Lang, key: &str) -> String {
    if KEYS.contains(&key) { say::word(lang, &format!("trail-key-{key}")) } else { key.to_owned() }
}

/// Ids by their end, as everywhere in the trail.
fn value_word(lang: Lang, key: &str, value: &Value) -> String {
    match value {
        Value::Bool(true) => say::word(lang, "trail-yes"),
        Value::Bool(false) => say::word(lang, "trail-no"),
        Value::String(text) if text.len() == 36 && text.split('-').count() == 5 => {
            format!("…{}", text.get(28..).unwrap_or_default())
        }
        Value::String(text) => coded_word(lang, key, text).unwrap_or_else(|| text.clone()),
        other => other.to_string(),
    }
}

/// Codes that have words of their own.
fn coded_word(lang: Lang, key: &str, code: &str) -> Option<String> {
    match key {
        "purpose" => Purpose::from_code(code).map(|purpose| purpose_word(lang, purpose)),
        "format" => Format::from_code(code).map(|format| format_word(lang, format)),
        _ => None,
    }
}
