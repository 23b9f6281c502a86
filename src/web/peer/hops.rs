//! The two ways proxies write down whom they speak for, read strictly: what is not plainly an address is `None`.

use std::net::{IpAddr, Ipv6Addr};

/// `X-Forwarded-For`: bare addresses between commas, the nearest hop last.
pub(super) fn listed(line: &str) -> Vec<Option<IpAddr>> {
    line.split(',').map(|hop| address(blank_free(hop))).collect()
}

/// `Forwarded` (RFC 7239, 4 and 6): elements between commas, each of pairs between semicolons, the nearest hop last. A line that
/// breaks the grammar anywhere has no hops at all, because a quotation mark left open may swallow any of them.
pub(super) fn forwarded(line: &str) -> Vec<Option<IpAddr>> {
    let mut hops = Vec::new();
    let mut rest = line;
    loop {
        let Some((hop, after)) = element(rest.trim_start_matches(BLANK)) else { return Vec::new() };
        hops.push(hop);
        rest = after.trim_start_matches(BLANK);
        if rest.is_empty() {
            return hops;
        }
        let Some(next) = rest.strip_prefix(',') else { return Vec::new() };
        rest = next;
    }
}

/// Optional whitespace of HTTP (RFC 9110, 5.6.3), and nothing else that Unicode calls blank.
const BLANK: [char; 2] = [' ', '\t'];

fn blank_free(text: &str) -> &str {
    text.trim_matches(BLANK)
}

/// An address somebody can have: no name, port, zone, brackets, octal numbers, and not everybody at once.
fn address(text: &str) -> Option<IpAddr> {
    let address = text.parse::<IpAddr>().ok()?.to_canonical();
    let is_nobody = address.is_unspecified() || address.is_multicast() || matches!(address, IpAddr::V4(v4) if v4.is_broadcast());
    (!is_nobody).then_some(address)
}

/// One `forwarded-element` from its beginning: whom it is `for`, and what follows it.
fn element(text: &str) -> Option<(Option<IpAddr>, &str)> {
    let mut found = Vec::new();
    let mut rest = text;
    loop {
        let (name, after) = token(rest)?;
        let (value, after) = value(after.strip_prefix('=')?)?;
        if name.eq_ignore_ascii_case("for") {
            found.push(node(value));
        }
        match after.strip_prefix(';') {
            Some(next) => rest = next,
            // Said twice, or not at all: not sure.
            None if found.len() == 1 => return Some((found.remove(0), after)),
            None => return Some((None, after)),
        }
    }
}

/// The characters of a token (RFC 9110, 5.6.2) at the beginning of the text, at least one.
fn token(text: &str) -> Option<(&str, &str)> {
    let end = text.find(|c: char| !(c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c))).unwrap_or(text.len());
    (end > 0).then(|| text.split_at(end))
}

/// A token, or a quoted string without anything escaped in it: no address needs that.
fn value(text: &str) -> Option<(Value<'_>, &str)> {
    let Some(quoted) = text.strip_prefix('"') else {
        let (bare, after) = token(text)?;
        return Some((Value { text: bare, quoted: false }, after));
    };
    let (inside, after) = quoted.split_once('"')?;
    (!inside.contains('\\')).then_some((Value { text: inside, quoted: true }, after))
}

#[derive(Clone, Copy)]
struct Value<'a> {
    text: &'a str,
    quoted: bool,
}

/// Whom the element is for: an IPv4 address, or an IPv6 address in brackets and quotation marks. `unknown`, `_hidden` and ports
/// are allowed by the standard and tell us nothing we could be sure of.
fn node(value: Value<'_>) -> Option<IpAddr> {
    match value.text.strip_prefix('[') {
        None => address(value.text).filter(IpAddr::is_ipv4),
        Some(bracketed) if value.quoted => {
            let inside = bracketed.strip_suffix(']')?;
            inside.parse::<Ipv6Addr>().ok()?;
            address(inside)
        }
        Some(_) => None,
    }
}
