//! Whose an account is: proposed by its owner, approved by somebody else; or by a verified staff code; never by a mail address.

use serde_json::json;
use tsunagi::gate::Role;

use super::{bind, reasons, signed_in};
use crate::support::{Authenticator, Caller, Flow, Service, TestApp};

/// Somebody goes to the service from their account, and comes back with what they found there.
async fn brought_back(app: &TestApp, service: &Service, caller: &Caller<'_>, account: &str) -> String {
    service.tell(account, "").await;
    let flow = Flow::begin(caller, "/me/provider/departure").await;
    let back = service.walk(&flow).await;
    let arrived = flow.come_back(app, &back).await.expect(303);
    arrived.location().strip_prefix("/sign-in/provider/arrived?next=").expect("a page of ours").to_owned()
}

fn ceremony(page: &str) -> &str {
    page.rsplit('/').next().unwrap_or_default()
}

#[tokio::test]
async fn an_account_is_proposed_approved_by_another_and_then_lets_its_owner_in() {
    let service = Service::start();
    let app = service.hub_in_use().await;
    app.verify_everybody().await;
    let (caseworker, staff) = (app.caseworker(), app.world.centre.staff(Role::Caseworker).clone());
    assert!(caseworker.get("/me/provider").await.expect(200).text().contains("まだ結び付いていません"));

    let page = brought_back(&app, &service, &caseworker, "tanaka").await;
    let shown = caseworker.get(&page).await.expect(200);
    assert!(shown.text().contains("tanaka@example.lg.jp"));
    // Looking again is no proposal; another session's way back is nobody else's.
    caseworker.get(&page).await.expect(200);
    assert_eq!(app.supervisor().get(&page).await.expect(303).location(), "/me/provider?done=over");
    assert_eq!(app.value::<i64>("SELECT count(*) FROM hub.bindings").await, 0);
    let form = [("ceremony", ceremony(&page))];
    assert_eq!(app.supervisor().post("/me/provider", &form).await.expect(303).location(), "/me/provider?done=over");
    for _ in 0..2 {
        assert_eq!(caseworker.post("/me/provider", &form).await.expect(303).location(), "/me/provider?done=proposed");
    }
    assert_eq!(app.value::<i64>("SELECT count(*) FROM hub.bindings").await, 1, "sent twice, done once");

    // Not before somebody else has said yes.
    let unknown = service.sign_in(&app).await.expect(403);
    assert!(unknown.text().contains("管理者におたずねください") && !unknown.text().contains("tanaka"), "it says nothing");
    assert_eq!(reasons(&app).await, ["unbound_identity"]);
    let decide = format!("/people/{}/binding", staff.person);
    for nobody in [app.supervisor(), app.auditor(), app.head(), caseworker.clone()] {
        nobody.get(&decide).await.expect(404);
    }
    let list = app.admin().get("/bindings").await.expect(200);
    assert!(list.all("tbody tr")[0].contains("tanaka@example.lg.jp"));
    let form = app.admin().get(&decide).await.expect(200);
    let binding = form.attributes("input[name=binding]", "value")[0].clone();
    app.admin().post(&decide, &[("binding", &binding)]).await.expect(303);
    let approved = [("binding", binding.as_str()), ("decision", "approve")];
    assert_eq!(app.admin().post(&decide, &approved).await.expect(303).location(), "/bindings?done=approved");
    assert_eq!(app.admin().post(&decide, &approved).await.expect(303).location(), "/bindings?done=over");
    let told = app.sql("SELECT person_id FROM hub.mails WHERE kind = 'account_bound'").await;
    assert_eq!(told, [json!({ "person_id": staff.person })], "its owner hears of it, once");

    let arrived = service.sign_in(&app).await.expect(303);
    let session = arrived.session();
    let cookies = arrived.headers.get_all("set-cookie").iter().map(|line| line.to_str().unwrap().to_owned()).collect::<Vec<_>>();
    assert!(cookies.iter().any(|line| line.starts_with("__Host-tsunagi=") && line.contains("SameSite=Strict")), "{cookies:?}");
    assert!(cookies.iter().any(|line| line.starts_with("__Host-tsunagi-sent=;") && line.contains("Max-Age=0")), "{cookies:?}");
    let between = app.stranger().get(arrived.location()).await.expect(200);
    assert_eq!(between.attributes("meta[http-equiv=refresh]", "content"), ["0;url=/"]);
    assert_eq!(app.with_session(&session).get("/").await.expect(303).location(), "/alerts");
    app.with_session(&session).get("/alerts").await.expect(200);
    assert_eq!(signed_in(&app).await, 1);
    let method = app.sql("SELECT method FROM hub.sessions WHERE method = 'provider'").await;
    assert_eq!(method, [json!({ "method": "provider" })]);
    // It is no step-up (security B2).
    app.with_session(&session).get("/requests/export").await.expect(403);
    let said: i64 = app.value("SELECT count(*) FROM hub.trail WHERE detail::text LIKE '%tanaka%'").await;
    assert_eq!(said, 0, "the trail names nobody");
    let other = app.stranger().get("/sign-in/provider/arrived?next=//example.com").await.expect(200);
    assert_eq!(other.attributes("meta[http-equiv=refresh]", "content"), ["0;url=/"], "never to another site");

    // Out here is not out there, and whoever shares the device must know.
    let out = app.with_session(&session).post("/sign-out", &[]).await.expect(303);
    assert_eq!(out.location(), "/sign-in?left=service");
    assert!(
        app.stranger()
            .get(out.location())
            .await
            .expect(200)
            .all("[role=status]")
            .concat()
            .contains("まだ入ったままのことがあります")
    );
    assert!(app.stranger().get("/sign-in").await.expect(200).all("[role=status]").is_empty());
    assert_eq!(app.caseworker().post("/sign-out", &[]).await.expect(303).location(), "/sign-in", "by a passkey");
}

#[tokio::test]
async fn linking_asks_for_the_passkey_and_nobody_approves_their_own() {
    let service = Service::start();
    let app = service.hub_in_use().await;
    let mut key = Authenticator::new(1);
    let caseworker = app.enrol(app.world.centre.staff(Role::Caseworker), &mut key).await;
    for path in ["/me/provider", "/me/provider/departure"] {
        caseworker.get(path).await.expect(403);
    }
    caseworker.verified("linkProvider", &key).await.get("/me/provider").await.expect(200);

    app.verify_everybody().await;
    let admin = app.world.root.staff(Role::WardAdmin).person;
    let page = brought_back(&app, &service, &app.admin(), "admin").await;
    app.admin().post("/me/provider", &[("ceremony", ceremony(&page))]).await.expect(303);
    app.admin().get(&format!("/people/{admin}/binding")).await.expect(404);
    let held: i64 = app.value("SELECT count(*) FROM pg_constraint WHERE conname = 'bindings_two_people'").await;
    assert_eq!(held, 1, "the table holds it too");
}

#[tokio::test]
async fn of_two_approvals_of_one_account_at_the_same_moment_one_is_refused() {
    let service = Service::start();
    let app = service.hub_in_use().await;
    app.verify_everybody().await;
    let mut decisions = Vec::new();
    for (caller, role) in [(app.caseworker(), Role::Caseworker), (app.supervisor(), Role::Supervisor)] {
        let page = brought_back(&app, &service, &caller, "tanaka").await;
        caller.post("/me/provider", &[("ceremony", ceremony(&page))]).await.expect(303);
        let path = format!("/people/{}/binding", app.world.centre.staff(role).person);
        let binding = app.admin().get(&path).await.expect(200).attributes("input[name=binding]", "value")[0].clone();
        decisions.push((path, binding));
    }
    let admin = app.admin();
    let approve =
        async |(path, binding): &(String, String)| admin.post(path, &[("binding", binding), ("decision", "approve")]).await;
    let (one, two) = tokio::join!(approve(&decisions[0]), approve(&decisions[1]));
    let mut answered = [one.status.as_u16(), two.status.as_u16()];
    answered.sort_unstable();
    assert_eq!(answered, [303, 409]);
    assert_eq!(app.value::<i64>("SELECT count(*) FROM hub.bindings WHERE state = 'active'").await, 1);
}

#[tokio::test]
async fn an_account_is_one_persons_and_another_issuers_or_wards_is_another_account() {
    let service = Service::start();
    let app = service.hub_in_use().await;
    app.verify_everybody().await;
    bind(&app, &service, app.world.centre.staff(Role::Caseworker).person, "tanaka").await;
    let page = brought_back(&app, &service, &app.supervisor(), "tanaka").await;
    app.supervisor().post("/me/provider", &[("ceremony", ceremony(&page))]).await.expect(303);
    let decide = format!("/people/{}/binding", app.world.centre.staff(Role::Supervisor).person);
    let binding = app.admin().get(&decide).await.expect(200).attributes("input[name=binding]", "value")[0].clone();
    let taken = app.admin().post(&decide, &[("binding", &binding), ("decision", "approve")]).await.expect(409);
    assert!(taken.text().contains("もう別の人と結び付いています"));
    let refused = app.admin().post(&decide, &[("binding", &binding), ("decision", "refuse")]).await.expect(303);
    assert_eq!(refused.location(), "/bindings?done=refused");

    // The same account at another issuer, and at the ward next door.
    app.run("UPDATE hub.bindings SET issuer = 'https://login.example.com' WHERE state = 'active'").await;
    service.sign_in(&app).await.expect(403);
    app.run("DELETE FROM hub.bindings").await;
    bind(&app, &service, app.other.centre.staff(Role::Caseworker).person, "tanaka").await;
    service.sign_in(&app).await.expect(403);
    assert_eq!(reasons(&app).await, ["unbound_identity", "unbound_identity"]);
}

#[tokio::test]
async fn a_mail_address_or_name_binds_nobody() {
    let service = Service::start();
    let app = service.hub_in_use().await;
    let person = app.world.centre.staff(Role::Caseworker).person;
    app.run(&format!("UPDATE hub.people SET mail = 'tanaka@example.lg.jp', display_name = 'tanaka' WHERE id = '{person}'")).await;
    service.tell("tanaka", "").await;
    service.sign_in(&app).await.expect(403);
    app.run("UPDATE hub.providers SET staff_claim = 'email'").await;
    service.sign_in(&app).await.expect(403);
    assert_eq!(reasons(&app).await, ["unbound_identity"; 2]);
    assert_eq!(app.value::<i64>("SELECT count(*) FROM hub.bindings").await, 0);
}

#[tokio::test]
async fn a_verified_staff_code_binds_its_owner_once() {
    let service = Service::start();
    let app = service.hub().await;
    service.set(&app, &app.world, "staff_code").await;
    let (worker, admin) = (app.world.centre.staff(Role::Caseworker).person, app.world.root.staff(Role::WardAdmin).person);
    app.run(&format!("UPDATE hub.people SET staff_code = '12345' WHERE id = '{worker}'")).await;
    app.run(&format!("UPDATE hub.people SET staff_code = '99999' WHERE id = '{admin}'")).await;
    // Next door somebody has the same.
    let next_door = app.other.centre.staff(Role::Caseworker).person;
    app.run(&format!("UPDATE hub.people SET staff_code = '777' WHERE id = '{next_door}'")).await;
    for (account, status) in [("12345", 303), ("12345", 303), ("99999", 403), ("777", 403), ("tanaka", 403)] {
        service.tell(account, "").await;
        let answer = service.sign_in(&app).await;
        assert_eq!(answer.status, status, "{account}");
    }
    assert_eq!(reasons(&app).await, ["unbound_identity"; 3], "no privileged role, no other ward, no code");
    let bound = app.sql("SELECT person_id, by_claim, state FROM hub.bindings").await;
    assert_eq!(bound, [json!({ "person_id": worker, "by_claim": true, "state": "active" })]);

    // What the desk has ended does not come back by itself.
    app.verify_everybody().await;
    let end = format!("/people/{worker}/binding/ending");
    assert!(app.admin().get(&end).await.expect(200).text().contains("12345@example.lg.jp"));
    app.admin().post(&end, &[]).await.expect(303);
    service.tell("12345", "").await;
    service.sign_in(&app).await.expect(403);
}

#[tokio::test]
async fn the_end_of_a_binding_is_the_end_of_its_sessions() {
    let service = Service::start();
    let app = service.hub_in_use().await;
    app.verify_everybody().await;
    let staff = app.world.centre.staff(Role::Caseworker).clone();
    bind(&app, &service, staff.person, "tanaka").await;
    service.tell("tanaka", "").await;
    let session = service.sign_in(&app).await.expect(303).session();
    app.with_session(&session).get("/alerts").await.expect(200);
    let end = format!("/people/{}/binding/ending", staff.person);
    for nobody in [app.supervisor(), app.auditor(), app.caseworker()] {
        nobody.post(&end, &[]).await.expect(404);
    }
    app.admin().post(&end, &[]).await.expect(303);
    assert_eq!(app.with_session(&session).get("/alerts").await.expect(303).leads_to(), "/sign-in");
    service.sign_in(&app).await.expect(403);
    app.admin().post(&end, &[]).await.expect(303);
}

#[tokio::test]
async fn somebody_suspended_is_told_no_more_than_a_stranger() {
    let service = Service::start();
    let app = service.hub_in_use().await;
    let person = app.world.centre.staff(Role::Caseworker).person;
    bind(&app, &service, person, "tanaka").await;
    service.tell("suzuki", "").await;
    let stranger = service.sign_in(&app).await.expect(403);
    app.run(&format!("UPDATE hub.people SET status = 'suspended' WHERE id = '{person}'")).await;
    service.tell("tanaka", "").await;
    let suspended = service.sign_in(&app).await.expect(403);
    assert_eq!(stranger.text(), suspended.text());
    assert_eq!(reasons(&app).await, ["unbound_identity", "no_membership"]);
}
