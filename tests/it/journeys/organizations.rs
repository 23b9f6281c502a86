//! The ward's own desk: the tree of organizations, and who has come in.

use tsunagi::gate::Role;

use crate::support::TestApp;

#[tokio::test]
async fn the_admin_sees_every_organization_below_its_own_and_who_has_come_in() {
    let app = TestApp::new().await;
    let reporter = app.world.nursery.staff(Role::Reporter).person;
    app.run(&format!(
        "INSERT INTO hub.sign_ins (id, ward_id, at, outcome, person_id) VALUES
         (gen_random_uuid(), '{ward}', '2026-11-18T23:12:00Z', 'signed_in', '{reporter}'),
         (gen_random_uuid(), '{ward}', '2026-11-19T23:12:00Z', 'refused', '{reporter}')",
        ward = app.world.ward
    ))
    .await;
    let page = app.admin().get("/organizations").await.expect(200);
    let names = page.all("tbody th");
    assert_eq!(names.len(), app.world.places().len(), "{names:?}");
    let at = |name: &str| names.iter().position(|found| found == name).unwrap();
    assert_eq!(at(&app.world.root.name), 0, "the ward's office first");
    assert_eq!(at(&app.world.branch.name), at(&app.world.centre.name) + 1, "what stands below follows");
    assert!(names.iter().all(|name| !app.other.places().iter().any(|place| place.name == *name)), "nobody sees the ward next door");

    let row = page.all("tbody tr").into_iter().find(|row| row.contains(&app.world.nursery.name)).unwrap();
    assert!(row.contains("3人中1人") && row.contains("R8.11.19 8:12"), "refused attempts do not count: {row}");
    assert!(page.all("tbody tr").iter().any(|row| row.contains(&app.world.junior_high.name) && row.contains("なし")));
    let said = app.sql("SELECT action, detail FROM hub.trail ORDER BY at DESC, id DESC LIMIT 1").await;
    assert_eq!(said[0]["action"], "listOrganizations");
}

#[tokio::test]
async fn the_list_is_filtered_by_name_and_side_and_no_page_number_breaks_it() {
    let app = TestApp::new().await;
    let found = async |query: &str| app.admin().get(&format!("/organizations{query}")).await.expect(200).all("tbody th");
    assert_eq!(found("?side=facility").await.len(), 3);
    assert_eq!(found("?side=office&q=%E6%94%AF%E6%8F%B4").await.len(), 2, "支援 among the offices");
    assert_eq!(found("?q=no-such-name").await.len(), 0);
    for page in ["0", "-1", "9223372036854775808", "x"] {
        let answer = app.admin().get(&format!("/organizations?page={page}")).await;
        assert_eq!(answer.status, 200, "{page}");
    }
    let said: i64 = app.value("SELECT count(*) FROM hub.trail WHERE detail::text LIKE '%支援%'").await;
    assert_eq!(said, 0, "what was typed stays out of the trail");
    for caller in [app.reporter(), app.head(), app.caseworker(), app.auditor()] {
        caller.get("/organizations").await.expect(404);
    }
}
