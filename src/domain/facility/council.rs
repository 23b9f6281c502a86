//! Who keeps what is told there (守秘義務): by belonging to the council (要対協, 児童福祉法第25条の5), as public servants, or by a pledge.

use jiff::civil::Date;

use crate::domain::coded::coded;

coded! {
    /// How a facility stands to the council.
    pub enum Tie {
        /// Nobody has written it down.
        Unknown = "unknown",
        /// 公立: its people are bound as public servants.
        Public = "public",
        /// 構成員
        Member = "member",
        /// Neither public nor a member.
        None = "none",
    }
}

/// What is written down of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Secrecy {
    pub tie: Tie,
    /// Of a member, and only of one.
    pub member_since: Option<Date>,
    /// The day of a signed pledge (誓約書), whatever the tie.
    pub pledged_on: Option<Date>,
}

/// Why nothing is known to bind its people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gap {
    /// Nobody has looked yet.
    Unconfirmed,
    /// No member, or not yet, and no pledge.
    Unbound,
}

impl Secrecy {
    /// Of a facility nobody has written it down for.
    pub const UNKNOWN: Self = Self { tie: Tie::Unknown, member_since: None, pledged_on: None };

    /// What somebody should look into before children are named to it on `today`.
    pub fn gap(&self, today: Date) -> Option<Gap> {
        if self.pledged_on.is_some_and(|day| day <= today) {
            return None;
        }
        match self.tie {
            Tie::Unknown => Some(Gap::Unconfirmed),
            Tie::Public => None,
            Tie::Member if self.member_since.is_some_and(|since| since <= today) => None,
            Tie::Member | Tie::None => Some(Gap::Unbound),
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::{Gap, Secrecy, Tie};

    #[test]
    fn who_is_neither_public_nor_a_member_nor_has_pledged_is_told_of() {
        let today = date(2026, 11, 20);
        let (yesterday, tomorrow) = (date(2026, 11, 19), date(2026, 11, 21));
        for (tie, member_since, pledged_on, expected) in [
            (Tie::Unknown, None, None, Some(Gap::Unconfirmed)),
            (Tie::Unknown, None, Some(today), None),
            (Tie::Public, None, None, None),
            (Tie::Member, Some(yesterday), None, None),
            (Tie::Member, Some(today), None, None),
            (Tie::Member, Some(tomorrow), None, Some(Gap::Unbound)),
            (Tie::Member, Some(tomorrow), Some(yesterday), None),
            (Tie::None, None, None, Some(Gap::Unbound)),
            (Tie::None, None, Some(today), None),
            (Tie::None, None, Some(tomorrow), Some(Gap::Unbound)),
        ] {
            let secrecy = Secrecy { tie, member_since, pledged_on };
            assert_eq!(secrecy.gap(today), expected, "{secrecy:?}");
        }
        assert_eq!(Secrecy::UNKNOWN.gap(today), Some(Gap::Unconfirmed));
    }
}
