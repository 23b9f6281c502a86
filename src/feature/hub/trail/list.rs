//! The trail, filtered by days, person and action.

use askama::Template;
use axum::extract::State;
use i18n_embed_fl::fl;
use url::form_urlencoded::Serializer;

use super::{
    Days, LabelledField, detail,
    person::{Log, PersonFilter},
    range,
    takeaway::ExportForm,
};
use crate::{
    gate::{Client, DutyKind, Role, actions},
    store::trail::{self, Filter, Line},
    web::{
        App, ErrorLine, Field, Fields, Frame, Here, Lang, Pager, Paging, Result, page, role_word, say, unprocessable,
        words as web_words,
    },
};

pub(super) const ADDRESS: &str = "/trail";
pub(super) const EXPORT: &str = "/trail/export";

#[derive(Debug, Template)]
#[template(path = "hub/trail/list.html")]
pub(super) struct List {
    frame: Frame,
    errors: Vec<ErrorLine>,
    since: Field,
    until: Field,
    person: PersonFilter,
    filters: Vec<LabelledField>,
    pager: Pager,
    rows: Vec<TrailRow>,
    export: ExportForm,
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

/// What the list is made of.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) lines: Vec<Line>,
    pub(super) person: PersonFilter,
    pub(super) paging: Paging,
}

pub(super) async fn index(here: Here, State(app): State<App>) -> Result {
    let asked = here.query();
    let days = Days::read(here.lang, &asked);
    let filter = filter(&asked, &days);
    let paging = Paging::read(Some(asked.get("page")));
    let mut tx = app.tx(&here.actor).await?;
    let scope = app.gate.scope::<actions::ReadTrail>(&here.actor, &here.place())?;
    let lines = trail::page(&mut tx, &scope, &filter, range(paging)).await?;
    let person = PersonFilter::read(&mut tx, &scope, Log::Trail, &asked).await?;
    let deed = scope.deed().with("page", paging.number()).with("lines", lines.len()).with("since", filter.since);
    let deed = deed.with("until", filter.until).with("person", filter.person);
    tx.commit(deed.with("action", known(filter.action.as_deref()))).await?;

    let refused = !days.errors().is_empty();
    let export = ExportForm::new(here.lang, EXPORT, &asked);
    let list = List::new(&app, &here, &asked, days, Found { lines, person, paging }, export);
    if refused { unprocessable(&list) } else { page(&list) }
}

/// What the address or a form looks for.
pub(super) fn filter(asked: &Fields, days: &Days) -> Filter {
    Filter {
        since: days.since,
        until: days.until,
        person: asked.get("person").parse().ok(),
        action: Some(asked.get("action").to_owned()).filter(|action| !action.is_empty()),
    }
}

/// The action comes from an address, so only a known one is worth keeping in the trail.
pub(super) fn known(action: Option<&str>) -> Option<String> {
    action.filter(|action| is_known(action)).map(ToOwned::to_owned)
}

fn is_known(action: &str) -> bool {
    actions::ALL.iter().any(|known| known.name == action)
}

impl List {
    pub(super) fn new(app: &App, here: &Here, asked: &Fields, days: Days, found: Found, export: ExportForm) -> Self {
        let lang = here.lang;
        let mut rows: Vec<TrailRow> = found.lines.iter().map(|line| row(lang, line)).collect();
        let pager = Pager::new(found.paging, &mut rows, &address(asked), lang);
        let mut errors = days.errors();
        errors.extend(export.errors.iter().cloned());
        Self {
            frame: Frame::here(app, here, fl!(lang.texts(), "trail-title")),
            errors,
            since: days.since_field,
            until: days.until_field,
            person: found.person,
            filters: filters(lang, asked),
            pager,
            rows,
            export,
        }
    }
}

fn filters(lang: Lang, asked: &Fields) -> Vec<LabelledField> {
    let texts = lang.texts();
    let all = (String::new(), fl!(texts, "trail-all"));
    let actions = actions::ALL.iter().map(|known| (known.name.to_owned(), action_word(lang, known.name)));
    vec![LabelledField {
        field: Field::optional("action", asked.get("action")).with_choices(std::iter::once(all).chain(actions)),
        label: fl!(texts, "trail-filter-action"),
    }]
}

pub(super) fn address(asked: &Fields) -> String {
    let mut query = Serializer::new(String::new());
    for name in ["since", "until", "person", "action"] {
        if !asked.get(name).is_empty() {
            query.append_pair(name, asked.get(name));
        }
    }
    format!("{ADDRESS}?{}", query.finish())
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

/// The role somebody acted in, or what acted where nobody did.
fn principal_word(lang: Lang, line: &Line) -> String {
    match (Role::from_code(&line.principal), DutyKind::from_code(&line.principal)) {
        (Some(role), _) => role_word(lang, role),
        (None, Some(DutyKind::Entry)) => fl!(lang.texts(), "duty-entry"),
        (None, Some(DutyKind::Clock)) => fl!(lang.texts(), "duty-clock"),
        (None, Some(DutyKind::CommandLine)) => fl!(lang.texts(), "duty-command-line"),
        (None, None) if line.principal == Client::CODE => fl!(lang.texts(), "principal-client"),
        (None, None) => line.principal.clone(),
    }
}

fn row(lang: Lang, line: &Line) -> TrailRow {
    let place = line.organization.as_ref().map_or_else(String::new, |name| format!("{name} ・ "));
    TrailRow {
        at_iso: line.at.to_string(),
        at_word: web_words::moment(lang, line.at),
        person: line.person.clone().unwrap_or_else(|| fl!(lang.texts(), "trail-nobody")),
        place: format!("{place}{}", principal_word(lang, line)),
        action_word: done(lang, line),
        object_word: object_word(lang, line),
        detail: detail::words(lang, &line.detail),
    }
}

/// Person, organization, role, action, object and details for a file, which is in Japanese whatever the page is in.
pub(super) fn words(line: &Line) -> [String; 6] {
    let lang = Lang::Ja;
    let person = line.person.clone().unwrap_or_else(|| fl!(lang.texts(), "trail-nobody"));
    let place = line.organization.clone().unwrap_or_default();
    [person, place, principal_word(lang, line), done(lang, line), object_word(lang, line), detail::words(lang, &line.detail)]
}

/// An organization by name, everything else by the end of its id: the trail names no child.
fn object_word(lang: Lang, line: &Line) -> String {
    let id = line.resource.map(|id| id.to_string());
    let number = id.as_deref().and_then(|id| id.get(28..)).unwrap_or_default();
    match (line.resource_kind.as_str(), &line.resource_name) {
        (_, Some(name)) => name.clone(),
        ("Watch", _) => fl!(lang.texts(), "trail-object-watch", number = number),
        ("Alert", _) => fl!(lang.texts(), "trail-object-alert", number = number),
        ("Opening", _) => fl!(lang.texts(), "trail-object-opening", number = number),
        (kind, _) => format!("{kind} …{number}"),
    }
}
