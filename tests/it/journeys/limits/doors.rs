//! Doors and ways of knocking: each costs the same, and none gets around the limit.

use axum::{body::Body, http::Method};
use serde_json::json;
use tsunagi::domain::limit;

use super::{State, UNKNOWN, invite, nonsense, reasons, script, waits};
use crate::support::TestApp;

/// Fails twenty times, so that everything after it is refused.
async fn exhausted(app: &TestApp, address: &str) {
    for _ in 0..20 {
        nonsense(&app.stranger().at(address)).await.expect(422);
    }
}

#[tokio::test]
async fn all_doors_share_one_count() {
    let app = TestApp::new().await;
    invite(&app, tsunagi::gate::Role::Reporter, "G00D0", State::Good).await;
    let caller = app.stranger().at("198.51.100.7");
    let enrolling = caller.clone().with_cookie("__Host-tsunagi-enrol", "AAAAA");
    for _ in 0..5 {
        nonsense(&caller).await.expect(422);
        caller.post("/enrol", &[("code", UNKNOWN)]).await.expect(422);
        script(&enrolling, "/enrol/options", &json!({})).await.expect(422);
        script(&caller, "/enrol/credential", &json!({})).await.expect(422);
    }
    for path in ["/sign-in", "/enrol/options", "/enrol/credential"] {
        assert_eq!(waits(&script(&enrolling, path, &json!({})).await), 30, "{path}");
    }
    assert_eq!(waits(&caller.post("/enrol", &[("code", "G00D0")]).await), 30, "a good code too");
}

#[tokio::test]
async fn no_header_makes_somebody_else_of_a_client() {
    let app = TestApp::new().await;
    exhausted(&app, "198.51.100.7").await;
    for (name, value) in [
        ("x-forwarded-for", "203.0.113.1"),
        ("X-Forwarded-For", "203.0.113.2, 203.0.113.3"),
        ("forwarded", "for=203.0.113.4"),
        ("x-real-ip", "203.0.113.5"),
        ("true-client-ip", "203.0.113.6"),
        ("cf-connecting-ip", "203.0.113.7"),
        ("x-client-ip", "203.0.113.8"),
        ("user-agent", "somebody else"),
        ("accept-language", "en"),
        ("accept", "text/html"),
        ("cookie", "__Host-tsunagi=new; __Host-tsunagi-lang=en"),
        ("x-http-method-override", "PUT"),
        ("origin", "http://localhost:8080"),
        ("connection", "close"),
        ("x-request-id", "1"),
    ] {
        let caller = app.stranger().at("198.51.100.7");
        let request = caller.request(Method::POST, "/sign-in").header(name, value).header("content-type", "application/json");
        let answer = caller.send(request.body(Body::from("{")).unwrap()).await;
        assert_eq!(waits(&answer), 30, "{name}: {value}");
    }
    for address in ["::ffff:198.51.100.7", "::ffff:c633:6407"] {
        assert_eq!(waits(&nonsense(&app.stranger().at(address)).await), 30, "{address}");
    }
}

#[tokio::test]
async fn no_spelling_of_the_path_is_another_door() {
    let app = TestApp::new().await;
    exhausted(&app, "198.51.100.7").await;
    let caller = app.stranger().at("198.51.100.7");
    for path in ["/sign-in", "/sign-in?again=1", "/sign-in?", "/%73ign-in", "/sign%2Din"] {
        let answer = caller.post_as(path, "application/json", "{").await;
        assert!(answer.status == 429 || answer.status == 404, "{path}: {}", answer.status);
    }
    for path in [
        "/sign-in/",
        "//sign-in",
        "/./sign-in",
        "/x/../sign-in",
        "/SIGN-IN",
        "/Sign-In",
        "/sign-in;x=1",
        "/sign-in%00",
        "/ｓign-in",
        "/sign-in%20",
    ] {
        let path: String =
            url::form_urlencoded::byte_serialize(path.as_bytes()).collect::<String>().replace("%2F", "/").replace("%25", "%");
        let answer = caller.post_as(&path, "application/json", "{").await;
        assert!(answer.status == 429 || answer.status == 404, "{path}: {}", answer.status);
    }
    let kinds = reasons(&app).await;
    assert!(kinds.iter().all(|(reason, lines)| reason != "malformed" || *lines == 20), "{kinds:?}");
}

#[tokio::test]
async fn no_spelling_of_a_code_is_another_account() {
    let app = TestApp::new().await;
    let codes = ["abcde-fgh0k", "ABCDE-FGH0K", "ABCDEFGHOK", "ａｂｃｄｅｆｇｈ０ｋ", " abcde fgh0k ", "abcde‐fgh0k"];
    for (n, code) in codes.iter().enumerate() {
        let answer = app.stranger().at(&format!("198.51.100.{n}")).post("/enrol", &[("code", code)]).await;
        assert_eq!(answer.status, if n < 5 { 422 } else { 429 }, "{code}");
    }
}

#[tokio::test]
async fn a_whole_network_of_ipv6_is_one_address() {
    let app = TestApp::new().await;
    for n in 0..20 {
        nonsense(&app.stranger().at(&format!("2001:db8:1:2::{n:x}"))).await.expect(422);
    }
    assert_eq!(waits(&nonsense(&app.stranger().at("2001:db8:1:2:ffff::1")).await), 30);
    nonsense(&app.stranger().at("2001:db8:1:3::1")).await.expect(422);
}

#[tokio::test]
async fn ceremonies_may_be_begun_four_hundred_at_once_at_an_address_and_a_thousand_on_a_node() {
    let app = TestApp::new().await;
    let options = async |address: &str| script(&app.stranger().at(address), "/sign-in/options", &json!({})).await;
    let at_once = limit::BEGUN_BY_ADDRESS.burst;
    for _ in 0..at_once {
        options("198.51.100.7").await.expect(200);
    }
    assert_eq!(waits(&options("198.51.100.7").await), 1);
    app.app.clock.advance(jiff::Span::new().seconds(1));
    options("198.51.100.7").await.expect(200);
    assert_eq!(waits(&options("198.51.100.7").await), 1);
    // The eight seconds that passed filled the node up again, and more: nobody else has to wait for one busy address.
    app.app.clock.advance(jiff::Span::new().seconds(8));
    for n in 0..limit::BEGUN_ON_NODE.burst {
        options(&format!("198.51.101.{}", n % 250)).await.expect(200);
    }
    assert_eq!(waits(&options("198.51.102.1").await), 1);
    assert_eq!(reasons(&app).await, [("limited".to_owned(), 3)]);
    let kept: i64 = app.value("SELECT count(*) FROM hub.ceremonies").await;
    assert_eq!(kept, i64::from(at_once + 1 + limit::BEGUN_ON_NODE.burst));
}
