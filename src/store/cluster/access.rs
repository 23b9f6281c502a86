//! How to connect to the embedded database: one set of options per role.

use std::fmt;
use std::path::{Path, PathBuf};

use secrecy::{ExposeSecret, SecretString};
use sqlx::postgres::{PgConnectOptions, PgSslMode};

use super::passwords::Passwords;
use super::roles::{ADMIN, APP, DATABASE, OWNER};
use super::socket::PORT;

/// The ways into a running embedded database. Holds passwords, so its `Debug` shows the socket only.
#[derive(Clone)]
pub struct Access {
    socket: PathBuf,
    passwords: Passwords,
}

impl Access {
    pub(super) fn new(socket: PathBuf, passwords: Passwords) -> Self {
        Self { socket, passwords }
    }

    /// The role that owns the database and runs the migrations.
    pub fn owner(&self) -> PgConnectOptions {
        self.options(OWNER, &self.passwords.owner, DATABASE)
    }

    /// The role the hub works under: owns nothing, bypasses nothing, inherits nothing.
    pub fn app(&self) -> PgConnectOptions {
        self.options(APP, &self.passwords.app, DATABASE)
    }

    /// The superuser, in database `postgres`: for backup, restore drills and making scratch databases, never for requests.
    pub fn admin(&self) -> PgConnectOptions {
        self.options(ADMIN, &self.passwords.admin, "postgres")
    }

    /// The folder of the Unix socket, absolute.
    pub fn socket(&self) -> &Path {
        &self.socket
    }

    fn options(&self, role: &str, password: &SecretString, database: &str) -> PgConnectOptions {
        // Every field is set, so that no `PG…` variable of the caller's shell leads elsewhere.
        PgConnectOptions::new_without_pgpass()
            .socket(&self.socket)
            .port(PORT)
            .username(role)
            .password(password.expose_secret())
            .database(database)
            .ssl_mode(PgSslMode::Disable)
            .application_name("tsunagi")
    }
}

impl fmt::Debug for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Access").field("socket", &self.socket).finish_non_exhaustive()
    }
}
