//! What every handler is handed: database, gate, clock, settings, live inboxes.

use std::sync::Arc;

use super::{Assets, Help, Limits, Passkeys, Providers, live::Live};
use crate::{
    config::Config,
    domain::clock::Clock,
    gate::{Actor, Gate},
    store::{self, Db, Read, Tx},
    vault::Seal,
};

/// The running hub as handlers see it. Cloning shares everything.
#[derive(Debug, Clone)]
pub struct App(Arc<Parts>);

#[derive(Debug)]
pub struct Parts {
    pub db: Db,
    pub gate: Arc<Gate>,
    pub clock: Clock,
    pub config: Config,
    pub passkeys: Passkeys,
    pub providers: Providers,
    pub limits: Limits,
    /// Signs receipts.
    pub seal: Seal,
    pub live: Live,
    pub help: Help,
    pub assets: Assets,
}

impl App {
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }

    /// A transaction inside the actor's fence; take it after the form has been read.
    pub async fn tx(&self, actor: &Actor) -> store::Result<Tx> {
        self.db.tx(actor, self.clock.now()).await
    }

    /// The same, unable to write and without a deed: for what holds no personal data.
    pub async fn read(&self, actor: &Actor) -> store::Result<Read> {
        self.db.read(actor, self.clock.now()).await
    }
}

impl std::ops::Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}
