//! How the caseworkers of the demo deal with an alert: take it, ring, perhaps visit, and close it with a word.

use jiff::{
    Timestamp, ToSpan as _,
    civil::{Time, time},
};

use super::{Id, dice::Dice, notes};
use crate::domain::{
    alert::{ActionKind, Alert, Outcome, Refusal, Step},
    calendar::Office,
    clock::{in_japan, japan_instant},
    ids::Person,
    rule::{RuleCode, Severity},
};

/// Something a person is going to do with an alert.
#[derive(Debug, Clone)]
pub(super) enum Deed {
    Take,
    Act(ActionKind, &'static str),
    Close(Outcome, &'static str),
}

impl Deed {
    pub(super) fn done(&self, alert: &Alert, by: Id<Person>) -> Result<Step, Refusal> {
        match self {
            Self::Take => alert.take(by),
            Self::Act(kind, note) => alert.act(*kind, note),
            Self::Close(outcome, note) => alert.close(*outcome, note),
        }
    }
}

/// What is planned for an alert raised at `at`, each deed with its time; `close` is false for one still in hand.
pub(super) fn planned(dice: &mut Dice, alert: &Alert, at: Timestamp, office: &Office, close: bool) -> Vec<(Timestamp, Deed)> {
    let minutes = match alert.severity {
        // Somebody carries the telephone for these.
        Severity::Urgent => dice.between(6, 45),
        Severity::Warning => dice.between(15, 150),
        Severity::Caution => dice.between(30, 300),
        Severity::Notice => dice.between(120, 600),
    };
    let urgent = alert.severity == Severity::Urgent;
    let taken = if urgent { later(at, minutes) } else { in_hours(later(at, minutes), office) };
    let acted = later(taken, dice.between(8, 50));
    let mut deeds = vec![(taken, Deed::Take), (acted, Deed::Act(ActionKind::Called, dice.pick(notes::CALLED)))];
    let mut last = acted;
    if urgent {
        let (planned, met) = (later(acted, 15), in_hours(later(acted, dice.between(120, 1_400)), office));
        deeds.push((planned, Deed::Act(ActionKind::VisitPlanned, dice.pick(notes::VISITS))));
        deeds.push((met, Deed::Act(ActionKind::Seen, dice.pick(notes::MET))));
        last = met;
    }
    if close {
        let wait = if urgent { dice.between(300, 3_000) } else { dice.between(60, 900) };
        deeds.push((
            in_hours(later(last, wait), office),
            Deed::Close(outcome(dice, alert.rule), dice.pick(notes::closing(alert.rule))),
        ));
    } else {
        deeds.truncate(3);
    }
    deeds
}

fn outcome(dice: &mut Dice, rule: RuleCode) -> Outcome {
    match (rule, dice.below(10)) {
        (RuleCode::I1, 0..=7) | (RuleCode::S1, 0) => Outcome::FalseAlarm,
        (RuleCode::S1 | RuleCode::S2 | RuleCode::S3, 1..=2) => Outcome::Referred,
        (_, 0..=4) => Outcome::Watching,
        _ => Outcome::Handled,
    }
}

fn later(at: Timestamp, minutes: i64) -> Timestamp {
    at.checked_add(minutes.minutes()).unwrap_or(at)
}

const OPENS: Time = time(8, 45, 0, 0);
const CLOSES: Time = time(17, 0, 0, 0);

/// `at` itself when the office works then, else so many minutes into its next day.
fn in_hours(at: Timestamp, office: &Office) -> Timestamp {
    let local = in_japan(at);
    let minute = i64::from(local.minute());
    if office.is_business_day(local.date()) && (OPENS..CLOSES).contains(&local.time()) {
        return at;
    }
    let day = if local.time() < OPENS { office.business_day_from(local.date()) } else { office.next_business_day(local.date()) };
    later(japan_instant(day.to_datetime(OPENS)), minute)
}
