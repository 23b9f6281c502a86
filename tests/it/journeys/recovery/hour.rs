//! The hour in which somebody only looks is the person's, not the session's that the code opened; and nothing outlives a recovery.

use jiff::ToSpan as _;
use tsunagi::gate::Role;

use super::{super::provider::bind, admin, code_by, mails, redeem};
use crate::support::{Authenticator, Service, TestApp};

#[tokio::test]
async fn the_hour_is_not_over_with_a_sign_out_and_the_next_sign_in() {
    let app = TestApp::new().await;
    app.verify_everybody().await;
    let teacher = app.world.nursery.staff(Role::Reporter).person;
    let mut key = Authenticator::new(1);
    let code = code_by(&app.head(), &app.admin(), teacher).await;
    let first = redeem(&app, &code, &mut key).await.expect(200).session();
    app.with_session(&first).post("/sign-out", &[]).await.expect(303);
    app.at("2026-11-20T09:30");
    let again = app.sign_in(&key).await.expect(200).session();
    let sends = async |session: &str| {
        let fields = [("idempotency_key", "00000000-0000-4000-8000-000000000001")];
        app.with_session(session).post("/sheet/2026-11-20", &fields).await
    };
    app.with_session(&again).get("/sheet").await.expect(200);
    assert!(sends(&again).await.expect(403).text().contains("いまは見ることだけができます"));
    // It is the hour since the recovery, not since the sign-in.
    app.at("2026-11-20T09:59").refresh_sessions().await;
    sends(&again).await.expect(403);
    app.at("2026-11-20T10:00").refresh_sessions().await;
    sends(&again).await.expect(422);
    let later = app.sign_in(&key).await.expect(200).session();
    sends(&later).await.expect(422);
}

#[tokio::test]
async fn a_linked_account_ends_with_the_recovery_and_one_approved_within_the_hour_only_looks() {
    let service = Service::start();
    let app = service.hub_in_use().await;
    let (second, _) = admin(&app, 2).await;
    let staff = app.world.centre.staff(Role::Caseworker);
    let (ward, caseworker) = (app.world.ward, staff.person);
    bind(&app, &service, caseworker, "tanaka").await;
    app.run(&format!(
        "INSERT INTO hub.bindings (ward_id, id, person_id, issuer, subject, state, proposed_at)
         VALUES ('{ward}', gen_random_uuid(), '{caseworker}', '{}', 'thief', 'proposed', now());
         INSERT INTO hub.kept_forms (ward_id, id, person_id, membership_id, action, body, kept_at)
         VALUES ('{ward}', gen_random_uuid(), '{caseworker}', '{}', '/requests', 'a=b', now())",
        service.issuer, staff.membership
    ))
    .await;
    service.tell("tanaka", "").await;
    let before = service.sign_in(&app).await.expect(303).session();
    let code = code_by(&app.admin(), &second, caseworker).await;
    redeem(&app, &code, &mut Authenticator::new(1)).await.expect(200);
    assert_eq!(app.with_session(&before).get("/alerts").await.expect(303).leads_to(), "/sign-in");
    service.sign_in(&app).await.expect(403);
    let states = app.sql("SELECT subject, state FROM hub.bindings ORDER BY subject").await;
    let row = |subject: &str, state: &str| serde_json::json!({ "subject": subject, "state": state });
    assert_eq!(states, [row("tanaka", "ended"), row("thief", "withdrawn")]);
    assert_eq!(app.value::<i64>("SELECT count(*) FROM hub.kept_forms").await, 0, "nor does what they had sent wait");
    let said: i64 = app.value("SELECT count(*) FROM hub.trail WHERE detail->>'ended_bindings' = '1'").await;
    assert_eq!((said, mails(&app).await.contains(&"recovery_done".to_owned())), (1, true));

    bind(&app, &service, caseworker, "suzuki").await;
    service.tell("suzuki", "").await;
    let within = service.sign_in(&app).await.expect(303).session();
    app.with_session(&within).get("/alerts").await.expect(200);
    let refused = app.with_session(&within).post("/requests", &[]).await.expect(403);
    assert!(refused.text().contains("いまは見ることだけができます"));
    app.app.clock.advance(1.hours());
    app.refresh_sessions().await;
    assert_ne!(app.with_session(&within).post("/requests", &[]).await.status, 403);
}
