//! Reminds facilities whose sheet was not sent: whoever is called first, whoever is called next, then the ward's list.

use crate::{
    domain::{
        clock,
        ids::{Id, Ward},
        mail::{Link, Mail},
        reminder::Stage,
    },
    gate::{Actor, Duty, Permit, actions},
    store::{
        self, Tx, mails,
        reminders::{self, Facility},
        sweeps,
    },
    web::App,
};

/// Does everything that is due now; returns how many times of the day were acted on.
///
/// # Errors
/// When the database is away; what was done so far stays done.
pub async fn round(app: &App) -> store::Result<usize> {
    let mut done = 0;
    for ward in sweeps::wards(&app.db).await? {
        let actor = Actor::from(Duty::command_line(ward));
        let mut tx = app.tx(&actor).await?;
        let facilities = reminders::facilities(&mut tx, &actor).await?;
        drop(tx);
        for facility in &facilities {
            match look_after(app, ward, facility).await {
                Ok(acted) => done += acted,
                Err(error) if store::is_away(&error) => return Err(error),
                // What ails one facility must not silence the others; the next round tries it again.
                Err(error) => tracing::error!(facility = %facility.id, %error, "a facility could not be reminded"),
            }
        }
    }
    Ok(done)
}

async fn look_after(app: &App, ward: Id<Ward>, facility: &Facility) -> store::Result<usize> {
    let now = app.clock.time_of_day();
    let mut acted = 0;
    for stage in Stage::ALL.iter().filter(|stage| stage.is_due(&facility.times, now) && !facility.done.contains(stage)) {
        acted += usize::from(remind(app, ward, facility, *stage).await?);
    }
    if facility.has_answered {
        acted += usize::from(settle(app, ward, facility).await?);
    }
    Ok(acted)
}

/// The facility, inside the fence of the clock's duty for it.
async fn enter(app: &App, ward: Id<Ward>, facility: &Facility) -> store::Result<Option<(Tx, Permit<actions::RemindFacility>)>> {
    let actor = Actor::from(Duty::clock(ward, facility.id));
    let mut tx = app.tx(&actor).await?;
    let Some(facts) = sweeps::facts(&mut tx, &actor).await? else { return Ok(None) };
    Ok(app.gate.permit::<actions::RemindFacility>(&actor, &facts).ok().map(|permit| (tx, permit)))
}

/// One facility, one time of the day, one transaction: written down also when nothing is missing, so that it is looked at once.
async fn remind(app: &App, ward: Id<Ward>, facility: &Facility, stage: Stage) -> store::Result<bool> {
    let Some((mut tx, permit)) = enter(app, ward, facility).await? else { return Ok(false) };
    let awaited = reminders::is_awaited(&mut tx, &permit).await?;
    if !reminders::done(&mut tx, &permit, stage, awaited).await? {
        return Ok(false);
    }
    // Without a mail server the screen and the list are what there is.
    let called = if awaited && app.config.smtp.is_some() { reminders::people(&mut tx, &permit, stage).await? } else { Vec::new() };
    let today = tx.today();
    let life = clock::japan_instant(today.to_datetime(stage.ends(&facility.times))).duration_since(tx.now());
    let door = Link::to_door(&app.config.origin_text());
    let mail = if stage == Stage::First { Mail::SheetReminder { door } } else { Mail::SheetReminderAgain { door } };
    for person in &called {
        mails::put(&mut tx, &permit, *person, &mail, life).await?;
    }
    let deed = permit.deed().with("day", today).with("passed", stage.code()).with("awaited", awaited).with("people", called.len());
    tx.commit(deed).await?;
    Ok(true)
}

/// What was missing has come: the facility is off the ward's list.
async fn settle(app: &App, ward: Id<Ward>, facility: &Facility) -> store::Result<bool> {
    let Some((mut tx, permit)) = enter(app, ward, facility).await? else { return Ok(false) };
    if reminders::is_awaited(&mut tx, &permit).await? || !reminders::settle(&mut tx, &permit).await? {
        return Ok(false);
    }
    let today = tx.today();
    tx.commit(permit.deed().with("day", today).with("step", "settled")).await?;
    Ok(true)
}
