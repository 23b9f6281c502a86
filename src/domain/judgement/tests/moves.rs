//! What the office plans for a child is judged at once, and the first attendance at the new facility by day and night.

use super::*;
use crate::domain::{rule::Leaving, transfer::Next};

#[test]
fn a_plan_is_said_at_once_and_a_place_found_takes_the_search_back() {
    let office = Office::new(Arc::new(Holidays::new()));
    let now = Moment { now: japan_instant(FRIDAY.at(10, 0, 0, 0)), today: FRIDAY, phase: Phase::BeforeCutoff, office: &office };
    let mut lost = case(&[(FRIDAY, silent())]);
    let plan = Leaving { entered: FRIDAY, last: date(2026, 11, 19), next: Next::Undecided, accounts: false };
    lost.arranged.leaving = Some(plan);
    let verdicts = judge(&default_rules(), &lost, Cause::Moved, &now, Id::random);
    assert_eq!(raised(&verdicts), [RuleCode::T1, RuleCode::T4], "and nothing of what was reported");
    let mut lost = after(lost, verdicts);
    assert_eq!(judge(&default_rules(), &lost, Cause::Moved, &now, Id::random), [], "asked twice");
    let night = Moment { now: japan_instant(FRIDAY.at(17, 0, 0, 0)), phase: Phase::AfterNotice, ..now };
    for why in [Cause::Night, Cause::NightWithoutSheets] {
        let again: Vec<_> = judge(&default_rules(), &lost, why, &night, Id::random);
        assert!(raised(&again).iter().all(|code| !code.of_the_office()), "{why:?}");
    }
    lost.arranged.leaving = Some(Leaving { next: Next::Facility, ..plan });
    let verdicts = judge(&default_rules(), &lost, Cause::Moved, &now, Id::random);
    assert_eq!(raised(&verdicts), [RuleCode::T3]);
    let found = after(lost, verdicts);
    let standing: Vec<_> = found.alerts.iter().map(|alert| (alert.rule, alert.condition)).collect();
    assert!(
        standing.contains(&(RuleCode::T4, Condition::NotMet)) && standing.contains(&(RuleCode::T1, Condition::Met)),
        "{standing:?}"
    );
    let past = judge(&default_rules(), &found, Cause::Night, &night, Id::random);
    assert_eq!(raised(&past), [RuleCode::A1], "the plan has come to pass, and is not taken back");
    assert_eq!(past.len(), 1);
    let undone = Case { arranged: Arranged::default(), ..found };
    let verdicts = judge(&default_rules(), &undone, Cause::Night, &night, Id::random);
    let undone = after(undone, verdicts);
    let t1 = undone.alerts.iter().find(|alert| alert.rule == RuleCode::T1).expect("T1");
    assert_eq!(t1.condition, Condition::NotMet, "there is no plan any more");
}

#[test]
fn the_first_attendance_is_looked_for_also_where_nobody_reports_from_day_to_day() {
    let office = Office::new(Arc::new(Holidays::new()));
    let night = Moment { now: japan_instant(FRIDAY.at(17, 0, 0, 0)), today: FRIDAY, phase: Phase::AfterNotice, office: &office };
    let mut new = case(&[]);
    new.arranged.arrived = Some(date(2026, 11, 18));
    assert_eq!(raised(&judge(&default_rules(), &new, Cause::NightWithoutSheets, &night, Id::random)), [RuleCode::T2]);
    new.history.meet(date(2026, 11, 20));
    assert_eq!(judge(&default_rules(), &new, Cause::NightWithoutSheets, &night, Id::random), []);
}
