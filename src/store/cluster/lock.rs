//! One owner per data folder: a lock that the kernel lets go of when its holder dies, however it dies.

use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;

use nix::errno::Errno;
use nix::fcntl::{Flock, FlockArg};

use super::error::ClusterError;
use super::folder::Folder;

/// Held for as long as this process owns the database.
#[derive(Debug)]
pub(super) struct Lock {
    _file: Flock<File>,
}

/// The lock, or who has it.
pub(super) enum Attempt {
    Ours(Lock),
    Theirs { pid: String },
}

impl Lock {
    /// Take the lock if it is free. The file is closed on exec, so the server never inherits it.
    pub(super) fn attempt(folder: &Folder) -> Result<Attempt, ClusterError> {
        let path = folder.lock();
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(&path)
            .map_err(ClusterError::folder("open the lock", &path))?;
        match Flock::lock(file, FlockArg::LockExclusiveNonblock) {
            Ok(mut file) => {
                let pid = std::process::id().to_string();
                file.set_len(0)
                    .and_then(|()| file.write_all(pid.as_bytes()))
                    .map_err(ClusterError::folder("write the lock", &path))?;
                Ok(Attempt::Ours(Self { _file: file }))
            }
            Err((_, Errno::EWOULDBLOCK)) => {
                let pid = fs::read_to_string(&path).unwrap_or_default();
                Ok(Attempt::Theirs { pid: if pid.is_empty() { "unknown".to_owned() } else { pid } })
            }
            Err((_, errno)) => Err(ClusterError::folder("lock", &path)(errno.into())),
        }
    }
}
