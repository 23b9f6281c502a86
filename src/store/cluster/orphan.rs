//! A server that outlived its hub: stopped cleanly, so that the one we run is always our child with our settings.
//!
//! Adopting it would save a second, but leaves a server we cannot wait for, perhaps of an older version, with the dead
//! hub's transactions still open.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::Progress;
use super::error::ClusterError;
use super::pidfile::{PidFile, serves};

/// How long an orphan gets to write its checkpoint, and then to end without one.
const PATIENCE: Duration = Duration::from_mins(1);

/// Leave `cluster` without a server and without a stale lock file. The caller holds the lock of the folder.
pub(super) async fn clear(cluster: &Path, progress: Progress<'_>) -> Result<(), ClusterError> {
    let lock_file = cluster.join("postmaster.pid");
    if let Some(PidFile { pid, .. }) = PidFile::read(cluster)
        && serves(pid, cluster)
    {
        progress("stopping the database server an earlier hub left behind");
        tracing::warn!(server.pid = pid, "stopping an orphaned database server");
        if !ended(pid, cluster, Signal::SIGINT).await && !ended(pid, cluster, Signal::SIGQUIT).await {
            return Err(ClusterError::OrphanStuck { pid });
        }
    }
    // What is left names a process that is not our server. The server itself would be content with a dead number but
    // refuse one that was given to somebody else since.
    match fs::remove_file(&lock_file) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(ClusterError::folder("remove the stale", &lock_file)(error))
        }
        _ => Ok(()),
    }
}

async fn ended(pid: i32, cluster: &Path, signal: Signal) -> bool {
    let _ = kill(Pid::from_raw(pid), signal);
    let since = Instant::now();
    while serves(pid, cluster) {
        if since.elapsed() > PATIENCE {
            return false;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    true
}
