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

pub fn outcome(lang: Lang, outcome: Outcome) -> String {
    let texts = lang.texts();
    match outcome {
        Outcome::Handled => fl!(texts, "outcome-handled"),
        Outcome::Watching => fl!(texts, "outcome-watching"),
        Outcome::FalseAlarm => fl!(texts, "outcome-false-alarm"),
        Outcome::Referred => fl!(texts, "outcome-other-office"),
        Outcome::ReportedLater => fl!(texts, "outcome-reported-later"),
    }
}

/// What was found, in one sentence with its count.
pub fn finding(lang: Lang, rule: RuleCode, count: u32) -> String {
    let texts = lang.texts();
    match rule {
        RuleCode::A1 => fl!(texts, "finding-a1"),
        RuleCode::A2 => fl!(texts, "finding-a2", days = count),
        RuleCode::A3 => fl!(texts, "finding-a3", days = count),
        RuleCode::A5 => fl!(texts, "finding-a5", days = count),
        RuleCode::A7 => fl!(texts, "finding-a7", days = count),
        RuleCode::A11 => fl!(texts, "finding-a11", count = count),
        RuleCode::S1 => fl!(texts, "finding-s1"),
        RuleCode::S2 => fl!(texts, "finding-s2"),
        RuleCode::S3 => fl!(texts, "finding-s3"),
        RuleCode::I1 => fl!(texts, "finding-i1"),
        RuleCode::U1 => fl!(texts, "finding-u1", count = count),
    }
}

/// The rule's name, and why there is such a rule.
pub fn rule(lang: Lang, rule: RuleCode) -> (String, String) {
    let texts = lang.texts();
    match rule {
        RuleCode::A1 => (fl!(texts, "rule-a1-name"), fl!(texts, "rule-a1-why")),
        RuleCode::A2 => (fl!(texts, "rule-a2-name"), fl!(texts, "rule-a2-why")),
        RuleCode::A3 => (fl!(texts, "rule-a3-name"), fl!(texts, "rule-a3-why")),
        RuleCode::A5 => (fl!(texts, "rule-a5-name"), fl!(texts, "rule-a5-why")),
        RuleCode::A7 => (fl!(texts, "rule-a7-name"), fl!(texts, "rule-a7-why")),
        RuleCode::A11 => (fl!(texts, "rule-a11-name"), fl!(texts, "rule-a11-why")),
        RuleCode::S1 => (fl!(texts, "rule-s1-name"), fl!(texts, "rule-s1-why")),
        RuleCode::S2 => (fl!(texts, "rule-s2-name"), fl!(texts, "rule-s2-why")),
        RuleCode::S3 => (fl!(texts, "rule-s3-name"), fl!(texts, "rule-s3-why")),
        RuleCode::I1 => (fl!(texts, "rule-i1-name"), fl!(texts, "rule-i1-why")),
        RuleCode::U1 => (fl!(texts, "rule-u1-name"), fl!(texts, "rule-u1-why")),
    }
}

/// A rule's threshold with its unit: days, children of one family, or a single report.
pub fn threshold(lang: Lang, rule: RuleCode, threshold: u32) -> String {
    let texts = lang.texts();
    match rule {
        RuleCode::A11 => fl!(texts, "rules-children", count = threshold),
        RuleCode::S1 | RuleCode::S2 | RuleCode::S3 | RuleCode::U1 => fl!(texts, "rules-once"),
        _ => fl!(texts, "rules-days", count = threshold),
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
    let (date, time) = (clock::in_japan(at).date(), words::time_of_day(at));
    if date == today {
        time
    } else if date.year() == today.year() {
        format!("{} {time}", day(lang, date))
    } else {
        format!("{} {time}", words::date(lang, date))
    }
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
