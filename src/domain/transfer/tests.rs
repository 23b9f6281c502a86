//! Which days a transfer may have, as tables.

use jiff::civil::{Date, date};

use super::{Begun, Next, Onward, Refusal};
use crate::domain::{grade::Grade, ids::Id};

const TODAY: Date = date(2027, 3, 10);

fn begun() -> Begun {
    Begun {
        facility: Id::random(),
        from: date(2026, 11, 20),
        until: Some(date(2027, 9, 30)),
        closes: None,
        reported: Some(date(2027, 3, 9)),
        settled: None,
    }
}

#[test]
fn the_last_day_lies_between_the_last_report_and_the_end_of_the_request() {
    let without_end = Begun { until: None, ..begun() };
    let never_reported = Begun { reported: None, ..begun() };
    let merged = Begun { closes: Some(date(2027, 4, 1)), ..begun() };
    let settled = Begun { settled: Some(date(2027, 3, 9)), ..begun() };
    let table = [
        (begun(), date(2027, 3, 31), Ok(())),
        (begun(), date(2027, 3, 9), Ok(())),
        (begun(), date(2027, 3, 8), Err(Refusal::LastBeforeReport(date(2027, 3, 9)))),
        (begun(), date(2027, 9, 30), Ok(())),
        (begun(), date(2027, 10, 1), Err(Refusal::LastAfterEnd(date(2027, 9, 30)))),
        (merged, date(2027, 3, 31), Ok(())),
        (merged, date(2027, 4, 1), Err(Refusal::LastAfterEnd(date(2027, 3, 31)))),
        (never_reported, date(2026, 11, 20), Ok(())),
        (never_reported, date(2026, 11, 19), Err(Refusal::LastBeforeBegin(date(2026, 11, 20)))),
        (without_end, date(2028, 3, 10), Ok(())),
        (without_end, date(2028, 3, 11), Err(Refusal::LastFarAhead)),
        (settled, date(2027, 3, 9), Ok(())),
        (settled, date(2027, 3, 10), Err(Refusal::LastSettled(date(2027, 3, 9)))),
    ];
    for (begun, last, expected) in table {
        assert_eq!(begun.may_end(last, TODAY), expected, "{last} {begun:?}");
    }
}

#[test]
fn the_first_day_comes_after_the_last_one_and_not_a_year_later() {
    let last = date(2027, 3, 31);
    let table = [
        (date(2027, 3, 30), Err(Refusal::FirstNotAfterLast)),
        (last, Err(Refusal::FirstNotAfterLast)),
        (date(2027, 4, 1), Ok(())),
        (date(2027, 4, 7), Ok(())),
        (date(2028, 3, 31), Ok(())),
        (date(2028, 4, 1), Err(Refusal::FirstFarAhead)),
    ];
    for (first, expected) in table {
        assert_eq!(begun().may_begin(last, first), expected, "{first}");
    }
}

fn onward(first: Date, closes: Option<Date>) -> Onward {
    Onward { facility: Id::random(), first, grade: Grade::from_code("e1").expect("a grade"), class: None, opens: None, closes }
}

#[test]
fn nobody_begins_at_a_facility_that_is_no_more_and_nobody_is_asked_about_there_beyond_its_end() {
    let first = date(2027, 4, 1);
    let closed = Err(Refusal::FacilityCloses(first));
    let without_end = Begun { until: None, ..begun() };
    let table = [
        (None, Ok(()), Some(date(2027, 9, 30)), None),
        (Some(first), closed, Some(date(2027, 3, 31)), Some(date(2027, 3, 31))),
        (Some(date(2027, 4, 2)), Ok(()), Some(first), Some(first)),
        (Some(date(2028, 4, 1)), Ok(()), Some(date(2027, 9, 30)), Some(date(2028, 3, 31))),
    ];
    for (closes, expected, until, until_without) in table {
        let onward = onward(first, closes);
        assert_eq!(onward.may_be_there(), expected, "{closes:?}");
        assert_eq!((begun().until_after(&onward), without_end.until_after(&onward)), (until, until_without), "{closes:?}");
    }
}

#[test]
fn nobody_begins_at_a_facility_before_it_opens() {
    let opens = date(2027, 4, 1);
    for (first, expected) in [(date(2027, 3, 31), Err(Refusal::FacilityOpens(opens))), (opens, Ok(())), (date(2027, 4, 7), Ok(()))]
    {
        assert_eq!(Onward { opens: Some(opens), ..onward(first, None) }.may_be_there(), expected, "{first}");
    }
}

#[test]
fn the_new_facility_is_another_one_and_is_asked_as_long_as_the_old_one_was() {
    let begun = begun();
    assert_eq!(begun.may_go_to(begun.facility), Err(Refusal::SameFacility));
    assert_eq!(begun.may_go_to(Id::random()), Ok(()));
    assert_eq!(begun.until_after(&onward(date(2027, 4, 1), None)), Some(date(2027, 9, 30)));
    assert_eq!(begun.until_after(&onward(date(2027, 10, 1), None)), None, "over by then: asked without an end");
}

#[test]
fn whoever_has_no_place_is_on_hold() {
    let held: Vec<_> = Next::ALL.iter().filter(|next| next.is_held()).collect();
    assert_eq!(held, [&Next::Undecided, &Next::Missing]);
}
