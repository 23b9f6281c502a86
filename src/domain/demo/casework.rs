//! The alerts of the demo year: the real rules over the reports in the order they came, and people dealing with what they raised.

use std::collections::{BTreeMap, HashMap};

use jiff::{Timestamp, civil::Date};

use super::{
    AlertStory, Id, Plan, Taken, Watched,
    closures::Calendars,
    dice::Dice,
    handling::{self, Deed},
    staff,
    story::{Attention, Scenes},
};
use crate::domain::{
    alert::{Alert, Event, State, Step},
    calendar::{DayKind, Office, day_after, days_between},
    clock::{in_japan, japan_instant},
    history::{History, Reported},
    ids::{Child, Person},
    judgement::{Case, Cause, Moment, Verdict, judge},
    rule::{Arranged, Finding, Rule, RuleCode, SiblingDay, Worker, concerns, default_rules},
    times::Times,
};

/// A scene's alerts of these last days are left as the scene says.
const SCENE_DAYS: i64 = 8;

/// Something that happens at a moment.
enum Happening {
    Sheet(usize),
    Sweep(Date),
    Handled(usize, Deed),
}

struct Sim<'a> {
    plan: &'a Plan,
    calendars: &'a Calendars,
    scenes: &'a Scenes,
    dice: Dice,
    office: Office,
    rules: Vec<Rule>,
    histories: HashMap<Id<Child>, History>,
    stories: Vec<AlertStory>,
    of_watch: HashMap<usize, Vec<usize>>,
    families: HashMap<uuid::Uuid, Vec<usize>>,
    /// By time, and what was planned first comes first.
    queue: BTreeMap<(Timestamp, usize), Happening>,
    planned: usize,
}

pub(super) fn build(dice: &Dice, plan: &Plan, calendars: &Calendars, scenes: &Scenes, now: Timestamp) -> Vec<AlertStory> {
    let mut sim = Sim {
        plan,
        calendars,
        scenes,
        dice: dice.branch("alerts"),
        office: Office::new(plan.holidays.clone()),
        rules: default_rules(),
        histories: HashMap::new(),
        stories: Vec::new(),
        of_watch: HashMap::new(),
        families: HashMap::new(),
        queue: BTreeMap::new(),
        planned: 0,
    };
    for (index, watch) in plan.watches.iter().enumerate() {
        if let Some(group) = watch.siblings {
            sim.families.entry(group).or_default().push(index);
        }
    }
    for (index, sheet) in plan.sheets.iter().enumerate() {
        sim.plan_for(sheet.sent_at, Happening::Sheet(index));
    }
    let days = std::iter::successors(Some(plan.first_day), |day| Some(day_after(*day))).take_while(|day| *day < plan.today);
    for day in days {
        for at in [Times::default().facility_cutoff, Times::default().worker_notice] {
            sim.plan_for(japan_instant(day.to_datetime(at)), Happening::Sweep(day));
        }
    }
    sim.run(now);
    sim.stories
}

impl Sim<'_> {
    fn plan_for(&mut self, at: Timestamp, happening: Happening) {
        self.queue.insert((at, self.planned), happening);
        self.planned += 1;
    }

    fn run(&mut self, now: Timestamp) {
        while let Some(((at, _), happening)) = self.queue.pop_first() {
            if at > now {
                break;
            }
            match happening {
                Happening::Sheet(index) => self.sheet(index),
                Happening::Sweep(day) => self.sweep(day, at),
                Happening::Handled(story, deed) => self.handled(story, &deed, at),
            }
        }
    }

    /// A sheet came: the whole of it first, then the rules for whom it concerns, as in the hub's own transaction.
    fn sheet(&mut self, index: usize) {
        let sheet = &self.plan.sheets[index];
        for (watch, mark) in &sheet.marks {
            let child = self.plan.watches[*watch].child;
            self.histories.entry(child).or_default().add(sheet.day, Reported::of(mark, sheet.day));
        }
        for (watch, mark) in &sheet.marks {
            if concerns(mark, sheet.day) || self.is_missed(*watch) {
                self.judge(*watch, Cause::Report { day: sheet.day, corrected: false }, sheet.sent_at);
            }
        }
    }

    /// A time of the day has passed: whoever was expected and is not reported.
    fn sweep(&mut self, day: Date, at: Timestamp) {
        for (index, watch) in self.plan.watches.iter().enumerate() {
            let reported = self.histories.get(&watch.child).is_some_and(|history| history.on(day).is_some());
            if !reported && self.calendars.expects(index, watch, day) {
                self.judge(index, Cause::Clock, at);
            }
        }
    }

    /// Asks the rules as the hub does, and writes down what they say.
    fn judge(&mut self, index: usize, why: Cause, at: Timestamp) {
        let today = in_japan(at).date();
        let Some(case) = self.case(index, today) else { return };
        let phase = Times::default().phase(today, today, in_japan(at).time());
        let moment = Moment { now: at, today, phase, office: &self.office };
        let verdicts = judge(&self.rules, &case, why, &moment, || self.dice.id());
        for verdict in verdicts {
            match verdict {
                Verdict::Raise(alert, finding) => self.raise(index, alert, finding, at),
                Verdict::Step(step, finding) => {
                    if let Some(story) = self.of(index).iter().copied().find(|story| self.stories[*story].alert.id == step.alert.id)
                    {
                        self.record(story, step, None, finding, at);
                    }
                }
            }
        }
    }

    fn case(&self, index: usize, day: Date) -> Option<Case> {
        let watch = &self.plan.watches[index];
        let calendar = self.calendars.child(watch.child)?.clone();
        Some(Case {
            watch: watch.id,
            strictness: watch.strictness,
            whole_from: calendar.first_day().unwrap_or(day),
            calendar,
            history: self.histories.get(&watch.child).cloned().unwrap_or_default(),
            siblings: BTreeMap::from([(day, self.siblings(watch, day))]),
            arranged: Arranged {
                worker: if watch.assigned_to.is_some() { Worker::Here } else { Worker::Nobody },
                until: watch.until,
                ..Arranged::default()
            },
            alerts: self.known(index),
        })
    }

    /// Every open alert, and of each rule the last one that was closed.
    fn known(&self, index: usize) -> Vec<Alert> {
        let mut known: Vec<Alert> = Vec::new();
        for alert in self.of(index).iter().rev().map(|story| &self.stories[*story].alert) {
            let closed = alert.state == State::Closed;
            if !closed || known.iter().all(|later| later.rule != alert.rule || later.state != State::Closed) {
                known.push(alert.clone());
            }
        }
        known
    }

    /// What the brothers and sisters are known to have done today.
    fn siblings(&self, watch: &Watched, day: Date) -> Vec<SiblingDay> {
        let family = watch.siblings.and_then(|group| self.families.get(&group)).map(Vec::as_slice).unwrap_or_default();
        let others = family.iter().map(|index| &self.plan.watches[*index]).filter(|other| other.child != watch.child);
        let reported = others.filter_map(|other| self.histories.get(&other.child)?.on(day).cloned());
        reported.map(|reported| SiblingDay { kind: DayKind::Open, reported: Some(reported) }).collect()
    }

    fn of(&self, watch: usize) -> &[usize] {
        self.of_watch.get(&watch).map(Vec::as_slice).unwrap_or_default()
    }

    /// Missing reports of it have raised an alert.
    fn is_missed(&self, watch: usize) -> bool {
        let silence = |rule: RuleCode| rule == RuleCode::I1 || rule.counts_silence();
        let missed = |alert: &Alert| silence(alert.rule) && alert.state != State::Closed;
        self.of(watch).iter().any(|story| missed(&self.stories[*story].alert))
    }

    fn raise(&mut self, watch: usize, alert: Alert, finding: Finding, at: Timestamp) {
        let story = self.stories.len();
        self.intend(story, watch, &alert, at);
        self.stories.push(AlertStory { alert, watch, evidence: vec![(1, at, finding)], steps: Vec::new(), closed_at: None });
        self.of_watch.entry(watch).or_default().push(story);
    }

    /// Plans what people will do about a new alert.
    fn intend(&mut self, story: usize, watch: usize, alert: &Alert, at: Timestamp) {
        let scene = self.scenes.get(&watch).filter(|_| days_between(in_japan(at).date(), self.plan.today) < SCENE_DAYS);
        let recent = scene.filter(|scene| scene.days.iter().take(2).any(|(day, _)| *day == alert.as_of));
        let close = match recent.map(|scene| scene.attention) {
            Some(Attention::Untouched) => return,
            Some(Attention::InHand) => false,
            None => true,
        };
        for (at, deed) in handling::planned(&mut self.dice, alert, at, &self.office, close) {
            self.plan_for(at, Happening::Handled(story, deed));
        }
    }

    fn handled(&mut self, story: usize, deed: &Deed, at: Timestamp) {
        let by = self.stories[story].alert.holder.or_else(|| self.worker(self.stories[story].watch));
        let Some(by) = by.map(|by| self.plan.present(by, in_japan(at).date())) else { return };
        // Whatever the hub has closed by itself in between needs nothing more.
        if let Ok(step) = deed.done(&self.stories[story].alert, by) {
            self.record(story, step, Some(by), None, at);
        }
    }

    fn worker(&mut self, watch: usize) -> Option<Id<Person>> {
        let watch = &self.plan.watches[watch];
        let colleagues = staff::of_office(&self.plan.staff, watch.office);
        watch.assigned_to.or_else(|| (!colleagues.is_empty()).then(|| self.dice.pick(&colleagues).id))
    }

    fn record(&mut self, story: usize, step: Step, by: Option<Id<Person>>, finding: Option<Finding>, at: Timestamp) {
        let story = &mut self.stories[story];
        let revision = step.alert.revision;
        if matches!(step.event, Event::Closed { .. }) {
            story.closed_at = Some(at);
        }
        story.evidence.extend(finding.map(|finding| (revision, at, finding)));
        story.steps.push(Taken { revision, event: step.event, by, at });
        story.alert = step.alert;
    }
}
