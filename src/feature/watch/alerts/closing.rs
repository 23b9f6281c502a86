//! 終結する: with an outcome and the grounds for it.

use axum::extract::State;

use super::{
    attempt::{Attempt, Wrong},
    forms::Which,
};
use crate::{
    domain::{
        alert::{Closing, Outcome, Usefulness},
        ids::{self, Id},
    },
    gate::actions,
    store::alerts,
    web::{App, Error, Form, Here, Path, Result},
};

pub(super) async fn create(here: Here, State(app): State<App>, Path(id): Path<Id<ids::Alert>>, Form(fields): Form) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let facts = alerts::facts_for_change(&mut tx, &here.actor, id).await?.ok_or(Error::Hidden)?;
    let permit = app.gate.permit::<actions::CloseAlert>(&here.actor, &facts)?;
    let attempt = Attempt::new(&app, &here, Which::Closing, &fields)?;
    let Some(outcome) = Outcome::from_code(fields.get("outcome")) else { return attempt.refused(tx, facts, Wrong::Outcome).await };
    let closing = Closing {
        outcome,
        note: fields.get("close_note"),
        usefulness: Usefulness::from_code(fields.get("usefulness")),
        confirmed: fields.get("confirmed") == "yes",
    };
    let deed = permit.deed().with("outcome", outcome.code()).with("usefulness", closing.usefulness.map(Usefulness::code));
    match alerts::close(&mut tx, &permit, attempt.revision, &closing).await? {
        Ok(_) => attempt.done(tx, deed, id, "closed").await,
        Err(refusal) => attempt.refused(tx, facts, Wrong::Refused(refusal)).await,
    }
}
