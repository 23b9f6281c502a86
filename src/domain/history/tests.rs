//! What a history keeps of a day, and what it makes of two reports for one.

use jiff::civil::date;

use super::{History, Reported};
use crate::domain::{
    attendance::{Confirmation, Contact, Mark, Reason, Sign, Status},
    streak::story::reported,
};

const DAY: jiff::civil::Date = date(2026, 11, 9);

fn day(word: &str) -> Reported {
    reported(word, DAY).expect("a report")
}

#[test]
fn seen_is_settled_on_the_day_of_the_report() {
    let mut mark = Mark::only(Status::Hospital);
    mark.confirmation = Some(Confirmation { by: "病棟".to_owned(), on: date(2026, 11, 2) });
    assert!(Reported::of(&mark, DAY).seen);
    assert!(!Reported::of(&mark, date(2026, 11, 10)).seen);
}

#[test]
fn a_replacement_is_the_only_word_on_the_day() {
    let mut history: History = [(DAY, day("P*"))].into_iter().collect();
    history.replace(DAY, day("A!"));
    assert_eq!(history.on(DAY), Some(&day("A!")));
}

#[test]
fn of_two_facilities_on_one_day_the_absence_stays_and_so_does_the_sight() {
    for reports in [[day("A!"), day("P*")], [day("P*"), day("A!")]] {
        let history: History = reports.into_iter().map(|reported| (DAY, reported)).collect();
        let both = history.on(DAY).expect("the day");
        assert_eq!((both.status, both.contact), (Status::Absent, Some(Contact::None)));
        assert!(both.seen);
        assert_eq!(both.signs, [Sign::Injury]);
    }
}

#[test]
fn the_silent_absence_outweighs_the_announced_one_and_care_outweighs_both() {
    for (one, other, kept) in [("A", "A!", "A!"), ("NS", "P", "P"), ("SS", "NS", "SS"), ("PO", "A", "A"), ("TC", "A!", "TC")] {
        for pair in [[day(one), day(other)], [day(other), day(one)]] {
            let history: History = pair.into_iter().map(|reported| (DAY, reported)).collect();
            let found = history.on(DAY).expect("the day");
            assert_eq!((found.status, found.contact), (day(kept).status, day(kept).contact), "{one} and {other}");
        }
    }
}

#[test]
fn last_seen_looks_back_from_the_day_asked_for() {
    let history: History = [(DAY, day("P")), (date(2026, 11, 10), day("A")), (date(2026, 11, 11), day("PO"))].into_iter().collect();
    assert_eq!(history.last_seen(date(2026, 11, 12)), Some(date(2026, 11, 11)));
    assert_eq!(history.last_seen(date(2026, 11, 10)), Some(DAY));
    assert_eq!(history.last_seen(date(2026, 11, 8)), None);
}

#[test]
fn unexplained_is_silence_or_an_unknown_reason() {
    let absent = |contact, reason| Reported { contact, reason, ..day("A") };
    let table = [
        (Some(Contact::Before), Some(Reason::Illness), false, false),
        (Some(Contact::FacilityAsked), Some(Reason::Family), false, false),
        (Some(Contact::After), Some(Reason::Unknown), false, true),
        (Some(Contact::None), Some(Reason::Illness), true, true),
        (Some(Contact::Unreachable), Some(Reason::Unknown), true, true),
        (None, None, true, true),
    ];
    for (contact, reason, silent, unexplained) in table {
        let day = absent(contact, reason);
        assert_eq!((day.is_silent_absence(), day.is_unexplained_absence()), (silent, unexplained), "{contact:?} {reason:?}");
    }
    let late = Reported { status: Status::Late, ..absent(Some(Contact::None), Some(Reason::Unknown)) };
    assert!(!late.is_silent_absence() && !late.is_unexplained_absence());
}
