//! One try at a door: what it costs is taken before any work is done, and it ends in exactly one line of the sign-in log.

use jiff::SignedDuration;
use sha2::{Digest, Sha256};

use super::{
    App, Error, Peer, Result,
    limits::{Network, Turned},
};
use crate::{
    domain::{
        ids::{ApiToken, Id, Person, Ward},
        limit::{self, Limit},
    },
    store::{
        limits::{self, Share},
        sign_ins::{self, Outcome, Reason},
    },
};

/// Somebody the attempt is about.
pub type Who = (Id<Ward>, Id<Person>);

/// A system whose token is known.
type System = (Id<Ward>, Id<ApiToken>);

/// A try at a door that people, or machines, prove themselves at: sign-in, enrolment, recovery, step-up, a provider, a token.
///
/// ```text
/// let attempt = Attempt::begin(&app, peer).await?;             // first of all, before anything sent is read
/// let attempt = attempt.by(who).await?;                        // once the person is known …
/// let attempt = attempt.shown(None, credential_id).await?;     // … or what was shown instead, so that both cost the same
/// attempt.refused(Reason::BadPasskey).await?;                  // it failed: stays counted, one line
/// attempt.passed(Outcome::SignedIn).await?;                    // it went well: given back, one line
/// attempt.went_on().await?;                                    // a step on the way went well: given back, no line
/// ```
///
/// `begin`, `by` and `shown` answer [`Error::Limited`] (429 with `Retry-After`) when there were too many failures, having
/// written the line. An attempt that is dropped half-way, because the answer took too long or the browser went away, stays
/// counted: a thousand at once get no further than the limit.
#[derive(Debug)]
#[must_use = "an attempt ends as refused, passed or gone on"]
pub struct Attempt {
    app: App,
    peer: Peer,
    who: Option<Who>,
    /// A school's system, where no person is.
    system: Option<System>,
    taken: Vec<Share>,
}

impl Attempt {
    /// Takes one failure of the address.
    pub async fn begin(app: &App, peer: Peer) -> Result<Self> {
        let mut attempt = Self::ask(app, peer).await?;
        let network = Network::of(attempt.peer.address);
        attempt.take(vec![share("failed-address", network.bytes(), limit::FAILED_BY_ADDRESS)]).await?;
        Ok(attempt)
    }

    /// Begins a ceremony where nothing can fail yet, so that nothing but the ceremony is counted; `who` is for the log.
    pub async fn ceremony(app: &App, peer: Peer, who: Option<Who>) -> Result<()> {
        let mut attempt = Self::ask(app, peer).await?;
        attempt.who = who;
        attempt.with_ceremony().await.map(drop)
    }

    async fn ask(app: &App, peer: Peer) -> Result<Self> {
        let attempt = Self { app: app.clone(), peer, who: None, system: None, taken: Vec::new() };
        match app.limits.ask(Network::of(attempt.peer.address)) {
            Ok(()) => Ok(attempt),
            Err(Turned { wait }) => Err(attempt.turned_away(wait).await?),
        }
    }

    /// Who is there.
    pub const fn peer(&self) -> &Peer {
        &self.peer
    }

    /// Takes one failure of the person's account and one of the ward.
    pub async fn by(mut self, who: Who) -> Result<Self> {
        self.who = Some(who);
        let person = [who.0.uuid().into_bytes(), who.1.uuid().into_bytes()].concat();
        self.name(share("failed-person", &person, limit::FAILED_BY_ACCOUNT)).await
    }

    /// The same where nobody is known, or must not suffer for it: the account is what was shown, for example a credential's id
    /// or a code's hash. `who` is for the ward and for the log.
    pub async fn shown(mut self, who: Option<Who>, what: &[u8]) -> Result<Self> {
        self.who = who;
        self.name(share("failed-shown", what, limit::FAILED_BY_ACCOUNT)).await
    }

    /// The same for the system of a school: the account is the hash of what it showed, the ward that of the token, if it is one.
    pub async fn system(mut self, system: Option<(Id<Ward>, Id<ApiToken>)>, what: &[u8]) -> Result<Self> {
        self.system = system;
        self.name(share("failed-shown", what, limit::FAILED_BY_ACCOUNT)).await
    }

    async fn name(mut self, account: Share) -> Result<Self> {
        let ward = self.who.map(|(ward, _)| ward).or(self.system.map(|(ward, _)| ward)).map(|ward| ward.uuid().into_bytes());
        // What belongs to no ward has a count of its own, so that it costs as much and takes as long.
        let ward = share("failed-ward", ward.as_ref().map_or(&[], |bytes| bytes), limit::FAILED_BY_WARD);
        self.take(vec![account, ward]).await?;
        Ok(self)
    }

    /// Also begins a ceremony: one of those its address may leave unfinished, and of those the node can bear.
    pub async fn with_ceremony(mut self) -> Result<Self> {
        let share = begun(&self.peer);
        if let Some(wait) = limits::take(&self.app.db, &[share], self.app.clock.now()).await? {
            return Err(self.limited(wait).await?);
        }
        if let Err(Turned { wait }) = self.app.limits.begin() {
            return Err(self.limited(wait).await?);
        }
        Ok(self)
    }

    /// It failed. One line; what it cost stays taken.
    pub async fn refused(self, reason: Reason) -> Result<()> {
        self.note(Outcome::Refused, reason).await
    }

    /// It failed, and nobody at this door is to blame. One line; what it cost is given back, so that an office whose sign-in service
    /// is away is not shut out of the doors beside it.
    pub async fn excused(self, reason: Reason) -> Result<()> {
        limits::give_back(&self.app.db, &self.taken).await?;
        self.note(Outcome::Refused, reason).await
    }

    /// It went well. One line; what it cost is given back, the begun ceremony too.
    pub async fn passed(mut self, outcome: Outcome) -> Result<()> {
        self.taken.push(begun(&self.peer));
        limits::give_back(&self.app.db, &self.taken).await?;
        self.note(outcome, Reason::None).await
    }

    /// A step on the way went well: no line yet, what it cost is given back.
    pub async fn went_on(self) -> Result<()> {
        Ok(limits::give_back(&self.app.db, &self.taken).await?)
    }

    /// A ceremony went well that is no sign-in: as [`Attempt::went_on`], and the begun ceremony is given back too.
    pub async fn finished(mut self) -> Result<()> {
        self.taken.push(begun(&self.peer));
        self.went_on().await
    }

    async fn take(&mut self, shares: Vec<Share>) -> Result<()> {
        match limits::take(&self.app.db, &shares, self.app.clock.now()).await? {
            None => {
                self.taken.extend(shares);
                Ok(())
            }
            Some(wait) => Err(self.limited(wait).await?),
        }
    }

    /// Too many: one line like any other refusal. What was taken so far stays taken.
    async fn limited(&mut self, wait: SignedDuration) -> Result<Error> {
        self.note(Outcome::Refused, Reason::Limited).await?;
        Ok(Error::Limited { seconds: limit::seconds(wait) })
    }

    /// Far too many: a line now and then, so that a flood of requests is none of lines.
    async fn turned_away(&self, wait: SignedDuration) -> Result<Error> {
        if self.app.limits.note() {
            self.note(Outcome::Refused, Reason::Flood).await?;
        }
        Ok(Error::Limited { seconds: limit::seconds(wait) })
    }

    async fn note(&self, outcome: Outcome, reason: Reason) -> Result<()> {
        if outcome == Outcome::Refused {
            tracing::info!(reason = reason.code(), "sign-in refused");
        }
        let (address, agent) = (self.peer.address, self.peer.agent.clone());
        let attempt = sign_ins::Attempt { who: self.who, outcome, reason, address, agent };
        let now = self.app.clock.now();
        match self.system {
            Some(system) => sign_ins::note_system(&self.app.db, system, &attempt, now).await?,
            None => sign_ins::note(&self.app.db, &attempt, now).await?,
        }
        Ok(())
    }
}

fn begun(peer: &Peer) -> Share {
    share("begun-address", Network::of(peer.address).bytes(), limit::BEGUN_BY_ADDRESS)
}

/// Takes one of each of what counts whatever comes of it; how long to wait where there is none left.
pub async fn counted(app: &App, kinds: &[(&str, &[u8], Limit)]) -> Result<Option<SignedDuration>> {
    let shares: Vec<Share> = kinds.iter().map(|(kind, what, limit)| share(kind, what, *limit)).collect();
    Ok(limits::take(&app.db, &shares, app.clock.now()).await?)
}

/// The kind goes into the hash, so that nobody's address is anybody's account.
fn share(kind: &str, what: &[u8], limit: Limit) -> Share {
    let key = Sha256::new().chain_update(kind).chain_update([0]).chain_update(what).finalize().into();
    Share { key, limit }
}
