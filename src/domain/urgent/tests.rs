//! What an urgent report must say, field by field.

use super::{Called, ChildNow, Draft, FACTS, Fault, Field, Trigger, signs};
use crate::domain::attendance::Sign;

fn draft() -> Draft {
    Draft {
        triggers: vec!["statement".to_owned(), "injury".to_owned(), "injury".to_owned()],
        happened: "けさ8時40分".to_owned(),
        place: "保健室".to_owned(),
        witness: "養護教諭".to_owned(),
        facts: "右ほほに5センチのあざ。\r\n「ころんだ」と言う。".to_owned(),
        child_now: "here".to_owned(),
        contact_person: "教頭".to_owned(),
        contact_phone: "03-1234-5678".to_owned(),
        contact_until: "20時まで".to_owned(),
        called: vec!["guidance_centre".to_owned()],
    }
}

#[test]
fn a_whole_report_is_taken_as_it_was_written() {
    let urgent = draft().check().unwrap();
    assert_eq!(urgent.triggers, [Trigger::Injury, Trigger::Statement], "in the order of the list, each once");
    assert_eq!(urgent.facts, "右ほほに5センチのあざ。\n「ころんだ」と言う。", "the child's words stay as they are");
    assert_eq!((urgent.child_now, urgent.called.as_slice()), (ChildNow::Here, [Called::GuidanceCentre].as_slice()));
    assert_eq!(signs(&urgent.triggers), [Sign::Injury, Sign::Statement]);
}

#[test]
fn each_empty_field_is_named_once_and_in_the_order_of_the_form() {
    let refused = Draft::default().check().unwrap_err();
    let asked = Field::ALL.iter().copied().filter(|field| *field != Field::Called);
    assert_eq!(refused, asked.map(|field| (field, Fault::Missing)).collect::<Vec<_>>());
}

#[test]
fn what_does_not_fit_is_said() {
    type Change = fn(&mut Draft);
    let table: &[(Change, Field, Fault)] = &[
        (|draft| draft.triggers = vec!["gossip".to_owned()], Field::Triggers, Fault::UnknownChoice),
        (|draft| draft.child_now = "mars".to_owned(), Field::ChildNow, Fault::UnknownChoice),
        (|draft| draft.called = vec!["nobody".to_owned()], Field::Called, Fault::UnknownChoice),
        (|draft| draft.contact_phone = "あとで".to_owned(), Field::ContactPhone, Fault::NotPhone),
        (|draft| draft.place = "\u{7}".to_owned(), Field::Place, Fault::Unprintable),
        (|draft| draft.facts = "あ".repeat(FACTS + 1), Field::Facts, Fault::TooLong { written: FACTS + 1, most: FACTS }),
    ];
    for (change, field, fault) in table {
        let mut draft = draft();
        change(&mut draft);
        assert_eq!(draft.check().unwrap_err(), [(*field, *fault)]);
    }
}

#[test]
fn every_trigger_with_a_sign_says_the_same_as_the_sign() {
    for trigger in Trigger::ALL {
        if let Some(sign) = trigger.sign() {
            assert_eq!(trigger.code(), sign.code());
        }
    }
}
