//! Sends what is queued: several at once, what presses first, again after a while when the server says so, never twice knowingly.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use futures::future::join_all;
use jiff::Timestamp;
use tokio::sync;

pub use super::lanes::{LOOK_EVERY, Round};
use super::{
    lanes::{Pulse, turns},
    pulse,
};
use crate::{
    domain::{
        ids::{Id, Mail},
        mail,
    },
    post::{Line, Post, Unsent},
    store::{
        self,
        mails::{self, Due, Held, Reach, State, Why},
        presence::{Holder, Presence},
        pulses::Beat,
    },
    web::App,
};

/// So many mails are handed over at once, each lane on a connection of its own; the last lane is kept free for alerts, however
/// slow the server is with everything else. More would be a flood to some servers.
const LANES: u32 = 6;
/// So many in one look of a lane.
const LOOK: usize = 20;

/// What a node remembers of its sending.
#[derive(Debug)]
pub struct Sender {
    post: Option<Post>,
    presence: sync::Mutex<Presence>,
    pulse: Pulse,
    /// Taken by the server, and not written down yet: the database may be away.
    unwritten: Mutex<HashMap<Id<Mail>, (Held, Timestamp)>>,
}

impl Sender {
    /// Without a way out, everything that is queued is given up at once: what a page promised to send is not kept for years.
    pub fn new(post: Option<Post>) -> Self {
        let presence = sync::Mutex::new(Presence::random());
        Self { post, presence, pulse: Pulse::of(Beat::Mail), unwritten: Mutex::default() }
    }

    /// Looks at the queue until the task is dropped. The lanes go on by themselves: none waits for another.
    pub async fn run(self, app: App) {
        join_all(lanes().map(|(number, reach)| self.go_on(&app, number, reach))).await;
    }

    async fn go_on(&self, app: &App, number: u32, reach: Reach) {
        let mut every = turns(number, LANES);
        loop {
            every.tick().await;
            match self.lane(app, reach).await {
                Ok(_) => self.pulse.beat(app).await,
                Err(error) => tracing::warn!(%error, "mail must wait for the database"),
            }
        }
    }

    /// One look at the queue by every lane.
    pub async fn look(&mut self, app: &App) {
        match self.round(app).await {
            Ok(_) => pulse::beat(app, Beat::Mail).await,
            Err(error) => tracing::warn!(%error, "mail must wait for the database"),
        }
    }

    /// The same, to be told what was done.
    ///
    /// # Errors
    /// When the database is away; what was sent so far is not sent again by this node.
    pub async fn round(&mut self, app: &App) -> store::Result<Round> {
        self.pulse.begin(app.clock.now());
        // All of them to their end: what one is handing over is not dropped because another lost the database.
        let done = join_all(lanes().map(|(_, reach)| self.lane(app, reach))).await;
        done.into_iter().try_fold(Round::default(), |whole, lane| Ok(whole.and(lane?)))
    }

    /// Sends one after the other, until nothing is due or the server cannot be reached: the others would wait for it one by one.
    async fn lane(&self, app: &App, reach: Reach) -> store::Result<Round> {
        self.write_down(app).await?;
        let (mut round, mut line) = (Round::default(), Line::default());
        for _ in 0..LOOK {
            // Anew for each: a look can take minutes, and what is taken in the name of a session that is gone is anybody's.
            let holder = self.holder(app).await?;
            let Some(due) = mails::take(&app.db, holder, reach, app.clock.now()).await? else { break };
            let (state, why) = self.try_one(&mut line, &due, app.clock.now()).await;
            match self.settle(app, &due, state, why).await? {
                State::Sent => round.sent += 1,
                State::Waiting => round.put_off += 1,
                State::Dead => round.dead += 1,
            }
            self.pulse.beat(app).await;
            if why == Why::Unreachable {
                break;
            }
        }
        line.close().await;
        Ok(round)
    }

    async fn holder(&self, app: &App) -> store::Result<Holder> {
        self.presence.lock().await.felt(&app.db).await
    }

    async fn try_one(&self, line: &mut Line, due: &Due, now: Timestamp) -> (State, Why) {
        if self.unwritten().contains_key(&due.held.id) {
            return (State::Sent, Why::None);
        }
        let Some(post) = &self.post else { return (State::Dead, Why::Off) };
        let Some(mail) = &due.mail else { return (State::Dead, Why::Unreadable) };
        let Some(to) = &due.to else { return (State::Dead, Why::NoAddress) };
        if due.expires_at <= now {
            return (State::Dead, Why::Expired);
        }
        match post.send(line, &due.held.id.to_string(), to, mail, now).await {
            Ok(()) => (State::Sent, Why::None),
            Err(Unsent::Refused) => (State::Dead, Why::Refused),
            Err(Unsent::Later) => (State::Waiting, Why::Later),
            Err(Unsent::Unreachable) => (State::Waiting, Why::Unreachable),
        }
    }

    /// Writes down what became of it; a mail that would be no news any more at its next try is given up.
    async fn settle(&self, app: &App, due: &Due, state: State, why: Why) -> store::Result<State> {
        let (now, held, tries) = (app.clock.now(), due.held, due.tries + 1);
        let pause = if state == State::Waiting { mail::pause_after(tries) } else { None };
        let again = pause.and_then(|pause| now.checked_add(pause).ok()).filter(|again| *again < due.expires_at);
        let state = if state == State::Waiting && again.is_none() { State::Dead } else { state };
        // Without a server all of them are, which was said when the hub began.
        if state == State::Dead && why != Why::Off {
            tracing::warn!(mail = %held.id, tries, why = why.code(), "a mail was given up");
        }
        if state == State::Sent {
            self.unwritten().insert(held.id, (held, now));
        }
        mails::settle(&app.db, held, (state, why), now, again).await?;
        self.unwritten().remove(&held.id);
        Ok(state)
    }

    /// Writes down what was sent while the database was away, before another node has these mails to itself.
    async fn write_down(&self, app: &App) -> store::Result<()> {
        let unwritten: Vec<_> = self.unwritten().values().copied().collect();
        for (held, at) in unwritten {
            mails::settle(&app.db, held, (State::Sent, Why::None), at, None).await?;
            self.unwritten().remove(&held.id);
        }
        Ok(())
    }

    fn unwritten(&self) -> MutexGuard<'_, HashMap<Id<Mail>, (Held, Timestamp)>> {
        self.unwritten.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The lanes by number, and what each takes.
fn lanes() -> impl Iterator<Item = (u32, Reach)> {
    (1..=LANES).map(|number| (number, if number == LANES { Reach::Pressing } else { Reach::Everything }))
}
