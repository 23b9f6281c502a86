//! Finding the installed `PostgreSQL` server programs; nothing is ever downloaded.

use std::collections::HashSet;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::error::ClusterError;

/// The oldest major version the hub runs on (design §7).
pub const LEAST_VERSION: u32 = 15;

/// Folders that hold one sub-folder per version, each with a `bin`: Debian, `PostgreSQL`'s own RPMs, Homebrew.
const VERSIONED: [(&str, &str); 5] = [
    ("/usr/lib/postgresql", ""),
    ("/usr", "pgsql-"),
    ("/opt/homebrew/opt", "postgresql@"),
    ("/usr/local/opt", "postgresql@"),
    ("/opt/local/lib", "postgresql"),
];

/// Where to look for server programs, in order of preference.
#[derive(Clone, Debug)]
pub struct Search {
    folders: Vec<PathBuf>,
}

impl Search {
    /// The folders of `PATH`, then what `pg_config --bindir` says, then the usual places, newest version first.
    pub fn usual(path: Option<&OsString>) -> Self {
        let mut folders: Vec<PathBuf> = path.map(|path| std::env::split_paths(path).collect()).unwrap_or_default();
        folders.extend(bindir());
        for (parent, prefix) in VERSIONED {
            folders.extend(newest_first(Path::new(parent), prefix));
        }
        Self { folders }
    }

    /// These folders and no other.
    pub fn only(folders: impl IntoIterator<Item = PathBuf>) -> Self {
        Self { folders: folders.into_iter().collect() }
    }

    /// The programs to use: of major version `wanted` when data exists, else the first that is new enough.
    pub(super) fn find(&self, wanted: Option<(u32, &Path)>) -> Result<Programs, ClusterError> {
        let found = self.all();
        if found.is_empty() {
            return Err(ClusterError::ProgramsMissing { looked: self.looked(), least: LEAST_VERSION });
        }
        let versions = || found.iter().map(|one| one.major.to_string()).collect::<Vec<_>>().join(", ");
        let fits = |one: &&Programs| match wanted {
            Some((major, _)) => one.major == major,
            None => one.major >= LEAST_VERSION,
        };
        found.iter().find(fits).cloned().ok_or_else(|| match wanted {
            Some((wanted, path)) => ClusterError::VersionGone { path: path.to_path_buf(), wanted, found: versions() },
            None => ClusterError::ProgramsTooOld { found: versions(), least: LEAST_VERSION },
        })
    }

    fn all(&self) -> Vec<Programs> {
        let mut seen = HashSet::new();
        // `PATH` often holds links only: the link's target is the folder where both programs live.
        let homes = self.folders.iter().filter_map(|folder| fs::canonicalize(folder.join("postgres")).ok());
        homes
            .filter_map(|program| program.parent().map(Path::to_path_buf))
            .filter(|folder| seen.insert(folder.clone()) && folder.join("initdb").exists())
            .filter_map(|folder| major_of(&folder.join("postgres")).map(|major| Programs { folder, major }))
            .collect()
    }

    fn looked(&self) -> String {
        let places = ["PATH", "pg_config --bindir", "/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "Homebrew"];
        if self.folders.is_empty() {
            return places.join(", ");
        }
        let folders: Vec<_> = self.folders.iter().map(|folder| folder.display().to_string()).collect();
        folders.join(", ")
    }
}

/// One installed server: the folder of its programs and its major version.
#[derive(Clone, Debug)]
pub(super) struct Programs {
    folder: PathBuf,
    pub(super) major: u32,
}

impl Programs {
    pub(super) fn postgres(&self) -> PathBuf {
        self.folder.join("postgres")
    }

    pub(super) fn initdb(&self) -> PathBuf {
        self.folder.join("initdb")
    }
}

fn bindir() -> Option<PathBuf> {
    let output = Command::new("pg_config").arg("--bindir").output().ok()?;
    let said = String::from_utf8(output.stdout).ok()?;
    (output.status.success() && !said.trim().is_empty()).then(|| PathBuf::from(said.trim()))
}

fn newest_first(parent: &Path, prefix: &str) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(parent) else { return Vec::new() };
    let version_of = |name: &str| name.strip_prefix(prefix)?.parse::<u32>().ok();
    let mut versions: Vec<(u32, PathBuf)> =
        entries.flatten().filter_map(|entry| Some((version_of(entry.file_name().to_str()?)?, entry.path().join("bin")))).collect();
    versions.sort_by_key(|(version, _)| std::cmp::Reverse(*version));
    versions.into_iter().map(|(_, bin)| bin).collect()
}

fn major_of(postgres: &Path) -> Option<u32> {
    let output = Command::new(postgres).arg("--version").output().ok()?;
    parse_major(&String::from_utf8_lossy(&output.stdout))
}

/// `postgres (PostgreSQL) 15.14 (Debian …)` is 15; `18beta1` is 18.
pub(super) fn parse_major(said: &str) -> Option<u32> {
    let version = said.split(") ").nth(1)?;
    let digits: String = version.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}
