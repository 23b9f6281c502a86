//! Giving an account back to its owner: whose two words it takes, and from when to when the code works (design 5, security B9).

use jiff::{SignedDuration, Timestamp};

use super::coded::coded;

coded! {
    /// As what somebody speaks for the person.
    pub enum Voice {
        /// 施設長 of a facility the person works at.
        Head = "head",
        /// 自治体の管理者
        Admin = "admin",
        /// 運用者, with a written form.
        Operator = "operator",
    }
}

coded! {
    /// Why it is asked for.
    pub enum Reason {
        Lost = "lost",
        Broken = "broken",
        Replaced = "replaced",
        Other = "other",
    }
}

/// What the person is, as far as recovery asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// Reports for facilities and does nothing else.
    pub only_reports: bool,
    /// Others' rights hang on theirs.
    pub privileged: bool,
    /// A facility they work at has a head who could speak for them.
    pub has_head: bool,
}

/// How long an asking stands without a second word.
pub const ASKING: SignedDuration = SignedDuration::from_hours(7 * 24);
/// How long a code works.
pub const LIFE: SignedDuration = SignedDuration::from_hours(24);
/// How long the code of somebody privileged waits, so that its owner can object (security B9).
pub const DELAY: SignedDuration = SignedDuration::from_hours(24);

impl Standing {
    /// Whose word is needed after the first one.
    pub const fn second(self, first: Voice) -> Voice {
        match first {
            Voice::Admin if self.only_reports && self.has_head => Voice::Head,
            _ => Voice::Admin,
        }
    }

    /// Whether these two may give this person's account back. The head of a facility speaks for those who report for it and for
    /// nobody else; the operator only beside an admin, or alone for the last one.
    pub const fn satisfied_by(self, one: Voice, other: Voice) -> bool {
        match (one, other) {
            (Voice::Head, Voice::Admin) | (Voice::Admin, Voice::Head) => self.only_reports,
            (Voice::Admin, Voice::Admin) => true,
            (Voice::Operator | Voice::Admin, Voice::Operator) => self.privileged,
            _ => false,
        }
    }

    /// From when a code approved at `approved` works.
    pub fn opens_at(self, approved: Timestamp) -> Timestamp {
        if self.privileged { approved + DELAY } else { approved }
    }
}

/// When a code that works from `opens` stops working.
pub fn expires_at(opens: Timestamp) -> Timestamp {
    opens + LIFE
}

#[cfg(test)]
mod tests {
    use super::*;

    const REPORTER: Standing = Standing { only_reports: true, privileged: false, has_head: true };
    const CASEWORKER: Standing = Standing { only_reports: false, privileged: false, has_head: false };
    const ADMIN: Standing = Standing { only_reports: false, privileged: true, has_head: false };

    #[test]
    fn staff_of_a_facility_need_their_head_and_an_admin() {
        assert_eq!(REPORTER.second(Voice::Admin), Voice::Head);
        assert_eq!(REPORTER.second(Voice::Head), Voice::Admin);
        assert!(REPORTER.satisfied_by(Voice::Head, Voice::Admin) && REPORTER.satisfied_by(Voice::Admin, Voice::Head));
        assert!(!REPORTER.satisfied_by(Voice::Head, Voice::Head));
        let headless = Standing { has_head: false, ..REPORTER };
        assert_eq!(headless.second(Voice::Admin), Voice::Admin);
    }

    #[test]
    fn everybody_else_needs_two_admins() {
        for standing in [CASEWORKER, ADMIN] {
            assert_eq!(standing.second(Voice::Admin), Voice::Admin);
            assert!(standing.satisfied_by(Voice::Admin, Voice::Admin));
            assert!(!standing.satisfied_by(Voice::Head, Voice::Admin) && !standing.satisfied_by(Voice::Admin, Voice::Head));
        }
        assert!(ADMIN.satisfied_by(Voice::Operator, Voice::Operator) && ADMIN.satisfied_by(Voice::Admin, Voice::Operator));
        assert!(!CASEWORKER.satisfied_by(Voice::Operator, Voice::Operator));
    }

    #[test]
    fn the_code_of_somebody_privileged_waits_a_day() {
        let now: Timestamp = "2026-11-20T00:00:00Z".parse().unwrap();
        assert_eq!(CASEWORKER.opens_at(now), now);
        assert_eq!(ADMIN.opens_at(now), now + SignedDuration::from_hours(24));
        assert_eq!(expires_at(now), now + SignedDuration::from_hours(24));
    }
}
