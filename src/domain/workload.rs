//! How much lies where: alerts not closed, by whoever has them, by stage and by age. Numbers for a supervisor, no child.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::{
    alert::{Care, State},
    ids::{Id, Person},
};

/// One alert that is not closed.
#[derive(Debug, Clone)]
pub struct Burden {
    pub holder: Option<(Id<Person>, String)>,
    pub state: State,
    pub raised_at: Timestamp,
    pub due_at: Timestamp,
    pub care: Care,
}

/// What one worker has in hand.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Load {
    pub name: String,
    pub taken: usize,
    /// Of these, older than 48 hours.
    pub old: usize,
    /// Of these, with a visit or a safety check that is overdue.
    pub overdue: usize,
    pub snoozed: usize,
}

/// How far alerts have come.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Stages {
    pub open: usize,
    /// Of the open ones, past the time somebody should have taken them.
    pub overdue: usize,
    pub taken: usize,
    /// In hand, and the child is still to be seen.
    pub unseen: usize,
    /// In hand, and a visit is planned.
    pub visits: usize,
}

/// How old what is not closed is: up to a day, two days, a week, older.
pub type Ages = [usize; 4];

const LIMITS: [SignedDuration; 3] =
    [SignedDuration::from_hours(24), SignedDuration::from_hours(48), SignedDuration::from_hours(7 * 24)];

fn is_old(burden: &Burden, now: Timestamp) -> bool {
    now.duration_since(burden.raised_at) > LIMITS[1]
}

fn check_is_overdue(burden: &Burden, now: Timestamp) -> bool {
    burden.care.check.as_ref().is_some_and(|check| check.is_open() && check.due_at <= now)
}

/// By worker, the most burdened first.
pub fn loads(burdens: &[Burden], now: Timestamp) -> Vec<Load> {
    let mut by_person: BTreeMap<Id<Person>, Load> = BTreeMap::new();
    for burden in burdens.iter().filter(|burden| burden.state == State::Taken) {
        let Some((id, name)) = &burden.holder else { continue };
        let load = by_person.entry(*id).or_insert_with(|| Load { name: name.clone(), ..Load::default() });
        load.taken += 1;
        load.old += usize::from(is_old(burden, now));
        load.overdue += usize::from(burden.care.visit_is_overdue(now) || check_is_overdue(burden, now));
        load.snoozed += usize::from(burden.care.is_snoozed(now));
    }
    let mut loads: Vec<_> = by_person.into_values().collect();
    loads.sort_by(|a, b| (b.taken, b.old, &a.name).cmp(&(a.taken, a.old, &b.name)));
    loads
}

pub fn stages(burdens: &[Burden], now: Timestamp) -> Stages {
    let mut stages = Stages::default();
    for burden in burdens {
        match burden.state {
            State::Open => {
                stages.open += 1;
                stages.overdue += usize::from(burden.due_at < now);
            }
            State::Taken => {
                stages.taken += 1;
                stages.unseen += usize::from(burden.care.awaits_sighting());
                stages.visits += usize::from(burden.care.visit_at.is_some());
            }
            State::Closed => {}
        }
    }
    stages
}

pub fn ages(burdens: &[Burden], now: Timestamp) -> Ages {
    let mut ages = Ages::default();
    for burden in burdens.iter().filter(|burden| burden.state != State::Closed) {
        let age = now.duration_since(burden.raised_at);
        let bucket = LIMITS.iter().position(|limit| age <= *limit).unwrap_or(LIMITS.len());
        if let Some(count) = ages.get_mut(bucket) {
            *count += 1;
        }
    }
    ages
}
