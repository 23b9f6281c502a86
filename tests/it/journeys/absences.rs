//! 休暇: entered by oneself or a supervisor, with somebody who stands in, and taken back.

use tsunagi::gate::Role;

use crate::support::TestApp;

async fn count(app: &TestApp) -> i64 {
    app.value("SELECT count(*) FROM desk.absences WHERE ended_at IS NULL").await
}

async fn only(app: &TestApp) -> String {
    app.value::<String>("SELECT id::text FROM desk.absences WHERE ended_at IS NULL").await
}

#[tokio::test]
async fn a_caseworker_enters_leave_once_and_takes_it_back() {
    let app = TestApp::new().await;
    let deputy = app.world.double.person.to_string();
    let fields = [("from", "令和8年11月24日"), ("until", "2026-11-27"), ("substitute", &deputy)];
    let back = app.caseworker().post("/absences", &fields).await.expect(303);
    app.caseworker().post("/absences", &fields).await.expect(303);
    assert_eq!(count(&app).await, 1, "sent twice, entered once");
    let page = app.caseworker().get(back.location()).await.expect(200);
    assert!(page.text().contains("11月24日（火）から11月27日（金）まで"), "{}", page.text());
    let id = only(&app).await;
    app.caseworker().post(&format!("/absences/{id}/ending"), &[]).await.expect(303);
    assert_eq!(count(&app).await, 0);
    let over = app.caseworker().post(&format!("/absences/{id}/ending"), &[]).await.expect(422);
    assert!(over.text().contains("すでに終わったか"));
}

#[tokio::test]
async fn what_does_not_fit_is_said_beside_its_field() {
    let app = TestApp::new().await;
    let (own, deputy) = (app.world.centre.staff(Role::Caseworker).person.to_string(), app.world.double.person.to_string());
    for (fields, error) in [
        (vec![], "from-error"),
        (vec![("from", "2026-11-27"), ("until", "2026-11-24")], "until-error"),
        (vec![("from", "2026-11-01"), ("until", "2026-11-02")], "until-error"),
        (vec![("from", "2026-11-24"), ("until", "2030-11-24")], "until-error"),
        (vec![("from", "2026-11-24"), ("until", "2026-11-24"), ("substitute", own.as_str())], "substitute-error"),
        (vec![("from", "2026-11-24"), ("until", "2026-11-24"), ("substitute", "nobody")], "substitute-error"),
    ] {
        let page = app.caseworker().post("/absences", &fields).await.expect(422);
        assert_eq!(page.all(&format!("#{error}")).len(), 1, "{fields:?}");
        for (name, value) in fields.iter().filter(|(name, _)| *name != "substitute") {
            assert_eq!(page.attributes(&format!("#{name}"), "value"), [*value], "kept");
        }
    }
    app.caseworker().post("/absences", &[("from", "2026-11-24"), ("until", "2026-11-27")]).await.expect(303);
    let page = app.caseworker().post("/absences", &[("from", "2026-11-26"), ("until", "2026-11-30")]).await.expect(422);
    assert!(page.text().contains("すでに休暇が登録されています"));
    // Whoever is away stands in for nobody.
    let fields = [("person", deputy.as_str()), ("from", "2026-11-25"), ("until", "2026-11-25"), ("substitute", own.as_str())];
    let page = app.supervisor().post("/absences", &fields).await.expect(422);
    assert!(page.text().contains("この人も休暇です"));
}

#[tokio::test]
async fn a_supervisor_arranges_for_others_and_a_colleague_does_not() {
    let app = TestApp::new().await;
    let (chief, worker) = (app.world.centre.staff(Role::Supervisor), app.world.centre.staff(Role::Caseworker));
    let person = chief.person.to_string();
    app.caseworker().post("/absences", &[("person", &person), ("from", "2026-11-24"), ("until", "2026-11-24")]).await.expect(422);
    assert_eq!(count(&app).await, 0);
    let person = worker.person.to_string();
    app.supervisor().post("/absences", &[("person", &person), ("from", "2026-11-24"), ("until", "2026-11-24")]).await.expect(303);
    let id = only(&app).await;
    app.supervisor().post(&format!("/absences/{id}/ending"), &[]).await.expect(303);
    app.supervisor().post("/absences", &[("from", "2026-11-24"), ("until", "2026-11-24")]).await.expect(303);
    let id = only(&app).await;
    app.caseworker().post(&format!("/absences/{id}/ending"), &[]).await.expect(422);
    app.signed_in(&app.world.guidance, Role::Supervisor).post(&format!("/absences/{id}/ending"), &[]).await.expect(422);
    assert_eq!(count(&app).await, 1, "somebody else's");
    for caller in [app.reporter(), app.head(), app.admin(), app.auditor()] {
        caller.get("/absences").await.expect(404);
    }
}

#[tokio::test]
async fn a_substitute_of_the_branch_stands_in_there_also_for_whoever_looks_from_above() {
    let app = TestApp::new().await;
    let branch = &app.world.branch;
    let (worker, deputy) = (branch.staff(Role::Caseworker), branch.staff(Role::Supervisor));
    let stands_in = deputy.person.to_string();
    let fields = [("from", "2026-11-24"), ("until", "2026-11-27"), ("substitute", stands_in.as_str())];
    app.signed_in(branch, Role::Caseworker).post("/absences", &fields).await.expect(303);
    let rows = async || app.supervisor().get("/absences").await.expect(200).text();
    let shown = rows().await;
    assert!(shown.contains(&worker.name) && shown.contains(&deputy.name), "{shown}");
    app.run(&format!("UPDATE hub.memberships SET suspended_at = '2026-11-20T00:00:00Z' WHERE id = '{}'", deputy.membership)).await;
    let shown = rows().await;
    assert!(shown.contains(&worker.name) && !shown.contains(&deputy.name), "whoever was stopped stands in for nobody: {shown}");
}
