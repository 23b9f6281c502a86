//! The news pump of a node: from the outbox to the open inboxes, woken by commits here and calls from other nodes.

use std::{
    collections::HashSet,
    convert::Infallible,
    time::{Duration, Instant},
};

use jiff::{SignedDuration, Timestamp};
use tokio::time::{interval, sleep, sleep_until};

use super::pulse;
use crate::{
    domain::ids::Id,
    gate::{Actor, OrganizationFacts, Side, actions},
    store::{
        self,
        events::{self, Batch, Cursor, Listener},
        pulses::Beat,
        sessions::{self, Living, Seat},
    },
    web::{
        App,
        here::is_within,
        live::News,
        session_time::{Lasting, Standing},
    },
};

/// The table is looked at this often whatever was heard: a call may get lost, an event may not.
const PATIENCE: Duration = Duration::from_secs(5);
/// How soon after a failure the database is tried again: at first, and at most.
const RETRY: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(5));
/// A revoked session must go quiet within a second (security B3); two looks fit.
const SESSION_CHECK: Duration = Duration::from_millis(400);
/// How many open inboxes are looked at with one question: news that comes meanwhile waits no longer than such a one.
const AT_ONCE: usize = 100;
const DAY: Duration = Duration::from_hours(24);
/// How long the outbox keeps what was told.
const KEPT: SignedDuration = SignedDuration::from_hours(7 * 24);

/// This node, in calls to the others.
#[derive(Debug)]
enum Node {}

/// Runs for as long as the hub does.
pub async fn run(app: App) {
    tokio::join!(pump(&app), watch_sessions(&app), forget(&app));
}

/// Tells the inboxes of this node, again and again; a failure of the database delays the news and loses none.
async fn pump(app: &App) -> Infallible {
    let node = Id::<Node>::random().to_string();
    let mut cursor = None;
    let mut pause = RETRY.0;
    loop {
        let Err(error) = hear_and_tell(app, &node, &mut cursor, &mut pause).await;
        tracing::warn!(%error, "news must wait for the database");
        sleep(pause).await;
        pause = (pause * 2).min(RETRY.1);
    }
}

/// Listens first and looks then, so that what is committed in between is not missed.
async fn hear_and_tell(app: &App, node: &str, cursor: &mut Option<Cursor>, pause: &mut Duration) -> store::Result<Infallible> {
    let mut listener = Listener::open(&app.db).await?;
    let cursor = match cursor {
        Some(cursor) => cursor,
        None => cursor.insert(events::end(&app.db).await?),
    };
    tell(app, &read(app, cursor).await?);
    let mut felt = None;
    loop {
        *pause = RETRY.0;
        // News may come many times a second; the pulse need not.
        if felt.is_none_or(|at: Instant| at.elapsed() >= PATIENCE) {
            pulse::beat(app, Beat::News).await;
            felt = Some(Instant::now());
        }
        let committed_here = tokio::select! {
            () = app.live.woken() => true,
            called = listener.called(node) => called.map(|()| false)?,
            () = sleep(PATIENCE) => false,
        };
        // The call leaves first: what wakes here keeps the processors busy. Only the next news wait for its answer, not these.
        let call = async { if committed_here { events::call(&app.db, node).await } else { Ok(()) } };
        let told = async { read(app, cursor).await.map(|batch| tell(app, &batch)) };
        tokio::try_join!(biased; call, told)?;
    }
}

async fn read(app: &App, cursor: &mut Cursor) -> store::Result<Batch> {
    events::read(&app.db, cursor, || app.live.listeners() > 0).await
}

fn tell(app: &App, batch: &Batch) {
    let Some(open) = &batch.open else { return };
    for news in &batch.news {
        app.live.tell(news, open, |actor, news| may_hear(app, actor, news));
    }
}

/// The gate has the last word; whoever does not act for the office is not worth asking about.
fn may_hear(app: &App, actor: &Actor, news: &News) -> bool {
    let office = OrganizationFacts { ward: news.ward, id: news.office, side: Side::Office };
    actor.organizations().contains(&news.office) && app.gate.permit::<actions::ReceiveAlerts>(actor, &office).is_ok()
}

/// Ends the streams of sessions that were revoked, have run out, or act as something else now. Many are looked at in parts, one after
/// the other, and each of them once within the time of a check.
async fn watch_sessions(app: &App) -> Infallible {
    loop {
        let begun = Instant::now();
        let seats = app.live.seats();
        let pause = SESSION_CHECK / u32::try_from(seats.len().div_ceil(AT_ONCE)).unwrap_or(u32::MAX).max(1);
        for part in seats.chunks(AT_ONCE) {
            let next = Instant::now() + pause;
            keep_living(app, part).await;
            sleep_until(next.into()).await;
        }
        // Where nobody listens.
        sleep_until((begun + SESSION_CHECK).into()).await;
    }
}

/// One question for all of them.
async fn keep_living(app: &App, seats: &[Seat]) {
    match sessions::living(&app.db, seats, app.clock.today()).await {
        Ok(living) => {
            let now = app.clock.now();
            let living: HashSet<_> = living.iter().filter(|it| may_listen(it, now)).map(|it| it.seat).collect();
            app.live.keep(seats, &living);
        }
        // Without the database there is no news either, so a stream that lives on tells nothing.
        Err(error) => tracing::warn!(%error, "the sessions of open inboxes cannot be looked at"),
    }
}

/// A screen that only rests goes on being told: it shows a number and the alert must arrive. One that was locked, is over, or
/// stands outside the networks of its office does not.
fn may_listen(it: &Living, now: Timestamp) -> bool {
    let standing = Lasting::of(Some(it.seat.role.side()), it.shorter).standing(it.opened_at, it.seen_at, now);
    standing != Standing::Over && is_within(&it.networks, it.seat.address)
}

async fn forget(app: &App) -> Infallible {
    let mut rhythm = interval(DAY);
    loop {
        rhythm.tick().await;
        let Ok(before) = app.clock.now().checked_sub(KEPT) else { continue };
        match events::forget(&app.db, before).await {
            Ok(forgotten) => tracing::info!(forgotten, "old news forgotten"),
            Err(error) => tracing::warn!(%error, "old news stays for another day"),
        }
    }
}
