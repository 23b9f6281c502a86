//! Making a new cluster: `initdb` beside its place, then one rename, so that a half-made cluster is never started.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;

use secrecy::{ExposeSecret, SecretString};

use super::account::Account;
use super::error::ClusterError;
use super::find::Programs;
use super::folder::{Folder, open_in_servers_folder, private_folder, sync_folder};
use super::passwords::Passwords;
use super::settings;

/// `initdb` writes about 40 MiB, the first WAL files and the demo ward the rest.
const LEAST_FREE_MIB: u64 = 256;

/// Make the cluster of `folder` and its passwords.
pub(super) async fn make(folder: &Folder, programs: &Programs, account: &Account) -> Result<Passwords, ClusterError> {
    enough_room(folder)?;
    let fresh = folder.fresh();
    if fresh.exists() {
        fs::remove_dir_all(&fresh).map_err(ClusterError::folder("remove the half-made", &fresh))?;
    }
    private_folder(&fresh, account)?;
    let passwords = Passwords::make(folder)?;
    let password_file = PasswordFile::write(folder, account, &passwords.admin)?;
    let mut command = account.command(&programs.initdb());
    command.arg("--pgdata").arg(&fresh).arg("--pwfile").arg(&password_file.path);
    command.args(["--username=postgres", "--auth=scram-sha-256", "--data-checksums"]);
    command.args(["--encoding=UTF8", "--locale=C.UTF-8", "--locale-provider=libc", "--lc-messages=C"]);
    let output = command.output().await.map_err(|source| ClusterError::Program {
        program: programs.initdb(),
        user: account.name().to_owned(),
        source,
    })?;
    drop(password_file);
    if !output.status.success() {
        return Err(refused(folder, &String::from_utf8_lossy(&output.stderr)));
    }
    let conf = fresh.join("postgresql.conf");
    open_in_servers_folder(&conf, OpenOptions::new().append(true))
        .and_then(|mut file| file.write_all(settings::TUNABLE.as_bytes()).and_then(|()| file.sync_all()))
        .map_err(ClusterError::folder("write", &conf))?;
    let place = folder.cluster();
    fs::rename(&fresh, &place)
        .and_then(|()| sync_folder(&place))
        .map_err(ClusterError::folder("move the new cluster to", &place))?;
    Ok(passwords)
}

fn enough_room(folder: &Folder) -> Result<(), ClusterError> {
    let Ok(disk) = nix::sys::statvfs::statvfs(folder.home()) else { return Ok(()) };
    #[expect(clippy::useless_conversion, reason = "these counts have other widths on other systems")]
    let free_mib = u64::from(disk.blocks_available()).saturating_mul(u64::from(disk.fragment_size())) >> 20;
    if free_mib < LEAST_FREE_MIB {
        return Err(ClusterError::DiskFull { path: folder.home().to_path_buf(), free_mib: Some(free_mib) });
    }
    Ok(())
}

fn refused(folder: &Folder, said: &str) -> ClusterError {
    if said.contains("No space left on device") {
        return ClusterError::DiskFull { path: folder.home().to_path_buf(), free_mib: None };
    }
    let said = said.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" / ");
    ClusterError::Init { path: folder.cluster(), said }
}

/// The first password in a file the server's account can read, gone as soon as `initdb` is done.
struct PasswordFile {
    path: PathBuf,
}

impl PasswordFile {
    fn write(folder: &Folder, account: &Account, password: &SecretString) -> Result<Self, ClusterError> {
        let path = folder.home().join("first-password");
        let _ = fs::remove_file(&path);
        let made = Self { path };
        OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&made.path)
            .and_then(|mut file| writeln!(file, "{}", password.expose_secret()))
            .map_err(ClusterError::folder("write", &made.path))?;
        account.give(&made.path)?;
        Ok(made)
    }
}

impl Drop for PasswordFile {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path);
    }
}
