//! Every route has a door: strangers are sent to sign in, whoever has not chosen is sent to choose, nothing is touched.

use std::{collections::BTreeSet, fmt::Write};

use axum::http::Method;
use tsunagi::web::{Door, Route};

use crate::{
    matrix::fill,
    support::{Answer, Caller, TestApp, is_written},
};

async fn knock(caller: &Caller<'_>, route: &Route, path: &str) -> Answer {
    if route.method == Method::GET { caller.get(path).await } else { fill::post(caller, path).await }
}

#[tokio::test]
async fn a_stranger_is_sent_to_sign_in_and_touches_nothing() {
    let app = TestApp::new().await;
    let before = app.fingerprint().await;
    let closed: Vec<&Route> =
        app.routes.iter().filter(|route| !matches!(route.door, Door::Open(_) | Door::Client { .. })).collect();
    assert!(closed.len() > 5, "there are doors");
    for route in closed {
        for target in fill::targets(&route.path, &app.world) {
            // A school's token is nobody's session, wherever it is shown.
            let token = app.world.api_token();
            let system = app.system().with_token(token.text());
            for caller in [app.stranger(), app.stranger().with_token("guessed"), app.system(), system] {
                let answer = knock(&caller, route, &target.path).await;
                assert_eq!((answer.status.as_u16(), answer.leads_to()), (303, "/sign-in"), "{} {}", route.method, target.path);
            }
        }
    }
    assert_eq!(app.fingerprint().await, before, "a stranger touched something");
}

#[tokio::test]
async fn no_session_opens_the_door_of_a_system() {
    let app = TestApp::new().await;
    let routes: Vec<&Route> = app.routes.iter().filter(|route| matches!(route.door, Door::Client { .. })).collect();
    assert!(!routes.is_empty() && routes.iter().all(|route| route.path.starts_with("/api/v1/")));
    for route in app.routes.iter().filter(|route| route.path != "/api/v1/openapi.json") {
        assert_eq!(route.path.starts_with("/api/"), matches!(route.door, Door::Client { .. }), "{}", route.path);
    }
    let before = app.trail_lines().await;
    for route in routes {
        for (place, staff) in app.world.people() {
            let caller = app.signed_in(place, staff.role);
            // The session's token is no token of a system either.
            for caller in [caller.clone(), caller.with_bearer(&staff.token)] {
                let answer =
                    knock(&caller.at(&format!("192.0.2.{}", staff.person.uuid().as_u128() % 250)), route, &route.path).await;
                assert_eq!(answer.status, 401, "{} as {}", route.path, staff.name);
            }
        }
    }
    assert_eq!(app.trail_lines().await, before);
}

#[tokio::test]
async fn whoever_has_not_chosen_an_organization_is_sent_to_choose_and_touches_nothing() {
    let app = TestApp::new().await;
    let before = app.fingerprint().await;
    for route in app.routes.iter().filter(|route| matches!(route.door, Door::Asks { .. })) {
        let target = fill::targets(&route.path, &app.world).remove(0);
        let answer = knock(&app.with_session(&app.world.double.token), route, &target.path).await;
        assert_eq!((answer.status.as_u16(), answer.location()), (303, "/organization"), "{} {}", route.method, target.path);
    }
    assert_eq!(app.fingerprint().await, before);
}

#[tokio::test]
async fn before_anybody_is_known_nothing_is_asked_for_but_a_code() {
    let app = TestApp::new().await;
    let mut asked = BTreeSet::new();
    for route in app.routes.iter().filter(|route| route.method == Method::GET && matches!(route.door, Door::Open(_))) {
        let target = fill::targets(&route.path, &app.world).remove(0);
        let page = app.stranger().get(&target.path).await;
        asked.extend(page.attributes("input, select, textarea", "name"));
        assert!(page.attributes("input[type=password]", "type").is_empty(), "{}", target.path);
    }
    // The code of a letter or a recovery, a receipt to be checked, and where a choice of language leads back to: no answer to a secret
    // question, and no hint at a word (ASVS 6.4.2).
    assert_eq!(asked, BTreeSet::from(["code", "next", "receipt"].map(str::to_owned)));
}

#[tokio::test]
async fn another_method_than_the_recorded_one_finds_nothing() {
    let app = TestApp::new().await;
    for route in &app.routes {
        let target = fill::targets(&route.path, &app.world).remove(0);
        for method in [Method::PUT, Method::PATCH, Method::DELETE] {
            let request = app.caseworker().request(method, &target.path).body(axum::body::Body::empty()).unwrap();
            // A program is told that it asked wrongly; a page is not there.
            let expected = if target.path.starts_with("/api/") { 405 } else { 404 };
            assert_eq!(app.caseworker().send(request).await.status, expected, "{}", target.path);
        }
    }
}

#[tokio::test]
async fn the_page_of_routes_is_up_to_date() {
    let app = TestApp::new().await;
    let mut routes: Vec<&Route> = app.routes.iter().collect();
    routes.sort_by_key(|route| (route.path.clone(), route.method.to_string()));
    let mut text = "# Routes\n\nEvery route and its door, written by `tests/it/doors.rs` (`UPDATE_DOCS=1`).\n\
                    A door that names an action lets through whom the gate permits it; everybody else sees a missing page.\n\n\
                    | Method | Path | Door |\n|---|---|---|\n"
        .to_owned();
    for route in routes {
        let _ = writeln!(text, "| {} | `{}` | {} |", route.method, route.path, route.door.describe());
    }
    is_written("docs/ROUTES.md", &text);
}
