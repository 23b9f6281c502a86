//! A receipt of a sheet is checked by whoever holds it, without signing in; it shows what was received and nobody's name.

use std::{fs, io::Write as _, path::Path, process::Stdio};

use tempfile::TempDir;
use tsunagi::{
    domain::{
        ids::Id,
        receipt::{ContentHash, Kind, Statement},
    },
    gate::Role,
    vault::{Seal, Signed},
};
use uuid::Uuid;

use crate::support::{TestApp, program};

async fn note(app: &TestApp) -> (String, String) {
    let pupil = app.world.watch(&app.world.centre, &app.world.elementary);
    let (status, version, key) =
        (format!("status.{}", pupil.id), format!("version.{}", pupil.id), Id::<Uuid>::random().to_string());
    let teacher = app.signed_in(&app.world.elementary, Role::Reporter);
    let sent = teacher.post("/sheet/2026-11-20", &[("idempotency_key", &key), (&version, "0"), (&status, "P")]).await.expect(303);
    let page = teacher.get(sent.location()).await.expect(200).text();
    assert!(page.contains("受付の証明"));
    let answer = teacher.get(&format!("{}/note", sent.location())).await.expect(200);
    assert!(answer.header("content-disposition").starts_with("attachment"));
    (sent.location().to_owned(), answer.text())
}

#[tokio::test]
async fn anybody_can_check_a_receipt_and_a_changed_one_is_refused() {
    let app = TestApp::new().await;
    let (_, note) = note(&app).await;
    let anybody = app.stranger();
    let found = anybody.post("/receipts", &[("receipt", &note)]).await.expect(200).text();
    assert!(found.contains("本物の控えです") && found.contains(&app.world.elementary.name) && found.contains("1人分"));
    let changed = note.replace("children 1", "children 9");
    let refused = anybody.post("/receipts", &[("receipt", &changed)]).await.expect(422).text();
    assert!(refused.contains("署名が合いません") && refused.contains("children 9"), "what was typed is kept");
    let nothing = anybody.post("/receipts", &[("receipt", "欠席でした")]).await.expect(422).text();
    assert!(nothing.contains("全部を貼り付けてください"));
    let keys = anybody.get("/receipts").await.expect(200).text();
    assert!(keys.contains(&app.app.seal.verifiers().0[0].to_string()), "the public key is shown");
}

#[tokio::test]
async fn a_receipt_says_the_same_whenever_it_is_taken_and_nothing_of_a_child() {
    let app = TestApp::new().await;
    let (sheet, first) = note(&app).await;
    let pupil = app.world.watch(&app.world.centre, &app.world.elementary);
    for secret in [pupil.name.as_str(), &pupil.id.to_string(), "登校"] {
        assert!(!first.contains(secret), "{secret}");
    }
    // A correction is another receipt; the first goes on saying what was received then.
    app.run(&format!("UPDATE watch.watches SET class = '9組' WHERE id = '{}'", pupil.id)).await;
    let teacher = app.signed_in(&app.world.elementary, Role::Reporter);
    let again = teacher.get(&format!("{sheet}/note")).await.expect(200).text();
    assert_eq!(first, again);
    let twin = app.value::<i64>("SELECT count(*) - count(DISTINCT salt) FROM watch.submissions").await;
    assert_eq!(twin, 0, "each has a salt of its own");
    app.run("UPDATE watch.reports SET mark = '{\"status\": \"A\"}' WHERE day = '2026-11-20'").await;
    let other = teacher.get(&format!("{sheet}/note")).await.expect(200).text();
    assert_ne!(first, other, "what is not what was received has another hash");
}

#[tokio::test]
async fn the_check_needs_no_database() {
    let app = TestApp::new().await;
    let (_, note) = note(&app).await;
    app.app.db.close().await;
    app.stranger().post("/receipts", &[("receipt", &note)]).await.expect(200);
}

fn statement() -> Statement {
    Statement {
        number: Uuid::from_u128(7),
        kind: Kind::Sheet,
        ward: "架空区".to_owned(),
        facility: "桜小学校".to_owned(),
        day: jiff::civil::date(2026, 11, 20),
        received: "2026-11-20T00:12:00Z".parse().unwrap(),
        children: 4,
        content: ContentHash::of(Uuid::from_u128(9), ["出欠"]),
    }
}

/// A data folder with a key of its own, and a receipt signed with it.
fn ours() -> (TempDir, Signed, String) {
    let data = TempDir::new().unwrap();
    let seal = Seal::open(data.path(), "localhost").unwrap();
    (data, seal.sign(&statement()), seal.verifiers().0[0].to_string())
}

/// `tsunagi receipt verify`, where no hub and no database is: how it ended, and what it said on both ways out.
fn verify(data: &Path, arguments: &[&str], typed: &[u8]) -> (Option<i32>, String, String) {
    let mut command = program(data);
    command.args(["receipt", "verify"]).args(arguments);
    let mut running = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // Whoever does not read it may be gone already.
    let _ = running.stdin.take().unwrap().write_all(typed);
    let ended = running.wait_with_output().unwrap();
    (ended.status.code(), String::from_utf8(ended.stdout).unwrap(), String::from_utf8(ended.stderr).unwrap())
}

#[test]
fn the_command_says_ok_and_what_was_received_however_the_receipt_is_handed_to_it() {
    let (data, signed, key) = ours();
    let file = data.path().join("控え.txt");
    fs::write(&file, &signed.note).unwrap();
    let elsewhere = TempDir::new().unwrap();
    let (file, whole) = (file.to_str().unwrap(), format!("OK: signed with the key {}\n{}", signed.key, statement().text()));
    let ways: [(&Path, &[&str], &str); 4] = [
        (data.path(), &[file], ""),
        (data.path(), &["-"], &signed.note),
        (data.path(), &[&signed.code], ""),
        (elsewhere.path(), &[file, "--key", &key], ""),
    ];
    for (data, arguments, typed) in ways {
        assert_eq!(verify(data, arguments, typed.as_bytes()), (Some(0), whole.clone(), String::new()), "{arguments:?}");
    }
}

#[test]
fn the_command_says_why_a_receipt_is_not_ours_and_ends_with_one() {
    let (data, signed, _) = ours();
    let (_, foreign, _) = ours();
    let changed = signed.note.replace("children 4", "children 9");
    let torn = signed.note.lines().take(9).collect::<Vec<_>>().join("\n");
    let cases: [(&str, &str); 5] = [
        (&changed, "NOT OK: the signature does not fit: the receipt was changed, or is not ours\n"),
        (&foreign.note, "NOT OK: it was signed with a key that is not one of ours\n"),
        (&torn, "NOT OK: this is not a receipt\n"),
        ("欠席でした\n", "NOT OK: this is not a receipt\n"),
        ("", "NOT OK: this is not a receipt\n"),
    ];
    for (typed, words) in cases {
        assert_eq!(verify(data.path(), &["-"], typed.as_bytes()), (Some(1), words.to_owned(), String::new()), "{typed}");
    }
    let file = data.path().join("控え.txt");
    fs::write(&file, &changed).unwrap();
    assert_eq!(verify(data.path(), &[file.to_str().unwrap()], b"").0, Some(1), "a file is judged as well");
    let gone = verify(data.path(), &["どこにもない.txt"], b"");
    assert_eq!((gone.0, gone.1.as_str()), (Some(1), "NOT OK: this is not a receipt\n"));
}

#[test]
fn what_the_command_cannot_judge_is_no_judgement() {
    let (data, signed, key) = ours();
    let empty = TempDir::new().unwrap();
    let note = signed.note.as_bytes();
    let cases: [(&Path, &[&str], &[u8], &str); 3] = [
        (empty.path(), &["-"], note, "no public key in"),
        (data.path(), &["-", "--key", &key[1..]], note, "this is not a public key"),
        (data.path(), &["-"], b"\xff\xfe", "standard input cannot be read as text"),
    ];
    for (data, arguments, typed, words) in cases {
        let (code, out, error) = verify(data, arguments, typed);
        assert_eq!((code, out.as_str()), (Some(1), ""), "neither OK nor NOT OK: {error}");
        assert!(error.starts_with("tsunagi: ") && error.contains(words), "{error}");
    }
}
