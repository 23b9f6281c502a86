//! Back-tests: tries a changed rule over the ward's past, a batch of watches in each transaction, so that whoever waits sees it come
//! on, whoever is tired of it can stop it, and a hub that is stopped loses one batch.

use std::time::Duration;

use crate::{
    domain::{
        backtest::{self, Difference},
        ids::{self, Id, Ward},
    },
    gate::{Actor, Duty, Permit, actions},
    store::{
        self, Tx,
        back_tests::{self, Taken},
        organizations, pasts, sweeps,
    },
    web::App,
};

/// How often it is looked whether somebody has asked: they are waiting.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// How many watches are looked at in one transaction: well under a second of work, and of waiting for whoever cancels.
const BATCH: i64 = 40;

/// Looks for back-tests until the task is dropped. A failed round is logged and tried again from where the last batch ended.
pub async fn run(app: App) {
    let mut every = tokio::time::interval(LOOK_EVERY);
    loop {
        every.tick().await;
        if let Err(error) = round(&app).await {
            tracing::warn!(%error, "back-tests must wait for the database");
        }
    }
}

/// Does every back-test that waits, and forgets the old ones; returns how many batches were looked at.
///
/// # Errors
/// When the database is away; the batches done so far stay done.
pub async fn round(app: &App) -> store::Result<usize> {
    let mut batches = 0;
    for ward in sweeps::wards(&app.db).await? {
        let actor = Actor::from(Duty::command_line(ward));
        let mut tx = app.tx(&actor).await?;
        let due = back_tests::is_due(&mut tx, &actor).await?;
        drop(tx);
        if !due {
            continue;
        }
        forget(app, ward).await?;
        while step(app, ward, BATCH).await? {
            batches += 1;
        }
    }
    Ok(batches)
}

/// One batch of one back-test, at most so many watches, in one transaction; `false` when there is nothing to go on with.
///
/// # Errors
/// When the database is away; nothing of the batch stays.
pub async fn step(app: &App, ward: Id<Ward>, watches: i64) -> store::Result<bool> {
    let Some((mut tx, permit)) = enter(app, ward).await? else { return Ok(false) };
    let Some(taken) = back_tests::take(&mut tx, &permit).await? else { return Ok(false) };
    match look(&mut tx, &permit, &taken, watches).await {
        Ok((looked_at, done)) => {
            let deed = permit.deed().with("back_test", taken.id).with("kind", taken.new.code.code());
            tx.commit(deed.with("watches", looked_at).with("done", done)).await?;
            Ok(true)
        }
        Err(error) if store::is_away(&error) => Err(error),
        // What ails one test must not silence the others, nor be tried for ever.
        Err(error) => {
            tracing::error!(back_test = %taken.id, %error, "a rule could not be tried over the past");
            drop(tx);
            fail(app, ward, taken.id).await?;
            Ok(true)
        }
    }
}

/// The ward's own desk, inside the fence of the duty.
async fn enter(app: &App, ward: Id<Ward>) -> store::Result<Option<(Tx, Permit<actions::RunBackTest>)>> {
    let looking = Actor::from(Duty::command_line(ward));
    let mut tx = app.tx(&looking).await?;
    let Some(root) = organizations::root(&mut tx, &looking).await? else { return Ok(None) };
    drop(tx);
    let actor = Actor::from(Duty::clock(ward, root.id));
    let Ok(permit) = app.gate.permit::<actions::RunBackTest>(&actor, &root) else { return Ok(None) };
    Ok(Some((app.tx(&actor).await?, permit)))
}

/// Looks at the next watches under both rules; how many there were, and whether they were the last.
async fn look(tx: &mut Tx, permit: &Permit<actions::RunBackTest>, taken: &Taken, watches: i64) -> store::Result<(usize, bool)> {
    let total = match taken.total {
        Some(total) => total,
        None => pasts::count(tx, permit, taken).await?,
    };
    let batch = pasts::batch(tx, permit, taken, watches).await?;
    let (old, new) = (taken.old, taken.new);
    let comparing = tokio::task::spawn_blocking(move || {
        batch.pasts.iter().map(|past| backtest::compare(&old, &new, past, &batch.office)).collect::<Vec<Difference>>()
    });
    let found = comparing.await.map_err(|error| store::Error::Decode(error.into()))?;
    let done = i64::try_from(found.len()).is_ok_and(|found| found < watches);
    back_tests::advance(tx, permit, taken, &found, (total, found.last().map(|last| last.watch))).await?;
    if done {
        back_tests::finish(tx, permit, taken).await?;
    }
    Ok((found.len(), done))
}

async fn fail(app: &App, ward: Id<Ward>, id: Id<ids::BackTest>) -> store::Result<()> {
    let Some((mut tx, permit)) = enter(app, ward).await? else { return Ok(()) };
    back_tests::fail(&mut tx, &permit, id).await?;
    tx.commit(permit.deed().with("back_test", id).with("step", "failed")).await
}

async fn forget(app: &App, ward: Id<Ward>) -> store::Result<()> {
    let Some((mut tx, permit)) = enter(app, ward).await? else { return Ok(()) };
    match back_tests::forget(&mut tx, &permit).await? {
        0 => Ok(()),
        gone => tx.commit(permit.deed().with("step", "forgotten").with("back_tests", gone)).await,
    }
}
