//! One rule over the past of one watch, day by day, as reports and nights ask it.

use jiff::{
    Timestamp,
    civil::{Date, time},
};

use super::lead::Followed;
use crate::domain::{
    alert::State,
    calendar::{Office, day_after},
    clock::japan_instant,
    judgement::{Case, Cause, Moment, Verdict, judge},
    rule::{Rule, Severity, Situation, evaluate},
    streak::Phase,
};

/// What is known today of a watch's past.
#[derive(Debug, Clone)]
pub struct Past {
    /// With the whole past in its history and that of the siblings, and without alerts.
    pub case: Case,
    /// The days on which the watch was in force.
    pub from: Date,
    pub until: Date,
    pub followed: Followed,
}

/// An alert as the replay raised it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Episode {
    /// When it would have been raised.
    pub on: Date,
    /// The first day that counted, and the last one that told.
    pub began: Date,
    pub last: Date,
    /// As it was raised.
    pub severity: Severity,
}

impl Episode {
    pub(super) fn overlaps(&self, other: &Self) -> bool {
        self.began <= other.last && other.began <= self.last
    }
}

/// The alerts the rule would have raised, oldest first.
///
/// In real life people close alerts when they like. Here one is closed in the first night that finds its condition gone, so that an
/// alert is one run of days and the same runs are counted under every rule.
pub fn replay(rule: &Rule, past: &Past, office: &Office) -> Vec<Episode> {
    let mut case = Case { alerts: Vec::new(), ..past.case.clone() };
    let mut episodes = Vec::new();
    let days = std::iter::successors(Some(past.from), |day| Some(day_after(*day))).take_while(|day| *day <= past.until);
    for today in days {
        let morning = Moment { now: at(today, 9), today, phase: Phase::BeforeCutoff, office };
        if case.history.on(today).is_some() || !case.history.signs_on(today).is_empty() {
            ask(rule, &mut case, Cause::Report { day: today, corrected: false }, &morning, &mut episodes);
        }
        let night = Moment { now: at(today, 18), phase: Phase::AfterNotice, ..morning };
        ask(rule, &mut case, Cause::Night, &night, &mut episodes);
        settle(rule, &mut case, today);
    }
    episodes
}

fn at(day: Date, hour: i8) -> Timestamp {
    japan_instant(day.to_datetime(time(hour, 0, 0, 0)))
}

/// Lets the verdicts happen, and notes what was raised.
fn ask(rule: &Rule, case: &mut Case, why: Cause, moment: &Moment<'_>, episodes: &mut Vec<Episode>) {
    let watch = case.watch;
    for verdict in judge(std::slice::from_ref(rule), case, why, moment, || watch.cast()) {
        match verdict {
            Verdict::Raise(alert, finding) => {
                episodes.push(Episode { on: moment.today, began: finding.began, last: finding.as_of, severity: finding.severity });
                case.alerts.push(alert);
            }
            Verdict::Step(step, finding) => {
                case.alerts.retain(|alert| alert.state == State::Closed);
                case.alerts.push(step.alert);
                if let (Some(finding), Some(episode)) = (finding, episodes.last_mut()) {
                    episode.last = episode.last.max(finding.as_of);
                }
            }
        }
    }
}

/// Closes the open alert when its condition is gone; of the closed ones the last is remembered.
fn settle(rule: &Rule, case: &mut Case, today: Date) {
    if case.alerts.iter().all(|alert| alert.state == State::Closed) {
        return;
    }
    let situation = Situation {
        as_of: today,
        phase: Phase::AfterNotice,
        strictness: case.strictness,
        calendar: &case.calendar,
        history: &case.history,
        siblings_today: case.siblings_on(today),
        arranged: case.arranged,
    };
    if evaluate(rule, &situation).is_none() {
        case.alerts.retain(|alert| alert.state != State::Closed);
        case.alerts.iter_mut().for_each(|alert| alert.state = State::Closed);
    }
}
