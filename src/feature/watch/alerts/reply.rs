//! A word to the facility, by one tap: three neutral ones, never why.

use axum::extract::State;

use super::{
    attempt::{Attempt, Wrong},
    forms::Which,
};
use crate::{
    domain::{
        ids::{self, Id},
        reply::Reply,
    },
    gate::actions,
    store::alerts,
    web::{App, Error, Form, Here, Path, Result},
};

pub(super) async fn create(here: Here, State(app): State<App>, Path(id): Path<Id<ids::Alert>>, Form(fields): Form) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let facts = alerts::facts_for_change(&mut tx, &here.actor, id).await?.ok_or(Error::Hidden)?;
    let permit = app.gate.permit::<actions::ActOnAlert>(&here.actor, &facts)?;
    let attempt = Attempt::new(&app, &here, Which::Reply, &fields)?;
    let Some(reply) = Reply::from_code(fields.get("reply")) else { return attempt.refused(tx, facts, Wrong::Reply).await };
    match alerts::reply(&mut tx, &permit, attempt.revision, reply).await? {
        Ok(_) => attempt.done(tx, permit.deed().with("kind", "replied").with("reply", reply.code()), id, "replied").await,
        Err(refusal) => attempt.refused(tx, facts, Wrong::Refused(refusal)).await,
    }
}
