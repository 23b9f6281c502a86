//! The networks an organization signs in from: read as an administrator types them, shown again, asked for an address.

// Addresses are values: this is the part of the standard library without a socket in it.
use core::net::IpAddr;
use std::{collections::HashSet, fmt};

use ipnet::{IpNet, Ipv4Net};
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

use super::table_in::shortened;

/// More networks than this are refused.
pub const MOST: usize = 64;

/// Distinct networks, none inside another, in the order they were written.
///
/// Addresses of IPv4 written the IPv6 way (`::ffff:192.0.2.1`) are those of IPv4, in the list and when asked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Networks(Vec<IpNet>);

/// What was read, and what was left out because it is there already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    pub networks: Networks,
    pub merged: Vec<Merged>,
}

/// A network that lies within another one of the list; two equal ones lie within each other and the later is merged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Merged {
    pub network: IpNet,
    pub within: IpNet,
}

/// What is wrong with one entry, or with the whole list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// From 1; `None` for the whole list.
    pub line: Option<usize>,
    /// What stands there, at most 60 characters.
    pub written: String,
    pub refusal: Refusal,
}

/// Why an entry is no network; `key` and `args` say it, with how to mend it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("no address and no network")]
    Unreadable,
    #[error("the length of an IPv4 network is 1 to 32, of an IPv6 network 1 to 128")]
    Length,
    /// An address inside a network with that network's length: one of the two was meant.
    #[error("bits behind the length are set; the network would be {network}")]
    HostBits { network: IpNet },
    #[error("a mask instead of a length; the network would be {network}")]
    Mask { network: IpNet },
    /// `/0`, or networks that are everything together.
    #[error("that is everywhere")]
    Everywhere,
    #[error("more than {MOST} networks")]
    TooMany,
}

impl Refusal {
    /// The id of the sentence that says it, to be looked up in the texts.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Unreadable => "networks-unreadable",
            Self::Length => "networks-length",
            Self::HostBits { .. } => "networks-host-bits",
            Self::Mask { .. } => "networks-mask",
            Self::Everywhere => "networks-everywhere",
            Self::TooMany => "networks-too-many",
        }
    }

    /// `network`, the way it would be written, or `most`.
    pub fn args(self) -> Vec<(&'static str, String)> {
        match self {
            Self::HostBits { network } | Self::Mask { network } => vec![("network", network.to_string())],
            Self::TooMany => vec![("most", MOST.to_string())],
            _ => Vec::new(),
        }
    }
}

impl Networks {
    /// Reads one network or address per line, or several parted by spaces, commas or semicolons, in any width.
    ///
    /// A bare address is itself alone (`/32`, `/128`). Nothing written is an empty list. Every faulty entry is named.
    pub fn read(text: &str) -> Result<Reading, Vec<Fault>> {
        let mut faults = Vec::new();
        let mut written = Vec::new();
        let mut distinct = HashSet::new();
        for (line, entry) in entries(text) {
            match network(&entry) {
                Ok(network) => {
                    distinct.insert(network);
                    written.push(network);
                }
                Err(refusal) => faults.push(Fault { line: Some(line), written: shortened(&entry, 60), refusal }),
            }
            if distinct.len() + faults.len() > MOST {
                faults.push(whole(Refusal::TooMany));
                return Err(faults);
            }
        }
        let reading = merge(&written, &distinct);
        if IpNet::aggregate(&reading.networks.0).iter().any(|network| network.prefix_len() == 0) {
            faults.push(whole(Refusal::Everywhere));
        }
        if faults.is_empty() { Ok(reading) } else { Err(faults) }
    }

    /// The networks a store kept, which were read before.
    pub fn kept(networks: Vec<IpNet>) -> Self {
        Self(networks)
    }

    pub fn as_slice(&self) -> &[IpNet] {
        &self.0
    }

    /// No list: every address may sign in.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether the address lies in one of the networks; an empty list contains none.
    pub fn contains(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.0.iter().any(|network| network.contains(&address))
    }

    /// Whether this list keeps the address out: there is a list, and the address is not on it.
    pub fn keep_out(&self, address: IpAddr) -> bool {
        !self.is_empty() && !self.contains(address)
    }
}

/// One network a line, single addresses without a length: as [`Networks::read`] reads it back.
impl fmt::Display for Networks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, network) in self.0.iter().enumerate() {
            if place > 0 {
                f.write_str("\n")?;
            }
            if network.prefix_len() == network.max_prefix_len() {
                write!(f, "{}", network.addr())?;
            } else {
                write!(f, "{network}")?;
            }
        }
        Ok(())
    }
}

fn whole(refusal: Refusal) -> Fault {
    Fault { line: None, written: String::new(), refusal }
}

/// The entries and their lines, folded to half width.
fn entries(text: &str) -> impl Iterator<Item = (usize, String)> {
    let parts = |c: char| c.is_whitespace() || matches!(c, ',' | ';' | '、' | '，' | '；' | '､');
    text.lines().enumerate().flat_map(move |(line, written)| {
        let entries = written.split(parts).filter(|entry| !entry.is_empty());
        entries.map(move |entry| (line + 1, folded(entry))).collect::<Vec<_>>()
    })
}

/// Half width, and the full stop that Japanese keyboards put between numbers as a dot.
fn folded(entry: &str) -> String {
    entry.nfkc().map(|c| if c == '。' { '.' } else { c }).collect()
}

fn network(entry: &str) -> Result<IpNet, Refusal> {
    let Some((address, length)) = entry.split_once('/') else {
        let address: IpAddr = entry.parse().map_err(|_| Refusal::Unreadable)?;
        return Ok(IpNet::from(address.to_canonical()));
    };
    let address: IpAddr = address.parse().map_err(|_| Refusal::Unreadable)?;
    if let (IpAddr::V4(address), Ok(IpAddr::V4(mask))) = (address, length.parse()) {
        let network = Ipv4Net::with_netmask(address, mask).map_err(|_| Refusal::Length)?;
        return Err(if network.prefix_len() == 0 {
            Refusal::Everywhere
        } else {
            Refusal::Mask { network: network.trunc().into() }
        });
    }
    if length.is_empty() || !length.bytes().all(|b| b.is_ascii_digit()) {
        return Err(Refusal::Unreadable);
    }
    let length: u8 = length.parse().map_err(|_| Refusal::Length)?;
    let written = IpNet::new(address, length).map_err(|_| Refusal::Length)?;
    let network = canonical(written).ok_or(Refusal::Length)?;
    match network.trunc() {
        whole if whole.prefix_len() == 0 => Err(Refusal::Everywhere),
        whole if whole != network => Err(Refusal::HostBits { network: whole }),
        whole => Ok(whole),
    }
}

/// `::ffff:192.0.2.0/120` as 192.0.2.0/24; `None` where the length reaches beyond the part that stands for IPv4.
fn canonical(network: IpNet) -> Option<IpNet> {
    match network.addr().to_canonical() {
        address @ IpAddr::V4(_) if matches!(network, IpNet::V6(_)) => {
            network.prefix_len().checked_sub(96).and_then(|length| IpNet::new(address, length).ok())
        }
        _ => Some(network),
    }
}

/// Leaves out what lies within another network; of equal ones the first stays.
fn merge(written: &[IpNet], distinct: &HashSet<IpNet>) -> Reading {
    let mut reading = Reading { networks: Networks::default(), merged: Vec::new() };
    for network in written {
        let wider = distinct.iter().filter(|other| *other != network && other.contains(network));
        // The widest of them is in the list whatever else is left out.
        if let Some(within) = wider.min_by_key(|other| other.prefix_len()) {
            reading.merged.push(Merged { network: *network, within: *within });
        } else if reading.networks.0.contains(network) {
            reading.merged.push(Merged { network: *network, within: *network });
        } else {
            reading.networks.0.push(*network);
        }
    }
    reading
}

#[cfg(test)]
mod tests;
