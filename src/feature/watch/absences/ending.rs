//! Taking an absence back, or coming back before its end.

use axum::extract::State;

use super::show::{Index, Read, Typed};
use crate::{
    domain::ids::{Absence, Id},
    gate::actions,
    store::absences,
    web::{App, Fields, Form, Here, Path, Result, see_other, unprocessable},
};

pub(super) async fn create(here: Here, State(app): State<App>, Path(id): Path<Id<Absence>>, Form(_): Form) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let permit = app.gate.permit::<actions::EnterAbsence>(&here.actor, &here.place())?;
    let read = Read::load(&app, &here, &mut tx, &permit).await?;
    let mine = read.absences.iter().any(|absence| absence.id == id && read.may_touch(absence.person));
    if mine && absences::end(&mut tx, &permit, id).await? {
        tx.commit(permit.deed().with("ended", id)).await?;
        return Ok(see_other("/absences?done=ended"));
    }
    // Over already, never there, or somebody else's: the same words.
    tx.commit(permit.deed().with("step", "refused")).await?;
    unprocessable(&Index::new(&app, &here, &read, Typed::of(&Fields::default())).already_over())
}
