//! Every setting, read once from the environment, checked, secrets wrapped. Knows no other room.

mod forwarding;
mod mail;
mod provider;
mod push;

use std::{
    env,
    net::SocketAddr,
    path::{Path, PathBuf},
};

use secrecy::{ExposeSecret, SecretString};
use url::Url;

pub use self::{
    forwarding::{ForwardedHeader, Forwarding},
    mail::{Smtp, SmtpTls},
    provider::{Issuer, Issuers, is_reachable},
    push::PushServices,
};

/// All settings of a hub.
#[derive(Debug, Clone)]
pub struct Config {
    pub data: PathBuf,
    pub listen: SocketAddr,
    /// What this node is called among the nodes of one database.
    pub node: String,
    pub origin: Url,
    pub database: Database,
    pub tls: Option<Tls>,
    /// `None`: no mail is sent, and pages say so.
    pub smtp: Option<Smtp>,
    /// `None`: no device is told, and pages do not offer it.
    pub push: Option<PushServices>,
    pub forwarding: Option<Forwarding>,
    /// The sign-in services of wards.
    pub issuers: Issuers,
    pub log: Log,
}

#[derive(Debug, Clone)]
pub enum Database {
    /// The hub starts and supervises its own PostgreSQL in the data folder.
    Embedded,
    /// `DATABASE_URL` for the hub's runtime login, `TSUNAGI_MIGRATE_URL` for the owner of the tables.
    Own { runtime: SecretString, migrate: Option<SecretString> },
}

#[derive(Debug, Clone)]
pub struct Tls {
    pub certificate: PathBuf,
    pub key: PathBuf,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Log {
    pub level: tracing::Level,
    pub json: bool,
}

/// A setting that cannot be used, with what to write instead.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("{name}: {problem}")]
pub struct BadSetting {
    pub name: &'static str,
    pub problem: String,
}

fn bad(name: &'static str, problem: impl Into<String>) -> BadSetting {
    BadSetting { name, problem: problem.into() }
}

/// One line of `tsunagi check-config`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    pub name: &'static str,
    pub value: String,
    pub meaning: &'static str,
}

impl Config {
    /// Reads the settings from the environment of the process.
    ///
    /// # Errors
    /// The first setting that cannot be used.
    #[expect(clippy::disallowed_methods, reason = "the one place where the environment is read")]
    pub fn from_env() -> Result<Self, BadSetting> {
        Self::read(|name| env::var(name).ok().filter(|value| !value.trim().is_empty()))
    }

    /// Reads the settings from any source; tests hand in a table.
    pub fn read(get: impl Fn(&str) -> Option<String>) -> Result<Self, BadSetting> {
        let listen = match get("TSUNAGI_LISTEN") {
            None => SocketAddr::from(([127, 0, 0, 1], 8080)),
            Some(text) => text
                .parse()
                .map_err(|_| bad("TSUNAGI_LISTEN", format!("'{text}' is not ADDRESS:PORT, for example 127.0.0.1:8080")))?,
        };
        let tls = tls(&get)?;
        let origin = origin(&get, listen, tls.is_some())?;
        Ok(Self {
            data: data_folder(&get)?,
            listen,
            node: node(&get, listen)?,
            issuers: Issuers::read(&get, &origin)?,
            origin,
            database: database(&get)?,
            tls,
            smtp: mail::read(&get)?,
            push: PushServices::read(&get)?,
            forwarding: Forwarding::read(&get)?,
            log: log(&get)?,
        })
    }

    /// Passkeys belong to this name (WebAuthn RP ID): the host of the origin.
    pub fn rp_id(&self) -> &str {
        self.origin.host_str().unwrap_or("localhost")
    }

    /// Whether the origin was left at the demo's: passkeys made there are worth nothing elsewhere.
    pub fn origin_is_local(&self) -> bool {
        self.rp_id() == "localhost"
    }

    /// The origin as browsers send it: no path, no trailing slash.
    pub fn origin_text(&self) -> String {
        self.origin.as_str().trim_end_matches('/').to_owned()
    }

    /// Every setting with its value in force; secrets are only said to be set.
    pub fn show(&self) -> Vec<Shown> {
        let shown = |name, value: String, meaning| Shown { name, value, meaning };
        let (runtime, migrate) = match &self.database {
            Database::Embedded => ("(embedded)".to_owned(), "(embedded)".to_owned()),
            Database::Own { runtime, migrate } => {
                (without_password(runtime), migrate.as_ref().map_or_else(|| "(not set)".to_owned(), without_password))
            }
        };
        let path = |path: Option<&Path>| path.map_or_else(|| "(not set)".to_owned(), |p| p.display().to_string());
        let mut lines = vec![
            shown("TSUNAGI_DATA", self.data.display().to_string(), "data folder"),
            shown("TSUNAGI_LISTEN", self.listen.to_string(), "address and port to listen on"),
            shown(
                "TSUNAGI_NODE",
                self.node.clone(),
                "name of this node among those of one database; the host's name and port by default",
            ),
            shown("TSUNAGI_ORIGIN", self.origin_text(), "address people type; passkeys belong to its host"),
            shown(
                "DATABASE_URL",
                runtime,
                "PostgreSQL of your own, as the hub's runtime login; without it an embedded one is used",
            ),
            shown("TSUNAGI_MIGRATE_URL", migrate, "the same database as the owner of the tables, for `tsunagi migrate`"),
            shown("TSUNAGI_TLS_CERT", path(self.tls.as_ref().map(|t| t.certificate.as_path())), "certificate chain, PEM"),
            shown("TSUNAGI_TLS_KEY", path(self.tls.as_ref().map(|t| t.key.as_path())), "private key, PEM"),
            shown(
                forwarding::PROXIES,
                self.forwarding.as_ref().map_or_else(|| "(none)".to_owned(), Forwarding::show),
                "proxies whose word about the client's address counts: addresses and ranges, by commas",
            ),
            shown(
                forwarding::HEADER,
                self.forwarding.as_ref().map_or("(not set)", |forwarding| forwarding.header.name()).to_owned(),
                "where they say it: x-forwarded-for or forwarded",
            ),
            shown("TSUNAGI_LOG", self.log.level.to_string().to_lowercase(), "error, warn, info, debug or trace"),
            shown("TSUNAGI_LOG_FORMAT", if self.log.json { "json" } else { "text" }.to_owned(), "text or json"),
        ];
        lines.extend(mail::show(self.smtp.as_ref()));
        lines.extend(push::show(self.push.as_ref()));
        lines.extend(self.issuers.show());
        lines
    }
}

fn data_folder(get: &impl Fn(&str) -> Option<String>) -> Result<PathBuf, BadSetting> {
    if let Some(folder) = get("TSUNAGI_DATA") {
        let folder = PathBuf::from(folder);
        return if folder.is_absolute() { Ok(folder) } else { Err(bad("TSUNAGI_DATA", "give the whole path, beginning with /")) };
    }
    if nix::unistd::geteuid().is_root() {
        return Ok(PathBuf::from("/var/lib/tsunagi"));
    }
    if let Some(folder) = get("XDG_DATA_HOME") {
        return Ok(PathBuf::from(folder).join("tsunagi"));
    }
    get("HOME")
        .map(|home| PathBuf::from(home).join(".local/share/tsunagi"))
        .ok_or_else(|| bad("TSUNAGI_DATA", "not set, and there is no HOME to put it under"))
}

fn node(get: &impl Fn(&str) -> Option<String>, listen: SocketAddr) -> Result<String, BadSetting> {
    let host = || nix::unistd::gethostname().ok().and_then(|name| name.into_string().ok()).unwrap_or_else(|| "node".to_owned());
    let name = get("TSUNAGI_NODE").unwrap_or_else(|| format!("{}:{}", host(), listen.port()));
    let is_plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".:_-".contains(&byte));
    if is_plain && (1..=100).contains(&name.len()) {
        Ok(name)
    } else {
        Err(bad("TSUNAGI_NODE", "use letters, digits, dots and hyphens, at most 100"))
    }
}

fn origin(get: &impl Fn(&str) -> Option<String>, listen: SocketAddr, tls: bool) -> Result<Url, BadSetting> {
    const NAME: &str = "TSUNAGI_ORIGIN";
    let scheme = if tls { "https" } else { "http" };
    let text = get(NAME).unwrap_or_else(|| format!("{scheme}://localhost:{}", listen.port()));
    let url = Url::parse(&text).map_err(|_| bad(NAME, format!("'{text}' is not an address such as https://tsunagi.example.jp")))?;
    let host = url.host().ok_or_else(|| bad(NAME, "has no host"))?;
    let url::Host::Domain(name) = host else {
        return Err(bad(NAME, "passkeys need a name, not an address in digits; for a trial use http://localhost:PORT"));
    };
    if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
        return Err(bad(NAME, "give scheme, host and port only, without a path"));
    }
    match url.scheme() {
        "https" => Ok(url),
        "http" if name == "localhost" => Ok(url),
        _ => Err(bad(
            NAME,
            "must begin with https:// (http:// is possible for localhost only: browsers refuse passkeys without TLS)",
        )),
    }
}

fn database(get: &impl Fn(&str) -> Option<String>) -> Result<Database, BadSetting> {
    let check = |name: &'static str| match get(name) {
        None => Ok(None),
        Some(text) if text.starts_with("postgres://") || text.starts_with("postgresql://") => Ok(Some(SecretString::from(text))),
        Some(_) => Err(bad(name, "must begin with postgres://")),
    };
    let migrate = check("TSUNAGI_MIGRATE_URL")?;
    match check("DATABASE_URL")? {
        Some(runtime) => Ok(Database::Own { runtime, migrate }),
        None if migrate.is_some() => Err(bad("TSUNAGI_MIGRATE_URL", "is set without DATABASE_URL")),
        None => Ok(Database::Embedded),
    }
}

fn tls(get: &impl Fn(&str) -> Option<String>) -> Result<Option<Tls>, BadSetting> {
    match (get("TSUNAGI_TLS_CERT"), get("TSUNAGI_TLS_KEY")) {
        (Some(certificate), Some(key)) => Ok(Some(Tls { certificate: certificate.into(), key: key.into() })),
        (None, None) => Ok(None),
        (Some(_), None) => Err(bad("TSUNAGI_TLS_KEY", "is missing beside TSUNAGI_TLS_CERT")),
        (None, Some(_)) => Err(bad("TSUNAGI_TLS_CERT", "is missing beside TSUNAGI_TLS_KEY")),
    }
}

fn log(get: &impl Fn(&str) -> Option<String>) -> Result<Log, BadSetting> {
    let level = match get("TSUNAGI_LOG") {
        None => tracing::Level::INFO,
        Some(text) => {
            text.parse().map_err(|_| bad("TSUNAGI_LOG", format!("'{text}' is none of error, warn, info, debug, trace")))?
        }
    };
    let json = match get("TSUNAGI_LOG_FORMAT").as_deref() {
        None | Some("text") => false,
        Some("json") => true,
        Some(other) => return Err(bad("TSUNAGI_LOG_FORMAT", format!("'{other}' is neither text nor json"))),
    };
    Ok(Log { level, json })
}

fn without_password(secret: &SecretString) -> String {
    match Url::parse(secret.expose_secret()) {
        Ok(mut url) => {
            let hidden = url.password().is_some() && url.set_password(Some("***")).is_ok();
            if hidden || url.password().is_none() { url.to_string() } else { "(set)".to_owned() }
        }
        Err(_) => "(set)".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&str, &str)]) -> Result<Config, BadSetting> {
        let mut table: std::collections::HashMap<_, _> = pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        table.entry("HOME".to_owned()).or_insert_with(|| "/home/somebody".to_owned());
        Config::read(|name| table.get(name).cloned())
    }

    #[test]
    fn a_hub_without_settings_is_a_local_one() {
        let config = read(&[]).unwrap();
        assert_eq!(config.origin_text(), "http://localhost:8080");
        assert!(config.origin_is_local());
        assert!(matches!(config.database, Database::Embedded));
    }

    #[test]
    fn bad_settings_name_themselves_and_the_way_out() {
        for (pairs, name) in [
            (&[("TSUNAGI_LISTEN", "8080")][..], "TSUNAGI_LISTEN"),
            (&[("TSUNAGI_ORIGIN", "http://127.0.0.1:8080")][..], "TSUNAGI_ORIGIN"),
            (&[("TSUNAGI_ORIGIN", "http://tsunagi.example.jp")][..], "TSUNAGI_ORIGIN"),
            (&[("TSUNAGI_ORIGIN", "https://tsunagi.example.jp/hub")][..], "TSUNAGI_ORIGIN"),
            (&[("DATABASE_URL", "mysql://x")][..], "DATABASE_URL"),
            (&[("TSUNAGI_MIGRATE_URL", "postgres://x/y")][..], "TSUNAGI_MIGRATE_URL"),
            (&[("TSUNAGI_TLS_CERT", "/a.pem")][..], "TSUNAGI_TLS_KEY"),
            (&[("TSUNAGI_DATA", "relative")][..], "TSUNAGI_DATA"),
            (&[("TSUNAGI_TRUSTED_PROXIES", "10.0.0.5")][..], "TSUNAGI_FORWARDED_HEADER"),
            (&[("TSUNAGI_FORWARDED_HEADER", "forwarded")][..], "TSUNAGI_TRUSTED_PROXIES"),
            (&[("TSUNAGI_LOG", "loud")][..], "TSUNAGI_LOG"),
        ] {
            assert_eq!(read(pairs).unwrap_err().name, name);
        }
    }

    #[test]
    fn no_secret_is_shown() {
        let config = read(&[("DATABASE_URL", "postgres://app:hunter2@db/tsunagi")]).unwrap();
        assert!(config.show().iter().all(|line| !line.value.contains("hunter2")));
    }
}
