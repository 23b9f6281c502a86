//! The account the server runs under: ours, or, since `PostgreSQL` refuses root, an unprivileged one.

use std::fs;
use std::io;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;

use nix::unistd::{Uid, User, getegid, geteuid};
use tokio::process::Command;

use super::error::ClusterError;
use super::find::Programs;

/// Who the server is. `dropped` when we are root and it is somebody else.
#[derive(Clone, Debug)]
pub(super) struct Account {
    pub(super) uid: u32,
    gid: u32,
    name: String,
    dropped: bool,
}

impl Account {
    /// The owner of existing data, else ourselves, else (as root) the user `postgres` or `tsunagi`.
    pub(super) fn choose(cluster: &Path) -> Result<Self, ClusterError> {
        let owner = fs::metadata(cluster).ok().map(|meta| meta.uid());
        let me = geteuid();
        if !me.is_root() {
            return match owner {
                Some(owner) if owner != me.as_raw() => Err(ClusterError::NotOurs { path: cluster.to_path_buf(), owner }),
                _ => Ok(Self { uid: me.as_raw(), gid: getegid().as_raw(), name: String::new(), dropped: false }),
            };
        }
        let user = match owner {
            Some(owner) if owner != 0 => User::from_uid(Uid::from_raw(owner)).ok().flatten(),
            _ => ["postgres", "tsunagi"].iter().find_map(|name| User::from_name(name).ok().flatten()),
        };
        let user = user.ok_or(ClusterError::NoAccount)?;
        Ok(Self { uid: user.uid.as_raw(), gid: user.gid.as_raw(), name: user.name, dropped: true })
    }

    /// A command of the server: under its account, in a group of its own so that a Ctrl-C meant for the hub does not
    /// reach it first, and without the environment of the hub (`PGOPTIONS`, `DATABASE_URL` and secrets stay here).
    pub(super) fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command.env_clear().env("PATH", "/usr/local/bin:/usr/bin:/bin").env("LC_ALL", "C");
        command.current_dir("/").stdin(std::process::Stdio::null()).process_group(0);
        if self.dropped {
            command.gid(self.gid).uid(self.uid);
        }
        command
    }

    /// Give a file or folder of ours to the server.
    pub(super) fn give(&self, path: &Path) -> Result<(), ClusterError> {
        if !self.dropped {
            return Ok(());
        }
        std::os::unix::fs::lchown(path, Some(self.uid), Some(self.gid))
            .map_err(ClusterError::folder("give to the database user", path))
    }

    /// See that the server's account can run the programs and walk to `folder`, by letting it try.
    pub(super) async fn reach(&self, programs: &Programs, folder: &Path) -> Result<(), ClusterError> {
        if !self.dropped {
            return Ok(());
        }
        self.try_from(programs, Path::new("/")).await.map_err(|source| ClusterError::Program {
            program: programs.postgres(),
            user: self.name.clone(),
            source,
        })?;
        let blocked = |path: &Path| ClusterError::OutOfReach {
            user: self.name.clone(),
            blocked: path.to_path_buf(),
            folder: folder.to_path_buf(),
        };
        let above: Vec<&Path> = folder.ancestors().skip(1).collect();
        for path in above.into_iter().rev() {
            self.try_from(programs, path).await.map_err(|_| blocked(path))?;
        }
        if self.try_from(programs, folder).await.is_ok() {
            return Ok(());
        }
        // The data folder itself is ours to open; only its parents belong to others.
        let mode = fs::metadata(folder).map_err(ClusterError::folder("read", folder))?.permissions().mode();
        fs::set_permissions(folder, fs::Permissions::from_mode(mode | 0o001))
            .map_err(ClusterError::folder("open the way into", folder))?;
        self.try_from(programs, folder).await.map_err(|_| blocked(folder))
    }

    async fn try_from(&self, programs: &Programs, folder: &Path) -> io::Result<()> {
        let mut command = self.command(&programs.postgres());
        let status = command.arg("--version").current_dir(folder).stdout(std::process::Stdio::null()).status().await?;
        if status.success() { Ok(()) } else { Err(io::Error::other(status.to_string())) }
    }

    /// The name to show to people, empty when it is ourselves.
    pub(super) fn name(&self) -> &str {
        &self.name
    }
}
