//! One rule: when it fires, why there is such a rule, and what it was before.

use askama::Template;
use axum::extract::State;
use i18n_embed_fl::fl;

use super::may_edit;
use crate::{
    domain::rule::{Rule, RuleCode},
    gate::actions,
    store::rules::{self, Version},
    web::{App, Error, Frame, Here, Lang, Path, Result, alert_words, page, rule_words, words},
};

#[derive(Debug, Template)]
#[template(path = "watch/rules/show.html")]
struct Show {
    frame: Frame,
    sentence: String,
    why: String,
    source: String,
    level: &'static str,
    level_word: String,
    due_word: String,
    route_label: String,
    route_word: String,
    enabled: bool,
    demanded: Option<String>,
    effect: String,
    edit_href: Option<String>,
    versions: Vec<VersionRow>,
}

#[derive(Debug)]
struct VersionRow {
    version_word: String,
    at_iso: String,
    at_word: String,
    by: String,
    sentence: String,
    state: String,
    route_word: String,
    why: String,
}

/// Which rule the address names.
pub(super) fn named(code: &str) -> Result<RuleCode> {
    RuleCode::from_code(code).ok_or(Error::Hidden)
}

pub(super) async fn show(here: Here, State(app): State<App>, Path(code): Path<String>) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let permit = app.gate.permit::<actions::ListRules>(&here.actor, &here.place())?;
    let code = named(&code)?;
    let versions = rules::versions(&mut tx, &permit, code).await?;
    let rule = versions.first().map(|version| version.rule).ok_or(Error::Hidden)?;
    tx.commit(permit.deed().with("kind", code.code()).with("versions", versions.len())).await?;
    let (lang, texts) = (here.lang, here.lang.texts());
    let flash = (here.query().get("done") == "saved").then(|| fl!(texts, "rule-done-saved"));
    page(&Show {
        frame: frame(&app, &here, rule_words::name(lang, code)).with_flash(flash),
        sentence: rule_words::sentence(lang, &rule),
        why: rule_words::why(lang, code),
        source: rule_words::source(lang, code),
        level: alert_words::level(rule.severity),
        level_word: alert_words::severity(lang, rule.severity),
        due_word: rule_words::due(lang, &rule),
        route_label: rule_words::route_label(lang, code).0,
        route_word: rule_words::route(lang, code, rule.route),
        enabled: rule.enabled,
        demanded: rule_words::demanded(lang, code),
        effect: rule_words::effect(lang, code),
        edit_href: may_edit(&app, &here).then(|| format!("/rules/{}/edit", code.code())),
        versions: versions.iter().map(|version| VersionRow::new(lang, version)).collect(),
    })
}

/// The frame of a page about one rule.
pub(super) fn frame(app: &App, here: &Here, title: String) -> Frame {
    Frame::here(app, here, title).with_crumb("/rules", fl!(here.lang.texts(), "rules-title"))
}

impl VersionRow {
    fn new(lang: Lang, version: &Version) -> Self {
        let texts = lang.texts();
        Self {
            version_word: fl!(texts, "rules-version", version = version.rule.version),
            at_iso: version.from.to_string(),
            at_word: words::moment(lang, version.from),
            by: version.by.clone().unwrap_or_else(|| fl!(texts, "rule-by-hub")),
            sentence: rule_words::sentence(lang, &version.rule),
            state: state(lang, &version.rule),
            route_word: rule_words::route(lang, version.rule.code, version.rule.route),
            why: version.why.clone(),
        }
    }
}

/// 「緊急 ・ 有効」
pub(super) fn state(lang: Lang, rule: &Rule) -> String {
    let texts = lang.texts();
    let on = if rule.enabled { fl!(texts, "rules-on") } else { fl!(texts, "rules-off") };
    let visits = rule.visit_breaks.then(|| fl!(texts, "rule-visits-on"));
    [Some(alert_words::severity(lang, rule.severity)), Some(on), visits].into_iter().flatten().collect::<Vec<_>>().join(" ・ ")
}
