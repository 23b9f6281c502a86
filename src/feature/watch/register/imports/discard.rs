//! Throwing a register away: what was picked goes, nothing was recorded.

use axum::extract::State;

use super::permit;
use crate::{
    domain::ids::{AttendanceImport, Id},
    store::register::imports::{self, State as ImportState},
    web::{App, Here, Path, Result, see_other},
};

pub(in super::super) async fn create(here: Here, State(app): State<App>, Path(id): Path<Id<AttendanceImport>>) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let (permit, import) = permit(&app, &here, &mut tx, id).await?;
    if import.state == ImportState::Accepted {
        tx.commit(permit.deed().with("import", id).with("step", "too_late")).await?;
        return Ok(see_other(&format!("/register/imports/{id}/result")));
    }
    imports::close(&mut tx, &permit, id, ImportState::Discarded, None).await?;
    tx.commit(permit.deed().with("import", id).with("step", "discarded")).await?;
    Ok(see_other("/register"))
}
