//! The words for what is done about an alert: sightings, safety checks, replies to facilities and their answers.

use i18n_embed_fl::fl;
use jiff::{SignedDuration, Timestamp};

use super::Lang;
use crate::domain::{
    alert::{Method, SafetyCheck, Standing, Usefulness, Warning},
    reply::{Answer, Reply},
};

pub fn method(lang: Lang, method: Method) -> String {
    let texts = lang.texts();
    match method {
        Method::Direct => fl!(texts, "method-direct"),
        Method::OtherAgency => fl!(texts, "method-other-agency"),
        Method::Phone => fl!(texts, "method-phone"),
        Method::NotMet => fl!(texts, "method-not-met"),
    }
}

pub fn usefulness(lang: Lang, usefulness: Usefulness) -> String {
    let texts = lang.texts();
    match usefulness {
        Usefulness::Useful => fl!(texts, "usefulness-useful"),
        Usefulness::NotUseful => fl!(texts, "usefulness-not-useful"),
        Usefulness::Late => fl!(texts, "usefulness-late"),
    }
}

/// What the facility reads; without a reply, that the report has arrived.
pub fn reply(lang: Lang, reply: Option<Reply>) -> String {
    let texts = lang.texts();
    match reply {
        None => fl!(texts, "receipt-state-received"),
        Some(Reply::Received) => fl!(texts, "reply-received"),
        Some(Reply::Handling) => fl!(texts, "receipt-state-handled"),
        Some(Reply::Watching) => fl!(texts, "reply-watching"),
    }
}

pub fn answer(lang: Lang, answer: Answer) -> String {
    let texts = lang.texts();
    match answer {
        Answer::Well => fl!(texts, "answer-well"),
        Answer::NotHere => fl!(texts, "answer-not-here"),
        Answer::PleaseCall => fl!(texts, "answer-please-call"),
    }
}

/// With its hours, as `Hours::said` kept them; what was written down before they could be changed knows its own.
pub fn warning(lang: Lang, warning: Warning, hours: Option<u32>) -> String {
    let texts = lang.texts();
    match warning {
        Warning::Rank => fl!(texts, "alert-event-check-12", hours = hours.unwrap_or(12)),
        Warning::Early => fl!(texts, "alert-event-check-24", hours = hours.unwrap_or(24)),
        Warning::Late => fl!(texts, "alert-event-check-40", hours = hours.unwrap_or(8)),
        Warning::Overdue => fl!(texts, "alert-event-check-48", hours = hours.unwrap_or(48)),
    }
}

/// 「安全確認 残り31時間20分」, 「安全確認 期限を3時間過ぎています」 and what the styles select by.
pub fn standing(lang: Lang, check: &SafetyCheck, now: Timestamp) -> (&'static str, String) {
    let texts = lang.texts();
    match check.standing(now) {
        Standing::Seen { late: false } => ("seen", fl!(texts, "check-seen")),
        Standing::Seen { late: true } => ("seen", fl!(texts, "check-seen-late")),
        Standing::Running { left, warned } => {
            (if warned { "warned" } else { "running" }, fl!(texts, "check-left", left = span(lang, left)))
        }
        Standing::Overdue { by } => ("overdue", fl!(texts, "check-overdue", by = span(lang, by))),
    }
}

/// Hours and minutes, in words.
fn span(lang: Lang, duration: SignedDuration) -> String {
    minutes(lang, duration.as_mins())
}

/// So many minutes, as hours and minutes.
pub fn minutes(lang: Lang, minutes: i64) -> String {
    let minutes = minutes.max(0);
    fl!(lang.texts(), "span-hours", hours = (minutes / 60), minutes = (minutes % 60))
}
