//! Somebody else was quicker: who and when, what is there now, and what was typed.

use askama::Template;
use axum::response::Response;
use i18n_embed_fl::fl;

use super::{
    attempt::Attempt,
    forms::Which,
    history,
    show::{Seen, state_word},
    why::Fact,
};
use crate::{
    domain::{
        alert::{ActionKind, Method, Outcome},
        reply::Reply,
    },
    web::{Frame, Result, alert_words, care_words, conflict},
};

#[derive(Debug, Template)]
#[template(path = "watch/alerts/conflict.html")]
struct Conflict {
    frame: Frame,
    by: String,
    at: String,
    theirs: Vec<Fact>,
    yours: Vec<Fact>,
    reload_href: String,
}

pub(super) fn page(attempt: &Attempt<'_>, seen: &Seen) -> Result<Response> {
    let (lang, texts) = (attempt.here.lang, attempt.here.lang.texts());
    let alert = &seen.shown.alert;
    let last = seen.steps.last();
    let (by, at) = match last {
        Some(step) => (history::who(lang, step), step.at),
        None => (fl!(texts, "alert-by-hub"), alert.raised_at),
    };
    conflict(&Conflict {
        frame: seen.frame(attempt.app, attempt.here, fl!(texts, "conflict-title")),
        by,
        at: alert_words::moment(lang, at, attempt.app.clock.today()),
        theirs: theirs(attempt, seen),
        yours: yours(attempt, seen),
        reload_href: format!("/alerts/{}", alert.id),
    })
}

fn theirs(attempt: &Attempt<'_>, seen: &Seen) -> Vec<Fact> {
    let (lang, texts) = (attempt.here.lang, attempt.here.lang.texts());
    let owner = seen.shown.holder_name.clone().unwrap_or_else(|| fl!(texts, "alert-no-owner"));
    let mut facts = vec![
        Fact::new(fl!(texts, "col-state"), state_word(attempt.here, &seen.shown.alert)),
        Fact::new(fl!(texts, "col-owner"), owner),
    ];
    if let Some(step) = seen.steps.last() {
        facts.push(Fact::new(fl!(texts, "alert-last-step"), history::what(lang, seen.shown.alert.rule, step)));
        if !step.note.is_empty() {
            facts.push(Fact::new(fl!(texts, "alert-act-note"), step.note.clone()));
        }
    }
    facts
}

fn yours(attempt: &Attempt<'_>, seen: &Seen) -> Vec<Fact> {
    let (lang, texts) = (attempt.here.lang, attempt.here.lang.texts());
    let fields = attempt.fields;
    let (wanted, choice) = match attempt.which {
        Which::Taking => (fl!(texts, "alert-take"), None),
        Which::Action => {
            let kind = ActionKind::from_code(fields.get("kind")).map(|kind| alert_words::action(lang, kind));
            (fl!(texts, "alert-act"), kind.map(|kind| (fl!(texts, "alert-act-kind"), kind)))
        }
        Which::Visit => {
            let at = format!("{} {}", fields.get("visit_on"), fields.get("visit_time"));
            (fl!(texts, "visit-title"), Some((fl!(texts, "visit-on"), at)))
        }
        Which::Sighting => {
            let method = Method::from_code(fields.get("method")).map(|method| care_words::method(lang, method));
            (fl!(texts, "sighting-title"), method.map(|method| (fl!(texts, "sighting-method"), method)))
        }
        Which::Snooze => (fl!(texts, "snooze-title"), Some((fl!(texts, "snooze-until"), fields.get("snooze_until").to_owned()))),
        Which::Notice => (fl!(texts, "notification-title"), None),
        Which::Reply => {
            let reply = Reply::from_code(fields.get("reply")).map(|reply| care_words::reply(lang, Some(reply)));
            (fl!(texts, "reply-title"), reply.map(|reply| (fl!(texts, "reply-now"), reply)))
        }
        Which::Inquiry => (fl!(texts, "inquiry-ask"), None),
        Which::Handover => (fl!(texts, "alert-hand"), seen.named(fields.get("to")).map(|name| (fl!(texts, "alert-hand-to"), name))),
        Which::Closing => {
            let outcome = Outcome::from_code(fields.get("outcome")).map(|outcome| alert_words::outcome(lang, outcome));
            (fl!(texts, "alert-close"), outcome.map(|outcome| (fl!(texts, "alert-close-outcome"), outcome)))
        }
    };
    let mut facts = vec![Fact::new(fl!(texts, "alert-wanted"), wanted)];
    facts.extend(choice.map(|(term, text)| Fact::new(term, text)));
    let note = attempt.note().map(|name| fields.get(name)).filter(|note| !note.is_empty());
    facts.extend(note.map(|note| Fact::new(fl!(texts, "alert-act-note"), note.to_owned())));
    facts
}
