//! What `postmaster.pid` says, and whether the process it names really is the server of this folder.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::process::Command;

use nix::sys::signal::kill;
use nix::unistd::Pid;

/// The two lines of `postmaster.pid` that matter (`PostgreSQL` source, `miscadmin.h`: lines 1 and 8).
#[derive(Debug, PartialEq, Eq)]
pub(super) struct PidFile {
    pub(super) pid: i32,
    pub(super) ready: bool,
}

impl PidFile {
    /// Absent, empty or half-written files read as `None`.
    pub(super) fn read(cluster: &Path) -> Option<Self> {
        let bytes = fs::read(cluster.join("postmaster.pid")).ok()?;
        Self::parse(&String::from_utf8_lossy(&bytes))
    }

    pub(super) fn parse(text: &str) -> Option<Self> {
        let lines: Vec<&str> = text.lines().collect();
        // A negative number marks a single-user session; its process is the absolute value.
        let pid = lines.first()?.trim().parse::<i32>().ok()?.checked_abs().filter(|pid| *pid > 1)?;
        Some(Self { pid, ready: lines.get(7).is_some_and(|status| status.trim() == "ready") })
    }
}

/// Whether process `pid` lives and is a `PostgreSQL` server whose data folder is `cluster`.
///
/// A process number is given again after a reboot or in a new container, so being alive is not enough.
pub(super) fn serves(pid: i32, cluster: &Path) -> bool {
    if kill(Pid::from_raw(pid), None).is_err() {
        return false;
    }
    let process = Path::new("/proc").join(pid.to_string());
    if Path::new("/proc/self/exe").exists() {
        let program = fs::read_link(process.join("exe")).unwrap_or_default();
        let name = program.file_name().unwrap_or_default().to_string_lossy();
        // An upgraded program reads "postgres (deleted)". The server's working folder is its data folder.
        return name.starts_with("postgres") && same_folder(&process.join("cwd"), cluster);
    }
    // No /proc (macOS): the lock file lies in a folder closed to others, so the program's name settles it.
    let output = Command::new("ps").args(["-o", "comm=", "-p", &pid.to_string()]).output();
    output.is_ok_and(|output| String::from_utf8_lossy(&output.stdout).contains("postgres"))
}

fn same_folder(one: &Path, other: &Path) -> bool {
    match (fs::metadata(one), fs::metadata(other)) {
        (Ok(one), Ok(other)) => (one.dev(), one.ino()) == (other.dev(), other.ino()),
        _ => false,
    }
}
