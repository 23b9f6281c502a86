//! Sends what is queued: one after the other, again after a while when the server says so, never twice knowingly.

use std::{collections::HashSet, time::Duration};

use super::pulse;
use crate::{
    domain::{
        ids::{Id, Mail},
        mail,
    },
    post::{Post, Unsent},
    store::{
        self,
        mails::{self, Due, State, Why},
        pulses::Beat,
    },
    web::App,
};

/// How often the queue is looked at.
pub const LOOK_EVERY: Duration = Duration::from_secs(5);
/// So many at once; then somebody else may have a turn.
const ROUND: usize = 100;

/// What a node remembers of its sending.
#[derive(Debug, Default)]
pub struct Sender {
    post: Option<Post>,
    /// Taken by the server, and the database went away before it could be written down.
    unwritten: HashSet<Id<Mail>>,
}

/// What one round did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Round {
    pub sent: usize,
    pub put_off: usize,
    pub dead: usize,
}

impl Sender {
    /// Without a way out, everything that is queued is given up at once: what a page promised to send is not kept for years.
    pub fn new(post: Option<Post>) -> Self {
        Self { post, unwritten: HashSet::new() }
    }

    /// Looks at the queue until the task is dropped.
    pub async fn run(mut self, app: App) {
        let mut every = tokio::time::interval(LOOK_EVERY);
        loop {
            every.tick().await;
            self.look(&app).await;
        }
    }

    /// One look at the queue.
    pub async fn look(&mut self, app: &App) {
        match self.round(app).await {
            Ok(_) => pulse::beat(app, Beat::Mail).await,
            Err(error) => tracing::warn!(%error, "mail must wait for the database"),
        }
    }

    /// Sends what is due. Ends early when the server cannot be reached: the others would wait for it one by one.
    ///
    /// # Errors
    /// When the database is away; what was sent so far is not sent again by this node.
    pub async fn round(&mut self, app: &App) -> store::Result<Round> {
        let mut round = Round::default();
        for _ in 0..ROUND {
            let now = app.clock.now();
            let Some(due) = mails::next(&app.db, now).await? else { break };
            let (id, tries) = (due.id, due.tries + 1);
            let (state, why) = self.try_one(app, &due).await;
            let pause = if state == State::Waiting { mail::pause_after(tries) } else { None };
            let again = pause.and_then(|pause| now.checked_add(pause).ok()).filter(|again| *again < due.expires_at);
            let state = if state == State::Waiting && again.is_none() { State::Dead } else { state };
            match state {
                State::Sent => round.sent += 1,
                State::Waiting => round.put_off += 1,
                State::Dead => round.dead += 1,
            }
            if state == State::Dead {
                tracing::warn!(mail = %id, tries, why = why.code(), "a mail was given up");
            }
            if state == State::Sent {
                self.unwritten.insert(id);
            }
            due.settle(state, why, now, again).await?;
            self.unwritten.remove(&id);
            if why == Why::Unreachable {
                break;
            }
        }
        Ok(round)
    }

    async fn try_one(&self, app: &App, due: &Due) -> (State, Why) {
        let now = app.clock.now();
        if self.unwritten.contains(&due.id) {
            return (State::Sent, Why::None);
        }
        let Some(post) = &self.post else { return (State::Dead, Why::Off) };
        let Some(mail) = &due.mail else { return (State::Dead, Why::Unreadable) };
        let Some(to) = &due.to else { return (State::Dead, Why::NoAddress) };
        if due.expires_at <= now {
            return (State::Dead, Why::Expired);
        }
        match post.send(&due.id.to_string(), to, mail, now).await {
            Ok(()) => (State::Sent, Why::None),
            Err(Unsent::Refused) => (State::Dead, Why::Refused),
            Err(Unsent::Later) => (State::Waiting, Why::Later),
            Err(Unsent::Unreachable) => (State::Waiting, Why::Unreachable),
        }
    }
}
