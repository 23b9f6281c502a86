//! Who is reminded when, as tables.

use jiff::civil::time;
use uuid::Uuid;

use super::*;

fn colleague(number: u128, role: Role, turn: Turn, has_mail: bool) -> Colleague {
    Colleague { person: Id::from(Uuid::from_u128(number)), role, turn, has_mail }
}

fn numbers(stage: Stage, colleagues: &[Colleague]) -> Vec<u128> {
    called(stage, colleagues).into_iter().map(|person| person.uuid().as_u128()).collect()
}

#[test]
fn each_stage_lasts_until_it_is_no_news() {
    let times = Times::default();
    let due = |hour, minute| {
        let now = time(hour, minute, 0, 0);
        Stage::ALL.iter().filter(|stage| stage.is_due(&times, now)).map(|stage| stage.code()).collect::<Vec<_>>()
    };
    assert_eq!(due(9, 29), [""; 0]);
    assert_eq!(due(9, 30), ["reminder"]);
    assert_eq!(due(10, 29), ["reminder"]);
    assert_eq!(due(10, 30), ["deputy_reminder"]);
    assert_eq!(due(11, 0), ["deputy_reminder", "unreported_list"]);
    assert_eq!(due(12, 0), ["unreported_list"]);
    assert_eq!(due(23, 59), ["unreported_list"]);
}

#[test]
fn those_who_report_are_called_first_and_the_head_next() {
    let people = [
        colleague(1, Role::Reporter, Turn::ByRole, true),
        colleague(2, Role::Reporter, Turn::ByRole, true),
        colleague(3, Role::FacilityHead, Turn::ByRole, true),
    ];
    assert_eq!(numbers(Stage::First, &people), [1, 2]);
    assert_eq!(numbers(Stage::Next, &people), [3]);
    assert_eq!(numbers(Stage::List, &people), [0; 0]);
}

#[test]
fn what_the_head_has_set_goes_before_the_role() {
    let people = [
        colleague(1, Role::Reporter, Turn::Never, true),
        colleague(2, Role::Reporter, Turn::Next, true),
        colleague(3, Role::FacilityHead, Turn::First, true),
    ];
    assert_eq!(numbers(Stage::First, &people), [3]);
    assert_eq!(numbers(Stage::Next, &people), [2]);
}

#[test]
fn a_reminder_reaches_somebody_if_anybody_can_be_reached() {
    let silent = colleague(1, Role::Reporter, Turn::ByRole, false);
    let head = colleague(3, Role::FacilityHead, Turn::ByRole, true);
    assert_eq!(numbers(Stage::First, &[silent, head]), [3]);
    let reporter = colleague(1, Role::Reporter, Turn::ByRole, true);
    assert_eq!(numbers(Stage::Next, &[reporter]), [1], "again, as there is no deputy");
    let never = colleague(2, Role::Reporter, Turn::Never, true);
    assert_eq!(numbers(Stage::First, &[silent, never]), [0; 0], "nobody against their will");
    let both = [reporter, colleague(1, Role::FacilityHead, Turn::First, true)];
    assert_eq!(numbers(Stage::First, &both), [1], "once, however many roles");
}
