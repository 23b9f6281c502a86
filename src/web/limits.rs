//! The first shield of a node: what one address, or all of them, may ask of its doors, counted in memory by the hub's clock.

use std::{
    net::IpAddr,
    num::NonZeroU32,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use governor::{
    Quota, RateLimiter, clock, middleware::NoOpMiddleware, state::InMemoryState, state::NotKeyed, state::keyed::HashMapStateStore,
};
use jiff::{SignedDuration, Timestamp};

use crate::domain::{
    clock::Clock,
    limit::{self, Limit},
};

type Common = RateLimiter<NotKeyed, InMemoryState, Elapsed, NoOpMiddleware<Duration>>;
type ByNetwork = RateLimiter<Network, HashMapStateStore<Network>, Elapsed, NoOpMiddleware<Duration>>;

/// Addresses kept in mind before those that rested are forgotten.
const MANY_NETWORKS: usize = 10_000;

/// The shields of one node. What they let through is counted in the database besides, with all other nodes.
#[derive(Debug)]
pub struct Limits {
    asked_by_network: ByNetwork,
    asked: Common,
    begun: Common,
    noted: Common,
}

/// Whom an address is counted as: an IPv4 address, the /64 of an IPv6 address, or those of whom no address is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Network {
    V4([u8; 4]),
    V6([u8; 8]),
    Nowhere,
}

/// A shield stood in the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Turned {
    pub(super) wait: SignedDuration,
}

impl Limits {
    /// Shields that let their time be told by this clock.
    pub fn new(clock: &Clock) -> Self {
        let elapsed = Elapsed::begin(clock);
        let common = |limit| RateLimiter::direct_with_clock(quota(limit), elapsed.clone());
        Self {
            asked_by_network: RateLimiter::hashmap_with_clock(quota(limit::ASKED_BY_ADDRESS), elapsed.clone()),
            asked: common(limit::ASKED_ON_NODE),
            begun: common(limit::BEGUN_ON_NODE),
            noted: common(limit::NOTED_ON_NODE),
        }
    }

    /// One more request at a door. Who asks too much is turned away before anything of it counts against the others.
    pub(super) fn ask(&self, network: Network) -> Result<(), Turned> {
        if self.asked_by_network.len() > MANY_NETWORKS {
            self.asked_by_network.retain_recent();
        }
        self.asked_by_network.check_key(&network).map_err(|until| turned(&self.asked_by_network, &until))?;
        self.asked.check().map_err(|until| turned(&self.asked, &until))
    }

    /// One more ceremony begun.
    pub(super) fn begin(&self) -> Result<(), Turned> {
        self.begun.check().map_err(|until| turned(&self.begun, &until))
    }

    /// Whether one more line may be written about those turned away by [`Limits::ask`].
    pub(super) fn note(&self) -> bool {
        self.noted.check().is_ok()
    }
}

fn turned<K, S: governor::state::StateStore<Key = K>>(
    limiter: &RateLimiter<K, S, Elapsed, NoOpMiddleware<Duration>>,
    until: &governor::NotUntil<Duration>,
) -> Turned {
    let wait = until.wait_time_from(clock::Clock::now(limiter.clock()));
    Turned { wait: SignedDuration::try_from(wait).unwrap_or(SignedDuration::MAX) }
}

fn quota(limit: Limit) -> Quota {
    let burst = NonZeroU32::new(limit.burst).unwrap_or(NonZeroU32::MIN);
    // A period of nothing cannot be had; the slowest limit stands in for it.
    let quota = limit.every.try_into().ok().and_then(Quota::with_period).unwrap_or_else(|| Quota::per_hour(NonZeroU32::MIN));
    quota.allow_burst(burst)
}

impl Network {
    pub(super) fn of(address: Option<IpAddr>) -> Self {
        match address.map(|address| address.to_canonical()) {
            None => Self::Nowhere,
            Some(IpAddr::V4(v4)) => Self::V4(v4.octets()),
            Some(IpAddr::V6(v6)) => Self::V6(v6.octets().first_chunk().copied().unwrap_or_default()),
        }
    }

    pub(super) const fn bytes(&self) -> &[u8] {
        match self {
            Self::V4(bytes) => bytes,
            Self::V6(bytes) => bytes,
            Self::Nowhere => &[],
        }
    }
}

/// How much time has passed on the hub's clock, in steps forward only: a clock set back would else lock everybody out until
/// it has caught up.
#[derive(Debug, Clone)]
struct Elapsed {
    clock: Clock,
    seen: Arc<Mutex<(Timestamp, Duration)>>,
}

impl Elapsed {
    fn begin(clock: &Clock) -> Self {
        Self { clock: clock.clone(), seen: Arc::new(Mutex::new((clock.now(), Duration::ZERO))) }
    }
}

impl clock::Clock for Elapsed {
    type Instant = Duration;

    fn now(&self) -> Duration {
        let now = self.clock.now();
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let step = Duration::try_from(now.duration_since(seen.0)).unwrap_or(Duration::ZERO);
        *seen = (now, seen.1.saturating_add(step));
        seen.1
    }
}

#[cfg(test)]
mod tests {
    use jiff::ToSpan;

    use super::*;

    fn clock() -> Clock {
        Clock::set_to("2026-11-20T00:00:00Z".parse().unwrap())
    }

    #[test]
    fn one_address_is_turned_away_and_the_others_are_not() {
        let clock = clock();
        let limits = Limits::new(&clock);
        let (one, other) = (Network::of("192.0.2.1".parse().ok()), Network::of("192.0.2.2".parse().ok()));
        for _ in 0..limit::ASKED_BY_ADDRESS.burst {
            assert_eq!(limits.ask(one), Ok(()));
        }
        assert_eq!(limits.ask(one), Err(Turned { wait: limit::ASKED_BY_ADDRESS.every }));
        assert_eq!(limits.ask(other), Ok(()));
        clock.advance(1.second());
        assert_eq!(limits.ask(one), Ok(()));
    }

    #[test]
    fn many_addresses_together_are_turned_away() {
        let limits = Limits::new(&clock());
        let from = |n: u32| Network::V4(n.to_be_bytes());
        assert!((0..limit::ASKED_ON_NODE.burst).all(|n| limits.ask(from(n)).is_ok()));
        assert!(limits.ask(from(u32::MAX)).is_err());
    }

    #[test]
    fn a_clock_set_back_locks_nobody_out() {
        let clock = clock();
        let limits = Limits::new(&clock);
        assert!((0..limit::BEGUN_ON_NODE.burst).all(|_| limits.begin().is_ok()));
        clock.advance(-(24.hours()));
        assert!(limits.begin().is_err());
        clock.advance(1.second());
        assert!(limits.begin().is_ok(), "time goes on from where it was set to");
    }

    #[test]
    fn an_address_is_an_ipv4_address_or_a_whole_network_of_ipv6() {
        let of = |text: &str| Network::of(text.parse().ok());
        assert_eq!(of("2001:db8:1:2::1"), of("2001:db8:1:2:ffff:ffff:ffff:ffff"));
        assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
        assert_eq!(of("::ffff:192.0.2.1"), of("192.0.2.1"));
        assert_ne!(of("192.0.2.1"), of("192.0.2.2"));
    }
}
