//! Everything that can keep the embedded database from running, each said so that an operator can mend it.

use std::io;
use std::path::{Path, PathBuf};

/// Why the embedded database could not be started, reached or stopped.
#[derive(Debug, thiserror::Error)]
pub enum ClusterError {
    /// No `postgres` and `initdb` were found in any place looked at.
    #[error(
        "no PostgreSQL server programs were found (looked in {looked}). Install PostgreSQL {least} or newer: \
         `apt-get install postgresql` on Debian or Ubuntu, `dnf install postgresql-server` on Fedora or RHEL, \
         `brew install postgresql@17` on macOS; or set DATABASE_URL to a server you already have"
    )]
    ProgramsMissing { looked: String, least: u32 },

    /// Programs were found, but every one of them is older than the hub can use.
    #[error(
        "the installed PostgreSQL is too old (found {found}; {least} or newer is needed). Install a newer server \
         beside it, or set DATABASE_URL to a newer server"
    )]
    ProgramsTooOld { found: String, least: u32 },

    /// The data was made by a major version whose programs are not installed.
    #[error(
        "the data in {path} was made by PostgreSQL {wanted}, but only {found} is installed. Install it again \
         (`apt-get install postgresql-{wanted}`), or move the data to a newer version with pg_upgrade"
    )]
    VersionGone { path: PathBuf, wanted: u32, found: String },

    /// A program that is installed could not be run.
    #[error("cannot run {program}{}: {source}", as_user(.user))]
    Program { program: PathBuf, user: String, source: io::Error },

    /// We are root, `PostgreSQL` refuses root, and there is no account to run it under.
    #[error(
        "PostgreSQL does not run as root, and neither a user `postgres` nor a user `tsunagi` exists to run it under. \
         Create one: `useradd --system --user-group --no-create-home --shell /usr/sbin/nologin tsunagi`"
    )]
    NoAccount,

    /// We are root and the account of the server cannot walk to the data folder.
    #[error(
        "the user `{user}`, under which PostgreSQL runs, cannot enter {blocked}, so the data folder {folder} is out of \
         its reach. Choose a folder outside it (TSUNAGI_DATA=/var/lib/tsunagi), or open the way: `chmod o+x {blocked}`",
        blocked = .blocked.display(), folder = .folder.display()
    )]
    OutOfReach { user: String, blocked: PathBuf, folder: PathBuf },

    /// The data belongs to somebody else and we are not root.
    #[error("{path} belongs to the user with id {owner}; start the hub as that user or as root")]
    NotOurs { path: PathBuf, owner: u32 },

    /// Another hub owns this folder right now.
    #[error(
        "the data folder {folder} is in use by another Tsunagi process (pid {pid}). Stop that one first, or give this \
         one its own folder with TSUNAGI_DATA"
    )]
    InUse { folder: PathBuf, pid: String },

    /// Another of our processes owns the folder, but its database did not answer.
    #[error(
        "the Tsunagi process {pid} owns {folder}, but its database did not answer within {seconds} s. Wait until it has \
         started, or look into {folder}/postgres/log"
    )]
    NoAnswer { folder: String, pid: String, seconds: u64 },

    /// A folder or file of ours could not be made, read or written.
    #[error(
        "cannot {doing} {path}: {source}. See that the folder exists on a writable disk and belongs to the user who \
         starts the hub, or choose another with TSUNAGI_DATA"
    )]
    Folder { doing: &'static str, path: PathBuf, source: io::Error },

    /// The disk has no room, or too little for a new cluster.
    #[error("the disk of {path} is full{}. Make room there, or choose another disk with TSUNAGI_DATA", free_text(*.free_mib))]
    DiskFull { path: PathBuf, free_mib: Option<u64> },

    /// No folder for the socket could be had: the data path is too long and the short places are taken.
    #[error(
        "no folder for the database socket: the path {long} is too long (a socket path has 100 bytes) or has unusual \
         characters, and {tried} is not ours to use. Choose a shorter TSUNAGI_DATA, or remove {tried}"
    )]
    NoSocketFolder { long: PathBuf, tried: PathBuf },

    /// `initdb` ended with an error.
    #[error("PostgreSQL could not create its data folder {path}; initdb said: {said}")]
    Init { path: PathBuf, said: String },

    /// The server ended before it was ready.
    #[error("PostgreSQL did not start; it said: {said}. Its full log is in {log}")]
    Start { said: String, log: PathBuf },

    /// A server left behind by an earlier hub will not end.
    #[error(
        "a PostgreSQL server left behind by an earlier hub (pid {pid}) does not stop. End it with `kill -QUIT {pid}` \
         and start the hub again; no data is lost by that"
    )]
    OrphanStuck { pid: i32 },

    /// The data is there and the passwords to it are not.
    #[error(
        "{path} is missing or damaged, and the database in the same folder cannot be opened without it. Put the file \
         back from the backup of the data folder (mode 0600)"
    )]
    Passwords { path: PathBuf },

    /// The server runs, but a statement of the set-up failed.
    #[error("the embedded database refused {doing}")]
    Database { doing: &'static str, source: sqlx::Error },

    /// The task that watches over the server ended by itself.
    #[error("the watch over the embedded database ended unexpectedly")]
    WatchLost,
}

fn as_user(user: &str) -> String {
    if user.is_empty() { String::new() } else { format!(" as the user `{user}`") }
}

fn free_text(free_mib: Option<u64>) -> String {
    free_mib.map_or_else(String::new, |free| format!(" or nearly so ({free} MiB left; a new database needs 256)"))
}

impl ClusterError {
    /// An I/O error while `doing` something to `path`; a full disk is told apart.
    pub(super) fn folder(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_path_buf();
        move |source| match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::DiskFull { path, free_mib: None },
            _ => Self::Folder { doing, path, source },
        }
    }

    /// A refusal of the database while `doing` a step of the set-up.
    pub(super) fn database(doing: &'static str) -> impl FnOnce(sqlx::Error) -> Self {
        move |source| Self::Database { doing, source }
    }
}
