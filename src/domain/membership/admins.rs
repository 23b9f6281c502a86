//! Who can run the ward, and from which day on nobody could any more: no act of an admin may lead there.

use jiff::{ToSpan as _, civil::Date};

use super::{Term, ending::Ending};
use crate::domain::ids::{Id, Membership, Person};

/// Days on which somebody is an admin of the ward. Whoever has no passkey is none, for all that an admin does asks for one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Admin {
    pub person: Id<Person>,
    pub membership: Id<Membership>,
    pub term: Term,
    /// The ward's sign-in service lets them in too.
    pub bound: bool,
}

/// All admins of a ward, and by what they come in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Admins {
    pub all: Vec<Admin>,
    /// The ward's own office lets nobody in but through the sign-in service.
    pub by_service: bool,
}

/// What is about to be done to one of them, or to all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change<'a> {
    /// 停止
    Stopped(Id<Person>),
    /// 退職, with the last day.
    Left(Id<Person>, Date),
    Ended(Id<Membership>, Ending),
    /// Other days, as a file wants them.
    Altered(&'a [(Id<Membership>, Term)]),
    /// Their account at the service opens nothing any more.
    Unbound(Id<Person>),
    /// Nobody comes in any more but through the service.
    ByService,
}

impl Admins {
    /// The first day on which nobody could get in any more, although somebody could if nothing were changed.
    ///
    /// What takes effect at once is held against today alone: it may have to be done this minute, because an account is in the
    /// wrong hands, and whoever is left has the time to look for somebody else.
    pub fn gap(&self, change: Change<'_>, today: Date) -> Option<Date> {
        let before: Vec<Term> = self.able(self.by_service).map(|admin| admin.term).collect();
        let by_service = self.by_service || change == Change::ByService;
        let after: Vec<Term> = self.able(by_service).filter_map(|admin| admin.left_by(change, by_service)).collect();
        let gap = first_gap(&before, &after, today)?;
        (gap == today || !change.is_at_once(today)).then_some(gap)
    }

    fn able(&self, by_service: bool) -> impl Iterator<Item = &Admin> {
        self.all.iter().filter(move |admin| admin.bound || !by_service)
    }
}

impl Change<'_> {
    fn is_at_once(self, today: Date) -> bool {
        match self {
            Self::Stopped(_) | Self::Unbound(_) => true,
            Self::Left(_, last) => last < today,
            Self::Ended(_, ending) => ending.at_once,
            Self::Altered(_) | Self::ByService => false,
        }
    }
}

impl Admin {
    /// The days that are left of theirs.
    fn left_by(&self, change: Change<'_>, by_service: bool) -> Option<Term> {
        match change {
            Change::Stopped(person) if person == self.person => None,
            Change::Unbound(person) if person == self.person && by_service => None,
            Change::Left(person, last) if person == self.person => self.term.ending(last).ok(),
            Change::Ended(membership, ending) if membership == self.membership => {
                if ending.stopped {
                    None
                } else {
                    self.term.ending(ending.until).ok()
                }
            }
            Change::Altered(terms) => {
                let new = terms.iter().rev().find(|(membership, _)| *membership == self.membership);
                Some(new.map_or(self.term, |(_, term)| *term))
            }
            _ => Some(self.term),
        }
    }
}

/// The first day from `today` on that a term of `before` has and none of `after`.
fn first_gap(before: &[Term], after: &[Term], today: Date) -> Option<Date> {
    let has = |terms: &[Term], day| terms.iter().any(|term| term.has(day));
    let begins = before.iter().map(|term| term.from());
    let ends = after.iter().filter_map(|term| term.until()).map(|last| last.saturating_add(1.day()));
    let turns = std::iter::once(today).chain(begins).chain(ends);
    turns.filter(|day| *day >= today && has(before, *day) && !has(after, *day)).min()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    const TODAY: Date = date(2026, 11, 20);
    const MARCH: Date = date(2027, 3, 31);
    const APRIL: Date = date(2027, 4, 1);

    fn id<T>(number: u128) -> Id<T> {
        Id::from(Uuid::from_u128(number))
    }

    fn term(from: Date, until: Option<Date>) -> Term {
        Term::new(from, until).unwrap()
    }

    /// Person and membership `number`.
    fn admin(number: u128, until: Option<Date>, bound: bool) -> Admin {
        Admin { person: id(number), membership: id(number), term: term(date(2026, 4, 1), until), bound }
    }

    fn admins(by_service: bool, all: &[Admin]) -> Admins {
        Admins { all: all.to_vec(), by_service }
    }

    fn now() -> Ending {
        Ending { until: date(2026, 11, 19), stopped: false, at_once: true }
    }

    fn on(until: Date) -> Ending {
        Ending { until, stopped: false, at_once: false }
    }

    #[test]
    fn the_only_admin_is_not_taken_away_in_any_way() {
        let alone = admins(false, &[admin(1, None, false)]);
        let stopped = Ending { until: TODAY, stopped: true, at_once: true };
        let shorter = [(id(1), term(date(2026, 4, 1), Some(MARCH)))];
        for (change, gap) in [
            (Change::Stopped(id(1)), Some(TODAY)),
            (Change::Left(id(1), TODAY), Some(date(2026, 11, 21))),
            (Change::Left(id(1), date(2026, 10, 31)), Some(TODAY)),
            (Change::Ended(id(1), now()), Some(TODAY)),
            (Change::Ended(id(1), stopped), Some(TODAY)),
            (Change::Ended(id(1), on(MARCH)), Some(APRIL)),
            (Change::Altered(&shorter), Some(APRIL)),
            (Change::ByService, Some(TODAY)),
            (Change::Unbound(id(1)), None),
            (Change::Stopped(id(2)), None),
            (Change::Left(id(2), TODAY), None),
            (Change::Ended(id(2), now()), None),
            (Change::Altered(&[]), None),
        ] {
            assert_eq!(alone.gap(change, TODAY), gap, "{change:?}");
        }
    }

    #[test]
    fn where_the_service_is_the_only_way_in_whoever_it_does_not_know_is_no_help() {
        let ward = admins(true, &[admin(1, None, true), admin(2, None, false)]);
        for change in [Change::Stopped(id(1)), Change::Ended(id(1), now()), Change::Unbound(id(1))] {
            assert_eq!(ward.gap(change, TODAY), Some(TODAY), "{change:?}");
        }
        for change in [Change::Stopped(id(2)), Change::Ended(id(2), now()), Change::Unbound(id(2)), Change::ByService] {
            assert_eq!(ward.gap(change, TODAY), None, "{change:?}");
        }
        let both = admins(true, &[admin(1, None, true), admin(2, None, true)]);
        assert_eq!(both.gap(Change::Unbound(id(1)), TODAY), None);
        let until_march = admins(false, &[admin(1, Some(MARCH), true), admin(2, None, false)]);
        assert_eq!(until_march.gap(Change::ByService, TODAY), Some(APRIL), "nobody whom the service knows is left then");
    }

    #[test]
    fn who_comes_later_counts_from_then_on_and_who_goes_until_then() {
        let next = Admin { term: term(APRIL, None), ..admin(2, None, false) };
        let handed_over = admins(false, &[admin(1, None, false), next]);
        assert_eq!(handed_over.gap(Change::Ended(id(1), on(MARCH)), TODAY), None);
        assert_eq!(handed_over.gap(Change::Ended(id(1), on(date(2027, 3, 30))), TODAY), Some(MARCH));
        assert_eq!(handed_over.gap(Change::Stopped(id(1)), TODAY), Some(TODAY));
        // Two ends that would meet.
        let other_goes = admins(false, &[admin(1, None, false), admin(2, Some(MARCH), false)]);
        for last in [date(2027, 3, 30), MARCH, date(2027, 6, 30)] {
            let gap = last.max(MARCH).saturating_add(1.day());
            assert_eq!(other_goes.gap(Change::Ended(id(1), on(last)), TODAY), Some(gap), "{last}");
            assert_eq!(other_goes.gap(Change::Left(id(1), last), TODAY), Some(gap), "{last}");
        }
        assert_eq!(other_goes.gap(Change::Stopped(id(1)), TODAY), None, "this minute, and four months to find somebody");
        assert_eq!(other_goes.gap(Change::Ended(id(2), on(TODAY)), TODAY), None);
    }

    #[test]
    fn what_was_so_before_is_no_change() {
        let both_go = admins(false, &[admin(1, Some(MARCH), false), admin(2, Some(MARCH), false)]);
        assert_eq!(both_go.gap(Change::Ended(id(1), on(date(2027, 1, 31))), TODAY), None);
        assert_eq!(admins(true, &[admin(1, None, false)]).gap(Change::Stopped(id(1)), TODAY), None, "could not get in anyway");
        assert_eq!(admins(false, &[]).gap(Change::Stopped(id(1)), TODAY), None);
    }

    fn day(offset: i64) -> Date {
        TODAY.checked_add(offset.days()).unwrap()
    }

    fn terms() -> impl Strategy<Value = Vec<Term>> {
        let one =
            (-40_i64..40, prop::option::of(0_i64..40)).prop_map(|(from, long)| term(day(from), long.map(|long| day(from + long))));
        prop::collection::vec(one, 0..4)
    }

    proptest! {
        #[test]
        fn the_gap_is_the_first_of_all_days(before in terms(), after in terms()) {
            let has = |terms: &[Term], day| terms.iter().any(|term| term.has(day));
            let looked_for = (0..200).map(day).find(|day| has(&before, *day) && !has(&after, *day));
            prop_assert_eq!(first_gap(&before, &after, TODAY), looked_for);
        }
    }
}
