//! Terms, turns and standings by table, and the rules that hold for all of them.

use jiff::{ToSpan as _, civil::date};
use proptest::prelude::*;
use uuid::Uuid;

use super::*;

const FIRST_OF_APRIL: Date = date(2027, 4, 1);

fn id<T>(number: u128) -> Id<T> {
    Id::from(Uuid::from_u128(number))
}

fn term(from: Date, until: Option<Date>) -> Term {
    Term::new(from, until).unwrap()
}

/// A membership of person 1 unless said otherwise.
fn held(number: u128, organization: u128, role: Role, from: Date, until: Option<Date>) -> Held {
    Held { id: id(number), person: id(1), organization: id(organization), role, term: term(from, until), suspended: false }
}

#[test]
fn a_term_has_both_its_ends() {
    let year = term(date(2026, 4, 1), Some(date(2027, 3, 31)));
    assert!(year.has(date(2026, 4, 1)) && year.has(date(2027, 3, 31)));
    assert!(!year.has(date(2026, 3, 31)) && !year.has(FIRST_OF_APRIL));
    assert!(!year.over(date(2027, 3, 31)) && year.over(FIRST_OF_APRIL));
    assert!(term(date(2026, 4, 1), None).has(date(2199, 1, 1)));
    assert!(Term::new(date(2026, 4, 1), Some(date(2026, 4, 1))).is_ok());
    assert_eq!(Term::new(date(2026, 4, 1), Some(date(2026, 3, 31))), Err(Refusal::EndsBeforeItBegins));
    assert_eq!(year.ending(date(2026, 12, 31)).unwrap().until(), Some(date(2026, 12, 31)));
    assert_eq!(year.ending(date(2030, 1, 1)), Ok(year));
    assert_eq!(year.ending(date(2026, 3, 31)), Err(Refusal::EndsBeforeItBegins));
    let json = r#"{"from":"2026-04-01","until":"2026-03-31"}"#;
    assert!(serde_json::from_str::<Term>(json).is_err());
}

#[test]
fn the_fiscal_year_ends_on_the_last_of_march() {
    assert_eq!(fiscal_year_end(date(2026, 4, 1)), date(2027, 3, 31));
    assert_eq!(fiscal_year_end(date(2027, 3, 31)), date(2027, 3, 31));
    assert_eq!(fiscal_year_end(date(2027, 1, 5)), date(2027, 3, 31));
}

#[test]
fn the_same_role_twice_overlaps_and_two_duties_do_not() {
    let all = [held(1, 10, Role::Reporter, date(2026, 4, 1), Some(date(2027, 3, 31)))];
    let asked = |organization, role, from, until, itself: Option<u128>| {
        overlapping(&all, id(1), (id(organization), role), term(from, until), itself.map(id))
    };
    assert_eq!(asked(10, Role::Reporter, date(2027, 3, 31), None, None), Some(id(1)));
    assert_eq!(asked(10, Role::Reporter, FIRST_OF_APRIL, None, None), None);
    assert_eq!(asked(10, Role::FacilityHead, date(2026, 4, 1), None, None), None);
    assert_eq!(asked(11, Role::Reporter, date(2026, 4, 1), None, None), None);
    assert_eq!(asked(10, Role::Reporter, date(2026, 4, 1), None, Some(1)), None, "the one being changed");
    let suspended = [Held { suspended: true, ..all[0] }];
    assert_eq!(overlapping(&suspended, id(1), (id(10), Role::Reporter), all[0].term, None), Some(id(1)));
}

#[test]
fn the_first_of_april_makes_turns() {
    let last = Some(date(2027, 3, 31));
    let before = date(2024, 4, 1);
    let kinds = |all: &[Held]| turns(all, FIRST_OF_APRIL).into_iter().map(|turn| turn.kind).collect::<Vec<_>>();
    let (reporter, head) = (Role::Reporter, Role::FacilityHead);
    for (all, kind) in [
        (vec![held(1, 10, reporter, FIRST_OF_APRIL, None)], Some(TurnKind::Arrives)),
        (vec![held(1, 10, reporter, before, last)], Some(TurnKind::Leaves)),
        (vec![held(1, 10, reporter, before, last), held(2, 11, reporter, FIRST_OF_APRIL, None)], Some(TurnKind::Moves)),
        (vec![held(1, 10, reporter, before, last), held(2, 10, head, FIRST_OF_APRIL, None)], Some(TurnKind::Moves)),
        (vec![held(1, 10, reporter, before, None), held(2, 11, reporter, FIRST_OF_APRIL, None)], Some(TurnKind::Adds)),
        (vec![held(1, 10, reporter, before, None), held(2, 11, reporter, before, last)], Some(TurnKind::Moves)),
        (vec![held(1, 10, reporter, before, last), held(2, 10, reporter, FIRST_OF_APRIL, None)], None),
        (vec![held(1, 10, reporter, before, None)], None),
        (vec![Held { suspended: true, ..held(1, 10, reporter, before, last) }], None),
    ] {
        assert_eq!(kinds(&all), kind.into_iter().collect::<Vec<_>>(), "{all:?}");
    }
    let move_over = [held(1, 10, reporter, before, last), held(2, 11, reporter, FIRST_OF_APRIL, None)];
    let [turn] = turns(&move_over, FIRST_OF_APRIL).try_into().unwrap();
    assert_eq!((turn.begins, turn.ended), (vec![id(2)], vec![id(1)]));
}

#[test]
fn what_a_person_lacks_is_said() {
    let standing = |credentials, last_sign_in| Standing { person: id(1), credentials, last_sign_in };
    let today = date(2026, 11, 20);
    let lacks = |credentials, last| standing(credentials, last).lacks(today, 90);
    assert_eq!(lacks(0, None), [Lack::NoCredential, Lack::NeverSignedIn]);
    assert_eq!(lacks(1, Some(today)), [Lack::OnlyOneCredential]);
    assert_eq!(lacks(2, Some(date(2026, 8, 22))), []);
    assert_eq!(lacks(3, Some(date(2026, 8, 21))), [Lack::LongAway]);
}

#[test]
fn two_people_give_a_privileged_role_and_one_takes_it() {
    for role in Role::ALL {
        for step in [Step::Grant, Step::Extend, Step::Resume] {
            assert_eq!(needs_second_person(*role, step), role.is_privileged(), "{role:?} {step:?}");
        }
        assert!(!needs_second_person(*role, Step::Suspend) && !needs_second_person(*role, Step::End));
    }
}

fn day() -> impl Strategy<Value = Date> {
    (0i32..400).prop_map(|days| date(2026, 4, 1).checked_add(days.days()).unwrap())
}

fn some_term() -> impl Strategy<Value = Term> {
    (day(), prop::option::of(0i32..100))
        .prop_map(|(from, length)| term(from, length.map(|days| from.checked_add(days.days()).unwrap())))
}

fn memberships() -> impl Strategy<Value = Vec<Held>> {
    let one = (1u128..4, 10u128..12, prop::sample::select(vec![Role::Reporter, Role::FacilityHead]), some_term(), any::<bool>());
    prop::collection::vec(one, 0..12).prop_map(|rows| {
        let held = |(number, (person, organization, role, term, suspended))| Held {
            id: id(number),
            person: id(person),
            organization: id(organization),
            role,
            term,
            suspended,
        };
        (1u128..).zip(rows).map(held).collect()
    })
}

proptest! {
    #[test]
    fn terms_overlap_when_they_share_a_day(one in some_term(), other in some_term()) {
        let shared = (0..600).any(|days: i32| {
            let day = date(2026, 4, 1).checked_add(days.days()).unwrap();
            one.has(day) && other.has(day)
        });
        prop_assert_eq!(one.overlaps(other), shared);
        prop_assert_eq!(other.overlaps(one), shared);
    }

    #[test]
    fn the_part_within_two_days_is_what_it_has_of_them(term in some_term(), first in day(), length in 0i32..60) {
        let last = first.checked_add(length.days()).unwrap();
        let days = (0..=length).map(|days| first.checked_add(days.days()).unwrap()).filter(|day| term.has(*day)).collect::<Vec<_>>();
        prop_assert_eq!(term.within(first, last), days.first().copied().zip(days.last().copied()));
    }

    #[test]
    fn who_has_no_turn_can_do_today_what_they_could_yesterday(held in memberships(), day in day()) {
        let turns = turns(&held, day);
        let yesterday = day.checked_sub(1.day()).unwrap();
        for person in (1u128..4).map(id::<Person>).filter(|person| !turns.iter().any(|turn| turn.person == *person)) {
            let acts = |day| {
                let mut acts: Vec<_> = held.iter().filter(|one| one.person == person && one.in_force(day)).map(|one| (one.organization, one.role)).collect();
                acts.sort();
                acts.dedup();
                acts
            };
            prop_assert_eq!(acts(yesterday), acts(day));
        }
    }
}
