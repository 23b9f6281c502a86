//! Changing a rule: what may be set, what makes it weaker, and what the guideline does not let a ward weaken.

use super::{Number, Route, Rule, RuleCode, Severity};
use crate::domain::name::{self, Text};

/// How long the reason for a change may be, in characters.
pub const WHY_LENGTH: usize = 400;

/// How many minutes lie between two calls at least.
const CALLS_APART: u32 = 5;

/// A rule as somebody would have it, as it was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// In the order of `RuleCode::numbers`; `None` for what is no number.
    pub numbers: Vec<Option<u32>>,
    pub severity: Option<Severity>,
    pub route: Option<Route>,
    pub enabled: bool,
    pub visit_breaks: bool,
    pub why: String,
}

/// What is to be mended, and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Not a whole number between the two.
    OutOfRange(Number, u32, u32),
    /// Rank A would be told later than everybody else.
    StrictLaxer,
    /// A step must come after the one before it.
    StepsNotRising(Number),
    /// A step must come so much after the one before it: nobody is called from minute to minute.
    StepsTooClose(Number, u32),
    SeverityMissing,
    /// The guideline asks for it to be acted on at once.
    SeverityDemanded,
    RouteMissing,
    /// The guideline asks for it to be acted on at once: more than one person is told.
    RouteDemanded,
    /// The guideline asks for it; it cannot be switched off.
    Demanded,
    WhyMissing,
    WhyTooLong,
    WhyUnprintable,
    /// It is as it was.
    Unchanged,
}

/// A change that may be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// With the next version.
    pub rule: Rule,
    pub why: String,
    /// It will find less, later or more mildly than before, or tell fewer people of it: to be confirmed.
    pub weaker: bool,
}

impl Rule {
    /// This rule after `proposal`, or everything that is to be mended.
    pub fn changed(&self, proposal: &Proposal) -> Result<Change, Vec<Fault>> {
        let mut faults = Vec::new();
        let mut rule = Self { version: self.version.saturating_add(1), enabled: proposal.enabled, ..*self };
        for (number, typed) in self.code.numbers().iter().zip(&proposal.numbers) {
            let range = self.code.range(*number);
            match typed {
                Some(typed) if range.contains(typed) => rule.set(*number, *typed),
                _ => faults.push(Fault::OutOfRange(*number, *range.start(), *range.end())),
            }
        }
        if self.code.knows_visits() {
            rule.visit_breaks = proposal.visit_breaks;
        }
        match proposal.severity {
            Some(severity) => rule.severity = severity,
            None => faults.push(Fault::SeverityMissing),
        }
        match proposal.route.filter(|route| self.code.knows_route(*route)) {
            Some(route) => rule.route = route,
            None => faults.push(Fault::RouteMissing),
        }
        if faults.is_empty() {
            faults.extend(rule.contradictions());
        }
        let why = match Text::<WHY_LENGTH>::parse_or_none(&proposal.why) {
            Ok(Some(why)) => String::from(why),
            Ok(None) => refused(&mut faults, Fault::WhyMissing),
            Err(name::Refusal::TooLong { .. }) => refused(&mut faults, Fault::WhyTooLong),
            Err(_) => refused(&mut faults, Fault::WhyUnprintable),
        };
        if faults.is_empty() && (Self { version: self.version, ..rule }) == *self {
            faults.push(Fault::Unchanged);
        }
        if faults.is_empty() { Ok(Change { rule, why, weaker: rule.is_weaker_than(self) }) } else { Err(faults) }
    }

    /// What its numbers, taken together, must not say.
    fn contradictions(&self) -> Vec<Fault> {
        let numbers = self.code.numbers();
        let mut faults = Vec::new();
        if self.threshold_strict > self.threshold {
            faults.push(Fault::StrictLaxer);
        }
        if numbers.contains(&Number::SecondStep) && self.second <= self.threshold {
            faults.push(Fault::StepsNotRising(Number::SecondStep));
        } else if self.code == RuleCode::K2 && self.apart() < CALLS_APART {
            faults.push(Fault::StepsTooClose(Number::SecondStep, CALLS_APART));
        }
        if numbers.contains(&Number::ThirdStep) && self.third <= self.second {
            faults.push(Fault::StepsNotRising(Number::ThirdStep));
        }
        if let Some(least) = self.code.demanded() {
            if !self.enabled {
                faults.push(Fault::Demanded);
            }
            if self.severity < least {
                faults.push(Fault::SeverityDemanded);
            }
        }
        if self.route < self.code.narrowest() {
            faults.push(Fault::RouteDemanded);
        }
        faults
    }

    /// It finds less than `other`, later, or as less grave, or fewer people hear of it at once. Whether two stretches of another
    /// length find less nobody can say.
    fn is_weaker_than(&self, other: &Self) -> bool {
        let laxer = |number: &Number| match number {
            Number::Stretch => false,
            // The earlier the office is reminded of an end, the better.
            _ if self.code.measure() == super::Measure::DaysBefore => self.number(*number) < other.number(*number),
            number => self.number(*number) > other.number(*number),
        };
        (other.enabled && !self.enabled)
            || (self.visit_breaks && !other.visit_breaks)
            || self.severity < other.severity
            || self.route < other.route
            || self.code.numbers().iter().any(laxer)
            || self.code == RuleCode::K2 && self.apart() > other.apart()
    }

    /// K2: how far the second call and those after it lie from the one before.
    const fn apart(&self) -> u32 {
        self.second.saturating_sub(self.threshold)
    }
}

fn refused(faults: &mut Vec<Fault>, fault: Fault) -> String {
    faults.push(fault);
    String::new()
}
