//! The second word on an account: somebody else looks whose it is, and approves or refuses.

use askama::Template;
use axum::extract::State;
use i18n_embed_fl::fl;

use super::words::Fact;
use crate::{
    domain::{
        ids::{Id, Person},
        mail::Mail,
    },
    gate::actions,
    store::{
        bindings::{self, Decided, Line},
        mails, people,
    },
    web::{App, Error, Form, Frame, Here, Path, Result, conflict, page, see_other, words},
};

#[derive(Debug, Template)]
#[template(path = "hub/provider/bindings.html")]
struct Index {
    frame: Frame,
    rows: Vec<Row>,
}

#[derive(Debug)]
struct Row {
    href: String,
    person: String,
    account: String,
    at: String,
}

#[derive(Debug, Template)]
#[template(path = "hub/provider/approve.html")]
struct Approve {
    frame: Frame,
    facts: Vec<Fact>,
    action: String,
    /// What waits; nothing when it is over.
    binding: Option<String>,
    /// Why it was not approved.
    why: Option<String>,
    cancel_href: String,
}

pub(super) async fn index(here: Here, State(app): State<App>) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let scope = app.gate.scope::<actions::ListPeople>(&here.actor, &here.place())?;
    let waiting = bindings::waiting(&mut tx, &scope).await?;
    tx.commit(scope.deed().with("rows", waiting.len())).await?;
    let texts = here.lang.texts();
    let flash = match here.query().get("done") {
        "approved" => Some(fl!(texts, "binding-approved")),
        "refused" => Some(fl!(texts, "binding-refused")),
        "over" => Some(fl!(texts, "binding-over")),
        _ => None,
    };
    let rows = waiting.into_iter().map(|one| Row {
        href: path(one.person),
        person: one.person_name,
        account: one.account,
        at: words::moment(here.lang, one.at),
    });
    page(&Index {
        rows: rows.collect(),
        frame: Frame::here(&app, &here, fl!(texts, "bindings-title"))
            .with_crumb("/people", fl!(texts, "people-title"))
            .with_flash(flash),
    })
}

fn path(person: Id<Person>) -> String {
    format!("/people/{person}/binding")
}

fn form(app: &App, here: &Here, person: &people::Person, lines: &[Line], why: Option<String>) -> Approve {
    let texts = here.lang.texts();
    let mut facts = vec![
        Fact { term: fl!(texts, "person-name"), text: person.name.clone() },
        Fact { term: fl!(texts, "person-staff-code"), text: person.staff_code.clone() },
    ];
    facts.retain(|fact| !fact.text.is_empty());
    for line in lines {
        let term = if line.is_active { fl!(texts, "provider-bound") } else { fl!(texts, "binding-proposed") };
        let (account, at) = (line.account.as_str(), words::moment(here.lang, line.at));
        facts.push(Fact { term, text: fl!(texts, "provider-account-since", account = account, at = at) });
        facts.push(Fact { term: fl!(texts, "provider-issuer"), text: line.issuer.clone() });
    }
    Approve {
        frame: Frame::here(app, here, fl!(texts, "binding-approve-title")).with_crumb("/bindings", fl!(texts, "bindings-title")),
        facts,
        action: path(person.id),
        binding: lines.iter().find(|line| !line.is_active).map(|line| line.id.to_string()),
        why,
        cancel_href: format!("/people/{}", person.id),
    }
}

pub(super) async fn new(here: Here, State(app): State<App>, Path(id): Path<Id<Person>>) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let facts = people::facts(&mut tx, &here.actor, id).await?.ok_or(Error::Hidden)?;
    let permit = app.gate.permit::<actions::ApproveBinding>(&here.actor, &facts)?;
    let person = people::read(&mut tx, &permit).await?.ok_or(Error::Hidden)?;
    let lines = bindings::of_person(&mut tx, &permit).await?;
    tx.commit(permit.deed().with("step", "form")).await?;
    page(&form(&app, &here, &person, &lines, None))
}

pub(super) async fn create(here: Here, State(app): State<App>, Path(id): Path<Id<Person>>, Form(fields): Form) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let facts = people::facts_for_change(&mut tx, &here.actor, id).await?.ok_or(Error::Hidden)?;
    let permit = app.gate.permit::<actions::ApproveBinding>(&here.actor, &facts)?;
    let approve = match fields.get("decision") {
        "approve" => Some(true),
        "refuse" => Some(false),
        _ => None,
    };
    // What was read on the page is what is decided on.
    let (Some(approve), Ok(binding)) = (approve, fields.get("binding").parse()) else {
        tx.commit(permit.deed().with("step", "refused")).await?;
        return Ok(see_other(&path(id)));
    };
    let deed = permit.deed().with("binding", binding);
    match bindings::decide(&mut tx, &permit, binding, approve).await? {
        Decided::Done => {
            if approve {
                mails::put(&mut tx, &permit, id, &Mail::AccountBound, mails::NEWS).await?;
            }
            tx.commit(deed.with("decision", if approve { "approved" } else { "refused" })).await?;
            Ok(see_other(if approve { "/bindings?done=approved" } else { "/bindings?done=refused" }))
        }
        Decided::Over => {
            tx.commit(deed.with("step", "same")).await?;
            Ok(see_other("/bindings?done=over"))
        }
        no @ (Decided::Taken | Decided::OtherService) => {
            let texts = here.lang.texts();
            let why = if no == Decided::Taken { fl!(texts, "binding-taken") } else { fl!(texts, "binding-other-service") };
            let person = people::read(&mut tx, &permit).await?.ok_or(Error::Hidden)?;
            let lines = bindings::of_person(&mut tx, &permit).await?;
            tx.commit(deed.with("step", "conflict")).await?;
            conflict(&form(&app, &here, &person, &lines, Some(why)))
        }
    }
}
