//! What changes on one day, person by person: the list of the year's start.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::Held;
use crate::domain::{
    coded::coded,
    ids::{Id, Membership, Person},
};

coded! {
    /// What a day is for a person.
    pub enum TurnKind {
        /// 着任: nothing before, something from this day on.
        Arrives = "arrives",
        /// 異動: something ended the day before, something begins or goes on.
        Moves = "moves",
        /// 兼務の開始: something begins beside what goes on.
        Adds = "adds",
        /// 離任: something ended the day before and nothing is left.
        Leaves = "leaves",
    }
}

/// A person for whom something changes on the day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Turn {
    pub person: Id<Person>,
    pub kind: TurnKind,
    /// The memberships whose first day this is.
    pub begins: Vec<Id<Membership>>,
    /// Those whose last day was the day before: their accounts stop at midnight.
    pub ended: Vec<Id<Membership>>,
}

/// Everybody for whom something begins on `day` or ended the day before, by id. Suspended memberships change nothing.
///
/// A term followed at once by one of the same role and organization is a renewal, and no turn.
pub fn turns(held: &[Held], day: Date) -> Vec<Turn> {
    let mut people: BTreeMap<Id<Person>, Vec<&Held>> = BTreeMap::new();
    for one in held.iter().filter(|one| !one.suspended) {
        people.entry(one.person).or_default().push(one);
    }
    people.into_iter().filter_map(|(person, held)| turn(person, &held, day)).collect()
}

fn turn(person: Id<Person>, held: &[&Held], day: Date) -> Option<Turn> {
    let renewed = |one: &Held, other: &Held| one.organization == other.organization && one.role == other.role;
    let begins = |one: &Held| one.term.begins(day);
    let ended = |one: &Held| one.term.ended_the_day_before(day);
    let news: Vec<_> =
        held.iter().filter(|one| begins(one) && !held.iter().any(|other| ended(other) && renewed(one, other))).collect();
    let gone: Vec<_> =
        held.iter().filter(|one| ended(one) && !held.iter().any(|other| other.term.has(day) && renewed(one, other))).collect();
    // What goes on was there before, be it by a renewal.
    let goes_on = held.iter().any(|one| one.term.has(day) && !news.iter().any(|new| new.id == one.id));
    let kind = match (news.is_empty(), gone.is_empty(), goes_on) {
        (true, true, _) => return None,
        (false, true, false) => TurnKind::Arrives,
        (false, true, true) => TurnKind::Adds,
        (true, false, false) => TurnKind::Leaves,
        (_, false, _) => TurnKind::Moves,
    };
    let ids = |list: Vec<&&Held>| list.into_iter().map(|one| one.id).collect();
    Some(Turn { person, kind, begins: ids(news), ended: ids(gone) })
}
