//! Each rule is seen to catch what it forbids: files that nobody should write.

use super::{LONGEST, circles, violations};

/// Path, text after the opening line, and a part of what is said about it.
const BAD: &[(&str, &str, &str)] = &[
    ("src/store/alerts.rs", "use crate::web::App;", "stands to its right"),
    ("src/config.rs", "use crate::{\n    domain::clock::Clock,\n};", "stands to its right"),
    ("src/gate/permit.rs", "use super::super::store::Tx;", "stands to its right"),
    ("src/web/page.rs", "fn f() { crate::feature::hub::signin::routes(app); }", "stands to its right"),
    ("src/feature/hub/people/list.rs", "use crate::http::router;", "stands to its right"),
    ("src/feature/watch/sheet/show.rs", "use crate::feature::watch::alerts::count;", "another room of feature"),
    ("src/feature/watch/sheet/show.rs", "use super::super::alerts::count;", "another room of feature"),
    ("src/feature/watch/sheet/mod.rs", "use crate::feature::hub;", "another room of feature"),
    ("src/utils/mod.rs", "fn f() {}", "no such room"),
    ("src/feature/watch/sheet/show.rs", "let rows = sqlx::query!(…);", "only the store says SQL"),
    ("src/feature/watch/sheet/show.rs", "let sql = \"SELECT name FROM watch.watches\";", "SQL text outside the store"),
    ("src/work/sweep.rs", "let sql = \"UPDATE desk.alerts SET state = 'closed'\";", "SQL text outside the store"),
    ("src/http/mod.rs", "run(\"DELETE FROM hub.trail\")", "SQL text outside the store"),
    ("src/store/alerts.rs", "sqlx::query(AssertSqlSafe(text))", "belongs to the fence"),
    ("src/feature/hub/people/show.rs", "let actor = Member::admit(admission);", "lets members in"),
    ("src/feature/hub/people/show.rs", "let actor = Duty::command_line(ward);", "console's duty"),
    ("src/feature/watch/sheet/show.rs", "let actor = Duty::entry(ward, person);", "only sign-in"),
    ("src/feature/watch/sheet/show.rs", "let actor = Duty::clock(ward, facility);", "only jobs"),
    ("src/feature/hub/people/mod.rs", "Routes::new(app).router.route(\"/people\", get(list))", "without a door"),
    ("src/http/mod.rs", "Router::new().merge(routes)", "without a door"),
    ("src/store/people.rs", "tx.commit_unsaid().await", "without a deed"),
    ("src/store/people.rs", "tx.into_inner().commit().await", "without a deed"),
    ("src/web/here.rs", "let now = std::time::SystemTime::now();", "time is a parameter"),
    ("src/feature/hub/people/show.rs", "let now = Instant::now();", "time is a parameter"),
    ("src/web/lang.rs", "std::env::var(\"LANG\")", "read once"),
    ("src/domain/rule/mod.rs", "pub async fn evaluate() {}", "in the pure room"),
    ("src/domain/rule/mod.rs", "use tokio::sync::Mutex;", "in the pure room"),
];

/// Texts that look bad and are not.
const GOOD: &[(&str, &str)] = &[
    ("src/store/alerts.rs", "use crate::{domain::ids::Id, gate::Permit};\nuse super::{Result, Tx};"),
    ("src/feature/watch/sheet/show.rs", "use super::form::Draft;\nuse crate::web::App;"),
    ("src/feature/watch/sheet/mod.rs", "mod show;\npub use self::show::Shown;\n#[cfg(test)]\nmod tests { use super::*; }"),
    ("src/web/page.rs", "/// As crate::http does with sqlx: SELECT this FROM that.\nfn f() {}"),
    ("src/web/field.rs", "jiff_sqlx::ToSqlx::to_sqlx(day)"),
    ("src/http/mod.rs", "use crate::{feature::{hub, watch}, work::jobs};"),
];

#[test]
fn what_nobody_should_write_is_found() {
    for (path, text, said) in BAD {
        let found = violations(path, &format!("//! A file.\n\n{text}\n"));
        assert!(found.iter().any(|one| one.contains(said)), "{path}: {text}\n{found:?}");
    }
    let silent = violations("src/web/page.rs", "use super::App;\n");
    assert!(silent.iter().any(|one| one.contains("opens without")), "{silent:?}");
    let long = violations("src/web/page.rs", &format!("//! Long.\n{}", "\n".repeat(LONGEST)));
    assert!(long.iter().any(|one| one.contains("more than")), "{long:?}");
}

#[test]
fn what_only_looks_bad_is_left_alone() {
    for (path, text) in GOOD {
        let found = violations(path, &format!("//! A file.\n\n{text}\n"));
        assert!(found.is_empty(), "{path}: {text}\n{found:?}");
    }
}

#[test]
fn a_circle_is_found_round_a_corner_too() {
    let file = |path: &str, text: &str| (path.to_owned(), text.to_owned());
    let line = vec![
        file("src/domain/one.rs", "use super::two::Two;"),
        file("src/domain/two/mod.rs", "mod inner;"),
        file("src/domain/two/inner.rs", "use crate::domain::three;"),
        file("src/domain/three.rs", "use super::four::Four;"),
    ];
    assert!(circles(&line).is_empty());
    let mut circle = line;
    circle.push(file("src/domain/four.rs", "use super::one::One;"));
    assert_eq!(circles(&circle).len(), 4);
}
