//! Giving a request to a colleague.

use askama::Template;
use axum::extract::State;
use i18n_embed_fl::fl;

use super::{
    conflict,
    views::{self, Fact},
};
use crate::{
    domain::ids::{Id, Person, Watch},
    gate::actions,
    store::{
        people::Colleague,
        requests::{self, Request},
    },
    web::{App, Error, ErrorLine, Field, Form, Frame, Here, Path, Result, page, see_other, unprocessable, words},
};

#[derive(Debug, Template)]
#[template(path = "watch/requests/assign.html")]
struct Assign {
    frame: Frame,
    errors: Vec<ErrorLine>,
    action: String,
    cancel_href: String,
    version: i32,
    facts: Vec<Fact>,
    owner: Field,
}

pub(super) async fn edit(here: Here, State(app): State<App>, Path(id): Path<Id<Watch>>) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let facts = requests::facts(&mut tx, &here.actor, id).await?.ok_or(Error::Hidden)?;
    let permit = app.gate.permit::<actions::AssignRequest>(&here.actor, &facts)?;
    let read = app.gate.permit::<actions::ReadRequest>(&here.actor, &facts)?;
    let request = requests::read(&mut tx, &read).await?.ok_or(Error::Hidden)?;
    let people = requests::candidates(&mut tx, &permit).await?;
    tx.commit(permit.deed().with("step", "form")).await?;
    let chosen = request.assigned_to.map_or_else(String::new, |person| person.to_string());
    page(&form(&app, &here, (&request, request.revision), &people, Field::optional("owner", &chosen)))
}

/// `version` is the one that was on the screen: a form that is shown again must not hide what somebody else did meanwhile.
fn form(app: &App, here: &Here, (request, version): (&Request, i32), people: &[Colleague], owner: Field) -> Assign {
    let texts = here.lang.texts();
    let owner = owner.with_choices(views::person_choices(here.lang, people));
    let mut facts = vec![
        Fact::new(fl!(texts, "request-name"), views::named(here.lang, &request.child)),
        Fact::new(fl!(texts, "col-facility"), request.child.facility_name.clone()),
        Fact::new(fl!(texts, "col-grade"), words::place(&request.child.grade, &request.child.class)),
        Fact::new(fl!(texts, "request-office"), request.office_name.clone()),
    ];
    // Whoever has it and is no choice any more would look like nobody.
    if let Some(name) = request.assigned_name.as_deref()
        && !people.iter().any(|person| Some(person.id) == request.assigned_to)
    {
        facts.push(Fact::new(fl!(texts, "request-owner-now"), fl!(texts, "request-owner-cannot", person = name)));
    }
    Assign {
        frame: Frame::here(app, here, fl!(texts, "request-assign-title")),
        errors: ErrorLine::of([&owner]),
        action: format!("/requests/{}/assignment", request.id),
        cancel_href: format!("/requests/{}", request.id),
        version,
        facts,
        owner,
    }
}

pub(super) async fn update(here: Here, State(app): State<App>, Path(id): Path<Id<Watch>>, Form(fields): Form) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let facts = requests::facts_for_change(&mut tx, &here.actor, id).await?.ok_or(Error::Hidden)?;
    let permit = app.gate.permit::<actions::AssignRequest>(&here.actor, &facts)?;
    let read = app.gate.permit::<actions::ReadRequest>(&here.actor, &facts)?;
    let request = requests::read(&mut tx, &read).await?.ok_or(Error::Hidden)?;
    let people = requests::candidates(&mut tx, &permit).await?;

    let typed = fields.get("owner");
    let version = fields.get("version").parse().unwrap_or(0);
    let wanted = typed.parse::<Id<Person>>().ok().and_then(|id| people.iter().find(|person| person.id == id));
    if wanted.is_none() && !typed.is_empty() {
        tx.commit(permit.deed().with("step", "refused")).await?;
        let label = fl!(here.lang.texts(), "col-owner");
        let error = fl!(here.lang.texts(), "error-not-a-choice", field = label);
        let owner = Field::optional("owner", typed).with_error(Some(error));
        return unprocessable(&form(&app, &here, (&request, version), &people, owner));
    }
    let to = wanted.map(|person| person.id);
    if requests::assign(&mut tx, &permit, version, to).await?.is_err() {
        let steps = requests::steps(&mut tx, &read).await?;
        tx.commit(permit.deed().with("step", "conflict")).await?;
        let name = wanted.map_or_else(|| fl!(here.lang.texts(), "alert-no-owner"), |person| person.name.clone());
        let yours = vec![Fact::new(fl!(here.lang.texts(), "col-owner"), name)];
        return conflict::both(&app, &here, &request, &steps, yours, &format!("/requests/{id}/assignment"));
    }
    tx.commit(permit.deed().with("to", to)).await?;
    Ok(see_other(&format!("/requests/{id}?done=assigned")))
}
