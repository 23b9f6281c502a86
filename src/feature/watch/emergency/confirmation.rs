//! The second person's word: it was right to look.

use axum::extract::State;

use super::show::{Known, refused};
use crate::{
    domain::ids::{Id, Opening},
    gate::actions,
    store::openings,
    web::{App, Error, Form, Here, Path, Result, see_other},
};

pub(super) async fn create(here: Here, State(app): State<App>, Path(id): Path<Id<Opening>>, Form(_): Form) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let facts = openings::facts_for_change(&mut tx, &here.actor, id).await?.ok_or(Error::Hidden)?;
    let permit = app.gate.permit::<actions::ConfirmOpening>(&here.actor, &facts)?;
    let opening = openings::read(&mut tx, &permit).await?;
    let done = format!("/emergency/{id}?done=confirmed");
    if opening.confirmed.as_ref().is_some_and(|said| Some(said.person) == here.actor.person()) {
        tx.commit(permit.deed().with("step", "again")).await?;
        return Ok(see_other(&done));
    }
    if let Err(refusal) = opening.course.confirm(tx.now()) {
        return refused((&app, &here), tx, permit.deed(), Known { facts, opening, child: None }, refusal).await;
    }
    openings::confirm(&mut tx, &permit).await?;
    tx.commit(permit.deed()).await?;
    Ok(see_other(&done))
}
