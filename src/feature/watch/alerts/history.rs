//! 「これまでの対応」: the life of an alert in words, oldest first.

use i18n_embed_fl::fl;
use jiff::civil::Date;

use crate::{
    domain::{
        alert::{ActionKind, Alert, Method, Outcome, Warning},
        reply::Reply,
        rule::{RuleCode, Severity},
    },
    store::alerts,
    web::{App, Here, Lang, alert_words, care_words},
};

/// `parts/facts.html`, timeline.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) at_iso: String,
    pub(super) at_word: String,
    pub(super) who: String,
    pub(super) what: String,
    pub(super) note: Option<String>,
}

/// That it was raised, and every step since.
pub(super) fn entries(app: &App, here: &Here, alert: &Alert, steps: &[alerts::Entry]) -> Vec<Entry> {
    let (lang, today) = (here.lang, app.clock.today());
    let raised = Entry {
        at_iso: alert.raised_at.to_string(),
        at_word: alert_words::moment(lang, alert.raised_at, today),
        who: fl!(lang.texts(), "alert-by-hub"),
        what: fl!(lang.texts(), "alert-event-raised"),
        note: None,
    };
    let step = |step: &alerts::Entry| Entry {
        at_iso: step.at.to_string(),
        at_word: alert_words::moment(lang, step.at, today),
        who: who(lang, step),
        what: what_at(lang, alert.rule, step, today),
        note: Some(step.note.clone()).filter(|note| !note.is_empty()),
    };
    [raised].into_iter().chain(steps.iter().map(step)).collect()
}

pub(super) fn who(lang: Lang, step: &alerts::Entry) -> String {
    step.by.clone().unwrap_or_else(|| fl!(lang.texts(), "alert-by-hub"))
}

/// The step with the time it speaks of.
fn what_at(lang: Lang, rule: RuleCode, step: &alerts::Entry, today: Date) -> String {
    let (texts, what) = (lang.texts(), what(lang, rule, step));
    let Some(about) = step.about.map(|at| alert_words::moment(lang, at, today)) else { return what };
    match &step.seen {
        Some((_, by)) => fl!(texts, "alert-event-seen", how = what, by = by.as_str(), at = about),
        None if step.event == "snoozed" => fl!(texts, "alert-event-snoozed", at = about),
        None => fl!(texts, "mark-with", word = what, more = about),
    }
}

/// A step in words; a code this program does not know is shown as it is rather than hidden.
pub(super) fn what(lang: Lang, rule: RuleCode, step: &alerts::Entry) -> String {
    let texts = lang.texts();
    match step.event.as_str() {
        "acted" if step.seen.is_some() => {
            let method = step.seen.as_ref().and_then(|(method, _)| Method::from_code(method));
            method.map_or_else(|| step.kind.clone(), |method| care_words::method(lang, method))
        }
        "snoozed" => fl!(texts, "snooze-title"),
        "woke" => fl!(texts, "alert-event-woke"),
        "notified" => fl!(texts, "alert-event-notified"),
        "asked" => fl!(texts, "alert-event-asked"),
        "replied" => fl!(texts, "alert-event-replied", reply = care_words::reply(lang, Reply::from_code(&step.kind))),
        "taken" => fl!(texts, "alert-event-taken"),
        "acted" => ActionKind::from_code(&step.kind).map_or_else(|| step.kind.clone(), |kind| alert_words::action(lang, kind)),
        "handed_on" => fl!(texts, "alert-event-handed", person = step.to.as_deref().unwrap_or_default()),
        "closed" => {
            let outcome = Outcome::from_code(&step.kind).map_or_else(|| step.kind.clone(), |it| alert_words::outcome(lang, it));
            fl!(texts, "alert-event-closed", outcome = outcome)
        }
        "rose" => {
            let severity = step.severity.as_deref().and_then(Severity::from_code);
            let level = severity.map_or_else(String::new, |severity| alert_words::severity(lang, severity));
            if step.severity == step.severity_before {
                fl!(texts, "alert-event-repeated", level = level)
            } else {
                fl!(texts, "alert-event-rose", level = level)
            }
        }
        "continued" => fl!(texts, "alert-event-continued"),
        "condition_lost" => alert_words::condition(lang, rule, false),
        "condition_restored" => alert_words::condition(lang, rule, true),
        "returned" => fl!(texts, "alert-event-returned"),
        other => Warning::from_code(other)
            .map_or_else(|| other.to_owned(), |warning| care_words::warning(lang, warning, step.kind.parse().ok())),
    }
}
