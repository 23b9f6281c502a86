//! The numbers a supervisor reads.

use jiff::{Timestamp, ToSpan as _};

use super::{Burden, Load, Stages, ages, loads, stages};
use crate::domain::{
    alert::{Care, Cause, Hours, SafetyCheck, State},
    ids::{Id, Person},
};

const HOURS: Hours = Hours { version: 1, rank: 12, early: 24, late: 40, deadline: 48 };
const NOW: &str = "2026-11-20T00:00:00Z";

fn now() -> Timestamp {
    NOW.parse().expect("an instant")
}

fn ago(hours: i64) -> Timestamp {
    now().checked_sub(hours.hours()).expect("a time")
}

fn person(n: u128) -> Id<Person> {
    uuid::Uuid::from_u128(n).into()
}

fn open(hours: i64, due: i64) -> Burden {
    Burden { holder: None, state: State::Open, raised_at: ago(hours), due_at: ago(due), care: Care::default() }
}

fn taken(n: u128, hours: i64, care: Care) -> Burden {
    Burden { holder: Some((person(n), format!("担当{n}"))), state: State::Taken, care, ..open(hours, hours) }
}

#[test]
fn each_worker_s_burden_is_counted_once_and_the_heaviest_comes_first() {
    let checked = |hours| Care { check: Some(SafetyCheck::received(Cause::Urgent, ago(hours), HOURS)), ..Care::default() };
    let visit = Care { visit_at: Some(ago(1)), ..checked(50) };
    let resting = Care { snoozed_until: Some(ago(-10)), ..Care::default() };
    let burdens = [open(1, 2), taken(1, 48, Care::default()), taken(2, 49, visit), taken(2, 1, checked(1)), taken(2, 5, resting)];
    let named = |n: u128, taken, old, overdue, snoozed| Load { name: format!("担当{n}"), taken, old, overdue, snoozed };
    assert_eq!(loads(&burdens, now()), [named(2, 3, 1, 1, 1), named(1, 1, 0, 0, 0)], "two kinds of lateness are one alert");
    let counted = Stages { open: 1, overdue: 1, taken: 4, unseen: 2, visits: 1 };
    assert_eq!(stages(&burdens, now()), counted);
}

#[test]
fn ages_are_counted_at_their_borders() {
    let burdens = [0, 24, 25, 48, 49, 168, 169, 1000].map(|hours| open(hours, 0));
    assert_eq!(ages(&burdens, now()), [2, 2, 2, 2]);
    assert_eq!(ages(&[], now()), [0; 4]);
}
