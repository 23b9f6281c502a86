//! What may be changed, what is asked again, what the guideline holds.

use super::rule;
use crate::domain::rule::{Fault, Number, Proposal, Route, Rule, RuleCode, Severity, WHY_LENGTH, default_rules};

fn as_it_is(rule: &Rule) -> Proposal {
    Proposal {
        numbers: rule.code.numbers().iter().map(|number| Some(rule.number(*number))).collect(),
        severity: Some(rule.severity),
        route: Some(rule.route),
        enabled: rule.enabled,
        visit_breaks: rule.visit_breaks,
        why: "会議で決めた".to_owned(),
    }
}

fn with(code: RuleCode, change: impl FnOnce(&mut Proposal)) -> Result<(Rule, bool), Vec<Fault>> {
    let mut proposal = as_it_is(&rule(code));
    change(&mut proposal);
    rule(code).changed(&proposal).map(|change| (change.rule, change.weaker))
}

#[test]
fn a_change_makes_the_next_version_and_stricter_needs_no_second_look() {
    let (changed, weaker) = with(RuleCode::A3, |to| to.numbers = vec![Some(2), Some(1)]).expect("stricter");
    assert_eq!((changed.version, changed.threshold, changed.threshold_strict, weaker), (2, 2, 1, false));
    let (changed, weaker) = with(RuleCode::A3, |to| to.severity = Some(Severity::Warning)).expect("graver");
    assert_eq!((changed.severity, weaker), (Severity::Warning, false));
}

#[test]
fn whatever_finds_less_is_asked_again() {
    let weaker = [
        with(RuleCode::A3, |to| to.numbers[0] = Some(4)),
        with(RuleCode::A3, |to| to.enabled = false),
        with(RuleCode::A3, |to| to.severity = Some(Severity::Notice)),
        with(RuleCode::A5, |to| to.visit_breaks = true),
        with(RuleCode::A8, |to| to.numbers[2] = Some(40)),
        with(RuleCode::A9, |to| to.numbers[1] = Some(40)),
        with(RuleCode::K9, |to| to.numbers[0] = Some(7)),
        with(RuleCode::S4, |to| to.enabled = false),
        with(RuleCode::A4, |to| to.route = Some(Route::Ladder)),
        with(RuleCode::S5, |to| to.route = Some(Route::Ladder)),
    ];
    for changed in weaker {
        assert!(changed.as_ref().is_ok_and(|(_, weaker)| *weaker), "{changed:?}");
    }
    assert_eq!(with(RuleCode::K9, |to| to.numbers[0] = Some(30)).map(|(_, weaker)| weaker), Ok(false));
    assert_eq!(with(RuleCode::A13, |to| to.enabled = true).map(|(_, weaker)| weaker), Ok(false));
}

#[test]
fn what_the_guideline_demands_can_only_be_made_stricter() {
    for code in [RuleCode::A5, RuleCode::S1, RuleCode::S2, RuleCode::S3] {
        assert_eq!(with(code, |to| to.enabled = false), Err(vec![Fault::Demanded]));
        assert_eq!(with(code, |to| to.severity = Some(Severity::Warning)), Err(vec![Fault::SeverityDemanded]));
    }
    assert_eq!(with(RuleCode::A5, |to| to.numbers[0] = Some(8)), Err(vec![Fault::OutOfRange(Number::Threshold, 1, 7)]));
    assert_eq!(with(RuleCode::A5, |to| to.numbers[0] = Some(6)).map(|(rule, weaker)| (rule.threshold, weaker)), Ok((6, false)));
}

#[test]
fn who_is_told_first_may_be_more_and_never_one_alone_where_the_guideline_wants_it_at_once() {
    let (changed, weaker) = with(RuleCode::A3, |to| to.route = Some(Route::AllAtOnce)).expect("wider");
    assert_eq!((changed.route, changed.version, weaker), (Route::AllAtOnce, 2, false));
    for code in [RuleCode::A5, RuleCode::S1, RuleCode::S2, RuleCode::S3] {
        assert_eq!(with(code, |to| to.route = Some(Route::Ladder)), Err(vec![Fault::RouteDemanded]), "{code:?}");
        assert_eq!(with(code, |to| to.route = Some(Route::AllAtOnce)).map(|(_, weaker)| weaker), Ok(false), "{code:?}");
    }
    assert_eq!((RuleCode::route(RuleCode::U1), RuleCode::narrowest(RuleCode::U1)), (Route::AllAtOnce, Route::AllAtOnce));
    for rule in default_rules() {
        assert!(rule.route >= rule.code.narrowest(), "{:?}", rule.code);
    }
}

#[test]
fn the_clocks_can_only_be_made_faster_than_the_law_and_the_hour_allow() {
    let numbers = |code, numbers: &[u32]| with(code, |to| to.numbers = numbers.iter().copied().map(Some).collect());
    let weaker = |changed: Result<(Rule, bool), _>| changed.map(|(_, weaker)| weaker);
    for code in [RuleCode::K1, RuleCode::K2] {
        assert_eq!(with(code, |to| to.enabled = false), Err(vec![Fault::Demanded]), "{code:?}");
        assert_eq!(with(code, |to| to.severity = Some(Severity::Warning)), Err(vec![Fault::SeverityDemanded]), "{code:?}");
        assert_eq!(weaker(with(code, |to| to.route = Some(Route::AllAtOnce))), Ok(false), "{code:?}");
    }
    for (code, typed, expected) in [
        (RuleCode::K1, &[24, 12, 40, 49][..], Err(vec![Fault::OutOfRange(Number::ThirdStep, 12, 48)])),
        (RuleCode::K1, &[2, 1, 5, 11], Err(vec![Fault::OutOfRange(Number::ThirdStep, 12, 48)])),
        (RuleCode::K1, &[12, 6, 20, 24], Ok(false)),
        // Later on the way, within the same forty-eight hours: asked again.
        (RuleCode::K1, &[24, 12, 47, 48], Ok(true)),
        (RuleCode::K1, &[24, 24, 40, 48], Ok(true)),
        (RuleCode::K1, &[24, 12, 40, 40], Err(vec![Fault::StepsNotRising(Number::ThirdStep)])),
        (RuleCode::K1, &[24, 12, 24, 48], Err(vec![Fault::StepsNotRising(Number::SecondStep)])),
        (RuleCode::K1, &[12, 13, 40, 48], Err(vec![Fault::StrictLaxer])),
        (RuleCode::K2, &[30, 61], Err(vec![Fault::OutOfRange(Number::SecondStep, 10, 60)])),
        (RuleCode::K2, &[4, 60], Err(vec![Fault::OutOfRange(Number::Threshold, 5, 45)])),
        (RuleCode::K2, &[10, 20], Ok(false)),
        (RuleCode::K2, &[40, 60], Ok(true)),
        // The first call comes sooner, those after the second at a greater distance.
        (RuleCode::K2, &[20, 60], Ok(true)),
        (RuleCode::K2, &[30, 34], Err(vec![Fault::StepsTooClose(Number::SecondStep, 5)])),
        (RuleCode::K2, &[30, 30], Err(vec![Fault::StepsNotRising(Number::SecondStep)])),
    ] {
        assert_eq!(weaker(numbers(code, typed)), expected, "{code:?} {typed:?}");
    }
    let both = with(RuleCode::K2, |to| to.route = Some(Route::WorkerAndSupervisor));
    assert_eq!(both, Err(vec![Fault::RouteMissing]), "the supervisor is next anyway");
}

#[test]
fn each_fault_is_said_at_its_field() {
    let long = "あ".repeat(WHY_LENGTH + 1);
    let table = [
        (with(RuleCode::A3, |to| to.numbers[0] = None), Fault::OutOfRange(Number::Threshold, 1, 30)),
        (with(RuleCode::A3, |to| to.numbers[1] = Some(31)), Fault::OutOfRange(Number::Strict, 1, 30)),
        (with(RuleCode::A3, |to| to.numbers = vec![Some(2), Some(3)]), Fault::StrictLaxer),
        (with(RuleCode::A9, |to| to.numbers[1] = Some(7)), Fault::StepsNotRising(Number::SecondStep)),
        (with(RuleCode::A9, |to| to.numbers[2] = Some(30)), Fault::StepsNotRising(Number::ThirdStep)),
        (with(RuleCode::A3, |to| to.severity = None), Fault::SeverityMissing),
        (with(RuleCode::A3, |to| to.route = None), Fault::RouteMissing),
        (with(RuleCode::A3, |to| to.enabled = true), Fault::Unchanged),
    ];
    for (changed, fault) in table {
        assert_eq!(changed, Err(vec![fault]));
    }
    for (why, fault) in [("", Fault::WhyMissing), (long.as_str(), Fault::WhyTooLong), ("\0", Fault::WhyUnprintable)] {
        let changed = with(RuleCode::A3, |to| {
            to.numbers[0] = Some(2);
            why.clone_into(&mut to.why);
        });
        assert_eq!(changed, Err(vec![fault]));
    }
    let visits = with(RuleCode::A7, |to| to.visit_breaks = true);
    assert_eq!(visits, Err(vec![Fault::Unchanged]), "a rule that knows no visits is not told of them");
}

#[test]
fn rules_of_one_column_keep_both_alike() {
    let (changed, _) = with(RuleCode::A9, |to| to.numbers = vec![Some(10), Some(30), Some(90)]).expect("changed");
    assert_eq!((changed.threshold, changed.threshold_strict), (10, 10));
    for rule in default_rules() {
        let same = rule.changed(&as_it_is(&rule));
        assert_eq!(same, Err(vec![Fault::Unchanged]), "{:?}", rule.code);
    }
}
