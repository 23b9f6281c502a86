//! What a node remembers of the push services: how many pushes each has in hand, and whether it was away when last called.

use std::collections::HashMap;

use crate::store::pushes::Why;

/// So many pushes may be in the hands of one service: half of the lanes, so that one that hangs leaves the others to the rest.
pub(super) const AT_ONCE: usize = 4;

/// By name and port.
#[derive(Debug, Default)]
pub(super) struct Services(HashMap<String, Standing>);

#[derive(Debug, Default, Clone, Copy)]
struct Standing {
    in_hand: usize,
    is_away: bool,
}

impl Standing {
    /// One that is away is asked by one lane, until it answers.
    const fn is_full(self) -> bool {
        self.in_hand >= if self.is_away { 1 } else { AT_ONCE }
    }
}

impl Services {
    /// Those that get nothing more for now.
    pub(super) fn full(&self) -> Vec<String> {
        self.0.iter().filter(|(_, standing)| standing.is_full()).map(|(name, _)| name.clone()).collect()
    }

    /// A push to it was taken.
    pub(super) fn begin(&mut self, service: &str) {
        self.0.entry(service.to_owned()).or_default().in_hand += 1;
    }

    /// It is out of our hands, and this is what was heard.
    pub(super) fn end(&mut self, service: &str, why: Why) {
        let Some(standing) = self.0.get_mut(service) else { return };
        standing.in_hand = standing.in_hand.saturating_sub(1);
        standing.is_away = match why {
            Why::Unreachable => true,
            Why::None | Why::Refused | Why::Later | Why::Gone => false,
            // It was not called.
            Why::Expired | Why::Off | Why::Elsewhere => standing.is_away,
        };
        if standing.in_hand == 0 && !standing.is_away {
            self.0.remove(service);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(pushes: usize) -> Services {
        let mut services = Services::default();
        for _ in 0..pushes {
            services.begin("slow");
        }
        services
    }

    #[test]
    fn a_service_has_half_of_the_lanes_at_most() {
        assert!(with(AT_ONCE - 1).full().is_empty());
        let mut services = with(AT_ONCE);
        assert_eq!(services.full(), ["slow"]);
        services.begin("other");
        assert_eq!(services.full(), ["slow"], "another has its own");
        services.end("slow", Why::None);
        assert!(services.full().is_empty());
    }

    #[test]
    fn one_that_is_away_is_asked_by_one_lane_until_it_answers() {
        // What was heard, and how many it may have then.
        for (why, may_have) in [
            (Why::Unreachable, 1),
            (Why::Later, AT_ONCE),
            (Why::Refused, AT_ONCE),
            (Why::Gone, AT_ONCE),
            (Why::None, AT_ONCE),
            (Why::Expired, 1),
            (Why::Off, 1),
            (Why::Elsewhere, 1),
        ] {
            let mut services = with(1);
            services.end("slow", Why::Unreachable);
            assert!(services.full().is_empty(), "somebody may ask");
            services.begin("slow");
            assert_eq!(services.full(), ["slow"], "and nobody beside them");
            services.end("slow", why);
            let mut taken = 0;
            while services.full().is_empty() {
                services.begin("slow");
                taken += 1;
            }
            assert_eq!(taken, may_have, "{why:?}");
        }
    }

    #[test]
    fn who_answers_and_has_nothing_in_hand_is_forgotten() {
        let mut services = with(2);
        services.end("slow", Why::None);
        services.end("slow", Why::Later);
        services.end("slow", Why::Later);
        assert!(services.0.is_empty());
    }
}
