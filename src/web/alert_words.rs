//! The words for alerts and rules, and for the moments they speak of.

use i18n_embed_fl::fl;
use jiff::{Timestamp, civil::Date};

use super::{Lang, words};
use crate::domain::{
    alert::{ActionKind, Outcome, State},
    clock,
    rule::{RuleCode, Severity},
    wareki,
};

pub use super::rule_words::{finding, rule, threshold};

/// What the styles select by.
pub const fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Urgent => "urgent",
        Severity::Warning => "guard",
        Severity::Caution => "caution",
        Severity::Notice => "info",
    }
}

pub fn severity(lang: Lang, severity: Severity) -> String {
    let texts = lang.texts();
    match severity {
        Severity::Urgent => fl!(texts, "severity-urgent"),
        Severity::Warning => fl!(texts, "severity-guard"),
        Severity::Caution => fl!(texts, "severity-caution"),
        Severity::Notice => fl!(texts, "severity-info"),
    }
}

pub fn state(lang: Lang, state: State) -> String {
    let texts = lang.texts();
    match state {
        State::Open => fl!(texts, "alert-state-open"),
        State::Taken => fl!(texts, "alert-state-taken"),
        State::Closed => fl!(texts, "alert-state-closed"),
    }
}

pub fn action(lang: Lang, kind: ActionKind) -> String {
    let texts = lang.texts();
    match kind {
        ActionKind::Called => fl!(texts, "action-called"),
        ActionKind::VisitPlanned => fl!(texts, "action-visit-planned"),
        ActionKind::Seen => fl!(texts, "action-seen"),
        ActionKind::Other => fl!(texts, "action-note"),
    }
}

/// 「訂正により条件不成立」, or that what it was about was mended.
pub fn lapsed(lang: Lang, rule: RuleCode) -> String {
    let texts = lang.texts();
    if rule.is_mended() { fl!(texts, "alert-mended") } else { fl!(texts, "alert-lapsed") }
}

/// The same as a step of its life, and the step back.
pub fn condition(lang: Lang, rule: RuleCode, holds: bool) -> String {
    let texts = lang.texts();
    match (holds, rule.is_mended()) {
        (false, false) => fl!(texts, "alert-event-lapsed"),
        (false, true) => fl!(texts, "alert-event-mended"),
        (true, false) => fl!(texts, "alert-event-restored"),
        (true, true) => fl!(texts, "alert-event-again"),
    }
}

pub fn outcome(lang: Lang, outcome: Outcome) -> String {
    let texts = lang.texts();
    match outcome {
        Outcome::Handled => fl!(texts, "outcome-handled"),
        Outcome::Watching => fl!(texts, "outcome-watching"),
        Outcome::FalseAlarm => fl!(texts, "outcome-false-alarm"),
        Outcome::Referred => fl!(texts, "outcome-other-office"),
        Outcome::ReportedLater => fl!(texts, "outcome-reported-later"),
        Outcome::DayClosed => fl!(texts, "outcome-day-closed"),
    }
}

/// 「11月20日（金）」, "Fri 20 Nov".
pub fn day(lang: Lang, day: Date) -> String {
    match lang {
        Lang::Ja => format!("{}月{}日（{}）", day.month(), day.day(), wareki::weekday_letter(day.weekday())),
        Lang::En => day.strftime("%a %-d %b").to_string(),
    }
}

/// 「10:05」 today, 「11月18日（水） 10:05」 before; with the year when it is another one.
pub fn moment(lang: Lang, at: Timestamp, today: Date) -> String {
    if clock::in_japan(at).date() == today { words::time_of_day(at) } else { dated(lang, at, today) }
}

/// The same with its day always.
pub fn dated(lang: Lang, at: Timestamp, today: Date) -> String {
    let (date, time) = (clock::in_japan(at).date(), words::time_of_day(at));
    let named = if date.year() == today.year() { day(lang, date) } else { words::date(lang, date) };
    format!("{named} {time}")
}

/// How long ago: 「5分前」「3時間前」「2日前」.
pub fn age(lang: Lang, at: Timestamp, now: Timestamp) -> String {
    let texts = lang.texts();
    let minutes = now.duration_since(at).as_mins().max(0);
    match minutes {
        0..60 => fl!(texts, "age-minutes", count = minutes),
        60..1440 => fl!(texts, "age-hours", count = (minutes / 60)),
        _ => fl!(texts, "age-days", count = (minutes / 1440)),
    }
}
