//! Calls: tells somebody of every alert nobody has taken, rung by rung, each hop with its notices in one transaction.

use std::{collections::HashMap, time::Duration};

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
    let lines = tell(&mut tx, &permit, &hop, found.gravity(cause)).await?;
    calls::record(&mut tx, &permit, cause, &lines, &calling).await?;
    let stations = hop.told.iter().map(|rung| rung.station.code()).collect::<Vec<_>>().join(" ");
    tx.commit(permit.deed().with("cause", cause.code()).with("station", stations).with("told", hop.people().len())).await?;
    Ok(true)
}

/// Queues the notices of the hop, one for each person however many rungs they stand on, and gives its lines: who was passed over, then
/// who is told.
async fn tell<'a>(
    tx: &mut Tx,
    permit: &Permit<actions::RouteAlert>,
    hop: &'a Hop,
    severity: Severity,
) -> store::Result<Vec<Line<'a>>> {
    let mut lines: Vec<_> = hop.passed.iter().map(|rung| Line { rung, person: rung.about, told: None }).collect();
    let mut notices_of = HashMap::new();
    for person in hop.people() {
        notices_of.insert(person, notices::queue(tx, permit, person, severity).await?);
    }
    for rung in &hop.told {
        lines.extend(rung.people.iter().map(|person| Line { rung, person: Some(*person), told: notices_of.get(person).cloned() }));
    }
    Ok(lines)
}
