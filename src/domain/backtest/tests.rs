//! A rule over the days of a child: what another threshold finds, what it keeps, and by how much it comes first.

use std::collections::BTreeMap;

use jiff::{
    Timestamp,
    civil::{Date, date},
};
use proptest::{prelude::*, sample::select};

use super::*;
use crate::domain::{
    clock::japan_instant,
    judgement::Case,
    rule::{Arranged, Severity, Strictness, default_rules},
    slip::{Month, business_days_after},
    streak::story::{Story, holidays},
};

const MONDAY: Date = date(2026, 11, 9);

fn rule(code: RuleCode) -> Rule {
    default_rules().into_iter().find(|rule| rule.code == code).expect("every rule has a default")
}

/// The rule with another threshold, for everybody.
fn with(code: RuleCode, threshold: u32) -> Rule {
    Rule { threshold, threshold_strict: threshold, ..rule(code) }
}

fn past(words: &str) -> Past {
    past_from(MONDAY, words)
}

fn past_from(from: Date, words: &str) -> Past {
    let Story { history, calendar, as_of, .. } = Story::school(from, words);
    let case = Case {
        watch: Id::random(),
        strictness: Strictness::Normal,
        calendar,
        history,
        whole_from: from,
        siblings: BTreeMap::new(),
        arranged: Arranged::default(),
        alerts: Vec::new(),
    };
    Past {
        case,
        from,
        until: as_of,
        entered: at(from, 0),
        arrivals: Arrivals::default(),
        recorded: Vec::new(),
        followed: Followed::default(),
    }
}

fn raised(rule: &Rule, past: &Past) -> Vec<Date> {
    replay(rule, past, &Office::default()).iter().map(|episode| episode.on).collect()
}

fn difference(old: &Rule, new: &Rule, past: &Past) -> (u32, u32, u32) {
    let found = compare(old, new, past, &Office::default());
    assert_eq!((found.new, found.old), (found.kept + found.more(), found.kept + found.fewer()));
    (found.old, found.new, found.kept)
}

#[test]
fn what_another_threshold_finds() {
    let a3 = rule(RuleCode::A3);
    // Tuesday and Wednesday; then Friday, Monday and Tuesday
    let two_runs = past("P A A P A . . A A P");
    assert_eq!(raised(&a3, &two_runs), [date(2026, 11, 17)]);
    assert_eq!(raised(&with(RuleCode::A3, 2), &two_runs), [date(2026, 11, 11), date(2026, 11, 16)]);
    let table = [
        ("P A A P A . . A A P", a3, with(RuleCode::A3, 2), (1, 2, 1)),
        ("P A A P A . . A A P", a3, with(RuleCode::A3, 4), (1, 0, 0)),
        ("P A A P A . . A A P", a3, Rule { enabled: false, ..a3 }, (1, 0, 0)),
        ("P P P P P . . P P P", a3, with(RuleCode::A3, 1), (0, 0, 0)),
        // A long run is one alert under either, however grave it grows.
        ("A A A A A . . A A A A A", a3, with(RuleCode::A3, 5), (1, 1, 1)),
        // Met outside on Thursday, in the middle of the run.
        ("A A A PO A . . A A P", a3, Rule { visit_breaks: true, ..a3 }, (1, 2, 1)),
        ("P P* P", rule(RuleCode::S1), Rule { enabled: false, ..rule(RuleCode::S1) }, (1, 0, 0)),
    ];
    for (words, old, new, expected) in table {
        assert_eq!(difference(&old, &new, &past(words)), expected, "{words} {:?}", old.code);
    }
}

#[test]
fn an_urgent_report_counts_like_a_sign_on_the_sheet() {
    let mut heard = past("P . P");
    heard.case.history.hear(date(2026, 11, 10), [crate::domain::attendance::Sign::Statement]);
    assert_eq!(raised(&rule(RuleCode::S2), &heard), [date(2026, 11, 10)]);
}

#[test]
fn a_child_that_came_from_elsewhere_is_looked_for_from_its_first_day_on() {
    let mut moved = past("A A A A P . . A A A");
    let table = [
        (None, vec![]),
        (Some(MONDAY), vec![date(2026, 11, 11)]),
        // The count begins with the first day there, not with the watch.
        (Some(date(2026, 11, 10)), vec![date(2026, 11, 12)]),
        // It had been there before the fourth day of silence.
        (Some(date(2026, 11, 11)), vec![]),
        (Some(date(2026, 11, 13)), vec![]),
    ];
    for (arrived, expected) in table {
        moved.case.arranged.arrived = arrived;
        assert_eq!(raised(&rule(RuleCode::T2), &moved), expected, "{arrived:?}");
    }
    assert_eq!(difference(&rule(RuleCode::T2), &with(RuleCode::T2, 2), &moved), (0, 0, 0));
    moved.case.arranged.arrived = Some(date(2026, 11, 11));
    assert_eq!(difference(&rule(RuleCode::T2), &with(RuleCode::T2, 2), &moved), (0, 1, 0));
}

fn at(day: Date, hour: i8) -> Timestamp {
    japan_instant(day.at(hour, 0, 0, 0))
}

/// `day` of November 2026 at an hour and minute in Japan.
fn november(day: i8, hour: i8, minute: i8) -> Timestamp {
    japan_instant(date(2026, 11, day).at(hour, minute, 0, 0))
}

#[test]
fn a_report_is_missed_as_long_as_it_had_not_come() {
    use Strictness::{Normal, Strict};
    let i1 = rule(RuleCode::I1);
    let table = [
        // The watch begins on Monday the ninth; the cut-off is noon, for rank A half past ten.
        ("P", vec![], Normal, vec![]),
        ("P", vec![(9, november(9, 11, 59))], Normal, vec![]),
        ("P", vec![(9, november(9, 12, 0))], Normal, vec![]),
        ("P", vec![(9, november(9, 12, 1))], Normal, vec![9]),
        ("P", vec![(9, november(9, 10, 29))], Strict, vec![]),
        ("P", vec![(9, november(9, 10, 31))], Normal, vec![]),
        ("P", vec![(9, november(9, 10, 31))], Strict, vec![9]),
        ("P", vec![(9, november(10, 8, 0))], Normal, vec![9]),
        // It came in the end, be it the next morning, so each day is an alert of its own; silence over the next noon is one run.
        ("P P P", vec![(9, november(9, 13, 0)), (10, november(10, 13, 0))], Normal, vec![9, 10]),
        ("P P P", vec![(9, november(10, 8, 0)), (10, november(10, 13, 0))], Normal, vec![9, 10]),
        ("P P P", vec![(9, november(10, 8, 0)), (10, november(11, 8, 0)), (11, november(12, 8, 0))], Normal, vec![9, 10, 11]),
        ("P P P", vec![(9, november(10, 14, 0)), (10, november(10, 14, 0))], Normal, vec![9]),
        ("P . . P", vec![], Normal, vec![10]),
        // Nobody is missed on a Saturday.
        ("P P P P P . . P", vec![], Normal, vec![]),
    ];
    for (words, came, strictness, expected) in table {
        let mut past = past(words);
        past.case.strictness = strictness;
        past.arrivals.reports = came.iter().map(|(day, at)| (date(2026, 11, *day), *at)).collect();
        let expected: Vec<_> = expected.into_iter().map(|day| date(2026, 11, day)).collect();
        assert_eq!(raised(&i1, &past), expected, "{words} {came:?} {strictness:?}");
        assert_eq!(raised(&Rule { enabled: false, ..i1 }, &past), []);
    }
}

#[test]
fn what_was_raised_at_noon_is_as_grave_as_it_was_then() {
    let i1 = rule(RuleCode::I1);
    let mut past = past("P");
    past.arrivals.reports = [(MONDAY, november(9, 16, 0))].into();
    past.followed.seen = vec![date(2026, 11, 12)];
    let found = compare(&i1, &Rule { enabled: false, ..i1 }, &past, &Office::default());
    assert_eq!((found.old, found.new, found.leads_old), (1, 0, vec![3]));
    // Raised at noon as a notice, so a caution that came after it was graver.
    assert_eq!(replay(&i1, &past, &Office::default())[0].severity, Severity::Notice);
}

#[test]
fn nobody_is_missed_before_the_request_was_entered() {
    let i1 = rule(RuleCode::I1);
    // Entered in the afternoon, reported after it.
    let mut past = past("P P");
    past.arrivals.reports = [(MONDAY, november(9, 14, 30)), (date(2026, 11, 10), november(10, 14, 30))].into();
    for (entered, expected) in [(november(9, 11, 59), vec![9, 10]), (november(9, 13, 0), vec![10]), (november(10, 13, 0), vec![])] {
        past.entered = entered;
        assert_eq!(raised(&i1, &past), expected.into_iter().map(|day| date(2026, 11, day)).collect::<Vec<_>>(), "{entered}");
    }
    // Never reported, and entered after the night.
    past = self::past(". P");
    past.entered = november(9, 20, 0);
    assert_eq!(raised(&i1, &past), []);
}

#[test]
fn a_slip_is_missed_from_the_business_day_on_that_the_rule_names() {
    // From September on to the end of the year; the third of November is a holiday, so the eleventh is the seventh business day after
    // October.
    let office = Office::new(holidays());
    let raised_with = |threshold: u32, came: Option<Timestamp>, asked_from: Date| {
        let mut past = past_from(asked_from, &["P"; 92].join(" "));
        past.until = date(2026, 12, 10);
        let october = Month::of(date(2026, 10, 1));
        past.arrivals.slips =
            vec![OwedSlip { month: october, business_days: business_days_after(&office, october).collect(), came }];
        replay(&with(RuleCode::I3, threshold), &past, &office).iter().map(|episode| episode.on).collect::<Vec<_>>()
    };
    let (september, december) = (date(2026, 9, 14), date(2026, 12, 1));
    let table = [
        (7, Some(november(2, 10, 0)), september, vec![]),
        (7, Some(november(11, 16, 0)), september, vec![]),
        (7, Some(november(11, 19, 0)), september, vec![date(2026, 11, 11)]),
        (4, Some(november(11, 16, 0)), september, vec![date(2026, 11, 6)]),
        (7, None, september, vec![date(2026, 11, 11)]),
        (20, None, september, vec![date(2026, 12, 1)]),
        // The child was not asked about in October.
        (7, None, december, vec![]),
    ];
    for (threshold, came, asked_from, expected) in table {
        assert_eq!(raised_with(threshold, came, asked_from), expected, "{threshold} {came:?} {asked_from}");
    }
}

#[test]
fn each_further_month_without_a_slip_is_one_more_run_once_the_last_has_come() {
    let office = Office::new(holidays());
    let mut past = past_from(date(2026, 9, 1), &["P"; 110].join(" "));
    let slip = |month: i8, came| {
        let month = Month::of(date(2026, month, 1));
        OwedSlip { month, business_days: business_days_after(&office, month).collect(), came }
    };
    past.arrivals.slips =
        vec![slip(9, Some(japan_instant(date(2026, 10, 13).at(9, 0, 0, 0)))), slip(10, Some(november(20, 9, 0))), slip(11, None)];
    let on = |rule: &Rule| replay(rule, &past, &office).iter().map(|episode| episode.on).collect::<Vec<_>>();
    assert_eq!(on(&rule(RuleCode::I3)), [date(2026, 10, 9), date(2026, 11, 11), date(2026, 12, 9)]);
    let laxer = with(RuleCode::I3, 12);
    let found = compare(&rule(RuleCode::I3), &laxer, &past, &office);
    assert_eq!((found.old, found.new, found.kept), (3, 2, 2), "{:?}", on(&laxer));
}

#[test]
fn nothing_is_found_before_the_watch_and_after_it() {
    let mut short = past("A A A A A . . P A A A");
    (short.from, short.until) = (date(2026, 11, 16), date(2026, 11, 18));
    assert_eq!(raised(&rule(RuleCode::A3), &short), Vec::<Date>::new());
}

#[test]
fn lead_time_is_counted_to_what_was_graver_or_to_the_eyes_of_a_caseworker() {
    let on = date(2026, 11, 10);
    let episode = Episode { on, began: on, last: on, severity: Severity::Caution };
    let day = |day| date(2026, 11, day);
    let table = [
        (vec![], vec![], None),
        (vec![(day(14), Severity::Warning)], vec![], Some(4)),
        (vec![(day(14), Severity::Caution)], vec![], None),
        (vec![(day(14), Severity::Urgent)], vec![day(12), day(9)], Some(2)),
        (vec![(day(10), Severity::Urgent)], vec![], Some(0)),
        (vec![], vec![date(2026, 12, 10)], Some(30)),
        (vec![], vec![date(2026, 12, 11)], None),
    ];
    for (alerts, seen, expected) in table {
        let followed = Followed { alerts, seen };
        assert_eq!(followed.lead(&episode), expected, "{followed:?}");
    }
}

#[test]
fn an_earlier_alert_has_the_longer_lead() {
    let mut run = past("A A A A A . . A A P");
    run.followed.alerts = vec![(date(2026, 11, 17), Severity::Urgent)];
    let found = compare(&rule(RuleCode::A3), &with(RuleCode::A3, 2), &run, &Office::default());
    assert_eq!((found.leads_old, found.leads_new), (vec![6], vec![7]));
}

#[test]
fn the_period_is_twelve_whole_months_and_does_not_hold_today() {
    assert_eq!(period(date(2026, 11, 20)), (date(2025, 11, 20), date(2026, 11, 19)));
    assert_eq!(period(date(2028, 2, 29)), (date(2027, 2, 28), date(2028, 2, 28)));
}

#[test]
fn what_is_not_kept_cannot_be_tried_and_what_was_raised_only_while_it_is_on() {
    let not = |enabled| {
        let rules = default_rules().into_iter().map(move |rule| Rule { enabled, ..rule });
        rules.filter(|rule| !can_be_tried(rule)).map(|rule| rule.code.code()).collect::<Vec<_>>()
    };
    assert_eq!(not(true), ["K1", "K2", "K9"]);
    assert_eq!(not(false), ["T1", "T3", "T4", "K1", "K2", "K8", "K9"]);
}

#[test]
fn what_the_past_is_known_of_by_its_alerts_alone_is_raised_again_or_not_at_all() {
    for code in RuleCode::ALL.iter().copied().filter(|code| is_recorded(*code)) {
        assert!(code.numbers().is_empty(), "{code:?}: another number would raise others");
        let mut left = past("P P P . . P P");
        left.recorded = vec![date(2026, 11, 10), date(2026, 11, 14)];
        left.followed.seen = vec![date(2026, 11, 16)];
        let on = rule(code);
        let off = compare(&on, &Rule { enabled: false, ..on }, &left, &Office::default());
        assert_eq!((off.old, off.new, off.kept, off.leads_old), (2, 0, 0, vec![6, 2]));
        let graver = compare(&on, &Rule { severity: Severity::Urgent, ..on }, &left, &Office::default());
        assert_eq!((graver.old, graver.new, graver.kept), (2, 2, 2));
    }
}

/// Some weeks of a child that was never in anybody's care: there a run is told once, so that counts can be compared.
fn lived() -> impl Strategy<Value = String> {
    let word = select(vec!["P", "P", "P", "A", "A", "A!", "A~", "L", "SS", "SB", "PO", "P*", "."]);
    prop::collection::vec(word, 1..60).prop_map(|words| words.join(" "))
}

proptest! {
    #[test]
    fn an_unchanged_rule_makes_no_difference(words in lived(), rule in select(default_rules())) {
        let found = compare(&rule, &Rule { version: rule.version + 1, ..rule }, &past(&words), &Office::default());
        prop_assert_eq!((found.more(), found.fewer()), (0, 0));
        prop_assert_eq!(found.leads_old, found.leads_new);
    }

    #[test]
    fn a_laxer_threshold_never_gives_more_alerts(
        words in lived(),
        code in select(vec![RuleCode::A2, RuleCode::A3, RuleCode::A4, RuleCode::A6, RuleCode::A7, RuleCode::I2]),
        (strict, further) in (1_u32..8, 0_u32..6),
    ) {
        let past = past(&words);
        let (more, fewer) = (raised(&with(code, strict), &past), raised(&with(code, strict + further), &past));
        prop_assert!(fewer.len() <= more.len(), "{fewer:?} of {more:?}");
        // And each of them comes no earlier than one of the stricter rule.
        prop_assert!(fewer.iter().zip(&more).all(|(late, early)| early <= late));
    }

    #[test]
    fn more_days_never_take_an_alert_of_the_past_away(words in lived(), rule in select(default_rules()), cut in 1_usize..60) {
        let short = words.split(' ').take(cut).collect::<Vec<_>>().join(" ");
        let (before, after) = (raised(&rule, &past(&short)), raised(&rule, &past(&words)));
        prop_assert!(after.starts_with(&before), "{before:?} {after:?}");
    }
}
