//! A receipt is read back as it was written, and in no other form.

use jiff::civil::date;
use proptest::prelude::*;
use uuid::Uuid;

use super::{ContentHash, Kind, Note, NoteFault, Statement};

fn statement(ward: &str, facility: &str, children: usize) -> Statement {
    Statement {
        number: Uuid::from_u128(7),
        kind: Kind::Sheet,
        ward: ward.to_owned(),
        facility: facility.to_owned(),
        day: date(2026, 11, 20),
        received: "2026-11-20T00:12:09Z".parse().unwrap(),
        children,
        content: ContentHash::of(Uuid::from_u128(9), ["欠席"]),
    }
}

#[test]
fn the_text_has_one_line_for_each_thing() {
    let text = statement("架空区", "桜 小学校", 4).text();
    let lines: Vec<_> = text.lines().collect();
    assert_eq!(lines[0], "tsunagi receipt v1");
    assert_eq!(
        lines[3..8],
        ["ward 架空区", "facility 桜 小学校", "day 2026-11-20", "received 2026-11-20T09:12:09+09:00", "children 4"]
    );
    assert_eq!(lines.len(), 9);
}

#[test]
fn another_form_of_the_same_is_no_receipt() {
    let text = statement("架空区", "桜小学校", 4).text();
    for other in [
        text.replace("children 4", "children 04"),
        text.replace("+09:00", "Z"),
        format!("{text}children 5\n"),
        text.replace("kind sheet", "kind party"),
        text.trim_end().to_owned(),
        String::new(),
    ] {
        assert_eq!(Statement::read(&other), None, "{other}");
    }
}

#[test]
fn the_hash_binds_the_parts_and_their_borders() {
    let salt = Uuid::from_u128(1);
    let hash = |parts: &[&str]| ContentHash::of(salt, parts.iter().copied());
    assert_eq!(hash(&["ab", "c"]), hash(&["ab", "c"]));
    assert_ne!(hash(&["ab", "c"]), hash(&["a", "bc"]));
    assert_ne!(hash(&["ab"]), ContentHash::of(Uuid::from_u128(2), ["ab"]), "without the salt nobody can try contents out");
}

#[test]
fn a_text_without_signatures_is_told_apart_from_a_broken_one() {
    assert_eq!(Note::read("hello"), Err(NoteFault::NotANote));
    assert_eq!(Note::read("hello\n\n— me !!!"), Err(NoteFault::BrokenLine));
    assert_eq!(Note::read(&"あ".repeat(9000)), Err(NoteFault::NotANote));
}

proptest! {
    #[test]
    fn whatever_the_names_it_is_read_back(ward in "\\PC{1,20}", facility in "[\\PC\n\r\t]{1,30}", children in 0_usize..1000) {
        let stated = statement(&ward, &facility, children);
        let read = Statement::read(&stated.text());
        // Outer spaces of a name are part of it; only line breaks and the like are not.
        prop_assert_eq!(read.map(|read| read.text()), Some(stated.text()));
    }

    #[test]
    fn nothing_typed_makes_reading_fall_over(typed in "(?s).{0,400}") {
        let _ = Note::read(&typed).map(|note| Statement::read(&note.text));
    }
}
