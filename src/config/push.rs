//! Which push services the hub may hand notices to: theirs are the only addresses a browser can make it call.

use std::path::PathBuf;

use url::{Host, Url};

use super::{BadSetting, Shown, bad};

const SERVICES: &str = "TSUNAGI_PUSH_SERVICES";
const AUTHORITY: &str = "TSUNAGI_PUSH_CA";

/// The services of Chrome and Edge, Firefox, Windows and Safari.
const USUAL: &str = "fcm.googleapis.com,*.push.services.mozilla.com,*.notify.windows.com,*.push.apple.com";
const MOST: usize = 32;

/// The services that are called, over TLS to their names and to nothing else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PushServices {
    services: Vec<Service>,
    /// A certificate authority of one's own, PEM, trusted besides the public ones.
    pub authority: Option<PathBuf>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Service {
    /// `fcm.googleapis.com`, or `*.push.apple.com` for every name below it.
    name: String,
    port: u16,
}

impl Service {
    fn read(text: &str) -> Option<Self> {
        let (name, port) = match text.split_once(':') {
            Some((name, port)) => (name, port.parse().ok()?),
            None => (text, 443),
        };
        let host = name.strip_prefix("*.").unwrap_or(name);
        let is_name = matches!(Host::parse(host), Ok(Host::Domain(parsed)) if parsed == host);
        is_name.then(|| Self { name: name.to_owned(), port })
    }

    fn covers(&self, host: &str) -> bool {
        match self.name.strip_prefix('*') {
            Some(below) => host.len() > below.len() && host.ends_with(below),
            None => host == self.name,
        }
    }
}

impl PushServices {
    /// `None`: switched off.
    pub(super) fn read(get: &impl Fn(&str) -> Option<String>) -> Result<Option<Self>, BadSetting> {
        let text = get(SERVICES).unwrap_or_else(|| USUAL.to_owned());
        if text.trim() == "off" {
            return Ok(None);
        }
        let parts: Vec<&str> = text.split(',').map(str::trim).collect();
        if parts.len() > MOST {
            return Err(bad(SERVICES, format!("names {} services; at most {MOST} are possible", parts.len())));
        }
        let read = |part: &&str| {
            Service::read(part).ok_or_else(|| {
                bad(SERVICES, format!("'{part}' is not a name such as fcm.googleapis.com or *.push.apple.com; or say off"))
            })
        };
        Ok(Some(Self { services: parts.iter().map(read).collect::<Result<_, _>>()?, authority: get(AUTHORITY).map(PathBuf::from) }))
    }

    /// Whether a device may be reached there: `https`, a name of the list, its port, and nobody's login.
    pub fn allow(&self, endpoint: &Url) -> bool {
        let Some(Host::Domain(host)) = endpoint.host() else { return false };
        let port = endpoint.port_or_known_default();
        endpoint.scheme() == "https"
            && endpoint.username().is_empty()
            && endpoint.password().is_none()
            && self.services.iter().any(|service| service.covers(host) && Some(service.port) == port)
    }
}

pub(super) fn show(push: Option<&PushServices>) -> [Shown; 2] {
    let service = |service: &Service| match service.port {
        443 => service.name.clone(),
        port => format!("{}:{port}", service.name),
    };
    let list = |push: &PushServices| push.services.iter().map(service).collect::<Vec<_>>().join(",");
    let authority = push.and_then(|push| push.authority.as_ref()).map(|path| path.display().to_string());
    [
        Shown {
            name: SERVICES,
            value: push.map_or_else(|| "off".to_owned(), list),
            meaning: "push services of browsers that notices may be handed to, by commas; or off",
        },
        Shown {
            name: AUTHORITY,
            value: authority.unwrap_or_else(|| "(not set)".to_owned()),
            meaning: "certificate authority of a push service of your own, PEM",
        },
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: Option<&str>) -> Result<Option<PushServices>, BadSetting> {
        PushServices::read(&|name: &str| text.filter(|_| name == SERVICES).map(ToOwned::to_owned))
    }

    #[test]
    fn only_the_named_services_are_called_and_only_over_tls() {
        let usual = read(None).unwrap().unwrap();
        for (endpoint, allowed) in [
            ("https://fcm.googleapis.com/fcm/send/abc", true),
            ("https://updates.push.services.mozilla.com/wpush/v2/abc", true),
            ("https://web.push.apple.com/abc", true),
            ("https://FCM.googleapis.com/abc", true),
            ("http://fcm.googleapis.com/abc", false),
            ("https://fcm.googleapis.com:8443/abc", false),
            ("https://evil.example/fcm.googleapis.com", false),
            ("https://xfcm.googleapis.com/abc", false),
            ("https://push.apple.com.evil.example/abc", false),
            ("https://.push.apple.com/abc", false),
            ("https://user:secret@fcm.googleapis.com/abc", false),
            ("https://169.254.169.254/latest", false),
            ("https://[::1]/abc", false),
            ("https://localhost/abc", false),
        ] {
            assert_eq!(Url::parse(endpoint).is_ok_and(|url| usual.allow(&url)), allowed, "{endpoint}");
        }
        let own = read(Some("push.city.example.jp:8443")).unwrap().unwrap();
        assert!(own.allow(&Url::parse("https://push.city.example.jp:8443/x").unwrap()));
        assert!(!own.allow(&Url::parse("https://fcm.googleapis.com/x").unwrap()));
        assert_eq!(show(Some(&own))[0].value, "push.city.example.jp:8443");
        assert_eq!(read(Some("off")), Ok(None));
    }

    #[test]
    fn what_is_no_name_is_refused() {
        for text in ["", "*", "https://fcm.googleapis.com", "10.0.0.1", "a,,b", "host:port", "exa mple.jp"] {
            assert_eq!(read(Some(text)).unwrap_err().name, SERVICES, "{text}");
        }
    }
}
