//! Each rule with its own cases, then what holds for all of them.

use jiff::civil::{Date, date};
use proptest::{prelude::*, sample::select};

mod changes;
mod moves;
mod windows;

use super::{
    Arranged, EVIDENCE_DAYS, Finding, Rule, RuleCode, Severity, SiblingDay, Situation, Strictness, concerns, default_rules,
    evaluate,
};
use crate::domain::{
    attendance::{Confirmation, Mark, Sign, Status},
    calendar::{ClosedBecause, DayKind},
    streak::{
        Effect, Phase, Was,
        story::{Story, after, class_closed, nursery, reported, school},
    },
};

const MONDAY: Date = date(2026, 11, 9);

fn rule(code: RuleCode) -> Rule {
    default_rules().into_iter().find(|rule| rule.code == code).expect("every rule has a default")
}

fn situation<'a>(story: &'a Story, strictness: Strictness, siblings_today: &'a [SiblingDay]) -> Situation<'a> {
    let Story { history, calendar, as_of, phase } = story;
    Situation { as_of: *as_of, phase: *phase, strictness, calendar, history, siblings_today, arranged: Arranged::default() }
}

fn find(code: RuleCode, story: &Story, strictness: Strictness) -> Option<Finding> {
    evaluate(&rule(code), &situation(story, strictness, &[]))
}

/// The codes of the rules that fire, with how grave and how many.
fn fired(story: &Story, strictness: Strictness) -> Vec<String> {
    let findings = default_rules().into_iter().filter_map(|rule| evaluate(&rule, &situation(story, strictness, &[])));
    findings.map(|found| format!("{} {} {}", found.rule.code(), found.severity.code(), found.count)).collect()
}

#[test]
fn what_fires_for_which_days() {
    let table: [(&str, &[&str]); 20] = [
        ("P P P", &[]),
        ("P A", &[]),
        ("P A A A", &["A3 caution 3"]),
        ("P A!", &["A1 caution 1"]),
        ("P A~", &[]),
        ("A! A~", &["A2 warning 2"]),
        ("A! A!", &["A1 caution 1", "A2 warning 2"]),
        ("P A A A A", &["A3 caution 4", "A8 caution 4"]),
        ("A A A A A . . A A", &["A3 caution 7", "A4 warning 7", "A5 urgent 7", "A7 urgent 7", "A8 caution 7", "A9 notice 7"]),
        // 出席停止 3 + 欠席 4
        ("SS SS SS A A . . A A", &["A3 caution 4", "A7 urgent 7", "A8 caution 4"]),
        ("SS SS SS SS SS . . SS SS", &["A7 urgent 7"]),
        // 訪問で面会 on the sixth day
        ("A A A A A . . PO A", &["A3 caution 7", "A5 urgent 7", "A8 caution 6"]),
        // 未入力 in the middle breaks nothing, and is a day nobody saw the child
        ("A A . A A . . A A", &["A3 caution 6", "A4 warning 6", "A7 urgent 7", "A8 caution 6"]),
        ("P .", &["I1 caution 1"]),
        ("P . .", &["I1 caution 1", "I2 caution 2"]),
        ("P . . P", &[]),
        ("P P P P P .", &[]),
        ("A A A A A . . A A HO", &["A3 caution 7", "A4 warning 7", "A5 urgent 7", "A7 urgent 8", "A8 caution 7", "A9 notice 7"]),
        ("A A A A A . . A A HO+", &[]),
        ("A A A A A . . A A TC", &[]),
    ];
    for (words, expected) in table {
        assert_eq!(fired(&Story::school(MONDAY, words), Strictness::Normal), expected, "{words}");
    }
}

#[test]
fn rank_a_is_measured_by_the_stricter_column() {
    let table: [(&str, &[&str]); 5] = [
        ("P A A", &["A3 caution 2"]),
        ("P A~", &["A2 warning 1"]),
        ("A A A A", &["A3 caution 4", "A4 warning 4", "A8 caution 4"]),
        // Ahead of the seventh day a warning, at the seventh the alarm.
        ("A A A A A", &["A3 caution 5", "A4 warning 5", "A5 warning 5", "A7 urgent 5", "A8 caution 5"]),
        (
            "A A A A A . . A A",
            &["A3 caution 7", "A4 warning 7", "A5 urgent 7", "A6 urgent 7", "A7 urgent 7", "A8 caution 7", "A9 notice 7"],
        ),
    ];
    for (words, expected) in table {
        assert_eq!(fired(&Story::school(MONDAY, words), Strictness::Strict), expected, "{words}");
    }
}

#[test]
fn six_absences_before_the_summer_and_one_after_are_seven() {
    let words = format!("A . . A A A A A {}A", ". ".repeat(45));
    let found = find(RuleCode::A5, &Story::school(date(2026, 7, 10), &words), Strictness::Normal).expect("A5");
    assert_eq!((found.count, found.began, found.as_of), (7, date(2026, 7, 10), date(2026, 9, 1)));
    assert_eq!((found.days.len(), found.older_days), (54, 0), "the whole summer is in the evidence");
}

#[test]
fn bridge_days_class_closure_and_a_nursery_saturday_reach_the_seventh_day() {
    let bridge = Story::school(date(2026, 4, 28), "A . A A . . . . . A A . . A A");
    let closure = Story::at(class_closed(school(), date(2026, 11, 12), date(2026, 11, 13)), MONDAY, "A A A . . . . A A A A");
    let saturday = Story::at(nursery(), MONDAY, "A A A A A NS . A A");
    let year_end = Story::at(nursery(), date(2026, 12, 24), "A A A . A . . . . . . A A A");
    for (name, story) in [("bridge", bridge), ("closure", closure), ("saturday", saturday), ("year end", year_end)] {
        assert_eq!(find(RuleCode::A5, &story, Strictness::Normal).map(|found| found.count), Some(7), "{name}");
    }
}

#[test]
fn a_ward_may_let_visits_end_an_absence() {
    let story = Story::school(MONDAY, "A A A A A . . PO A");
    let lenient = Rule { visit_breaks: true, ..rule(RuleCode::A5) };
    assert_eq!(evaluate(&lenient, &situation(&story, Strictness::Normal, &[])), None);
    assert!(find(RuleCode::A5, &story, Strictness::Normal).is_some());
}

#[test]
fn a_rule_switched_off_finds_nothing_and_a_threshold_of_nought_is_one() {
    let story = Story::school(MONDAY, "A A A");
    let off = Rule { enabled: false, ..rule(RuleCode::A3) };
    assert_eq!(evaluate(&off, &situation(&story, Strictness::Normal, &[])), None);
    let nought = Rule { threshold: 0, ..rule(RuleCode::A3) };
    assert_eq!(evaluate(&nought, &situation(&story, Strictness::Normal, &[])).map(|found| found.threshold), Some(1));
    let present = Story::school(MONDAY, "P");
    assert_eq!(evaluate(&nought, &situation(&present, Strictness::Normal, &[])), None);
}

#[test]
fn missing_input_grows_graver_with_the_day() {
    let story = |phase| Story { phase, ..Story::school(MONDAY, "P .") };
    let severity = |story: &Story| find(RuleCode::I1, story, Strictness::Normal).map(|found| found.severity);
    assert_eq!(severity(&story(Phase::BeforeCutoff)), None);
    assert_eq!(severity(&story(Phase::AfterCutoff)), Some(Severity::Notice));
    assert_eq!(severity(&story(Phase::AfterNotice)), Some(Severity::Caution));
    let closed = Story::at(class_closed(school(), date(2026, 11, 10), date(2026, 11, 10)), MONDAY, "P .");
    assert_eq!(severity(&closed), None, "nothing is owed for a closed day");
}

#[test]
fn silence_fires_before_any_cutoff() {
    let story = Story::school(MONDAY, "P A!").before_cutoff();
    assert_eq!(fired(&story, Strictness::Normal), ["A1 caution 1"]);
}

#[test]
fn each_sign_fires_its_own_rule_even_while_the_others_rest() {
    use RuleCode::{S1, S2, S3, S4, S5, S6};
    let table = [
        (Sign::Injury, S1, Severity::Urgent),
        (Sign::Statement, S2, Severity::Urgent),
        (Sign::UnwillingHome, S3, Severity::Urgent),
        (Sign::FamilyChange, S4, Severity::Warning),
        (Sign::ParentPressure, S5, Severity::Warning),
        (Sign::Other, S6, Severity::Caution),
    ];
    assert_eq!(table.len(), Sign::ALL.len());
    for (sign, code, severity) in table {
        for word in ["P", "A", "TC"] {
            let mut story = Story::school(MONDAY, "P P");
            let mut day = reported(word, story.as_of).expect("a report");
            day.signs = vec![sign];
            story.history.replace(story.as_of, day);
            let found: Vec<_> = [S1, S2, S3, S4, S5, S6]
                .into_iter()
                .filter_map(|code| find(code, &story, Strictness::Normal))
                .map(|found| (found.rule, found.severity))
                .collect();
            assert_eq!(found, [(code, severity)], "{sign:?} {word}");
        }
    }
    let yesterday = Story::school(MONDAY, "P* P");
    assert_eq!(find(RuleCode::S1, &yesterday, Strictness::Normal), None, "a sign is judged for its own day");
}

#[test]
fn two_silent_siblings_are_an_alert_and_one_at_home_by_closure_is_not() {
    let sibling = |kind, word| SiblingDay { kind, reported: reported(word, MONDAY) };
    let closed = DayKind::Closed(ClosedBecause::Class);
    let table = [
        ("A!", vec![], None),
        ("A!", vec![sibling(DayKind::Open, "A!")], Some(2)),
        ("A!", vec![sibling(DayKind::Open, "A!"), sibling(DayKind::Open, "A!")], Some(3)),
        ("A!", vec![sibling(closed, ".")], None),
        ("A!", vec![sibling(closed, "A!")], None),
        ("A!", vec![sibling(DayKind::Open, "A")], None),
        ("A!", vec![sibling(DayKind::Open, ".")], None),
        ("A!", vec![sibling(DayKind::Open, "P")], None),
        ("P", vec![sibling(DayKind::Open, "A!"), sibling(DayKind::Open, "A!")], None),
        ("A", vec![sibling(DayKind::Open, "A!")], None),
    ];
    for (word, siblings, count) in table {
        let story = Story::school(MONDAY, word);
        for strictness in [Strictness::Normal, Strictness::Strict] {
            let found = evaluate(&rule(RuleCode::A11), &situation(&story, strictness, &siblings));
            assert_eq!(found.as_ref().map(|found| found.count), count, "{word} {siblings:?}");
            if let Some(found) = found {
                assert_eq!(found.severity, Severity::Warning);
                assert_eq!(found.days.len(), siblings.len() + 1, "the evidence shows every child of the family");
            }
        }
    }
}

#[test]
fn a_correction_takes_the_ground_away_for_the_day_it_was_found() {
    let story = Story::school(MONDAY, "A A A A A . . A A");
    let corrected = story.clone().corrected(date(2026, 11, 11), "L");
    assert!(find(RuleCode::A5, &story, Strictness::Normal).is_some());
    assert_eq!(find(RuleCode::A5, &corrected, Strictness::Normal), None);
    assert_eq!(fired(&corrected, Strictness::Normal), ["A3 caution 4", "A8 caution 6"]);
}

#[test]
fn a_finding_says_why() {
    let found = find(RuleCode::A5, &Story::school(MONDAY, "P A A A A . . A A A"), Strictness::Normal).expect("A5");
    assert_eq!((found.threshold, found.version, found.level()), (7, 1, 1));
    let first = &found.days[0];
    assert_eq!((first.day, first.was, first.effect), (MONDAY, Was::Reported(Status::Present), Effect::Ends));
    assert_eq!(found.began, date(2026, 11, 10));
    let kept = serde_json::to_value(&found).expect("codes are text");
    assert_eq!((kept["rule"].as_str(), kept["severity"].as_str()), (Some("A5"), Some("urgent")));
    assert_eq!(serde_json::from_value::<Finding>(kept).expect("what was kept"), found);
}

#[test]
fn the_evidence_of_a_year_away_lists_the_newest_days() {
    let story = Story::school(date(2026, 4, 8), &"A ".repeat(200));
    let found = find(RuleCode::A5, &story, Strictness::Normal).expect("A5");
    assert_eq!(found.days.len(), EVIDENCE_DAYS);
    // The story ends on a Saturday, which adds nothing.
    assert_eq!((found.days.last().map(|day| day.day), found.as_of), (story.as_of.yesterday().ok(), date(2026, 10, 23)));
    assert_eq!(found.older_days + EVIDENCE_DAYS, 199);
    assert_eq!(found.began, date(2026, 4, 8), "the beginning is known although its day is not listed");
    assert!(found.level() > 1);
}

#[test]
fn severities_are_ordered_and_step_up_and_down() {
    assert!(Severity::ALL.is_sorted());
    assert_eq!(Severity::ALL.iter().max(), Some(&Severity::Urgent));
    for pair in Severity::ALL.windows(2) {
        assert_eq!((pair[0].raised(), pair[1].lowered()), (pair[1], pair[0]));
    }
    assert_eq!((Severity::Urgent.raised(), Severity::Notice.lowered()), (Severity::Urgent, Severity::Notice));
}

#[test]
fn a_new_ward_has_every_rule_once_and_rank_a_is_never_laxer() {
    let rules = default_rules();
    assert_eq!(
        rules.iter().map(|rule| rule.code).collect::<Vec<_>>(),
        RuleCode::ALL.iter().copied().filter(|code| code.is_a_rule()).collect::<Vec<_>>()
    );
    assert!(rules.iter().all(|rule| (1..=rule.threshold).contains(&rule.threshold_strict)));
    assert!(rules.iter().all(|rule| rule.enabled == (rule.code != RuleCode::A13)));
    for rule in rules {
        let out: Vec<_> =
            rule.code.numbers().iter().filter(|number| !rule.code.range(**number).contains(&rule.number(**number))).collect();
        assert!(out.is_empty(), "{:?} starts with {out:?} out of range", rule.code);
    }
}

#[test]
fn a_mark_concerns_the_rules_unless_the_child_was_seen_without_a_sign() {
    let unconcerning = ["P", "PS", "TC", "NS"];
    for status in Status::ALL {
        assert_eq!(concerns(&Mark::only(*status), MONDAY), !unconcerning.contains(&status.code()), "{status:?}");
    }
    let signed = |sign| Mark { signs: vec![sign], ..Mark::only(Status::Present) };
    assert!(concerns(&signed(Sign::Statement), MONDAY));
    assert!(concerns(&signed(Sign::Other), MONDAY));
    let confirmed =
        Mark { confirmation: Some(Confirmation { by: "師長".to_owned(), on: MONDAY }), ..Mark::only(Status::Hospital) };
    assert!(!concerns(&confirmed, MONDAY));
    assert!(concerns(&confirmed, date(2026, 11, 17)));
}

const WORDS: [&str; 16] = ["P", "L", "PO", "A", "A!", "A~", "SS", "SB", "SO", "HO", "HO+", "HS", "TC", "NS", ".", "P*"];

fn words() -> impl Strategy<Value = Vec<&'static str>> {
    prop::collection::vec(select(WORDS.to_vec()), 1..30)
}

fn strictness() -> impl Strategy<Value = Strictness> {
    select(Strictness::ALL.to_vec())
}

fn all(story: &Story, strictness: Strictness) -> Vec<Finding> {
    default_rules().into_iter().filter_map(|rule| evaluate(&rule, &situation(story, strictness, &[]))).collect()
}

/// What fires because of the last day; what counts a month or a year may still speak of an earlier one.
fn of_today(story: &Story, strictness: Strictness) -> Vec<Finding> {
    all(story, strictness).into_iter().filter(|found| found.as_of == story.as_of).collect()
}

proptest! {
    #[test]
    fn correcting_back_and_forth_finds_the_same(words in words(), at in any::<prop::sample::Index>(), strictness in strictness()) {
        let story = Story::school(MONDAY, &words.join(" "));
        let day = after(MONDAY, at.index(words.len()));
        if let Some(before) = story.history.on(day).cloned() {
            let mut back = story.clone().corrected(day, "P").corrected(day, "A!");
            back.history.replace(day, before);
            prop_assert_eq!(all(&story, strictness), all(&back, strictness));
        }
    }

    #[test]
    fn on_a_day_the_child_came_no_absence_rule_fires(
        words in words(), today in select(vec!["P", "L", "E", "LE", "PS", "HO+", "TC"]), strictness in strictness(),
    ) {
        let story = Story::school(MONDAY, &format!("{} {today}", words.join(" ")));
        prop_assert_eq!(of_today(&story, strictness).iter().filter(|found| found.rule != RuleCode::A10).count(), 0);
    }

    #[test]
    fn on_a_day_somebody_met_the_child_elsewhere_only_the_absence_itself_can_fire(words in words(), strictness in strictness()) {
        let story = Story::school(MONDAY, &format!("{} PO", words.join(" ")));
        for found in of_today(&story, strictness) {
            prop_assert!(matches!(found.rule, RuleCode::A3 | RuleCode::A5 | RuleCode::A6), "{:?}", found.rule);
        }
    }

    #[test]
    fn a_mark_that_concerns_nothing_makes_nothing_fire_or_grow(words in words(), today in select(WORDS.to_vec())) {
        // After 入院 or 一時保護 the rules wake from their rest: what fires then was raised before it.
        let words: Vec<_> = words.into_iter().filter(|word| !["HO+", "TC"].contains(word)).collect();
        prop_assume!(!words.is_empty());
        let yesterday = Story::school(MONDAY, &words.join(" "));
        let story = Story::school(MONDAY, &format!("{} {today}", words.join(" ")));
        let Some(day) = story.history.on(story.as_of) else { return Ok(()) };
        let mut mark = Mark::only(day.status);
        mark.signs.clone_from(&day.signs);
        if day.status == Status::Hospital && day.seen {
            mark.confirmation = Some(Confirmation { by: "師長".to_owned(), on: story.as_of });
        }
        if !concerns(&mark, story.as_of) {
            for found in all(&story, Strictness::Strict) {
                let before = find(found.rule, &yesterday, Strictness::Strict);
                prop_assert!(before.is_some_and(|before| before.count >= found.count), "{:?} grew", found.rule);
            }
        }
    }

    #[test]
    fn the_stricter_column_never_misses_what_the_other_finds(words in words()) {
        let story = Story::school(MONDAY, &words.join(" "));
        let strict = all(&story, Strictness::Strict);
        for found in all(&story, Strictness::Normal) {
            let same = strict.iter().find(|other| other.rule == found.rule);
            prop_assert!(same.is_some_and(|same| same.severity == found.severity && same.count == found.count));
        }
    }
}
