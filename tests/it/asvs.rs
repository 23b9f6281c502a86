//! `docs/security/asvs.md` is whole, and every test it names is there.
#![expect(clippy::expect_used, reason = "a failed step of a test ends it with the sentence given")]

use std::{collections::BTreeSet, fs, path::Path};

/// How many requirements each chapter of ASVS 5.0.0 has.
const CHAPTERS: [(&str, usize); 4] = [("V6.", 47), ("V7.", 19), ("V8.", 13), ("V10.", 36)];
const STANDINGS: [&str; 3] = ["met", "not applicable", "open"];

fn list() -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/security/asvs.md")).expect("the list can be read")
}

/// Every test function of the package.
fn tests(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).expect("the folder can be read") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            tests(&path, found);
        } else if path.extension().is_some_and(|kind| kind == "rs") {
            let text = fs::read_to_string(&path).expect("the file can be read");
            let names = text.split("fn ").skip(1).filter_map(|rest| rest.split_once('(').map(|(name, _)| name.to_owned()));
            found.extend(names);
        }
    }
}

#[test]
fn every_requirement_has_one_row_and_a_standing() {
    let text = list();
    let rows: Vec<Vec<&str>> =
        text.lines().filter(|line| line.starts_with("| V")).map(|line| line.split('|').map(str::trim).collect()).collect();
    for (chapter, count) in CHAPTERS {
        let ids: BTreeSet<&str> = rows.iter().map(|row| row[1]).filter(|id| id.starts_with(chapter)).collect();
        assert_eq!(ids.len(), count, "{chapter}");
    }
    assert_eq!(rows.len(), CHAPTERS.iter().map(|(_, count)| count).sum::<usize>(), "none stands twice");
    let wrong: Vec<_> = rows.iter().filter(|row| !STANDINGS.contains(&row[4]) || row[5].is_empty()).collect();
    assert!(wrong.is_empty(), "{wrong:?}");
}

#[test]
fn every_test_the_list_names_is_there() {
    let mut known = BTreeSet::new();
    for folder in ["src", "tests/it"] {
        tests(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), &mut known);
    }
    let text = list();
    let named = text
        .split('`')
        .skip(1)
        .step_by(2)
        .filter(|name| name.contains('_') && name.chars().all(|letter| letter.is_ascii_lowercase() || letter == '_'));
    let missing: Vec<_> = named.filter(|name| !known.contains(*name)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}
