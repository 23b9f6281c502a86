//! The refused rows as CSV, to be mended and brought again.

use axum::extract::State;

use super::{
    super::views,
    record::Record,
    roster::{World, decode, permit},
};
use crate::{
    domain::ids::{Id, RosterImport},
    web::{
        App, Error, Here, Path, Result, see_other,
        takeaway::{self, Takeaway},
    },
};

pub(in super::super) async fn show(here: Here, State(app): State<App>, Path(id): Path<Id<RosterImport>>) -> Result {
    let asked = views::query(&here);
    let mut tx = app.tx(&here.actor).await?;
    let (permit, mut import) = permit(&app, &here, &mut tx, id).await?;
    let world = World::read(&app, &here, &mut tx, &permit).await?;
    let now = tx.now();
    tx.commit(permit.deed().with("import", id).with("step", "refused_rows")).await?;

    let record = match (import.file.take(), import.result.take()) {
        (Some(file), _) => {
            let decoded = decode(file, &import.reading).await?;
            let table = decoded.table.clone();
            let Ok(assessment) = world.assess(decoded, &import.reading).await? else {
                return Ok(see_other(&format!("/requests/imports/{id}")));
            };
            Record::of(now, &table, &import.reading.mapping, &assessment)
        }
        (None, Some(kept)) => serde_json::from_value(kept).map_err(Error::internal)?,
        (None, None) => return Err(Error::Hidden),
    };
    let back = format!("/requests/imports/{id}/result");
    takeaway::answer(&app, &here, &asked, &Takeaway { rows: record.table(here.lang), name: "refused".to_owned(), back })
}
