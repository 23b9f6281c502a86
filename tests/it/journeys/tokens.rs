//! Tokens of schools' systems: given out by the desk, shown once, good for one facility and nothing else (issue 3: API tokens).

use std::collections::BTreeSet;

use axum::http::{Method, header};
use jiff::ToSpan as _;
use serde_json::json;
use tsunagi::{gate::Role, web::ApiToken};

use crate::support::{Answer, TestApp};

const API: &str = "/api/v1/facility";
const KEY: &str = "00000000-0000-4000-8000-0000000000aa";

fn desk(app: &TestApp) -> String {
    format!("/organizations/{}/tokens", app.world.elementary.id)
}

async fn create(app: &TestApp, fields: &[(&str, &str)]) -> Answer {
    app.verify_everybody().await;
    app.admin().post(&desk(app), &[&[("idempotency_key", KEY)], fields].concat()).await
}

async fn reasons(app: &TestApp) -> Vec<(String, bool, bool)> {
    let rows = app
        .sql("SELECT reason, ward_id IS NOT NULL AS ward, token_id IS NOT NULL AS token FROM hub.sign_ins ORDER BY address")
        .await;
    let row = |row: &serde_json::Value| (row["reason"].as_str().unwrap().to_owned(), row["ward"] == true, row["token"] == true);
    rows.iter().map(row).collect()
}

#[tokio::test]
async fn the_desk_gives_out_a_token_that_is_shown_once_and_works() {
    let app = TestApp::new().await;
    app.admin().post(&desk(&app), &[("idempotency_key", KEY), ("name", "校務"), ("until", "2027-03-31")]).await.expect(403);
    let made = create(&app, &[("name", "校務支援 <本校>"), ("until", "R9.3.31"), ("networks", "")]).await.expect(200);
    let token = made.first("code.app-secret").unwrap();
    assert!(token.starts_with("tsunagi_") && ApiToken::read(&token).is_some(), "{token}");

    let list = app.admin().get(&desk(&app)).await.expect(200);
    assert!(!list.text().contains(&token[8..30]), "nobody sees it again");
    let row = &list.all("tbody tr")[0];
    assert!(row.contains("校務支援 <本校>") && row.contains("有効") && row.contains("まだ使われていません"), "{row}");
    let stored: bool =
        app.value(&format!("SELECT EXISTS (SELECT FROM hub.api_tokens t WHERE t::text LIKE '%{}%')", &token[8..30])).await;
    assert!(!stored, "only its hash is kept");
    let said: i64 = app
        .value(&format!(
            "SELECT count(*) FROM hub.trail WHERE detail::text LIKE '%{}%' OR detail::text LIKE '%校務%'",
            &token[8..20]
        ))
        .await;
    assert_eq!(said, 0);

    let answer = app.stranger().with_bearer(&token).get(API).await.expect(200);
    let expected = json!({
        "facility": app.world.elementary.name, "today": "2026-11-20", "open": true,
        "token": { "name": "校務支援 <本校>", "expires_at": "2027-03-31T15:00:00Z" }
    });
    assert_eq!((answer.json(), answer.header("content-type")), (expected, "application/json"));
    assert_eq!(answer.header("set-cookie"), "");
    let deed =
        app.sql("SELECT action, principal, person_id, organization_id, detail FROM hub.trail WHERE principal = 'client'").await;
    assert_eq!((&deed[0]["action"], &deed[0]["principal"]), (&json!("readOwnFacility"), &json!("client")));
    assert_eq!((&deed[0]["organization_id"], &deed[0]["detail"]["token"]), (&json!(app.world.elementary.id), &json!(KEY)));
    assert!(app.admin().get(&desk(&app)).await.expect(200).all("tbody tr")[0].contains("R8.11.20 9:00"), "its last use");
    assert!(app.auditor().get("/trail?action=readOwnFacility").await.expect(200).all("tbody tr")[0].contains("学校のシステム"));
}

#[tokio::test]
async fn a_form_that_cannot_be_done_keeps_what_was_typed_and_one_sent_twice_makes_one() {
    let app = TestApp::new().await;
    let bad = create(&app, &[("name", ""), ("until", "2027-11-20"), ("networks", "192.0.2.1/24 nonsense")]).await.expect(422);
    assert_eq!(bad.all(".app-errors li").len(), 3, "{:?}", bad.all(".app-errors li"));
    assert!(bad.text().contains("nonsense") && bad.text().contains("令和9年11月19日"), "the last day is said");
    create(&app, &[("name", "x"), ("until", "2026-11-19")]).await.expect(422);
    create(&app, &[("name", &"あ".repeat(61)), ("until", "2027-11-19")]).await.expect(422);
    create(&app, &[("name", "校務"), ("until", "2027-11-19")]).await.expect(200);
    let twice = create(&app, &[("name", "校務"), ("until", "2027-11-19")]).await.expect(409);
    assert!(twice.first("code.app-secret").is_none() && twice.text().contains("もう作られています"));
    assert_eq!(app.value::<i64>("SELECT count(*) FROM hub.api_tokens WHERE name = '校務'").await, 1);
    app.run(&format!("UPDATE hub.organizations SET closed_on = '2026-11-20' WHERE id = '{}'", app.world.elementary.id)).await;
    let closed = create(&app, &[("name", "校務"), ("until", "2027-11-19")]).await.expect(422);
    assert!(closed.text().contains("閉じた施設のトークンは作れません"));
}

#[tokio::test]
async fn every_refusal_looks_the_same_and_leaves_one_line_with_its_reason() {
    let app = TestApp::new().await;
    let (token, nursery) = (app.world.token, app.world.nursery.id);
    let mut answers = Vec::new();
    // Each from an address of its own, so that no limit is met.
    let from = |number: usize| format!("192.0.2.{number}");
    answers.push(app.stranger().at(&from(1)).get(API).await);
    answers.push(app.stranger().at(&from(2)).with_bearer("tsunagi_nothing").get(API).await);
    answers.push(app.stranger().at(&from(3)).with_bearer(ApiToken::of([9; 32]).text()).get(API).await);
    let shown = async |number: usize, change: &str, back: &str| {
        app.run(change).await;
        let answer = app.system().at(&from(number)).get(API).await;
        app.run(back).await;
        answer
    };
    let set = |what: &str| format!("UPDATE hub.api_tokens SET {what} WHERE id = '{token}'");
    answers.push(shown(4, &set("expires_at = '2026-11-20T00:00:00Z'"), &set("expires_at = '2027-05-31T15:00:00Z'")).await);
    answers.push(shown(5, &set("revoked_at = '2026-11-20T00:00:00Z'"), &set("revoked_at = NULL")).await);
    answers.push(shown(6, &set("networks = '{198.51.100.0/24}'"), &set("networks = '{}'")).await);
    let close = |day: &str| format!("UPDATE hub.organizations SET closed_on = {day} WHERE id = '{nursery}'");
    answers.push(shown(7, &close("'2026-11-20'"), &close("NULL")).await);
    app.system().at(&from(8)).get(API).await.expect(200);

    for answer in &answers {
        assert_eq!((answer.status.as_u16(), answer.header("www-authenticate")), (401, r#"Bearer realm="tsunagi""#));
        assert_eq!(answer.header("content-type"), "application/problem+json");
        assert_eq!((&answer.json()["type"], &answer.json()["status"]), (&json!("about:blank"), &json!(401)));
    }
    let looks: BTreeSet<_> = answers.iter().map(|answer| (answer.text(), format!("{:?}", answer.headers))).collect();
    assert_eq!(looks.len(), 1, "{looks:?}");
    let known = |reason: &str| (reason.to_owned(), true, true);
    let unknown = |reason: &str| (reason.to_owned(), false, false);
    assert_eq!(
        reasons(&app).await,
        [
            unknown("no_token"),
            unknown("no_token"),
            unknown("bad_token"),
            known("expired_token"),
            known("revoked_token"),
            known("outside_network"),
            known("closed_facility")
        ]
    );
    // The desk sees whose system it was.
    let page = app.admin().get("/sign-ins?outcome=refused&reason=revoked_token").await.expect(200);
    assert!(page.all("tbody tr")[0].contains("登降園システム") && page.all("tbody tr")[0].contains("止められたトークン"));
}

#[tokio::test]
async fn the_network_of_a_token_holds_on_every_use() {
    let app = TestApp::new().await;
    app.run(&format!("UPDATE hub.api_tokens SET networks = '{{203.0.113.0/24, 2001:db8::/32}}' WHERE id = '{}'", app.world.token))
        .await;
    for (address, status) in
        [("203.0.113.9", 200), ("2001:db8::1", 200), ("::ffff:203.0.113.9", 200), ("203.0.114.9", 401), ("2001:db9::1", 401)]
    {
        app.system().at(address).get(API).await.expect(status);
    }
    app.system().get(API).await.expect(401);
    // What somebody says of their own address counts for nothing.
    let request = app.system().at("198.51.100.1").request(Method::GET, API).header("x-forwarded-for", "203.0.113.9");
    assert_eq!(app.stranger().send(request.body(axum::body::Body::empty()).unwrap()).await.status, 401);
}

#[tokio::test]
async fn a_stopped_token_is_dead_at_once_and_stopping_waits_for_nobody() {
    let app = TestApp::new().await;
    let stop = format!("/organizations/{}/tokens/{}/revocation", app.world.nursery.id, app.world.token);
    app.system().get(API).await.expect(200);
    for stranger in [app.head(), app.caseworker(), app.auditor()] {
        stranger.post(&stop, &[]).await.expect(404);
    }
    let elsewhere = format!("/organizations/{}/tokens/{}/revocation", app.world.elementary.id, app.world.token);
    app.admin().post(&elsewhere, &[]).await.expect(404);
    let next_door = format!("/organizations/{}/tokens/{}/revocation", app.world.nursery.id, app.other.token);
    app.admin().post(&next_door, &[]).await.expect(404);
    app.admin().post(&stop, &[]).await.expect(303);
    app.system().get(API).await.expect(401);
    app.admin().post(&stop, &[("again", "1")]).await.expect(303);
    let rows = app.admin().get(&format!("/organizations/{}/tokens", app.world.nursery.id)).await.expect(200);
    assert!(rows.all("tbody tr")[0].contains("に停止") && rows.all("tbody form").is_empty());
    app.stranger().with_bearer(app.other.api_token().text()).get(API).await.expect(200);
}

#[tokio::test]
async fn its_use_is_written_down_at_most_once_a_minute() {
    let app = TestApp::new().await;
    let used = async || {
        app.value::<Option<String>>(&format!("SELECT last_used_at::text FROM hub.api_tokens WHERE id = '{}'", app.world.token))
            .await
    };
    assert_eq!(used().await, None);
    app.system().get(API).await.expect(200);
    let first = used().await.unwrap();
    app.app.clock.advance(59.seconds());
    app.system().get(API).await.expect(200);
    assert_eq!(used().await.as_ref(), Some(&first));
    app.app.clock.advance(1.second());
    app.system().get(API).await.expect(200);
    assert_ne!(used().await, Some(first));
}

#[tokio::test]
async fn the_calendar_of_the_facility_is_told() {
    let app = TestApp::new().await;
    let open = async |wall: &str| {
        app.at(wall);
        app.system().get(API).await.expect(200).json()["open"].as_bool().unwrap()
    };
    assert!(open("2026-11-22T09:00").await, "the nursery is open on Sundays too");
    assert!(!open("2027-05-06T09:00").await, "and has said that it closes on this day");
}

#[tokio::test]
async fn a_token_cannot_become_a_session_or_reach_a_page() {
    let app = TestApp::new().await;
    let sessions = "SELECT count(*) FROM hub.sessions";
    let before: i64 = app.value(sessions).await;
    for path in ["/sign-in", "/sign-in/options", "/enrol/options", "/enrol/credential", "/verify", "/verify/options", "/lock"] {
        let answer = app.system().post_json(path, &json!({ "action": "exportSignIns" })).await;
        assert!(
            answer.headers.get(header::SET_COOKIE).is_none_or(|line| !line.to_str().unwrap().contains("__Host-tsunagi=")),
            "{path}"
        );
    }
    assert_eq!(app.value::<i64>(sessions).await, before);
    for path in ["/", "/sheet", "/calendar", "/organizations", "/sign-ins"] {
        assert_eq!(app.system().get(path).await.expect(303).leads_to(), "/sign-in", "{path}");
    }
    // Beside a session it changes nothing either.
    app.reporter().with_bearer(app.world.api_token().text()).get("/sheet").await.expect(200);
}

#[tokio::test]
async fn who_guesses_tokens_is_made_to_wait() {
    let app = TestApp::new().await;
    let guess = async |number: u8| app.stranger().at("192.0.2.200").with_bearer(ApiToken::of([number; 32]).text()).get(API).await;
    let mut answers = Vec::new();
    for number in 100..160 {
        answers.push(guess(number).await.status.as_u16());
    }
    assert!(answers.starts_with(&[401]) && answers.ends_with(&[429]), "{answers:?}");
    let waiting = guess(200).await;
    assert_eq!((waiting.status.as_u16(), waiting.header("content-type")), (429, "application/problem+json"));
    assert!(waiting.header("retry-after").parse::<u32>().unwrap() > 0);
    app.system().at("192.0.2.201").get(API).await.expect(200);
}

#[tokio::test]
async fn tokens_belong_to_the_desk_and_to_facilities_only() {
    let app = TestApp::new().await;
    let nursery = format!("/organizations/{}/tokens", app.world.nursery.id);
    for caller in [app.reporter(), app.head(), app.caseworker(), app.supervisor(), app.auditor()] {
        caller.get(&nursery).await.expect(404);
    }
    for office in [&app.world.root, &app.world.centre] {
        app.admin().get(&format!("/organizations/{}/tokens", office.id)).await.expect(404);
    }
    app.signed_in(&app.other.root, Role::WardAdmin).get(&nursery).await.expect(404);
    app.admin().get(&nursery).await.expect(200);
    app.admin().get("/api/v1/nothing").await.expect(404);
    assert_eq!(app.system().get("/api/v1/nothing").await.header("content-type"), "application/problem+json");
}
