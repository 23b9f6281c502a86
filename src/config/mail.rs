//! Where mail goes out: the server, always over TLS, and whom it says it is from.

use std::{fs, path::PathBuf};

use secrecy::SecretString;
use url::Url;

use super::{BadSetting, Shown, bad};

/// A mail server to hand mail to (RFC 6409). Nothing is ever sent to it in the clear.
#[derive(Debug, Clone)]
pub struct Smtp {
    pub host: String,
    pub port: u16,
    pub tls: SmtpTls,
    pub login: Option<(String, SecretString)>,
    /// The address mails are from.
    pub from: String,
    /// A certificate authority of one's own, PEM, trusted besides the public ones.
    pub authority: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SmtpTls {
    /// From the first byte (`smtps://`, RFC 8314).
    Wrapped,
    /// After STARTTLS, without which nothing is sent (`smtp://…?tls=required`).
    Required,
}

const SERVER: &str = "TSUNAGI_SMTP";
const PASSWORD_FILE: &str = "TSUNAGI_SMTP_PASSWORD_FILE";
const AUTHORITY: &str = "TSUNAGI_SMTP_CA";
const FROM: &str = "TSUNAGI_MAIL_FROM";

pub(super) fn read(get: &impl Fn(&str) -> Option<String>) -> Result<Option<Smtp>, BadSetting> {
    let Some(text) = get(SERVER) else {
        let stray = [PASSWORD_FILE, AUTHORITY, FROM].into_iter().find(|name| get(name).is_some());
        return stray.map_or(Ok(None), |name| Err(bad(name, "is set without TSUNAGI_SMTP")));
    };
    // The text may hold a password, so no message repeats it.
    let url = Url::parse(&text).map_err(|_| bad(SERVER, "is not an address such as smtps://mail.example.jp"))?;
    let host = url.host_str().filter(|host| !host.is_empty()).ok_or_else(|| bad(SERVER, "has no host"))?.to_owned();
    let required = url.query_pairs().any(|(name, value)| name == "tls" && value == "required");
    let (tls, port) = match url.scheme() {
        "smtps" => (SmtpTls::Wrapped, 465),
        "smtp" if required => (SmtpTls::Required, 587),
        "smtp" => return Err(bad(SERVER, "add ?tls=required, or begin with smtps://: mail is never sent in the clear")),
        _ => return Err(bad(SERVER, "must begin with smtps:// or smtp://")),
    };
    let from = get(FROM).ok_or_else(|| bad(FROM, "is missing beside TSUNAGI_SMTP: the address mails are from"))?;
    if !is_address(&from) {
        return Err(bad(FROM, "is not a mail address such as tsunagi@example.jp"));
    }
    let authority = get(AUTHORITY).map(PathBuf::from);
    Ok(Some(Smtp { host, port: url.port().unwrap_or(port), tls, login: login(get, &url)?, from, authority }))
}

/// The user of the address, with the password beside it or in a file of its own.
fn login(get: &impl Fn(&str) -> Option<String>, url: &Url) -> Result<Option<(String, SecretString)>, BadSetting> {
    let decoded = |text: &str| percent(text).ok_or_else(|| bad(SERVER, "user or password cannot be read"));
    let user = decoded(url.username())?;
    let password = match (url.password(), get(PASSWORD_FILE)) {
        (Some(_), Some(_)) => return Err(bad(PASSWORD_FILE, "is set although TSUNAGI_SMTP has a password")),
        (Some(password), None) => Some(decoded(password)?),
        (None, Some(file)) => {
            let text = fs::read_to_string(&file).map_err(|error| bad(PASSWORD_FILE, format!("cannot be read: {error}")))?;
            Some(text.trim_end_matches(['\r', '\n']).to_owned())
        }
        (None, None) => None,
    };
    match (user.is_empty(), password) {
        (true, None) => Ok(None),
        (false, Some(password)) => Ok(Some((user, SecretString::from(password)))),
        (true, Some(_)) => Err(bad(SERVER, "has a password and no user: smtps://USER@HOST")),
        (false, None) => Err(bad(PASSWORD_FILE, "is missing: TSUNAGI_SMTP names a user")),
    }
}

/// Undoes the percent-encoding of an address; `None` when it is no text.
fn percent(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        if *first == b'%' {
            let digits = std::str::from_utf8(after.get(..2)?).ok()?;
            bytes.push(u8::from_str_radix(digits, 16).ok()?);
            rest = after.get(2..)?;
        } else {
            bytes.push(*first);
            rest = after;
        }
    }
    String::from_utf8(bytes).ok()
}

fn is_address(text: &str) -> bool {
    let plain = text.chars().all(|c| c.is_ascii_graphic() && !"<>(),;:\\\"[]".contains(c));
    plain
        && text.len() <= 254
        && text.split_once('@').is_some_and(|(name, host)| !name.is_empty() && !host.is_empty() && !host.contains('@'))
}

pub(super) fn show(smtp: Option<&Smtp>) -> [Shown; 4] {
    let shown =
        |name, value: Option<String>, meaning| Shown { name, value: value.unwrap_or_else(|| "(not set)".to_owned()), meaning };
    let server = smtp.map(|smtp| {
        let user = smtp.login.as_ref().map(|(user, _)| format!("{user}:***@")).unwrap_or_default();
        let (scheme, more) = match smtp.tls {
            SmtpTls::Wrapped => ("smtps", ""),
            SmtpTls::Required => ("smtp", "?tls=required"),
        };
        format!("{scheme}://{user}{}:{}{more}", smtp.host, smtp.port)
    });
    let login = smtp.and_then(|smtp| smtp.login.as_ref()).map(|_| "(set)".to_owned());
    [
        shown(SERVER, server, "mail server, always over TLS; without it no mail is sent"),
        shown(PASSWORD_FILE, login, "file with the password of the mail server's user"),
        shown(
            AUTHORITY,
            smtp.and_then(|smtp| smtp.authority.as_ref()).map(|path| path.display().to_string()),
            "certificate authority of the mail server, PEM, if it is your own",
        ),
        shown(FROM, smtp.map(|smtp| smtp.from.clone()), "address mails are from"),
    ]
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    fn read(pairs: &[(&str, &str)]) -> Result<Option<Smtp>, BadSetting> {
        let set = |name: &str| pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned());
        super::read(&set)
    }

    #[test]
    fn mail_is_off_until_a_server_is_named() {
        assert!(read(&[]).unwrap().is_none());
        assert_eq!(read(&[(FROM, "a@example.jp")]).unwrap_err().name, FROM);
    }

    #[test]
    fn a_server_has_tls_from_the_first_byte_or_demands_it() {
        let smtp = read(&[(SERVER, "smtps://me%40office:se%2Fcret@mail.example.jp"), (FROM, "a@example.jp")]).unwrap().unwrap();
        assert_eq!((smtp.host.as_str(), smtp.port, smtp.tls), ("mail.example.jp", 465, SmtpTls::Wrapped));
        let (user, password) = smtp.login.unwrap();
        assert_eq!((user.as_str(), password.expose_secret()), ("me@office", "se/cret"));
        let smtp = read(&[(SERVER, "smtp://mail:2525?tls=required"), (FROM, "a@example.jp")]).unwrap().unwrap();
        assert_eq!((smtp.port, smtp.tls, smtp.login.is_some()), (2525, SmtpTls::Required, false));
    }

    #[test]
    fn bad_settings_name_themselves_and_repeat_no_secret() {
        for (pairs, name) in [
            (&[(SERVER, "smtp://u:hunter2@mail"), (FROM, "a@example.jp")][..], SERVER),
            (&[(SERVER, "http://u:hunter2@mail"), (FROM, "a@example.jp")], SERVER),
            (&[(SERVER, "smtps://u:hunter2@mail")], FROM),
            (&[(SERVER, "smtps://u:hunter2@mail"), (FROM, "つなぎ <a@b>")], FROM),
            (&[(SERVER, "smtps://u:hunter2@mail"), (FROM, "a@b"), (PASSWORD_FILE, "/x")], PASSWORD_FILE),
            (&[(SERVER, "smtps://u@mail"), (FROM, "a@b")], PASSWORD_FILE),
            (&[(SERVER, "smtps://u@mail"), (FROM, "a@b"), (PASSWORD_FILE, "/nonexistent")], PASSWORD_FILE),
            (&[(SERVER, "smtps://:hunter2@mail"), (FROM, "a@b")], SERVER),
        ] {
            let error = read(pairs).unwrap_err();
            assert_eq!(error.name, name);
            assert!(!error.to_string().contains("hunter2"), "{error}");
        }
    }

    #[test]
    fn a_password_may_stand_in_a_file_and_is_shown_nowhere() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("password");
        fs::write(&file, "hunter2\n").unwrap();
        let pairs = [(SERVER, "smtps://u@mail"), (FROM, "a@b"), (PASSWORD_FILE, file.to_str().unwrap())];
        let smtp = read(&pairs).unwrap().unwrap();
        assert_eq!(smtp.login.as_ref().unwrap().1.expose_secret(), "hunter2");
        assert!(show(Some(&smtp)).iter().all(|line| !line.value.contains("hunter2")));
        assert!(!format!("{smtp:?}").contains("hunter2"));
    }
}
