//! The office's list of requests, filtered by what an address may say; a name is looked for by a posted form, because
//! addresses end up in logs.

use askama::Template;
use axum::extract::State as Extract;
use i18n_embed_fl::fl;
use url::form_urlencoded::Serializer;

use super::views::{self, LabelledField, Pager};
use crate::{
    gate::{Scope, actions},
    store::{
        Tx, organizations,
        requests::{self, Filter, Line, Owner, State},
    },
    web::{App, Choice, Field, Fields, Form, Frame, Here, Lang, Paging, Result, page, protection, say, see_other, words},
};

#[derive(Debug, Template)]
#[template(path = "watch/requests/list.html")]
struct List {
    frame: Frame,
    search: Field,
    filters: Vec<LabelledField>,
    export_query: String,
    pager: Pager,
    /// The address of this list without the page; `None` when a name is looked for and the pages are posted.
    base: Option<String>,
    rows: Vec<RequestRow>,
    /// Ticked where the file shall say where protected children are.
    reveal: Vec<Choice>,
}

#[derive(Debug)]
struct RequestRow {
    href: String,
    kana: String,
    name: String,
    grade: String,
    facility: String,
    ground: String,
    period: String,
    owner: Option<String>,
    state_word: String,
    state_tone: &'static str,
}

pub(super) async fn index(here: Here, Extract(app): Extract<App>) -> Result {
    let asked = views::query(&here);
    // A name in the address would be somebody's mistake; it is not looked at.
    listed(&app, here, asked, "").await
}

/// The same list with a name looked for.
pub(super) async fn search(here: Here, Extract(app): Extract<App>, Form(fields): Form) -> Result {
    let typed = fields.get("q").to_owned();
    if typed.is_empty() {
        let permit = app.gate.permit::<actions::ListRequests>(&here.actor, &here.place())?;
        app.tx(&here.actor).await?.commit(permit.deed().with("step", "filter")).await?;
        return Ok(see_other(&format!("/requests?{}", address(&fields))));
    }
    let here = Here { path: "/requests".to_owned(), ..here };
    listed(&app, here, fields, &typed).await
}

async fn listed(app: &App, here: Here, asked: Fields, typed: &str) -> Result {
    let paging = Paging::read(Some(asked.get("page")));
    let filter = Filter { name_key: views::sought(typed).0, kana: views::sought(typed).1, ..filter(&asked) };
    let mut tx = app.tx(&here.actor).await?;
    let scope = app.gate.scope::<actions::ListRequests>(&here.actor, &here.place())?;
    let (mut lines, all) = requests::page(&mut tx, &scope, &filter, paging.limit(), paging.offset()).await?;
    let filters = filters(&mut tx, &scope, &here, &asked).await?;
    let today = tx.today();
    tx.commit(scope.deed().with("rows", lines.len())).await?;
    if lines.is_empty() && paging.number() > 1 && typed.is_empty() {
        return Ok(see_other(base(&address(&asked)).trim_end_matches(['?', '&'])));
    }

    let next = paging.cut(&mut lines);
    let pager = Pager::new(here.lang, paging, lines.len(), all, next);
    let rows = lines.into_iter().map(|line| row(here.lang, today, line)).collect();
    page(&List {
        search: Field::optional("q", typed),
        filters,
        export_query: address(&asked),
        pager,
        base: typed.is_empty().then(|| base(&address(&asked))),
        rows,
        reveal: protection::tick(here.lang),
        frame: Frame::here(app, &here, fl!(here.lang.texts(), "request-list-title")),
    })
}

/// The filters an address may hold: ids and codes.
pub(super) fn filter(asked: &Fields) -> Filter {
    Filter {
        facility: asked.get("facility").parse().ok(),
        owner: match asked.get("owner") {
            "none" => Owner::Nobody,
            id => id.parse().map_or(Owner::Any, Owner::One),
        },
        state: match asked.get("state") {
            "ended" => State::Ended,
            "all" => State::All,
            _ => State::Live,
        },
        ..Filter::default()
    }
}

/// Where a page's number is written after.
fn base(address: &str) -> String {
    if address.is_empty() { "/requests?".to_owned() } else { format!("/requests?{address}&") }
}

/// The filters as an address.
fn address(asked: &Fields) -> String {
    let filter = filter(asked);
    let mut query = Serializer::new(String::new());
    if let Some(facility) = filter.facility {
        query.append_pair("facility", &facility.to_string());
    }
    match filter.owner {
        Owner::Any => {}
        Owner::Nobody => {
            query.append_pair("owner", "none");
        }
        Owner::One(person) => {
            query.append_pair("owner", &person.to_string());
        }
    }
    match filter.state {
        State::Live => {}
        State::Ended => {
            query.append_pair("state", "ended");
        }
        State::All => {
            query.append_pair("state", "all");
        }
    }
    query.finish()
}

async fn filters(tx: &mut Tx, scope: &Scope<actions::ListRequests>, here: &Here, asked: &Fields) -> Result<Vec<LabelledField>> {
    let texts = here.lang.texts();
    let facilities = organizations::facilities(tx, scope).await?;
    let holders = requests::holders(tx, scope).await?.into_iter().map(|holder| (holder.id.to_string(), holder.name));
    let first = [(String::new(), fl!(texts, "list-all")), ("none".to_owned(), fl!(texts, "alert-no-owner"))];
    let states = [
        (String::new(), fl!(texts, "request-filter-live")),
        ("ended".to_owned(), fl!(texts, "request-state-ended")),
        ("all".to_owned(), fl!(texts, "list-all")),
    ];
    let select = |name: &str| Field::optional(name, asked.get(name));
    Ok(vec![
        LabelledField {
            field: select("facility").with_choices(views::facility_choices(here.lang, fl!(texts, "list-all"), &facilities)),
            label: fl!(texts, "request-filter-facility"),
        },
        LabelledField {
            field: select("owner").with_choices(first.into_iter().chain(holders)),
            label: fl!(texts, "request-filter-owner"),
        },
        LabelledField { field: select("state").with_choices(states), label: fl!(texts, "request-filter-state") },
    ])
}

fn row(lang: Lang, today: jiff::civil::Date, line: Line) -> RequestRow {
    let (state_word, state_tone) = views::state(lang, today, line.from, line.until);
    RequestRow {
        href: format!("/requests/{}", line.child.watch),
        name: views::named(lang, &line.child),
        kana: line.child.kana,
        grade: words::place(&line.child.grade, &line.child.class),
        facility: line.child.facility_name,
        ground: say::ground(lang, line.ground),
        period: views::period(lang, line.from, line.until),
        owner: line.owner,
        state_word,
        state_tone,
    }
}
