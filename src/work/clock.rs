//! The clock's duties: when a facility's cut-off or the caseworker's hour has passed, the rules are asked about whoever is missing,
//! and when the day is over, about everybody.

use std::time::Duration;

use futures::{StreamExt, TryStreamExt, stream};
use jiff::civil::Date;

use super::{changed_days, pulse, reminders, slips, transfers};
use crate::{
    domain::{
        ids::{Id, Organization, Ward, Watch},
        judgement::Cause,
        streak::Phase,
    },
    gate::{Actor, Duty, actions},
    store::{
        self, directory_imports, intakes,
        judgements::{self, Question},
        kept_forms, limits,
        pulses::Beat,
        register,
        sweeps::{self, Facility, Passed},
    },
    web::App,
    work::warnings,
};

/// How often the clock is looked at; the duties themselves are rare.
pub const LOOK_EVERY: Duration = Duration::from_secs(20);
/// So many facilities are looked after at once: one is judged here while the database reads for the other. More would take connections
/// and processors from who is at work in the evening.
const AT_ONCE: usize = 2;

/// Looks at the clock until the task is dropped.
pub async fn run(app: App) {
    let mut every = tokio::time::interval(LOOK_EVERY);
    loop {
        every.tick().await;
        look(&app).await;
    }
}

/// One look at the clock. A failed round is logged and tried again: nothing is marked as done.
pub async fn look(app: &App) {
    match round(app).await {
        Ok(_) => pulse::beat(app, Beat::Clock).await,
        Err(error) => tracing::warn!(%error, "the clock's duties could not be done; trying again"),
    }
    if let Err(error) = warnings::round(app).await {
        tracing::warn!(%error, "people could not be warned of what the sign-in log says; trying again");
    }
    if let Err(error) = changed_days::round(app).await {
        tracing::warn!(%error, "changed calendars could not be judged by; trying again");
    }
    if let Err(error) = transfers::round(app).await {
        tracing::warn!(%error, "children who change facility could not be looked after; trying again");
    }
    if let Err(error) = super::alerts::round(app).await {
        tracing::warn!(%error, "the alerts could not be looked after; trying again");
    }
    if let Err(error) = reminders::round(app).await {
        tracing::warn!(%error, "facilities could not be reminded; trying again");
    }
    if let Err(error) = slips::round(app).await {
        tracing::warn!(%error, "facilities could not be asked for their slips; trying again");
    }
    tidy_up(app).await;
}

/// What nobody will ask for again goes.
async fn tidy_up(app: &App) {
    let now = app.clock.now();
    if let Err(error) = directory_imports::sweep(&app.db, now).await {
        tracing::warn!(%error, "old files of organizations and people could not be swept; trying again");
    }
    if let Err(error) = register::imports::sweep(&app.db, now).await {
        tracing::warn!(%error, "old registers could not be swept; trying again");
    }
    if let Err(error) = intakes::sweep(&app.db, now).await {
        tracing::warn!(%error, "old answers to systems of schools could not be swept; trying again");
    }
    if let Err(error) = kept_forms::sweep(&app.db, now).await {
        tracing::warn!(%error, "forms that nobody came back for could not be swept; trying again");
    }
    if let Err(error) = limits::sweep(&app.db, now).await {
        tracing::warn!(%error, "old counts of attempts could not be swept; trying again");
    }
}

/// Does everything that is due now; returns how many facilities were looked after.
///
/// # Errors
/// When the database is away; what was done so far stays done.
pub async fn round(app: &App) -> store::Result<usize> {
    let mut looked_after = 0;
    for ward in sweeps::wards(&app.db).await? {
        let actor = Actor::from(Duty::command_line(ward));
        let mut tx = app.tx(&actor).await?;
        let facilities = sweeps::facilities(&mut tx, &actor).await?;
        let forsaken = sweeps::forsaken(&mut tx, &actor).await?;
        drop(tx);
        for (facility, watches) in forsaken {
            match miss(app, ward, facility, &watches).await {
                Ok(missed) => looked_after += usize::from(missed),
                Err(error) if store::is_away(&error) => return Err(error),
                Err(error) => tracing::error!(%facility, %error, "nobody could be told of children without a caseworker"),
            }
        }
        looked_after += stream::iter(facilities)
            .map(|facility| look_after(app, ward, facility))
            .buffer_unordered(AT_ONCE)
            .try_fold(0, async |all, done| Ok(all + done))
            .await?;
    }
    if looked_after > 0 {
        app.live.wake();
    }
    Ok(looked_after)
}

/// Everything that is due at one facility, in the order of the day; how many times of the day were acted on.
async fn look_after(app: &App, ward: Id<Ward>, facility: Facility) -> store::Result<usize> {
    let mut looked_after = 0;
    for (passed, day) in due(app, &facility) {
        match sweep(app, ward, &facility, (passed, day)).await {
            Ok(done) => looked_after += usize::from(done),
            Err(error) if store::is_away(&error) => return Err(error),
            // What ails one facility must not silence the others; the next round tries it again.
            Err(error) => tracing::error!(facility = %facility.id, %error, "a facility could not be looked after"),
        }
    }
    Ok(looked_after)
}

/// The children at one facility whose caseworker has left; `false` when another node was quicker.
async fn miss(app: &App, ward: Id<Ward>, facility: Id<Organization>, watches: &[Id<Watch>]) -> store::Result<bool> {
    let actor = Actor::from(Duty::clock(ward, facility));
    let mut tx = app.tx(&actor).await?;
    let Some(facts) = sweeps::facts(&mut tx, &actor).await? else { return Ok(false) };
    let Ok(permit) = app.gate.permit::<actions::SweepFacility>(&actor, &facts) else { return Ok(false) };
    let alerts = judgements::at_once(&mut tx, &permit, watches, (Cause::Gone, Phase::BeforeCutoff)).await?;
    if alerts > 0 {
        tx.commit(permit.deed().with("passed", "gone").with("alerts", alerts)).await?;
    }
    Ok(alerts > 0)
}

/// The times that have passed and were not yet acted on, each with its day: those of today, and the night of yesterday if nobody
/// was there for it.
fn due(app: &App, facility: &Facility) -> Vec<(Passed, Date)> {
    let (now, today, times) = (app.clock.time_of_day(), app.clock.today(), &facility.times);
    // Rank A is missed earlier, where its facility does not count everybody as missing then. The facility is not told: who is of rank A is
    // the office's to know.
    let late = times.strict_cutoff();
    let is_apart = facility.has_strict && times.misses_strict_first() && now < times.facility_cutoff;
    let early = is_apart.then_some((Passed::Early, late));
    let passed =
        [(Passed::Cutoff, times.facility_cutoff), (Passed::WorkerNotice, times.worker_notice), (Passed::Night, times.night())];
    let missed = today.yesterday().ok().filter(|_| facility.night_missed).map(|yesterday| (Passed::Night, yesterday));
    let of_today = early.into_iter().chain(passed).filter(|(passed, at)| now >= *at && !facility.done.contains(passed));
    // Who reports monthly misses no day.
    let of_today = of_today.filter(|(passed, _)| facility.sends_sheets || *passed == Passed::Night);
    missed.into_iter().chain(of_today.map(|(passed, _)| (passed, today))).collect()
}

/// One facility, one time of the day, one transaction.
async fn sweep(app: &App, ward: Id<Ward>, facility: &Facility, (passed, day): (Passed, Date)) -> store::Result<bool> {
    let actor = Actor::from(Duty::clock(ward, facility.id));
    let mut tx = app.tx(&actor).await?;
    let Some(facts) = sweeps::facts(&mut tx, &actor).await? else { return Ok(false) };
    let Ok(permit) = app.gate.permit::<actions::SweepFacility>(&actor, &facts) else { return Ok(false) };
    if !sweeps::done(&mut tx, &permit, day, passed).await? {
        return Ok(false);
    }
    let missing = sweeps::unreported(&mut tx, &permit, day, passed == Passed::Early).await?;
    let ask = |phase| Question { watches: &missing, concerned: &missing, corrected: &[], report_for: None, phase };
    let alerts = match passed {
        Passed::Early => judgements::at_once(&mut tx, &permit, &missing, (Cause::Early, Phase::AfterCutoff)).await?,
        Passed::Cutoff => judgements::ask(&mut tx, &permit, &ask(Phase::AfterCutoff)).await?,
        Passed::WorkerNotice => judgements::ask(&mut tx, &permit, &ask(Phase::AfterNotice)).await?,
        Passed::Night => {
            let watches = sweeps::in_force(&mut tx, &permit, day).await?;
            judgements::night(&mut tx, &permit, &watches, (day, facility.sends_sheets)).await?
        }
    };
    tx.commit(permit.deed().with("day", day).with("passed", passed.code()).with("missing", missing.len()).with("alerts", alerts))
        .await?;
    Ok(true)
}
