//! Tells people by mail what the sign-in log says of their accounts (ASVS 5.0, 6.3.5). Read from the log and not at the door: a door
//! that warned would take longer for accounts that are there.

use jiff::SignedDuration;

use crate::{
    domain::ids::{Id, Ward},
    gate::{Actor, Duty, actions},
    store::{self, mails, organizations, sweeps},
    web::App,
};

/// How far back each round looks: farther than any pause between rounds that a restart or a database away for a while makes.
const BACK: SignedDuration = SignedDuration::from_hours(1);

/// Warns whoever has to be warned; returns how many mails were queued.
///
/// # Errors
/// When the database is away; nobody is warned twice all the same.
pub async fn round(app: &App) -> store::Result<usize> {
    let mut warned = 0;
    for ward in sweeps::wards(&app.db).await? {
        match warn(app, ward).await {
            Ok(count) => warned += count,
            Err(error) if store::is_away(&error) => return Err(error),
            // What ails one ward must not silence the others.
            Err(error) => tracing::error!(%ward, %error, "the people of a ward could not be warned"),
        }
    }
    Ok(warned)
}

async fn warn(app: &App, ward: Id<Ward>) -> store::Result<usize> {
    let looking = Actor::from(Duty::command_line(ward));
    let mut tx = app.tx(&looking).await?;
    let Some(root) = organizations::root(&mut tx, &looking).await? else { return Ok(0) };
    drop(tx);
    let actor = Actor::from(Duty::clock(ward, root.id));
    let Ok(permit) = app.gate.permit::<actions::WarnPeople>(&actor, &root) else { return Ok(0) };
    let mut tx = app.tx(&actor).await?;
    let since = tx.now() - BACK;
    let mut queued = 0;
    for suspicion in mails::suspicions(&mut tx, &permit, since).await? {
        let is_new = mails::warn(&mut tx, &permit, suspicion.person, &suspicion.mail, suspicion.day).await?;
        queued += usize::from(is_new);
    }
    if queued > 0 {
        tx.commit(permit.deed().with("mails", queued)).await?;
    }
    Ok(queued)
}
