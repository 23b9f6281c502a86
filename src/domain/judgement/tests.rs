//! A report judged by the rules: what is raised, what goes on, what is taken back.

mod again;
mod moves;

use std::sync::Arc;

use jiff::civil::{Date, date};
use proptest::{prelude::*, sample::select};

use super::*;
use crate::domain::{
    attendance::{Contact, Mark, Reason, Sign, Status},
    calendar::{Calendar, Holidays, Template, Week},
    clock::japan_instant,
    history::Reported,
    rule::{Severity, Worker, concerns, default_rules},
    streak::story::{self, reported, school},
};

const FRIDAY: Date = date(2026, 11, 20);

/// A facility that is open every day and asked since Wednesday, so that days can be counted on fingers.
fn every_day() -> ChildCalendar {
    let week = Week::from_bits(0b111_1111);
    let template = Template { week, closed_on_holidays: false, vacations: Vec::new(), extra_open: Vec::new() };
    ChildCalendar::one(date(2026, 11, 18), Calendar::plain(Arc::new(Holidays::new()), Arc::new(template)))
}

fn absent(contact: Contact, reason: Reason) -> Mark {
    Mark { contact: Some(contact), reason: Some(reason), ..Mark::only(Status::Absent) }
}

fn silent() -> Mark {
    absent(Contact::None, Reason::Unknown)
}

fn case(days: &[(Date, Mark)]) -> Case {
    Case {
        watch: Id::random(),
        strictness: Strictness::Normal,
        calendar: every_day(),
        history: days.iter().map(|(day, mark)| (*day, Reported::of(mark, *day))).collect(),
        whole_from: date(2026, 11, 18),
        siblings: BTreeMap::new(),
        arranged: Arranged::default(),
        alerts: Vec::new(),
    }
}

fn judged(case: &Case, why: Cause) -> Vec<Verdict> {
    let office = Office::new(Arc::new(Holidays::new()));
    let moment = Moment { now: japan_instant(FRIDAY.at(9, 12, 0, 0)), today: FRIDAY, phase: Phase::BeforeCutoff, office: &office };
    judge(&default_rules(), case, why, &moment, Id::random)
}

/// Lets the verdicts happen.
fn after(mut case: Case, verdicts: Vec<Verdict>) -> Case {
    for verdict in verdicts {
        match verdict {
            Verdict::Raise(alert, _) => case.alerts.push(alert),
            Verdict::Step(step, _) => {
                case.alerts.retain(|alert| alert.id != step.alert.id);
                case.alerts.push(step.alert);
            }
        }
    }
    case
}

fn raised(verdicts: &[Verdict]) -> Vec<RuleCode> {
    let mut codes: Vec<_> = verdicts
        .iter()
        .filter_map(|verdict| match verdict {
            Verdict::Raise(alert, _) => Some(alert.rule),
            Verdict::Step(..) => None,
        })
        .collect();
    codes.sort_unstable();
    codes
}

const REPORTED: Cause = Cause::Report { day: FRIDAY, corrected: false };
const CORRECTED: Cause = Cause::Report { day: FRIDAY, corrected: true };

#[test]
fn an_absence_without_contact_is_raised_at_once() {
    assert_eq!(raised(&judged(&case(&[(FRIDAY, silent())]), REPORTED)), [RuleCode::A1]);
}

#[test]
fn a_sign_is_urgent_also_when_the_child_came() {
    let mark = Mark { signs: vec![Sign::Injury], ..Mark::only(Status::Present) };
    let verdicts = judged(&case(&[(FRIDAY, mark)]), REPORTED);
    assert!(
        matches!(verdicts.as_slice(), [Verdict::Raise(alert, _)] if alert.rule == RuleCode::S1 && alert.severity == Severity::Urgent)
    );
}

#[test]
fn a_second_day_extends_the_open_alert_and_raises_the_next_rule() {
    let yesterday = date(2026, 11, 19);
    let first = case(&[(FRIDAY, silent())]);
    let verdicts = judged(&first, REPORTED);
    let mut second = after(first, verdicts);
    for alert in &mut second.alerts {
        alert.as_of = yesterday;
    }
    second.history =
        [(yesterday, Reported::of(&silent(), yesterday)), (FRIDAY, Reported::of(&silent(), FRIDAY))].into_iter().collect();
    let verdicts = judged(&second, REPORTED);
    assert_eq!(raised(&verdicts), [RuleCode::A2]);
    assert!(verdicts.iter().any(|verdict| matches!(verdict, Verdict::Step(step, _) if step.alert.rule == RuleCode::A1)));
}

#[test]
fn a_correction_takes_the_condition_away_and_back_again() {
    let reported = case(&[(FRIDAY, silent())]);
    let verdicts = judged(&reported, REPORTED);
    let mut corrected = after(reported, verdicts);
    corrected.history.replace(FRIDAY, Reported::of(&Mark::only(Status::Present), FRIDAY));
    let verdicts = judged(&corrected, CORRECTED);
    let mut back = after(corrected, verdicts);
    assert!(back.alerts.iter().all(|alert| alert.condition == crate::domain::alert::Condition::NotMet));
    back.history.replace(FRIDAY, Reported::of(&silent(), FRIDAY));
    let verdicts = judged(&back, CORRECTED);
    let restored = after(back, verdicts);
    assert_eq!(restored.alerts.len(), 1);
    assert_eq!(restored.alerts[0].condition, crate::domain::alert::Condition::Met);
}

#[test]
fn coming_later_does_not_take_an_older_condition_away() {
    let thursday = date(2026, 11, 19);
    let reported = case(&[(FRIDAY, silent())]);
    let verdicts = judged(&reported, REPORTED);
    let mut later = after(reported, verdicts);
    for alert in &mut later.alerts {
        alert.as_of = thursday;
    }
    later.history = [(thursday, Reported::of(&silent(), thursday)), (FRIDAY, Reported::of(&Mark::only(Status::Present), FRIDAY))]
        .into_iter()
        .collect();
    assert_eq!(judged(&later, REPORTED), []);
}

#[test]
fn the_clock_finds_the_missing_report_and_the_report_answers_it() {
    let office = Office::new(Arc::new(Holidays::new()));
    let noon = Moment { now: japan_instant(FRIDAY.at(12, 0, 0, 0)), today: FRIDAY, phase: Phase::AfterCutoff, office: &office };
    let missing = case(&[(date(2026, 11, 19), Mark::only(Status::Present))]);
    let verdicts = judge(&default_rules(), &missing, Cause::Clock, &noon, Id::random);
    assert_eq!(raised(&verdicts), [RuleCode::I1]);
    let mut answered = after(missing, verdicts);
    answered.history.replace(FRIDAY, Reported::of(&Mark::only(Status::Present), FRIDAY));
    let verdicts = judge(&default_rules(), &answered, REPORTED, &noon, Id::random);
    let closed = after(answered, verdicts);
    assert_eq!(closed.alerts[0].state, State::Closed);
}

fn urgent_of(case: &Case, signs: &[Sign]) -> Vec<Verdict> {
    let office = Office::new(Arc::new(Holidays::new()));
    let now = japan_instant(FRIDAY.at(9, 0, 0, 0));
    let moment = Moment { now, today: FRIDAY, phase: Phase::BeforeCutoff, office: &office };
    urgent(&default_rules(), case, signs, &moment, Id::random)
}

fn heard(signs: &[Sign]) -> Case {
    let mut case = case(&[]);
    case.history.hear(FRIDAY, signs.iter().copied());
    case
}

fn counted(verdicts: &[Verdict]) -> Vec<(RuleCode, u32)> {
    let alert = |verdict: &Verdict| match verdict {
        Verdict::Raise(alert, _) => (alert.rule, alert.count),
        Verdict::Step(step, _) => (step.alert.rule, step.alert.count),
    };
    verdicts.iter().map(alert).collect()
}

#[test]
fn an_urgent_report_asks_the_rules_of_its_signs_and_is_an_alert_of_its_own() {
    let signs = [Sign::Injury, Sign::FamilyChange];
    let verdicts = urgent_of(&heard(&signs), &signs);
    assert_eq!(counted(&verdicts), [(RuleCode::S1, 1), (RuleCode::S4, 1), (RuleCode::U1, 1)]);
    for verdict in &verdicts {
        let Verdict::Raise(alert, finding) = verdict else { panic!("{verdict:?}") };
        let severity = if alert.rule == RuleCode::S4 { Severity::Warning } else { Severity::Urgent };
        assert_eq!((alert.severity, finding.days[0].signs.as_slice()), (severity, signs.as_slice()));
    }
    assert_eq!(counted(&urgent_of(&heard(&[]), &[])), [(RuleCode::U1, 1)], "without a sign there is still the whole");
}

#[test]
fn each_further_urgent_report_is_heard_on_the_same_alert() {
    let mut case = heard(&[Sign::Injury]);
    for count in 1..4 {
        let verdicts = urgent_of(&case, &[Sign::Injury]);
        let expected = if count == 1 { vec![(RuleCode::S1, 1), (RuleCode::U1, 1)] } else { vec![(RuleCode::U1, count)] };
        assert_eq!(counted(&verdicts), expected);
        for verdict in verdicts {
            let alert = match verdict {
                Verdict::Raise(alert, _) => alert,
                Verdict::Step(step, _) => step.alert,
            };
            case.alerts.retain(|other| other.id != alert.id);
            case.alerts.push(alert);
        }
    }
}

#[test]
fn a_sheet_corrected_later_leaves_an_urgent_sign_standing() {
    let mut case = heard(&[Sign::Injury]);
    let alerts = urgent_of(&case, &[Sign::Injury]).into_iter().filter_map(|verdict| match verdict {
        Verdict::Raise(alert, _) => Some(alert),
        Verdict::Step(..) => None,
    });
    case.alerts = alerts.collect();
    case.history.replace(FRIDAY, Reported::of(&Mark::only(Status::Present), FRIDAY));
    let verdicts = judged(&case, Cause::Report { day: FRIDAY, corrected: true });
    assert_eq!(verdicts, [], "nothing about it is taken back");
}

#[test]
fn a_late_report_answers_the_silence_that_was_counted() {
    let wednesday = date(2026, 11, 18);
    let office = Office::new(Arc::new(Holidays::new()));
    let night =
        |today: Date| Moment { now: japan_instant(today.at(17, 0, 0, 0)), today, phase: Phase::AfterNotice, office: &office };
    let silent = case(&[(wednesday, Mark::only(Status::Present))]);
    let thursday = date(2026, 11, 19);
    let mut strict = silent;
    strict.strictness = Strictness::Strict;
    let verdicts = judge(&default_rules(), &strict, Cause::Night, &night(thursday), Id::random);
    assert!(raised(&verdicts).contains(&RuleCode::I2));
    let mut answered = after(strict, verdicts);
    answered.history.replace(thursday, Reported::of(&Mark::only(Status::Present), thursday));
    let late = Cause::Report { day: thursday, corrected: false };
    let morning = Moment { phase: Phase::BeforeCutoff, ..night(FRIDAY) };
    let verdicts = judge(&default_rules(), &answered, late, &morning, Id::random);
    let answered = after(answered, verdicts);
    let i2 = answered.alerts.iter().find(|alert| alert.rule == RuleCode::I2).expect("I2");
    assert_eq!(i2.condition, Condition::NotMet);
}

#[test]
fn the_night_takes_back_what_the_office_has_mended() {
    let office = Office::new(Arc::new(Holidays::new()));
    let night = Moment { now: japan_instant(FRIDAY.at(17, 0, 0, 0)), today: FRIDAY, phase: Phase::AfterNotice, office: &office };
    let mut orphan = case(&[(FRIDAY, Mark::only(Status::Present))]);
    orphan.arranged.worker = Worker::Left;
    let verdicts = judge(&default_rules(), &orphan, Cause::Night, &night, Id::random);
    assert_eq!(raised(&verdicts), [RuleCode::K8]);
    let mut orphan = after(orphan, verdicts);
    assert_eq!(judge(&default_rules(), &orphan, Cause::Night, &night, Id::random), [], "one more night is no news");
    orphan.arranged.worker = Worker::Here;
    let verdicts = judge(&default_rules(), &orphan, Cause::Night, &night, Id::random);
    let held = after(orphan, verdicts);
    assert_eq!(held.alerts[0].condition, Condition::NotMet);
}

#[test]
fn whoever_leaves_is_missed_at_once_and_nothing_else_is_asked() {
    let office = Office::new(Arc::new(Holidays::new()));
    let morning = Moment { now: japan_instant(FRIDAY.at(9, 0, 0, 0)), today: FRIDAY, phase: Phase::BeforeCutoff, office: &office };
    let mut orphan = case(&[(FRIDAY, silent())]);
    assert_eq!(judge(&default_rules(), &orphan, Cause::Gone, &morning, Id::random), []);
    orphan.arranged.worker = Worker::Left;
    let verdicts = judge(&default_rules(), &orphan, Cause::Gone, &morning, Id::random);
    assert_eq!(raised(&verdicts), [RuleCode::K8]);
    let orphan = after(orphan, verdicts);
    assert_eq!(judge(&default_rules(), &orphan, Cause::Gone, &morning, Id::random), [], "said once");
}

/// Days as they come, told one by one.
struct Told {
    case: Case,
    office: Office,
}

impl Told {
    fn begun(first: Date, calendar: ChildCalendar, strictness: Strictness) -> Self {
        let arranged = Arranged { arrived: Some(first), ..Arranged::default() };
        let case = Case { strictness, calendar, arranged, whole_from: first, ..case(&[]) };
        assert!(case.calendar.is_watched(first));
        Self { case, office: Office::new(Arc::new(Holidays::new())) }
    }

    fn ask(&mut self, today: Date, phase: Phase, why: Cause) -> Vec<Verdict> {
        let moment = Moment { now: japan_instant(today.at(12, 0, 0, 0)), today, phase, office: &self.office };
        let verdicts = judge(&default_rules(), &self.case, why, &moment, Id::random);
        self.case = after(self.case.clone(), verdicts.clone());
        verdicts
    }

    /// A day as it is lived: the report asks, or the clock does.
    fn live(&mut self, day: Date, word: &str) {
        if !self.report(day, word) {
            self.ask(day, Phase::AfterCutoff, Cause::Clock);
            self.ask(day, Phase::AfterNotice, Cause::Clock);
        } else if self.case.history.on(day).is_some_and(|reported| concerns(&mark(reported), day)) {
            self.ask(day, Phase::BeforeCutoff, Cause::Report { day, corrected: false });
        }
    }

    /// On a closed day nobody can report.
    fn report(&mut self, day: Date, word: &str) -> bool {
        let reported = reported(word, day).filter(|_| self.case.calendar.open(day).is_open());
        let is_there = reported.is_some();
        if let Some(reported) = reported {
            self.case.history.replace(day, reported);
        }
        is_there
    }

    /// Rule, how grave, level, count, condition; as of when each was judged last only rises.
    fn standing(&self) -> Vec<String> {
        let line = |alert: &Alert| {
            let Alert { rule, severity, level, count, condition, .. } = alert;
            format!("{rule:?} {severity:?} {level} {count} {condition:?}")
        };
        let mut lines: Vec<_> = self.case.alerts.iter().map(line).collect();
        lines.sort_unstable();
        lines
    }

    fn as_of(&self) -> Vec<(RuleCode, Date)> {
        let mut days: Vec<_> = self.case.alerts.iter().map(|alert| (alert.rule, alert.as_of)).collect();
        days.sort_unstable();
        days
    }
}

/// What was reported, as far as `concerns` looks at it.
fn mark(reported: &Reported) -> Mark {
    Mark { signs: reported.signs.clone(), ..Mark::only(reported.status) }
}

fn lived() -> impl Strategy<Value = (Date, Vec<&'static str>, Strictness)> {
    // A plain autumn, the turn of the year, the summer, the turn of the school year.
    let first = select(vec![date(2026, 11, 9), date(2026, 12, 14), date(2026, 7, 6), date(2026, 3, 9)]);
    let word = select(vec!["P", "P", "P", "L", "PO", "A", "A", "A!", "A~", "SS", "SB", "HO", "HS", "TC", "NS", ".", ".", "P*"]);
    (first, prop::collection::vec(word, 1..50), select(Strictness::ALL.to_vec()))
}

proptest! {
    #[test]
    fn the_night_finds_what_the_day_found_and_silence_besides((first, words, strictness) in lived()) {
        let calendar = || ChildCalendar::one(first, school());
        let (mut day_and_night, mut night_alone) =
            (Told::begun(first, calendar(), strictness), Told::begun(first, calendar(), strictness));
        for (nth, word) in words.iter().enumerate() {
            let day = story::after(first, nth);
            day_and_night.live(day, word);
            for verdict in day_and_night.ask(day, Phase::AfterNotice, Cause::Night) {
                let found = match &verdict {
                    Verdict::Raise(alert, _) => alert.rule,
                    Verdict::Step(step, _) => step.alert.rule,
                };
                prop_assert!(matches!(found, RuleCode::I2 | RuleCode::I4), "the day had missed {verdict:?}");
            }
            prop_assert_eq!(day_and_night.ask(day, Phase::AfterNotice, Cause::Night), vec![], "asked twice");
            night_alone.report(day, word);
            night_alone.ask(day, Phase::AfterNotice, Cause::Night);
            prop_assert_eq!(day_and_night.standing(), night_alone.standing(), "{}", day);
            prop_assert_eq!(day_and_night.as_of(), night_alone.as_of(), "{}", day);
        }
    }

    #[test]
    fn a_correction_there_and_back_leaves_every_alert_as_it_was((first, words, strictness) in lived(), at in any::<prop::sample::Index>()) {
        let mut told = Told::begun(first, ChildCalendar::one(first, school()), strictness);
        for (nth, word) in words.iter().enumerate() {
            told.live(story::after(first, nth), word);
        }
        let (last, corrected) = (story::after(first, words.len() - 1), story::after(first, at.index(words.len())));
        let Some(before) = told.case.history.on(corrected).cloned() else { return Ok(()) };
        let why = Cause::Report { day: corrected, corrected: true };
        // Once as it is, so that what only today's date adds is there before.
        told.ask(last, Phase::AfterNotice, why);
        let (was, known) = (told.standing(), told.case.alerts.iter().map(|alert| alert.id).collect::<Vec<_>>());
        for reported in [Reported::of(&Mark::only(Status::Present), corrected), before] {
            told.case.history.replace(corrected, reported);
            told.ask(last, Phase::AfterNotice, why);
        }
        // What only the wrong report had raised (a child seen on the eve of a vacation) stays, and says that it does not hold.
        let (old, new): (Vec<_>, Vec<_>) = std::mem::take(&mut told.case.alerts).into_iter().partition(|alert| known.contains(&alert.id));
        told.case.alerts = old;
        prop_assert_eq!(told.standing(), was);
        prop_assert!(new.iter().all(|alert| alert.condition == Condition::NotMet), "{:?}", new);
    }
}
