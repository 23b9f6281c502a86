//! Ending somebody's sessions: one, or all of them.

use axum::extract::State;

use crate::{
    domain::ids::{Id, Person, Session},
    gate::actions,
    store::{people, sessions},
    web::{App, Error, Here, Path, Result, see_other},
};

pub(super) async fn end(here: Here, State(app): State<App>, Path((id, session)): Path<(Id<Person>, Id<Session>)>) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let facts = people::facts(&mut tx, &here.actor, id).await?.ok_or(Error::Hidden)?;
    let permit = app.gate.permit::<actions::EndSessions>(&here.actor, &facts)?;
    // One that was over, or nobody's, is over: the page says which are left.
    let ended = sessions::end_one(&mut tx, &permit, session).await?;
    tx.commit(permit.deed().with("sessions", u64::from(ended))).await?;
    Ok(see_other(&format!("/people/{id}?done=sessions")))
}

pub(super) async fn end_all(here: Here, State(app): State<App>, Path(id): Path<Id<Person>>) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let facts = people::facts(&mut tx, &here.actor, id).await?.ok_or(Error::Hidden)?;
    let permit = app.gate.permit::<actions::EndSessions>(&here.actor, &facts)?;
    let ended = sessions::end_all(&mut tx, &permit, None).await?;
    tx.commit(permit.deed().with("sessions", ended)).await?;
    Ok(see_other(&format!("/people/{id}?done=sessions")))
}
