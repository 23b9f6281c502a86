//! The three passwords of the embedded database: made once at random, kept in one file of mode 0600.

use std::fs;
use std::io;

use rand::RngExt;
use rand::distr::Alphanumeric;
use secrecy::{ExposeSecret, SecretString};

use super::error::ClusterError;
use super::folder::{Folder, write_private};

/// 40 letters and digits carry 238 bits.
const LENGTH: usize = 40;

/// One password per database role.
#[derive(Clone, Debug)]
pub(super) struct Passwords {
    pub(super) admin: SecretString,
    pub(super) owner: SecretString,
    pub(super) app: SecretString,
}

impl Passwords {
    /// Fresh random passwords, written down before anything is made with them.
    pub(super) fn make(folder: &Folder) -> Result<Self, ClusterError> {
        let made = Self { admin: random(), owner: random(), app: random() };
        let text = format!(
            "# Passwords of the embedded database. Back this file up together with the data.\nadmin={}\nowner={}\napp={}\n",
            made.admin.expose_secret(),
            made.owner.expose_secret(),
            made.app.expose_secret(),
        );
        write_private(&folder.passwords(), &text)?;
        Ok(made)
    }

    /// The passwords of an existing cluster.
    pub(super) fn read(folder: &Folder) -> Result<Self, ClusterError> {
        let path = folder.passwords();
        let text = fs::read_to_string(&path).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::InvalidData => ClusterError::Passwords { path: path.clone() },
            _ => ClusterError::folder("read", &path)(error),
        })?;
        Self::parse(&text).ok_or(ClusterError::Passwords { path })
    }

    fn parse(text: &str) -> Option<Self> {
        let of = |role: &str| {
            let found = text.lines().find_map(|line| line.strip_prefix(role)?.strip_prefix('='))?;
            (!found.is_empty()).then(|| SecretString::from(found))
        };
        Some(Self { admin: of("admin")?, owner: of("owner")?, app: of("app")? })
    }
}

fn random() -> SecretString {
    let text: String = rand::rng().sample_iter(Alphanumeric).take(LENGTH).map(char::from).collect();
    SecretString::from(text)
}
