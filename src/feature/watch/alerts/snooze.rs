//! 保留: an alert rests until a morning, with a reason, and comes back by itself.

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
    let permit = app.gate.permit::<actions::ActOnAlert>(&here.actor, &facts)?;
    let attempt = Attempt::new(&app, &here, Which::Snooze, &fields)?;
    let Ok(until) = fields.get("snooze_until").parse() else {
        return attempt.refused(tx, facts, Wrong::Refused(crate::domain::alert::Refusal::RestTooLong)).await;
    };
    match alerts::snooze(&mut tx, &permit, attempt.revision, until, fields.get("snooze_reason")).await? {
        Ok(_) => attempt.done(tx, permit.deed().with("kind", "snoozed").with("until", until), id, "snoozed").await,
        Err(refusal) => attempt.refused(tx, facts, Wrong::Refused(refusal)).await,
    }
}
