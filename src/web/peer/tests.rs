//! Ways to be taken for somebody else, none of which works; and the right configurations, which do.

use axum::http::{HeaderMap, HeaderName, HeaderValue};

use super::*;

/// Whom a spoofer would like to be: an address of the office, and one of the trusted proxy's own.
const WANTED: &str = "203.0.113.66";
const TRUTH: &str = "198.51.100.7";
const PROXY: &str = "10.0.0.5";

/// What a client sends of its own accord: header lines in their order.
type Lines = &'static [(&'static str, &'static str)];

/// More than forty ways to say that one is somebody else.
const SPOOFS: &[(&str, Lines)] = &[
    ("the plain header", &[("x-forwarded-for", "203.0.113.66")]),
    ("the standard header", &[("forwarded", "for=203.0.113.66")]),
    ("both at once", &[("x-forwarded-for", "203.0.113.66"), ("forwarded", "for=203.0.113.66")]),
    ("the header twice", &[("x-forwarded-for", "203.0.113.66"), ("x-forwarded-for", "203.0.113.66")]),
    ("the standard header twice", &[("forwarded", "for=203.0.113.66"), ("forwarded", "for=203.0.113.66")]),
    ("X-Real-IP", &[("x-real-ip", "203.0.113.66")]),
    ("True-Client-IP", &[("true-client-ip", "203.0.113.66")]),
    ("CF-Connecting-IP", &[("cf-connecting-ip", "203.0.113.66")]),
    ("CF-Connecting-IPv6", &[("cf-connecting-ipv6", "203.0.113.66")]),
    ("Fastly-Client-IP", &[("fastly-client-ip", "203.0.113.66")]),
    ("X-Client-IP", &[("x-client-ip", "203.0.113.66")]),
    ("X-Cluster-Client-IP", &[("x-cluster-client-ip", "203.0.113.66")]),
    ("X-Originating-IP", &[("x-originating-ip", "203.0.113.66")]),
    ("X-Remote-IP and X-Remote-Addr", &[("x-remote-ip", "203.0.113.66"), ("x-remote-addr", "203.0.113.66")]),
    ("X-Forwarded", &[("x-forwarded", "for=203.0.113.66")]),
    ("Forwarded-For", &[("forwarded-for", "203.0.113.66")]),
    ("X-Forwarded-Host and -By", &[("x-forwarded-host", "203.0.113.66"), ("x-forwarded-by", "203.0.113.66")]),
    ("Via", &[("via", "1.1 203.0.113.66")]),
    ("X-ProxyUser-Ip", &[("x-proxyuser-ip", "203.0.113.66")]),
    ("X-Envoy-External-Address", &[("x-envoy-external-address", "203.0.113.66")]),
    ("X-Azure-ClientIP", &[("x-azure-clientip", "203.0.113.66")]),
    ("the PROXY protocol as a header", &[("proxy", "TCP4 203.0.113.66 10.0.0.5 1 443")]),
    ("the name with an underscore", &[("x_forwarded_for", "203.0.113.66")]),
    ("a list that names the proxy last", &[("x-forwarded-for", "203.0.113.66, 10.0.0.5")]),
    ("a list that names the proxy twice", &[("x-forwarded-for", "203.0.113.66, 10.0.0.5, 10.0.0.5")]),
    ("a trailing comma", &[("x-forwarded-for", "203.0.113.66,")]),
    ("a leading comma", &[("x-forwarded-for", ",203.0.113.66")]),
    ("nothing but commas", &[("x-forwarded-for", ",,,")]),
    ("an empty line", &[("x-forwarded-for", "")]),
    ("an empty line and another", &[("x-forwarded-for", ""), ("x-forwarded-for", "203.0.113.66")]),
    ("a port", &[("x-forwarded-for", "203.0.113.66:443")]),
    ("brackets", &[("x-forwarded-for", "[2001:db8::66]:443")]),
    ("a zone", &[("x-forwarded-for", "fe80::66%eth0")]),
    ("a mapped address", &[("x-forwarded-for", "::ffff:203.0.113.66")]),
    ("the proxy, mapped", &[("x-forwarded-for", "203.0.113.66, ::ffff:10.0.0.5")]),
    ("quotation marks", &[("x-forwarded-for", "\"203.0.113.66\"")]),
    ("a quotation mark left open", &[("x-forwarded-for", "\"203.0.113.66")]),
    ("octal numbers", &[("x-forwarded-for", "0313.0.0161.0102")]),
    ("one number", &[("x-forwarded-for", "3405803842")]),
    ("hexadecimal numbers", &[("x-forwarded-for", "0xcb.0x00.0x71.0x42")]),
    ("blanks inside", &[("x-forwarded-for", "203.0.113 .66")]),
    ("tabs around", &[("x-forwarded-for", "\t203.0.113.66\t")]),
    ("semicolons between", &[("x-forwarded-for", "203.0.113.66; 203.0.113.66")]),
    ("a name", &[("x-forwarded-for", "localhost")]),
    ("unknown", &[("x-forwarded-for", "unknown")]),
    ("a star", &[("x-forwarded-for", "*")]),
    ("nobody", &[("x-forwarded-for", "0.0.0.0")]),
    ("everybody", &[("x-forwarded-for", "255.255.255.255")]),
    ("oneself", &[("x-forwarded-for", "127.0.0.1")]),
    ("the other grammar", &[("x-forwarded-for", "for=203.0.113.66")]),
    ("the bare address in the standard header", &[("forwarded", "203.0.113.66")]),
    ("mixed case", &[("forwarded", "For=203.0.113.66;Proto=HTTPS")]),
    ("for said twice", &[("forwarded", "for=203.0.113.66;for=10.0.0.5")]),
    ("by instead of for", &[("forwarded", "by=203.0.113.66")]),
    ("a hidden name", &[("forwarded", "for=_gazonk")]),
    ("unknown in the standard header", &[("forwarded", "for=unknown, for=203.0.113.66")]),
    ("a port in the standard header", &[("forwarded", "for=\"203.0.113.66:443\"")]),
    ("IPv6 without brackets", &[("forwarded", "for=\"2001:db8::66\"")]),
    ("IPv6 without quotation marks", &[("forwarded", "for=[2001:db8::66]")]),
    ("IPv4 in brackets", &[("forwarded", "for=\"[203.0.113.66]\"")]),
    ("a quotation mark left open in the standard header", &[("forwarded", "for=\"203.0.113.66")]),
    ("one that swallows the next hop", &[("forwarded", "for=203.0.113.66;x=\"")]),
    ("something escaped", &[("forwarded", "for=\"203\\.0.113.66\"")]),
    ("blanks around the equals sign", &[("forwarded", "for = 203.0.113.66")]),
    ("blanks around the semicolon", &[("forwarded", "proto=https ; for=203.0.113.66")]),
    ("a trailing semicolon", &[("forwarded", "for=203.0.113.66;")]),
    ("a trailing comma in the standard header", &[("forwarded", "for=203.0.113.66,")]),
    ("the proxy as the last of the standard header", &[("forwarded", "for=203.0.113.66, for=10.0.0.5")]),
];

fn headers(lines: &[(&str, String)]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in lines {
        headers.append(HeaderName::try_from(*name).unwrap(), HeaderValue::try_from(value).unwrap());
    }
    headers
}

fn owned(lines: Lines) -> Vec<(&'static str, String)> {
    lines.iter().map(|(name, value)| (*name, (*value).to_owned())).collect()
}

fn believing(header: ForwardedHeader) -> Forwarding {
    Forwarding { proxies: vec!["10.0.0.0/28".parse().unwrap(), "2001:db8:5::/64".parse().unwrap()], header }
}

const HEADERS: [ForwardedHeader; 2] = [ForwardedHeader::XForwardedFor, ForwardedHeader::Forwarded];

/// The hop a proxy writes for the truth.
fn hop(header: ForwardedHeader) -> String {
    match header {
        ForwardedHeader::XForwardedFor => TRUTH.to_owned(),
        ForwardedHeader::Forwarded => format!("for={TRUTH}"),
    }
}

fn found(connected: &str, lines: &[(&str, String)], forwarding: Option<&Forwarding>) -> String {
    client(connected.parse().unwrap(), &headers(lines), forwarding).to_string()
}

#[test]
fn there_are_more_than_forty_ways() {
    assert!(SPOOFS.len() >= 40, "{}", SPOOFS.len());
}

#[test]
fn nobody_who_connects_directly_is_believed() {
    for (spoof, lines) in SPOOFS {
        let lines = owned(lines);
        assert_eq!(found(TRUTH, &lines, None), TRUTH, "{spoof}");
        for header in HEADERS {
            assert_eq!(found(TRUTH, &lines, Some(&believing(header))), TRUTH, "{spoof}");
            assert_eq!(found("::ffff:198.51.100.7", &lines, Some(&believing(header))), TRUTH, "{spoof}");
        }
    }
}

#[test]
fn without_the_setting_a_proxy_is_somebody_like_others() {
    for (spoof, lines) in SPOOFS {
        assert_eq!(found(PROXY, &owned(lines), None), PROXY, "{spoof}");
    }
}

#[test]
fn behind_a_proxy_that_replaces_the_header_the_client_is_who_it_is() {
    for header in HEADERS {
        for (spoof, lines) in SPOOFS {
            let mut lines = owned(lines);
            lines.retain(|(name, _)| *name != header.name());
            lines.push((header.name(), hop(header)));
            assert_eq!(found(PROXY, &lines, Some(&believing(header))), TRUTH, "{spoof}");
        }
    }
}

#[test]
fn behind_a_proxy_that_adds_to_the_header_nobody_is_who_they_say() {
    for header in HEADERS {
        for (spoof, lines) in SPOOFS {
            // Added at the end of the line, as nginx does; and as a line of its own, as HAProxy does.
            let mut longer = owned(lines);
            match longer.iter_mut().rev().find(|(name, _)| *name == header.name()) {
                Some((_, value)) => *value = format!("{value}, {}", hop(header)),
                None => longer.push((header.name(), hop(header))),
            }
            let mut more = owned(lines);
            more.push((header.name(), hop(header)));
            for lines in [longer, more] {
                let found = found(PROXY, &lines, Some(&believing(header)));
                assert!(found == TRUTH || found == PROXY, "{spoof}: {found}");
                assert_ne!(found, WANTED);
            }
        }
    }
    let added = [("x-forwarded-for", format!("{WANTED}, {TRUTH}"))];
    assert_eq!(
        found(PROXY, &added, Some(&believing(ForwardedHeader::XForwardedFor))),
        TRUTH,
        "what stands farther left is not read"
    );
}

#[test]
fn what_is_not_certain_is_the_proxy() {
    let long = format!("{}{TRUTH}", "203.0.113.66, ".repeat(80));
    let plain = ForwardedHeader::XForwardedFor;
    for value in
        ["", ",", "198.51.100.7,", "198.51.100.7:443", "[2001:db8::7]", "fe80::7%1", "\"198.51.100.7\"", "unknown", "198.51.100.07"]
    {
        assert_eq!(found(PROXY, &[("x-forwarded-for", value.to_owned())], Some(&believing(plain))), PROXY, "{value:?}");
    }
    assert_eq!(found(PROXY, &[("x-forwarded-for", long)], Some(&believing(plain))), PROXY, "too much to read");
    let twice = [("x-forwarded-for", TRUTH.to_owned()), ("x-forwarded-for", TRUTH.to_owned())];
    assert_eq!(found(PROXY, &twice, Some(&believing(plain))), PROXY, "two lines");
    for value in [
        "for=198.51.100.7,",
        "for=\"198.51.100.7:443\"",
        "for=_x",
        "for=\"[2001:db8::7]:443\"",
        "for=[2001:db8::7]",
        "proto=https",
        "",
    ] {
        let lines = [("forwarded", value.to_owned())];
        assert_eq!(found(PROXY, &lines, Some(&believing(ForwardedHeader::Forwarded))), PROXY, "{value:?}");
    }
    let mut bytes = HeaderMap::new();
    bytes.append("x-forwarded-for", HeaderValue::from_bytes(b"198.51.100.7\xe3\x80\x80").unwrap());
    assert_eq!(client(PROXY.parse().unwrap(), &bytes, Some(&believing(plain))).to_string(), PROXY, "a blank of another script");
}

#[test]
fn a_right_configuration_works() {
    let plain =
        |value: &str| found(PROXY, &[("x-forwarded-for", value.to_owned())], Some(&believing(ForwardedHeader::XForwardedFor)));
    assert_eq!(plain(TRUTH), TRUTH);
    assert_eq!(plain("2001:db8::7"), "2001:db8::7");
    assert_eq!(plain("::ffff:198.51.100.7"), TRUTH, "a proxy that listens for both families");
    assert_eq!(plain("198.51.100.7, 10.0.0.6"), TRUTH, "two proxies");
    assert_eq!(plain("198.51.100.7,10.0.0.7 ,\t2001:db8:5::1, 10.0.0.6"), TRUTH, "four of them");
    assert_eq!(plain("10.0.0.6"), "10.0.0.6", "a proxy that asks for itself");
    assert_eq!(plain(&format!("{TRUTH}{}", ", 10.0.0.6".repeat(40))), "10.0.0.6", "more of them than anybody has");

    let standard =
        |value: &str| found("2001:db8:5::9", &[("forwarded", value.to_owned())], Some(&believing(ForwardedHeader::Forwarded)));
    assert_eq!(standard("for=198.51.100.7"), TRUTH);
    assert_eq!(standard("For=\"198.51.100.7\";proto=https;by=10.0.0.5;host=\"hub.example.jp:443\""), TRUTH);
    assert_eq!(standard("for=\"[2001:db8::7]\""), "2001:db8::7");
    assert_eq!(standard("for=203.0.113.66, for=198.51.100.7;proto=https, for=10.0.0.6"), TRUTH);
    assert_eq!(standard("for=198.51.100.7,for=\"[2001:db8:5::1]\""), TRUTH);
}

#[test]
fn a_proxy_s_own_address_is_told_apart() {
    let forwarding = believing(ForwardedHeader::XForwardedFor);
    let at = |connected: &str, lines: &[(&str, String)]| {
        Peer::read(Some(SocketAddr::new(connected.parse().unwrap(), 1)), &headers(lines), Some(&forwarding))
    };
    assert!(at(PROXY, &[]).is_proxy);
    assert!(!at(PROXY, &[("x-forwarded-for", TRUTH.to_owned())]).is_proxy);
    assert!(!at(TRUTH, &[("x-forwarded-for", PROXY.to_owned())]).is_proxy);
    assert_eq!(Peer::read(None, &headers(&[("x-forwarded-for", WANTED.to_owned())]), Some(&forwarding)).address, None);
}
