//! How often something may be tried (GCRA): the figures of the whole hub, each with its reason.

use jiff::SignedDuration;

/// So many at once, and after that one for each interval that passes: the generic cell rate algorithm (ITU-T I.371, annex A).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    /// At least one.
    pub burst: u32,
    /// How long it takes until one more is allowed; at least a millisecond.
    pub every: SignedDuration,
}

impl Limit {
    const fn new(burst: u32, every: SignedDuration) -> Self {
        Self { burst, every }
    }

    /// How far ahead of the clock the theoretical arrival time may run.
    pub fn tolerance(self) -> SignedDuration {
        self.every * i32::try_from(self.burst).unwrap_or(i32::MAX)
    }
}

// Shared by all nodes, in the database. Only what fails stays counted: a whole facility, or a whole ward, comes through one
// address at half past eight, and whoever gets in has cost nothing.

/// Of one address (of IPv6 its /64, which one household or device has to itself): twenty slips at once, since a staff room may
/// have a bad morning together, then one every half minute: 2,900 a day against 100 random bits of an invitation code.
pub const FAILED_BY_ADDRESS: Limit = Limit::new(20, SignedDuration::from_secs(30));

/// Of one account, from wherever: five slips, then one a minute. A person who failed five times needs the telephone, not a sixth
/// try. NIST SP 800-63B-4, 3.2.2 asks for at most a hundred in a row.
pub const FAILED_BY_ACCOUNT: Limit = Limit::new(5, SignedDuration::from_mins(1));

/// Of one ward, from wherever: what its staff could get wrong on the first of April, and a brake on guessing with many
/// addresses. What belongs to no ward we know has a limit of its own of the same size.
pub const FAILED_BY_WARD: Limit = Limit::new(200, SignedDuration::from_secs(1));

/// Ceremonies begun at one address and not finished: the page begins one when it opens, and its button goes on with that one. At half
/// past eight the pages of a whole ward are open behind one address before anybody has touched a key: four hundred, and one more each
/// second for those who opened it in vain.
pub const BEGUN_BY_ADDRESS: Limit = Limit::new(400, SignedDuration::from_secs(1));

// Shared by all nodes too, and counted whatever comes of it: whether a child is watched is itself a secret, so that nobody finds out by trying.

/// 緊急閲覧 of one person: five at once, as a night with several siblings may need, then one every twelve minutes: five in an hour.
pub const EMERGENCIES_BY_PERSON: Limit = Limit::new(5, SignedDuration::from_mins(12));

/// Of one ward, whoever asks: twenty at once, then one every three minutes. More than any night has had, and too few for a list of names.
pub const EMERGENCIES_BY_WARD: Limit = Limit::new(20, SignedDuration::from_mins(3));

// Of one node, in its memory: so that a flood ends before the database. Counted whatever comes of it.

/// Ceremonies begun on a node: fifty a second is ten times the rush of a ward with 3,000 staff, and keeps the table of begun
/// ceremonies, which live for five minutes, at 16,000 rows. A thousand at once, so that no single address uses it up.
pub const BEGUN_ON_NODE: Limit = Limit::new(1_000, SignedDuration::from_millis(20));

/// Requests at the doors from one address. Far more than a ward behind one address needs, and few enough for the database,
/// because each of them writes a line of the sign-in log.
pub const ASKED_BY_ADDRESS: Limit = Limit::new(2_000, SignedDuration::from_millis(20));

/// Requests at the doors of a node from anywhere: what many addresses together may cost the database.
pub const ASKED_ON_NODE: Limit = Limit::new(5_000, SignedDuration::from_millis(5));

/// Lines of the sign-in log about what the two limits above turned away: one a second at most, for the log must not become the
/// hole. Everything else has a line for each attempt.
pub const NOTED_ON_NODE: Limit = Limit::new(60, SignedDuration::from_secs(1));

/// Nodes whose clocks differ by less than this share their limits; a clock set back by more is forgiven at the next refusal.
pub const SKEW: SignedDuration = SignedDuration::from_mins(5);

/// Whole seconds to wait, at least one, as `Retry-After` says them (RFC 9110, 10.2.3).
pub fn seconds(wait: SignedDuration) -> u32 {
    let whole = wait.as_secs() + i64::from(wait.subsec_nanos() > 0);
    u32::try_from(whole).unwrap_or(0).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waiting_is_said_in_whole_seconds_and_never_too_short() {
        for (millis, said) in [(-5_000, 1), (0, 1), (1, 1), (1_000, 1), (1_001, 2), (29_999, 30), (60_000, 60)] {
            assert_eq!(seconds(SignedDuration::from_millis(millis)), said, "{millis}");
        }
    }

    #[test]
    fn the_tolerance_is_the_burst() {
        assert_eq!(FAILED_BY_ADDRESS.tolerance(), SignedDuration::from_mins(10));
        assert_eq!(FAILED_BY_ACCOUNT.tolerance(), SignedDuration::from_mins(5));
    }
}
