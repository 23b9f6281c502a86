//! How strongly somebody proved who they are: 本人確認 before what is sensitive, 離席, and where one may act from (security A6, B2, B3).

use jiff::ToSpan as _;
use serde_json::json;
use tsunagi::gate::Role;

use super::{
    people::second_admin,
    recovery::{code_by, redeem},
};
use crate::support::{Authenticator, Caller, TestApp};

const EXPORT: &str = "/requests/export";

async fn reasons(app: &TestApp) -> Vec<String> {
    let rows = app.sql("SELECT reason FROM hub.sign_ins WHERE outcome = 'refused' ORDER BY reason").await;
    rows.iter().map(|row| row["reason"].as_str().unwrap_or_default().to_owned()).collect()
}

#[tokio::test]
async fn what_is_sensitive_asks_for_the_person_again_and_then_goes_on() {
    let app = TestApp::new().await;
    let mut key = Authenticator::new(1);
    let caseworker = app.enrol(app.world.centre.staff(Role::Caseworker), &mut key).await;
    let asked = caseworker.get(EXPORT).await.expect(403);
    assert_eq!(asked.attributes("x-passkey[data-mode=verify]", "data-action")[0], "exportRequests");
    let verified = caseworker.verified("exportRequests", &key).await;
    verified.get(EXPORT).await.expect(200);
    assert_eq!(caseworker.get("/alerts").await.expect(303).leads_to(), "/sign-in", "the old token is dead");

    app.at("2026-11-20T09:05");
    verified.get(EXPORT).await.expect(200);
    app.at("2026-11-20T09:06");
    verified.get(EXPORT).await.expect(403);
}

#[tokio::test]
async fn nothing_weaker_is_a_step_up() {
    let app = TestApp::new().await;
    let staff = app.world.centre.staff(Role::Caseworker).clone();
    let mut key = Authenticator::new(1);
    // Neither the first passkey just registered, nor a sign-in of a moment ago.
    app.enrol(&staff, &mut key).await.get(EXPORT).await.expect(403);
    let token = app.sign_in(&key).await.expect(200).session();
    let caseworker = app.with_session(&token);
    caseworker.get(EXPORT).await.expect(403);

    // Verified for something else, in another session, by somebody else, without PIN, from another site, with an old answer.
    let elsewhere = caseworker.verified("endRequest", &key).await;
    elsewhere.get(EXPORT).await.expect(403);
    let other = app.with_session(&app.sign_in(&key).await.expect(200).session());
    let other = other.verified("exportRequests", &key).await;
    other.get(EXPORT).await.expect(200);
    elsewhere.get(EXPORT).await.expect(403);
    let mut foreign = Authenticator::new(2);
    app.enrol(app.world.centre.staff(Role::Supervisor), &mut foreign).await;
    elsewhere.verify("exportRequests", &foreign).await.expect(422);
    key.verifies = false;
    elsewhere.verify("exportRequests", &key).await.expect(422);
    key.verifies = true;
    "https://tsunagi.example".clone_into(&mut key.origin);
    elsewhere.verify("exportRequests", &key).await.expect(422);
    "http://localhost:8080".clone_into(&mut key.origin);

    // The answer to a sign-in is none to a verification, and one session's challenge is not another's.
    let options = app.stranger().post_json("/sign-in/options", &json!({})).await.expect(200).json();
    let answer = json!({ "ceremony": options["ceremony"], "credential": key.answer(&options["publicKey"]) });
    elsewhere.post_json("/verify", &answer).await.expect(422);
    let options = other.post_json("/verify/options", &json!({ "action": "exportRequests" })).await.expect(200).json();
    let answer = json!({ "ceremony": options["ceremony"], "credential": key.answer(&options["publicKey"]) });
    elsewhere.post_json("/verify", &answer).await.expect(422);
    assert_eq!(elsewhere.post_json("/verify", &answer).await.expect(429).header("retry-after"), "60", "six in a row are too many");
    app.at("2026-11-20T09:01");
    elsewhere.post_json("/verify", &answer).await.expect(422);
    elsewhere.post_json("/verify/options", &json!({ "action": "everything" })).await.expect(400);
    elsewhere.get(EXPORT).await.expect(403);
    assert_eq!(
        reasons(&app).await,
        ["bad_passkey", "bad_passkey", "limited", "stale_ceremony", "stale_ceremony", "stale_ceremony", "unknown_passkey"]
    );
}

#[tokio::test]
async fn a_recovery_is_no_step_up_either() {
    let app = TestApp::new().await;
    let second = second_admin(&app, 10).await;
    let caseworker = app.world.centre.staff(Role::Caseworker).person;
    let code = code_by(&app.admin(), &app.with_session(&second.token), caseworker).await;
    let mut key = Authenticator::new(1);
    let recovered = app.with_session(&redeem(&app, &code, &mut key).await.expect(200).session());
    recovered.get("/alerts").await.expect(200);
    // Two others have spoken for the person and the new passkey was touched a moment ago: for the recovery, and for nothing else.
    let asked = recovered.get(EXPORT).await.expect(403);
    assert_eq!(asked.attributes("x-passkey[data-mode=verify]", "data-action")[0], "exportRequests");
    let recovered = recovered.verified("exportRequests", &key).await;
    recovered.get(EXPORT).await.expect(200);

    // What is sensitive and changes something waits for the hour, verified or not, and asks again when it is over.
    let add = "/me/passkeys/new";
    assert!(recovered.get(add).await.expect(403).text().contains("いまは見ることだけができます"));
    let recovered = recovered.verified("addPasskey", &key).await;
    assert!(recovered.get(add).await.expect(403).text().contains("いまは見ることだけができます"));
    app.at("2026-11-20T10:00").refresh_sessions().await;
    let asked = recovered.get(add).await.expect(403);
    assert_eq!(asked.attributes("x-passkey[data-mode=verify]", "data-action")[0], "addPasskey");
    recovered.verified("addPasskey", &key).await.get(add).await.expect(200);
}

#[tokio::test]
async fn what_was_typed_waits_for_the_person() {
    let app = TestApp::new().await;
    let mut key = Authenticator::new(1);
    let reporter = app.enrol(app.world.nursery.staff(Role::Reporter), &mut key).await;
    let fields = [("idempotency_key", "00000000-0000-4000-8000-000000000001"), ("note.x", "かいた <こと>")];
    app.at("2026-11-20T09:11");
    let waiting = reporter.post("/sheet/2026-11-20", &fields).await.expect(403);
    assert_eq!(waiting.attributes("form[data-again]", "action"), ["/sheet/2026-11-20"]);
    assert_eq!(waiting.attributes("form[data-again] input", "value"), fields.map(|(_, value)| value));
    assert!(!waiting.text().contains("みほん保育園"), "the page before a locked screen is neutral");
}

#[tokio::test]
async fn a_screen_that_was_left_shows_nothing_until_the_person_is_back() {
    let app = TestApp::new().await;
    let mut key = Authenticator::new(1);
    let reporter = app.enrol(app.world.nursery.staff(Role::Reporter), &mut key).await;
    assert_eq!(reporter.post("/lock", &[]).await.expect(303).location(), "/locked");
    assert_eq!(reporter.get("/sheet?x=1").await.expect(303).location(), "/locked?next=%2Fsheet%3Fx%3D1");
    assert_eq!(reporter.get("/").await.expect(303).location(), "/locked");
    let page = reporter.get("/locked?next=/sheet").await.expect(200);
    assert!(!page.text().contains("みほん"), "neutral");
    assert_eq!(page.attributes("x-passkey", "data-next"), ["/sheet"]);
    assert_eq!(reporter.get("/locked?next=https://example.com/").await.expect(200).attributes("x-passkey", "data-next"), ["/"]);

    let mut foreign = Authenticator::new(2);
    app.enrol(app.world.nursery.staff(Role::FacilityHead), &mut foreign).await;
    reporter.verify("", &foreign).await.expect(422);
    reporter.get("/sheet").await.expect(303);
    let back = reporter.verified("", &key).await;
    back.get("/sheet").await.expect(200);
    assert_eq!(reporter.get("/sheet").await.expect(303).leads_to(), "/sign-in", "the old token is dead");
    back.post("/lock", &[]).await.expect(303);
    back.post("/sign-out", &[]).await.expect(303);
    assert_eq!(back.get("/locked").await.expect(303).leads_to(), "/sign-in");
}

#[tokio::test]
async fn a_screen_locks_itself_after_a_rest_and_the_ward_may_shorten_it() {
    let app = TestApp::new().await;
    app.at("2026-11-20T09:10");
    app.caseworker().get("/alerts").await.expect(200);
    app.at("2026-11-20T09:21");
    assert_eq!(app.caseworker().get("/alerts").await.expect(303).location(), "/locked?next=%2Falerts");
    app.at("2026-11-20T09:41");
    assert_eq!(app.caseworker().get("/alerts").await.expect(303).leads_to(), "/sign-in");

    let app = TestApp::new().await;
    let ward = app.world.ward;
    app.run(&format!("INSERT INTO hub.session_limits VALUES ('{ward}', 'office', 2, 5, 1), ('{ward}', 'facility', NULL, 30, 24)"))
        .await;
    app.at("2026-11-20T09:03");
    assert_eq!(app.caseworker().get("/alerts").await.expect(303).location(), "/locked?next=%2Falerts");
    app.reporter().get("/sheet").await.expect(200);
    app.at("2026-11-20T09:06");
    assert_eq!(app.caseworker().get("/alerts").await.expect(303).leads_to(), "/sign-in");
}

/// A page every ten minutes for each of them, for so many hours.
async fn work(app: &TestApp, callers: &[&Caller<'_>], hours: i32) {
    for _ in 0..hours * 6 {
        app.app.clock.advance(10.minutes());
        for caller in callers {
            caller.get("/me").await.expect(200);
        }
    }
}

#[tokio::test]
async fn however_busy_somebody_is_a_session_ends_when_it_has_lasted_long_enough() {
    for (role, hours) in [(Role::WardAdmin, 12), (Role::Caseworker, 12), (Role::Reporter, 24)] {
        let app = TestApp::new().await;
        let place = match role {
            Role::WardAdmin => &app.world.root,
            Role::Caseworker => &app.world.centre,
            _ => &app.world.nursery,
        };
        let mut key = Authenticator::new(1);
        let caller = app.enrol(place.staff(role), &mut key).await;
        work(&app, &[&caller], hours).await;
        // Being verified does not make it younger.
        let caller = caller.verified("endOwnSessions", &key).await;
        caller.get("/me").await.expect(200);
        app.app.clock.advance(1.minutes());
        assert_eq!(caller.get("/me").await.expect(303).leads_to(), "/sign-in", "{role:?}");
        assert_eq!(caller.post("/me/sessions/ending", &[]).await.expect(303).leads_to(), "/sign-in", "{role:?}");
    }

    // A ward that is stricter with its offices, and not with its facilities.
    let app = TestApp::new().await;
    app.run(&format!("INSERT INTO hub.session_limits VALUES ('{}', 'office', NULL, NULL, 1)", app.world.ward)).await;
    let (caseworker, reporter) = (app.caseworker(), app.reporter());
    work(&app, &[&caseworker, &reporter], 1).await;
    app.app.clock.advance(1.minutes());
    assert_eq!(caseworker.get("/me").await.expect(303).leads_to(), "/sign-in");
    reporter.get("/me").await.expect(200);
}

#[tokio::test]
async fn rooms_of_the_ward_open_only_from_its_networks() {
    let app = TestApp::new().await;
    let root = app.world.root.id;
    // The list of the ward counts for every office below that has none of its own; a facility stands on the internet.
    app.run(&format!("UPDATE hub.organizations SET networks = '{{203.0.113.0/24, 2001:db8::/32}}' WHERE id = '{root}'")).await;
    for caller in [app.caseworker(), app.admin()] {
        let refused = caller.get("/alerts").await.expect(403);
        assert!(refused.text().contains("この場所からは使えません"));
        assert!(!refused.text().contains("子ども家庭支援センター"));
    }
    app.reporter().get("/sheet").await.expect(200);
    assert_eq!(reasons(&app).await, ["outside_network"; 2]);
    let centre = app.world.centre.id;
    app.run(&format!("UPDATE hub.organizations SET networks = '{{127.0.0.0/8}}' WHERE id = '{centre}'")).await;
    app.caseworker().get("/alerts").await.expect(403);
}

#[tokio::test]
async fn a_recovered_account_only_looks_for_an_hour() {
    let app = TestApp::new().await;
    let session = app.world.centre.staff(Role::Caseworker).session;
    app.run(&format!("UPDATE hub.sessions SET read_only_until = '2026-11-20T01:00:00Z' WHERE id = '{session}'")).await;
    let alert = app.world.alert(&app.world.centre).id;
    app.caseworker().get("/alerts").await.expect(200);
    let refused = app
        .caseworker()
        .post(&format!("/alerts/{alert}/taking"), &[("version", "1"), ("idempotency_key", "00000000-0000-4000-8000-000000000001")])
        .await
        .expect(403);
    assert!(refused.text().contains("いまは見ることだけができます"));
    app.run(&format!("UPDATE hub.sessions SET read_only_until = '2026-11-19T23:59:00Z' WHERE id = '{session}'")).await;
    app.caseworker()
        .post(&format!("/alerts/{alert}/taking"), &[("version", "1"), ("idempotency_key", "00000000-0000-4000-8000-000000000001")])
        .await
        .expect(303);
}
