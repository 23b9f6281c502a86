//! The order of the rooms, held over the text of every file: who may import whom, who may say what, how long a file may be.
#![expect(clippy::unwrap_used, reason = "a failed step of a test ends it where it happened")]

mod bad;
mod paths;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use self::paths::{imports, module};

/// An import may only point left. The command line stands in the last room.
const ROOMS: [&str; 12] =
    ["config", "domain", "gate", "vault", "store", "post", "web", "feature", "work", "http", "commands", "main"];
const LONGEST: usize = 400;

/// Words that only some places may say, and why. A place is a file or a folder.
const SAYINGS: &[(&str, &[&str], &str)] = &[
    (
        "sqlx",
        &["src/store/", "src/commands/hub.rs"],
        "only the store says SQL; the command line hands it the options to connect with",
    ),
    ("AssertSqlSafe", &["src/store/fence.rs", "src/store/cluster/"], "SQL put together at run time belongs to the fence"),
    ("Member::admit(", &["src/web/here.rs", "src/gate/tests/"], "only the session layer lets members in"),
    ("Client::admit(", &["src/web/client.rs", "src/gate/tests/"], "only the token layer lets systems in"),
    (
        "Duty::door(",
        &["src/store/sign_ins.rs", "src/store/providers.rs", "src/feature/hub/provider/"],
        "only the sign-in log is kept, and a ward's sign-in service found, where nobody is known",
    ),
    (
        "Duty::entry(",
        &[
            "src/web/here.rs",
            "src/feature/hub/signin/",
            "src/feature/hub/provider/arrival.rs",
            "src/store/sign_ins.rs",
            "src/gate/tests/",
        ],
        "only sign-in is the entry's duty",
    ),
    ("Duty::clock(", &["src/work/", "src/gate/tests/"], "only jobs do the clock's duty"),
    (
        "Duty::command_line(",
        &["src/work/", "src/commands/", "src/store/imports.rs", "src/gate/tests/"],
        "only the console does the console's duty",
    ),
    (
        "commit_unsaid(",
        &[
            "src/store/tx.rs",
            "src/store/sessions/life.rs",
            "src/store/tokens.rs",
            "src/store/providers.rs",
            "src/store/kept_forms.rs",
            "src/feature/border/",
        ],
        "a commit without a deed: the last use of a session or a token, whether a sign-in service answers, and a form that is kept",
    ),
    (".into_inner().commit(", &[], "a commit without a deed"),
    (".route(", &["src/web/routes.rs"], "a route without a door"),
    ("Router::new()", &["src/web/routes.rs", "src/web/assets.rs"], "a route without a door"),
    (".nobody()", &["src/store/"], "a transaction without a ward"),
    (".all_wards()", &["src/store/"], "a transaction without a ward"),
    ("SystemTime", &["src/store/cluster/"], "time is a parameter: take it from the clock"),
    ("Utc::now", &[], "time is a parameter: take it from the clock"),
    ("Instant::now", &["src/store/cluster/", "src/work/", "src/commands/"], "time is a parameter; only what waits may measure"),
    ("std::env", &["src/config.rs", "src/store/cluster/"], "settings are read once, in config"),
];

/// What the pure room may not know at all.
const IMPURE: [&str; 8] = ["async fn", ".await", "tokio", "axum", "std::fs", "std::net", "std::process", "tracing::"];

/// Statements begin with these words when they are SQL.
const STATEMENTS: [(&str, &str); 5] =
    [("SELECT ", " FROM "), ("INSERT INTO ", ""), ("UPDATE ", " SET "), ("DELETE FROM ", ""), ("BEGIN; ", "SET LOCAL")];

/// Two modules that are two halves of one thing, each unusable without the other.
const HALVES: &[(&str, &str)] = &[("gate::deed", "gate::permit")];

#[test]
fn every_file_keeps_to_the_order_of_the_rooms() {
    let files = sources();
    assert!(files.len() > 100, "the sources are found");
    let mut found: Vec<String> = files.iter().flat_map(|(path, text)| violations(path, text)).collect();
    found.extend(circles(&files));
    assert!(found.is_empty(), "\n{}", found.join("\n"));
}

/// Everything one file does against the order.
fn violations(path: &str, text: &str) -> Vec<String> {
    let code: Vec<&str> = text.lines().map(|line| if line.trim_start().starts_with("//") { "" } else { line }).collect();
    let mut found = shape(path, text);
    found.extend(borders(path, &code.join("\n")));
    for (at, line) in code.iter().enumerate() {
        let at = at + 1;
        for (saying, places, why) in SAYINGS {
            if says(line, saying) && !places.iter().any(|place| path.starts_with(place)) {
                found.push(format!("{path}:{at}: {saying} here: {why}"));
            }
        }
        if STATEMENTS.iter().any(|(one, then)| line.contains(one) && line.contains(then)) && !path.starts_with("src/store/") {
            found.push(format!("{path}:{at}: SQL text outside the store"));
        }
        if path.starts_with("src/domain/") && !path.contains("/tests") {
            let impure = IMPURE.iter().filter(|word| says(line, word));
            found.extend(impure.map(|word| format!("{path}:{at}: {word} in the pure room")));
        }
    }
    found
}

fn shape(path: &str, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    if !text.starts_with("//! ") {
        found.push(format!("{path}:1: opens without a sentence of its own (`//!`)"));
    }
    let lines = text.lines().count();
    if lines > LONGEST {
        found.push(format!("{path}: {lines} lines, more than {LONGEST}"));
    }
    found
}

/// A word of code, not a part of a longer one (`sqlx` but not `jiff_sqlx`, which every room may pass on).
fn says(line: &str, word: &str) -> bool {
    let part = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    line.match_indices(word).any(|(at, _)| {
        let (before, after) = (line[..at].chars().next_back(), line[at + word.len()..].chars().next());
        let (first, last) = (word.chars().next(), word.chars().next_back());
        !(part(first) && part(before) || part(last) && part(after))
    })
}

/// Imports that point right, or from one room of `feature` into another.
fn borders(path: &str, code: &str) -> Vec<String> {
    let own = module(path);
    let rank = |room: &str| ROOMS.iter().position(|known| *known == room);
    let Some(here) = own.first().map_or(Some(ROOMS.len()), |room| rank(room)) else {
        return vec![format!("{path}: no such room; the rooms are {ROOMS:?}")];
    };
    let mut found = Vec::new();
    for path_to in imports(&own, code) {
        let room = path_to.first().map_or("", String::as_str);
        if rank(room).is_some_and(|there| there > here) {
            found.push(format!("{path}: imports {}, which stands to its right", path_to.join("::")));
        }
        let neighbour =
            |depth: usize| own.len() > depth && path_to.get(depth).is_some_and(|name| *name != own[depth] && name != "*");
        // feature/ZONE/ROOM: a room looks left, never at its neighbours nor up at its zone.
        if room == "feature" && own.first().is_some_and(|own| own == "feature") && own.len() > 2 && (neighbour(1) || neighbour(2)) {
            found.push(format!("{path}: imports {}, another room of feature", path_to.join("::")));
        }
    }
    found
}

/// Modules of one room that import each other, be it round a corner.
fn circles(files: &[(String, String)]) -> Vec<String> {
    let mut looks_at: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (path, text) in files.iter().filter(|(path, _)| !path.contains("/tests")) {
        let own = module(path);
        // A module's own file gathers what is below it and may name all of it.
        let Some(node) = node(&own) else { continue };
        let theirs = imports(&own, text).into_iter().filter_map(|path| self::node(&path));
        looks_at.entry(node.clone()).or_default().extend(theirs.filter(|other| *other != node));
    }
    let names: BTreeSet<String> = looks_at.keys().cloned().collect();
    for others in looks_at.values_mut() {
        others.retain(|other| names.contains(other));
    }
    let half = |a: &str, b: &str| HALVES.contains(&(a, b)) || HALVES.contains(&(b, a));
    let mut found = Vec::new();
    // Whoever looks at nobody who is left cannot be in a circle: take them away until nothing changes.
    let mut left = looks_at;
    loop {
        let free: Vec<String> = left
            .iter()
            .filter(|(name, others)| others.iter().all(|other| !left.contains_key(other) || half(name, other)))
            .map(|(name, _)| name.clone())
            .collect();
        if free.is_empty() {
            break;
        }
        for name in free {
            left.remove(&name);
        }
    }
    for (name, others) in &left {
        let others: Vec<_> = others.iter().filter(|other| left.contains_key(*other)).cloned().collect();
        found.push(format!("{name} stands in or before a circle: it imports {}", others.join(", ")));
    }
    found
}

/// `domain::name`, `store::alerts`, `feature::watch::sheet`: the modules between which there are no circles.
fn node(path: &[String]) -> Option<String> {
    let depth = if path.first()? == "feature" { 3 } else { 2 };
    let names = path.get(..depth)?;
    let is_module = names.iter().all(|name| name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_'));
    is_module.then(|| names.join("::"))
}

/// Every source file below `src`, as its path from the root of the repository and its text.
fn sources() -> Vec<(String, String)> {
    let mut found = Vec::new();
    walk(Path::new("src"), &mut found);
    found
}

fn walk(folder: &Path, found: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            walk(&path, found);
        } else if path.extension().is_some_and(|end| end == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            found.push((path.display().to_string(), text));
        }
    }
}
