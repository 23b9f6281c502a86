//! 引き継ぐ: to somebody who may read the alert.

use axum::extract::State;

use super::{
    attempt::{Attempt, Wrong},
    forms::Which,
};
use crate::{
    domain::ids::{self, Id},
    gate::actions,
    store::alerts,
    web::{App, Error, Form, Here, Path, Result},
};

pub(super) async fn create(here: Here, State(app): State<App>, Path(id): Path<Id<ids::Alert>>, Form(fields): Form) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let facts = alerts::facts_for_change(&mut tx, &here.actor, id).await?.ok_or(Error::Hidden)?;
    let permit = app.gate.permit::<actions::HandOnAlert>(&here.actor, &facts)?;
    let attempt = Attempt::new(&app, &here, Which::Handover, &fields)?;
    let people = alerts::candidates(&mut tx, &permit).await?;
    let Some(to) = people.iter().find(|person| person.id.to_string() == fields.get("to")) else {
        return attempt.refused(tx, facts, Wrong::To).await;
    };
    match alerts::hand_on(&mut tx, &permit, attempt.revision, to, fields.get("hand_note")).await? {
        Ok(_) => attempt.done(tx, permit.deed().with("to", to.id), id, "handed_on").await,
        Err(refusal) => attempt.refused(tx, facts, Wrong::Refused(refusal)).await,
    }
}
