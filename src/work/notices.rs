//! Hands waiting pushes to the devices: several at once, again after a while when a service says so, never twice knowingly.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use futures::future::join_all;
use jiff::{SignedDuration, Timestamp};
use tokio::sync::{self, OnceCell};

pub use super::lanes::Round;
use super::{
    lanes::{Pulse, turns},
    push_services::Services,
};
use crate::{
    domain::{
        ids::{Id, Push},
        mail::pause_after,
    },
    post::push::{Device, PushKey, Pusher, Unpushed},
    store::{
        self,
        presence::Presence,
        pulses::Beat,
        pushes::{self, Due, Held, State, Why},
    },
    web::App,
};

/// So many pushes are handed over at once; a service has half of them at most, and a device one (`push_services`).
const LANES: u32 = 8;
/// So many in one look of a lane.
const LOOK: usize = 50;

/// What a node remembers of its sending.
#[derive(Debug)]
pub struct PushSender {
    pusher: Option<Pusher>,
    key: OnceCell<PushKey>,
    presence: sync::Mutex<Presence>,
    pulse: Pulse,
    memory: Mutex<Memory>,
}

#[derive(Debug, Default)]
struct Memory {
    services: Services,
    /// Taken by the service, and not written down yet: the database may be away.
    unwritten: HashMap<Id<Push>, (Held, Timestamp)>,
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
        let presence = sync::Mutex::new(Presence::random());
        Self { pusher, key: OnceCell::new(), presence, pulse: Pulse::of(Beat::Push), memory: Mutex::default() }
    }

    /// Looks at the queue until the task is dropped. The lanes go on by themselves: none waits for another.
    pub async fn run(self, app: App) {
        join_all((1..=LANES).map(|number| self.go_on(&app, number))).await;
    }

    async fn go_on(&self, app: &App, number: u32) {
        let mut every = turns(number, LANES);
        loop {
            every.tick().await;
            match self.lane(app).await {
                Ok(_) => self.pulse.beat(app).await,
                Err(error) => tracing::warn!(%error, "pushes must wait"),
            }
        }
    }

    /// One look at the queue by every lane.
    ///
    /// # Errors
    /// When the database is away; what was sent so far is not sent again by this node.
    pub async fn round(&mut self, app: &App) -> anyhow::Result<Round> {
        self.pulse.begin(app.clock.now());
        // All of them to their end: what one is handing over is not dropped because another lost the database.
        let done = join_all((1..=LANES).map(|_| self.lane(app))).await;
        done.into_iter().try_fold(Round::default(), |whole, lane| Ok(whole.and(lane?)))
    }

    /// Sends one after the other, until nothing is due that may be taken.
    async fn lane(&self, app: &App) -> anyhow::Result<Round> {
        let key = self.key.get_or_try_init(|| key(app)).await?;
        self.write_down(app).await?;
        let mut round = Round::default();
        for _ in 0..LOOK {
            let Some(due) = self.take(app).await? else { break };
            let (state, why) = self.try_one(key, &due, app.clock.now()).await;
            if let Some(service) = &due.service {
                self.memory().services.end(service, why);
            }
            match self.settle(app, &due, state, why).await? {
                State::Sent => round.sent += 1,
                State::Waiting => round.put_off += 1,
                State::Dead => round.dead += 1,
            }
            self.pulse.beat(app).await;
        }
        Ok(round)
    }

    /// One lane after the other: what one may take depends on what the others have in hand.
    async fn take(&self, app: &App) -> store::Result<Option<Due>> {
        let mut presence = self.presence.lock().await;
        let holder = presence.felt(&app.db).await?;
        let full = self.memory().services.full();
        let due = pushes::take(&app.db, holder, &full, app.clock.now()).await?;
        if let Some(service) = due.as_ref().and_then(|due| due.service.as_deref()) {
            self.memory().services.begin(service);
        }
        Ok(due)
    }

    async fn try_one(&self, key: &PushKey, due: &Due, now: Timestamp) -> (State, Why) {
        if self.memory().unwritten.contains_key(&due.held.id) {
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

    /// Writes down what became of it; a push that would be no news any more at its next try is given up.
    async fn settle(&self, app: &App, due: &Due, state: State, why: Why) -> store::Result<State> {
        let (now, held, tries) = (app.clock.now(), due.held, due.tries + 1);
        let pause = if state == State::Waiting { pause_after(tries) } else { None };
        let again = pause.and_then(|pause| now.checked_add(pause).ok()).filter(|again| *again < due.expires_at);
        let state = if state == State::Waiting && again.is_none() { State::Dead } else { state };
        if state == State::Dead && why != Why::Off {
            tracing::warn!(push = %held.id, tries, why = why.code(), "a push was given up");
        }
        if state == State::Sent {
            self.memory().unwritten.insert(held.id, (held, now));
        }
        pushes::settle(&app.db, held, (state, why), now, again).await?;
        self.memory().unwritten.remove(&held.id);
        Ok(state)
    }

    /// Writes down what was sent while the database was away, before another node has these pushes to itself.
    async fn write_down(&self, app: &App) -> store::Result<()> {
        let unwritten: Vec<_> = self.memory().unwritten.values().copied().collect();
        for (held, at) in unwritten {
            pushes::settle(&app.db, held, (State::Sent, Why::None), at, None).await?;
            self.memory().unwritten.remove(&held.id);
        }
        Ok(())
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
