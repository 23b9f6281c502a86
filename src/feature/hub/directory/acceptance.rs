//! Step 4: everything that was checked is done in one transaction, or nothing is. Accepting twice shows the first result.

use axum::extract::State;

use super::{
    apply::apply,
    check::Check,
    mapping::elsewhere,
    report::Report,
    weigh::{self, World, waiting},
};
use crate::{
    domain::{
        directory::Verdict,
        ids::{DirectoryImport, Id},
    },
    gate::actions,
    store::directory_imports::{self, State as ImportState},
    web::{App, Error, Form, Here, Path, Result, conflict, see_other, unprocessable},
};

pub(super) async fn create(here: Here, State(app): State<App>, Path(id): Path<Id<DirectoryImport>>, Form(fields): Form) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    // One of another ward is not there, before anybody is asked to touch a passkey for it.
    let (_, mut import) = waiting(&app, &here, &mut tx, id).await?;
    let permit = weigh::permit::<actions::AcceptDirectory>(&app, &here, &mut tx).await?;
    let Some(file) = import.file.take() else {
        tx.commit(permit.deed().with("import", id).with("step", "accepted_before")).await?;
        return elsewhere(&import);
    };
    if !directory_imports::take_turn(&mut tx, &permit, &here.actor).await? {
        return Err(Error::Hidden);
    }
    let world = World::read(&mut tx, &permit).await?;
    let Some(scales) = world.weigh(file, &import.reading).await? else {
        tx.commit(permit.deed().with("import", id).with("step", "not_yet")).await?;
        return Ok(see_other(&format!("/directory/imports/{id}/mapping")));
    };
    let report = Report::of(here.lang, tx.now(), &scales);
    let deed = permit.deed().with("import", id);
    if fields.get("shown") != scales.fingerprint() {
        tx.commit(deed.with("step", "stale")).await?;
        return conflict(&Check::of(&app, &here, &import, &scales, &report).stale());
    }
    if scales.is_idle() || scales.locks_out().is_some() {
        tx.commit(deed.with("step", "refused")).await?;
        return unprocessable(&Check::of(&app, &here, &import, &scales, &report));
    }
    let done = apply(&mut tx, &permit, &scales).await?;
    let kept = serde_json::to_value(&report).map_err(Error::internal)?;
    directory_imports::close(&mut tx, &permit, id, ImportState::Accepted, Some(kept)).await?;
    let count = |verdict| report.count(verdict);
    let deed = deed.with("step", "accepted").with("added", count(Verdict::Added)).with("changed", count(Verdict::Changed));
    let deed = deed.with("unchanged", count(Verdict::Unchanged)).with("refused", count(Verdict::Refused));
    tx.commit(deed.with("proposals", done.proposals).with("sessions_ended", done.sessions_ended)).await?;
    Ok(see_other(&format!("/directory/imports/{id}/result")))
}
