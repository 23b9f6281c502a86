//! One run of the server: started as our child, waited for until it takes connections, stopped by signal.

use std::fs::OpenOptions;
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tokio::process::Child;
use tokio::time::{sleep, timeout};

use super::Progress;
use super::account::Account;
use super::error::ClusterError;
use super::find::Programs;
use super::folder::{Folder, tail};
use super::pidfile::PidFile;
use super::settings;

/// How long a clean stop (a checkpoint) may take before we let the server recover at its next start instead.
const PATIENCE: Duration = Duration::from_mins(1);
/// How long dropping the handle may hold up a thread.
const SHORT_PATIENCE: Duration = Duration::from_secs(10);

/// All that is needed to start the server again.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    pub(super) folder: Folder,
    pub(super) programs: Programs,
    pub(super) account: Account,
    pub(super) socket: PathBuf,
}

/// A running server process that is our child.
#[derive(Debug)]
pub(super) struct Postmaster {
    child: Child,
}

impl Postmaster {
    /// Start the server and wait until it takes connections, however long its crash recovery may last.
    pub(super) async fn launch(plan: &Plan, progress: Progress<'_>) -> Result<Self, ClusterError> {
        let mut server = Self::spawn(plan)?;
        let cluster = plan.folder.cluster();
        let (since, mut said) = (Instant::now(), 0);
        loop {
            tokio::select! {
                _ = server.exited() => return Err(failure(plan)),
                () = sleep(Duration::from_millis(20)) => {}
            }
            if PidFile::read(&cluster).is_some_and(|file| file.ready && Some(file.pid) == server.pid()) {
                return Ok(server);
            }
            if since.elapsed().as_secs() / 10 > said {
                said += 1;
                progress("the database is still starting; after a crash it replays its journal first");
            }
        }
    }

    fn spawn(plan: &Plan) -> Result<Self, ClusterError> {
        let path = plan.folder.first_words();
        let first_words = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&path)
            .map_err(ClusterError::folder("open", &path))?;
        let mut command = plan.account.command(&plan.programs.postgres());
        command.arg("-D").arg(plan.folder.cluster()).args(settings::fixed(&plan.folder, &plan.socket));
        command.stdout(Stdio::null()).stderr(first_words);
        let child = command.spawn().map_err(|source| ClusterError::Program {
            program: plan.programs.postgres(),
            user: plan.account.name().to_owned(),
            source,
        })?;
        Ok(Self { child })
    }

    /// Resolves when the process has ended. Safe to drop and call again.
    pub(super) async fn exited(&mut self) -> Option<ExitStatus> {
        self.child.wait().await.ok()
    }

    /// Fast shutdown: sessions are ended, a checkpoint is written.
    pub(super) async fn stop(&mut self) {
        self.signal(Signal::SIGINT);
        if timeout(PATIENCE, self.exited()).await.is_err() {
            tracing::warn!("the database server takes too long to stop; ending it without a checkpoint");
            self.signal(Signal::SIGQUIT);
            self.exited().await;
        }
    }

    /// The process number while it is surely still ours: none once the child has been waited for.
    fn pid(&self) -> Option<i32> {
        self.child.id().and_then(|pid| i32::try_from(pid).ok())
    }

    fn signal(&self, signal: Signal) {
        if let Some(pid) = self.pid() {
            let _ = kill(Pid::from_raw(pid), signal);
        }
    }
}

impl Drop for Postmaster {
    /// Best effort when nobody could await [`Postmaster::stop`], as when the runtime ends under us.
    fn drop(&mut self) {
        self.signal(Signal::SIGINT);
        let since = Instant::now();
        while self.pid().is_some() && since.elapsed() < SHORT_PATIENCE {
            match self.child.try_wait() {
                Ok(None) => thread::sleep(Duration::from_millis(10)),
                _ => return,
            }
        }
    }
}

fn failure(plan: &Plan) -> ClusterError {
    let log = plan.folder.log();
    let mut said = tail(&plan.folder.first_words(), 3);
    // Once its log is open the server only says where it goes on.
    if said.is_empty() || said.contains("redirecting log output") {
        let newest = std::fs::read_dir(&log).ok().into_iter().flatten().flatten();
        let newest = newest.max_by_key(|entry| entry.metadata().and_then(|meta| meta.modified()).ok());
        said = newest.map(|entry| tail(&entry.path(), 3)).unwrap_or_default();
    }
    if said.contains("No space left on device") {
        return ClusterError::DiskFull { path: plan.folder.cluster(), free_mib: None };
    }
    ClusterError::Start { said, log }
}
