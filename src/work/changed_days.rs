//! The clock's duty after a calendar was changed: what a day that turned out closed or open has counted to is judged anew.

use std::time::{Duration, Instant};

use crate::{
    domain::{
        ids::{Id, Organization, Ward},
        streak::Phase,
    },
    gate::{Actor, Duty, actions},
    store::{self, changed_days, judgements, sweeps},
    web::App,
};

/// So long in one look; what is left waits for the next one, since the cut-offs of all facilities are the same loop's.
const AT_MOST: Duration = Duration::from_secs(5);

/// Asks about the changed calendars; how many alerts changed.
///
/// # Errors
/// When the database is away; what was done so far stays done.
pub async fn round(app: &App) -> store::Result<i32> {
    let (mut changed, begun) = (0, Instant::now());
    for ward in sweeps::wards(&app.db).await? {
        let actor = Actor::from(Duty::command_line(ward));
        let mut tx = app.tx(&actor).await?;
        let due = changed_days::due(&mut tx, &actor).await?;
        let facilities = if due.is_empty() { Vec::new() } else { sweeps::facilities(&mut tx, &actor).await? };
        drop(tx);
        let now = app.clock.time_of_day();
        for id in due {
            if begun.elapsed() > AT_MOST {
                break;
            }
            let known = facilities.iter().find(|facility| facility.id == id);
            // Of whoever left it alerts may be open, also where nobody is asked about any more.
            let (phase, sheets) = known.map_or((Phase::BeforeCutoff, true), |facility| {
                (facility.times.phase(app.clock.today(), app.clock.today(), now), facility.sends_sheets)
            });
            match sweep(app, (ward, id), (phase, sheets)).await {
                Ok(done) => changed += done,
                Err(error) if store::is_away(&error) => return Err(error),
                Err(error) => tracing::error!(facility = %id, %error, "a changed calendar could not be judged by"),
            }
        }
    }
    if changed > 0 {
        app.live.wake();
    }
    Ok(changed)
}

async fn sweep(app: &App, (ward, facility): (Id<Ward>, Id<Organization>), (phase, sheets): (Phase, bool)) -> store::Result<i32> {
    let actor = Actor::from(Duty::clock(ward, facility));
    let mut tx = app.tx(&actor).await?;
    let Some(facts) = sweeps::facts(&mut tx, &actor).await? else { return Ok(0) };
    let Ok(permit) = app.gate.permit::<actions::SweepFacility>(&actor, &facts) else { return Ok(0) };
    let Some(from) = changed_days::take(&mut tx, &permit).await? else { return Ok(0) };
    let watches = changed_days::asked_about(&mut tx, &permit, from).await?;
    let here = sweeps::in_force(&mut tx, &permit, app.clock.today()).await?;
    let alerts = judgements::anew(&mut tx, &permit, (&watches, &here), (from, sheets), phase).await?;
    tx.commit(permit.deed().with("passed", "calendar").with("day", from).with("alerts", alerts)).await?;
    Ok(alerts)
}
