//! Which proxies stand in front of the hub, and the one header in which they pass on whom they speak for.

use std::net::IpAddr;

use ipnet::IpNet;

use super::{BadSetting, bad};

pub(super) const PROXIES: &str = "TSUNAGI_TRUSTED_PROXIES";
pub(super) const HEADER: &str = "TSUNAGI_FORWARDED_HEADER";

/// More ranges than a municipality has proxies; each is compared with on every request.
const MOST_RANGES: usize = 64;

/// The proxies whose word counts, and where they say it. Without this setting nobody's word counts but the connection's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Forwarding {
    pub proxies: Vec<IpNet>,
    pub header: ForwardedHeader,
}

/// The header that is read; every other one like it is ignored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ForwardedHeader {
    /// `X-Forwarded-For: 198.51.100.7, 203.0.113.9`; written down nowhere, spoken by every proxy.
    XForwardedFor,
    /// `Forwarded: for=198.51.100.7` (RFC 7239).
    Forwarded,
}

impl ForwardedHeader {
    /// The name as the setting and HTTP write it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::XForwardedFor => "x-forwarded-for",
            Self::Forwarded => "forwarded",
        }
    }
}

impl Forwarding {
    /// Whether this is the address of a proxy whose word counts. IPv4 inside IPv6 (`::ffff:…`) is IPv4.
    pub fn trusts(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.proxies.iter().any(|range| range.contains(&address))
    }

    pub(super) fn read(get: &impl Fn(&str) -> Option<String>) -> Result<Option<Self>, BadSetting> {
        let header = match get(HEADER).map(|text| text.trim().to_ascii_lowercase()).as_deref() {
            None | Some("") => None,
            Some("x-forwarded-for") => Some(ForwardedHeader::XForwardedFor),
            Some("forwarded") => Some(ForwardedHeader::Forwarded),
            Some(other) => return Err(bad(HEADER, format!("'{other}' is neither x-forwarded-for nor forwarded"))),
        };
        let proxies = match get(PROXIES).filter(|text| !text.trim().is_empty()) {
            None => Vec::new(),
            Some(text) => text.split(',').map(|part| range(part.trim())).collect::<Result<Vec<_>, _>>()?,
        };
        match (proxies.is_empty(), header) {
            (true, None) => Ok(None),
            (true, Some(_)) => Err(bad(PROXIES, format!("is missing beside {HEADER}: name the proxies that may write it"))),
            (false, None) => {
                Err(bad(HEADER, format!("is missing beside {PROXIES}: x-forwarded-for or forwarded, whichever the proxies write")))
            }
            (false, Some(_)) if proxies.len() > MOST_RANGES => {
                Err(bad(PROXIES, format!("names {} ranges; at most {MOST_RANGES} are possible", proxies.len())))
            }
            (false, Some(header)) => Ok(Some(Self { proxies, header })),
        }
    }

    /// The proxies as the setting would be written.
    pub(super) fn show(&self) -> String {
        self.proxies.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
    }
}

/// One address or range. A slip here would let strangers choose their own address, so nothing is guessed.
fn range(text: &str) -> Result<IpNet, BadSetting> {
    let net = if let Ok(address) = text.parse::<IpAddr>() {
        IpNet::from(address)
    } else {
        text.parse::<IpNet>()
            .map_err(|_| bad(PROXIES, format!("'{text}' is neither an address nor a range such as 10.0.0.0/24 or 2001:db8::/64")))?
    };
    if net.addr() != net.network() {
        return Err(bad(PROXIES, format!("'{text}' has bits beyond its prefix: write {} or the single address", net.trunc())));
    }
    if net.prefix_len() == 0 {
        return Err(bad(PROXIES, format!("'{text}' would believe everybody")));
    }
    if matches!(net, IpNet::V6(v6) if v6.addr().to_ipv4_mapped().is_some()) {
        return Err(bad(PROXIES, format!("'{text}' is IPv4 written as IPv6: write it as IPv4")));
    }
    Ok(net)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(proxies: &str, header: &str) -> Result<Option<Forwarding>, BadSetting> {
        let given = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Forwarding::read(&|name: &str| given(if name == PROXIES { proxies } else { header }))
    }

    #[test]
    fn addresses_and_ranges_of_both_families_are_read() {
        let read = read("10.0.0.5, 192.0.2.0/24,2001:db8:1::/64,::1", "X-Forwarded-For").unwrap().unwrap();
        assert_eq!(read.header, ForwardedHeader::XForwardedFor);
        assert_eq!(read.show(), "10.0.0.5/32,192.0.2.0/24,2001:db8:1::/64,::1/128");
        for inside in ["10.0.0.5", "192.0.2.255", "2001:db8:1::9", "::1", "::ffff:10.0.0.5"] {
            assert!(read.trusts(inside.parse().unwrap()), "{inside}");
        }
        for outside in ["10.0.0.6", "192.0.3.0", "2001:db8:2::1", "::ffff:10.0.0.6", "::2"] {
            assert!(!read.trusts(outside.parse().unwrap()), "{outside}");
        }
    }

    #[test]
    fn nothing_is_trusted_without_being_named() {
        assert_eq!(read("", "").unwrap(), None);
        assert_eq!(read("  ", " ").unwrap(), None);
    }

    #[test]
    fn what_is_not_sure_is_refused_by_name() {
        for (proxies, header, name) in [
            ("10.0.0.5", "", HEADER),
            ("", "forwarded", PROXIES),
            ("10.0.0.5", "x-real-ip", HEADER),
            ("10.0.0.5", "forwarded,x-forwarded-for", HEADER),
            ("proxy.example.jp", "forwarded", PROXIES),
            ("10.0.0.5:443", "forwarded", PROXIES),
            ("10.0.0.5/33", "forwarded", PROXIES),
            ("10.0.0.5/8", "forwarded", PROXIES),
            ("010.0.0.5", "forwarded", PROXIES),
            ("10.0.0", "forwarded", PROXIES),
            ("10.0.0.5,", "forwarded", PROXIES),
            (",10.0.0.5", "forwarded", PROXIES),
            ("10.0.0.5 10.0.0.6", "forwarded", PROXIES),
            ("0.0.0.0/0", "forwarded", PROXIES),
            ("::/0", "forwarded", PROXIES),
            ("[::1]", "forwarded", PROXIES),
            ("fe80::1%eth0", "forwarded", PROXIES),
            ("::ffff:10.0.0.5", "forwarded", PROXIES),
            ("::ffff:10.0.0.0/120", "forwarded", PROXIES),
            ("*", "forwarded", PROXIES),
        ] {
            let refused = read(proxies, header).unwrap_err();
            assert_eq!(refused.name, name, "{proxies:?} {header:?}: {refused}");
        }
        let many = (0..=MOST_RANGES).map(|n| format!("10.0.1.{n}")).collect::<Vec<_>>().join(",");
        assert_eq!(read(&many, "forwarded").unwrap_err().name, PROXIES);
    }
}
