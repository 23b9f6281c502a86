//! Which sign-in service a ward may use, and the secret it knows the hub by: a file of the operator for each ward.
//!
//! The secret is in no table, so no dump and no page holds it. It stands beside the one issuer it may be shown to: whoever
//! can change the ward's settings cannot have it sent anywhere else, nor make the hub fetch what it likes.

use std::{
    fs,
    path::{Path, PathBuf},
};

use rustls::pki_types::{CertificateDer, pem::PemObject};
use secrecy::SecretString;
use url::{Host, Url};

use super::{BadSetting, Shown, bad};

/// The sign-in services this hub may talk to.
#[derive(Debug, Clone, Default)]
pub struct Issuers {
    folder: Option<PathBuf>,
    known: Vec<Issuer>,
    /// A certificate authority of one's own, PEM, trusted besides the public ones.
    pub authority: Option<PathBuf>,
}

/// One of them, and whose it is.
#[derive(Debug, Clone)]
pub struct Issuer {
    /// The code of the ward: the name of the file.
    pub ward: String,
    pub address: String,
    pub secret: Option<SecretString>,
}

const FOLDER: &str = "TSUNAGI_PROVIDERS";
const AUTHORITY: &str = "TSUNAGI_PROVIDER_CA";

impl Issuers {
    pub(super) fn read(get: &impl Fn(&str) -> Option<String>, origin: &Url) -> Result<Self, BadSetting> {
        let authority = get(AUTHORITY).map(PathBuf::from);
        let Some(folder) = get(FOLDER).map(PathBuf::from) else {
            return if authority.is_some() { Err(bad(AUTHORITY, "is set without TSUNAGI_PROVIDERS")) } else { Ok(Self::default()) };
        };
        if let Some(path) = &authority {
            has_certificates(path)?;
        }
        let unread = |error: std::io::Error| bad(FOLDER, format!("cannot be read: {error}"));
        let mut known = Vec::new();
        for entry in fs::read_dir(&folder).map_err(unread)? {
            let path = entry.map_err(unread)?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            // What editors and file systems leave behind.
            if name.starts_with('.') || !path.is_file() {
                continue;
            }
            let text = fs::read_to_string(&path).map_err(unread)?;
            known.push(Issuer::parse(name, &text, origin)?);
        }
        Ok(Self { folder: Some(folder), known, authority })
    }

    pub fn of(&self, ward: &str) -> Option<&Issuer> {
        self.known.iter().find(|issuer| issuer.ward == ward)
    }

    pub(super) fn show(&self) -> [Shown; 2] {
        let shown =
            |name, value: Option<String>, meaning| Shown { name, value: value.unwrap_or_else(|| "(not set)".to_owned()), meaning };
        let wards = self.known.iter().map(|issuer| format!("{}: {}", issuer.ward, issuer.address)).collect::<Vec<_>>().join(", ");
        let folder = self.folder.as_ref().map(|folder| format!("{} ({wards})", folder.display()));
        [
            shown(FOLDER, folder, "folder with a file for each ward that signs in at a service of its own: issuer, then secret"),
            shown(
                AUTHORITY,
                self.authority.as_ref().map(|path| path.display().to_string()),
                "certificate authority of those services, PEM, if it is your own",
            ),
        ]
    }
}

/// Whoever runs the hub learns at its start that nobody could be sent to a service, not from the first who tries.
fn has_certificates(path: &Path) -> Result<(), BadSetting> {
    let text = fs::read(path).map_err(|error| bad(AUTHORITY, format!("cannot be read: {error}")))?;
    let certificates = CertificateDer::pem_slice_iter(&text).collect::<Result<Vec<_>, _>>();
    match certificates.map(|all| all.len()) {
        Ok(0) => Err(bad(AUTHORITY, "has no certificate: it must be the authority's own, as PEM (-----BEGIN CERTIFICATE-----)")),
        Ok(_) => Ok(()),
        Err(_) => Err(bad(AUTHORITY, "is no PEM file of certificates, or a broken one")),
    }
}

impl Issuer {
    /// First line the issuer, second line the secret, if the service gave one. No message repeats what is in the file.
    fn parse(ward: String, text: &str, origin: &Url) -> Result<Self, BadSetting> {
        let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        let address = lines.next().unwrap_or_default().to_owned();
        let secret = lines.next().map(SecretString::from);
        if lines.next().is_some() {
            return Err(bad(FOLDER, format!("{ward} has more than two lines: the issuer, then the secret")));
        }
        let url = Url::parse(&address).map_err(|_| bad(FOLDER, format!("{ward} does not begin with an address (https://…)")))?;
        let plain = url.query().is_none() && url.fragment().is_none() && url.username().is_empty() && url.password().is_none();
        if !plain || !is_reachable(&url, origin) {
            return Err(bad(FOLDER, format!("{ward}: the issuer must begin with https:// and have no user, ? or #")));
        }
        Ok(Self { ward, address, secret })
    }
}

/// Over TLS; without it on this machine alone, and only while the hub itself is a trial.
pub fn is_reachable(url: &Url, origin: &Url) -> bool {
    let is_local = |url: &Url| match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    url.host().is_some() && (url.scheme() == "https" || (url.scheme() == "http" && is_local(url) && is_local(origin)))
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    fn read(files: &[(&str, &str)], origin: &str) -> Result<Issuers, BadSetting> {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            fs::write(folder.path().join(name), text).unwrap();
        }
        let path = folder.path().display().to_string();
        Issuers::read(&|name| (name == FOLDER).then(|| path.clone()), &Url::parse(origin).unwrap())
    }

    const HUB: &str = "https://tsunagi.example.jp";

    #[test]
    fn a_ward_has_the_issuer_of_its_file_and_no_other_ward_has_it() {
        let issuers =
            read(&[("131041", "https://login.example.jp/ward\nhunter2\n"), ("131059", "https://x.example.jp")], HUB).unwrap();
        let issuer = issuers.of("131041").unwrap();
        assert_eq!(issuer.address, "https://login.example.jp/ward");
        assert_eq!(issuer.secret.as_ref().unwrap().expose_secret(), "hunter2");
        assert!(issuers.of("131059").unwrap().secret.is_none() && issuers.of("131067").is_none());
        assert!(issuers.show().iter().all(|line| !line.value.contains("hunter2")) && !format!("{issuers:?}").contains("hunter2"));
    }

    #[test]
    fn bad_files_name_themselves_and_repeat_nothing() {
        for text in [
            "",
            "hunter2",
            "http://login.example.jp\nhunter2",
            "https://u:hunter2@login.example.jp",
            "https://login.example.jp/?a=1\nhunter2",
            "https://login.example.jp\nhunter2\nmore",
            "ftp://login.example.jp\nhunter2",
            "http://localhost:3000\nhunter2",
        ] {
            let error = read(&[("131041", text)], HUB).unwrap_err();
            assert_eq!(error.name, FOLDER);
            assert!(error.problem.contains("131041") && !error.problem.contains("hunter2"), "{error}");
        }
    }

    #[test]
    fn an_authority_is_a_file_of_certificates() {
        let folder = tempfile::tempdir().unwrap();
        let wards = folder.path().join("wards");
        fs::create_dir(&wards).unwrap();
        let signed = rcgen::generate_simple_self_signed(["login.example.jp".to_owned()]).unwrap();
        let (certificate, key) = (signed.cert.pem(), signed.signing_key.serialize_pem());
        let cut: String = certificate.lines().take(4).collect::<Vec<_>>().join("\n");
        for (text, problem) in [
            (Some(certificate.clone()), None),
            (Some(format!("{certificate}{certificate}")), None),
            (None, Some("cannot be read")),
            (Some(String::new()), Some("has no certificate")),
            (Some("https://login.example.jp".to_owned()), Some("has no certificate")),
            (Some(key), Some("has no certificate")),
            (Some(cut), Some("PEM")),
        ] {
            let path = folder.path().join("authority.pem");
            let _ = fs::remove_file(&path);
            if let Some(text) = &text {
                fs::write(&path, text).unwrap();
            }
            let set = |name: &str| match name {
                FOLDER => Some(wards.display().to_string()),
                AUTHORITY => Some(path.display().to_string()),
                _ => None,
            };
            let read = Issuers::read(&set, &Url::parse(HUB).unwrap());
            match (read, problem) {
                (Ok(issuers), None) => assert_eq!(issuers.authority, Some(path)),
                (Err(error), Some(problem)) => assert!(error.name == AUTHORITY && error.problem.contains(problem), "{error}"),
                (read, problem) => panic!("{read:?} and not {problem:?}: {text:?}"),
            }
        }
    }

    #[test]
    fn without_tls_it_is_this_machine_or_nothing_and_only_in_a_trial() {
        let trial = "http://localhost:8080";
        assert!(read(&[("1", "http://localhost:3000")], trial).is_ok() && read(&[("1", "http://127.0.0.1:3000")], trial).is_ok());
        assert!(read(&[("1", "http://192.0.2.1:3000")], trial).is_err() && read(&[("1", "http://127.0.0.1:3000")], HUB).is_err());
    }
}
