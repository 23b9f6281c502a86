//! One table of everything an answer can have wrong (security B5): each is refused, with its reason and one line.

use axum::{body::Body, http::Request};
use jiff::Span;
use tsunagi::gate::Role;

use super::{bind, reasons, signed_in};
use crate::support::{Flow, SERVICE_SECRET, Service, TestApp};

/// What goes wrong at the service, and the reason in the log; none for what is good.
const TOLD: &[(&str, &str)] = &[
    ("", ""),
    ("expired_within", ""),
    ("issued_ahead_within", ""),
    ("not_yet_within", ""),
    ("rotated", ""),
    ("wrong_nonce", "provider_token"),
    ("missing_nonce", "provider_token"),
    ("wrong_audience", "provider_token"),
    ("more_audiences", "provider_token"),
    ("missing_audience", "provider_token"),
    ("wrong_party", "provider_token"),
    ("wrong_issuer", "provider_token"),
    ("issuer_with_slash", "provider_token"),
    ("expired", "provider_token"),
    ("missing_expiry", "provider_token"),
    ("issued_ahead", "provider_token"),
    ("issued_long_ago", "provider_token"),
    ("missing_issue", "provider_token"),
    ("not_yet", "provider_token"),
    ("missing_subject", "provider_token"),
    ("empty_subject", "provider_token"),
    ("weak", "provider_weak"),
    ("no_strength", "provider_weak"),
    ("known_long_ago", "provider_old"),
    ("never_known", "provider_old"),
    ("unsigned", "provider_token"),
    ("signed_with_secret", "provider_token"),
    ("signed_with_public_key", "provider_token"),
    ("signed_by_stranger", "provider_token"),
    ("unknown_key", "provider_token"),
    ("embedded_key", "provider_token"),
    ("critical_header", "provider_token"),
    ("other_type", "provider_token"),
    ("garbled", "provider_token"),
    ("no_token", "provider_token"),
    ("denied", "provider_refused"),
    ("answer/no_iss", "provider_issuer"),
    ("answer/wrong_iss", "provider_issuer"),
    ("answer/no_code", "provider_refused"),
    ("token/huge", "provider_code"),
    ("token/slow", "provider_code"),
    ("token/redirect", "provider_code"),
    ("token/broken", "provider_code"),
    ("token/page", "provider_token"),
    ("discovery/other_issuer", "provider_down"),
    ("discovery/no_s256", "provider_down"),
    ("discovery/bad_address", "provider_down"),
    ("discovery/huge", "provider_down"),
    ("discovery/slow", "provider_down"),
    ("discovery/redirect", "provider_down"),
    ("discovery/broken", "provider_down"),
    ("discovery/page", "provider_down"),
    ("keys/redirect", "provider_down"),
    ("keys/huge", "provider_down"),
];

/// A hub whose caseworker is bound to `tanaka`.
async fn hub(service: &Service) -> TestApp {
    let app = service.hub_in_use().await;
    bind(&app, service, app.world.centre.staff(Role::Caseworker).person, "tanaka").await;
    app
}

async fn bound() -> (Service, TestApp) {
    let service = Service::start();
    let app = hub(&service).await;
    (service, app)
}

/// What came before is out of the way: counts of failures, and their lines.
async fn afresh(app: &TestApp) {
    app.run("DELETE FROM hub.limits; DELETE FROM hub.sign_ins").await;
}

#[tokio::test]
async fn every_wrong_answer_is_refused_with_its_reason() {
    let (service, one) = bound().await;
    let mut wrong = Vec::new();
    for (number, (bad, reason)) in TOLD.iter().enumerate() {
        // What is good must not have been good before.
        let other = if reason.is_empty() { Some(hub(&service).await) } else { None };
        let app = other.as_ref().unwrap_or(&one);
        afresh(app).await;
        service.set_clock(app);
        service.tell("tanaka", bad).await;
        let at_start = bad.starts_with("discovery/") || bad.starts_with("keys/");
        let answer = if at_start {
            // What the service said of itself is too old to be used again.
            app.app.clock.advance(Span::new().minutes(2 * i64::try_from(number).unwrap()));
            app.stranger().get(&format!("/sign-in/provider/{}", app.world.ward)).await
        } else {
            service.sign_in(app).await
        };
        let (said, came_in, session) = (reasons(app).await, signed_in(app).await, answer.session());
        let as_told = if reason.is_empty() {
            answer.status == 303 && said.is_empty() && came_in == 1 && !session.is_empty()
        } else {
            [403, 503].contains(&answer.status.as_u16()) && said == [*reason] && came_in == 0 && session.is_empty()
        };
        if !as_told {
            wrong.push(format!("{bad}: {} {} {said:?}, {came_in} came in", answer.status, answer.location()));
        }
        assert!(!answer.text().contains(SERVICE_SECRET) && !answer.location().contains(SERVICE_SECRET), "{bad}");
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[tokio::test]
async fn an_answer_counts_once_in_the_browser_that_asked() {
    let (service, app) = bound().await;
    service.tell("tanaka", "").await;
    let door = format!("/sign-in/provider/{}", app.world.ward);
    let first = Flow::begin(&app.stranger(), &door).await;
    let back = service.walk(&first).await;
    assert_eq!(first.to.query_pairs().find(|(name, _)| name == "code_challenge_method").unwrap().1, "S256");

    // Another browser, none, and then the right one too late: the row is gone.
    let other = Flow { cookie: "b".repeat(43), ..first.clone() };
    other.come_back(&app, &back).await.expect(403);
    first.come_back(&app, &back).await.expect(403);
    assert_eq!(reasons(&app).await, ["other_browser", "stale_ceremony"]);

    afresh(&app).await;
    let flow = Flow::begin(&app.stranger(), &door).await;
    let back = service.walk(&flow).await;
    app.stranger().get(&back).await.expect(403);
    assert_eq!(reasons(&app).await, ["other_browser"], "no cookie at all");

    afresh(&app).await;
    let flow = Flow::begin(&app.stranger(), &door).await;
    let back = service.walk(&flow).await;
    let answer = flow.come_back(&app, &back).await.expect(303);
    assert_eq!(answer.location(), "/sign-in/provider/arrived?next=/");
    flow.come_back(&app, &back).await.expect(403);
    assert_eq!(reasons(&app).await, ["stale_ceremony"], "the state is spent");

    // The code of one flow under the state of another: spent, or of another verifier.
    afresh(&app).await;
    let (one, two) = (Flow::begin(&app.stranger(), &door).await, Flow::begin(&app.stranger(), &door).await);
    let (from_one, from_two) = (service.walk(&one).await, service.walk(&two).await);
    let part = |path: &str, name: &str| {
        let url = url::Url::parse(&format!("http://localhost{path}")).unwrap();
        url.query_pairs().find(|(key, _)| key == name).unwrap().1.into_owned()
    };
    let swapped = from_two.replace(&part(&from_two, "code"), &part(&from_one, "code"));
    two.come_back(&app, &swapped).await.expect(403);
    let replayed = Flow::begin(&app.stranger(), &door).await;
    let again = format!(
        "/sign-in/provider/return?code={}&state={}&iss={}",
        part(&from_one, "code"),
        replayed.to.query_pairs().find(|(name, _)| name == "state").unwrap().1,
        service.issuer
    );
    replayed.come_back(&app, &again).await.expect(403);
    assert_eq!(reasons(&app).await, ["provider_code", "provider_code"]);
}

#[tokio::test]
async fn only_what_is_needed_is_asked_of_the_service() {
    let (service, app) = bound().await;
    let flow = Flow::begin(&app.stranger(), &format!("/sign-in/provider/{}", app.world.ward)).await;
    assert!(flow.to.as_str().starts_with(&service.issuer));
    let mut asked: Vec<(String, String)> = flow.to.query_pairs().into_owned().collect();
    asked.sort();
    let names: Vec<&str> = asked.iter().map(|(name, _)| name.as_str()).collect();
    let known = [
        "acr_values",
        "client_id",
        "code_challenge",
        "code_challenge_method",
        "max_age",
        "nonce",
        "redirect_uri",
        "response_type",
        "scope",
        "state",
    ];
    assert_eq!(names, known);
    // The name of the account is for whoever approves it; no address, no telephone number, no lasting access.
    assert_eq!(asked[8].1, "openid profile");
    assert_eq!(asked[7].1, "code");
}

#[tokio::test]
async fn a_link_on_another_site_begins_no_sign_in_and_the_button_does() {
    let (service, app) = bound().await;
    let door = format!("/sign-in/provider/{}", app.world.ward);
    let sent_by = async |site: &str| {
        let request = Request::get(&door).header("sec-fetch-site", site).header("sec-fetch-mode", "navigate");
        app.stranger().send(request.body(Body::empty()).unwrap()).await.expect(303)
    };
    for site in ["cross-site", "same-site"] {
        let answer = sent_by(site).await;
        assert_eq!((answer.location(), answer.header("set-cookie")), ("/sign-in", ""), "{site}");
    }
    let begun: i64 = app.value("SELECT count(*) FROM hub.ceremonies WHERE purpose = 'provider'").await;
    assert_eq!(begun, 0, "nobody is known at the service by it");
    // The button, and the address as somebody typed it.
    for site in ["same-origin", "none"] {
        assert!(sent_by(site).await.location().starts_with(&service.issuer), "{site}");
    }
}

#[tokio::test]
async fn nonsense_and_late_answers_are_refused_and_counted() {
    let (service, app) = bound().await;
    service.tell("tanaka", "").await;
    for path in ["?", "?state=1&code=2", "?error=access_denied"] {
        app.stranger().get(&format!("/sign-in/provider/return{path}")).await.expect(403);
    }
    assert_eq!(reasons(&app).await, ["malformed"; 3]);
    afresh(&app).await;
    let flow = Flow::begin(&app.stranger(), &format!("/sign-in/provider/{}", app.world.ward)).await;
    let back = service.walk(&flow).await;
    app.app.clock.advance(Span::new().minutes(6));
    flow.come_back(&app, &back).await.expect(403);
    assert_eq!(reasons(&app).await, ["stale_ceremony"], "five minutes and no more");
    app.stranger().get(&format!("/sign-in/provider/{}", app.other.ward)).await.expect(404);
    app.stranger().get("/sign-in/provider/nothing").await.expect(404);

    afresh(&app).await;
    let mut last = 0;
    for _ in 0..60 {
        let answer = app.stranger().at("192.0.2.77").get("/sign-in/provider/return?state=x").await;
        last = answer.status.as_u16();
    }
    assert_eq!(last, 429, "failures of one address are limited as everywhere");
    assert_eq!(reasons(&app).await.len(), 60);
}

#[tokio::test]
async fn an_unknown_key_is_looked_for_once_a_minute() {
    let (service, app) = bound().await;
    service.tell("tanaka", "").await;
    assert_eq!(service.sign_in(&app).await.status, 303);
    service.tell("tanaka", "unknown_key").await;
    service.sign_in(&app).await.expect(403);
    // The service has new keys from now on, and the hub has just looked.
    service.tell("tanaka", "rotated").await;
    service.sign_in(&app).await.expect(403);
    app.app.clock.advance(Span::new().seconds(40));
    app.run("UPDATE hub.ceremonies SET expires_at = expires_at + interval '1 hour'").await;
    service.sign_in(&app).await.expect(403);
    app.app.clock.advance(Span::new().seconds(21));
    assert_eq!(service.sign_in(&app).await.expect(303).location(), "/sign-in/provider/arrived?next=/");
    assert_eq!(reasons(&app).await, ["provider_token"; 3]);
}
