//! 訪問予定: a visit with its day and time; it stays in sight until somebody has been there.

use axum::extract::State;

use super::{
    attempt::{Attempt, Wrong},
    fields,
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
    let attempt = Attempt::new(&app, &here, Which::Visit, &fields)?;
    let at = match fields::moment(&fields, "visit_on", "visit_time") {
        Ok(at) => at,
        Err(field) => return attempt.refused(tx, facts, Wrong::Moment(field)).await,
    };
    match alerts::plan_visit(&mut tx, &permit, attempt.revision, at, fields.get("visit_note")).await? {
        Ok(_) => attempt.done(tx, permit.deed().with("kind", ActionKind::VisitPlanned.code()), id, "visit").await,
        Err(refusal) => attempt.refused(tx, facts, Wrong::Refused(refusal)).await,
    }
}
