//! What surrounds an alert in hand: a visit that is planned, the safety check, and how long it may rest.

use jiff::{
    Timestamp,
    civil::{Date, Time, time},
};

use super::{Alert, Event, Hours, Outcome, Refusal, SafetyCheck, Step, Warning, check::Cause, verbs::checked};
use crate::domain::{
    calendar::days_between,
    clock::{in_japan, japan_instant},
    coded::coded,
    rule::{Severity, Strictness},
};

coded! {
    /// What whoever closes an alert says of it, if they say anything: the rules are to become better.
    pub enum Usefulness {
        /// 役に立った
        Useful = "useful",
        /// 役に立たなかった
        NotUseful = "not_useful",
        /// 遅すぎた
        Late = "late",
    }
}

/// How many days an alert may rest at most.
pub const SNOOZE_DAYS: i64 = 7;

/// When it comes back on its day: before anybody's first telephone call.
const BACK_AT: Time = time(8, 30, 0, 0);

/// Around one alert.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Care {
    /// 保留
    pub snoozed_until: Option<Timestamp>,
    /// A visit that is planned and not made yet.
    pub visit_at: Option<Timestamp>,
    /// The one that runs, or else the last that was met.
    pub check: Option<SafetyCheck>,
}

/// What was typed to close an alert.
#[derive(Debug, Clone, Copy)]
pub struct Closing<'a> {
    pub outcome: Outcome,
    pub note: &'a str,
    pub usefulness: Option<Usefulness>,
    /// The second step: closed although nobody has seen the child.
    pub confirmed: bool,
}

impl Care {
    /// The visit should have been made by now.
    pub fn visit_is_overdue(&self, now: Timestamp) -> bool {
        self.visit_at.is_some_and(|at| at < now)
    }

    pub fn is_snoozed(&self, now: Timestamp) -> bool {
        self.snoozed_until.is_some_and(|until| until > now)
    }

    /// The child is still to be seen.
    pub fn awaits_sighting(&self) -> bool {
        self.check.as_ref().is_some_and(SafetyCheck::is_open)
    }

    /// What is left of it after a step.
    #[must_use]
    pub fn after(&self, event: &Event) -> Self {
        let mut care = self.clone();
        match event {
            Event::VisitPlanned { at, .. } => care.visit_at = Some(*at),
            Event::Sighted(sighting) if sighting.method.is_visit() => care.visit_at = None,
            Event::Snoozed { until, .. } => care.snoozed_until = Some(*until),
            Event::Woke | Event::Taken | Event::HandedOn { .. } | Event::Notified => care.snoozed_until = None,
            Event::Closed { .. } => (care.visit_at, care.snoozed_until) = (None, None),
            _ => {}
        }
        care
    }
}

impl Alert {
    /// 訪問予定: with a time that has not passed.
    pub fn plan_visit(&self, at: Timestamp, note: &str, now: Timestamp) -> Result<Step, Refusal> {
        self.in_hand()?;
        if at <= now {
            return Err(Refusal::VisitPast);
        }
        if days_between(in_japan(now).date(), in_japan(at).date()) > 92 {
            return Err(Refusal::VisitFar);
        }
        let note = checked(note, false)?;
        Ok(self.step(Event::VisitPlanned { at, note }, |_| {}))
    }

    /// 保留 until the morning of a day: with a reason, a week at most, and never where a child is to be seen.
    pub fn snooze(&self, care: &Care, until: Date, reason: &str, now: Timestamp) -> Result<Step, Refusal> {
        self.in_hand()?;
        if self.severity == Severity::Urgent || care.awaits_sighting() {
            return Err(Refusal::CannotRest);
        }
        if !(1..=SNOOZE_DAYS).contains(&days_between(in_japan(now).date(), until)) {
            return Err(Refusal::RestTooLong);
        }
        let reason = checked(reason, true)?.unwrap_or_default();
        Ok(self.step(Event::Snoozed { until: japan_instant(until.to_datetime(BACK_AT)), reason }, |_| {}))
    }

    /// The hub's own: the rest is over.
    pub fn wake(&self, care: &Care, now: Timestamp) -> Option<Step> {
        let over = care.snoozed_until.is_some_and(|until| until <= now);
        (over && self.alive().is_ok()).then(|| self.step(Event::Woke, |_| {}))
    }

    /// 通告として扱う: from here on the hours of K1. Whoever saw the child after the word came has answered it already.
    pub fn notify(
        &self,
        care: &Care,
        received_at: Timestamp,
        hours: Hours,
        now: Timestamp,
    ) -> Result<(Step, SafetyCheck), Refusal> {
        self.in_hand()?;
        if care.awaits_sighting() {
            return Err(Refusal::AlreadyChecked);
        }
        if received_at > now {
            return Err(Refusal::SightingAhead);
        }
        if care.check.as_ref().and_then(|check| check.seen_at).is_some_and(|seen_at| seen_at >= received_at) {
            return Err(Refusal::SeenSince);
        }
        Ok((self.step(Event::Notified, |_| {}), SafetyCheck::received(Cause::Notified, received_at, hours)))
    }

    /// The hub's own: what everybody is to be told about the safety check now.
    pub fn warn(&self, care: &Care, strictness: Strictness, now: Timestamp) -> Option<(Step, Warning)> {
        let check = care.check.as_ref()?;
        let warning = check.due(strictness, now)?;
        self.alive().ok()?;
        Some((self.step(Event::Warned { warning, hours: check.hours.said(warning) }, |_| {}), warning))
    }

    /// 終結する. Where the child was to be seen and was not, only in a second step.
    pub fn end(&self, care: &Care, closing: &Closing<'_>) -> Result<Step, Refusal> {
        let step = self.close(closing.outcome, closing.note)?;
        let unseen = care.check.as_ref().map_or(self.severity == Severity::Urgent, SafetyCheck::is_open);
        if unseen && !closing.confirmed {
            return Err(Refusal::Unseen);
        }
        Ok(step)
    }

    /// One tap of the worker: what the facility reads beside its report, if it was one that raised the alert.
    pub fn reply(&self, reply: crate::domain::reply::Reply) -> Result<Step, Refusal> {
        self.in_hand()?;
        if self.rule.of_the_office() {
            return Err(Refusal::NoReportBehind);
        }
        Ok(self.step(Event::Replied(reply), |_| {}))
    }

    /// 「本日の様子をお知らせください」 to a facility; that it was asked stands in the history.
    pub fn ask(&self) -> Result<Step, Refusal> {
        self.in_hand()?;
        Ok(self.step(Event::Asked, |_| {}))
    }
}
