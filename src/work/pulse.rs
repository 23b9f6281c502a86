//! The hub's own pulse: each duty says that it was done, and each node looks whether all of them are (dead-man, security E8).

use std::time::Duration;

use tokio::time::{Instant, interval_at};

use crate::{
    store::{
        self,
        pulses::{self, Beat},
    },
    web::App,
};

/// How often it is looked whether all is well: what stopped two minutes ago is known within three.
pub const LOOK_EVERY: Duration = Duration::from_secs(20);

/// Says that this node has just done a round of the duty. That it cannot be said will be seen, so nothing else follows from it.
pub async fn beat(app: &App, beat: Beat) {
    if let Err(error) = pulses::beat(&app.db, &app.config.node, beat, app.clock.now()).await {
        tracing::warn!(%error, duty = beat.code(), "a pulse was not felt");
    }
}

/// Says that this node has begun: a duty it never does is missed like one that stopped.
pub async fn enter(app: &App) {
    if let Err(error) = pulses::enter(&app.db, &app.config.node, app.clock.now()).await {
        tracing::warn!(%error, "what this node never does will not be missed");
    }
}

/// Says that this node stops because it was told to.
pub async fn leave(app: &App) {
    if let Err(error) = pulses::leave(&app.db, &app.config.node).await {
        tracing::warn!(%error, "this node will be missed for a while");
    }
}

/// Looks whether all is well until the task is dropped. The first look leaves the duties time for a round of their own: what became due
/// while no hub ran is done by then, and is no trouble any more.
pub async fn run(app: App) {
    let mut every = interval_at(Instant::now() + LOOK_EVERY, LOOK_EVERY);
    loop {
        every.tick().await;
        look(&app).await;
    }
}

/// One look whether all is well.
pub async fn look(app: &App) {
    match round(app).await {
        Ok(_) => beat(app, Beat::Watch).await,
        Err(error) => tracing::warn!(%error, "nobody knows whether all is well"),
    }
}

/// Writes down what began and what ended, and tells those who can do something about it; how many began.
///
/// # Errors
/// When the database is away.
pub async fn round(app: &App) -> store::Result<i64> {
    let began = pulses::note(&app.db, app.clock.now(), app.clock.today()).await?;
    if began > 0 {
        let troubles = pulses::troubles(&app.db, app.clock.now()).await?;
        for trouble in troubles {
            tracing::error!(kind = trouble.kind.code(), subject = trouble.subject, since = %trouble.since, "the hub is not well");
        }
    }
    Ok(began)
}
