//! The embedded database: a private `PostgreSQL` cluster in the data folder, started and watched over by the hub.
//!
//! Used when no `DATABASE_URL` is set (design §7). Unix socket only, SCRAM only, every commit on the disk. As root the
//! server runs under an unprivileged account. This room starts and stops; what is stored is the rest of `store`.

mod access;
mod account;
mod error;
mod find;
mod folder;
mod init;
mod lock;
mod orphan;
mod passwords;
mod pidfile;
mod postmaster;
mod roles;
mod settings;
mod socket;
mod supervise;
#[cfg(test)]
mod tests;

use std::path::Path;
use std::time::{Duration, Instant};

use sqlx::{Connection, PgConnection};
use tokio::sync::{oneshot, watch};
use tokio::task::JoinHandle;

pub use access::Access;
pub use error::ClusterError;
pub use find::{LEAST_VERSION, Search};
pub use supervise::Condition;

use account::Account;
use folder::Folder;
use lock::{Attempt, Lock};
use passwords::Passwords;
use postmaster::{Plan, Postmaster};

/// Told in one short English line what takes time right now.
pub type Progress<'a> = &'a (dyn Fn(&str) + Sync);

/// A hub that is just ending, or a command that is just done, gets this long to let go of the folder.
const HAND_OVER: Duration = Duration::from_secs(3);
/// How long a command waits for the database of a hub that is just starting.
const ANSWER: Duration = Duration::from_mins(1);
/// How long the sessions of a killed server may hold its memory before a first start gives up.
const LINGER: Duration = Duration::from_secs(15);

/// The ways to get an embedded database.
#[derive(Debug)]
pub struct Cluster;

/// A database of ours, running: the handle of its owner. Dropping it stops the server as well as dropping can;
/// [`Running::stop`] waits until it is down.
#[derive(Debug)]
pub struct Running {
    access: Access,
    condition: watch::Receiver<Condition>,
    leave: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

/// What [`Cluster::connect_or_start`] came to.
#[derive(Debug)]
pub enum Joined {
    /// Nobody ran the database: we do now, and stop it when done.
    Started(Running),
    /// Another process of ours runs it; it is not ours to stop.
    Guest(Access),
}

impl Cluster {
    /// Start the database of `data`, making it first where there is none, and own it until stopped.
    pub async fn start(data: &Path, progress: Progress<'_>) -> Result<Running, ClusterError> {
        Self::start_with(&usual_places(), data, progress).await
    }

    /// As [`Cluster::start`], with server programs from the places of `search`.
    pub async fn start_with(search: &Search, data: &Path, progress: Progress<'_>) -> Result<Running, ClusterError> {
        let folder = Folder::open(data)?;
        let since = Instant::now();
        loop {
            match Lock::attempt(&folder)? {
                Attempt::Ours(lock) => return start_owned(search, folder, lock, progress).await,
                Attempt::Theirs { pid } if since.elapsed() > HAND_OVER => {
                    return Err(ClusterError::InUse { folder: folder.root, pid });
                }
                Attempt::Theirs { .. } => tokio::time::sleep(Duration::from_millis(100)).await,
            }
        }
    }

    /// For a short-lived command: connect to the database of `data` if another process of ours runs it, else start it.
    pub async fn connect_or_start(data: &Path, progress: Progress<'_>) -> Result<Joined, ClusterError> {
        let folder = Folder::open(data)?;
        let since = Instant::now();
        loop {
            let pid = match Lock::attempt(&folder)? {
                Attempt::Ours(lock) => {
                    return start_owned(&usual_places(), folder, lock, progress).await.map(Joined::Started);
                }
                Attempt::Theirs { pid } => pid,
            };
            if let Some(access) = answering(&folder).await {
                return Ok(Joined::Guest(access));
            }
            if since.elapsed() > ANSWER {
                let folder = folder.root.display().to_string();
                return Err(ClusterError::NoAnswer { folder, pid, seconds: ANSWER.as_secs() });
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
}

impl Running {
    /// How to connect.
    pub fn access(&self) -> &Access {
        &self.access
    }

    /// Follows the server: up, down while it is started again, stopped.
    pub fn condition(&self) -> watch::Receiver<Condition> {
        self.condition.clone()
    }

    /// Fast shutdown; returns when the server is down and the folder is free. Close the pools first.
    pub async fn stop(self) -> Result<(), ClusterError> {
        let _ = self.leave.send(());
        self.task.await.map_err(|_| ClusterError::WatchLost)
    }
}

impl Joined {
    /// How to connect.
    pub fn access(&self) -> &Access {
        match self {
            Self::Started(running) => running.access(),
            Self::Guest(access) => access,
        }
    }

    /// Done: stop what we started, leave alone what we did not.
    pub async fn leave(self) -> Result<(), ClusterError> {
        match self {
            Self::Started(running) => running.stop().await,
            Self::Guest(_) => Ok(()),
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "PATH is no setting of the hub: it is where the machine keeps its programs")]
fn usual_places() -> Search {
    Search::usual(std::env::var_os("PATH").as_ref())
}

async fn start_owned(search: &Search, folder: Folder, lock: Lock, progress: Progress<'_>) -> Result<Running, ClusterError> {
    let cluster = folder.cluster();
    let version = folder.version();
    let programs = search.find(version.map(|version| (version, cluster.as_path())))?;
    let account = Account::choose(&cluster)?;
    account.reach(&programs, &folder.root).await?;
    let passwords = if version.is_some() {
        orphan::clear(&cluster, progress).await?;
        Passwords::read(&folder)?
    } else {
        progress("creating the database (a few seconds, once)");
        init::make(&folder, &programs, &account).await?
    };
    folder::private_folder(&folder.log(), &account)?;
    let socket = socket::prepare(&folder, &account)?;
    let access = Access::new(socket.clone(), passwords.clone());
    let plan = Plan { folder, programs, account, socket };
    progress("starting the database");
    let server = first_launch(&plan, progress).await?;
    roles::ensure(&access, &passwords).await?;
    let (announce, condition) = watch::channel(Condition::Up);
    let (leave, left) = oneshot::channel();
    let task = tokio::spawn(supervise::watch_over(plan, server, lock, announce, left));
    progress("the database is ready");
    Ok(Running { access, condition, leave, task })
}

/// A server that was killed leaves sessions behind, which end by themselves within moments.
async fn first_launch(plan: &Plan, progress: Progress<'_>) -> Result<Postmaster, ClusterError> {
    let since = Instant::now();
    loop {
        match Postmaster::launch(plan, progress).await {
            Err(ClusterError::Start { said, .. })
                if said.contains("pre-existing shared memory block") && since.elapsed() < LINGER =>
            {
                tokio::time::sleep(Duration::from_millis(250)).await;
            }
            outcome => return outcome,
        }
    }
}

/// The access to the database another process runs, once it takes connections.
async fn answering(folder: &Folder) -> Option<Access> {
    let access = Access::new(socket::noted(folder)?, Passwords::read(folder).ok()?);
    let db = PgConnection::connect_with(&access.app()).await.ok()?;
    let _ = db.close().await;
    Some(access)
}
