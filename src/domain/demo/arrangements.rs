//! What the offices of the demo ward have arranged: who looks after whom, who is on duty, who is away, and who is about to leave.

use jiff::{Timestamp, ToSpan as _, civil::Date};

use super::{Away, DutyTurn, Id, Leaving, Place, Plan, Staff, Watched, children, dice::Dice, places, staff};
use crate::domain::{
    calendar::Office,
    duty_roster::{Row, Shift},
    ids::Person,
    transfer::Next,
};

/// In each of these one request waits for somebody to take it, so that 「担当者がいません」 is seen too.
const WAITING: [usize; 3] = [places::CENTRE, places::NORTH_OFFICE, places::SOUTH_OFFICE];

/// Gives the requests that came without a worker to whoever of the office has the fewest, brothers and sisters to the same one.
pub(super) fn hand_out(all: &[Place], people: &[Staff], watches: &mut [Watched]) {
    let waiting = WAITING.map(|office| {
        let waits = |watch: &Watched| watch.assigned_to.is_none() && watch.siblings.is_none() && watch.until.is_none();
        watches.iter().position(|watch| watch.office == all[office].id && waits(watch))
    });
    for index in 0..watches.len() {
        if watches[index].assigned_to.is_some() || waiting.contains(&Some(index)) {
            continue;
        }
        let Some(worker) = least_busy(people, watches, index) else { continue };
        let family = watches[index].siblings;
        for (nth, watch) in watches.iter_mut().enumerate() {
            if nth == index || (family.is_some() && watch.siblings == family) {
                watch.assigned_to = Some(worker);
            }
        }
    }
}

fn least_busy(people: &[Staff], watches: &[Watched], index: usize) -> Option<Id<Person>> {
    let held = |person: Id<Person>| watches.iter().filter(|watch| watch.assigned_to == Some(person)).count();
    staff::caseworkers(people, watches[index].office).iter().map(|person| person.id).min_by_key(|person| held(*person))
}

/// The offices that keep a roster; those below the centre follow the centre's.
const ON_DUTY: [usize; 2] = [places::CENTRE, places::GUIDANCE_CENTRE];

/// Every turn of the week, nights, weekends and holidays too, in the order of the people; nobody has two in a row.
pub(super) fn roster(all: &[Place], people: &[Staff]) -> Vec<DutyTurn> {
    let turns = Row::ALL.into_iter().flat_map(|row| Shift::ALL.iter().map(move |shift| (row, *shift)));
    let of = |office: usize| {
        let colleagues = staff::of_office(people, all[office].id);
        let turn = move |(nth, (row, shift)): (usize, (Row, Shift))| {
            let person = colleagues[nth % colleagues.len()].id;
            DutyTurn { office: all[office].id, row, shift, person }
        };
        turns.clone().enumerate().map(turn)
    };
    ON_DUTY.into_iter().flat_map(of).collect()
}

/// So many days somebody is away.
const LEAVE_DAYS: i64 = 5;

/// One of two in the smallest office has the week off, and the other stands in.
pub(super) fn away(dice: &mut Dice, all: &[Place], people: &[Staff], office: &Office, today: Date) -> Vec<Away> {
    let place = all[places::NORTH_OFFICE].id;
    let [substitute, person] = staff::caseworkers(people, place)[..] else { return Vec::new() };
    let from = office.business_day_from(today);
    vec![Away {
        id: dice.id(),
        office: place,
        person: person.id,
        from,
        until: from.saturating_add((LEAVE_DAYS - 1).days()),
        substitute: substitute.id,
        entered_at: children::morning(from.saturating_sub(14.days())),
    }]
}

impl Plan {
    /// Who does the work of `person` on `day`: they themselves, or whoever stands in.
    pub(super) fn present(&self, person: Id<Person>, day: Date) -> Id<Person> {
        let gone = |away: &&Away| away.person == person && away.from <= day && day <= away.until;
        self.away.iter().find(gone).map_or(person, |away| away.substitute)
    }
}

/// Facilities children leave: a nursery, for another one, and a school, for a place nobody knows yet.
const LEFT: [(usize, Next); 2] = [(25, Next::Facility), (9, Next::Undecided)];

/// 転園 next week, and a child whose next place is not known. The one who moves takes over the place of a child asked about elsewhere,
/// as those did who moved during the year.
pub(super) fn leave(all: &[Place], watches: &mut [Watched], office: &Office, (first_day, today): (Date, Date)) -> Vec<Leaving> {
    let monday = today.saturating_add((7 - i64::from(today.weekday().to_monday_zero_offset())).days());
    let entered_at = children::morning(today.saturating_sub(1.day()));
    let mut leaving = Vec::new();
    for (facility, next) in LEFT {
        let last = office.next_business_day(if next == Next::Facility { monday } else { monday.saturating_add(7.days()) });
        let ours = |watch: &Watched| {
            let here = watch.facility == all[places::FIRST_FACILITY + facility].id && watch.office == all[places::CENTRE].id;
            here && watch.until.is_none() && watch.from == first_day && watch.siblings.is_none() && watch.assigned_to.is_some()
        };
        let partner = |index: &usize| next != Next::Facility || children::partner(watches, *index).is_some();
        let Some(watch) = (0..watches.len()).filter(|index| ours(&watches[*index])).find(partner) else { continue };
        let onward = children::partner(watches, watch).filter(|_| next == Next::Facility);
        if let Some(onward) = onward {
            go_on(watches, (watch, onward), office.next_business_day(last), entered_at);
        }
        watches[watch].until = Some(last);
        let entered_by = watches[watch].assigned_to.unwrap_or(watches[watch].created_by);
        leaving.push(Leaving { watch, last, next, onward, entered_by, entered_at });
    }
    leaving
}

fn go_on(watches: &mut [Watched], (watch, onward): (usize, usize), first: Date, entered_at: Timestamp) {
    let one = watches[watch].clone();
    let there = &mut watches[onward];
    (there.child, there.name, there.kana) = (one.child, one.name, one.kana);
    (there.ground, there.strictness, there.assigned_to, there.created_by) =
        (one.ground, one.strictness, one.assigned_to, one.assigned_to.unwrap_or(one.created_by));
    (there.from, there.created_at) = (first, entered_at);
}
