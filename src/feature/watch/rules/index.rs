//! The list of rules in their groups, each in one sentence and with who says so.

use askama::Template;
use axum::extract::State;
use i18n_embed_fl::fl;

use super::may_edit;
use crate::{
    domain::rule::{Group, Rule},
    gate::actions,
    store::{alerts, rules},
    web::{App, Frame, Here, Lang, Result, alert_words, page, rule_words},
};

#[derive(Debug, Template)]
#[template(path = "watch/rules/list.html")]
struct List {
    frame: Frame,
    groups: Vec<RuleGroup>,
    may_edit: bool,
}

#[derive(Debug)]
struct RuleGroup {
    code: &'static str,
    name: String,
    rows: Vec<RuleRow>,
}

#[derive(Debug)]
struct RuleRow {
    code: &'static str,
    href: String,
    name: String,
    sentence: String,
    source: String,
    level: &'static str,
    level_word: String,
    due_word: String,
    route_word: String,
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
    let group = |group: &Group| RuleGroup {
        code: group.code(),
        name: rule_words::group(here.lang, *group),
        rows: rules.iter().filter(|rule| rule.code.group() == *group).map(|rule| RuleRow::new(here.lang, rule)).collect(),
    };
    page(&List { frame, groups: Group::ALL.iter().map(group).collect(), may_edit: may_edit(&app, &here) })
}

impl RuleRow {
    fn new(lang: Lang, rule: &Rule) -> Self {
        Self {
            code: rule.code.code(),
            href: format!("/rules/{}", rule.code.code()),
            name: rule_words::name(lang, rule.code),
            sentence: rule_words::sentence(lang, rule),
            source: rule_words::source(lang, rule.code),
            level: alert_words::level(rule.severity),
            level_word: alert_words::severity(lang, rule.severity),
            due_word: rule_words::due(lang, rule),
            route_word: rule_words::route(lang, rule.code, rule.route),
            version_word: fl!(lang.texts(), "rules-version", version = rule.version),
            enabled: rule.enabled,
        }
    }
}
