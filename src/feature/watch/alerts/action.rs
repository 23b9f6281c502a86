//! 行ったことを記録する.

use axum::extract::State;

use super::{
    attempt::{Attempt, Wrong},
    fields::PLAIN,
    forms::Which,
};
use crate::{
    domain::{
        alert::ActionKind,
        ids::{self, Id},
    },
    gate::actions,
    store::alerts,
    web::{App, Error, Form, Here, Path, Result},
};

pub(super) async fn create(here: Here, State(app): State<App>, Path(id): Path<Id<ids::Alert>>, Form(fields): Form) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let facts = alerts::facts_for_change(&mut tx, &here.actor, id).await?.ok_or(Error::Hidden)?;
    let permit = app.gate.permit::<actions::ActOnAlert>(&here.actor, &facts)?;
    let attempt = Attempt::new(&app, &here, Which::Action, &fields)?;
    let kind = ActionKind::from_code(fields.get("kind")).filter(|kind| PLAIN.contains(kind));
    let Some(kind) = kind else { return attempt.refused(tx, facts, Wrong::Kind).await };
    match alerts::act(&mut tx, &permit, attempt.revision, kind, fields.get("act_note")).await? {
        Ok(_) => attempt.done(tx, permit.deed().with("kind", kind.code()), id, "acted").await,
        Err(refusal) => attempt.refused(tx, facts, Wrong::Refused(refusal)).await,
    }
}
