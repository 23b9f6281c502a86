//! The first-run task list: ward, facilities, staff, requests, calendar, each with its state and the way on.

use askama::Template;
use axum::extract::State;
use i18n_embed_fl::fl;
use jiff::civil::{Date, date};

use crate::{
    domain::calendar::SchoolYear,
    gate::actions,
    store::organizations::{self, State as SetUp},
    web::{App, Frame, Here, Lang, Result, page, see_other, words},
};

#[derive(Debug, Template)]
#[template(path = "hub/set_up/show.html")]
struct Show {
    frame: Frame,
    left: usize,
    steps: Vec<Step>,
}

#[derive(Debug)]
struct Step {
    title: String,
    is_done: bool,
    state_word: String,
    /// What is there and what is missing, in numbers.
    lines: Vec<String>,
    ways: Vec<Link>,
}

#[derive(Debug)]
struct Link {
    href: &'static str,
    label: String,
}

pub(super) async fn show(here: Here, State(app): State<App>) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let scope = app.gate.scope::<actions::ReadSetUp>(&here.actor, &here.place())?;
    let state = organizations::state(&mut tx, &scope).await?;
    let today = tx.today();
    let steps = steps(here.lang, &state, today);
    let left = steps.iter().filter(|step| !step.is_done).count();
    tx.commit(scope.deed().with("left", left)).await?;
    // The way in leads here while something is open, and on to the tree when nothing is.
    if left == 0 && here.query().get("first") == "1" {
        return Ok(see_other("/organizations"));
    }
    let frame = Frame::here(&app, &here, fl!(here.lang.texts(), "set-up-title"));
    page(&Show { frame, left, steps })
}

fn steps(lang: Lang, state: &SetUp, today: Date) -> Vec<Step> {
    vec![ward(lang, state), facilities(lang, state), staff(lang, state), requests(lang, state), calendar(lang, state, today)]
}

fn step(lang: Lang, title: String, is_done: bool, lines: Vec<String>, ways: Vec<Link>) -> Step {
    let texts = lang.texts();
    let state_word = if is_done { fl!(texts, "set-up-done") } else { fl!(texts, "set-up-open") };
    Step { title, is_done, state_word, lines, ways }
}

fn ward(lang: Lang, state: &SetUp) -> Step {
    let texts = lang.texts();
    let line = if state.has_help { fl!(texts, "set-up-ward-done") } else { fl!(texts, "set-up-ward-open") };
    let ways = vec![
        Link { href: "/set-up/ward", label: fl!(texts, "set-up-ward-link") },
        Link { href: "/provider", label: fl!(texts, "provider-title") },
    ];
    step(lang, fl!(texts, "set-up-ward"), state.has_help, vec![line], ways)
}

fn facilities(lang: Lang, state: &SetUp) -> Step {
    let texts = lang.texts();
    let mut ways = vec![
        Link { href: "/organizations/new", label: fl!(texts, "org-new-title") },
        Link { href: "/organizations", label: fl!(texts, "set-up-facilities-link") },
    ];
    let mut lines = vec![fl!(texts, "set-up-facilities-count", count = state.facilities)];
    // Reporting can begin all the same: it is said, and the step does not stay open for it.
    if state.unbound > 0 {
        lines.push(fl!(texts, "set-up-facilities-unbound", count = state.unbound));
        ways.push(Link { href: "/organizations?standing=unbound", label: fl!(texts, "set-up-facilities-unbound-link") });
    }
    step(lang, fl!(texts, "set-up-facilities"), state.facilities > 0, lines, ways)
}

/// Rights that need two people need two administrators; every facility needs a head, and somebody who has come in; and nobody is
/// one lost device away from being locked out.
fn staff(lang: Lang, state: &SetUp) -> Step {
    let texts = lang.texts();
    let is_there = state.admins > 1 && state.office_staff > 0 && state.facilities > 0 && state.without_staff == 0;
    let is_done = is_there && state.without_passkey == 0 && state.one_passkey == 0;
    let lines = vec![
        fl!(texts, "set-up-staff-admins", count = state.admins),
        fl!(texts, "set-up-staff-office", count = state.office_staff),
        fl!(texts, "set-up-staff-without", count = state.without_staff),
        fl!(texts, "set-up-staff-no-passkey", count = state.without_passkey),
        fl!(texts, "set-up-staff-one-passkey", count = state.one_passkey),
    ];
    let mut ways = vec![Link { href: "/people", label: fl!(texts, "set-up-staff-link") }];
    if state.without_passkey > 0 {
        ways.push(Link { href: "/rights?list=no_passkey", label: fl!(texts, "set-up-staff-no-passkey-link") });
    }
    if state.one_passkey > 0 {
        ways.push(Link { href: "/rights?list=one_passkey", label: fl!(texts, "set-up-staff-one-passkey-link") });
    }
    step(lang, fl!(texts, "set-up-staff"), is_done, lines, ways)
}

/// Whether any has begun and nothing more: the desk sees no child, and no number of them.
fn requests(lang: Lang, state: &SetUp) -> Step {
    let texts = lang.texts();
    let line = if state.has_requests { fl!(texts, "set-up-requests-done") } else { fl!(texts, "set-up-requests-open") };
    step(lang, fl!(texts, "set-up-requests"), state.has_requests, vec![line], Vec::new())
}

/// Every facility follows a template, and the holidays reach to the end of this school year.
fn calendar(lang: Lang, state: &SetUp, today: Date) -> Step {
    let texts = lang.texts();
    // The last national holiday before the end of March.
    let reach = date(SchoolYear::of(today).year().saturating_add(1).clamp(-9000, 9000), 3, 20);
    let has_holidays = state.holidays_until.is_some_and(|until| until >= reach);
    let holidays = state.holidays_until.map_or_else(
        || fl!(texts, "set-up-holidays-none"),
        |until| fl!(texts, "set-up-holidays-until", day = words::date(lang, until)),
    );
    let lines = vec![fl!(texts, "set-up-templates-without", count = state.without_template), holidays];
    let ways = vec![
        Link { href: "/templates", label: fl!(texts, "templates-title") },
        Link { href: "/holidays", label: fl!(texts, "nav-holidays") },
    ];
    step(lang, fl!(texts, "set-up-calendar"), has_holidays && state.without_template == 0 && state.facilities > 0, lines, ways)
}
