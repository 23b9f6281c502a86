//! The auditor reads who did and saw what; reading it is written down too.

use tsunagi::gate::Role;

use crate::support::TestApp;

#[tokio::test]
async fn what_somebody_saw_can_be_read_by_person_action_and_day() {
    let app = TestApp::new().await;
    app.head().get("/calendar").await.expect(200);
    app.at("2026-11-21T09:00").refresh_sessions().await;
    app.admin().get("/organizations").await.expect(200);
    app.signed_in(&app.other.root, Role::WardAdmin).get("/organizations").await.expect(200);

    let head = app.world.nursery.staff(Role::FacilityHead);
    let page = app.auditor().get("/trail").await.expect(200);
    let rows = page.all("tbody tr");
    assert!(rows.iter().any(|row| row.contains(&head.name) && row.contains("休業日を見た")), "{rows:?}");
    assert!(rows.iter().any(|row| row.contains("施設・組織の一覧を見た")));
    assert!(!page.text().contains(&app.other.name), "nothing of the ward next door");

    let rows = async |query: &str| app.auditor().get(&format!("/trail?{query}")).await.expect(200).all("tbody tr");
    let by_person = rows(&format!("person={}", head.person)).await;
    assert!(by_person.len() == 1 && by_person[0].contains("R8.11.20 9:00"), "{by_person:?}");
    assert_eq!(rows("action=listOrganizations").await.len(), 1);
    assert!(rows("since=R8.11.21&action=readCalendar").await.is_empty());
    assert_eq!(rows("since=2026-11-20&until=2026-11-20").await.len(), 1);
    assert_eq!(rows("action=noSuchAction").await.len(), 0);

    let own = rows("action=readTrail").await;
    assert!(own.len() >= 5, "looking at the trail is in the trail");
    let refused = app.auditor().get("/trail?since=soon").await.expect(422);
    assert!(refused.text().contains("開始日を日付として読めません") && refused.text().contains("value=\"soon\""));
}

#[tokio::test]
async fn the_trail_comes_fifty_lines_a_page_and_any_number_is_a_page() {
    let app = TestApp::new().await;
    app.run(&format!(
        "INSERT INTO hub.trail (ward_id, id, at, action, principal, resource_kind) SELECT '{}', gen_random_uuid()
             , timestamptz '2026-11-01' + n * interval '1 minute', 'sweepFacility', 'clock', 'Organization' FROM generate_series(1, 120) n",
        app.world.ward
    ))
    .await;
    let page = async |number: &str| app.auditor().get(&format!("/trail?action=sweepFacility&page={number}")).await.expect(200);
    let first = page("1").await;
    assert_eq!(first.all("tbody tr").len(), 50);
    assert!(first.attributes("a[rel=next]", "href")[0].contains("action=sweepFacility&page=2"));
    assert_eq!((page("2").await.all("tbody tr").len(), page("3").await.all("tbody tr").len()), (50, 20));
    assert_ne!(first.all("tbody tr"), page("2").await.all("tbody tr"));
    for number in ["0", "-1", "9223372036854775808"] {
        assert!(page(number).await.status.is_success());
    }
}

#[tokio::test]
async fn only_the_auditor_reads_the_trail_and_only_the_desk_the_sign_ins() {
    let app = TestApp::new().await;
    for caller in [app.reporter(), app.head(), app.caseworker(), app.supervisor(), app.admin()] {
        caller.get("/trail").await.expect(404);
    }
    for caller in [app.reporter(), app.head(), app.caseworker(), app.supervisor()] {
        caller.get("/sign-ins").await.expect(404);
    }
    // A refusal of nobody known belongs to no ward, one of somebody known to theirs.
    let who = app.world.nursery.staff(Role::Reporter);
    app.run(&format!(
        "INSERT INTO hub.sign_ins (id, ward_id, at, outcome, reason, person_id, address, agent) VALUES
         (gen_random_uuid(), '{}', '2026-11-19T23:12:00Z', 'refused', 'bad_passkey', '{}', '192.0.2.7', 'Mozilla'),
         (gen_random_uuid(), NULL, '2026-11-19T23:13:00Z', 'refused', 'unknown_passkey', NULL, '192.0.2.8', ''),
         (gen_random_uuid(), '{}', '2026-11-19T23:14:00Z', 'refused', 'malformed', NULL, '192.0.2.9', '')",
        app.world.ward, who.person, app.other.ward
    ))
    .await;
    for caller in [app.admin(), app.auditor()] {
        let page = caller.get("/sign-ins").await.expect(200).text();
        assert!(page.contains(&who.name) && page.contains("192.0.2.7") && page.contains("パスキーの確認に失敗"));
        assert!(!page.contains("192.0.2.8") && !page.contains("192.0.2.9"));
        assert_eq!(caller.get("/sign-ins?outcome=signed_in").await.expect(200).all("tbody tr").len(), 0);
    }
    let said: i64 = app.value("SELECT count(*) FROM hub.trail WHERE action = 'readSignIns'").await;
    assert_eq!(said, 4);
}
