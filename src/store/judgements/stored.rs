//! What crosses the fence to the rules, as the database hands it out.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use jiff::{Timestamp, civil::Date};
use serde::Deserialize;
use serde_json::Value;

use super::Docket;
use crate::{
    domain::{
        alert::{Alert, Condition, Outcome, State},
        calendar::{ChildCalendar, DayKind, Holidays, Office, Stay},
        history::{History, Reported},
        ids::{self, Id, Organization, Person, Watch},
        judgement::Case,
        rule::{Arranged, Leaving, Rule, RuleCode, Severity, SiblingDay, Strictness, Worker},
        transfer::Next,
        urgent::{Trigger, signs},
    },
    store::{
        Error, Result,
        calendars::{Layers, StoredLayers, own_week},
        marks,
        sql::unknown_code,
    },
};

#[derive(Deserialize)]
pub(super) struct Stored {
    #[serde(default)]
    rules: Option<Vec<StoredRule>>,
    holidays: Holidays,
    facilities: Vec<StoredFacility>,
    children: Vec<StoredChild>,
}

impl Stored {
    /// As the rules want it.
    pub(super) fn docket(self) -> Result<Docket> {
        let holidays = Arc::new(self.holidays);
        let layers = self.facilities.into_iter().map(|facility| (facility.id, Layers::of(Arc::clone(&holidays), facility.layers)));
        let layers: HashMap<_, _> = layers.collect();
        Ok(Docket {
            rules: self.rules.unwrap_or_default().iter().map(rule).collect::<Result<_>>()?,
            cases: self.children.into_iter().map(|child| case(child, &layers, &holidays)).collect::<Result<_>>()?,
            office: Office::new(holidays),
        })
    }
}

#[derive(Deserialize)]
struct StoredRule {
    code: String,
    version: i32,
    threshold: u32,
    threshold_strict: u32,
    severity: Severity,
    enabled: bool,
    visit_breaks: bool,
    second: u32,
    third: u32,
}

#[derive(Deserialize)]
struct StoredFacility {
    id: Id<Organization>,
    #[serde(flatten)]
    layers: StoredLayers,
}

#[derive(Deserialize)]
struct StoredChild {
    watch_id: Id<Watch>,
    strictness: Strictness,
    stays: Vec<StoredStay>,
    until: Option<Date>,
    worker: Worker,
    arrived: Option<Date>,
    leaving: Option<StoredLeaving>,
    whole_from: Date,
    days: Vec<StoredDay>,
    met: Vec<Date>,
    urgent: Vec<StoredUrgent>,
    siblings: Vec<StoredSibling>,
    alerts: Vec<StoredAlert>,
}

#[derive(Deserialize)]
struct StoredStay {
    facility_id: Id<Organization>,
    class: String,
    week: Option<Vec<i16>>,
    from: Date,
    until: Option<Date>,
}

#[derive(Deserialize)]
struct StoredLeaving {
    entered: Date,
    last: Date,
    next: Next,
    accounts: bool,
}

#[derive(Deserialize)]
struct StoredDay {
    day: Date,
    mark: Value,
}

#[derive(Deserialize)]
struct StoredUrgent {
    day: Date,
    triggers: Vec<String>,
}

#[derive(Deserialize)]
struct StoredSibling {
    day: Date,
    mark: Value,
}

#[derive(Deserialize)]
struct StoredAlert {
    id: Id<ids::Alert>,
    watch_id: Id<Watch>,
    rule: RuleCode,
    severity: Severity,
    level: u32,
    count: u32,
    as_of: Date,
    condition: Condition,
    state: State,
    holder: Option<Id<Person>>,
    raised_at: Timestamp,
    due_at: Timestamp,
    outcome: Option<Outcome>,
    revision: i64,
}

impl From<StoredAlert> for Alert {
    fn from(stored: StoredAlert) -> Self {
        Self {
            id: stored.id,
            watch: stored.watch_id,
            rule: stored.rule,
            severity: stored.severity,
            level: stored.level,
            count: stored.count,
            as_of: stored.as_of,
            condition: stored.condition,
            state: stored.state,
            holder: stored.holder,
            raised_at: stored.raised_at,
            due_at: stored.due_at,
            outcome: stored.outcome,
            revision: stored.revision,
        }
    }
}

fn rule(stored: &StoredRule) -> Result<Rule> {
    let code = RuleCode::from_code(&stored.code).ok_or_else(|| unknown_code("rule", &stored.code))?;
    Ok(Rule {
        code,
        version: stored.version,
        threshold: stored.threshold,
        threshold_strict: stored.threshold_strict,
        severity: stored.severity,
        // Whom it is told to changes nothing of what it finds; the calls read the ward's own.
        route: RuleCode::route(code),
        enabled: stored.enabled,
        visit_breaks: stored.visit_breaks,
        second: stored.second,
        third: stored.third,
    })
}

fn case(child: StoredChild, layers: &HashMap<Id<Organization>, Layers>, holidays: &Arc<Holidays>) -> Result<Case> {
    let stays = child.stays.into_iter().map(|stay| {
        let calendar = match layers.get(&stay.facility_id) {
            Some(layers) => layers.of_child(&stay.class, own_week(stay.week.as_deref())),
            None => {
                Layers::of(Arc::clone(holidays), StoredLayers::every_day()).of_child(&stay.class, own_week(stay.week.as_deref()))
            }
        };
        Stay { from: stay.from, to: stay.until, calendar }
    });
    let reported = |day: Date, mark: Value| Ok::<_, Error>((day, Reported::of(&marks::from_json(mark)?, day)));
    let mut siblings: BTreeMap<Date, Vec<SiblingDay>> = BTreeMap::new();
    for StoredSibling { day, mark } in child.siblings {
        // A report for a closed day is refused, so whatever a sibling has on a day was an open one.
        let sibling = SiblingDay { kind: DayKind::Open, reported: Some(reported(day, mark)?.1) };
        siblings.entry(day).or_default().push(sibling);
    }
    let mut history = History::default();
    for stored in child.days {
        let (day, reported) = reported(stored.day, stored.mark)?;
        history.add(day, reported);
    }
    for day in child.met {
        history.meet(day);
    }
    for said in child.urgent {
        let triggers: Vec<_> = said.triggers.iter().filter_map(|code| Trigger::from_code(code)).collect();
        history.hear(said.day, signs(&triggers));
    }
    Ok(Case {
        watch: child.watch_id,
        strictness: child.strictness,
        calendar: ChildCalendar::new(stays.collect()),
        history,
        arranged: Arranged {
            worker: child.worker,
            until: child.until,
            slip: None,
            arrived: child.arrived,
            leaving: child.leaving.map(|StoredLeaving { entered, last, next, accounts }| Leaving { entered, last, next, accounts }),
        },
        whole_from: child.whole_from,
        siblings,
        alerts: child.alerts.into_iter().map(Alert::from).collect(),
    })
}
