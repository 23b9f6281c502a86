//! The desk's list of people, filtered by what an address may say; a name is looked for by a posted form, because addresses end
//! up in logs.

use askama::Template;
use axum::extract::State;
use i18n_embed_fl::fl;
use jiff::{Timestamp, civil::Date};
use url::form_urlencoded::Serializer;

use super::views::{self, LabelledField};
use crate::{
    domain::{
        ids::{Id, Organization},
        person::{Sought, Status},
    },
    gate::{Role, Scope, actions},
    store::{
        Tx,
        people::{
            self, Filter, Lack, Line,
            memberships::{self, Place},
        },
    },
    web::{App, Field, Fields, Form, Frame, Here, Lang, Paging, Result, page, say, see_other, words},
};

#[derive(Debug, Template)]
#[template(path = "hub/people/list.html")]
struct List {
    frame: Frame,
    search: Field,
    filters: Vec<LabelledField>,
    /// 「120件中 1–50件」
    pager_line: String,
    prev: Option<u32>,
    next: Option<u32>,
    /// The address of this list without the page; `None` when a name is looked for and the pages are posted.
    base: Option<String>,
    proposals: usize,
    rows: Vec<PersonRow>,
}

#[derive(Debug)]
struct PersonRow {
    href: String,
    kana: String,
    name: String,
    staff_code: String,
    posts: Vec<String>,
    status_word: String,
    status_tone: &'static str,
    /// What is worth saying of the invitation.
    invited: Option<String>,
    passkeys: i64,
    last_sign_in: Option<String>,
}

pub(super) async fn index(here: Here, State(app): State<App>) -> Result {
    let asked = here.query();
    // A name in the address would be somebody's mistake; it is not looked at.
    listed(&app, here, asked, "").await
}

/// The same list with a name, a reading or a staff code looked for.
pub(super) async fn search(here: Here, State(app): State<App>, Form(fields): Form) -> Result {
    let typed = fields.get("q").to_owned();
    if typed.is_empty() {
        let permit = app.gate.permit::<actions::ListPeople>(&here.actor, &here.place())?;
        app.tx(&here.actor).await?.commit(permit.deed().with("step", "filter")).await?;
        return Ok(see_other(base(&address(&fields)).trim_end_matches(['?', '&'])));
    }
    let here = Here { path: "/people".to_owned(), ..here };
    listed(&app, here, fields, &typed).await
}

async fn listed(app: &App, here: Here, asked: Fields, typed: &str) -> Result {
    let (lang, paging) = (here.lang, Paging::read(Some(asked.get("page"))));
    let mut tx = app.tx(&here.actor).await?;
    let scope = app.gate.scope::<actions::ListPeople>(&here.actor, &here.place())?;
    let mut filter = filter(&asked);
    if let Some(sought) = Sought::parse(typed) {
        filter.among = Some(people::sought(&mut tx, &scope, &sought).await?);
    }
    let (mut lines, all) = people::page(&mut tx, &scope, &filter, (paging.limit(), paging.offset())).await?;
    let places = memberships::places(&mut tx, &here.actor).await?;
    let proposals = proposed(&mut tx, &scope).await?;
    let (today, now) = (tx.today(), tx.now());
    tx.commit(scope.deed().with("rows", lines.len())).await?;
    let base = base(&address(&asked));
    if lines.is_empty() && paging.number() > 1 && typed.is_empty() {
        return Ok(see_other(base.trim_end_matches(['?', '&'])));
    }

    let flash = (asked.get("done") == "everybody-out").then(|| fl!(lang.texts(), "everybody-out-done"));
    let next = paging.cut(&mut lines);
    let from = paging.offset() + i64::from(!lines.is_empty());
    let to = paging.offset() + i64::try_from(lines.len()).unwrap_or(0);
    page(&List {
        search: Field::optional("q", typed),
        filters: filters(lang, &asked, &places),
        pager_line: fl!(lang.texts(), "pager-line", all = all, from = from, to = to),
        prev: paging.previous(),
        next,
        base: typed.is_empty().then_some(base),
        proposals,
        rows: lines.into_iter().map(|line| row(lang, today, now, line)).collect(),
        frame: Frame::here(app, &here, fl!(lang.texts(), "people-title")).with_flash(flash),
    })
}

async fn proposed(tx: &mut Tx, scope: &Scope<actions::ListPeople>) -> Result<usize> {
    Ok(people::proposals::open(tx, scope).await?.len())
}

/// The filters an address may hold: ids and codes.
fn filter(asked: &Fields) -> Filter {
    Filter {
        organization: asked.get("organization").parse::<Id<Organization>>().ok(),
        role: Role::from_code(asked.get("role")),
        status: Status::from_code(asked.get("status")),
        lack: Lack::from_code(asked.get("lack")),
        among: None,
    }
}

/// Where a page's number is written after.
fn base(address: &str) -> String {
    if address.is_empty() { "/people?".to_owned() } else { format!("/people?{address}&") }
}

/// The filters as an address.
fn address(asked: &Fields) -> String {
    let filter = filter(asked);
    let mut query = Serializer::new(String::new());
    let known = [
        ("organization", filter.organization.map(|id| id.to_string())),
        ("role", filter.role.map(|role| role.code().to_owned())),
        ("status", filter.status.map(|status| status.code().to_owned())),
        ("lack", filter.lack.map(|lack| lack.code().to_owned())),
    ];
    for (name, value) in known {
        if let Some(value) = value {
            query.append_pair(name, &value);
        }
    }
    query.finish()
}

fn filters(lang: Lang, asked: &Fields, places: &[Place]) -> Vec<LabelledField> {
    let texts = lang.texts();
    let all = || fl!(texts, "list-all");
    let statuses = Status::ALL.iter().map(|status| (status.code().to_owned(), views::status(lang, *status)));
    let lacks = Lack::ALL.iter().map(|lack| (lack.code().to_owned(), say::word(lang, &format!("people-lack-{}", lack.code()))));
    let first = |word: String| std::iter::once((String::new(), word));
    let field = |name: &str, label: String, choices: Vec<(String, String)>| LabelledField {
        field: Field::optional(name, asked.get(name)).with_choices(choices),
        label,
        hint: String::new(),
    };
    vec![
        field("organization", fl!(texts, "people-organization"), views::place_choices(lang, all(), places)),
        field("role", fl!(texts, "people-role"), views::role_choices(lang, all(), Role::ALL.iter().copied())),
        field("status", fl!(texts, "col-state"), first(fl!(texts, "people-status-not-left")).chain(statuses).collect()),
        field("lack", fl!(texts, "people-lack"), first(fl!(texts, "field-leave-open")).chain(lacks).collect()),
    ]
}

fn row(lang: Lang, today: Date, now: Timestamp, line: Line) -> PersonRow {
    let texts = lang.texts();
    let posts = line.posts.iter().map(|one| {
        let word = views::post(lang, one.role, &one.organization_name);
        // The days are worth a word only where they are not simply "now, and on".
        if one.from > today || one.until.is_some() { format!("{word} {}", views::period(lang, one.from, one.until)) } else { word }
    });
    let invited = line.invited_until.filter(|_| line.passkeys == 0).map(|until| {
        let at = words::moment(lang, until);
        if until <= now { fl!(texts, "people-invitation-expired") } else { fl!(texts, "people-invited-until", at = at) }
    });
    PersonRow {
        href: views::page_of(line.id),
        posts: posts.collect(),
        kana: line.kana,
        name: line.name,
        staff_code: line.staff_code,
        status_word: views::status(lang, line.status),
        status_tone: views::tone(line.status),
        invited,
        passkeys: line.passkeys,
        last_sign_in: line.last_sign_in.map(|at| words::moment(lang, at)),
    }
}
