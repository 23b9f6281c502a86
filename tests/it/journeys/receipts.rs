//! A receipt of a sheet is checked by whoever holds it, without signing in; it shows what was received and nobody's name.

use tsunagi::{domain::ids::Id, gate::Role};
use uuid::Uuid;

use crate::support::TestApp;

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
