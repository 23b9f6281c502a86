//! The folder of the server's Unix socket: inside the data folder where its path is short enough, else a short place.

use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use super::account::Account;
use super::error::ClusterError;
use super::folder::{Folder, is_private, private_folder, write_private};

/// The server has no TCP port; the number only names the socket file.
pub(super) const PORT: u16 = 5432;

/// A socket path has 108 bytes on Linux and 104 on macOS; we stay below 100.
const MOST_BYTES: usize = 100;

/// Sticky, writable by all, and cleaned at boot at most: the server touches its socket so that cleaners spare it.
const SHORT_PLACES: [&str; 2] = ["/run", "/tmp"];

/// Make the socket folder ready and note it for other processes of ours.
pub(super) fn prepare(folder: &Folder, account: &Account) -> Result<PathBuf, ClusterError> {
    let near = folder.run();
    let place = if fits(&near) { private_folder(&near, account).map(|()| near)? } else { far(folder, account)? };
    // We hold the lock of this folder and no server of it runs: what lies here is left over from a killed one.
    for name in [format!(".s.PGSQL.{PORT}"), format!(".s.PGSQL.{PORT}.lock")] {
        let _ = fs::remove_file(place.join(name));
    }
    write_private(&folder.socket_note(), &place.to_string_lossy())?;
    Ok(place)
}

/// The socket folder noted by the process that runs the server, if any has.
pub(super) fn noted(folder: &Folder) -> Option<PathBuf> {
    fs::read_to_string(folder.socket_note()).ok().map(PathBuf::from)
}

/// Short enough, and nothing in it that the server's list of folders would read as a separator or a quote.
pub(super) fn fits(place: &Path) -> bool {
    let bytes = place.as_os_str().as_bytes();
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"/._-".contains(byte);
    bytes.len() + format!("/.s.PGSQL.{PORT}").len() < MOST_BYTES && bytes.iter().all(plain)
}

/// `/run` (root only) or `/tmp`, under a name that follows from the data path, so that two folders never meet.
fn far(folder: &Folder, account: &Account) -> Result<PathBuf, ClusterError> {
    let name = format!("tsunagi-{:016x}", fnv1a(folder.root.as_os_str().as_bytes()));
    let mut tried = PathBuf::new();
    for parent in SHORT_PLACES {
        let place = Path::new(parent).join(&name);
        // In a folder writable by all, somebody else may have been there first: theirs is never used.
        if private_folder(&place, account).is_ok() && is_private(&place, account) {
            return Ok(place);
        }
        tried = place;
    }
    Err(ClusterError::NoSocketFolder { long: folder.root.clone(), tried })
}

/// FNV-1a, 64 bit: only a short name for a path, nothing secret rests on it.
fn fnv1a(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}
