//! One row against everything that can be known of a child.

use std::sync::Arc;

use jiff::civil::{date, time};
use proptest::prelude::*;

use super::*;
use crate::domain::{
    attendance::{Fault, Field, Status},
    calendar::{Exception, Template, Week},
};

const TODAY: Date = date(2026, 11, 20);

fn calendar(closed: &[Date]) -> Calendar {
    let template = Template { week: Week::EVERY_DAY, closed_on_holidays: false, vacations: Vec::new(), extra_open: Vec::new() };
    let mut calendar = Calendar::plain(Arc::default(), Arc::new(template));
    calendar.facility = closed.iter().map(|day| Exception::closed(*day, *day)).collect();
    calendar
}

fn known(recorded: Option<Recorded>) -> Known {
    Known { calendar: calendar(&[date(2026, 11, 18)]), recorded }
}

fn input(status: &str) -> MarkInput {
    MarkInput { status: status.to_owned(), ..MarkInput::default() }
}

fn moment(hour: i8) -> Moment {
    Moment { today: TODAY, time: time(hour, 0, 0, 0), times: Times::default() }
}

fn ask(day: Date, status: &str, why: &str, known: Option<&Known>, hour: i8) -> Ruling {
    rule(&Said { day, input: &input(status), why }, known, &moment(hour))
}

fn sent(status: Status) -> Recorded {
    Recorded { version: 2, by_system: Some(Mark::only(status)) }
}

#[test]
fn each_row_gets_its_ruling() {
    let take = |version, status| Ruling::Take { version, mark: Mark::only(status) };
    let leave = Ruling::Leave;
    let (new, person) = (known(None), known(Some(Recorded { version: 1, by_system: None })));
    let late = known(Some(sent(Status::Late)));
    for (day, status, why, child, hour, expected) in [
        (TODAY, "P", "", Some(&new), 9, take(1, Status::Present)),
        (date(2026, 11, 2), "P", "", Some(&new), 9, take(1, Status::Present)),
        (TODAY, "P", "", None, 9, leave(Outcome::UnknownChild)),
        (TODAY, "P", "", Some(&person), 9, leave(Outcome::Kept)),
        (TODAY, "L", "", Some(&person), 9, leave(Outcome::Kept)),
        (TODAY, "L", "", Some(&late), 9, leave(Outcome::Unchanged)),
        (TODAY, "E", "", Some(&late), 9, take(3, Status::LeftEarly)),
        (TODAY, "E", "", Some(&late), 18, leave(Outcome::NeedsReason)),
        (TODAY, "E", "聞き直した", Some(&late), 18, take(3, Status::LeftEarly)),
        (date(2026, 11, 19), "E", "", Some(&late), 9, leave(Outcome::NeedsReason)),
        (date(2026, 11, 18), "P", "", Some(&new), 9, leave(Outcome::ClosedDay)),
        (date(2026, 11, 18), "P", "", None, 9, leave(Outcome::UnknownChild)),
        (date(2026, 11, 21), "P", "", Some(&new), 9, leave(Outcome::OutOfReach)),
        (date(2026, 10, 20), "P", "", Some(&new), 9, take(1, Status::Present)),
        (date(2026, 10, 19), "P", "", Some(&new), 9, leave(Outcome::OutOfReach)),
    ] {
        assert_eq!(ask(day, status, why, child, hour), expected, "{day} {status} at {hour}");
    }
    let missing = |field| MarkRefusal { field, fault: Fault::Missing };
    assert_eq!(ask(TODAY, "A", "", Some(&new), 9), Ruling::Mend(vec![missing(Field::Contact), missing(Field::Reason)]));
}

proptest! {
    /// Nothing about a row but 「unknown child」 depends on whether the child is known, as long as a person has recorded the day.
    #[test]
    fn a_child_that_a_person_reported_answers_whatever_is_asked(status in "[A-Z]{1,2}", back in -3_i64..40, hour in 0_i8..24) {
        let day = TODAY.saturating_sub(jiff::Span::new().days(back));
        let person = Known { calendar: calendar(&[]), recorded: Some(Recorded { version: 1, by_system: None }) };
        let answers = (ask(day, &status, "", Some(&person), hour), ask(day, &status, "", None, hour));
        match answers {
            (Ruling::Leave(Outcome::Kept), Ruling::Leave(Outcome::UnknownChild)) => {}
            (one, other) => prop_assert_eq!(one, other),
        }
    }
}
