//! Whom an alert is told to, rung by rung, until somebody has taken it: 担当 → 代理 → 係長 → 所長 and 当番.

mod clocks;
mod found;
#[cfg(test)]
mod tests;

pub use clocks::Clocks;
pub use found::{Calling, FRESH, Found, climbs_at};

use super::{
    coded::coded,
    ids::{self, Id, Person},
    role::Role,
};

coded! {
    /// Where an alert is told.
    pub enum Station {
        /// 担当
        Worker = "worker",
        /// 代理
        Substitute = "substitute",
        /// もう一方の担当: of the child's other request, where an alert is about both.
        Other = "other_worker",
        /// 係長・スーパーバイザー
        Supervisor = "supervisor",
        /// 所長: whoever supervises the office above that one.
        Head = "head",
        /// 当番
        Desk = "desk",
    }
}

coded! {
    /// Why somebody is told, or passed over.
    pub enum Reason {
        Assigned = "assigned",
        Deputises = "deputises",
        Supervises = "supervises",
        OnDuty = "on_duty",
        /// Nobody stands in the duty roster: whoever can answer is told instead.
        Gap = "gap",
        /// 休暇中: passed over.
        Away = "away",
        /// 異動・退職・利用停止: passed over.
        Gone = "gone",
        /// There is no 担当: passed over.
        Unassigned = "unassigned",
        /// Nobody there at all: passed over.
        Nobody = "nobody",
    }
}

coded! {
    /// What set the call going.
    pub enum Cause {
        Raised = "raised",
        /// Nobody took it in time.
        Unanswered = "unanswered",
        /// It became graver, or it happened again: everything begins anew.
        Risen = "risen",
        /// Whoever was told has left since.
        Gone = "gone",
        /// Whoever had it in hand has left: it is open again.
        Returned = "returned",
        /// Whoever has it in hand is on leave: somebody else must look.
        Away = "away",
        /// The hours of a safety check go by, and nobody has seen the child.
        Check = "check",
    }
}

/// Somebody who can answer for the office of the alert today.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answerer {
    pub id: Id<Person>,
    pub role: Role,
    /// How far above the office they sit.
    pub height: u32,
    /// 休暇中
    pub away: bool,
}

/// All that decides where an alert goes at one moment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Situation {
    /// 担当 of the request.
    pub worker: Option<Id<Person>>,
    /// Who stands in for the worker today.
    pub substitute: Option<Id<Person>>,
    /// 休暇 of the worker today, so that each is told of once.
    pub absence: Option<Id<ids::Absence>>,
    pub on_duty: Option<Id<Person>>,
    /// 担当 of every request the alert is about, where it is about more than one.
    pub both: Vec<Id<Person>>,
    /// Who can answer at all; whoever is not among them has left.
    pub answerers: Vec<Answerer>,
    /// Whom to tell when the office is empty: they cannot read the alert and can see to it that somebody does.
    pub admins: Vec<Id<Person>>,
}

/// A step of the ladder. Without people it is passed over, and `about` is who was not there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rung {
    pub station: Station,
    pub reason: Reason,
    pub people: Vec<Id<Person>>,
    pub about: Option<Id<Person>>,
}

impl Rung {
    fn told(station: Station, reason: Reason, people: Vec<Id<Person>>) -> Self {
        Self { station, reason, people, about: None }
    }

    fn passed(station: Station, reason: Reason, about: Option<Id<Person>>) -> Self {
        Self { station, reason, people: Vec::new(), about }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    Here,
    Away,
    Gone,
}

impl Situation {
    fn standing(&self, person: Id<Person>) -> Standing {
        match self.answerers.iter().find(|one| one.id == person) {
            Some(one) if one.away => Standing::Away,
            Some(_) => Standing::Here,
            None => Standing::Gone,
        }
    }

    /// Those with the role who are here, of the nearest office that has any.
    fn nearest(&self, role: Role) -> Vec<Id<Person>> {
        self.at(role, self.height(role, 0))
    }

    /// Those who supervise, of the nearest office that has any, and of the next one above it.
    fn supervisors(&self) -> [Vec<Id<Person>>; 2] {
        let nearest = self.height(Role::Supervisor, 0);
        let above = nearest.and_then(|height| self.height(Role::Supervisor, height.saturating_add(1)));
        [nearest, above].map(|height| self.at(Role::Supervisor, height))
    }

    /// How far above the nearest office sits, no nearer than `least`, where somebody with the role is here.
    fn height(&self, role: Role, least: u32) -> Option<u32> {
        self.here(role).map(|one| one.height).filter(|height| *height >= least).min()
    }

    fn at(&self, role: Role, height: Option<u32>) -> Vec<Id<Person>> {
        self.here(role).filter(|one| Some(one.height) == height).map(|one| one.id).collect()
    }

    fn here(&self, role: Role) -> impl Iterator<Item = &Answerer> {
        self.answerers.iter().filter(move |one| one.role == role && !one.away)
    }

    /// Whoever has one of the alert's requests beside the one who is told of it first.
    fn others(&self) -> impl Iterator<Item = Id<Person>> {
        self.both.iter().copied().filter(move |person| Some(*person) != self.worker)
    }

    fn one(&self, station: Station, reason: Reason, person: Id<Person>) -> Rung {
        match self.standing(person) {
            Standing::Here => Rung::told(station, reason, vec![person]),
            Standing::Away => Rung::passed(station, Reason::Away, Some(person)),
            Standing::Gone => Rung::passed(station, Reason::Gone, Some(person)),
        }
    }

    fn desk(&self) -> Rung {
        if let Some(person) = self.on_duty
            && self.standing(person) == Standing::Here
        {
            return Rung::told(Station::Desk, Reason::OnDuty, vec![person]);
        }
        let instead = [self.nearest(Role::Supervisor), self.nearest(Role::Caseworker), self.admins.clone()];
        match instead.into_iter().find(|people| !people.is_empty()) {
            Some(people) => Rung::told(Station::Desk, Reason::Gap, people),
            None => Rung::passed(Station::Desk, Reason::Nobody, self.on_duty),
        }
    }
}

/// The whole ladder, from the first rung to the last. Without a worker, or with one who has left, the desk comes at once (K8).
pub fn ladder(situation: &Situation) -> Vec<Rung> {
    let worker = match situation.worker {
        Some(person) => situation.one(Station::Worker, Reason::Assigned, person),
        None => Rung::passed(Station::Worker, Reason::Unassigned, None),
    };
    let substitute = situation
        .substitute
        .filter(|_| worker.reason == Reason::Away)
        .map(|person| situation.one(Station::Substitute, Reason::Deputises, person));
    let [supervisors, heads] = situation.supervisors();
    let supervisor = if supervisors.is_empty() {
        Rung::passed(Station::Supervisor, Reason::Nobody, None)
    } else {
        Rung::told(Station::Supervisor, Reason::Supervises, supervisors)
    };
    // Most centres have no office of their kind above them: no rung, and nothing to say about it.
    let head = (!heads.is_empty()).then(|| Rung::told(Station::Head, Reason::Supervises, heads));
    let at_once = matches!(worker.reason, Reason::Unassigned | Reason::Gone);
    let desk = situation.desk();
    let (first, last) = if at_once { (Some(desk), None) } else { (None, Some(desk)) };
    [worker].into_iter().chain(substitute).chain(first).chain([supervisor]).chain(head).chain(last).collect()
}

/// What happens next: who is passed over on the way, and who is told, on one rung or on several at once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hop {
    pub passed: Vec<Rung>,
    /// Empty only where there is nobody at all.
    pub told: Vec<Rung>,
}

/// The next rung that was not called yet, and those of `beside` with it; when all of them were, the desk again, whoever is on duty by
/// now. The desk hears together with 所長, so that a rung more makes nobody wait longer; and wherever it is named in `beside`, also again:
/// at night it heard first. `told` are those who were told last.
pub fn next(ladder: Vec<Rung>, called: &[Station], told: &[Id<Person>], beside: &[Station]) -> Hop {
    let desk = ladder.iter().rev().find(|rung| rung.station == Station::Desk).cloned();
    let mut hop = Hop::default();
    for rung in ladder {
        if !hop.told.is_empty() && !beside.contains(&rung.station) {
            continue;
        }
        let is_new = !called.contains(&rung.station);
        if rung.people.is_empty() {
            // Said once; that somebody who was told has left since is news.
            if is_new || rung.reason == Reason::Gone && rung.about.is_some_and(|person| told.contains(&person)) {
                hop.passed.push(rung);
            }
        } else if is_new {
            hop.told.push(rung);
        }
    }
    let is_at = |station: Station| hop.told.iter().any(|rung| rung.station == station);
    let is_named = is_at(Station::Head) || beside.contains(&Station::Desk);
    if hop.told.is_empty() || is_named && !is_at(Station::Desk) {
        hop.told.extend(desk.filter(|rung| !rung.people.is_empty()));
    }
    hop
}
