//! Open inboxes: who listens, grouped by what they may hear, and the news of alerts on its way to them.
//!
//! A stream hears nothing personal: an opaque id, a severity, a count. Who may hear is decided once per class of listeners
//! (ward, organization, role), not per listener: a decision each would cost more than the sending (perf 1b, 1d).

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use tokio::sync::{Notify, broadcast};

use crate::{
    domain::ids::{Alert, Id, Organization, Ward},
    gate::Actor,
};

/// How many pieces of news a slow browser may fall behind before it is told to look for itself.
const BACKLOG: usize = 256;

/// News of one alert.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct News {
    pub ward: Id<Ward>,
    pub office: Id<Organization>,
    pub alert: Id<Alert>,
    /// "raised", "risen" or "changed"
    pub kind: String,
    pub severity: String,
}

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
    sender: broadcast::Sender<Arc<News>>,
}

/// The switchboard of this node.
#[derive(Debug, Default)]
pub struct Live {
    classes: Mutex<HashMap<Class, Listeners>>,
    wake: Notify,
}

impl Live {
    /// Joins the actor's class.
    pub fn listen(&self, actor: &Actor) -> Option<broadcast::Receiver<Arc<News>>> {
        let member = actor.member()?;
        let class = Class { ward: member.ward(), organization: member.organization(), role: member.role().code() };
        let mut classes = self.classes.lock().unwrap_or_else(PoisonError::into_inner);
        classes.retain(|_, listeners| listeners.sender.receiver_count() > 0);
        let listeners =
            classes.entry(class).or_insert_with(|| Listeners { actor: actor.clone(), sender: broadcast::channel(BACKLOG).0 });
        Some(listeners.sender.subscribe())
    }

    /// Hands the news to every class `may_hear` says yes to.
    pub fn tell(&self, news: &Arc<News>, may_hear: impl Fn(&Actor, &News) -> bool) {
        let classes = self.classes.lock().unwrap_or_else(PoisonError::into_inner);
        for (class, listeners) in classes.iter() {
            if class.ward == news.ward && may_hear(&listeners.actor, news) {
                // Nobody listening any more is no failure.
                let _ = listeners.sender.send(Arc::clone(news));
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

    pub fn listeners(&self) -> usize {
        let classes = self.classes.lock().unwrap_or_else(PoisonError::into_inner);
        classes.values().map(|listeners| listeners.sender.receiver_count()).sum()
    }
}
