//! Coming in and staying in: invitations, malformed ceremonies, sessions that end. The ceremonies themselves are walked in a browser.

use std::{fs, path::Path};

use tsunagi::{gate::Role, store::kept_forms, web::Secret};

use crate::support::{Answer, Authenticator, Caller, TestApp};

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
    assert_eq!(app.supervisor().get("/alerts").await.expect(303).leads_to(), "/sign-in");

    app.at("2026-11-20T09:31");
    assert_eq!(app.reporter().get("/sheet").await.expect(303).leads_to(), "/sign-in", "half an hour of rest");
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

#[tokio::test]
async fn a_sign_out_leaves_the_notices_of_the_browser_alone() {
    let app = TestApp::new().await;
    let out = app.caseworker().post("/sign-out", &[]).await.expect(303);
    // "storage" would end the worker that shows notices at night, and its subscription with it.
    assert_eq!(out.header("clear-site-data"), "\"cache\"");
}

#[test]
fn scripts_keep_nothing_but_what_the_sign_in_page_forgets() {
    let scripts = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("portal/assets")).unwrap();
    let paths = scripts.map(|entry| entry.unwrap().path()).filter(|path| path.extension().is_some_and(|end| end == "js"));
    let mut forgets = 0;
    for path in paths {
        let script = fs::read_to_string(&path).unwrap();
        for other in ["indexedDB", "caches.", "document.cookie", "cookieStore", "storage.getDirectory"] {
            assert!(!script.contains(other), "{}: {other} outlives a sign-out", path.display());
        }
        forgets += usize::from(script.contains("localStorage.clear()") && script.contains("sessionStorage.clear()"));
    }
    assert_eq!(forgets, 1, "x-passkey.js forgets both");
}

const SHEET: &str = "/sheet/2026-11-20";
const TYPED: [(&str, &str); 2] = [("idempotency_key", "00000000-0000-4000-8000-000000000001"), ("note.x", "かいた <こと>")];

/// Where a sign-in leads to that was asked to go on to `next`.
async fn signs_in(app: &TestApp, key: &Authenticator, next: &str) -> (Answer, String) {
    let options = app.stranger().post_json("/sign-in/options", &serde_json::json!({})).await.expect(200).json();
    let mut answer = key.answers(&options);
    answer["next"] = next.into();
    let answer = app.stranger().post_json("/sign-in", &answer).await.expect(200);
    let next = answer.json()["next"].as_str().unwrap().to_owned();
    (answer, next)
}

#[tokio::test]
async fn whoever_rested_too_long_is_told_so_and_comes_back_to_the_page() {
    let app = TestApp::new().await;
    let mut key = Authenticator::new(1);
    let reporter = app.enrol(app.world.nursery.staff(Role::Reporter), &mut key).await;
    app.at("2026-11-20T09:31");
    let out = reporter.get("/calendar?sought=x").await.expect(303);
    assert_eq!(out.location(), "/sign-in?left=over&next=%2Fcalendar", "what was sought may be a name");
    let page = app.stranger().get(out.location()).await.expect(200);
    assert!(page.first("[role=status]").is_some_and(|line| line.contains("サインインが終わっています")));
    assert_eq!(page.attributes("x-passkey", "data-next"), ["/calendar"]);
    assert_eq!(signs_in(&app, &key, "/calendar").await.1, "/calendar");
    let locked = reporter.get("/locked?next=%2Fcalendar").await.expect(303);
    assert_eq!(locked.location(), "/calendar", "so does a screen that was locked first");

    // Whoever was never here is told nothing, and comes to the page they asked for all the same.
    assert_eq!(app.stranger().get("/calendar").await.expect(303).location(), "/sign-in?next=%2Fcalendar");
    for elsewhere in ["https://example.com/", "//example.com", "/\t/example.com", "", "/"] {
        assert_eq!(signs_in(&app, &key, elsewhere).await.1, "/sheet", "{elsewhere:?}");
        let asked = url::form_urlencoded::Serializer::new(String::new()).append_pair("next", elsewhere).finish();
        let page = app.stranger().get(&format!("/sign-in?{asked}")).await.expect(200);
        assert_eq!(page.attributes("x-passkey", "data-next"), [""], "{elsewhere:?}");
    }
}

#[tokio::test]
async fn whoever_works_in_two_places_chooses_one_and_comes_to_the_page_then() {
    let app = TestApp::new().await;
    let mut key = Authenticator::new(1);
    app.enrol(&app.world.double, &mut key).await;
    let (answer, next) = signs_in(&app, &key, "/calendar").await;
    assert_eq!(next, "/organization?next=%2Fcalendar");
    let double = app.with_session(&answer.session());
    let page = double.get(&next).await.expect(200);
    let places = page.attributes("main button[name=membership]", "value");
    let wanted = page.attributes("main input[name=next]", "value");
    let chosen =
        double.post("/organization", &[("membership", places[0].as_str()), ("next", wanted[0].as_str())]).await.expect(303);
    assert_eq!(chosen.location(), "/calendar");
    let elsewhere = double.get("/organization?next=//example.com").await;
    assert!(elsewhere.attributes("main input[name=next]", "value").is_empty());
}

#[tokio::test]
async fn what_was_sent_to_a_session_that_was_over_waits_for_the_same_person() {
    let app = TestApp::new().await;
    let (mut key, mut other) = (Authenticator::new(1), Authenticator::new(2));
    let reporter = app.enrol(app.world.nursery.staff(Role::Reporter), &mut key).await;
    app.enrol(app.world.nursery.staff(Role::FacilityHead), &mut other).await;
    app.at("2026-11-20T09:31");
    for _ in 0..2 {
        assert_eq!(reporter.post(SHEET, &TYPED).await.expect(303).location(), "/sign-in?left=kept");
    }
    let page = app.stranger().get("/sign-in?left=kept").await.expect(200);
    assert!(page.first("[role=status]").is_some_and(|line| line.contains("お預かりしています")));
    assert!(!page.text().contains("かいた"), "nothing of it stands before whoever comes next");

    // Somebody else at the same screen gets their own day and nothing of the first one's.
    let (answer, next) = signs_in(&app, &other, "/me/kept").await;
    let head = app.with_session(&answer.session());
    assert_eq!(next, "/me/kept", "a page that is asked for");
    assert_eq!(head.get("/me/kept").await.expect(303).location(), "/");
    assert_eq!(head.get("/").await.expect(303).location(), "/sheet");

    let (answer, next) = signs_in(&app, &key, "").await;
    assert_eq!(next, "/me/kept");
    let back = app.with_session(&answer.session());
    for _ in 0..2 {
        let waiting = back.get("/me/kept").await.expect(200);
        assert_eq!(
            waiting.attributes("main form", "action"),
            [SHEET],
            "sent twice, kept once; and there again when it is reloaded"
        );
        assert_eq!(waiting.attributes("main form input", "value"), TYPED.map(|(_, value)| value));
        assert_eq!(waiting.all("main form li"), ["かいた <こと>"], "what one wrote oneself, and no numbers");
        let told = waiting.all("main form p").concat();
        assert!(told.contains(SHEET) && told.contains("今日の出欠"), "and where it goes, as the menu calls it: {told}");
    }
    assert_eq!(back.get("/").await.expect(303).location(), "/sheet", "shown once, it leads nobody away again");

    // An hour, then it goes, whoever comes.
    app.at("2026-11-20T10:31");
    assert_eq!(kept_forms::sweep(&app.app.db, app.app.clock.now()).await.unwrap(), 1);
    assert_eq!(app.value::<i64>("SELECT count(*) FROM hub.kept_forms").await, 0);
}

#[tokio::test]
async fn after_a_weekend_somebody_finds_what_they_sent_and_an_older_token_leaves_nothing() {
    let app = TestApp::new().await;
    let reporter = app.reporter();
    for (at, left) in [("2026-11-23T09:00", "kept"), ("2026-11-23T09:01", "over")] {
        app.at(at);
        assert_eq!(reporter.post(SHEET, &TYPED).await.expect(303).location(), format!("/sign-in?left={left}"), "{at}");
    }
    // Nor is a path kept that no page of the hub has.
    app.at("2026-11-20T09:31");
    let long = format!("/requests/{}", "0".repeat(2000));
    assert_eq!(reporter.post(&format!("{long}/ending"), &TYPED).await.expect(303).location(), "/sign-in?left=over");
}

#[tokio::test]
async fn nothing_is_kept_for_whom_nobody_can_tell() {
    let app = TestApp::new().await;
    let reporter = app.reporter();
    // Ended by somebody: a token that may be stolen leaves nothing for its owner to send on.
    app.head().post("/sign-out", &[]).await.expect(303);
    for caller in [app.head(), app.stranger().with_token("guessed")] {
        assert_eq!(caller.post(SHEET, &TYPED).await.expect(303).location(), "/sign-in?left=over");
    }
    assert_eq!(app.stranger().post(SHEET, &TYPED).await.expect(303).location(), "/sign-in");
    // A script that asks for JSON still has its page; a form without a word is nothing to keep.
    app.at("2026-11-20T09:31");
    let request = reporter.request(axum::http::Method::POST, SHEET).header("accept", "application/json, text/html");
    let request =
        request.header("content-type", "application/x-www-form-urlencoded").body(axum::body::Body::from("note.x=a")).unwrap();
    assert_eq!(reporter.send(request).await.expect(303).location(), "/sign-in?left=over");
    assert_eq!(reporter.post("/lock", &[]).await.expect(303).location(), "/sign-in?left=over");
    assert_eq!(app.value::<i64>("SELECT count(*) FROM hub.kept_forms").await, 0);
}

/// When each passkey of the teacher was last used, in the order they were made: on their own page, and on the desk's.
async fn last_uses(app: &TestApp, me: &Caller<'_>) -> [Vec<String>; 2] {
    let own = me.get("/me").await.expect(200);
    let terms = own.all(".app-own .app-brief div:last-child dt");
    assert!(!terms.is_empty() && terms.iter().all(|term| term == "最終利用"), "{terms:?}");
    let person = app.world.nursery.staff(Role::Reporter).person;
    let desk = app.admin().get(&format!("/people/{person}")).await.expect(200);
    [own.all(".app-own .app-brief div:last-child dd"), desk.all("td[data-label='最後に使った日時']")]
}

#[tokio::test]
async fn the_last_use_of_a_passkey_is_shown_and_moves_with_each_use_of_this_one() {
    let app = TestApp::new().await;
    let staff = app.world.nursery.staff(Role::Reporter).clone();
    let (mut first, mut spare) = (Authenticator::new(1), Authenticator::new(2));
    app.enrol(&staff, &mut first).await;
    app.at("2026-11-20T09:01");
    let me = app.enrol(&staff, &mut spare).await;
    assert_eq!(last_uses(&app, &me).await, [["まだ使っていません"; 2], ["なし"; 2]]);

    app.at("2026-11-20T09:05");
    app.sign_in(&first).await.expect(200);
    let after_the_first = [["R8.11.20 9:05", "まだ使っていません"], ["R8.11.20 9:05", "なし"]];
    assert_eq!(last_uses(&app, &me).await, after_the_first);
    // Nor does an attempt count that did not let anybody in.
    app.at("2026-11-20T09:06");
    first.verifies = false;
    app.sign_in(&first).await.expect(422);
    first.verifies = true;
    assert_eq!(last_uses(&app, &me).await, after_the_first);
    // 本人確認 is a use like a sign-in.
    app.at("2026-11-20T09:07");
    let me = me.verified("endOwnSessions", &spare).await;
    assert_eq!(last_uses(&app, &me).await, [["R8.11.20 9:05", "R8.11.20 9:07"]; 2]);

    app.at("2026-11-21T08:00").refresh_sessions().await;
    app.sign_in(&first).await.expect(200);
    assert_eq!(last_uses(&app, &me).await, [["R8.11.21 8:00", "R8.11.20 9:07"]; 2]);
}
