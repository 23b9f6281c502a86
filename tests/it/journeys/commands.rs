//! The operator's console as the program itself: what it prints, where none of that may go, and how it says no.

use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

use jiff::ToSpan as _;
use serde_json::json;
use tempfile::TempDir;
use tsunagi::{domain::clock::Clock, gate::Role};

use super::recovery::redeem;
use crate::support::{Authenticator, TestApp, program};

/// What people type to get to the hub, as the operator has set it.
const ORIGIN: &str = "https://tsunagi.example.jp";

const WARD: [&str; 12] = [
    "ward",
    "create",
    "--code",
    "131999",
    "--name",
    "見本市",
    "--help-phone",
    "00-0000-0001",
    "--admin",
    "見本 一葉",
    "--admin",
    "見本 二葉",
];

/// How a command ended, what it printed, and what it said beside that.
#[derive(Debug)]
struct Ended {
    code: Option<i32>,
    out: String,
    said: String,
}

impl From<Output> for Ended {
    fn from(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Self { code: output.status.code(), out: text(output.stdout), said: text(output.stderr) }
    }
}

impl Ended {
    /// It did nothing and printed nothing; the words for whoever called it have this in them.
    #[track_caller]
    fn refuses(&self, code: i32, why: &str) {
        assert_eq!((self.code, self.out.as_str()), (Some(code), ""), "{why}: {}", self.said);
        assert!(self.said.contains(why) && !self.said.contains("panicked"), "{why}: {}", self.said);
    }
}

/// On the database of the test, as talkative as the program can be.
fn settled(command: &mut Command, app: &TestApp) -> Ended {
    command.env("DATABASE_URL", app.scratch.url()).env("TSUNAGI_ORIGIN", ORIGIN).env("TSUNAGI_LOG", "trace");
    command.output().unwrap().into()
}

fn run(app: &TestApp, arguments: &[&str]) -> Ended {
    let data = TempDir::new().unwrap();
    settled(program(data.path()).args(arguments), app)
}

/// The tables of the database in which this text stands anywhere.
async fn tables_with(app: &TestApp, text: &str) -> Vec<String> {
    let looks = format!(
        "SELECT format('SELECT DISTINCT %L AS name FROM %I.%I t WHERE t::text LIKE %L', n.nspname || '.' || c.relname, n.nspname, c.relname, '%{text}%') AS query
         FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname IN ('hub', 'watch', 'desk') AND c.relkind = 'r'"
    );
    let looks = app.sql(&looks).await;
    let queries: Vec<&str> = looks.iter().filter_map(|look| look["query"].as_str()).collect();
    let found = app.sql(&format!("SELECT * FROM ({}) found ORDER BY name", queries.join(" UNION ALL "))).await;
    found.iter().map(|row| row["name"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_ward_made_at_the_console_lets_its_administrators_in_by_the_printed_links() {
    let app = TestApp::empty().await;
    let made = run(&app, &WARD);
    assert_eq!(made.code, Some(0), "{}", made.said);
    let lines: Vec<&str> = made.out.lines().collect();
    assert_eq!((lines.len(), lines[0]), (3, "見本市を作りました。管理者それぞれの登録（7日間、1回だけ使えます）:"));
    // The program goes by the real clock, and so do its invitations.
    app.app.clock.move_to(Clock::system().now());
    for (number, (line, name)) in (1..).zip(lines[1..].iter().zip(["見本 一葉", "見本 二葉"])) {
        let code = line.strip_prefix(&format!("{name}  {ORIGIN}/enrol#")).expect("a name and a link, the code its fragment");
        assert!(!made.said.contains(code) && !made.said.contains(name), "nothing of it is logged: {}", made.said);
        assert_eq!(tables_with(&app, code).await, [""; 0], "its hash alone is kept");
        assert_eq!(tables_with(&app, name).await, ["hub.people"], "and the trail names nobody");

        app.stranger().get("/enrol").await.expect(200);
        let page = app.stranger().post("/enrol", &[("code", code)]).await.expect(200);
        assert!(page.text().contains(name) && page.text().contains("見本市役所"));
        let enrolling = app.stranger().with_cookie("__Host-tsunagi-enrol", code);
        let begun = enrolling.post_json("/enrol/options", &json!({ "kind": "key" })).await.expect(200).json();
        let entered = enrolling.post_json("/enrol/credential", &Authenticator::new(number).registers(&begun)).await.expect(200);
        app.with_session(&entered.session()).get("/people").await.expect(200);
        app.stranger().post("/enrol", &[("code", code)]).await.expect(422);
    }

    let before = app.fingerprint().await;
    run(&app, &WARD).refuses(1, "tsunagi: --code: there is a ward with the code 131999 already");
    assert!(app.fingerprint().await == before, "the ward is as it was");
}

#[tokio::test]
async fn a_ward_that_cannot_be_made_is_refused_in_plain_words_and_nothing_is_made() {
    let app = TestApp::empty().await;
    let before = app.fingerprint().await;
    let named = ["ward", "create", "--code", "131999", "--name", "見本市"];
    let two = ["--admin", "見本 一葉", "--admin", "見本 二葉"];
    let once_twice = ["--admin", "見本 一葉", "--admin", "見本　一葉"];
    let cases: [(Vec<&str>, i32, &str); 6] = [
        (named.to_vec(), 2, "--admin"),
        ([&named[..], &two[..2]].concat(), 1, "tsunagi: --admin: give it at least twice"),
        ([&named[..], &once_twice].concat(), 1, "tsunagi: --admin: give it at least twice"),
        ([&["ward", "create", "--code", "13 1999", "--name", "見本市"], &two[..]].concat(), 1, "tsunagi: --code: '13 1999' is not"),
        ([&["ward", "create", "--code", "131999", "--name", " "], &two[..]].concat(), 1, "tsunagi: --name: "),
        ([&named[..], &["--admins", "見本 一葉"]].concat(), 2, "'--admins'"),
    ];
    for (arguments, code, why) in cases {
        run(&app, &arguments).refuses(code, why);
    }
    // A database that does not do is named by its setting, and its password is not repeated.
    for (database, why) in [
        ("mysql://tsunagi:hunter2@db/tsunagi", "tsunagi: DATABASE_URL: must begin with postgres://"),
        ("postgres://[hunter2", "tsunagi: DATABASE_URL or TSUNAGI_MIGRATE_URL cannot be read"),
    ] {
        let ended: Ended = program(Path::new("/nonexistent")).args(WARD).env("DATABASE_URL", database).output().unwrap().into();
        ended.refuses(1, why);
        assert!(!ended.said.contains("hunter2"), "{}", ended.said);
    }
    assert!(app.fingerprint().await == before, "nothing was made");
}

#[tokio::test]
async fn the_printed_command_gives_the_last_admin_the_account_back_by_a_code_that_is_nowhere_else() {
    let app = TestApp::new().await;
    let (person, name) = (app.world.root.staff(Role::WardAdmin).person, "架空 花子");
    app.run(&format!("UPDATE hub.people SET display_name = '{name}' WHERE id = '{person}'")).await;
    let (before, folder) = (app.fingerprint().await, TempDir::new().unwrap());
    let file = folder.path().join("申請書.pdf");
    let path = file.to_str().unwrap();
    let recover = ["ward", "recover-admin", "--ward", "99001", "--person", name];
    let printed = run(&app, &[&recover[..], &["--print-form", path]].concat());
    assert_eq!(printed.code, Some(0), "{}", printed.said);
    assert!(printed.out.contains("何も変更していません") && app.fingerprint().await == before, "{}", printed.out);
    let form = fs::read(&file).unwrap();
    assert!(form.starts_with(b"%PDF-"));
    // It may be signed by now.
    run(&app, &[&recover[..], &["--print-form", path]].concat()).refuses(1, "tsunagi: --print-form: ");
    assert_eq!(fs::read(&file).unwrap(), form);

    // As the operator pastes it.
    let operation = printed.out.lines().last().unwrap().trim();
    let number = operation.rsplit(' ').next().unwrap();
    let paste = || {
        let mut shell = Command::new("/bin/sh");
        let programs = Path::new(env!("CARGO_BIN_EXE_tsunagi")).parent().unwrap();
        shell.args(["-c", operation]).env("PATH", programs).env("TSUNAGI_DATA", folder.path());
        settled(&mut shell, &app)
    };
    let made = paste();
    assert_eq!(made.code, Some(0), "{operation}: {}", made.said);
    let code = made.out.lines().nth(2).unwrap().trim();
    assert!(made.out.starts_with(&format!("{name}さんの復旧のコード")) && made.out.contains(&format!("{ORIGIN}/recovery で")));
    assert!(![code, name].iter().any(|text| made.said.contains(text)), "nothing of it is logged: {}", made.said);
    assert_eq!(tables_with(&app, code).await, [""; 0], "its hash alone is kept");
    assert_eq!(tables_with(&app, name).await, ["hub.people"], "and the trail has the form's number");
    assert_eq!(tables_with(&app, number).await, ["hub.recoveries", "hub.trail"]);
    paste().refuses(1, &format!("tsunagi: --form: a recovery was made by the form {number} already"));

    app.app.clock.move_to(Clock::system().now());
    redeem(&app, code, &mut Authenticator::new(1)).await.expect(422);
    app.app.clock.advance(24.hours());
    let session = redeem(&app, code, &mut Authenticator::new(1)).await.expect(200).session();
    app.with_session(&session).get("/people").await.expect(200);
}

#[tokio::test]
async fn a_recovery_that_may_not_be_is_refused_in_plain_words_and_changes_nothing() {
    let app = TestApp::new().await;
    let name = app.world.root.staff(Role::WardAdmin).name.clone();
    let before = app.fingerprint().await;
    let of = |ward: &'static str, person: &str, more: &[&'static str]| {
        let arguments = ["ward", "recover-admin", "--ward", ward, "--person", person];
        run(&app, &[&arguments[..], more].concat())
    };
    of("99001", &name, &[]).refuses(2, "--form");
    of("99001", &name, &["--form", "F-1", "--print-form", "/nonexistent/form.pdf"]).refuses(2, "cannot be used with");
    of("99001", &name, &["--form", "A/B"]).refuses(1, "tsunagi: --form: give the number on the written form");
    of("99999", &name, &["--form", "F-1"]).refuses(1, "tsunagi: there is no ward with the code 99999");
    // Also the names that others have, in the ward and next door, are nobody's here.
    for nobody in [&app.world.centre.staff(Role::Supervisor).name, &app.other.root.staff(Role::WardAdmin).name] {
        of("99001", nobody, &["--form", "F-1"]).refuses(1, "tsunagi: --person: nobody who administers this ward");
    }
    assert!(app.fingerprint().await == before, "nothing was changed");

    app.run("UPDATE hub.memberships SET role = 'ward_admin' WHERE role = 'operator'").await;
    of("99001", &name, &["--form", "F-1"])
        .refuses(1, "tsunagi: there is another admin: they ask for the recovery on the page 職員 first");
    assert_eq!(app.value::<i64>("SELECT count(*) FROM hub.recoveries").await, 0);
}
