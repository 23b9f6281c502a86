//! The clock's duty to alerts: those put aside come back, and a child nobody has seen is not forgotten.

use crate::{
    domain::ids::{Id, Organization, Ward},
    gate::{Actor, Duty, actions},
    store::{self, alerts, sweeps},
    web::App,
};

/// Does everything that is due now; how many alerts changed.
///
/// # Errors
/// When the database is away; what was done so far stays done.
pub async fn round(app: &App) -> store::Result<usize> {
    let mut changed = 0;
    for ward in sweeps::wards(&app.db).await? {
        let actor = Actor::from(Duty::command_line(ward));
        let mut tx = app.tx(&actor).await?;
        let facilities = alerts::due(&mut tx, &actor).await?;
        drop(tx);
        for facility in facilities {
            match sweep(app, ward, facility).await {
                Ok(done) => changed += done,
                Err(error) if store::is_away(&error) => return Err(error),
                Err(error) => tracing::error!(%facility, %error, "the alerts about a facility could not be looked after"),
            }
        }
    }
    if changed > 0 {
        app.live.wake();
    }
    Ok(changed)
}

async fn sweep(app: &App, ward: Id<Ward>, facility: Id<Organization>) -> store::Result<usize> {
    let actor = Actor::from(Duty::clock(ward, facility));
    let mut tx = app.tx(&actor).await?;
    let Some(facts) = sweeps::facts(&mut tx, &actor).await? else { return Ok(0) };
    let Ok(permit) = app.gate.permit::<actions::SweepFacility>(&actor, &facts) else { return Ok(0) };
    let swept = alerts::sweep(&mut tx, &permit).await?;
    if swept.woken + swept.warned == 0 {
        return Ok(0);
    }
    tx.commit(permit.deed().with("woken", swept.woken).with("warned", swept.warned)).await?;
    Ok(swept.woken + swept.warned)
}
