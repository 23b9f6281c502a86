//! Coming in and staying in: invitations, malformed ceremonies, sessions that end. The ceremonies themselves are walked in a browser.

use tsunagi::{gate::Role, web::Secret};

use crate::support::TestApp;

/// An invitation of the nursery's teacher, with this code, good until `expires`, perhaps spent.
async fn invite(app: &TestApp, code: &str, expires: &str, spent: bool) {
    let hash = Secret::typed(code).hash().iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"));
    let (ward, person) = (app.world.ward, app.world.nursery.staff(Role::Reporter).person);
    let spent = if spent { "now()" } else { "NULL" };
    app.run(&format!(
        "INSERT INTO hub.invitations (ward_id, id, person_id, code_hash, created_at, expires_at, spent_at)
         VALUES ('{ward}', gen_random_uuid(), '{person}', '\\x{hash}', '2026-11-19T00:00:00Z', '{expires}', {spent})"
    ))
    .await;
}

async fn reasons(app: &TestApp) -> Vec<String> {
    // The clock stands still, so lines of one moment have no order of their own.
    let rows = app.sql("SELECT reason FROM hub.sign_ins WHERE outcome = 'refused' ORDER BY reason").await;
    rows.iter().map(|row| row["reason"].as_str().unwrap_or_default().to_owned()).collect()
}

#[tokio::test]
async fn an_invitation_opens_once_in_time_and_every_refusal_looks_the_same() {
    let app = TestApp::new().await;
    invite(&app, "GOOD0-11111-22222-33333", "2026-11-21T00:00:00Z", false).await;
    invite(&app, "0LD00-11111-22222-33333", "2026-11-19T12:00:00Z", false).await;
    invite(&app, "5PENT-11111-22222-33333", "2026-11-21T00:00:00Z", true).await;

    let good = app.stranger().post("/enrol", &[("code", "good0 11111 22222 33333")]).await.expect(200);
    assert!(good.text().contains("職員室などの共用パソコンでは、こちらを選びます"));
    let mut pages = Vec::new();
    for code in ["0LD00-11111-22222-33333", "5PENT-11111-22222-33333", "AAAAA-AAAAA-AAAAA-AAAAA"] {
        let page = app.stranger().post("/enrol", &[("code", code)]).await.expect(422);
        assert!(page.text().contains(code), "what was typed is kept");
        pages.push(page.text().replace(code, ""));
    }
    assert!(pages.windows(2).all(|pair| pair[0] == pair[1]), "the page does not tell which it was");
    assert_eq!(reasons(&app).await, ["expired_invitation", "spent_invitation", "unknown_invitation"], "the log does");
}

#[tokio::test]
async fn whatever_is_sent_instead_of_a_passkey_is_one_refusal_and_one_line() {
    let app = TestApp::new().await;
    for body in ["", "{", "[]", "{\"ceremony\": 1}", "null", "\u{0}"] {
        app.stranger().post_as("/sign-in", "application/json", body).await.expect(422);
    }
    assert_eq!(reasons(&app).await, ["malformed"; 6]);
}

#[tokio::test]
async fn a_challenge_is_answered_once() {
    let app = TestApp::new().await;
    let options = app.stranger().post_json("/sign-in/options", &serde_json::json!({})).await.expect(200).json();
    assert_eq!(options["publicKey"]["userVerification"], "required");
    let answer = serde_json::json!({ "ceremony": options["ceremony"], "credential": {} });
    app.stranger().post_json("/sign-in", &answer).await.expect(422);
    app.stranger().post_json("/sign-in", &answer).await.expect(422);
    assert_eq!(reasons(&app).await, ["malformed", "stale_ceremony"]);
}

#[tokio::test]
async fn a_passkey_must_be_discoverable_and_verify_its_user() {
    let app = TestApp::new().await;
    invite(&app, "GOOD0-11111-22222-33333", "2026-11-21T00:00:00Z", false).await;
    let enrolling = app.stranger().with_cookie("__Host-tsunagi-enrol", Secret::typed("GOOD0-11111-22222-33333").text());
    let options = enrolling.post_json("/enrol/options", &serde_json::json!({})).await.expect(200).json();
    let selection = &options["publicKey"]["authenticatorSelection"];
    assert_eq!(selection["residentKey"], "required");
    assert_eq!(selection["requireResidentKey"], true);
    assert_eq!(selection["userVerification"], "required");
}

#[tokio::test]
async fn a_session_ends_by_sign_out_by_rest_and_with_its_membership() {
    let app = TestApp::new().await;
    app.caseworker().get("/alerts").await.expect(200);
    app.run(&format!(
        "UPDATE hub.memberships SET suspended_at = now() WHERE id = '{}'",
        app.world.centre.staff(Role::Caseworker).membership
    ))
    .await;
    assert_eq!(app.caseworker().get("/alerts").await.expect(303).location(), "/organization", "suspended: nobody any more");

    app.supervisor().post("/sign-out", &[]).await.expect(303);
    assert_eq!(app.supervisor().get("/alerts").await.expect(303).location(), "/sign-in");

    app.at("2026-11-20T09:31");
    assert_eq!(app.reporter().get("/sheet").await.expect(303).location(), "/sign-in", "half an hour of rest");
}

#[tokio::test]
async fn a_post_from_another_site_is_refused_before_anything_is_read() {
    let app = TestApp::new().await;
    let request = app.reporter().request(axum::http::Method::POST, "/sign-out");
    let request = request.body(axum::body::Body::empty()).unwrap();
    let (mut head, body) = request.into_parts();
    head.headers.insert("sec-fetch-site", axum::http::HeaderValue::from_static("cross-site"));
    let answer = app.reporter().send(axum::http::Request::from_parts(head, body)).await.expect(403);
    assert!(answer.text().contains("別の画面から送られた操作"));
    app.reporter().get("/sheet").await.expect(200);
}

#[tokio::test]
async fn an_operator_comes_to_the_account_and_is_told_that_it_is_their_only_page() {
    let app = TestApp::new().await;
    let operator = app.signed_in(&app.world.root, Role::Operator);
    assert_eq!(operator.get("/").await.expect(303).location(), "/me");
    assert!(operator.get("/me").await.expect(200).text().contains("このアカウントの画面だけです"));
    assert!(!app.auditor().get("/me").await.expect(200).text().contains("このアカウントの画面だけです"));
}
