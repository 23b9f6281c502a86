//! Rosters from the operator's console.
#![expect(clippy::expect_used, reason = "a failed step of a test ends it with the sentence given")]

use std::{path::PathBuf, process::ExitCode};

use super::imports::hub;
use crate::support::TestApp;

// The program's own room, which a library cannot lend out.
#[path = "../../../src/commands/import/watches.rs"]
mod import;

use import::Options;

fn options(app: &TestApp, file: &str) -> Options {
    Options {
        file: PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/rosters")).join(file),
        ward: "99001".to_owned(),
        office: app.world.centre.name.clone(),
        map: Vec::new(),
        ground: None,
        accept: false,
    }
}

/// What was printed, and whether the code was this one.
async fn run(app: &TestApp, options: &Options, code: u8) -> String {
    let mut out = Vec::new();
    let (db, gate, clock) = (&app.app.db, &app.app.gate, &app.app.clock);
    let ended = import::watches(db, gate, clock, options, &mut out).await.expect("the command runs");
    let printed = String::from_utf8(out).expect("text");
    assert_eq!(format!("{ended:?}"), format!("{:?}", ExitCode::from(code)), "{printed}");
    printed
}

async fn watches(app: &TestApp) -> i64 {
    app.value("SELECT count(*) FROM watch.watches").await
}

#[tokio::test]
async fn the_console_checks_first_and_saves_only_what_is_accepted() {
    let app = hub().await;
    let before = watches(&app).await;
    let mut options = options(&app, "roster-bad-rows-utf8.csv");
    let printed = run(&app, &options, 2).await;
    assert!(printed.contains("追加 3、対象外（すでに依頼中） 0、取り込めない 9"), "{printed}");
    assert!(printed.contains("存在しない小学校") && printed.contains("何も保存していません"));
    assert_eq!(watches(&app).await, before);

    options.accept = true;
    run(&app, &options, 2).await;
    assert_eq!(watches(&app).await, before + 3);
    let printed = run(&app, &options, 2).await;
    assert!(printed.contains("追加 0、対象外（すでに依頼中） 3"), "{printed}");
    let deeds = app
        .sql("SELECT principal, detail FROM hub.trail WHERE action = 'importRequests' ORDER BY (detail->>'added')::int DESC")
        .await;
    assert_eq!(deeds.len(), 3);
    assert_eq!((&deeds[0]["principal"], &deeds[0]["detail"]["added"]), (&"commandLine".into(), &3.into()));
}

#[tokio::test]
async fn the_console_takes_corrections_of_the_mapping() {
    let app = hub().await;
    let mut options = options(&app, "roster-other-office-utf8.csv");
    assert!(run(&app, &options, 2).await.contains("根拠の列がありません"));
    options.ground = Some("guideline_registered".to_owned());
    assert!(run(&app, &options, 0).await.contains("追加 60"));
    options.map = vec!["備考=name".to_owned()];
    assert!(run(&app, &options, 2).await.contains("7列目 備考 → 氏名"));
    options.map = vec!["2=name".to_owned(), "備考=ignored".to_owned()];
    run(&app, &options, 0).await;
}

#[tokio::test]
async fn the_console_says_which_ward_office_or_column_is_wrong() {
    let app = hub().await;
    let good = options(&app, "roster-utf8-bom.csv");
    let (db, gate, clock) = (&app.app.db, &app.app.gate, &app.app.clock);
    for (wrong, says) in [
        (Options { ward: "00000".to_owned(), ..good.clone() }, "自治体はありません"),
        (Options { office: "どこか".to_owned(), ..good.clone() }, "子ども家庭支援センター"),
        (Options { office: app.world.nursery.name.clone(), ..good.clone() }, "この名前の機関はありません"),
        (Options { map: vec!["ない列=name".to_owned()], ..good.clone() }, "という列がありません"),
        (Options { map: vec!["氏名=nonsense".to_owned()], ..good.clone() }, "facility"),
        (Options { ground: Some("nonsense".to_owned()), ..good.clone() }, "guideline_registered"),
        (Options { file: PathBuf::from("/nonexistent"), ..good.clone() }, "開けません"),
    ] {
        let error = import::watches(db, gate, clock, &wrong, &mut Vec::new()).await.expect_err(says);
        assert!(format!("{error:#}").contains(says), "{error:#}");
    }
}
