//! The trail, filtered by days, person and action.

use askama::Template;
use axum::extract::State;
use i18n_embed_fl::fl;
use url::form_urlencoded::Serializer;

use super::{LabelledField, detail, range};
use crate::{
    domain::{
        ids::{Id, Person},
        wareki,
    },
    gate::{DutyKind, Role, actions},
    store::trail::{self, Filter, Line},
    web::{App, ErrorLine, Field, Fields, Frame, Here, Lang, Pager, Paging, Result, page, role_word, say, unprocessable, words},
};

#[derive(Debug, Template)]
#[template(path = "hub/trail/list.html")]
struct List {
    frame: Frame,
    errors: Vec<ErrorLine>,
    since: Field,
    until: Field,
    filters: Vec<LabelledField>,
    pager: Pager,
    rows: Vec<TrailRow>,
}

#[derive(Debug)]
struct TrailRow {
    at_iso: String,
    at_word: String,
    person: String,
    place: String,
    action_word: String,
    object_word: String,
    detail: String,
}

pub(super) async fn index(here: Here, State(app): State<App>) -> Result {
    let asked = here.query();
    let lang = here.lang;
    let (since, until) = (day_field(lang, "since", &asked), day_field(lang, "until", &asked));
    let filter = Filter {
        since: wareki::parse(asked.get("since")).ok(),
        until: wareki::parse(asked.get("until")).ok(),
        person: asked.get("person").parse().ok(),
        action: Some(asked.get("action").to_owned()).filter(|action| !action.is_empty()),
    };
    let paging = Paging::read(Some(asked.get("page")));
    let mut tx = app.tx(&here.actor).await?;
    let scope = app.gate.scope::<actions::ReadTrail>(&here.actor, &here.place())?;
    let lines = trail::page(&mut tx, &scope, &filter, range(paging)).await?;
    let people = trail::people(&mut tx, &scope).await?;
    let deed = scope.deed().with("page", paging.number()).with("lines", lines.len()).with("since", filter.since);
    // The action comes from an address, so only a known one is worth keeping.
    let known = filter.action.as_deref().filter(|action| is_known(action)).map(ToOwned::to_owned);
    tx.commit(deed.with("until", filter.until).with("person", filter.person).with("action", known)).await?;

    let mut rows: Vec<TrailRow> = lines.iter().map(|line| row(lang, line)).collect();
    let pager = Pager::new(paging, &mut rows, &address(&asked), lang);
    let mut errors = ErrorLine::of([&since, &until]);
    for line in &mut errors {
        line.href = line.href.replace('#', "#filter-");
    }
    let refused = !errors.is_empty();
    let list = List {
        frame: Frame::here(&app, &here, fl!(lang.texts(), "trail-title")),
        errors,
        since,
        until,
        filters: filters(lang, &asked, people),
        pager,
        rows,
    };
    if refused { unprocessable(&list) } else { page(&list) }
}

fn is_known(action: &str) -> bool {
    actions::ALL.iter().any(|known| known.name == action)
}

/// A day as it was typed, with what to mend.
fn day_field(lang: Lang, name: &str, asked: &Fields) -> Field {
    let typed = asked.get(name);
    let wrong = !typed.is_empty() && wareki::parse(typed).is_err();
    let label = if name == "since" { fl!(lang.texts(), "trail-since") } else { fl!(lang.texts(), "trail-until") };
    Field::optional(name, typed).with_error(wrong.then(|| fl!(lang.texts(), "error-not-a-date", field = label)))
}

fn filters(lang: Lang, asked: &Fields, people: Vec<(Id<Person>, String)>) -> Vec<LabelledField> {
    let texts = lang.texts();
    let all = (String::new(), fl!(texts, "trail-all"));
    let people = people.into_iter().map(|(id, name)| (id.to_string(), name));
    let actions = actions::ALL.iter().map(|known| (known.name.to_owned(), action_word(lang, known.name)));
    vec![
        LabelledField {
            field: Field::optional("person", asked.get("person")).with_choices(std::iter::once(all.clone()).chain(people)),
            label: fl!(texts, "trail-filter-person"),
        },
        LabelledField {
            field: Field::optional("action", asked.get("action")).with_choices(std::iter::once(all).chain(actions)),
            label: fl!(texts, "trail-filter-action"),
        },
    ]
}

fn address(asked: &Fields) -> String {
    let mut query = Serializer::new(String::new());
    for name in ["since", "until", "person", "action"] {
        if !asked.get(name).is_empty() {
            query.append_pair(name, asked.get(name));
        }
    }
    format!("/trail?{}", query.finish())
}

/// The word for an action; one this program does not know (an older or newer hub wrote it) keeps its name.
pub(super) fn action_word(lang: Lang, name: &str) -> String {
    if is_known(name) { say::word(lang, &format!("action-{name}")) } else { name.to_owned() }
}

/// The action with the step of it that was taken: a form that was only opened is not the deed itself.
fn done(lang: Lang, line: &Line) -> String {
    let word = action_word(lang, &line.action);
    match detail::step(lang, &line.detail) {
        Some(step) => fl!(lang.texts(), "mark-with", word = word, more = step),
        None => word,
    }
}

fn row(lang: Lang, line: &Line) -> TrailRow {
    let role = match (Role::from_code(&line.principal), DutyKind::from_code(&line.principal)) {
        (Some(role), _) => role_word(lang, role),
        (None, Some(DutyKind::Entry)) => fl!(lang.texts(), "duty-entry"),
        (None, Some(DutyKind::Clock)) => fl!(lang.texts(), "duty-clock"),
        (None, Some(DutyKind::CommandLine)) => fl!(lang.texts(), "duty-command-line"),
        (None, None) => line.principal.clone(),
    };
    let place = line.organization.as_ref().map_or_else(String::new, |name| format!("{name} ・ "));
    TrailRow {
        at_iso: line.at.to_string(),
        at_word: words::moment(lang, line.at),
        person: line.person.clone().unwrap_or_else(|| fl!(lang.texts(), "trail-nobody")),
        place: format!("{place}{role}"),
        action_word: done(lang, line),
        object_word: object_word(lang, line),
        detail: detail::words(lang, &line.detail),
    }
}

/// An organization by name, everything else by the end of its id: the trail names no child.
fn object_word(lang: Lang, line: &Line) -> String {
    let id = line.resource.map(|id| id.to_string());
    let number = id.as_deref().and_then(|id| id.get(28..)).unwrap_or_default();
    match (line.resource_kind.as_str(), &line.resource_name) {
        (_, Some(name)) => name.clone(),
        ("Watch", _) => fl!(lang.texts(), "trail-object-watch", number = number),
        ("Alert", _) => fl!(lang.texts(), "trail-object-alert", number = number),
        (kind, _) => format!("{kind} …{number}"),
    }
}
