//! The list of organizations, each after the one it stands below.

use std::collections::HashMap;

use askama::Template;
use axum::extract::State;
use i18n_embed_fl::fl;
use jiff::civil::Date;
use url::form_urlencoded::Serializer;

use crate::{
    domain::name::search_key,
    gate::actions,
    store::organizations::{self, Line},
    web::{App, Field, Fields, Frame, Here, Lang, Pager, Paging, Result, page, words},
};

#[derive(Debug, Template)]
#[template(path = "hub/organizations/list.html")]
struct List {
    frame: Frame,
    search: Field,
    side: Field,
    pager: Pager,
    rows: Vec<OrganizationRow>,
}

#[derive(Debug)]
struct OrganizationRow {
    name: String,
    kind_word: String,
    parent: String,
    district: String,
    people: i64,
    signed_in: String,
    last_sign_in: Option<String>,
    closed: Option<String>,
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
    let fits = filter(&asked);
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
        pager,
        rows,
    })
}

/// What the address asks for: part of a name, and the side of the house.
fn filter(asked: &Fields) -> impl Fn(&Line) -> bool {
    let (wanted, side) = (search_key(asked.get("q")), asked.get("side").to_owned());
    move |line| {
        let is_facility = line.kind.facility().is_some();
        let on_side = match side.as_str() {
            "facility" => is_facility,
            "office" => !is_facility,
            _ => true,
        };
        on_side && search_key(&line.name).contains(&wanted)
    }
}

fn address(asked: &Fields) -> String {
    let mut query = Serializer::new(String::new());
    for name in ["q", "side"] {
        if !asked.get(name).is_empty() {
            query.append_pair(name, asked.get(name));
        }
    }
    format!("/organizations?{}", query.finish())
}

fn row(lang: Lang, line: &Line, parent: Option<&String>, today: Date) -> OrganizationRow {
    let texts = lang.texts();
    OrganizationRow {
        name: line.name.clone(),
        kind_word: words::organization_kind(lang, line.kind),
        parent: parent.cloned().unwrap_or_default(),
        district: line.district.clone(),
        people: line.people,
        signed_in: fl!(texts, "organizations-signed-in-of", count = line.signed_in_ever, people = line.people),
        last_sign_in: line.last_sign_in.map(|at| words::moment(lang, at)),
        closed: line
            .closed_on
            .filter(|day| *day <= today)
            .map(|day| fl!(texts, "organizations-closed", day = words::date(lang, day))),
    }
}
