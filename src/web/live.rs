//! Open inboxes: who listens, grouped by what they may hear, and the news of alerts on its way to them.
//!
//! A stream hears nothing personal: an opaque id, a severity, a count. Who may hear is decided once per class of listeners
//! (ward, organization, role), not per listener: a decision each would cost more than the sending (perf 1b, 1d). The words
//! are put together once per class too.

use std::{
    collections::{HashMap, HashSet},
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
    time::Duration,
};

use axum::body::Bytes;
use serde_json::json;
use tokio::{
    sync::{Notify, broadcast},
    time::{Interval, interval},
};
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};

pub use crate::store::{
    events::{News, OpenAlerts},
    sessions::Seat,
};
use crate::{
    domain::ids::{Id, Organization, Ward},
    gate::Actor,
};

/// How many pieces of news a slow browser may fall behind before its stream ends and it looks for itself.
const BACKLOG: usize = 256;

/// A stream says this often that it is there: proxies cut what says nothing, the most common ones after a minute.
pub const HEARTBEAT: Duration = Duration::from_secs(15);

/// Listeners who may hear the same: one decision serves them all.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Class {
    ward: Id<Ward>,
    organization: Id<Organization>,
    role: &'static str,
}

#[derive(Debug)]
struct Listeners {
    /// Somebody of this class, to ask the gate about.
    actor: Actor,
    sender: broadcast::Sender<Bytes>,
}

#[derive(Debug, Default)]
struct Room {
    classes: HashMap<Class, Listeners>,
    seats: HashMap<Seat, Weak<CancellationToken>>,
}

/// The switchboard of this node.
#[derive(Debug)]
pub struct Live {
    room: Mutex<Room>,
    wake: Notify,
    heartbeat: Duration,
}

impl Default for Live {
    fn default() -> Self {
        Self::with_heartbeat(HEARTBEAT)
    }
}

/// One listening browser.
#[derive(Debug)]
pub struct Ear {
    news: broadcast::Receiver<Bytes>,
    /// Held by every stream of the session; gone with the last of them.
    _seat: Arc<CancellationToken>,
    // Both wait for as long as the stream lasts: begun anew for each piece of news they cost as much as the news.
    ended: Pin<Box<WaitForCancellationFutureOwned>>,
    heartbeat: Interval,
}

impl Live {
    /// Whose streams say so often that they are there.
    pub fn with_heartbeat(heartbeat: Duration) -> Self {
        Self { room: Mutex::default(), wake: Notify::default(), heartbeat }
    }

    /// Joins the actor's class; nothing for a duty, which has no browser.
    pub fn listen(&self, actor: &Actor) -> Option<Ear> {
        let member = actor.member()?;
        let class = Class { ward: member.ward(), organization: member.organization(), role: member.role().code() };
        let seat = Seat {
            ward: member.ward(),
            session: member.session(),
            membership: member.membership(),
            role: member.role(),
            address: member.address(),
        };
        let mut room = self.room();
        room.classes.retain(|_, listeners| listeners.sender.receiver_count() > 0);
        let listeners =
            room.classes.entry(class).or_insert_with(|| Listeners { actor: actor.clone(), sender: broadcast::channel(BACKLOG).0 });
        let news = listeners.sender.subscribe();
        let ended = room.seats.get(&seat).and_then(Weak::upgrade).unwrap_or_default();
        room.seats.insert(seat, Arc::downgrade(&ended));
        let over = CancellationToken::clone(&ended).cancelled_owned();
        let mut heartbeat = interval(self.heartbeat);
        // Not at once.
        heartbeat.reset();
        Some(Ear { news, _seat: ended, ended: Box::pin(over), heartbeat })
    }

    /// Hands the news to every class `may_hear` says yes to, with the number of alerts open to it.
    pub fn tell(&self, news: &News, open: &OpenAlerts, may_hear: impl Fn(&Actor, &News) -> bool) {
        for (class, listeners) in &self.room().classes {
            if class.ward == news.ward && may_hear(&listeners.actor, news) {
                // Nobody listening any more is no failure.
                let _ = listeners.sender.send(words(news, open.of(class.ward, listeners.actor.organizations())));
            }
        }
    }

    /// Something was committed: the outbox should be read.
    pub fn wake(&self) {
        self.wake.notify_one();
    }

    pub async fn woken(&self) {
        self.wake.notified().await;
    }

    /// The sessions behind the open streams.
    pub fn seats(&self) -> Vec<Seat> {
        let mut room = self.room();
        room.seats.retain(|_, ended| ended.strong_count() > 0);
        room.seats.keys().copied().collect()
    }

    /// Ends every stream of `among` whose session is not in `living`.
    pub fn keep(&self, among: &[Seat], living: &HashSet<Seat>) {
        let mut room = self.room();
        for seat in among.iter().filter(|seat| !living.contains(*seat)) {
            if let Some(ended) = room.seats.remove(seat).and_then(|ended| ended.upgrade()) {
                ended.cancel();
            }
        }
    }

    /// Ends every stream: the hub stops.
    pub fn close(&self) {
        self.keep(&self.seats(), &HashSet::new());
    }

    pub fn listeners(&self) -> usize {
        self.room().classes.values().map(|listeners| listeners.sender.receiver_count()).sum()
    }

    fn room(&self) -> MutexGuard<'_, Room> {
        self.room.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Ear {
    /// The next thing to send to the browser; `None` when the stream is over, because the session is, or because the browser
    /// was too slow and had better begin again.
    pub async fn next(&mut self) -> Option<Bytes> {
        tokio::select! {
            biased;
            () = &mut self.ended => None,
            news = self.news.recv() => news.ok(),
            _ = self.heartbeat.tick() => Some(Bytes::from_static(b": here\n\n")),
        }
    }
}

/// What a stream says first: how many are open, without calling any of them new.
pub fn greeting(open: i64) -> Bytes {
    Bytes::from(format!("data: {}\n\n", json!({ "count": open })))
}

/// One event: `fresh` counts what the reader has not seen before, so that one's own work is not called news.
fn words(news: &News, open: i64) -> Bytes {
    let fresh = u8::from(news.kind != "changed");
    let data = json!({ "id": news.alert, "kind": news.kind, "severity": news.severity, "count": open, "fresh": fresh });
    Bytes::from(format!("data: {data}\n\n"))
}
