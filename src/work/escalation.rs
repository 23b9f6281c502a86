//! Calls: tells somebody of every alert nobody has taken, rung by rung, each hop with its notices in one transaction.

use std::time::Duration;

use super::pulse;
use crate::{
    domain::{
        calling::{Cause, Hop},
        ids::{Alert, Id, Organization, Ward},
        rule::Severity,
    },
    gate::{Actor, Duty, Permit, actions},
    store::{
        self, Tx,
        calls::{self, Line},
        notices,
        pulses::Beat,
        sweeps,
    },
    web::App,
};

/// How often the alerts are looked at: 緊急 is told within seconds.
pub const LOOK_EVERY: Duration = Duration::from_secs(5);

/// Looks at the alerts until the task is dropped.
pub async fn run(app: App) {
    let mut every = tokio::time::interval(LOOK_EVERY);
    loop {
        every.tick().await;
        look(&app).await;
    }
}

/// One look at the alerts. A failed round is logged and tried again: nothing of it stays.
pub async fn look(app: &App) {
    match round(app).await {
        Ok(_) => pulse::beat(app, Beat::Calls).await,
        Err(error) => tracing::warn!(%error, "calls must wait for the database"),
    }
}

/// Makes every call that is due now; returns how many hops were made.
///
/// # Errors
/// When the database is away; what was done so far stays done, and nothing of the rest.
pub async fn round(app: &App) -> store::Result<usize> {
    let mut made = 0;
    for ward in sweeps::wards(&app.db).await? {
        let actor = Actor::from(Duty::command_line(ward));
        let mut tx = app.tx(&actor).await?;
        let waiting = calls::waiting(&mut tx, &actor).await?;
        drop(tx);
        for (alert, office) in waiting {
            match call(app, ward, office, alert).await {
                Ok(done) => made += usize::from(done),
                Err(error) if store::is_away(&error) => return Err(error),
                // What ails one alert must not silence the others; the next round tries it again.
                Err(error) => tracing::error!(%alert, %error, "nobody could be told of an alert"),
            }
        }
    }
    if made > 0 {
        app.live.wake();
    }
    Ok(made)
}

/// One alert, one hop, one transaction; `false` when another node or a person was quicker.
async fn call(app: &App, ward: Id<Ward>, office: Id<Organization>, alert: Id<Alert>) -> store::Result<bool> {
    let actor = Actor::from(Duty::clock(ward, office));
    let mut tx = app.tx(&actor).await?;
    let Some(facts) = calls::facts(&mut tx, &actor, alert).await? else { return Ok(false) };
    let Ok(permit) = app.gate.permit::<actions::RouteAlert>(&actor, &facts) else { return Ok(false) };
    let (found, situation, office) = calls::found(&mut tx, &permit, facts.office).await?;
    let now = tx.now();
    let Some(cause) = found.cause(&situation, now) else { return Ok(false) };
    if cause == Cause::Returned {
        calls::reopen(&mut tx, &permit, found.severity, &office).await?;
    }
    let (hop, calling) = found.call(cause, &situation, now, &office);
    let lines = tell(&mut tx, &permit, &hop, found.severity).await?;
    calls::record(&mut tx, &permit, cause, &lines, &calling).await?;
    let station = hop.told.as_ref().map(|rung| rung.station.code());
    let told = lines.iter().filter(|line| line.told.is_some()).count();
    tx.commit(permit.deed().with("cause", cause.code()).with("station", station).with("told", told)).await?;
    Ok(true)
}

/// Queues the notices of the hop, and gives its lines: who was passed over, then who is told.
async fn tell<'a>(
    tx: &mut Tx,
    permit: &Permit<actions::RouteAlert>,
    hop: &'a Hop,
    severity: Severity,
) -> store::Result<Vec<Line<'a>>> {
    let mut lines: Vec<_> = hop.passed.iter().map(|rung| Line { rung, person: rung.about, told: None }).collect();
    if let Some(rung) = &hop.told {
        for person in &rung.people {
            let told = notices::queue(tx, permit, *person, severity).await?;
            lines.push(Line { rung, person: Some(*person), told: Some(told) });
        }
    }
    Ok(lines)
}
