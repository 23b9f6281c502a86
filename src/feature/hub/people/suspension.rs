//! 停止: the account does nothing more, on every node, from this moment on.

use axum::extract::State;
use i18n_embed_fl::fl;

use super::{
    confirm::Confirm,
    views::{self, page_of},
};
use crate::{
    domain::{
        ids::{Id, Person},
        membership::admins::Change,
        person::Status,
    },
    gate::{Permit, actions},
    store::{
        Tx,
        people::{self, memberships},
    },
    web::{App, Error, Here, Path, Result, page, see_other, unprocessable, words},
};

fn form(app: &App, here: &Here, person: &people::Person, posts: &[memberships::Membership]) -> Confirm {
    let texts = here.lang.texts();
    Confirm::new(app, here, person, fl!(texts, "suspension-title"))
        .with_posts(here.lang, posts)
        .doing(fl!(texts, "suspension-lead"), fl!(texts, "suspension-button"))
}

async fn posts(tx: &mut Tx, permit: &Permit<actions::SuspendPerson>) -> Result<Vec<memberships::Membership>> {
    let today = tx.today();
    let mut posts = memberships::of_person(tx, permit).await?;
    posts.retain(|one| one.is_open(today));
    Ok(posts)
}

fn can_be_stopped(person: &people::Person) -> bool {
    matches!(person.status, Status::Active | Status::Invited)
}

pub(super) async fn new(here: Here, State(app): State<App>, Path(id): Path<Id<Person>>) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let facts = people::facts(&mut tx, &here.actor, id).await?.ok_or(Error::Hidden)?;
    let permit = app.gate.permit::<actions::SuspendPerson>(&here.actor, &facts)?;
    let person = people::read(&mut tx, &permit).await?.ok_or(Error::Hidden)?;
    let posts = posts(&mut tx, &permit).await?;
    tx.commit(permit.deed().with("step", "form")).await?;
    if !can_be_stopped(&person) {
        return Ok(see_other(&page_of(id)));
    }
    page(&form(&app, &here, &person, &posts))
}

pub(super) async fn create(here: Here, State(app): State<App>, Path(id): Path<Id<Person>>) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let facts = people::facts_for_change(&mut tx, &here.actor, id).await?.ok_or(Error::Hidden)?;
    let permit = app.gate.permit::<actions::SuspendPerson>(&here.actor, &facts)?;
    views::take_turn(&mut tx, &here).await?;
    let person = people::read(&mut tx, &permit).await?.ok_or(Error::Hidden)?;
    let posts = posts(&mut tx, &permit).await?;
    if !can_be_stopped(&person) {
        tx.commit(permit.deed().with("step", "over")).await?;
        return Ok(see_other(&page_of(id)));
    }
    let admins = people::admins(&mut tx, &here.actor).await?;
    if let Some(day) = admins.gap(Change::Stopped(id), tx.today()) {
        tx.commit(permit.deed().with("step", "refused")).await?;
        return unprocessable(&form(&app, &here, &person, &posts).refused(words::without_admin(here.lang, &admins, day)));
    }
    let ended = people::suspend(&mut tx, &permit).await?;
    tx.commit(permit.deed().with("sessions", ended)).await?;
    Ok(see_other(&format!("/people/{id}?done=suspended")))
}
