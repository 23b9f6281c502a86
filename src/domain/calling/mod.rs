//! Whom an alert is told to, rung by rung, until somebody has taken it: 担当 → 代理 → 係長 → 当番.

#[cfg(test)]
mod tests;

use jiff::{Timestamp, ToSpan as _};

use super::{
    alert,
    calendar::Office,
    coded::coded,
    ids::{Id, Person},
    role::Role,
    rule::Severity,
};

coded! {
    /// Where an alert is told.
    pub enum Station {
        /// 担当
        Worker = "worker",
        /// 代理
        Substitute = "substitute",
        /// 係長・スーパーバイザー
        Supervisor = "supervisor",
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
        /// It became graver: everything begins anew.
        Risen = "risen",
        /// Whoever was told has left since.
        Gone = "gone",
        /// Whoever had it in hand has left: it is open again.
        Returned = "returned",
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
    pub on_duty: Option<Id<Person>>,
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
        let here = || self.answerers.iter().filter(|one| one.role == role && !one.away);
        let nearest = here().map(|one| one.height).min();
        here().filter(|one| Some(one.height) == nearest).map(|one| one.id).collect()
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
pub fn route(situation: &Situation) -> Vec<Rung> {
    let worker = match situation.worker {
        Some(person) => situation.one(Station::Worker, Reason::Assigned, person),
        None => Rung::passed(Station::Worker, Reason::Unassigned, None),
    };
    let substitute = situation
        .substitute
        .filter(|_| worker.reason == Reason::Away)
        .map(|person| situation.one(Station::Substitute, Reason::Deputises, person));
    let supervisors = situation.nearest(Role::Supervisor);
    let supervisor = if supervisors.is_empty() {
        Rung::passed(Station::Supervisor, Reason::Nobody, None)
    } else {
        Rung::told(Station::Supervisor, Reason::Supervises, supervisors)
    };
    let at_once = matches!(worker.reason, Reason::Unassigned | Reason::Gone);
    let desk = situation.desk();
    let last = if at_once { [desk, supervisor] } else { [supervisor, desk] };
    [worker].into_iter().chain(substitute).chain(last).collect()
}

/// What happens next: who is passed over on the way, and who is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hop {
    pub passed: Vec<Rung>,
    /// `None` only where there is nobody at all.
    pub told: Option<Rung>,
}

/// The next rung that was not called yet; when all of them were, the desk again, whoever is on duty by now. `told` are those who
/// were told last.
pub fn next(route: Vec<Rung>, called: &[Station], told: &[Id<Person>]) -> Hop {
    let desk = route.iter().rev().find(|rung| rung.station == Station::Desk).cloned();
    let mut passed = Vec::new();
    for rung in route {
        let is_new = !called.contains(&rung.station);
        if rung.people.is_empty() {
            // Said once; that somebody who was told has left since is news.
            if is_new || rung.reason == Reason::Gone && rung.about.is_some_and(|person| told.contains(&person)) {
                passed.push(rung);
            }
        } else if is_new {
            return Hop { passed, told: Some(rung) };
        }
    }
    Hop { passed, told: desk.filter(|rung| !rung.people.is_empty()) }
}

/// 緊急 climbs after so long, by day and by night.
pub const URGENT_MINUTES: i64 = 30;

/// When it climbs if nobody takes it, told at `at`: 緊急 in real minutes; 警戒 on the same business day, 注意 on the next one, as their
/// deadlines; 情報 never.
pub fn climbs_at(severity: Severity, at: Timestamp, office: &Office) -> Option<Timestamp> {
    match severity {
        Severity::Urgent => at.checked_add(URGENT_MINUTES.minutes()).ok(),
        Severity::Warning | Severity::Caution => Some(alert::due(severity, at, office)),
        Severity::Notice => None,
    }
}

/// How far the calls for an alert have come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calling {
    /// Begins anew when the alert became graver or came back.
    pub round: i32,
    /// The stations called in this round.
    pub called: Vec<Station>,
    /// Who was told last, of those who can answer.
    pub told: Vec<Id<Person>>,
    /// How grave it was then.
    pub severity: Severity,
    pub next_at: Option<Timestamp>,
}

/// An alert as the clock finds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    pub state: alert::State,
    pub severity: Severity,
    pub holder: Option<Id<Person>>,
    /// `None`: nobody was told yet.
    pub calling: Option<Calling>,
}

impl Found {
    /// Why somebody must be told now; `None` while nobody must. Nothing waits for a person who left.
    pub fn cause(&self, situation: &Situation, now: Timestamp) -> Option<Cause> {
        let is_gone = |person: Id<Person>| situation.standing(person) == Standing::Gone;
        let has_risen = self.calling.as_ref().is_some_and(|calling| calling.severity < self.severity);
        if self.state == alert::State::Closed {
            return None;
        }
        match (self.state, &self.calling) {
            (alert::State::Taken, _) if self.holder.is_none_or(is_gone) => Some(Cause::Returned),
            (_, Some(_)) if has_risen => Some(Cause::Risen),
            (alert::State::Taken, _) => None,
            (_, None) => Some(Cause::Raised),
            (_, Some(calling)) => {
                if !calling.told.is_empty() && calling.told.iter().copied().all(is_gone) {
                    Some(Cause::Gone)
                } else {
                    calling.next_at.filter(|at| *at <= now).map(|_| Cause::Unanswered)
                }
            }
        }
    }

    /// Tells somebody for this cause: the hop, and how far the calls have come with it.
    pub fn call(&self, cause: Cause, situation: &Situation, now: Timestamp, office: &Office) -> (Hop, Calling) {
        let begins = matches!(cause, Cause::Raised | Cause::Risen | Cause::Returned);
        let before = self.calling.as_ref();
        let round = before.map_or(0, |calling| calling.round) + i32::from(begins);
        let mut called = before.filter(|_| !begins).map(|calling| calling.called.clone()).unwrap_or_default();
        let told_before = before.filter(|_| !begins).map_or(&[][..], |calling| &calling.told);
        let hop = next(route(situation), &called, told_before);
        called.extend(hop.passed.iter().chain(&hop.told).map(|rung| rung.station));
        called.sort_unstable();
        called.dedup();
        let people = hop.told.iter().flat_map(|rung| rung.people.iter().copied());
        let told: Vec<_> = people.filter(|person| situation.standing(*person) != Standing::Gone).collect();
        // In somebody's hands nothing climbs. Where nobody could be told, it is tried again soon, however grave it is.
        let in_hand = self.state == alert::State::Taken && cause != Cause::Returned;
        let next_at = match &hop.told {
            _ if in_hand => None,
            Some(_) => climbs_at(self.severity, now, office),
            None => climbs_at(Severity::Urgent, now, office),
        };
        (hop, Calling { round, called, told, severity: self.severity, next_at })
    }
}
