//! November 2026, seen from December and from its middle.

use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::domain::facility::FacilityKind;

const DECEMBER: Date = date(2026, 12, 3);

fn november() -> Month {
    Month::parse("2026-11").unwrap()
}

fn grant(role: Role, from: Date, until: Option<Date>) -> Grant {
    Grant {
        organization: Id::from(Uuid::from_u128(10)),
        organization_name: "みどり小学校".to_owned(),
        kind: FacilityKind::Elementary.into(),
        role,
        term: Term::new(from, until).unwrap(),
        suspended_on: None,
        opened_on: date(2020, 4, 1),
        closed_on: None,
    }
}

/// Enrolled since September, reporter since April.
fn account(number: u128) -> Account {
    Account {
        person: Id::from(Uuid::from_u128(number)),
        name: format!("架空{number}"),
        kana: String::new(),
        staff_code: String::new(),
        credentials: vec![Credential { registered_on: date(2026, 9, 1), removed_on: None }],
        suspended_on: None,
        left_on: None,
        last_sign_in: None,
        grants: vec![grant(Role::Reporter, date(2026, 4, 1), None)],
    }
}

/// First day, last day and number of days of the only account, or nothing when it was not in use.
fn days(account: Account) -> Option<(i8, i8, u32)> {
    in_use(&[account], november(), DECEMBER).first().map(|line| (line.first.day(), line.last.day(), line.days))
}

fn state(account: Account) -> Vec<(i8, i8, State)> {
    rights(&[account], november(), DECEMBER).into_iter().map(|right| (right.first.day(), right.last.day(), right.state)).collect()
}

#[test]
fn a_month_is_written_and_read_one_way() {
    assert_eq!((november().first(), november().last()), (date(2026, 11, 1), date(2026, 11, 30)));
    assert_eq!(november().before().to_string(), "2026-10");
    assert_eq!(Month::of(date(2027, 1, 31)).before().to_string(), "2026-12");
    for text in ["2026-13", "2026-1", "26-11", "2026-11-01", "0000-01", "9999-12", "+026-11", ""] {
        assert_eq!(Month::parse(text), None, "{text}");
    }
}

#[test]
fn an_account_counts_when_its_person_could_sign_in_on_any_day() {
    assert_eq!(days(account(1)), Some((1, 30, 30)));
    let with = |change: fn(&mut Account)| {
        let mut account = account(1);
        change(&mut account);
        days(account)
    };
    assert_eq!(with(|a| a.credentials.clear()), None, "invited only");
    assert_eq!(with(|a| a.credentials[0].registered_on = date(2026, 11, 30)), Some((30, 30, 1)));
    assert_eq!(with(|a| a.credentials[0].registered_on = date(2026, 12, 1)), None);
    assert_eq!(with(|a| a.credentials[0].removed_on = Some(date(2026, 11, 1))), Some((1, 1, 1)));
    assert_eq!(with(|a| a.credentials[0].removed_on = Some(date(2026, 10, 31))), None);
    assert_eq!(with(|a| a.left_on = Some(date(2026, 11, 10))), Some((1, 10, 10)));
    assert_eq!(with(|a| a.suspended_on = Some(date(2026, 11, 10))), Some((1, 10, 10)));
    assert_eq!(with(|a| a.suspended_on = Some(date(2026, 10, 31))), None);
    assert_eq!(with(|a| a.grants[0].suspended_on = Some(date(2026, 11, 2))), Some((1, 2, 2)));
    assert_eq!(with(|a| a.grants[0].opened_on = date(2027, 4, 1)), Some((1, 30, 30)), "put off since: the past stays");
    let mut unopened = account(1);
    unopened.grants[0].opened_on = date(2026, 12, 4);
    assert!(!unopened.could_sign_in(DECEMBER, DECEMBER), "today the day counts");
    assert_eq!(with(|a| a.grants[0].closed_on = Some(date(2026, 11, 1))), None);
    assert_eq!(with(|a| a.grants[0].closed_on = Some(date(2026, 11, 2))), Some((1, 1, 1)));
    assert_eq!(with(|a| a.grants[0].term = Term::new(date(2026, 12, 1), None).unwrap()), None);
    assert_eq!(with(|a| a.grants.clear()), None);
    let gap = |a: &mut Account| {
        a.grants[0] = grant(Role::Reporter, date(2026, 4, 1), Some(date(2026, 11, 5)));
        a.grants.push(grant(Role::Reporter, date(2026, 11, 26), None));
    };
    assert_eq!(with(gap), Some((1, 30, 10)));
}

#[test]
fn a_person_with_two_duties_is_one_licence_and_two_rights() {
    let mut both = account(1);
    both.grants.push(grant(Role::FacilityHead, date(2026, 11, 20), None));
    let accounts = [both];
    let lines = in_use(&accounts, november(), DECEMBER);
    assert_eq!((lines.len(), lines[0].grants.len()), (1, 2));
    assert_eq!(rights(&accounts, november(), DECEMBER).len(), 2);
}

#[test]
fn a_right_is_listed_whether_it_can_be_used_or_not() {
    assert_eq!(state(account(1)), [(1, 30, State::InForce)]);
    let with = |change: fn(&mut Account)| {
        let mut account = account(1);
        change(&mut account);
        state(account)
    };
    assert_eq!(with(|a| a.credentials.clear()), [(1, 30, State::NotEnrolled)]);
    assert_eq!(with(|a| a.grants[0].suspended_on = Some(date(2026, 11, 2))), [(1, 2, State::Suspended)]);
    assert_eq!(with(|a| a.suspended_on = Some(date(2026, 11, 30))), [(1, 30, State::Suspended)]);
    assert_eq!(with(|a| a.left_on = Some(date(2026, 11, 29))), [(1, 29, State::Over)]);
    assert_eq!(with(|a| a.grants[0] = grant(Role::Reporter, date(2026, 4, 1), Some(date(2026, 10, 31)))), []);
}

#[test]
fn a_month_that_goes_on_is_counted_as_far_as_it_went() {
    let mut fresh = account(1);
    fresh.grants[0] = grant(Role::Reporter, date(2026, 11, 21), None);
    let accounts = [fresh, account(2)];
    let lines = in_use(&accounts, november(), date(2026, 11, 20));
    assert_eq!(lines.iter().map(|line| (line.last.day(), line.days)).collect::<Vec<_>>(), [(20, 20)]);
    assert_eq!(rights(&accounts, november(), date(2026, 11, 20))[0].state, State::InForce);
    assert!(in_use(&accounts, november(), date(2026, 10, 31)).is_empty());
}

#[test]
fn lists_are_in_the_order_of_offices_roles_and_readings() {
    let named = |number, kana: &str, kind: OrganizationKind, role| {
        let mut account = account(number);
        account.kana = kana.to_owned();
        account.grants[0] = Grant { kind, role, ..account.grants[0].clone() };
        account
    };
    let school = FacilityKind::Elementary.into();
    let accounts = [
        named(1, "ワタナベ", school, Role::Reporter),
        named(2, "アベ", school, Role::FacilityHead),
        named(3, "イトウ", school, Role::Reporter),
        named(4, "ヤマダ", OrganizationKind::WardOffice, Role::WardAdmin),
    ];
    let order = |kanas: Vec<&Account>| kanas.into_iter().map(|account| account.kana.clone()).collect::<Vec<_>>();
    let rights = rights(&accounts, november(), DECEMBER).into_iter().map(|right| right.account).collect();
    assert_eq!(order(rights), ["ヤマダ", "イトウ", "ワタナベ", "アベ"]);
    let lines = in_use(&accounts, november(), DECEMBER).into_iter().map(|line| line.account).collect();
    assert_eq!(order(lines), ["アベ", "イトウ", "ヤマダ", "ワタナベ"]);
}

fn day() -> impl Strategy<Value = Date> {
    (0i64..120).prop_map(|days| date(2026, 9, 1).checked_add(days.days()).unwrap())
}

fn some_account() -> impl Strategy<Value = Account> {
    let grants = prop::collection::vec((day(), prop::option::of(0i64..60), prop::option::of(day()), prop::option::of(day())), 0..3);
    let credentials = prop::collection::vec((day(), prop::option::of(day())), 0..3);
    (grants, credentials, prop::option::of(day()), prop::option::of(day())).prop_map(
        |(grants, credentials, suspended_on, left_on)| {
            let grants = grants.into_iter().map(|(from, length, suspended_on, closed_on)| {
                let until = length.map(|days| from.checked_add(days.days()).unwrap());
                Grant { suspended_on, closed_on, ..grant(Role::Reporter, from, until) }
            });
            let credentials = credentials.into_iter().map(|(registered_on, removed_on)| Credential { registered_on, removed_on });
            Account { grants: grants.collect(), credentials: credentials.collect(), suspended_on, left_on, ..account(1) }
        },
    )
}

proptest! {
    #[test]
    fn an_account_is_a_licence_exactly_when_a_day_of_the_month_let_it_in(account in some_account(), today in day()) {
        let days: Vec<Date> = date(2026, 11, 1).series(1.day()).take(30).filter(|day| *day <= today && account.could_sign_in(*day, today)).collect();
        let accounts = [account];
        let lines = in_use(&accounts, november(), today);
        prop_assert_eq!(lines.len(), usize::from(!days.is_empty()));
        if let Some(line) = lines.first() {
            prop_assert_eq!((Some(&line.first), Some(&line.last), line.days as usize), (days.first(), days.last(), days.len()));
            prop_assert!(!line.grants.is_empty());
        }
        // Whoever was counted is on the list of rights too.
        prop_assert!(rights(&accounts, november(), today).len() >= lines.len());
    }
}
