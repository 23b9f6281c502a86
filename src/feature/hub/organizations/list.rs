//! The list of organizations, each after the one it stands below.

use std::collections::HashMap;

use askama::Template;
use axum::extract::State;
use i18n_embed_fl::fl;
use jiff::civil::Date;
use url::form_urlencoded::Serializer;

use super::views::{closed_word, path};
use crate::{
    domain::{facility::Gap, name::search_key},
    gate::actions,
    store::organizations::{self, Line},
    web::{App, Field, Fields, Frame, Here, Lang, Pager, Paging, Result, page, words},
};

/// Steps a row is set in at most; trees of wards are three deep.
const DEEPEST: usize = 4;

#[derive(Debug, Template)]
#[template(path = "hub/organizations/list.html")]
struct List {
    frame: Frame,
    search: Field,
    side: Field,
    standing: Field,
    pager: Pager,
    rows: Vec<OrganizationRow>,
}

#[derive(Debug)]
struct OrganizationRow {
    href: String,
    /// How far it stands in, at most as far as a page can show.
    depth: usize,
    name: String,
    code: String,
    kind_word: String,
    parent: String,
    district: String,
    people: i64,
    signed_in: String,
    last_sign_in: Option<String>,
    /// To open, or closed: in words.
    standing: Option<String>,
    /// Nothing known binds its people to keep what they are told.
    gap: Option<String>,
}

pub(super) async fn index(here: Here, State(app): State<App>) -> Result {
    let asked = here.query();
    let mut tx = app.tx(&here.actor).await?;
    let scope = app.gate.scope::<actions::ListOrganizations>(&here.actor, &here.place())?;
    let lines = organizations::lines(&mut tx, &scope).await?;
    let today = tx.today();
    tx.commit(scope.deed().with("organizations", lines.len())).await?;

    let lang = here.lang;
    let names: HashMap<_, _> = lines.iter().map(|line| (line.id, line.name.clone())).collect();
    let fits = filter(&asked, today);
    let paging = Paging::read(Some(asked.get("page")));
    let skipped = usize::try_from(paging.offset()).unwrap_or(usize::MAX);
    let shown = usize::try_from(paging.limit()).unwrap_or(0);
    let mut rows: Vec<OrganizationRow> = lines
        .iter()
        .filter(|line| fits(line))
        .skip(skipped)
        .take(shown)
        .map(|line| row(lang, line, line.parent.and_then(|parent| names.get(&parent)), today))
        .collect();
    let pager = Pager::new(paging, &mut rows, &address(&asked), lang);
    let texts = lang.texts();
    page(&List {
        frame: Frame::here(&app, &here, fl!(texts, "organizations-title")),
        search: Field::optional("q", asked.get("q")),
        side: Field::optional("side", asked.get("side")).with_choices([
            (String::new(), fl!(texts, "organizations-side-all")),
            ("facility".to_owned(), fl!(texts, "organizations-side-facility")),
            ("office".to_owned(), fl!(texts, "organizations-side-office")),
        ]),
        standing: Field::optional("standing", asked.get("standing")).with_choices([
            (String::new(), fl!(texts, "organizations-standing-open")),
            ("opening".to_owned(), fl!(texts, "organizations-standing-opening")),
            ("unbound".to_owned(), fl!(texts, "organizations-standing-unbound")),
            ("closed".to_owned(), fl!(texts, "organizations-standing-closed")),
            ("all".to_owned(), fl!(texts, "organizations-standing-all")),
        ]),
        pager,
        rows,
    })
}

/// What the address asks for: part of a name or a code, the side of the house, and how it stands.
fn filter(asked: &Fields, today: Date) -> impl Fn(&Line) -> bool {
    let (wanted, side, standing) = (search_key(asked.get("q")), asked.get("side").to_owned(), asked.get("standing").to_owned());
    move |line| {
        let is_facility = line.kind.facility().is_some();
        let on_side = match side.as_str() {
            "facility" => is_facility,
            "office" => !is_facility,
            _ => true,
        };
        let is_closed = line.closed_on.is_some_and(|day| day <= today);
        let stands = match standing.as_str() {
            "opening" => !is_closed && line.opened_on > today,
            "unbound" => !is_closed && gap(line, today).is_some(),
            "closed" => is_closed,
            "all" => true,
            _ => !is_closed,
        };
        let called = [&line.name, &line.code, &line.school_code].into_iter().any(|text| search_key(text).contains(&wanted));
        on_side && stands && called
    }
}

fn address(asked: &Fields) -> String {
    let mut query = Serializer::new(String::new());
    for name in ["q", "side", "standing"] {
        if !asked.get(name).is_empty() {
            query.append_pair(name, asked.get(name));
        }
    }
    format!("/organizations?{}", query.finish())
}

/// What should be looked into before children are named to a facility; an office is one of those the council is made of.
fn gap(line: &Line, today: Date) -> Option<Gap> {
    line.kind.facility().and_then(|_| line.secrecy.gap(today))
}

fn row(lang: Lang, line: &Line, parent: Option<&String>, today: Date) -> OrganizationRow {
    let texts = lang.texts();
    let opens = (line.opened_on > today).then(|| words::opening(lang, line.opened_on));
    let is_closed = line.closed_on.is_some_and(|day| day <= today);
    OrganizationRow {
        href: path(line.id),
        depth: line.depth.min(DEEPEST),
        name: line.name.clone(),
        code: if line.code.is_empty() { line.school_code.clone() } else { line.code.clone() },
        kind_word: words::kind_in_law(lang, line.kind),
        parent: parent.cloned().unwrap_or_default(),
        district: line.district.clone(),
        people: line.people,
        signed_in: fl!(texts, "organizations-signed-in-of", count = line.signed_in_ever, people = line.people),
        last_sign_in: line.last_sign_in.map(|at| words::moment(lang, at)),
        standing: line.closed_on.map(|day| closed_word(lang, day)).or(opens),
        gap: gap(line, today).filter(|_| !is_closed).map(|gap| words::gap(lang, gap)),
    }
}
