//! Changing a rule: the form, the page that asks again before the rule finds less, and the one that shows who was first.

use askama::Template;
use axum::extract::State;
use i18n_embed_fl::fl;

use super::{
    draft::Draft,
    show::{frame, named, state},
};
use crate::{
    domain::{
        backtest::{self, MOST_AT_ONCE},
        rule::{Change, Fault, Number, Rule, RuleCode},
    },
    gate::{Permit, actions},
    store::{Tx, back_tests, rules},
    web::{App, Error, ErrorLine, Form, Frame, Here, Lang, Path, Result, conflict, page, rule_words, see_other, unprocessable},
};

#[derive(Debug, Template)]
#[template(path = "watch/rules/edit.html")]
struct Edit {
    frame: Frame,
    errors: Vec<ErrorLine>,
    action: String,
    cancel_href: String,
    version: i32,
    sentence: String,
    source: String,
    demanded: Option<String>,
    route_label: String,
    route_hint: String,
    effect: String,
    /// Where the past is asked, if it can be.
    trial: Option<String>,
    /// What there is to say of trying it.
    trial_line: String,
    draft: Draft,
}

/// Before and after, to be confirmed.
#[derive(Debug, Template)]
#[template(path = "watch/rules/confirm.html")]
struct Confirm {
    frame: Frame,
    action: String,
    back_href: String,
    version: i32,
    source: String,
    trial: Option<String>,
    before: Vec<Fact>,
    after: Vec<Fact>,
    pairs: Vec<(String, String)>,
}

#[derive(Debug, Template)]
#[template(path = "watch/rules/conflict.html")]
struct Both {
    frame: Frame,
    theirs: Vec<Fact>,
    yours: Vec<Fact>,
    reload_href: String,
}

#[derive(Debug)]
pub(super) struct Fact {
    pub(super) term: String,
    pub(super) text: String,
}

pub(super) async fn current(tx: &mut Tx, permit: &Permit<actions::EditRules>, code: RuleCode) -> Result<Rule> {
    rules::versions(tx, permit, code).await?.first().map(|version| version.rule).ok_or(Error::Hidden)
}

/// The form again, each fault at its field.
pub(super) fn refused(app: &App, here: &Here, rule: &Rule, mut draft: Draft, faults: &[Fault]) -> Result {
    draft.mend(here.lang, rule.code, faults);
    unprocessable(&Edit::of(app, here, rule, draft))
}

/// The form again: too many others are tried at the moment.
pub(super) fn busy(app: &App, here: &Here, rule: &Rule, draft: Draft) -> Result {
    let mut shown = Edit::of(app, here, rule, draft);
    let text = fl!(here.lang.texts(), "back-test-full", count = MOST_AT_ONCE);
    shown.errors.push(ErrorLine { href: "#try".to_owned(), text });
    unprocessable(&shown)
}

impl Edit {
    fn of(app: &App, here: &Here, rule: &Rule, draft: Draft) -> Self {
        let name = rule_words::name(here.lang, rule.code);
        let (route_label, route_hint) = rule_words::route_label(here.lang, rule.code);
        Self {
            frame: frame(app, here, fl!(here.lang.texts(), "rule-edit-title", name = name.as_str()))
                .with_crumb(path(rule.code), name),
            errors: draft.errors(),
            action: format!("{}/edit", path(rule.code)),
            cancel_href: path(rule.code),
            version: rule.version,
            sentence: rule_words::sentence(here.lang, rule),
            source: rule_words::source(here.lang, rule.code),
            demanded: rule_words::demanded(here.lang, rule.code),
            route_label,
            route_hint,
            effect: rule_words::effect(here.lang, rule.code),
            trial: trial(rule),
            trial_line: trial_line(here.lang, rule),
            draft,
        }
    }
}

pub(super) fn path(code: RuleCode) -> String {
    format!("/rules/{}", code.code())
}

fn trial(rule: &Rule) -> Option<String> {
    backtest::can_be_tried(rule).then(|| format!("{}/back-tests", path(rule.code)))
}

fn trial_line(lang: Lang, rule: &Rule) -> String {
    let texts = lang.texts();
    match rule.code {
        _ if backtest::can_be_tried(rule) => fl!(texts, "back-test-lead"),
        code if code.is_clock() => fl!(texts, "back-test-not-clock"),
        code if backtest::is_recorded(code) => fl!(texts, "back-test-not-off"),
        _ => fl!(texts, "back-test-not"),
    }
}

pub(super) fn facts(lang: Lang, rule: &Rule) -> Vec<Fact> {
    let texts = lang.texts();
    vec![
        Fact { term: fl!(texts, "rule-when"), text: rule_words::sentence(lang, rule) },
        Fact { term: rule_words::route_label(lang, rule.code).0, text: rule_words::route(lang, rule.code, rule.route) },
        Fact { term: fl!(texts, "rule-state"), text: state(lang, rule) },
    ]
}

pub(super) async fn edit(here: Here, State(app): State<App>, Path(code): Path<String>) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let permit = app.gate.permit::<actions::EditRules>(&here.actor, &here.place())?;
    let code = named(&code)?;
    let rule = current(&mut tx, &permit, code).await?;
    // What was tried over the past comes back into the form.
    let tried = match here.query().get("back_test").parse() {
        Ok(id) => back_tests::read(&mut tx, &permit, code, id).await?,
        Err(_) => None,
    };
    tx.commit(permit.deed().with("step", "form").with("kind", code.code())).await?;
    let draft = match tried {
        Some(tried) if Some(tried.asked_by) == here.actor.person() => Draft::of(here.lang, &tried.rule).because(&tried.why),
        Some(tried) => Draft::of(here.lang, &tried.rule),
        None => Draft::of(here.lang, &rule),
    };
    page(&Edit::of(&app, &here, &rule, draft))
}

pub(super) async fn update(here: Here, State(app): State<App>, Path(code): Path<String>, Form(typed): Form) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let permit = app.gate.permit::<actions::EditRules>(&here.actor, &here.place())?;
    let code = named(&code)?;
    let mut rule = current(&mut tx, &permit, code).await?;
    let draft = Draft::typed(here.lang, &rule, &typed);
    let changed = rule.changed(&draft.proposal());
    let mut stale = typed.get("version") != rule.version.to_string();
    if stale && changed == Err(vec![Fault::Unchanged]) {
        // The same form came again, or two thought the same: it is as it was to be.
        tx.commit(permit.deed().with("step", "same").with("kind", code.code())).await?;
        return Ok(see_other(&format!("{}?done=saved", path(code))));
    }
    if let (false, Ok(change)) = (stale, &changed)
        && (!change.weaker || typed.get("confirmed") == "1")
    {
        if rules::change(&mut tx, &permit, change).await?.is_ok() {
            tx.commit(permit.deed().with("kind", code.code()).with("version", change.rule.version)).await?;
            return Ok(see_other(&format!("{}?done=saved", path(code))));
        }
        // Somebody was quicker by a moment: theirs is what is in force now.
        (stale, rule) = (true, current(&mut tx, &permit, code).await?);
    }
    let step = match (&changed, stale) {
        (_, true) => "conflict",
        (Ok(_), _) => "check",
        (Err(_), _) => "refused",
    };
    tx.commit(permit.deed().with("step", step).with("kind", code.code())).await?;
    if stale {
        return both(&app, &here, &rule, changed.as_ref().ok(), &draft);
    }
    match changed {
        Ok(change) => confirm(&app, &here, &rule, &change, &draft),
        Err(faults) => refused(&app, &here, &rule, draft, &faults),
    }
}

fn confirm(app: &App, here: &Here, rule: &Rule, change: &Change, draft: &Draft) -> Result {
    let name = rule_words::name(here.lang, rule.code);
    let why = Fact { term: fl!(here.lang.texts(), "rule-why"), text: change.why.clone() };
    let mut after = facts(here.lang, &change.rule);
    after.push(why);
    page(&Confirm {
        frame: frame(app, here, fl!(here.lang.texts(), "rule-confirm-title")).with_crumb(path(rule.code), name),
        action: format!("{}/edit", path(rule.code)),
        back_href: format!("{}/edit", path(rule.code)),
        version: rule.version,
        source: rule_words::source(here.lang, rule.code),
        trial: trial(rule),
        before: facts(here.lang, rule),
        after,
        pairs: draft.pairs(),
    })
}

pub(super) fn both(app: &App, here: &Here, rule: &Rule, change: Option<&Change>, draft: &Draft) -> Result {
    let texts = here.lang.texts();
    let yours = match change {
        Some(change) => facts(here.lang, &change.rule),
        None => draft.pairs().into_iter().map(|(term, text)| Fact { term: label(here.lang, rule, &term), text }).collect(),
    };
    conflict(&Both {
        frame: frame(app, here, fl!(texts, "conflict-title")).with_crumb(path(rule.code), rule_words::name(here.lang, rule.code)),
        theirs: facts(here.lang, rule),
        yours,
        reload_href: format!("{}/edit", path(rule.code)),
    })
}

/// What a field is called on the form.
fn label(lang: Lang, rule: &Rule, field: &str) -> String {
    let texts = lang.texts();
    match (Number::from_code(field), field) {
        (Some(number), _) => rule_words::number(lang, rule.code, number),
        (None, "severity") => fl!(texts, "col-severity"),
        (None, "route") => rule_words::route_label(lang, rule.code).0,
        (None, "why") => fl!(texts, "rule-why"),
        (None, "visits") => fl!(texts, "rule-visits"),
        _ => fl!(texts, "rule-enabled"),
    }
}
