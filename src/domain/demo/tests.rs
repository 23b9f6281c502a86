//! The demo ward is the same every time, whole, and its alerts are those the real rules raise.

use std::{
    collections::{BTreeSet, HashMap, HashSet},
    sync::LazyLock,
};

use jiff::{Timestamp, civil::date};

use super::{AlertStory, Plan, Staff, closures::Calendars, places, staff};
use crate::domain::{
    alert::{Event, State},
    calendar::{DayKind, EVERY_DAY},
    clock::{in_japan, japan_instant},
    facility::Secrecy,
    history::{History, Reported},
    name::{Kana, PersonName},
    rule::{Arranged, Finding, RuleCode, Severity, SiblingDay, Situation, default_rules, evaluate},
    streak::Phase,
    times::Times,
    transfer::Next,
};

const SEED: u64 = 999_999;

fn at(month: i8, day: i8, hour: i8) -> Timestamp {
    japan_instant(date(2026, month, day).at(hour, 0, 0, 0))
}

/// Friday 2026-11-20, ten in the morning.
static PLAN: LazyLock<Plan> = LazyLock::new(|| Plan::new(SEED, at(11, 20, 10)));

fn open(plan: &Plan) -> Vec<&AlertStory> {
    plan.alerts.iter().filter(|story| story.alert.state != State::Closed).collect()
}

#[test]
fn the_same_seed_and_moment_give_the_same_ward_and_another_seed_another() {
    assert!(*PLAN == Plan::new(SEED, at(11, 20, 10)));
    assert!(PLAN.watches != Plan::new(SEED + 1, at(11, 20, 10)).watches);
}

#[test]
fn it_is_as_large_as_promised_and_holds_the_places_the_samples_name() {
    let facilities: Vec<_> = PLAN.places.iter().filter(|place| place.kind.facility().is_some()).collect();
    assert_eq!((facilities.len(), PLAN.watches.len(), PLAN.staff.len()), (40, 400, 60));
    for (name, kind) in [
        ("架空区立みどり小学校", "elementary"),
        ("架空区立あおば中学校", "junior_high"),
        ("架空区立ひまわり保育園", "nursery"),
        ("私立つくし幼稚園", "kindergarten"),
        ("小規模保育 こぐまの家", "small_scale"),
    ] {
        assert!(facilities.iter().any(|place| place.name == name && place.kind.code() == kind), "{name}");
    }
    assert_eq!(facilities.iter().filter(|place| place.template == EVERY_DAY).count(), 1);
    let names: BTreeSet<_> = PLAN.places.iter().map(|place| place.name).collect();
    assert_eq!(names.len(), PLAN.places.len());
    let roles: BTreeSet<_> = PLAN.staff.iter().flat_map(|person| &person.posts).map(|post| post.role).collect();
    assert_eq!(roles.len(), 7);
    assert!(PLAN.staff.iter().any(|person| person.posts.len() > 1));
    assert_eq!(PLAN.staff.iter().map(|person| &person.name).collect::<BTreeSet<_>>().len(), 60);
    assert!(PLAN.watches.iter().filter(|watch| watch.siblings.is_some()).count() > 60);
}

#[test]
fn one_facility_has_not_been_asked_yet_how_it_stands_to_the_council() {
    let day = in_japan(at(11, 20, 10)).date();
    let gaps = PLAN.places.iter().filter(|place| place.kind.facility().is_some());
    let gaps: Vec<_> =
        gaps.filter(|place| place.secrecy.unwrap_or(Secrecy::UNKNOWN).gap(day).is_some()).map(|place| place.name).collect();
    assert_eq!(gaps, ["児童発達支援 つみきのひろば"]);
    assert!(PLAN.places.iter().all(|place| place.kind.facility().is_some() || place.secrecy.is_none()));
}

#[test]
fn all_but_three_requests_are_in_the_hands_of_a_caseworker_of_their_office() {
    for plan in [&*PLAN, &Plan::new(SEED + 1, at(6, 8, 16))] {
        let waiting = plan.watches.iter().filter(|watch| watch.assigned_to.is_none());
        assert_eq!(waiting.map(|watch| watch.office).collect::<BTreeSet<_>>().len(), 3, "one at each office of the centre");
        assert_eq!(plan.watches.iter().filter(|watch| watch.assigned_to.is_none()).count(), 3);
        for office in plan.places.iter().filter(|place| place.kind.facility().is_none() && place.parent.is_some()) {
            let workers = staff::caseworkers(&plan.staff, office.id);
            let theirs = |person: &&Staff| {
                plan.watches.iter().filter(|watch| watch.office == office.id && watch.assigned_to == Some(person.id)).count()
            };
            let held: Vec<usize> = workers.iter().map(theirs).collect();
            let all = plan.watches.iter().filter(|watch| watch.office == office.id && watch.assigned_to.is_some()).count();
            assert_eq!(held.iter().sum::<usize>(), all, "{}: nobody else has any", office.name);
            assert!(held.iter().all(|held| held * workers.len() * 2 > all), "{}: {held:?}", office.name);
        }
        for watch in plan.watches.iter().filter(|watch| watch.siblings.is_some()) {
            let family = plan.watches.iter().filter(|other| other.siblings == watch.siblings);
            assert!(family.map(|other| other.assigned_to).all(|worker| worker == watch.assigned_to), "one worker a family");
        }
    }
}

#[test]
fn every_turn_of_the_week_is_somebody_s_and_who_is_away_has_a_substitute() {
    for office in [places::CENTRE, places::GUIDANCE_CENTRE].map(|office| &PLAN.places[office]) {
        let turns: Vec<_> = PLAN.duty.iter().filter(|turn| turn.office == office.id).collect();
        let kinds: HashSet<_> = turns.iter().map(|turn| (turn.row, turn.shift)).collect();
        assert_eq!((turns.len(), kinds.len()), (16, 16), "{}", office.name);
        let here = staff::of_office(&PLAN.staff, office.id);
        assert!(turns.iter().all(|turn| here.iter().any(|person| person.id == turn.person)));
        assert!(turns.windows(2).all(|two| two[0].person != two[1].person));
    }
    let [away] = &PLAN.away[..] else { panic!("one is away") };
    assert!(away.from <= PLAN.today && PLAN.today <= away.until && away.person != away.substitute);
    let steps = PLAN.alerts.iter().flat_map(|story| &story.steps);
    let mut today = steps.filter(|step| in_japan(step.at).date() >= away.from);
    assert!(today.all(|step| step.by != Some(away.person)), "who is away does nothing");
}

#[test]
fn one_child_moves_next_week_and_one_has_no_place_yet_whatever_the_day() {
    for now in [at(11, 20, 10), at(12, 28, 9), at(4, 30, 15), at(3, 27, 10)] {
        let plan = Plan::new(SEED, now);
        let [moves, undecided] = &plan.leaving[..] else { panic!("{now}: {:?}", plan.leaving) };
        assert_eq!((moves.next, undecided.next, undecided.onward), (Next::Facility, Next::Undecided, None));
        let (from, to) = (&plan.watches[moves.watch], &plan.watches[moves.onward.unwrap()]);
        assert_eq!((from.child, &from.name, from.office, from.grade), (to.child, &to.name, to.office, to.grade));
        assert_eq!((from.assigned_to, from.until), (to.assigned_to, Some(moves.last)));
        assert!(from.facility != to.facility && moves.last < to.from && plan.today < moves.last);
        assert_eq!(plan.watches[undecided.watch].until, Some(undecided.last));
        let tells = |index| plan.sheets.iter().any(|sheet| sheet.marks.iter().any(|(watch, _)| *watch == index));
        assert!(tells(moves.watch) && !tells(moves.onward.unwrap()), "nothing is reported before it begins");
    }
}

#[test]
fn the_names_are_names_and_hold_the_characters_that_break_other_systems() {
    let names: String = PLAN.watches.iter().map(|watch| watch.name.as_str()).collect();
    for needed in ["𠮷", "﨑", "\u{e0100}", "髙"] {
        assert!(names.contains(needed), "{needed}");
    }
    for watch in &PLAN.watches {
        assert_eq!(PersonName::parse(&watch.name).unwrap().as_str(), watch.name);
        assert!(watch.kana.as_ref().is_none_or(|kana| Kana::parse(kana).unwrap().as_str() == kana), "{:?}", watch.kana);
    }
}

#[test]
fn sheets_hold_each_expected_child_once_and_nothing_of_the_future() {
    let calendars = Calendars::of(&PLAN);
    let mut seen = BTreeSet::new();
    for sheet in &PLAN.sheets {
        assert!(sheet.sent_at <= at(11, 20, 10) && sheet.day <= PLAN.today);
        for (index, _) in &sheet.marks {
            let watch = &PLAN.watches[*index];
            assert!(calendars.expects(*index, watch, sheet.day), "{} {}", watch.name, sheet.day);
            assert_eq!(watch.facility, sheet.facility);
            assert!(seen.insert((*index, sheet.day)));
        }
    }
    let expected = |index: usize| {
        let days = std::iter::successors(Some(PLAN.first_day), |day| day.tomorrow().ok()).take_while(|day| *day < PLAN.today);
        days.filter(|day| calendars.expects(index, &PLAN.watches[index], *day)).count()
    };
    let owed: usize = (0..PLAN.watches.len()).map(expected).sum();
    let missing = owed - seen.iter().filter(|(_, day)| *day < PLAN.today).count();
    assert!(missing > 5 && missing < owed / 200, "{missing} of {owed}");
}

#[test]
fn the_facility_that_never_closes_still_owes_todays_sheet_on_any_day_and_hour() {
    // a Sunday, a holiday, new year, and late in the evening
    for now in [at(11, 22, 23), at(11, 23, 8), at(1, 1, 12), at(8, 15, 18)] {
        let plan = Plan::new(SEED, now);
        let calendars = Calendars::of(&plan);
        let place = plan.places.iter().find(|place| place.name == places::ALWAYS_OPEN).unwrap();
        let mine: Vec<_> = (0..400).filter(|index| plan.watches[*index].facility == place.id).collect();
        assert!(mine.iter().filter(|index| calendars.expects(**index, &plan.watches[**index], plan.today)).count() >= 4);
        assert!(!plan.sheets.iter().any(|sheet| sheet.facility == place.id && sheet.day == plan.today));
        let sheets = plan.sheets.iter().filter(|sheet| sheet.facility == place.id).count();
        let days = usize::try_from(crate::domain::calendar::days_between(plan.first_day, plan.today)).unwrap();
        assert!(sheets + 3 >= days, "{sheets} sheets in {days} days");
    }
}

#[test]
fn a_young_school_year_brings_the_one_before_along() {
    assert_eq!(Plan::new(SEED, at(4, 20, 10)).first_day, date(2025, 4, 1));
    assert_eq!(Plan::new(SEED, at(2, 1, 10)).first_day, date(2025, 4, 1));
    assert_eq!(PLAN.first_day, date(2026, 4, 1));
}

#[test]
fn the_inbox_is_neither_empty_nor_flooded_whatever_the_day() {
    for now in [at(11, 20, 10), at(11, 21, 9), at(11, 24, 15), at(9, 2, 10), at(6, 8, 16), at(1, 15, 10)] {
        let plan = Plan::new(SEED, now);
        let open = open(&plan);
        // A child who is away for long meets several conditions.
        assert!((9..=30).contains(&open.len()), "{now}: {} open", open.len());
        for severity in [Severity::Caution, Severity::Warning, Severity::Urgent] {
            assert!(open.iter().any(|story| story.alert.severity == severity), "{now}: no {severity:?}");
        }
        assert!(
            open.iter().any(|story| story.alert.state == State::Open) && open.iter().any(|story| story.alert.state == State::Taken)
        );
    }
}

#[test]
fn one_alert_at_most_is_open_for_a_watch_and_rule_and_every_closed_one_says_why() {
    let mut alive = BTreeSet::new();
    let mut rules = BTreeSet::new();
    for story in &PLAN.alerts {
        rules.insert(story.alert.rule);
        assert_eq!(story.alert.revision, i64::try_from(story.steps.len()).unwrap() + 1);
        assert_eq!(story.closed_at.is_some(), story.alert.state == State::Closed);
        assert_eq!(story.alert.outcome.is_some(), story.closed_at.is_some());
        if story.alert.state == State::Closed {
            let told =
                |event: &Event| matches!(event, Event::Closed { note, .. } if note.is_some() || story.alert.rule == RuleCode::I1);
            assert!(story.steps.iter().any(|step| told(&step.event)));
        } else {
            assert!(alive.insert((story.watch, story.alert.rule)));
        }
    }
    // Six are the night's or off, four speak of transfers, two are clocks, one is no rule; statements and the like come once in a few years.
    assert!(rules.len() >= RuleCode::ALL.len() - 13 - 3, "{rules:?}");
}

/// What was known of everybody when the alert was judged: sheets sent up to then.
fn known(at: Timestamp) -> HashMap<usize, History> {
    let mut known: HashMap<usize, History> = HashMap::new();
    for sheet in PLAN.sheets.iter().filter(|sheet| sheet.sent_at <= at) {
        for (index, mark) in &sheet.marks {
            let child = PLAN.watches[*index].child;
            let first = PLAN.watches.iter().position(|watch| watch.child == child).unwrap();
            known.entry(first).or_default().add(sheet.day, Reported::of(mark, sheet.day));
        }
    }
    known
}

#[test]
fn judging_the_same_reports_again_finds_what_every_alert_says() {
    let calendars = Calendars::of(&PLAN);
    let rules = default_rules();
    let mut evidence: Vec<(usize, Timestamp, &Finding)> = Vec::new();
    for story in &PLAN.alerts {
        evidence.extend(story.evidence.iter().map(|(_, at, finding)| (story.watch, *at, finding)));
    }
    assert!(evidence.len() > 200);
    // The whole year takes long to know anew each time: every fifth is judged.
    for (index, at, finding) in evidence.into_iter().step_by(5) {
        let watch = &PLAN.watches[index];
        let known = known(at);
        let history = |child| {
            let first = PLAN.watches.iter().position(|watch| watch.child == child).unwrap();
            known.get(&first).cloned().unwrap_or_default()
        };
        let siblings: Vec<SiblingDay> = PLAN
            .watches
            .iter()
            .filter(|other| other.siblings.is_some() && other.siblings == watch.siblings && other.child != watch.child)
            .filter_map(|other| {
                let reported = history(other.child).on(finding.as_of).cloned()?;
                Some(SiblingDay { kind: DayKind::Open, reported: Some(reported) })
            })
            .collect();
        let (day, time) = (in_japan(at).date(), in_japan(at).time());
        let situation = Situation {
            as_of: finding.as_of,
            phase: Times::default().phase(finding.as_of, day, time),
            strictness: watch.strictness,
            calendar: calendars.child(watch.child).unwrap(),
            history: &history(watch.child),
            siblings_today: &siblings,
            arranged: Arranged::default(),
        };
        let rule = rules.iter().find(|rule| rule.code == finding.rule).unwrap();
        assert_eq!(evaluate(rule, &situation).as_ref(), Some(finding), "{} at {at}", watch.name);
    }
}

#[test]
fn no_absence_that_a_rule_finds_is_without_its_alert() {
    let calendars = Calendars::of(&PLAN);
    let whole = known(Timestamp::MAX);
    for sheet in &PLAN.sheets {
        for (index, mark) in &sheet.marks {
            if !crate::domain::rule::concerns(mark, sheet.day) {
                continue;
            }
            let watch = &PLAN.watches[*index];
            let first = PLAN.watches.iter().position(|other| other.child == watch.child).unwrap();
            let situation = Situation {
                as_of: sheet.day,
                phase: Phase::AfterCutoff,
                strictness: watch.strictness,
                calendar: calendars.child(watch.child).unwrap(),
                history: &whole[&first],
                siblings_today: &[],
                arranged: Arranged::default(),
            };
            for finding in default_rules().iter().filter_map(|rule| evaluate(rule, &situation)) {
                let speaks = |story: &&AlertStory| {
                    story.watch == *index && story.alert.rule == finding.rule && story.evidence[0].2.began <= finding.as_of
                };
                assert!(PLAN.alerts.iter().any(|story| speaks(&story)), "{} {:?} {}", watch.name, finding.rule, sheet.day);
            }
        }
    }
}
