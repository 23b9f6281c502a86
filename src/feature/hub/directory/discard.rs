//! Throwing a file away: it goes, nothing was saved.

use axum::extract::State;

use super::weigh::waiting;
use crate::{
    domain::ids::{DirectoryImport, Id},
    store::directory_imports::{self, State as ImportState},
    web::{App, Here, Path, Result, see_other},
};

pub(super) async fn create(here: Here, State(app): State<App>, Path(id): Path<Id<DirectoryImport>>) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let (permit, import) = waiting(&app, &here, &mut tx, id).await?;
    if import.state == ImportState::Accepted {
        tx.commit(permit.deed().with("import", id).with("step", "too_late")).await?;
        return Ok(see_other(&format!("/directory/imports/{id}/result")));
    }
    directory_imports::close(&mut tx, &permit, id, ImportState::Discarded, None).await?;
    tx.commit(permit.deed().with("import", id).with("step", "discarded")).await?;
    Ok(see_other("/directory/imports/new"))
}
