//! Who is at the other end: the connection's address, or whom a trusted proxy speaks for, worked out once per request.

mod hops;
#[cfg(test)]
mod tests;

use std::net::{IpAddr, SocketAddr};

use axum::{
    extract::{ConnectInfo, FromRequestParts, Request, State},
    http::{HeaderMap, header, request::Parts},
    middleware::Next,
    response::Response,
};

use super::App;
use crate::config::{ForwardedHeader, Forwarding};

/// A longer line is not read; each hop takes some forty letters.
const LONGEST_LINE: usize = 1024;
/// More proxies in a row than anybody has.
const MOST_HOPS: usize = 8;

/// The other end of the connection and what it calls itself.
#[derive(Debug, Clone, Default)]
pub struct Peer {
    /// Where the request came from, as far as that is certain. IPv4 inside IPv6 is IPv4.
    pub address: Option<IpAddr>,
    /// The address is a trusted proxy's: behind it may be anybody, so it stands for no network of an office.
    pub is_proxy: bool,
    pub agent: String,
}

impl Peer {
    /// Reads the address off the connection, and off the one header that is read when a trusted proxy is at its other end.
    fn read(connected: Option<SocketAddr>, headers: &HeaderMap, forwarding: Option<&Forwarding>) -> Self {
        let address = connected.map(|connected| client(connected.ip(), headers, forwarding));
        let is_proxy = address.zip(forwarding).is_some_and(|(address, forwarding)| forwarding.trusts(address));
        let agent = headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default();
        Self { address, is_proxy, agent: agent.chars().take(200).collect() }
    }

    /// Where this is for the network rule of an organization: nowhere, while it is only certain that a proxy asked.
    pub fn whereabouts(&self) -> Option<IpAddr> {
        self.address.filter(|_| !self.is_proxy)
    }

    /// Who sent this request, as the layer [`put`] found.
    pub fn of(parts: &Parts) -> Self {
        parts.extensions.get::<Self>().cloned().unwrap_or_default()
    }
}

/// The layer that works out who is there; whatever is inside it takes [`Peer`] from the request.
pub async fn put(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let connected = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(connected)| *connected);
    let peer = Peer::read(connected, request.headers(), app.config.forwarding.as_ref());
    request.extensions_mut().insert(peer);
    next.run(request).await
}

impl<S: Send + Sync> FromRequestParts<S> for Peer {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        Ok(Self::of(parts))
    }
}

/// The address of the client (security A6).
///
/// A header counts only when a trusted proxy is at the other end of the connection, and then only the one that was configured.
/// It is read from its right end, where the nearest proxy wrote: a hop that is itself a trusted proxy is believed about the
/// next one, the first that is not is the client. Where something cannot be read for sure (two lines, a port, a word, a zone,
/// an empty hop, too much of it), the client is the last hop that was certain, at worst the proxy itself: never what
/// somebody farther away says.
pub fn client(connected: IpAddr, headers: &HeaderMap, forwarding: Option<&Forwarding>) -> IpAddr {
    let connected = connected.to_canonical();
    let Some(forwarding) = forwarding.filter(|forwarding| forwarding.trusts(connected)) else { return connected };
    let mut lines = headers.get_all(forwarding.header.name()).iter();
    let (Some(line), None) = (lines.next(), lines.next()) else { return connected };
    let Some(line) = line.to_str().ok().filter(|line| line.len() <= LONGEST_LINE) else { return connected };
    let hops = match forwarding.header {
        ForwardedHeader::XForwardedFor => hops::listed(line),
        ForwardedHeader::Forwarded => hops::forwarded(line),
    };
    let mut certain = connected;
    for hop in hops.into_iter().rev().take(MOST_HOPS) {
        let Some(hop) = hop else { break };
        certain = hop;
        if !forwarding.trusts(hop) {
            break;
        }
    }
    certain
}
