//! What the sheet may say, and how it is told what to mend.

use jiff::civil::{Date, date};
use proptest::prelude::*;

use super::{
    Confirmation, Contact, ContactBy, ContactVia, DayContext, Fault, Field, Mark, MarkInput, MarkRefusal, Reason, Sign, Status,
};
use crate::domain::calendar::{ClosedBecause, DayKind};

const TODAY: Date = date(2026, 11, 20);

fn today() -> DayContext {
    DayContext { day: TODAY, kind: DayKind::Open, today: TODAY }
}

fn typed(status: &str) -> MarkInput {
    MarkInput { status: status.to_owned(), ..MarkInput::default() }
}

fn absence() -> MarkInput {
    MarkInput { contact: "before".to_owned(), reason: "illness".to_owned(), ..typed("A") }
}

/// The refusals as (field, fault) codes, empty when accepted.
fn faults(input: &MarkInput, context: &DayContext) -> Vec<(&'static str, &'static str)> {
    let refusals = input.check(context).err().unwrap_or_default();
    refusals.iter().map(|refusal| (refusal.field.code(), refusal.fault.code())).collect()
}

#[test]
fn every_code_leads_back_to_its_word() {
    assert!(Status::ALL.iter().all(|word| Status::from_code(word.code()) == Some(*word)));
    assert!(Contact::ALL.iter().all(|word| Contact::from_code(word.code()) == Some(*word)));
    assert!(ContactBy::ALL.iter().all(|word| ContactBy::from_code(word.code()) == Some(*word)));
    assert!(ContactVia::ALL.iter().all(|word| ContactVia::from_code(word.code()) == Some(*word)));
    assert!(Reason::ALL.iter().all(|word| Reason::from_code(word.code()) == Some(*word)));
    assert!(Sign::ALL.iter().all(|word| Sign::from_code(word.code()) == Some(*word)));
}

#[test]
fn what_the_calendar_and_the_watch_say_is_no_status() {
    for code in ["C", "CT", "X", "?", "", "p", "Ａ", " A"] {
        assert_eq!(Status::from_code(code), None, "{code}");
    }
}

#[test]
fn each_status_is_counted_as_the_table_says() {
    // code, adds to absence, breaks absence, seen, open
    let table = [
        ("P", false, true, true, true),
        ("L", false, true, true, true),
        ("E", false, true, true, true),
        ("LE", false, true, true, true),
        ("PS", false, true, true, true),
        ("PO", true, false, true, true),
        ("A", true, false, false, true),
        ("SS", false, false, false, true),
        ("SB", false, false, false, true),
        ("SO", false, false, false, true),
        ("HO", false, false, false, true),
        ("TC", false, false, true, false),
        ("NS", false, false, false, false),
        ("HS", false, false, false, true),
    ];
    assert_eq!(table.len(), Status::ALL.len());
    for (code, absent, breaks, seen, open) in table {
        let status = Status::from_code(code).expect("a status");
        let found = (status.counts_absent(), status.breaks_absence(), status.seen(), status.counts_as_open());
        assert_eq!(found, (absent, breaks, seen, open), "{code}");
    }
}

#[test]
fn an_absence_is_kept_as_it_was_told() {
    let input = MarkInput {
        contact_by: "mother".to_owned(),
        contact_via: "phone".to_owned(),
        note: " 8:10 に電話\r\n明日も休み ".to_owned(),
        ..absence()
    };
    let expected = Mark {
        contact: Some(Contact::Before),
        contact_by: Some(ContactBy::Mother),
        contact_via: Some(ContactVia::Phone),
        reason: Some(Reason::Illness),
        note: Some("8:10 に電話\n明日も休み".to_owned()),
        ..Mark::only(Status::Absent)
    };
    assert_eq!(input.check(&today()), Ok(expected));
}

#[test]
fn each_field_says_what_to_mend() {
    let with = |field: &str, text: &str| {
        let mut row = serde_json::to_value(absence()).expect("a row");
        row[field] = text.into();
        serde_json::from_value::<MarkInput>(row).expect("a row")
    };
    let table = [
        (typed("A"), vec![("contact", "missing"), ("reason", "missing")]),
        (typed(""), vec![("status", "missing")]),
        (typed("C"), vec![("status", "unknown_choice")]),
        (with("contact", ""), vec![("contact", "missing")]),
        (with("contact", "yes"), vec![("contact", "unknown_choice")]),
        (with("contact_by", "aunt"), vec![("contact_by", "unknown_choice")]),
        (with("contact_via", "fax"), vec![("contact_via", "unknown_choice")]),
        (with("reason", ""), vec![("reason", "missing")]),
        (with("reason", "事故"), vec![("reason", "unknown_choice")]),
        (with("note", &"あ".repeat(100)), vec![]),
        (with("note", &"あ".repeat(101)), vec![("note", "too_long")]),
        (with("note", "nul\0"), vec![("note", "unprintable")]),
        (with("sign_note", "首にあざ"), vec![("signs", "without_sign")]),
        (with("sign_note", &"あ".repeat(401)), vec![("sign_note", "too_long")]),
    ];
    for (row, expected) in table {
        assert_eq!(faults(&row, &today()), expected, "{row:?}");
    }
}

#[test]
fn a_refusal_can_be_said_in_one_line() {
    let refusal = MarkRefusal { field: Field::ContactBy, fault: Fault::WithoutContact };
    assert_eq!(refusal.to_string(), "contact_by: without_contact");
}

#[test]
fn a_call_without_a_reason_is_legal() {
    let mark = MarkInput { reason: "unknown".to_owned(), ..absence() }.check(&today()).expect("legal");
    assert_eq!((mark.contact, mark.reason), (Some(Contact::Before), Some(Reason::Unknown)));
}

#[test]
fn nobody_calls_where_there_was_no_contact() {
    for contact in ["none", "unreachable"] {
        let mut row = MarkInput { contact: contact.to_owned(), reason: "unknown".to_owned(), ..absence() };
        assert_eq!(faults(&row, &today()), []);
        row.contact_by = "mother".to_owned();
        row.contact_via = "app".to_owned();
        assert_eq!(faults(&row, &today()), [("contact_by", "without_contact"), ("contact_via", "without_contact")]);
    }
}

#[test]
fn what_is_left_over_from_an_absence_is_dropped_from_a_presence() {
    for status in ["P", "PS", "TC", "NS"] {
        let row = MarkInput { status: status.to_owned(), contact: "none".to_owned(), contact_by: "mother".to_owned(), ..absence() };
        let mark = row.check(&today()).expect("accepted");
        assert_eq!(mark, Mark::only(Status::from_code(status).expect("a status")));
    }
    let late = MarkInput { status: "L".to_owned(), ..absence() }.check(&today()).expect("accepted");
    assert_eq!(late.reason, Some(Reason::Illness), "a late arrival may have its reason");
}

#[test]
fn only_an_open_day_that_has_come_is_reported() {
    let tomorrow = DayContext { day: date(2026, 11, 21), ..today() };
    assert_eq!(faults(&typed("P"), &tomorrow), [("day", "in_the_future")]);
    let closed = DayContext { kind: DayKind::Closed(ClosedBecause::Class), ..today() };
    assert_eq!(faults(&typed("P"), &closed), [("day", "closed_day")]);
    let closed_tomorrow = DayContext { kind: closed.kind, ..tomorrow };
    assert_eq!(faults(&typed("P"), &closed_tomorrow).len(), 1, "one refusal for one field");
    let yesterday = DayContext { day: date(2026, 11, 19), ..today() };
    assert_eq!(faults(&typed("P"), &yesterday), []);
}

#[test]
fn a_hospital_is_confirmed_by_somebody_on_a_day_or_not_at_all() {
    let row = |confirmer: &str, confirmed_on: &str| MarkInput {
        confirmer: confirmer.to_owned(),
        confirmed_on: confirmed_on.to_owned(),
        ..typed("HO")
    };
    let table = [
        (row("", ""), vec![]),
        (row("小児病棟 師長", "2026-11-18"), vec![]),
        (row("小児病棟 師長", "２０２６／１１／１８"), vec![]),
        (row("小児病棟 師長", ""), vec![("confirmed_on", "missing")]),
        (row(" ", "2026-11-18"), vec![("confirmer", "missing")]),
        (row("小児病棟 師長", "2026-11-31"), vec![("confirmed_on", "not_a_date")]),
        (row("小児病棟 師長", "2026-11-21"), vec![("confirmed_on", "in_the_future")]),
        (row(&"長".repeat(61), "2026-11-18"), vec![("confirmer", "too_long")]),
    ];
    for (row, expected) in table {
        assert_eq!(faults(&row, &today()), expected, "{row:?}");
    }
    let confirmation = row("師長", "令和8年11月18日").check(&today()).expect("accepted").confirmation;
    assert_eq!(confirmation, Some(Confirmation { by: "師長".to_owned(), on: date(2026, 11, 18) }));
    let elsewhere = MarkInput { status: "P".to_owned(), ..row("師長", "2026-11-18") };
    assert_eq!(elsewhere.check(&today()).expect("accepted").confirmation, None);
}

#[test]
fn who_met_the_child_elsewhere_says_so_and_for_that_day_only() {
    let row = |confirmer: &str, confirmed_on: &str| MarkInput {
        confirmer: confirmer.to_owned(),
        confirmed_on: confirmed_on.to_owned(),
        ..typed("PO")
    };
    let table = [
        (row("", ""), vec![("confirmer", "missing")]),
        (row("", "2026-11-20"), vec![("confirmer", "missing")]),
        (row("担任が自宅で", "2026-11-19"), vec![("confirmed_on", "not_that_day")]),
        (row("担任が自宅で", "きのう"), vec![("confirmed_on", "not_a_date")]),
        (row("担任が自宅で", ""), vec![]),
        (row("担任が自宅で", "2026-11-20"), vec![]),
    ];
    for (row, expected) in table {
        assert_eq!(faults(&row, &today()), expected, "{row:?}");
    }
    let met = row("担任が自宅で", "").check(&today()).expect("accepted").confirmation;
    assert_eq!(met, Some(Confirmation { by: "担任が自宅で".to_owned(), on: TODAY }));
}

#[test]
fn what_is_said_later_is_added_where_both_can_be_true() {
    for status in Status::ALL {
        assert_eq!(
            Status::Late.then(*status) == Status::LateAndLeftEarly,
            matches!(status.code(), "E" | "LE"),
            "L then {status:?}"
        );
        assert_eq!(
            Status::LeftEarly.then(*status) == Status::LateAndLeftEarly,
            matches!(status.code(), "L" | "LE"),
            "E then {status:?}"
        );
        for other in [Status::Present, Status::Absent, Status::LateAndLeftEarly] {
            assert_eq!(other.then(*status), *status, "otherwise the last word holds");
        }
    }
}

#[test]
fn a_hospital_vouches_for_seven_days() {
    let confirmed = |on| Mark { confirmation: Some(Confirmation { by: "師長".to_owned(), on }), ..Mark::only(Status::Hospital) };
    let table = [(date(2026, 11, 20), true), (date(2026, 11, 13), true), (date(2026, 11, 12), false), (date(2026, 11, 21), false)];
    for (on, seen) in table {
        assert_eq!(confirmed(on).is_seen_on(TODAY), seen, "confirmed on {on}");
    }
    assert!(!Mark::only(Status::Hospital).is_seen_on(TODAY));
    let absent = Mark { status: Status::Absent, ..confirmed(TODAY) };
    assert!(!absent.is_seen_on(TODAY), "only a hospital can be vouched for");
}

#[test]
fn signs_are_kept_once_each_whatever_the_status() {
    let signs = ["statement", "injury", "", "injury"].map(str::to_owned).to_vec();
    let row = MarkInput { signs, sign_note: "腕に新しいあざ".to_owned(), ..typed("P") };
    let mark = row.check(&today()).expect("accepted");
    assert_eq!(mark.signs, [Sign::Injury, Sign::Statement]);
    assert_eq!(mark.sign_note.as_deref(), Some("腕に新しいあざ"));
    let unknown = MarkInput { signs: vec!["bruise".to_owned()], ..row };
    assert_eq!(faults(&unknown, &today()), [("signs", "unknown_choice")]);
}

#[test]
fn an_unanswered_row_is_blank_and_never_a_mark() {
    assert!(MarkInput::default().is_blank());
    assert!(!typed("P").is_blank());
    assert!(MarkInput::default().check(&today()).is_err());
}

proptest! {
    #[test]
    fn whatever_is_typed_each_field_is_refused_once_or_kept_within_bounds(
        status in prop::sample::select(vec!["", "P", "A", "HO", "SS", "x"]),
        contact in prop::sample::select(vec!["", "none", "before", "x"]),
        by in prop::sample::select(vec!["", "mother", "x"]),
        reason in prop::sample::select(vec!["", "unknown", "x"]),
        texts in prop::array::uniform4("\\PC{0,120}|[\\x00-\\x1f]{1,3}"),
    ) {
        let [note, confirmer, confirmed_on, sign_note] = texts;
        let [status, contact, contact_by, reason] = [status, contact, by, reason].map(str::to_owned);
        let row = MarkInput { status, contact, contact_by, reason, note, confirmer, confirmed_on, sign_note, ..MarkInput::default() };
        match row.check(&today()) {
            Ok(mark) => {
                prop_assert!(mark.note.is_none_or(|note| (1..=100).contains(&note.chars().count())));
                prop_assert!(mark.status != Status::Absent || (mark.contact.is_some() && mark.reason.is_some()));
                prop_assert!(mark.sign_note.is_none());
            }
            Err(refusals) => {
                prop_assert!(!refusals.is_empty());
                let mut fields: Vec<_> = refusals.iter().map(|refusal| refusal.field).collect();
                fields.sort_unstable();
                fields.dedup();
                prop_assert_eq!(fields.len(), refusals.len());
            }
        }
    }
}
