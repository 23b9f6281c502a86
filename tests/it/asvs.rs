//! `docs/security/asvs.md` is whole, says the levels of the standard, and every test it names is there.
#![expect(clippy::expect_used, reason = "a failed step of a test ends it with the sentence given")]

use std::{collections::BTreeSet, fs, path::Path};

/// The sections of the chapters on identity in ASVS 5.0.0, with the levels of their requirements in order.
const SECTIONS: [(&str, &str); 25] = [
    ("V6.1", "122"),
    ("V6.2", "111111112222"),
    ("V6.3", "11223333"),
    ("V6.4", "112233"),
    ("V6.5", "22222333"),
    ("V6.6", "2223"),
    ("V6.7", "33"),
    ("V6.8", "2222"),
    ("V7.1", "222"),
    ("V7.2", "1111"),
    ("V7.3", "22"),
    ("V7.4", "11222"),
    ("V7.5", "223"),
    ("V7.6", "22"),
    ("V8.1", "1233"),
    ("V8.2", "1123"),
    ("V8.3", "133"),
    ("V8.4", "23"),
    ("V10.1", "22"),
    ("V10.2", "223"),
    ("V10.3", "22223"),
    ("V10.4", "1111122222233333"),
    ("V10.5", "22222"),
    ("V10.6", "22"),
    ("V10.7", "222"),
];
const STANDINGS: [&str; 3] = ["met", "not applicable", "open"];

/// A requirement as the list has it: id, level, standing, and by what.
#[derive(Debug)]
struct Row {
    id: String,
    level: String,
    standing: String,
    by: String,
}

fn list() -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/security/asvs.md")).expect("the list can be read")
}

fn rows(text: &str) -> Vec<Row> {
    let row = |line: &str| {
        let cells: Vec<String> = line.split('|').map(|cell| cell.trim().to_owned()).collect();
        let [_, id, level, _, standing, by, _] = <[String; 7]>::try_from(cells).expect("five cells");
        Row { id, level, standing, by }
    };
    text.lines().filter(|line| line.starts_with("| V")).map(row).collect()
}

/// Every test of the package: what stands below a mark that makes it one, and is not left out.
fn tests(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).expect("the folder can be read") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            tests(&path, found);
        } else if path.extension().is_some_and(|kind| kind == "rs") {
            let text = fs::read_to_string(&path).expect("the file can be read");
            let mut is_marked = false;
            for line in text.lines().map(str::trim_start) {
                let name = line.split_once("fn ").and_then(|(_, rest)| rest.split_once('(')).map(|(name, _)| name.to_owned());
                match name {
                    Some(name) if is_marked => {
                        found.insert(name);
                        is_marked = false;
                    }
                    _ if line.starts_with("#[ignore") => is_marked = false,
                    _ => is_marked |= line == "#[test]" || line.starts_with("#[tokio::test"),
                }
            }
        }
    }
}

fn known() -> BTreeSet<String> {
    let mut known = BTreeSet::new();
    for folder in ["src", "tests/it"] {
        tests(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), &mut known);
    }
    known
}

/// What looks like the name of a test in a text.
fn named(text: &str) -> impl Iterator<Item = &str> {
    let quoted = text.split('`').skip(1).step_by(2);
    let is_name = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_';
    quoted.filter(move |name| name.contains('_') && name.chars().all(is_name))
}

#[test]
fn every_requirement_of_the_standard_has_one_row_its_level_and_a_standing() {
    let rows = rows(&list());
    let listed: Vec<(&str, &str)> = rows.iter().map(|row| (row.id.as_str(), row.level.as_str())).collect();
    let required: Vec<(String, String)> = SECTIONS
        .iter()
        .flat_map(|(section, levels)| {
            levels.chars().enumerate().map(move |(at, level)| (format!("{section}.{}", at + 1), level.to_string()))
        })
        .collect();
    let required: Vec<(&str, &str)> = required.iter().map(|(id, level)| (id.as_str(), level.as_str())).collect();
    assert_eq!(listed, required, "each once, in order");
    let wrong: Vec<_> = rows.iter().filter(|row| !STANDINGS.contains(&row.standing.as_str()) || row.by.is_empty()).collect();
    assert!(wrong.is_empty(), "{wrong:?}");
}

#[test]
fn the_counts_of_the_list_are_those_of_its_rows() {
    let text = list();
    let rows = rows(&text);
    for chapter in ["V6", "V7", "V8", "V10"] {
        let of = |standing: &str| {
            rows.iter().filter(|row| row.id.starts_with(&format!("{chapter}.")) && row.standing == standing).count()
        };
        let [met, not_applicable, open] = STANDINGS.map(of);
        let all = met + not_applicable + open;
        let said = format!("{all} requirements: {met} met, {not_applicable} not applicable, {open} open.");
        let below = text.split(&format!("\n## {chapter} ")).nth(1).expect("a heading");
        assert!(below.lines().skip(1).find(|line| !line.is_empty()) == Some(said.as_str()), "{chapter}: {said}");
    }
}

#[test]
fn every_met_requirement_names_a_test() {
    let known = known();
    let rows = rows(&list());
    let has_none = |row: &&Row| row.standing == "met" && !named(&row.by).any(|name| known.contains(name));
    let bare: Vec<_> = rows.iter().filter(has_none).map(|row| &row.id).collect();
    assert!(bare.is_empty(), "nothing would fail if they were not: {bare:?}");
}

#[test]
fn every_test_the_list_names_is_there() {
    let (known, text) = (known(), list());
    let missing: Vec<_> = named(&text).filter(|name| !known.contains(*name)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}
