//! The server settings: those nobody may undo, and those an operator may tune.

use std::ffi::OsString;
use std::path::Path;

use super::folder::Folder;
use super::socket::PORT;

/// Given on the command line at every start, which beats `postgresql.conf` and `ALTER SYSTEM`: no TCP, and every
/// acknowledged report on the disk.
pub(super) fn fixed(folder: &Folder, socket: &Path) -> Vec<OsString> {
    let plain = [
        ("listen_addresses", String::new()),
        ("port", PORT.to_string()),
        ("unix_socket_permissions", "0700".to_owned()),
        ("fsync", "on".to_owned()),
        ("full_page_writes", "on".to_owned()),
        ("synchronous_commit", "on".to_owned()),
        ("password_encryption", "scram-sha-256".to_owned()),
        ("logging_collector", "on".to_owned()),
    ];
    let mut arguments = Vec::new();
    for (name, value) in plain {
        arguments.extend([OsString::from("-c"), OsString::from(format!("{name}={value}"))]);
    }
    for (name, path) in [("unix_socket_directories", socket), ("log_directory", &folder.log())] {
        let mut setting = OsString::from(format!("{name}="));
        setting.push(path);
        arguments.extend([OsString::from("-c"), setting]);
    }
    arguments
}

/// Appended to `postgresql.conf` once, when the cluster is made.
///
/// The log keeps one file a day for seven days. It names no statement and no row: `DETAIL` lines and statement texts
/// would carry children's names into a file without a fence.
pub(super) const TUNABLE: &str = "
# --- Tsunagi: defaults for one hub on one machine; yours to tune ---
max_connections = 100
shared_buffers = 128MB
max_wal_size = 1GB
timezone = 'UTC'
log_timezone = 'UTC'
log_destination = 'stderr'
log_filename = 'postgresql-%a.log'
log_truncate_on_rotation = on
log_rotation_age = 1d
log_rotation_size = 0
log_line_prefix = '%m [%p] %q%u@%d '
log_error_verbosity = terse
log_min_error_statement = panic
log_statement = none
log_lock_waits = on
";
