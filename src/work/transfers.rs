//! The clock's duty to children who change facility or grade: a plan is judged as soon as it is written down, a child without a place
//! each day, and a new grade holds from its day on.

use crate::{
    domain::{
        ids::{Id, Organization, Ward},
        judgement::Cause,
        streak::Phase,
    },
    gate::{Actor, Duty, actions},
    store::{self, judgements, promotions, sweeps, transfers},
    web::App,
};

/// Does everything that is due now; how many alerts changed.
///
/// # Errors
/// When the database is away; what was done so far stays done.
pub async fn round(app: &App) -> store::Result<i32> {
    let mut changed = 0;
    for ward in sweeps::wards(&app.db).await? {
        let actor = Actor::from(Duty::command_line(ward));
        let mut tx = app.tx(&actor).await?;
        let facilities = transfers::due(&mut tx, &actor).await?;
        let promoted = promotions::due(&mut tx, &actor).await?;
        drop(tx);
        for facility in promoted {
            match promote(app, ward, facility).await {
                Err(error) if store::is_away(&error) => return Err(error),
                Err(error) => tracing::error!(%facility, %error, "the new grades of a facility could not be taken over"),
                Ok(()) => {}
            }
        }
        for facility in facilities {
            match sweep(app, ward, facility).await {
                Ok(done) => changed += done,
                Err(error) if store::is_away(&error) => return Err(error),
                Err(error) => tracing::error!(%facility, %error, "the children who leave a facility could not be looked after"),
            }
        }
    }
    if changed > 0 {
        app.live.wake();
    }
    Ok(changed)
}

async fn sweep(app: &App, ward: Id<Ward>, facility: Id<Organization>) -> store::Result<i32> {
    let actor = Actor::from(Duty::clock(ward, facility));
    let mut tx = app.tx(&actor).await?;
    let Some(facts) = sweeps::facts(&mut tx, &actor).await? else { return Ok(0) };
    let Ok(permit) = app.gate.permit::<actions::SweepFacility>(&actor, &facts) else { return Ok(0) };
    let watches = transfers::take_due(&mut tx, &permit).await?;
    if watches.is_empty() {
        return Ok(0);
    }
    let alerts = judgements::at_once(&mut tx, &permit, &watches, (Cause::Moved, Phase::BeforeCutoff)).await?;
    tx.commit(permit.deed().with("moved", watches.len()).with("alerts", alerts)).await?;
    Ok(alerts)
}

async fn promote(app: &App, ward: Id<Ward>, facility: Id<Organization>) -> store::Result<()> {
    let actor = Actor::from(Duty::clock(ward, facility));
    let mut tx = app.tx(&actor).await?;
    let Some(facts) = sweeps::facts(&mut tx, &actor).await? else { return Ok(()) };
    let Ok(permit) = app.gate.permit::<actions::SweepFacility>(&actor, &facts) else { return Ok(()) };
    let promoted = promotions::apply(&mut tx, &permit).await?;
    tx.commit(permit.deed().with("promoted", promoted)).await
}
