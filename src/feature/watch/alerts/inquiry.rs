//! 「本日の様子をお知らせください」 about a child of the same family, by one tap; the facility is told that, and not why.

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
    let attempt = Attempt::new(&app, &here, Which::Inquiry, &fields)?;
    let relatives = alerts::relatives(&mut tx, &permit).await?;
    let Some(asked) = relatives.iter().find(|relative| relative.watch.to_string() == fields.get("watch")) else {
        return attempt.refused(tx, facts, Wrong::Relative).await;
    };
    if asked.asked_at.is_some() {
        return attempt.done(tx, permit.deed().with("kind", "asked"), id, "asked").await;
    }
    let whom = (asked.watch, asked.facility);
    match alerts::ask(&mut tx, &permit, attempt.revision, whom, app.config.smtp.is_some()).await? {
        Ok(people) => {
            let deed = permit.deed().with("kind", "asked").with("watch", asked.watch).with("people", people);
            attempt.done(tx, deed, id, "asked").await
        }
        Err(refusal) => attempt.refused(tx, facts, Wrong::Refused(refusal)).await,
    }
}
