//! How long a session may rest and last (security B4, NIST SP 800-63B-4). A ward may shorten it, never lengthen it.

use jiff::{SignedDuration, Timestamp};

use crate::{
    gate::{Role, Side},
    store::sessions::Shorter,
};

/// The limits of one session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lasting {
    /// Resting so long, it asks for the person again.
    pub lock: SignedDuration,
    /// Resting so long, it is over.
    pub idle: SignedDuration,
    /// It is never older than this.
    pub whole: SignedDuration,
}

/// Where a session stands in its limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    Awake,
    Locked,
    Over,
}

/// Whoever rests longer is out, whatever they act as.
pub const LONGEST_REST: SignedDuration = SignedDuration::from_mins(30);

impl Lasting {
    /// The limits of a session that acts by this role, where a ward has shortened those of a side; who has not chosen yet is held
    /// to those of the administration, as the session layer does.
    pub fn within(role: Option<Role>, shortened: &[(Side, Shorter)]) -> Self {
        let side = role.map(Role::side);
        let shorter = shortened.iter().find(|(of, _)| *of == side.unwrap_or(Side::Administration));
        Self::of(side, shorter.map_or_else(Shorter::default, |(_, shorter)| *shorter))
    }

    /// Facility 30 min / 24 h, office 30 min / 12 h, administration 15 min / 12 h; who has not chosen yet is held to the
    /// strictest. Nobody sits before a screen that rested for ten minutes.
    pub fn of(side: Option<Side>, shorter: Shorter) -> Self {
        let (idle, whole) = match side {
            Some(Side::Facility) => (30, 24),
            Some(Side::Office) => (30, 12),
            Some(Side::Administration) | None => (15, 12),
        };
        let minutes = |longest: i64, wanted: Option<i16>| SignedDuration::from_mins(longest.min(wanted.map_or(longest, i64::from)));
        Self {
            lock: minutes(10, shorter.lock_minutes),
            idle: minutes(idle, shorter.idle_minutes),
            whole: SignedDuration::from_hours(whole.min(shorter.whole_hours.map_or(whole, i64::from))),
        }
    }

    /// What has become of a session opened and last used then.
    pub fn standing(self, opened_at: Timestamp, seen_at: Timestamp, now: Timestamp) -> Standing {
        let rested = now.duration_since(seen_at);
        if rested > self.idle || now.duration_since(opened_at) > self.whole {
            Standing::Over
        } else if rested > self.lock {
            Standing::Locked
        } else {
            Standing::Awake
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SIDES: [Option<Side>; 4] = [Some(Side::Facility), Some(Side::Office), Some(Side::Administration), None];

    #[test]
    fn the_limits_are_those_of_the_requirement() {
        let minutes = |side| {
            let lasting = Lasting::of(side, Shorter::default());
            (lasting.lock.as_mins(), lasting.idle.as_mins(), lasting.whole.as_hours())
        };
        assert_eq!(SIDES.map(minutes), [(10, 30, 24), (10, 30, 12), (10, 15, 12), (10, 15, 12)]);
        assert!(SIDES.iter().all(|side| Lasting::of(*side, Shorter::default()).idle <= LONGEST_REST));
    }

    #[test]
    fn a_side_is_held_to_what_the_ward_shortened_for_it() {
        let shorter = |idle| Shorter { idle_minutes: Some(idle), ..Shorter::default() };
        let ward = [(Side::Facility, shorter(20)), (Side::Administration, shorter(12))];
        let idle = |role| Lasting::within(role, &ward).idle.as_mins();
        assert_eq!([Some(Role::Reporter), Some(Role::Caseworker), Some(Role::Auditor), None].map(idle), [20, 30, 12, 12]);
    }

    proptest! {
        #[test]
        fn a_ward_only_ever_shortens(lock: Option<i16>, idle: Option<i16>, whole: Option<i16>, side in 0..4_usize) {
            let most = Lasting::of(SIDES[side], Shorter::default());
            let found = Lasting::of(SIDES[side], Shorter { lock_minutes: lock, idle_minutes: idle, whole_hours: whole });
            prop_assert!(found.lock <= most.lock && found.idle <= most.idle && found.whole <= most.whole);
        }
    }

    #[test]
    fn a_session_rests_then_locks_then_ends() {
        let lasting = Lasting::of(Some(Side::Office), Shorter::default());
        let at = |minutes: i64| Timestamp::UNIX_EPOCH + SignedDuration::from_mins(minutes);
        let standing = |seen, now| lasting.standing(at(0), at(seen), at(now));
        assert_eq!(standing(0, 10), Standing::Awake);
        assert_eq!(standing(0, 11), Standing::Locked);
        assert_eq!(standing(0, 31), Standing::Over);
        assert_eq!(standing(719, 720), Standing::Awake);
        assert_eq!(standing(720, 721), Standing::Over, "twelve hours are enough");
    }
}
