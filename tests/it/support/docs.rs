//! Documents that tests write: compared with what is committed, written anew with `UPDATE_DOCS=1`.

use std::{fs, path::Path};

/// Holds the file against the text it should have; the diff of the file is what a reviewer reads.
#[track_caller]
#[expect(clippy::disallowed_methods, reason = "a switch of the tests, no setting of the hub")]
pub(crate) fn is_written(path: &str, text: &str) {
    let path = Path::new(path);
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(path, text).expect("the document is written");
        return;
    }
    let written = fs::read_to_string(path).unwrap_or_default();
    if written != text {
        let other = |one: &str, all: &str| !all.lines().any(|line| line == one);
        let new: Vec<_> = text.lines().filter(|line| other(line, &written)).map(|line| format!("+ {line}")).collect();
        let gone: Vec<_> = written.lines().filter(|line| other(line, text)).map(|line| format!("- {line}")).collect();
        let path = path.display();
        panic!("{path} is not what the hub is now; write it anew with UPDATE_DOCS=1:\n{}\n{}", gone.join("\n"), new.join("\n"));
    }
}
