//! What a staff code can make one's own and what not: whoever writes codes down must not become somebody else.

use jiff::ToSpan as _;
use serde_json::json;
use tsunagi::{
    domain::ids::{Id, Person},
    gate::Role,
};

use super::{
    super::people::{approve, second_admin},
    reasons, signed_in,
};
use crate::support::{Answer, Authenticator, Service, TestApp};

/// A ward whose service names staff codes, with everybody just verified.
async fn hub(service: &Service) -> TestApp {
    let app = service.hub().await;
    service.set(&app, &app.world, "staff_code").await;
    app.verify_everybody().await;
    app
}

/// The desk writes another staff code down for somebody.
async fn rewrite(app: &TestApp, person: Id<Person>, code: &str) {
    let known = app.sql(&format!("SELECT display_name, revision FROM hub.people WHERE id = '{person}'")).await;
    let (name, revision) = (known[0]["display_name"].as_str().unwrap(), known[0]["revision"].to_string());
    let fields = [("name", name), ("kana", ""), ("staff_code", code), ("mail", ""), ("version", &revision)];
    app.admin().post(&format!("/people/{person}/edit"), &fields).await.expect(303);
}

async fn comes(app: &TestApp, service: &Service, account: &str) -> Answer {
    service.tell(account, "").await;
    service.sign_in(app).await
}

async fn bindings(app: &TestApp, person: Id<Person>) -> i64 {
    app.value(&format!("SELECT count(*) FROM hub.bindings WHERE person_id = '{person}' AND state = 'active'")).await
}

async fn mails(app: &TestApp, person: Id<Person>) -> Vec<String> {
    let rows = app.sql(&format!("SELECT kind FROM hub.mails WHERE person_id = '{person}' ORDER BY kind")).await;
    rows.iter().map(|row| row["kind"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn an_admin_who_gives_their_own_code_away_does_not_become_the_other_person() {
    let service = Service::start();
    let app = hub(&service).await;
    let (worker, admin) = (app.world.centre.staff(Role::Caseworker).clone(), app.world.root.staff(Role::WardAdmin).person);
    app.run(&format!("UPDATE hub.people SET staff_code = '77777' WHERE id = '{admin}'")).await;
    app.enrol(&worker, &mut Authenticator::new(1)).await;
    rewrite(&app, admin, "").await;
    rewrite(&app, worker.person, "77777").await;

    let refused = comes(&app, &service, "77777").await.expect(403);
    assert!(refused.text().contains("職員番号が変わったあとは") && refused.text().contains("結び付けを申し出て"), "and what to do");
    assert_eq!(refused.text(), comes(&app, &service, "88888").await.expect(403).text(), "a stranger reads the same");
    assert_eq!((reasons(&app).await, signed_in(&app).await), (vec!["changed_code".to_owned(), "unbound_identity".to_owned()], 0));
    assert_eq!(bindings(&app, worker.person).await, 0);
    assert_eq!(mails(&app, worker.person).await, ["passkey_added", "staff_code_changed"], "whoever it was done to hears of it");
    assert!(mails(&app, admin).await.is_empty(), "nobody is told who has never come in");
    let log = app.admin().get(&format!("/people/{}", worker.person)).await.expect(200);
    assert!(log.text().contains("登録のあとで変わった職員番号"), "the desk sees why");
    // Nor does changing it back and forth help.
    rewrite(&app, worker.person, "12345").await;
    rewrite(&app, worker.person, "77777").await;
    comes(&app, &service, "77777").await.expect(403);
    assert_eq!(bindings(&app, worker.person).await, 0);
}

#[tokio::test]
async fn a_code_that_was_right_before_its_owner_came_in_binds_them_and_tells_them() {
    let service = Service::start();
    let app = hub(&service).await;
    let worker = app.world.centre.staff(Role::Caseworker).clone();
    rewrite(&app, worker.person, "1234").await;
    rewrite(&app, worker.person, "12345").await;
    app.app.clock.advance(1.minutes());
    app.enrol(&worker, &mut Authenticator::new(1)).await;
    comes(&app, &service, "12345").await.expect(303);
    assert_eq!(bindings(&app, worker.person).await, 1);
    assert_eq!(mails(&app, worker.person).await, ["account_bound", "passkey_added"]);
    // The same account once more is no news.
    comes(&app, &service, "12345").await.expect(303);
    assert_eq!(mails(&app, worker.person).await.len(), 2);
}

#[tokio::test]
async fn whoever_will_govern_is_bound_by_no_claim_today() {
    let service = Service::start();
    let app = hub(&service).await;
    let (ward, root) = (app.world.ward, app.world.root.id);
    let worker = app.world.centre.staff(Role::Caseworker).person;
    app.run(&format!("UPDATE hub.people SET staff_code = '12345' WHERE id = '{worker}'")).await;
    app.run(&format!(
        "INSERT INTO hub.memberships (ward_id, id, person_id, organization_id, role, from_on)
         VALUES ('{ward}', gen_random_uuid(), '{worker}', '{root}', 'auditor', '2026-12-01')"
    ))
    .await;
    comes(&app, &service, "12345").await.expect(403);
    app.run("DELETE FROM hub.memberships WHERE from_on = '2026-12-01'").await;
    comes(&app, &service, "12345").await.expect(303);
    // Nor does what was bound before open the account from then on.
    app.run(&format!(
        "INSERT INTO hub.memberships (ward_id, id, person_id, organization_id, role, from_on)
         VALUES ('{ward}', gen_random_uuid(), '{worker}', '{root}', 'auditor', '2026-12-01')"
    ))
    .await;
    comes(&app, &service, "12345").await.expect(403);
    assert_eq!(reasons(&app).await, ["unbound_identity"; 2]);
}

#[tokio::test]
async fn nobody_is_promoted_over_a_binding_by_claim() {
    let service = Service::start();
    let app = hub(&service).await;
    let second = second_admin(&app, 10).await;
    let (ward, root) = (app.world.ward, app.world.root.id.to_string());
    let worker = app.world.centre.staff(Role::Caseworker).person;
    app.run(&format!(
        "UPDATE hub.people SET staff_code = '12345' WHERE id = '{worker}';
         INSERT INTO hub.passkeys (ward_id, id, person_id, credential_id, credential, name, created_at, kind, synced)
         SELECT '{ward}', gen_random_uuid(), '{worker}', sha256(('{worker}' || n)::bytea), '{{}}', '鍵', '2026-04-01T00:00:00Z', 'key', false
         FROM generate_series(1, 2) n"
    ))
    .await;
    comes(&app, &service, "12345").await.expect(303);
    let wish = [("organization", root.as_str()), ("role", "auditor"), ("from_on", "2026-11-20"), ("end", "")];
    app.admin().post(&format!("/people/{worker}/memberships"), &wish).await.expect(303);
    let proposal: String = app.value("SELECT id::text FROM hub.proposals WHERE state = 'open'").await;
    let decide = format!("/people/{worker}/proposals/{proposal}");
    let second = app.with_session(&second.token);
    let refused = second.post(&decide, &[("decision", "approve")]).await.expect(422);
    assert!(refused.text().contains("職員番号で自動的に結び付いた"));
    let governs = format!("SELECT count(*) FROM hub.memberships WHERE person_id = '{worker}' AND role = 'auditor'");
    assert_eq!(app.value::<i64>(&governs).await, 0);
    app.admin().post(&format!("/people/{worker}/binding/ending"), &[]).await.expect(303);
    approve(&app, &second, &worker.to_string(), &proposal).await.expect(303);
    assert_eq!(app.value::<i64>(&governs).await, 1);
    comes(&app, &service, "12345").await.expect(403);
    let kept = app.sql(&format!("SELECT state FROM hub.bindings WHERE person_id = '{worker}'")).await;
    assert_eq!(kept, [json!({ "state": "ended" })]);
}
