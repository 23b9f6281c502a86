//! 過去12か月で試す: what a change would have done, before it is made. Numbers for everybody who may change rules; names only for the
//! office that asked about the child.

use askama::Template;
use axum::{
    Json,
    extract::State,
    http::{HeaderMap, header},
    response::IntoResponse as _,
};
use i18n_embed_fl::fl;
use serde_json::json;

use super::{
    draft::Draft,
    edit::{Fact, both, busy, current, facts, path, refused},
    show::{frame, named},
};
use crate::{
    domain::{
        backtest::{self, LEAD_DAYS, State as Stage},
        ids::{BackTest as Test, Id},
        rule::Rule,
    },
    gate::{Scope, actions},
    store::{
        Tx,
        back_tests::{self, BackTest, Line},
        rules,
    },
    web::{App, Error, Form, Frame, Here, Lang, Paging, Path, Result, page, protection, rule_words, see_other, words},
};

#[derive(Debug, Template)]
#[template(path = "watch/rules/back_test.html")]
struct Show {
    frame: Frame,
    period: String,
    before: Vec<Fact>,
    after: Vec<Fact>,
    /// While it is under way.
    progress: Option<Progress>,
    /// When it came to nothing.
    nothing: Option<String>,
    found: Option<Found>,
    change_href: String,
    /// How it was counted.
    note: String,
}

#[derive(Debug)]
struct Progress {
    line: String,
    looked_at: i32,
    total: i32,
    href: String,
    cancel_action: String,
}

#[derive(Debug)]
struct Found {
    finding: String,
    rows: Vec<Compared>,
    lead_line: String,
    children: Children,
}

/// One measure under either rule.
#[derive(Debug)]
struct Compared {
    term: String,
    before: String,
    after: String,
}

#[derive(Debug)]
struct Children {
    line: String,
    rows: Vec<ChildRow>,
    pager: Option<Pager>,
}

#[derive(Debug)]
struct ChildRow {
    href: String,
    name: String,
    grade: String,
    facility: String,
    before: String,
    after: String,
}

#[derive(Debug)]
struct Pager {
    line: String,
    prev: Option<String>,
    next: Option<String>,
}

pub(super) async fn create(here: Here, State(app): State<App>, Path(code): Path<String>, Form(typed): Form) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let permit = app.gate.permit::<actions::EditRules>(&here.actor, &here.place())?;
    let code = named(&code)?;
    let rule = current(&mut tx, &permit, code).await?;
    if !backtest::can_be_tried(&rule) {
        return Err(Error::Hidden);
    }
    let draft = Draft::typed(here.lang, &rule, &typed);
    let changed = draft.to_try(&rule);
    let stale = typed.get("version") != rule.version.to_string();
    if let (false, Ok(change)) = (stale, &changed) {
        let Some(id) = back_tests::ask(&mut tx, &permit, change).await? else {
            // The question vanishes with its transaction; that it was put is said in another one.
            drop(tx);
            app.tx(&here.actor).await?.commit(permit.deed().with("step", "full").with("kind", code.code())).await?;
            return busy(&app, &here, &rule, draft);
        };
        tx.commit(permit.deed().with("step", "back_test").with("kind", code.code()).with("back_test", id)).await?;
        return Ok(see_other(&address(&rule, id)));
    }
    let step = if stale { "conflict" } else { "refused" };
    tx.commit(permit.deed().with("step", step).with("kind", code.code())).await?;
    match changed {
        Err(faults) if !stale => refused(&app, &here, &rule, draft, &faults),
        changed => both(&app, &here, &rule, changed.as_ref().ok(), &draft),
    }
}

fn address(rule: &Rule, id: Id<Test>) -> String {
    format!("{}/back-tests/{id}", path(rule.code))
}

pub(super) async fn show(
    here: Here,
    State(app): State<App>,
    Path((code, id)): Path<(String, Id<Test>)>,
    headers: HeaderMap,
) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let permit = app.gate.permit::<actions::EditRules>(&here.actor, &here.place())?;
    let code = named(&code)?;
    let test = back_tests::read(&mut tx, &permit, code, id).await?.ok_or(Error::Hidden)?;
    if wants_numbers(&headers) {
        // How far it has come, and nothing else: no deed.
        let line = progress_line(here.lang, &test);
        let told = json!({ "looked_at": test.looked_at, "total": test.total, "over": test.state.is_over(), "line": line });
        return Ok(Json(told).into_response());
    }
    // The version it was asked of; the rule may have been changed since.
    let base = test.rule.version.saturating_sub(1);
    let versions = rules::versions(&mut tx, &permit, code).await?;
    let old = versions.iter().find(|version| version.rule.version == base).map(|version| version.rule).ok_or(Error::Hidden)?;
    let paging = Paging::read(Some(here.query().get("page")));
    // Whoever may not list requests has no child to be shown.
    let scope = app.gate.scope::<actions::ListRequests>(&here.actor, &here.place()).ok();
    let children = match (test.state, &scope) {
        (Stage::Done, Some(scope)) => Some(listed(&mut tx, scope, id, paging).await?),
        _ => None,
    };
    let shown = children.as_ref().map_or(0, |(lines, _)| lines.len());
    let deed = permit.deed().with("step", "look").with("kind", code.code()).with("back_test", id);
    tx.commit(deed.with("state", test.state.code()).with("children", shown)).await?;
    page(&Show::of(&app, &here, (&old, &test), children, paging))
}

pub(super) async fn destroy(
    here: Here,
    State(app): State<App>,
    Path((code, id)): Path<(String, Id<Test>)>,
    Form(_): Form,
) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let permit = app.gate.permit::<actions::EditRules>(&here.actor, &here.place())?;
    let code = named(&code)?;
    let test = back_tests::read(&mut tx, &permit, code, id).await?.ok_or(Error::Hidden)?;
    // Where it was over already there is nothing to stop, and the page says what came of it.
    let stopped = back_tests::cancel(&mut tx, &permit, code, id).await?;
    let step = if stopped { "cancelled" } else { "same" };
    tx.commit(permit.deed().with("step", step).with("kind", code.code()).with("back_test", id)).await?;
    Ok(see_other(&address(&test.rule, id)))
}

fn alerts(lang: Lang, count: i32) -> String {
    fl!(lang.texts(), "back-test-alerts", count = count)
}

fn progress_line(lang: Lang, test: &BackTest) -> String {
    match test.total {
        Some(total) => fl!(lang.texts(), "back-test-progress", done = test.looked_at, total = total),
        None => fl!(lang.texts(), "back-test-waiting"),
    }
}

fn wants_numbers(headers: &HeaderMap) -> bool {
    let accept = headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok());
    accept.is_some_and(|accept| accept.starts_with("application/json"))
}

async fn listed(tx: &mut Tx, scope: &Scope<actions::ListRequests>, id: Id<Test>, paging: Paging) -> Result<(Vec<Line>, i64)> {
    Ok(back_tests::children(tx, scope, id, (paging.limit(), paging.offset())).await?)
}

impl Show {
    fn of(app: &App, here: &Here, (old, test): (&Rule, &BackTest), children: Option<(Vec<Line>, i64)>, paging: Paging) -> Self {
        let (lang, texts) = (here.lang, here.lang.texts());
        let (from, until) = (words::date(lang, test.from), words::date(lang, test.until));
        let here_is = address(&test.rule, test.id);
        let progress = (!test.state.is_over()).then(|| Progress {
            line: progress_line(lang, test),
            looked_at: test.looked_at,
            total: test.total.unwrap_or(1).max(1),
            cancel_action: format!("{here_is}/cancellation"),
            href: here_is.clone(),
        });
        let nothing = match test.state {
            Stage::Cancelled => Some(fl!(texts, "back-test-cancelled")),
            Stage::Failed => Some(fl!(texts, "back-test-failed")),
            Stage::Waiting | Stage::Running | Stage::Done => None,
        };
        Self {
            frame: frame(app, here, fl!(texts, "back-test-title")).with_crumb(path(old.code), rule_words::name(lang, old.code)),
            period: fl!(texts, "back-test-period", from = from, until = until),
            before: facts(lang, old),
            after: facts(lang, &test.rule),
            progress,
            nothing,
            found: (test.state == Stage::Done).then(|| Found::of(lang, test, children, (paging, here_is.as_str()))),
            change_href: format!("{}/edit?back_test={}", path(old.code), test.id),
            note: if backtest::is_recorded(old.code) {
                fl!(texts, "back-test-note-recorded")
            } else {
                fl!(texts, "back-test-note")
            },
        }
    }
}

impl Found {
    fn of(lang: Lang, test: &BackTest, children: Option<(Vec<Line>, i64)>, list: (Paging, &str)) -> Self {
        let texts = lang.texts();
        let (more, fewer) = (test.alerts_new - test.kept, test.alerts_old - test.kept);
        let finding = if more + fewer == 0 {
            fl!(texts, "back-test-same", count = test.alerts_old)
        } else {
            fl!(texts, "back-test-finding", old = test.alerts_old, new = test.alerts_new, more = more, fewer = fewer)
        };
        let days = |days: Option<i32>| match days {
            Some(days) => fl!(texts, "back-test-days", days = days),
            None => fl!(texts, "back-test-no-lead"),
        };
        Self {
            finding,
            rows: vec![
                Compared {
                    term: fl!(texts, "back-test-count"),
                    before: alerts(lang, test.alerts_old),
                    after: alerts(lang, test.alerts_new),
                },
                Compared { term: fl!(texts, "back-test-lead-time"), before: days(test.lead_old), after: days(test.lead_new) },
            ],
            lead_line: fl!(texts, "back-test-lead-line", days = LEAD_DAYS),
            children: Children::of(lang, test.children, children, list),
        }
    }
}

impl Children {
    fn of(lang: Lang, all: i32, listed: Option<(Vec<Line>, i64)>, (paging, here_is): (Paging, &str)) -> Self {
        let texts = lang.texts();
        let Some((mut lines, total)) = listed else {
            return Self { line: fl!(texts, "back-test-children-hidden", count = all), rows: Vec::new(), pager: None };
        };
        let next = paging.cut(&mut lines);
        let to = |number: u32| format!("{here_is}?page={number}");
        let (from, until) = (paging.offset() + 1, paging.offset() + i64::try_from(lines.len()).unwrap_or(0));
        let pager = (next.is_some() || paging.previous().is_some()).then(|| Pager {
            line: fl!(texts, "pager-line", all = total, from = from, to = until),
            prev: paging.previous().map(to),
            next: next.map(to),
        });
        let rows = lines.into_iter().map(|line| ChildRow {
            href: format!("/requests/{}", line.watch),
            name: protection::marked(lang, &line.name, line.protected),
            grade: words::place(&line.grade, &line.class),
            facility: line.facility,
            before: alerts(lang, line.alerts_old),
            after: alerts(lang, line.alerts_new),
        });
        Self { line: fl!(texts, "back-test-children-shown", count = all, own = total), rows: rows.collect(), pager }
    }
}
