//! One rule over the past of one watch, day by day, as reports and nights ask it.

use jiff::{
    Timestamp,
    civil::{Date, Time},
};

use super::{arrivals::Arrivals, is_recorded, lead::Followed};
use crate::domain::{
    alert::State,
    calendar::{Office, day_after},
    clock::japan_instant,
    history::Reported,
    judgement::{Case, Cause, Moment, Verdict, judge},
    rule::{LateSlip, Rule, RuleCode, Severity, Situation, Strictness, evaluate},
    streak::Phase,
};

/// When a report is taken to have come where the hour does not matter: it is asked about with the phase before the cut-off.
const MORNING: Time = Time::constant(9, 0, 0, 0);

/// What is known today of a watch's past.
#[derive(Debug, Clone)]
pub struct Past {
    /// With the whole past in its history and that of the siblings, and without alerts; the slip that is owed is filled in day by day.
    pub case: Case,
    /// The days on which the watch was in force.
    pub from: Date,
    pub until: Date,
    /// When the request was entered: nobody was missed before.
    pub entered: Timestamp,
    pub arrivals: Arrivals,
    /// The days on which the rule really raised an alert, oldest first; of rules whose past is known by nothing else.
    pub recorded: Vec<Date>,
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
/// In real life people close alerts when they like. Here one is closed in the first night that finds its condition gone, and 本日未入力
/// when the report about its last day comes, so that an alert is one run of days and the same runs are counted under every rule.
pub fn replay(rule: &Rule, past: &Past, office: &Office) -> Vec<Episode> {
    if is_recorded(rule.code) {
        return recorded(rule, past);
    }
    let mut case = Case { alerts: Vec::new(), ..past.case.clone() };
    let mut episodes = Vec::new();
    let days = std::iter::successors(Some(past.from), |day| Some(day_after(*day))).take_while(|day| *day <= past.until);
    for today in days {
        let night = Moment { now: at(today, past.arrivals.times.night()), today, phase: Phase::AfterNotice, office };
        // 本日未入力 is about the hours in which a report was missing, everything else about what the report said when it came.
        let to_come = if rule.code == RuleCode::I1 {
            wait(rule, &mut case, past, &night, &mut episodes)
        } else {
            hear(rule, &mut case, &night, &mut episodes);
            None
        };
        let owed = past.arrivals.owed(night.now);
        case.arranged.slip = LateSlip::told(&owed, rule, case.strictness, |day| case.calendar.is_watched(day));
        if rule.code != RuleCode::I1 || past.entered <= night.now {
            ask(rule, &mut case, Cause::Night, &night, &mut episodes);
        }
        settle(rule, &mut case, today);
        if let Some(report) = to_come {
            case.history.replace(today, report);
        }
    }
    episodes
}

/// What was raised then, as grave as the rule would have it; nothing if it were off.
fn recorded(rule: &Rule, past: &Past) -> Vec<Episode> {
    let days = past.recorded.iter().filter(|_| rule.enabled);
    days.map(|on| Episode { on: *on, began: *on, last: *on, severity: rule.severity }).collect()
}

/// The report of the day, if there is one, asked about in the morning.
fn hear(rule: &Rule, case: &mut Case, night: &Moment<'_>, episodes: &mut Vec<Episode>) {
    let today = night.today;
    if case.history.on(today).is_some() || !case.history.signs_on(today).is_empty() {
        let morning = Moment { now: at(today, MORNING), phase: Phase::BeforeCutoff, ..*night };
        ask(rule, case, Cause::Report { day: today, corrected: false }, &morning, episodes);
    }
}

/// The hours of the day from which on a report is missing, each asked as long as it had not come; gives back the report where it had not
/// come by the night either.
fn wait(rule: &Rule, case: &mut Case, past: &Past, night: &Moment<'_>, episodes: &mut Vec<Episode>) -> Option<Reported> {
    let (today, times) = (night.today, &past.arrivals.times);
    let mut to_come = case.history.forget(today);
    let mut come_by = |now: Timestamp, case: &mut Case| {
        if let Some(report) = to_come.take_if(|_| past.arrivals.had_come(today, now)) {
            case.history.replace(today, report);
        }
        if is_answered(case, past, now) {
            close(case);
        }
    };
    let early = (case.strictness == Strictness::Strict && times.misses_strict_first()).then(|| times.strict_cutoff());
    let early = early.map(|early| (early, Cause::Early, Phase::AfterCutoff));
    let later = [(times.facility_cutoff, Phase::AfterCutoff), (times.worker_notice, Phase::AfterNotice)];
    for (passed, why, phase) in early.into_iter().chain(later.map(|(passed, phase)| (passed, Cause::Clock, phase))) {
        let moment = Moment { now: at(today, passed), phase, ..*night };
        come_by(moment.now, case);
        if past.entered <= moment.now {
            ask(rule, case, why, &moment, episodes);
        }
    }
    come_by(night.now, case);
    to_come
}

/// Whether the report about the last day of the open alert had come by `now`, be it the next morning.
fn is_answered(case: &Case, past: &Past, now: Timestamp) -> bool {
    let open = case.alerts.iter().find(|alert| alert.state != State::Closed);
    open.is_some_and(|alert| past.case.history.on(alert.as_of).is_some() && past.arrivals.had_come(alert.as_of, now))
}

fn at(day: Date, hour: Time) -> Timestamp {
    japan_instant(day.to_datetime(hour))
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

/// Closes the open alert when its condition is gone.
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
        close(case);
    }
}

/// Closes the open alert; of the closed ones the last is remembered.
fn close(case: &mut Case) {
    case.alerts.retain(|alert| alert.state != State::Closed);
    case.alerts.iter_mut().for_each(|alert| alert.state = State::Closed);
}
