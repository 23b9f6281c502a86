//! What a deed said beside its action, in words: 「3件 ・ 日付 2026-11-20」 instead of keys of the program.

use serde_json::{Map, Value};

use super::takeaway::{format_word, purpose_word};
use crate::{
    domain::{
        facility::Tie,
        opening::{Judgement, Outcome, Reason},
        purpose::{Format, Purpose},
        transfer::Next,
    },
    web::{Lang, say},
};

/// Keys that have words; another one (an older or newer hub wrote it) keeps its name.
pub(super) const KEYS: &[&str] = &[
    "absence",
    "absences",
    "action",
    "added",
    "alerts",
    "already",
    "as",
    "awaited",
    "back_test",
    "back_tests",
    "below",
    "binding",
    "by_claim",
    "bytes",
    "cause",
    "changed",
    "children",
    "corrected",
    "council",
    "day",
    "days",
    "decision",
    "device",
    "devices",
    "done",
    "encoding",
    "ended",
    "ended_bindings",
    "ended_sessions",
    "entered",
    "expires",
    "facility",
    "file",
    "first_day",
    "form",
    "format",
    "from",
    "holidays",
    "import",
    "invitation",
    "invitations",
    "kept",
    "kept_forms",
    "kind",
    "last_day",
    "late",
    "leaving",
    "left",
    "letters",
    "limits",
    "lines",
    "links",
    "mail",
    "mails",
    "member_since",
    "membership",
    "memberships",
    "missing",
    "month",
    "moved",
    "networks",
    "next",
    "on",
    "open",
    "opening",
    "openings",
    "organization",
    "organizations",
    "outcome",
    "page",
    "passed",
    "passkey",
    "passkeys",
    "people",
    "person",
    "planned",
    "pledged_on",
    "promoted",
    "proposal",
    "proposals",
    "proposed",
    "protected",
    "provider",
    "purpose",
    "reason",
    "recoveries",
    "recovery",
    "refused",
    "removed",
    "removed_passkeys",
    "repeated",
    "reporting",
    "reports",
    "requests",
    "revealed",
    "revision",
    "revoked",
    "revoked_invitations",
    "rows",
    "rules",
    "second",
    "session",
    "sessions",
    "sessions_ended",
    "shift",
    "sign_in",
    "since",
    "state",
    "station",
    "submission",
    "submissions",
    "substitute",
    "successor",
    "taken",
    "times",
    "to",
    "token",
    "tokens",
    "told",
    "tried",
    "turns",
    "unchanged",
    "undelivered",
    "until",
    "version",
    "versions",
    "view",
    "ward",
    "watch",
    "watches",
    "what",
];

/// Steps on the way to an action; most of them mean that it was not done yet.
pub(super) const STEPS: &[&str] = &[
    "accepted",
    "accepted_before",
    "again",
    "as_it_was",
    "back_test",
    "begun",
    "blocked",
    "cancelled",
    "check",
    "child_seen",
    "columns",
    "conflict",
    "discarded",
    "encoding",
    "failed",
    "filter",
    "followed",
    "forgotten",
    "form",
    "full",
    "holds",
    "limited",
    "limits",
    "look",
    "mapping",
    "not_yet",
    "nothing",
    "opening_answered",
    "opening_late",
    "opening_over",
    "opening_waits",
    "over",
    "refused",
    "refused_rows",
    "reopened",
    "result",
    "result_file",
    "same",
    "sample",
    "search",
    "settled",
    "stale",
    "times",
    "too_late",
    "undone",
    "upload",
    "ward",
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
        "next" => Next::from_code(code).map(|next| say::word(lang, &format!("trail-next-{}", next.code()))),
        "council" => Tie::from_code(code).map(|tie| say::word(lang, &format!("council-{}", tie.code()))),
        "cause" => Reason::from_code(code).map(|reason| say::word(lang, &format!("emergency-reason-{}", reason.code()))),
        "outcome" => outcome_word(lang, code),
        "format" => Format::from_code(code).map(|format| format_word(lang, format)),
        _ => None,
    }
}

/// What came of asking for 緊急閲覧, or of its 事後確認.
fn outcome_word(lang: Lang, code: &str) -> Option<String> {
    let asked = Outcome::from_code(code).map(|outcome| format!("trail-outcome-{}", outcome.code()));
    let judged = || Judgement::from_code(code).map(|judgement| format!("emergency-judgement-{}", judgement.code()));
    asked.or_else(judged).map(|key| say::word(lang, &key))
}
