//! The layout of the data folder: what lies where, who owns it, and how files in it are written.

use std::fs::{self, DirBuilder, File, OpenOptions, Permissions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use nix::fcntl::OFlag;
use nix::unistd::geteuid;

use super::account::Account;
use super::error::ClusterError;

/// The paths of one embedded database below `<data>/postgres`.
#[derive(Clone, Debug)]
pub(super) struct Folder {
    /// The data folder of the hub, absolute and free of links.
    pub(super) root: PathBuf,
    home: PathBuf,
}

impl Folder {
    /// Make `<data>` and `<data>/postgres` where they are missing.
    pub(super) fn open(data: &Path) -> Result<Self, ClusterError> {
        // Another account must be able to walk through when we are root; nobody may list either way.
        let mode = if geteuid().is_root() { 0o711 } else { 0o700 };
        let mut maker = DirBuilder::new();
        maker.recursive(true).mode(mode);
        maker.create(data).map_err(ClusterError::folder("create", data))?;
        let root = fs::canonicalize(data).map_err(ClusterError::folder("find", data))?;
        let home = root.join("postgres");
        maker.create(&home).map_err(ClusterError::folder("create", &home))?;
        // The umask may have taken bits away, or an earlier start ran as somebody else.
        fs::set_permissions(&home, Permissions::from_mode(mode)).map_err(ClusterError::folder("set the mode of", &home))?;
        Ok(Self { root, home })
    }

    /// The server's own folder (`PGDATA`).
    pub(super) fn cluster(&self) -> PathBuf {
        self.home.join("cluster")
    }

    /// Where a new cluster is made before it is moved to its place in one step.
    pub(super) fn fresh(&self) -> PathBuf {
        self.home.join("cluster.new")
    }

    pub(super) fn log(&self) -> PathBuf {
        self.home.join("log")
    }

    /// What the server says before its log is open.
    pub(super) fn first_words(&self) -> PathBuf {
        self.home.join("startup.log")
    }

    pub(super) fn run(&self) -> PathBuf {
        self.home.join("run")
    }

    /// Names the folder of the socket, for other processes of ours.
    pub(super) fn socket_note(&self) -> PathBuf {
        self.home.join("socket")
    }

    pub(super) fn passwords(&self) -> PathBuf {
        self.home.join("passwords")
    }

    pub(super) fn lock(&self) -> PathBuf {
        self.home.join("lock")
    }

    pub(super) fn home(&self) -> &Path {
        &self.home
    }

    /// The major version of the data, when there is any.
    pub(super) fn version(&self) -> Option<u32> {
        fs::read_to_string(self.cluster().join("PG_VERSION")).ok()?.trim().parse().ok()
    }
}

/// Make `path` a folder of the server's, mode 0700; a folder that is already there must be one.
pub(super) fn private_folder(path: &Path, account: &Account) -> Result<(), ClusterError> {
    match DirBuilder::new().mode(0o700).create(path) {
        Ok(()) => account.give(path),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && is_private(path, account) => Ok(()),
        Err(error) => Err(ClusterError::folder("create the private folder", path)(error)),
    }
}

/// Whether `path` is a real folder (no link), owned by the server's account and closed to all others.
pub(super) fn is_private(path: &Path, account: &Account) -> bool {
    fs::symlink_metadata(path).is_ok_and(|meta| meta.is_dir() && meta.uid() == account.uid && meta.mode().trailing_zeros() >= 6)
}

/// Write a file of mode 0600 so that it is there whole or not at all, also after a power cut.
pub(super) fn write_private(path: &Path, text: &str) -> Result<(), ClusterError> {
    let draft = path.with_extension("new");
    let write = || -> io::Result<()> {
        match fs::remove_file(&draft) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        fs::rename(&draft, path)?;
        sync_folder(path)
    };
    write().map_err(ClusterError::folder("write", path))
}

/// Make a rename in the folder of `path` outlive a power cut.
pub(super) fn sync_folder(path: &Path) -> io::Result<()> {
    path.parent().map_or(Ok(()), |parent| File::open(parent)?.sync_all())
}

/// Open a file in a folder that belongs to the server, never through a link it may have laid.
pub(super) fn open_in_servers_folder(path: &Path, options: &mut OpenOptions) -> io::Result<File> {
    options.custom_flags(OFlag::O_NOFOLLOW.bits()).open(path)
}

/// The last `lines` lines of a log, as one line for a message; empty when there is none.
pub(super) fn tail(path: &Path, lines: usize) -> String {
    let mut bytes = Vec::new();
    let read = open_in_servers_folder(path, OpenOptions::new().read(true)).and_then(|mut file| file.read_to_end(&mut bytes));
    if read.is_err() {
        return String::new();
    }
    let text = String::from_utf8_lossy(&bytes);
    let all: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    all[all.len().saturating_sub(lines)..].join(" / ")
}
