//! Step 4: everything acceptable is saved in one transaction, or nothing is. Accepting twice shows the first result.

use axum::extract::State;

use super::{
    mapping::elsewhere,
    record::Record,
    roster::{World, decode, permit},
};
use crate::{
    domain::ids::{Id, RosterImport},
    store::{
        imports::{self, State as ImportState},
        organizations,
        requests::{self, Addition},
    },
    web::{App, Error, Here, Path, Result, see_other},
};

pub(in super::super) async fn create(here: Here, State(app): State<App>, Path(id): Path<Id<RosterImport>>) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    organizations::hold_still(&mut tx, &here.actor).await?;
    let (permit, mut import) = permit(&app, &here, &mut tx, id).await?;
    let Some(file) = import.file.take() else {
        tx.commit(permit.deed().with("import", id).with("step", "accepted_before")).await?;
        return elsewhere(&import);
    };
    requests::one_import_at_a_time(&mut tx, &permit).await?;
    let world = World::read(&app, &here, &mut tx, &permit).await?;
    let decoded = decode(file, &import.reading).await?;
    let table = decoded.table.clone();
    let Ok(assessment) = world.assess(decoded, &import.reading).await? else {
        tx.commit(permit.deed().with("import", id).with("step", "not_yet")).await?;
        return Ok(see_other(&format!("/requests/imports/{id}")));
    };
    let record = Record::of(tx.now(), &table, &import.reading.mapping, &assessment);
    let additions: Vec<Addition> = assessment.added.into_iter().map(Addition::from).collect();
    requests::add_imported(&mut tx, &permit, &additions).await?;
    let kept = serde_json::to_value(&record).map_err(Error::internal)?;
    imports::close(&mut tx, &permit, id, ImportState::Accepted, Some(kept)).await?;
    let deed = permit.deed().with("import", id).with("step", "accepted").with("added", record.added);
    tx.commit(deed.with("already", record.already).with("refused", record.refused.len())).await?;
    Ok(see_other(&format!("/requests/imports/{id}/result")))
}
