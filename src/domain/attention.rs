//! Which accounts somebody should look after: those that would be lost with one device, rest unused, or end soon.

use jiff::{ToSpan as _, civil::Date};

use super::{
    clock::in_japan,
    coded::coded,
    rights::{Account, Grant},
};

coded! {
    /// Why somebody should look.
    pub enum Concern {
        /// Holds a right and has no passkey to use it with.
        NoPasskey = "no_passkey",
        /// One lost device, and the person is locked out.
        OnePasskey = "one_passkey",
        /// Could sign in, and did not for thirty days.
        Resting30 = "resting_30",
        Resting90 = "resting_90",
        /// A right that ends within sixty days.
        Ending = "ending",
    }
}

/// How far ahead a right's end is told.
const SOON: i64 = 60;

impl Concern {
    /// Whether the account is one of these on `today`.
    pub fn is_about(self, account: &Account, today: Date) -> bool {
        let held = in_force(account, today);
        let is_held = !held.is_empty() && stands(account, today);
        let rests = |days: i64| account.could_sign_in(today, today) && rested(account, today, days);
        match self {
            Self::NoPasskey => is_held && passkeys(account, today) == 0,
            Self::OnePasskey => is_held && passkeys(account, today) == 1,
            Self::Resting30 => rests(30),
            Self::Resting90 => rests(90),
            Self::Ending => is_held && held.iter().any(|grant| ends_soon(grant, today)),
        }
    }
}

/// The rights that can be acted by today, as far as the organization and the right itself go.
pub fn in_force(account: &Account, today: Date) -> Vec<&Grant> {
    let holds = |grant: &&Grant| {
        grant.term.has(today)
            && grant.suspended_on.is_none()
            && grant.opened_on <= today
            && grant.closed_on.is_none_or(|closed| today < closed)
    };
    account.grants.iter().filter(holds).collect()
}

/// Passkeys that can be used today.
pub fn passkeys(account: &Account, today: Date) -> usize {
    account.credentials.iter().filter(|one| one.registered_on <= today && one.removed_on.is_none()).count()
}

/// Whether the right ends within the coming weeks.
pub fn ends_soon(grant: &Grant, today: Date) -> bool {
    grant.term.until().is_some_and(|last| last <= today.saturating_add(SOON.days()))
}

fn stands(account: &Account, today: Date) -> bool {
    account.suspended_on.is_none() && account.left_on.is_none_or(|last| today <= last)
}

/// Nothing for so many days; whoever has never signed in rests since the last passkey was registered.
fn rested(account: &Account, today: Date, days: i64) -> bool {
    let registered = account.credentials.iter().map(|one| one.registered_on).max();
    let last = account.last_sign_in.map(|at| in_japan(at).date()).or(registered);
    let since = today.saturating_sub(days.days());
    last.is_none_or(|last| last < since)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use uuid::Uuid;

    use super::*;
    use crate::domain::{clock::japan_instant, facility::FacilityKind, ids::Id, membership::Term, rights::Credential, role::Role};

    const TODAY: Date = date(2026, 11, 20);

    fn account() -> Account {
        let passkey = |day| Credential { registered_on: day, removed_on: None };
        Account {
            person: Id::from(Uuid::from_u128(1)),
            name: "架空".to_owned(),
            kana: String::new(),
            staff_code: String::new(),
            credentials: vec![passkey(date(2026, 4, 1)), passkey(date(2026, 4, 2))],
            suspended_on: None,
            left_on: None,
            last_sign_in: Some(japan_instant(date(2026, 11, 19).at(8, 0, 0, 0))),
            grants: vec![Grant {
                organization: Id::from(Uuid::from_u128(10)),
                organization_name: "みどり小学校".to_owned(),
                kind: FacilityKind::Elementary.into(),
                role: Role::Reporter,
                term: Term::new(date(2026, 4, 1), None).unwrap(),
                suspended_on: None,
                opened_on: date(2020, 4, 1),
                closed_on: None,
            }],
        }
    }

    fn concerns(change: impl FnOnce(&mut Account)) -> Vec<Concern> {
        let mut account = account();
        change(&mut account);
        Concern::ALL.iter().copied().filter(|concern| concern.is_about(&account, TODAY)).collect()
    }

    #[test]
    fn each_concern_has_its_reason_and_no_other() {
        let removed = |a: &mut Account| a.credentials[1].removed_on = Some(TODAY);
        let at = |day: Date| Some(japan_instant(day.at(23, 0, 0, 0)));
        assert_eq!(concerns(|_| ()), []);
        assert_eq!(concerns(removed), [Concern::OnePasskey]);
        assert_eq!(concerns(|a| a.credentials.clear()), [Concern::NoPasskey]);
        assert_eq!(concerns(|a| a.last_sign_in = at(date(2026, 10, 21))), [], "thirty days are not yet too long");
        assert_eq!(concerns(|a| a.last_sign_in = at(date(2026, 10, 20))), [Concern::Resting30]);
        assert_eq!(concerns(|a| a.last_sign_in = at(date(2026, 8, 21))), [Concern::Resting30, Concern::Resting90]);
        assert_eq!(concerns(|a| a.last_sign_in = None), [Concern::Resting30, Concern::Resting90]);
        let until = |day| move |a: &mut Account| a.grants[0].term = Term::new(date(2026, 4, 1), Some(day)).unwrap();
        assert_eq!(concerns(until(date(2027, 1, 19))), [Concern::Ending]);
        assert_eq!(concerns(until(date(2027, 1, 20))), []);
    }

    #[test]
    fn who_cannot_act_any_more_is_no_concern() {
        let weak = |a: &mut Account| {
            a.credentials.truncate(1);
            a.last_sign_in = None;
        };
        assert_eq!(concerns(weak).len(), 3);
        for stop in [
            |a: &mut Account| a.suspended_on = Some(TODAY),
            |a: &mut Account| a.left_on = Some(date(2026, 11, 19)),
            |a: &mut Account| a.grants.clear(),
            |a: &mut Account| a.grants[0].closed_on = Some(TODAY),
            |a: &mut Account| a.grants[0].opened_on = date(2026, 11, 21),
            |a: &mut Account| a.grants[0].term = Term::new(date(2026, 4, 1), Some(date(2026, 11, 19))).unwrap(),
        ] {
            let found = concerns(|a| {
                weak(a);
                stop(a);
            });
            let found: Vec<_> =
                found.into_iter().filter(|concern| *concern != Concern::Resting30 && *concern != Concern::Resting90).collect();
            assert_eq!(found, []);
        }
    }
}
