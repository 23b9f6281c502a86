//! What further reports and corrections do to an alert: they raise it, extend it or take its ground away.

use jiff::Timestamp;

use super::{Alert, Condition, Event, State, Step, due};
use crate::domain::{calendar::Office, rule::Finding};

impl Alert {
    /// Judges the alert anew after a report or a correction; `None` when that changes nothing.
    ///
    /// `finding` is what its rule finds now, for a day not before `as_of`: today when days are added, `as_of` itself when
    /// a day up to it was corrected. That the child came *after* `as_of` does not take the condition away; only a
    /// correction does, so call this with `None` for `as_of` alone. A closed alert only ever loses its condition, it
    /// never opens again: ask `covers` whether a new one is due.
    pub fn judged(&self, finding: Option<&Finding>, now: Timestamp, office: &Office) -> Option<Step> {
        match finding {
            None if self.condition == Condition::NotMet => None,
            None => Some(self.step(Event::ConditionLost, |alert| {
                alert.condition = Condition::NotMet;
            })),
            Some(finding) if finding.rule != self.rule || self.state == State::Closed => None,
            Some(finding) => self.extended(finding, now, office),
        }
    }

    /// Whether this alert already speaks of `finding`, so that no new one is raised: it is not closed, or it was closed
    /// over the same run of days while that held, and the run has become neither graver nor a level longer since.
    pub fn covers(&self, finding: &Finding) -> bool {
        let same_run = finding.began <= self.as_of;
        let no_graver = finding.severity <= self.severity && finding.level() <= self.level;
        let settled = self.condition == Condition::Met && same_run && no_graver;
        finding.rule == self.rule && (self.state != State::Closed || settled)
    }

    fn extended(&self, finding: &Finding, now: Timestamp, office: &Office) -> Option<Step> {
        // A second injury is not a longer first one: whoever has the alert must hear of it.
        let again = finding.rule.of_one_day() && finding.as_of > self.as_of;
        let rises = again || finding.severity > self.severity || finding.level() > self.level;
        let event = if rises {
            Event::Rose
        } else if self.condition == Condition::NotMet {
            Event::ConditionRestored
        } else if finding.as_of > self.as_of || finding.count != self.count {
            Event::Continued
        } else {
            return None;
        };
        Some(self.step(event, |alert| {
            alert.condition = Condition::Met;
            alert.count = finding.count;
            alert.as_of = alert.as_of.max(finding.as_of);
            alert.level = alert.level.saturating_add(u32::from(again)).max(finding.level());
            if finding.severity > alert.severity {
                alert.severity = finding.severity;
                alert.due_at = alert.due_at.min(due(finding.severity, now, office));
            }
        }))
    }
}
