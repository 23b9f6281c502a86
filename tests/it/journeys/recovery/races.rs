//! Two at once: of two approvals, of an approval and a cancellation, of two people with one code, one wins and one is told.

use serde_json::json;
use tsunagi::gate::Role;

use super::{admin, ask, code_by, path};
use crate::support::{Authenticator, TestApp};

#[tokio::test]
async fn of_two_approvals_at_once_one_gives_a_code() {
    let app = TestApp::new().await;
    let (second, _) = admin(&app, 2).await;
    let (third, _) = admin(&app, 3).await;
    let caseworker = app.world.centre.staff(Role::Caseworker).person;
    for _ in 0..5 {
        ask(&app.admin(), caseworker).await.expect(303);
        let id: String = app.value("SELECT id::text FROM hub.recoveries WHERE state = 'asked'").await;
        let (approval, fields) = (path(caseworker, "/approval"), [("recovery", id.as_str()), ("met", "yes")]);
        let (one, other) = tokio::join!(second.post(&approval, &fields), third.post(&approval, &fields));
        let mut statuses = [one.status.as_u16(), other.status.as_u16()];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 409]);
        app.run("UPDATE hub.recoveries SET state = 'cancelled', closed_at = now() WHERE closed_at IS NULL").await;
    }
}

#[tokio::test]
async fn of_an_approval_and_a_cancellation_at_once_no_code_outlives_the_end() {
    let app = TestApp::new().await;
    let (second, _) = admin(&app, 2).await;
    let caseworker = app.world.centre.staff(Role::Caseworker).person;
    for _ in 0..5 {
        ask(&app.admin(), caseworker).await.expect(303);
        let id: String = app.value("SELECT id::text FROM hub.recoveries WHERE state = 'asked'").await;
        let (approval, cancelling) = (path(caseworker, "/approval"), path(caseworker, "/cancelling"));
        let approved = [("recovery", id.as_str()), ("met", "yes")];
        let cancelled = [("recovery", id.as_str())];
        let admin = app.admin();
        let (one, other) = tokio::join!(second.post(&approval, &approved), admin.post(&cancelling, &cancelled));
        assert_eq!(other.status, 303, "a cancellation always holds");
        assert!([200, 409].contains(&one.status.as_u16()), "{}", one.status);
        assert_eq!(app.value::<String>(&format!("SELECT state FROM hub.recoveries WHERE id = '{id}'")).await, "cancelled");
    }
}

#[tokio::test]
async fn a_code_used_twice_at_once_lets_one_in() {
    let app = TestApp::new().await;
    app.verify_everybody().await;
    let teacher = app.world.nursery.staff(Role::Reporter).person;
    let code = code_by(&app.head(), &app.admin(), teacher).await;
    let typing = app.stranger().with_cookie("__Host-tsunagi-enrol", &code);
    let mut answers = Vec::new();
    for number in [1, 2] {
        let options = typing.post_json("/recovery/options", &json!({ "kind": "key" })).await.expect(200).json();
        let credential = Authenticator::new(number).register(&options["publicKey"]);
        answers.push(json!({ "ceremony": options["ceremony"], "credential": credential }));
    }
    let (one, other) =
        tokio::join!(typing.post_json("/recovery/credential", &answers[0]), typing.post_json("/recovery/credential", &answers[1]));
    let mut statuses = [one.status.as_u16(), other.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 422]);
    let living = format!("SELECT count(*) FROM hub.passkeys WHERE person_id = '{teacher}' AND removed_at IS NULL");
    assert_eq!(app.value::<i64>(&living).await, 1);
    assert_eq!(super::reasons(&app).await, ["spent_recovery"]);
}

#[tokio::test]
async fn two_who_ask_at_once_make_one_recovery() {
    let app = TestApp::new().await;
    let (second, _) = admin(&app, 2).await;
    let caseworker = app.world.centre.staff(Role::Caseworker).person;
    let first = app.admin();
    let (one, other) = tokio::join!(ask(&first, caseworker), ask(&second, caseworker));
    let mut statuses = [one.status.as_u16(), other.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 409]);
    assert_eq!(app.value::<i64>("SELECT count(*) FROM hub.recoveries").await, 1);
}
