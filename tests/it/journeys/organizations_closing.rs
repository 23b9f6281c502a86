//! Closing and merging: what is open is said first, everybody and everything goes along, nothing becomes unreachable.

use serde_json::json;
use tsunagi::gate::Role;

use crate::support::{Caller, TestApp};

pub(super) async fn verified(app: &TestApp) -> Caller<'_> {
    app.verify_everybody().await;
    app.admin()
}

#[tokio::test]
async fn a_facility_with_requests_is_not_closed_and_the_desk_learns_a_number_only() {
    let app = TestApp::new().await;
    let admin = verified(&app).await;
    let path = format!("/organizations/{}/closing", app.world.nursery.id);
    let page = admin.get(&path).await.expect(200);
    assert!(page.text().contains("見守り依頼が3件あります"), "{}", page.text());
    assert!(page.text().contains(&app.world.nursery.staff(Role::FacilityHead).name), "somebody who belongs nowhere else");
    assert!(!page.all("#confirm a").join(" ").contains("兼務"), "who also works elsewhere stays");
    let refused = admin.post(&path, &[("revision", "1"), ("last_on", "2027-03-31"), ("confirmed", "1")]).await.expect(422);
    assert!(refused.all("x-error-focus").concat().contains("見守り依頼が3件"));
    assert_eq!(refused.attributes("#last_on", "value"), ["2027-03-31"]);

    app.run(&format!("UPDATE watch.watches SET until_on = '2027-03-20' WHERE facility_id = '{}'", app.world.nursery.id)).await;
    for (fields, words) in [
        (&[("revision", "1"), ("last_on", ""), ("confirmed", "1")][..], "最後の日を入力してください"),
        (&[("revision", "1"), ("last_on", "2026-10-31"), ("confirmed", "1")], "か、それより後の日付"),
        (&[("revision", "1"), ("last_on", "2031-03-31"), ("confirmed", "1")], "より先の日付は登録できません"),
        (&[("revision", "1"), ("last_on", "R9.3.31")], "残っている所属をどうするか"),
    ] {
        let page = admin.post(&path, fields).await.expect(422);
        assert!(page.all("x-error-focus").concat().contains(words), "{fields:?}: {:?}", page.all("x-error-focus"));
    }
    admin.post(&path, &[("revision", "9"), ("last_on", "R9.3.31"), ("confirmed", "1")]).await.expect(409);
    admin.post(&path, &[("revision", "1"), ("last_on", "R9.3.31"), ("confirmed", "1")]).await.expect(303);

    let ended = app
        .sql(&format!(
            "SELECT DISTINCT until_on, ended_reason FROM hub.memberships WHERE organization_id = '{}'",
            app.world.nursery.id
        ))
        .await;
    assert_eq!(ended, [json!({ "until_on": "2027-03-31", "ended_reason": "ended" })]);
    app.at("2027-03-31T09:00").refresh_sessions().await;
    app.reporter().get("/sheet").await.expect(200);
    app.at("2027-04-01T09:00").refresh_sessions().await;
    assert_eq!(app.reporter().get("/sheet").await.expect(303).location(), "/organization", "from the day after nobody acts for it");

    // The office that asked still reads what was reported; the tree shows that it is closed.
    let watch = app.world.watch(&app.world.centre, &app.world.nursery);
    let request = app.caseworker().get(&format!("/requests/{}", watch.id)).await.expect(200);
    assert!(request.text().contains(&watch.name) && request.text().contains("R8.11.19"));
    let open = app.admin().get("/organizations").await.expect(200).all("tbody th");
    assert!(!open.iter().any(|name| name.contains(&app.world.nursery.name)));
    let closed = app.admin().get("/organizations?standing=closed").await.expect(200).all("tbody th");
    assert!(closed.len() == 1 && closed[0].contains("令和9年3月31日") && closed[0].contains("閉鎖"), "{closed:?}");
    let page = app.admin().get(&format!("/organizations/{}", app.world.nursery.id)).await.expect(200);
    assert!(page.text().contains("閉鎖") && !page.attributes("a", "href").iter().any(|href| href.ends_with("/closing")));
}

#[tokio::test]
async fn what_stands_below_and_unfinished_work_come_first() {
    let app = TestApp::new().await;
    let admin = verified(&app).await;
    let page = admin.get(&format!("/organizations/{}/closing", app.world.centre.id)).await.expect(200);
    let left = page.all("#left").concat();
    assert!(
        left.contains(&app.world.branch.name) && left.contains("終わっていないアラート") && left.contains("見守り依頼が3件"),
        "{left}"
    );
    admin
        .post(
            &format!("/organizations/{}/closing", app.world.centre.id),
            &[("revision", "1"), ("last_on", "R9.3.31"), ("confirmed", "1")],
        )
        .await
        .expect(422);
    for caller in [app.head(), app.supervisor(), app.auditor()] {
        caller.get(&format!("/organizations/{}/closing", app.world.branch.id)).await.expect(404);
        caller.get(&format!("/organizations/{}/merging", app.world.branch.id)).await.expect(404);
    }
    admin.get(&format!("/organizations/{}/closing", app.world.root.id)).await.expect(404);
    admin.get(&format!("/organizations/{}/merging", app.other.branch.id)).await.expect(404);
}

#[tokio::test]
async fn a_merged_facility_hands_its_people_and_its_children_over_on_the_day() {
    let app = TestApp::new().await;
    let admin = verified(&app).await;
    let (old, new) = (&app.world.nursery, &app.world.elementary);
    let path = format!("/organizations/{}/merging", old.id);
    let page = admin.get(&path).await.expect(200);
    assert!(page.text().contains("見守り依頼 3件"));
    let choices = page.attributes("#successor option", "value");
    assert!(choices.contains(&new.id.to_string()) && !choices.contains(&app.world.centre.id.to_string()), "its own kind only");
    let successor = new.id.to_string();
    for (fields, words) in [
        (&[("revision", "1"), ("successor", ""), ("from_on", "R9.4.1"), ("confirmed", "1")][..], "統合先を選んでください"),
        (
            &[("revision", "1"), ("successor", &successor), ("from_on", "2026-11-20"), ("confirmed", "1")],
            "統合の日は、令和8年11月21日",
        ),
        (&[("revision", "1"), ("successor", &successor), ("from_on", "R9.4.1")], "印を付けてください"),
    ] {
        let page = admin.post(&path, fields).await.expect(422);
        assert!(page.all("x-error-focus").concat().contains(words), "{fields:?}: {:?}", page.all("x-error-focus"));
    }
    let wanted = [("revision", "1"), ("successor", successor.as_str()), ("from_on", "令和9年4月1日"), ("confirmed", "1")];
    let reports: i64 = app.value("SELECT count(*) FROM watch.reports").await;
    admin.post(&path, &wanted).await.expect(303);
    admin.post(&path, &wanted).await.expect(409);

    // The same children, offices and terms; the old requests end the day before and keep their reports.
    let live = app.world.watches.iter().filter(|watch| watch.live && watch.facility == old.id).count();
    let carried = app
        .sql(&format!(
            "SELECT o.child_id = n.child_id AND o.name = n.name AND r.office_id = s.office_id AND r.ground = s.ground AS same, o.until_on, n.from_on, n.until_on AS ends
             FROM watch.watches o JOIN watch.watches n ON n.child_id = o.child_id AND n.facility_id = '{}'
             JOIN desk.requests r ON r.watch_id = o.id JOIN desk.requests s ON s.watch_id = n.id
             WHERE o.facility_id = '{}'", new.id, old.id
        ))
        .await;
    assert_eq!(carried.len(), live);
    assert!(
        carried.iter().all(|row| *row == json!({ "same": true, "until_on": "2027-03-31", "from_on": "2027-04-01", "ends": null })),
        "{carried:?}"
    );
    assert_eq!(app.value::<i64>("SELECT count(*) FROM watch.reports").await, reports);
    let moved: i64 = app
        .value(&format!(
            "SELECT count(*) FROM hub.memberships n JOIN hub.memberships o ON o.person_id = n.person_id AND o.role = n.role AND o.organization_id = '{}'
             WHERE n.organization_id = '{}' AND n.from_on = '2027-04-01' AND o.until_on = '2027-03-31' AND o.ended_reason = 'merged'",
            old.id, new.id
        ))
        .await;
    assert_eq!(moved, 3, "reporter, head, and who also works elsewhere");

    // History is on both pages, and the office sees why the old request ended.
    assert!(app.admin().get(&format!("/organizations/{}", old.id)).await.expect(200).all("#history").concat().contains(&new.name));
    assert!(app.admin().get(&format!("/organizations/{}", new.id)).await.expect(200).all("#history").concat().contains(&old.name));
    let watch = app.world.watch(&app.world.centre, old);
    let request = app.caseworker().get(&format!("/requests/{}", watch.id)).await.expect(200);
    assert!(request.text().contains("施設の統合により") && request.text().contains("R8.11.19"));

    // On the day the successor's sheet has them, and the old facility is no more.
    app.at("2027-03-31T09:00").refresh_sessions().await;
    assert!(app.reporter().get("/sheet").await.expect(200).text().contains(&watch.name));
    app.at("2027-04-01T09:00").refresh_sessions().await;
    assert_eq!(app.reporter().get("/sheet").await.expect(303).location(), "/organization");
    assert!(app.signed_in(new, Role::Reporter).get("/sheet").await.expect(200).text().contains(&watch.name));
}

#[tokio::test]
async fn a_merged_office_leaves_its_requests_and_alerts_to_its_successor() {
    let app = TestApp::new().await;
    let admin = verified(&app).await;
    let (old, new) = (&app.world.branch, &app.world.centre);
    // A centre of its own beside the other, so that it sees nothing of the branch by standing above it.
    app.run(&format!("UPDATE hub.organizations SET parent_id = '{}' WHERE id = '{}'", app.world.root.id, old.id)).await;
    let alert = app.world.alert(old).id;
    app.caseworker().get(&format!("/alerts/{alert}")).await.expect(404);
    let worker = old.staff(Role::Caseworker).person;
    app.run(&format!("UPDATE desk.requests SET assigned_to = '{worker}' WHERE office_id = '{}'", old.id)).await;
    let successor = new.id.to_string();
    let wanted = [("revision", "1"), ("successor", successor.as_str()), ("from_on", "2026-11-21"), ("confirmed", "1")];
    admin.post(&format!("/organizations/{}/merging", old.id), &wanted).await.expect(303);
    app.at("2026-11-21T09:00").refresh_sessions().await;
    app.caseworker().get(&format!("/alerts/{alert}")).await.expect(200);
    let watch = app.world.watch(old, &app.world.nursery);
    app.caseworker().get(&format!("/requests/{}", watch.id)).await.expect(200);
    app.signed_in(&app.world.guidance, Role::Caseworker).get(&format!("/alerts/{alert}")).await.expect(404);
    assert_eq!(app.signed_in(old, Role::Caseworker).get("/alerts").await.expect(303).location(), "/organization");

    // Whoever had the case has it there too: nobody is missed.
    tsunagi::work::clock::look(&app.app).await;
    assert_eq!(
        app.value::<i64>(&format!("SELECT count(*) FROM desk.alerts WHERE rule = 'K8' AND watch_id = '{}'", watch.id)).await,
        0
    );
}

/// The steps across the fence do nothing but what the desk has written down.
#[tokio::test]
async fn requests_are_carried_only_along_a_merger_that_is_written_down() {
    let app = TestApp::new().await;
    let before = app.fingerprint().await;
    let carry = format!(
        "BEGIN; SELECT set_config('tsunagi.ward', '{}', true); SELECT set_config('tsunagi.today', '2026-11-20', true);
         SELECT hub.carry_requests_over('{}', NULL, now(), 'x'); COMMIT",
        app.world.ward, app.world.nursery.id
    );
    app.run(&carry).await;
    assert_eq!(app.fingerprint().await, before);
}
