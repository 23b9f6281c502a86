//! 通告として扱う: from the moment it was received, the hours of K1 to see the child.

use axum::extract::State;

use super::{
    attempt::{Attempt, Wrong},
    fields,
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
    let permit = app.gate.permit::<actions::ActOnAlert>(&here.actor, &facts)?;
    let attempt = Attempt::new(&app, &here, Which::Notice, &fields)?;
    let received_at = match fields::moment(&fields, "received_on", "received_time") {
        Ok(at) => at,
        Err(field) => return attempt.refused(tx, facts, Wrong::Moment(field)).await,
    };
    match alerts::notify(&mut tx, &permit, attempt.revision, received_at).await? {
        Ok(_) => attempt.done(tx, permit.deed().with("kind", "notified"), id, "notified").await,
        Err(refusal) => attempt.refused(tx, facts, Wrong::Refused(refusal)).await,
    }
}
