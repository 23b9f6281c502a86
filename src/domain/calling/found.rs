//! An alert as the clock finds it: whether somebody must be told now, who, how gravely, and when it climbs.

use jiff::{SignedDuration, Timestamp, ToSpan as _};

use super::{Cause, Clocks, Hop, Reason, Situation, Standing, Station, ladder, next};
use crate::domain::{
    alert::{self, State, Warning},
    calendar::Office,
    clock::in_japan,
    duty_roster::{Shift, Turn},
    ids::{self, Id, Person},
    rule::{Route, Severity},
};

/// Whom a route names beside the first rung is told even where somebody was quicker than the first call, for so long.
pub const FRESH: SignedDuration = SignedDuration::from_hours(1);

/// Where nobody could be told it is tried again after so many minutes at the latest, whatever the ward's clocks say.
const SOON: u32 = 30;

/// When it climbs if nobody takes it, told at `at`: 緊急 in so many real minutes, by day and by night; 警戒 on the same business day,
/// 注意 on the next one, as their deadlines; 情報 never.
pub fn climbs_at(severity: Severity, minutes: u32, at: Timestamp, office: &Office) -> Option<Timestamp> {
    match severity {
        Severity::Urgent => at.checked_add(i64::from(minutes).minutes()).ok(),
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
    /// How grave it was then, and at what level.
    pub severity: Severity,
    pub level: u32,
    /// The gravest warning of a safety check that was told, and when that check began: it says nothing of another one.
    pub warned: Option<Warning>,
    pub check_at: Option<Timestamp>,
    /// The leave of whoever has it in hand that was told of.
    pub absence: Option<Id<ids::Absence>>,
    pub next_at: Option<Timestamp>,
}

/// An alert as the clock finds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    pub state: State,
    pub severity: Severity,
    /// Rises when the same happens again.
    pub level: u32,
    /// How its rule is told first.
    pub route: Route,
    /// The ward's clocks as they stand.
    pub clocks: Clocks,
    pub holder: Option<Id<Person>>,
    pub raised_at: Timestamp,
    /// The gravest warning that is due of its safety check, while nobody has seen the child.
    pub warned: Option<Warning>,
    /// When the check that runs began.
    pub check_at: Option<Timestamp>,
    /// `None`: nobody was told yet.
    pub calling: Option<Calling>,
}

impl Found {
    /// Why somebody must be told now; `None` while nobody must. Nothing waits for a person who left.
    pub fn cause(&self, situation: &Situation, now: Timestamp) -> Option<Cause> {
        let is_gone = |person: Id<Person>| situation.standing(person) == Standing::Gone;
        let calling = self.calling.as_ref();
        let has_risen = |calling: &Calling| calling.severity < self.severity || calling.level < self.level;
        match self.state {
            State::Closed => None,
            State::Taken if self.holder.is_none_or(is_gone) => Some(Cause::Returned),
            State::Open if calling.is_none() => Some(Cause::Raised),
            _ if calling.is_some_and(has_risen) => Some(Cause::Risen),
            _ if self.warned > self.warning_told() => Some(Cause::Check),
            State::Taken => self.cause_in_hand(situation, now),
            State::Open => calling.and_then(|calling| {
                if !calling.told.is_empty() && calling.told.iter().copied().all(is_gone) {
                    Some(Cause::Gone)
                } else {
                    calling.next_at.filter(|at| *at <= now).map(|_| Cause::Unanswered)
                }
            }),
        }
    }

    /// The gravest warning that was told of the check that runs: a child who was seen and is hurt again is told of from the beginning.
    fn warning_told(&self) -> Option<Warning> {
        self.calling.as_ref().filter(|calling| calling.check_at == self.check_at).and_then(|calling| calling.warned)
    }

    /// In somebody's hands it climbs no more. Yet whom its route names at once hears of it, and whoever has the other request; and a
    /// leave does not leave it alone.
    fn cause_in_hand(&self, situation: &Situation, now: Timestamp) -> Option<Cause> {
        let calling = self.calling.as_ref();
        let is_fresh = now.duration_since(self.raised_at) < FRESH;
        let told_of = calling.and_then(|calling| calling.absence);
        let is_told_to_several = self.route > Route::Ladder || situation.others().next().is_some();
        if calling.is_none() && is_told_to_several && is_fresh {
            Some(Cause::Raised)
        } else if situation.absence.is_some() && situation.absence != told_of {
            Some(Cause::Away)
        } else {
            None
        }
    }

    /// Tells somebody for this cause: the hop, and how far the calls have come with it.
    pub fn call(&self, cause: Cause, situation: &Situation, now: Timestamp, office: &Office) -> (Hop, Calling) {
        let goes_on = matches!(cause, Cause::Unanswered | Cause::Gone);
        let before = self.calling.as_ref();
        let last = before.filter(|_| goes_on);
        let round = before.map_or(0, |calling| calling.round) + i32::from(!goes_on);
        let mut called = last.map(|calling| calling.called.clone()).unwrap_or_default();
        let told_last = last.map_or(&[][..], |calling| &calling.told);
        let mut hop = next(ladder(situation), &called, told_last, &self.beside(cause, now, office));
        if matches!(cause, Cause::Raised | Cause::Risen | Cause::Returned) {
            hop.add_others(situation);
        }
        called.extend(hop.passed.iter().chain(&hop.told).map(|rung| rung.station));
        called.sort_unstable();
        called.dedup();
        let mut told = hop.people();
        told.retain(|person| situation.standing(*person) != Standing::Gone);
        // In somebody's hands nothing climbs. Where nobody could be told, it is tried again soon, however grave it is.
        let in_hand = self.state == State::Taken && cause != Cause::Returned;
        let minutes = if goes_on { self.clocks.later } else { self.clocks.first };
        let next_at = if in_hand {
            None
        } else if hop.told.is_empty() {
            climbs_at(Severity::Urgent, self.clocks.first.min(self.clocks.later).min(SOON), now, office)
        } else {
            climbs_at(self.gravity(cause), minutes, now, office)
        };
        let warned = if cause == Cause::Check { self.warned } else { self.warning_told() };
        let absence = situation.absence.filter(|_| in_hand);
        let (severity, level, check_at) = (self.severity, self.level, self.check_at);
        (hop, Calling { round, called, told, severity, level, warned, check_at, absence, next_at })
    }

    /// How gravely it is told: a child nobody has seen waits for no morning, and nobody is woken for a colleague's leave.
    pub fn gravity(&self, cause: Cause) -> Severity {
        match cause {
            Cause::Check => Severity::Urgent,
            Cause::Away => self.severity.min(Severity::Warning),
            _ if self.warned >= Some(Warning::Early) => Severity::Urgent,
            _ => self.severity,
        }
    }

    /// The rungs that are told together with the first one. Where the offices are closed, 緊急 is told to the desk too: nobody else may
    /// be awake.
    fn beside(&self, cause: Cause, now: Timestamp, office: &Office) -> Vec<Station> {
        let clocks = &self.clocks;
        let all_at_once =
            cause == Cause::Unanswered && self.gravity(cause) == Severity::Urgent && clocks.unanswered >= Route::AllAtOnce;
        let (supervisor, desk) = match (cause, self.warned) {
            (Cause::Unanswered | Cause::Gone | Cause::Away, _) => (all_at_once, all_at_once),
            (Cause::Check, warned) => (
                warned >= Some(Warning::Late) || clocks.check >= Route::WorkerAndSupervisor,
                warned >= Some(Warning::Overdue) || clocks.check >= Route::AllAtOnce,
            ),
            (Cause::Raised | Cause::Risen | Cause::Returned, _) => {
                let unstaffed = self.severity == Severity::Urgent && !is_staffed(now, office);
                (self.route >= Route::WorkerAndSupervisor, self.route >= Route::AllAtOnce || unstaffed)
            }
        };
        let named = [(Station::Supervisor, supervisor), (Station::Head, all_at_once), (Station::Desk, desk)];
        named.into_iter().filter(|(_, is_named)| *is_named).map(|(station, _)| station).collect()
    }
}

impl Hop {
    /// Whoever has another of the alert's requests hears of it together with the first rung, whatever the route.
    fn add_others(&mut self, situation: &Situation) {
        for person in situation.others() {
            let rung = situation.one(Station::Other, Reason::Assigned, person);
            let lines = if rung.people.is_empty() { &mut self.passed } else { &mut self.told };
            lines.push(rung);
        }
    }

    /// Everybody it tells, each once, however many rungs they stand on.
    pub fn people(&self) -> Vec<Id<Person>> {
        let mut people: Vec<Id<Person>> = Vec::new();
        for person in self.told.iter().flat_map(|rung| &rung.people) {
            if !people.contains(person) {
                people.push(*person);
            }
        }
        people
    }
}

/// Somebody sits in the office: a business day, between its hours.
fn is_staffed(now: Timestamp, office: &Office) -> bool {
    let turn = Turn::at(in_japan(now));
    turn.shift == Shift::Day && office.is_business_day(turn.day)
}
