//! Hands waiting pushes to the devices: one after the other, again after a while when a service says so, never twice knowingly.

use std::{collections::HashSet, time::Duration};

use jiff::{SignedDuration, Timestamp};

use super::pulse;
use crate::{
    domain::{
        ids::{Id, Push},
        mail::pause_after,
    },
    post::push::{Device, PushKey, Pusher, Unpushed},
    store::{
        self,
        pulses::Beat,
        pushes::{self, Due, State, Why},
    },
    web::App,
};

/// How often the queue is looked at.
const LOOK_EVERY: Duration = Duration::from_secs(5);
/// So many at once; then somebody else may have a turn.
const ROUND: usize = 100;
/// So many services that cannot be reached one after the other, and the rest of the round waits.
const PATIENCE: usize = 3;

/// What a node remembers of its sending.
#[derive(Debug)]
pub struct PushSender {
    pusher: Option<Pusher>,
    key: Option<PushKey>,
    /// Taken by the service, and the database went away before it could be written down.
    unwritten: HashSet<Id<Push>>,
}

/// What one round did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Round {
    pub sent: usize,
    pub put_off: usize,
    pub dead: usize,
}

/// The key all nodes sign with; the first that asks makes it.
///
/// # Errors
/// When the database is away, or what it holds is no key.
pub async fn key(app: &App) -> anyhow::Result<PushKey> {
    let fresh = PushKey::random();
    let secret = pushes::key(&app.db, (&fresh.secret(), &fresh.public()), app.clock.now()).await?;
    Ok(PushKey::from_secret(&secret)?)
}

impl PushSender {
    /// Without a way out, everything that is queued is given up at once, and mails take its place.
    pub fn new(pusher: Option<Pusher>) -> Self {
        Self { pusher, key: None, unwritten: HashSet::new() }
    }

    /// Looks at the queue until the task is dropped.
    pub async fn run(mut self, app: App) {
        let mut every = tokio::time::interval(LOOK_EVERY);
        loop {
            every.tick().await;
            match self.round(&app).await {
                Ok(_) => pulse::beat(&app, Beat::Push).await,
                Err(error) => tracing::warn!(%error, "pushes must wait"),
            }
        }
    }

    /// Sends what is due.
    ///
    /// # Errors
    /// When the database is away; what was sent so far is not sent again by this node.
    pub async fn round(&mut self, app: &App) -> anyhow::Result<Round> {
        let key = match self.key.take() {
            Some(key) => key,
            None => key(app).await?,
        };
        let done = self.send(app, &key).await;
        self.key = Some(key);
        Ok(done?)
    }

    async fn send(&mut self, app: &App, key: &PushKey) -> store::Result<Round> {
        let (mut round, mut unreachable) = (Round::default(), 0);
        for _ in 0..ROUND {
            let now = app.clock.now();
            let Some(due) = pushes::next(&app.db, now).await? else { break };
            let (id, tries) = (due.id, due.tries + 1);
            let (state, why) = self.try_one(key, &due, now).await;
            let pause = if state == State::Waiting { pause_after(tries) } else { None };
            let again = pause.and_then(|pause| now.checked_add(pause).ok()).filter(|again| *again < due.expires_at);
            let state = if state == State::Waiting && again.is_none() { State::Dead } else { state };
            match state {
                State::Sent => round.sent += 1,
                State::Waiting => round.put_off += 1,
                State::Dead => round.dead += 1,
            }
            if state == State::Dead {
                tracing::warn!(push = %id, tries, why = why.code(), "a push was given up");
            }
            if state == State::Sent {
                self.unwritten.insert(id);
            }
            due.settle(state, why, now, again).await?;
            self.unwritten.remove(&id);
            unreachable = if why == Why::Unreachable { unreachable + 1 } else { 0 };
            if unreachable == PATIENCE {
                break;
            }
        }
        Ok(round)
    }

    async fn try_one(&self, key: &PushKey, due: &Due, now: Timestamp) -> (State, Why) {
        if self.unwritten.contains(&due.id) {
            return (State::Sent, Why::None);
        }
        let Some(pusher) = &self.pusher else { return (State::Dead, Why::Off) };
        let Some(to) = &due.to else { return (State::Dead, Why::Gone) };
        let life: SignedDuration = due.expires_at.duration_since(now);
        if !life.is_positive() {
            return (State::Dead, Why::Expired);
        }
        let Ok(device) = Device::new(&to.public_key, &to.auth) else { return (State::Dead, Why::Refused) };
        match pusher.push(&to.endpoint, &device, key, now, life).await {
            Ok(()) => (State::Sent, Why::None),
            Err(Unpushed::Refused) => (State::Dead, Why::Refused),
            Err(Unpushed::Gone) => (State::Dead, Why::Gone),
            Err(Unpushed::Elsewhere) => (State::Dead, Why::Elsewhere),
            Err(Unpushed::Later) => (State::Waiting, Why::Later),
            Err(Unpushed::Unreachable) => (State::Waiting, Why::Unreachable),
        }
    }
}
