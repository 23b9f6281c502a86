//! The list of rules, each with its numbers and the reason there is such a rule.

use askama::Template;
use axum::extract::State;
use i18n_embed_fl::fl;

use crate::{
    domain::rule::{Rule, Severity},
    gate::actions,
    store::{alerts, rules},
    web::{App, Frame, Here, Lang, Result, alert_words, page},
};

#[derive(Debug, Template)]
#[template(path = "watch/rules/list.html")]
struct List {
    frame: Frame,
    rows: Vec<RuleRow>,
}

#[derive(Debug)]
struct RuleRow {
    code: &'static str,
    name: String,
    why: String,
    level: &'static str,
    level_word: String,
    threshold: String,
    strict: String,
    due_word: String,
    version_word: String,
    enabled: bool,
}

pub(super) async fn index(here: Here, State(app): State<App>) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let scope = app.gate.scope::<actions::ListRules>(&here.actor, &here.place())?;
    let rules = rules::in_force(&mut tx, &scope).await?;
    let mut frame = Frame::here(&app, &here, fl!(here.lang.texts(), "rules-title"));
    // The ward's desk reads the rules too, and has no inbox.
    if let Ok(listed) = app.gate.scope::<actions::ListAlerts>(&here.actor, &here.place()) {
        frame = frame.with_open_alerts(alerts::open_count(&mut tx, &listed).await?);
    }
    tx.commit(scope.deed().with("rules", rules.len())).await?;
    page(&List { frame, rows: rules.iter().map(|rule| RuleRow::new(here.lang, rule)).collect() })
}

impl RuleRow {
    fn new(lang: Lang, rule: &Rule) -> Self {
        let (name, why) = alert_words::rule(lang, rule.code);
        Self {
            code: rule.code.code(),
            name,
            why,
            level: alert_words::level(rule.severity),
            level_word: alert_words::severity(lang, rule.severity),
            threshold: alert_words::threshold(lang, rule.code, rule.threshold),
            strict: alert_words::threshold(lang, rule.code, rule.threshold_strict),
            due_word: due_word(lang, rule.severity),
            version_word: fl!(lang.texts(), "rules-version", version = rule.version),
            enabled: rule.enabled,
        }
    }
}

/// `domain::alert::due` in words.
fn due_word(lang: Lang, severity: Severity) -> String {
    let texts = lang.texts();
    match severity {
        Severity::Urgent => fl!(texts, "rules-due-urgent"),
        Severity::Warning => fl!(texts, "rules-due-guard"),
        Severity::Caution => fl!(texts, "rules-due-caution"),
        Severity::Notice => fl!(texts, "rules-due-info"),
    }
}
