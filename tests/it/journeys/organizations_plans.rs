//! A closing or merger that was only planned: taken back until its day, planned again, and what hangs on it first.

use tsunagi::gate::Role;

use super::organizations_closing::verified;
use crate::support::{Place, Staff, TestApp};

/// Everything a plan may change.
async fn standing(app: &TestApp) -> Vec<serde_json::Value> {
    app.sql(
        "SELECT 1 AS what, to_jsonb(m) - 'revision' AS row FROM hub.memberships m WHERE ended_reason = '' OR suspended_at IS NULL
         UNION ALL SELECT 2, to_jsonb(w) FROM watch.watches w
         UNION ALL SELECT 3, to_jsonb(r) - 'revision' FROM desk.requests r
         UNION ALL SELECT 4, to_jsonb(o) - 'revision' FROM hub.organizations o ORDER BY 1, 2",
    )
    .await
}

#[tokio::test]
async fn a_planned_closing_is_taken_back_until_its_day() {
    let app = TestApp::new().await;
    let admin = verified(&app).await;
    let nursery = &app.world.nursery;
    app.run(&format!("UPDATE watch.watches SET until_on = '2027-03-20' WHERE facility_id = '{}'", nursery.id)).await;
    // One with a last day of its own beyond the plan, and one who has said since then when they leave.
    let (reporter, head) = (nursery.staff(Role::Reporter), nursery.staff(Role::FacilityHead));
    app.run(&format!("UPDATE hub.memberships SET until_on = '2028-03-31' WHERE id = '{}'", reporter.membership)).await;
    let path = format!("/organizations/{}/reopening", nursery.id);
    assert_eq!(admin.get(&path).await.expect(303).location(), format!("/organizations/{}", nursery.id), "nothing is planned");
    let before = standing(&app).await;
    let closing = format!("/organizations/{}/closing", nursery.id);
    admin.post(&closing, &[("revision", "1"), ("last_on", "R9.3.31"), ("confirmed", "1")]).await.expect(303);
    assert_ne!(standing(&app).await, before);

    let shown = admin.get(&format!("/organizations/{}", nursery.id)).await.expect(200);
    assert!(shown.attributes("a", "href").contains(&path));
    let page = admin.get(&path).await.expect(200);
    assert!(page.text().contains("令和9年3月31日") && page.text().contains("3件"), "{}", page.text());
    admin.post(&path, &[("revision", "1")]).await.expect(409);
    for other in [app.head(), app.caseworker(), app.auditor()] {
        other.get(&path).await.expect(404);
        other.post(&path, &[("revision", "2")]).await.expect(404);
    }
    assert!(admin.post(&path, &[("revision", "2")]).await.expect(303).location().ends_with("done=reopened"));
    assert_eq!(standing(&app).await, before, "as if nothing had been planned");
    admin.post(&path, &[("revision", "2")]).await.expect(303);
    assert_eq!(standing(&app).await, before, "sent twice is done once");

    admin.post(&closing, &[("revision", "3"), ("last_on", "R9.3.31"), ("confirmed", "1")]).await.expect(303);
    app.run(&format!("UPDATE hub.people SET left_on = '2027-06-30' WHERE id = '{}'", head.person)).await;
    admin.post(&path, &[("revision", "4")]).await.expect(303);
    let ends = async |id: String| {
        app.value::<Option<String>>(&format!("SELECT until_on::text FROM hub.memberships WHERE id = '{id}'")).await
    };
    assert_eq!(ends(head.membership.to_string()).await.as_deref(), Some("2027-06-30"), "no longer than they stay");
    assert_eq!(ends(reporter.membership.to_string()).await.as_deref(), Some("2028-03-31"));

    // From the day after the last it is closed, and stays so.
    admin.post(&closing, &[("revision", "5"), ("last_on", "R9.3.31"), ("confirmed", "1")]).await.expect(303);
    app.at("2027-04-01T09:00").refresh_sessions().await;
    app.verify_everybody().await;
    let closed = standing(&app).await;
    app.admin().post(&path, &[("revision", "6")]).await.expect(303);
    assert_eq!(standing(&app).await, closed);
}

#[tokio::test]
async fn a_planned_merger_gives_everybody_and_every_request_back() {
    let app = TestApp::new().await;
    let admin = verified(&app).await;
    let (old, new) = (&app.world.nursery, &app.world.elementary);
    // One that begins after the merger would be moved as it is.
    let late = app.world.watch(&app.world.guidance, old);
    app.run(&format!(
        "DELETE FROM watch.days WHERE watch_id = '{0}'; UPDATE watch.watches SET from_on = '2027-05-01' WHERE id = '{0}'",
        late.id
    ))
    .await;
    let before = standing(&app).await;
    let successor = new.id.to_string();
    let wanted = [("revision", "1"), ("successor", successor.as_str()), ("from_on", "令和9年4月1日"), ("confirmed", "1")];
    admin.post(&format!("/organizations/{}/merging", old.id), &wanted).await.expect(303);
    let at_new = async || app.value::<i64>(&format!("SELECT count(*) FROM watch.watches WHERE facility_id = '{}'", new.id)).await;
    let carried = at_new().await;

    // Somebody takes a continuation in hand meanwhile: that holds.
    let watch = app.world.watch(&app.world.centre, old);
    let hand = app.world.centre.staff(Role::Supervisor).person;
    app.run(&format!(
        "UPDATE desk.requests SET assigned_to = '{hand}', revision = revision + 1 WHERE carried_from = '{}'",
        watch.id
    ))
    .await;
    let path = format!("/organizations/{}/reopening", old.id);
    assert!(admin.get(&path).await.expect(200).text().contains(&new.name));
    admin.post(&path, &[("revision", "2")]).await.expect(303);
    assert!(at_new().await < carried);
    app.run(&format!("UPDATE desk.requests SET assigned_to = NULL WHERE watch_id = '{}'", watch.id)).await;
    let after = standing(&app).await;
    // What began nowhere is written down as ended at once; everything else is as before.
    let kept: Vec<_> = after.iter().filter(|row| row["row"]["ended_reason"] != "ended").cloned().collect();
    let were: Vec<_> = before.iter().filter(|row| row["row"]["ended_reason"] != "ended").cloned().collect();
    let without_hand = |rows: Vec<serde_json::Value>| {
        rows.iter().map(ToString::to_string).map(|row| row.replace(&hand.to_string(), "")).collect::<Vec<_>>()
    };
    assert_eq!(without_hand(kept), without_hand(were));
    let request = app.caseworker().get(&format!("/requests/{}", watch.id)).await.expect(200);
    assert!(request.text().contains("取りやめになり"), "{}", request.text());
    app.at("2027-04-01T09:00").refresh_sessions().await;
    assert!(app.reporter().get("/sheet").await.expect(200).text().contains(&watch.name), "the day comes and nothing happens");
    assert!(!app.signed_in(new, Role::Reporter).get("/sheet").await.expect(200).text().contains(&watch.name));
}

/// From when until when somebody acts at a place by a role: what gives them nothing any more is left out.
async fn spans(app: &TestApp, place: &Place, staff: &Staff) -> Vec<(String, String)> {
    let rows = app
        .sql(&format!(
            "SELECT from_on, coalesce(until_on::text, '') AS until_on FROM hub.memberships
             WHERE organization_id = '{}' AND person_id = '{}' AND role = '{}' AND suspended_at IS NULL ORDER BY from_on",
            place.id,
            staff.person,
            staff.role.code()
        ))
        .await;
    let text = |row: &serde_json::Value, column: &str| row[column].as_str().unwrap_or_default().to_owned();
    rows.iter().map(|row| (text(row, "from_on"), text(row, "until_on"))).collect()
}

fn span(from: &str, until: &str) -> (String, String) {
    (from.to_owned(), until.to_owned())
}

#[tokio::test]
async fn a_merger_taken_back_and_planned_again_for_the_same_day_carries_everybody() {
    let app = TestApp::new().await;
    let admin = verified(&app).await;
    let (old, new) = (&app.world.nursery, &app.world.elementary);
    let (reporter, head) = (old.staff(Role::Reporter), old.staff(Role::FacilityHead));
    // Somebody whose coming role here was stopped before any of this: that is no plan's business.
    let stopped = "00000009-0000-4000-8000-000000000009";
    app.run(&format!(
        "INSERT INTO hub.memberships (ward_id, id, person_id, organization_id, role, from_on, until_on, suspended_at, ended_reason)
         VALUES ('{}', '{stopped}', '{}', '{}', 'facility_head', '2027-05-01', '2027-05-01', '2026-11-19T00:00:00Z', 'ended')",
        app.world.ward, reporter.person, old.id
    ))
    .await;
    let merging = format!("/organizations/{}/merging", old.id);
    let reopening = format!("/organizations/{}/reopening", old.id);
    let successor = new.id.to_string();
    let mut revision = 1;
    for again in [false, true] {
        let number = revision.to_string();
        let wanted =
            [("revision", number.as_str()), ("successor", successor.as_str()), ("from_on", "令和9年4月1日"), ("confirmed", "1")];
        admin.post(&merging, &wanted).await.expect(303);
        for staff in [reporter, head, &app.world.double] {
            assert_eq!(spans(&app, new, staff).await, [span("2027-04-01", "")], "{} again: {again}", staff.name);
        }
        revision += 1;
        if !again {
            admin.post(&reopening, &[("revision", &revision.to_string())]).await.expect(303);
            for staff in [reporter, head, &app.world.double] {
                assert!(spans(&app, new, staff).await.is_empty(), "{}", staff.name);
            }
            revision += 1;
        }
        let reason: String = app.value(&format!("SELECT ended_reason FROM hub.memberships WHERE id = '{stopped}'")).await;
        assert_eq!(reason, "ended", "stopped is stopped");
    }

    // On the day they are let in at the successor, and see the children who came along.
    app.at("2027-04-01T09:00").refresh_sessions().await;
    assert_eq!(app.reporter().get("/sheet").await.expect(303).location(), "/organization");
    let membership: String = app
        .value(&format!(
            "SELECT id::text FROM hub.memberships WHERE organization_id = '{}' AND person_id = '{}' AND suspended_at IS NULL",
            new.id, reporter.person
        ))
        .await;
    let chosen = app.reporter().post("/organization", &[("membership", &membership)]).await.expect(303);
    let sheet = app.with_session(&chosen.session()).get("/sheet").await.expect(200);
    assert!(sheet.text().contains(&app.world.watch(&app.world.centre, old).name));
}

#[tokio::test]
async fn whoever_has_the_role_at_the_successor_for_a_while_goes_on_by_what_they_had_here() {
    let app = TestApp::new().await;
    let admin = verified(&app).await;
    let (old, new) = (&app.world.nursery, &app.world.elementary);
    let (reporter, head) = (old.staff(Role::Reporter), old.staff(Role::FacilityHead));
    let beside = async |staff: &Staff, from: &str, until: &str| {
        app.run(&format!(
            "INSERT INTO hub.memberships (ward_id, id, person_id, organization_id, role, from_on, until_on)
             VALUES ('{}', gen_random_uuid(), '{}', '{}', '{}', '{from}', {until})",
            app.world.ward,
            staff.person,
            new.id,
            staff.role.code()
        ))
        .await;
    };
    // One until June; one from June on; one all the time; and one here for some years, there for two months of them.
    beside(reporter, "2026-04-01", "'2027-06-30'").await;
    beside(head, "2027-06-01", "NULL").await;
    let double = &app.world.double;
    app.run(&format!("UPDATE hub.memberships SET until_on = '2029-03-31' WHERE id = '{}'", double.membership)).await;
    beside(double, "2027-06-01", "'2027-07-31'").await;
    let before = [spans(&app, new, reporter).await, spans(&app, new, head).await, spans(&app, new, double).await];

    let successor = new.id.to_string();
    let wanted = [("revision", "1"), ("successor", successor.as_str()), ("from_on", "令和9年4月1日"), ("confirmed", "1")];
    admin.post(&format!("/organizations/{}/merging", old.id), &wanted).await.expect(303);
    assert_eq!(spans(&app, new, reporter).await, [span("2026-04-01", "2027-06-30"), span("2027-07-01", "")]);
    assert_eq!(spans(&app, new, head).await, [span("2027-04-01", "2027-05-31"), span("2027-06-01", "")]);
    let three = [span("2027-04-01", "2027-05-31"), span("2027-06-01", "2027-07-31"), span("2027-08-01", "2029-03-31")];
    assert_eq!(spans(&app, new, double).await, three);

    admin.post(&format!("/organizations/{}/reopening", old.id), &[("revision", "2")]).await.expect(303);
    let after = [spans(&app, new, reporter).await, spans(&app, new, head).await, spans(&app, new, double).await];
    assert_eq!(after, before, "what was theirs before stays");
}

#[tokio::test]
async fn what_hangs_on_a_plan_is_taken_back_first() {
    let app = TestApp::new().await;
    let admin = verified(&app).await;
    let (old, new) = (&app.world.nursery, &app.world.elementary);
    let successor = new.id.to_string();
    let wanted = [("revision", "1"), ("successor", successor.as_str()), ("from_on", "R9.4.1"), ("confirmed", "1")];
    admin.post(&format!("/organizations/{}/merging", old.id), &wanted).await.expect(303);
    app.run(&format!("UPDATE hub.organizations SET closed_on = '2028-04-01' WHERE id = '{}'", new.id)).await;
    let path = format!("/organizations/{}/reopening", old.id);
    assert!(admin.get(&path).await.expect(200).attributes("main form", "action").is_empty(), "nothing to press");
    let page = admin.post(&path, &[("revision", "2")]).await.expect(422);
    assert!(page.text().contains("統合先にも、閉鎖か統合の予定があります"));
    app.run(&format!("UPDATE hub.organizations SET closed_on = NULL WHERE id = '{}'", new.id)).await;
    app.run(&format!("UPDATE hub.organizations SET closed_on = '2028-04-01' WHERE id = (SELECT parent_id FROM hub.organizations WHERE id = '{}')", old.id)).await;
    assert!(admin.post(&path, &[("revision", "2")]).await.expect(422).text().contains("上の組織にも"));
}
