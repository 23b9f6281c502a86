//! Asks for monthly slips that were not sent: once, on the third business day after the month.

use std::sync::Arc;

use jiff::civil::Time;

use crate::{
    domain::{
        calendar::Office,
        clock,
        ids::{Id, Organization, Ward},
        mail::{Link, Mail},
        reminder::Stage,
        slip::{Month, notice_on},
    },
    gate::{Actor, Duty, actions},
    store::{self, mails, reminders, slip_reminders, sweeps},
    web::App,
};

/// Not in the night.
const FROM: Time = Time::constant(9, 0, 0, 0);

/// Asks for everything that is owed by now; returns how many facilities were asked.
///
/// # Errors
/// When the database is away; what was done so far stays done.
pub async fn round(app: &App) -> store::Result<usize> {
    if app.clock.time_of_day() < FROM {
        return Ok(0);
    }
    let month = Month::of(app.clock.today()).previous();
    let mut asked = 0;
    for ward in sweeps::wards(&app.db).await? {
        let actor = Actor::from(Duty::command_line(ward));
        let mut tx = app.tx(&actor).await?;
        let office = Office::new(Arc::new(slip_reminders::holidays(&mut tx, &actor, month).await?));
        if app.clock.today() < notice_on(&office, month) {
            continue;
        }
        let owing = slip_reminders::owing(&mut tx, &actor, month).await?;
        drop(tx);
        for facility in owing {
            match ask(app, ward, facility, month).await {
                Ok(done) => asked += usize::from(done),
                Err(error) if store::is_away(&error) => return Err(error),
                Err(error) => tracing::error!(%facility, %error, "a facility could not be asked for its slip"),
            }
        }
    }
    Ok(asked)
}

/// One facility, one month, one transaction.
async fn ask(app: &App, ward: Id<Ward>, facility: Id<Organization>, month: Month) -> store::Result<bool> {
    let actor = Actor::from(Duty::clock(ward, facility));
    let mut tx = app.tx(&actor).await?;
    let Some(facts) = sweeps::facts(&mut tx, &actor).await? else { return Ok(false) };
    let Ok(permit) = app.gate.permit::<actions::RemindFacility>(&actor, &facts) else { return Ok(false) };
    if !slip_reminders::done(&mut tx, &permit, month).await? {
        return Ok(false);
    }
    let mut called = Vec::new();
    if app.config.smtp.is_some() {
        for stage in [Stage::First, Stage::Next] {
            called.extend(reminders::people(&mut tx, &permit, stage).await?);
        }
        called.sort_unstable_by_key(|person| person.uuid());
        called.dedup();
    }
    // Tomorrow it is on the screen still; a mail of yesterday is none.
    let end = clock::japan_instant(tx.today().to_datetime(Time::MAX));
    let life = end.duration_since(tx.now());
    let mail = Mail::SlipReminder { door: Link::to_door(&app.config.origin_text()) };
    for person in &called {
        mails::put(&mut tx, &permit, *person, &mail, life).await?;
    }
    tx.commit(permit.deed().with("month", month).with("people", called.len())).await?;
    Ok(true)
}
