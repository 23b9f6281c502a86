//! Putting an end to a recovery: by those who could have a say in it, and by the person themselves, who may know nothing of it.

use askama::Template;
use axum::extract::State;
use i18n_embed_fl::fl;

use super::views::{self, Fact, Seen};
use crate::{
    domain::{
        ids::{Id, Person},
        mail::Mail,
        recovery::ASKING,
    },
    gate::actions,
    store::{mails, people, recoveries},
    web::{App, Error, Form, Frame, Here, Path, Result, conflict, page, see_other},
};

#[derive(Debug, Template)]
#[template(path = "hub/recovery/cancel.html")]
struct Cancel {
    frame: Frame,
    facts: Vec<Fact>,
    action: String,
    /// Empty when there is nothing to put an end to.
    recovery: String,
    is_oneself: bool,
}

pub(super) async fn new(here: Here, State(app): State<App>, Path(id): Path<Id<Person>>) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let facts = people::facts(&mut tx, &here.actor, id).await?.ok_or(Error::Hidden)?;
    let permit = app.gate.permit::<actions::CancelRecovery>(&here.actor, &facts)?;
    let seen = Seen::read(&mut tx, &permit).await?;
    tx.commit(permit.deed().with("step", "form")).await?;
    page(&form(&app, &here, id, &seen))
}

pub(super) async fn create(here: Here, State(app): State<App>, Path(id): Path<Id<Person>>, Form(fields): Form) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let facts = people::facts(&mut tx, &here.actor, id).await?.ok_or(Error::Hidden)?;
    let permit = app.gate.permit::<actions::CancelRecovery>(&here.actor, &facts)?;
    let seen = Seen::read(&mut tx, &permit).await?;
    let open = seen.open.as_ref().filter(|open| open.id.to_string() == fields.get("recovery"));
    let cancelled = match open {
        Some(open) => recoveries::cancel(&mut tx, &permit, open.id).await?.then_some(open.id),
        None => None,
    };
    let Some(recovery) = cancelled else {
        let seen = Seen::read(&mut tx, &permit).await?;
        tx.commit(permit.deed().with("step", "conflict")).await?;
        return conflict(&form(&app, &here, id, &seen));
    };
    mails::put(&mut tx, &permit, id, &Mail::RecoveryCancelled, ASKING).await?;
    tx.commit(permit.deed().with("recovery", recovery)).await?;
    Ok(see_other(if is_oneself(&here, id) { "/" } else { "/recoveries?done=cancelled" }))
}

fn is_oneself(here: &Here, id: Id<Person>) -> bool {
    here.actor.person() == Some(id)
}

fn form(app: &App, here: &Here, id: Id<Person>, seen: &Seen) -> Cancel {
    let texts = here.lang.texts();
    let is_oneself = is_oneself(here, id);
    let frame = if is_oneself {
        Frame::here(app, here, fl!(texts, "recovery-own-title"))
    } else {
        Frame::here(app, here, fl!(texts, "recovery-cancel-title")).with_crumb("/recoveries", fl!(texts, "recoveries-title"))
    };
    Cancel {
        frame,
        facts: seen.facts_of_open(here.lang),
        action: views::path(id, "/cancelling"),
        recovery: seen.open.as_ref().map(|open| open.id.to_string()).unwrap_or_default(),
        is_oneself,
    }
}
