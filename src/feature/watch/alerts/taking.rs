//! 担当する: "I have seen it, it is mine."

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
    let permit = app.gate.permit::<actions::TakeAlert>(&here.actor, &facts)?;
    let attempt = Attempt::new(&app, &here, Which::Taking, &fields)?;
    if !alerts::can_answer(&mut tx, &permit).await? {
        return attempt.refused(tx, facts, Wrong::TooEarly).await;
    }
    match alerts::take(&mut tx, &permit, attempt.revision).await? {
        Ok(_) => attempt.done(tx, permit.deed(), id, "taken").await,
        Err(refusal) => attempt.refused(tx, facts, Wrong::Refused(refusal)).await,
    }
}
