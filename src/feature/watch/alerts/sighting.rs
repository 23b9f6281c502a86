//! 目視確認: who saw the child, when and how.

use axum::extract::State;

use super::{
    attempt::{Attempt, Wrong},
    fields,
    forms::Which,
};
use crate::{
    domain::{
        alert::{ActionKind, Method, Seeing},
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
    let attempt = Attempt::new(&app, &here, Which::Sighting, &fields)?;
    let Some(method) = Method::from_code(fields.get("method")) else { return attempt.refused(tx, facts, Wrong::Method).await };
    let at = match fields::moment(&fields, "seen_on", "seen_time") {
        Ok(at) => at,
        Err(field) => return attempt.refused(tx, facts, Wrong::Moment(field)).await,
    };
    let (by, note, late_reason) = (fields.get("seen_by"), fields.get("seen_note"), fields.get("late_reason"));
    let seeing = Seeing { at, method, by, note, late_reason };
    let deed = permit.deed().with("kind", ActionKind::Seen.code()).with("method", method.code());
    match alerts::see(&mut tx, &permit, attempt.revision, &seeing).await? {
        Ok(_) => attempt.done(tx, deed, id, if method.confirms() { "seen" } else { "not_seen" }).await,
        Err(refusal) => attempt.refused(tx, facts, Wrong::Refused(refusal)).await,
    }
}
