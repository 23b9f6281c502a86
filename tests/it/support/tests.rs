//! The kit itself: the worlds are whole, people are who they say, and a write without a deed is noticed.

use sqlx::{Connection, PgConnection};
use tsunagi::gate::{Gate, POLICIES, Role, SCHEMA};

use super::{Scratch, TestApp, World};

#[tokio::test]
async fn everybody_signed_in_is_led_to_the_first_page_of_their_role() {
    let app = TestApp::new().await;
    for world in [&app.world, &app.other] {
        for (place, staff) in world.people() {
            let answer = app.signed_in(place, staff.role).get("/").await.expect(303);
            let first = match staff.role {
                Role::Reporter | Role::FacilityHead => "/sheet",
                Role::Caseworker | Role::Supervisor => "/alerts",
                Role::Auditor => "/trail",
                Role::WardAdmin => "/set-up?first=1",
                Role::Operator => "/me",
            };
            assert_eq!(answer.location(), first, "{} at {}", staff.name, place.name);
            app.signed_in(place, staff.role).get(first).await.expect(200);
        }
    }
    assert_eq!(app.stranger().get("/").await.expect(303).leads_to(), "/sign-in");
    assert_eq!(app.stranger().with_token("guessed").get("/").await.expect(303).leads_to(), "/sign-in");
}

#[tokio::test]
async fn somebody_in_two_places_chooses_one() {
    let app = TestApp::new().await;
    let caller = app.with_session(&app.world.double.token);
    assert_eq!(caller.get("/").await.expect(303).location(), "/organization");
    let page = caller.get("/organization").await.expect(200);
    let choices = page.attributes("button[name=membership]", "value");
    assert_eq!(choices.len(), 2, "{choices:?}");
    let membership = app.world.double.membership.to_string();
    let chosen = caller.post("/organization", &[("membership", &membership)]).await.expect(303);
    assert_eq!(chosen.location(), "/sheet");
    assert_eq!(caller.get("/sheet").await.expect(303).leads_to(), "/sign-in", "another role, another token");
    let caller = app.with_session(&chosen.session());
    caller.get("/sheet").await.expect(200);
    assert_eq!(caller.post("/organization", &[("membership", "nothing of ours")]).await.status, 422);
}

#[tokio::test]
async fn a_clock_moved_too_far_ends_sessions_until_they_are_refreshed() {
    let app = TestApp::new().await;
    assert_eq!(app.at("2026-11-21T09:00").reporter().get("/").await.leads_to(), "/sign-in");
    app.refresh_sessions().await;
    assert_eq!(app.reporter().get("/").await.location(), "/sheet");
}

#[tokio::test]
#[should_panic(expected = "left no line in the trail")]
async fn a_write_that_leaves_no_line_in_the_trail_is_noticed() {
    let app = TestApp::new().await;
    app.run("CREATE FUNCTION hub.lose() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'").await;
    app.run("CREATE TRIGGER lose BEFORE INSERT ON hub.trail FOR EACH ROW EXECUTE FUNCTION hub.lose()").await;
    app.caseworker().post("/sign-out", &[]).await;
}

#[tokio::test]
async fn a_second_node_sees_what_the_first_one_did() {
    let app = TestApp::new().await;
    app.caseworker().post("/sign-out", &[]).await.expect(303);
    let (second, _) = app.second_node();
    assert!(second.db.answers().await);
    assert_eq!(app.caseworker().get("/").await.leads_to(), "/sign-in");
    let ended = app.sql("SELECT id FROM hub.sessions WHERE ended_at IS NOT NULL").await;
    assert_eq!(ended.len(), 1);
}

#[tokio::test]
async fn an_empty_database_has_the_tables_and_nobody_in_them() {
    let app = TestApp::empty().await;
    assert_eq!(app.value::<i64>("SELECT count(*) FROM hub.wards").await, 0);
    assert_eq!(app.stranger().get("/sign-in").await.expect(200).header("content-type"), "text/html; charset=utf-8");
}

#[tokio::test]
async fn the_rows_of_a_world_are_those_it_tells_of() {
    let app = TestApp::new().await;
    for world in World::both() {
        let asked = world.watches.len();
        let counted: i64 = app.value(&format!("SELECT count(*) FROM desk.requests WHERE ward_id = '{}'", world.ward)).await;
        assert_eq!((asked, counted), (10, 10));
        for office in [&world.centre, &world.branch, &world.guidance] {
            let (alert, import) = (world.alert(office), world.import(office));
            assert_eq!(alert.watch, world.watch(office, &world.nursery).id);
            let found = format!(
                "SELECT count(*) FROM desk.alerts a JOIN desk.roster_imports i USING (ward_id, office_id) WHERE a.id = '{}' AND i.id = '{}'",
                alert.id, import.id
            );
            assert_eq!(app.value::<i64>(&found).await, 1);
        }
        assert_eq!(world.ended_watch().facility, world.nursery.id);
    }
}

#[tokio::test]
async fn everybody_with_a_short_name_is_somebody() {
    let policies: String = POLICIES.iter().map(|(_, text)| *text).collect();
    let app = TestApp::with_gate(Gate::with(SCHEMA, &policies).unwrap()).await;
    for caller in [app.reporter(), app.head(), app.caseworker(), app.supervisor(), app.admin(), app.auditor()] {
        assert_ne!(caller.get("/").await.expect(303).leads_to(), "/sign-in");
    }
}

#[tokio::test]
async fn forms_files_and_json_arrive_and_streams_are_left_open() {
    let app = TestApp::new().await;
    let nonsense = serde_json::json!({ "ceremony": app.world.double.person, "credential": {} });
    let refused = app.stranger().post_json("/sign-in", &nonsense).await.expect(422);
    assert!(refused.json()["error"].is_string());
    let upload = app.stranger().upload("/nowhere", ("file", "名簿.csv", b"a,b"), &[("office", "1")]).await;
    assert_eq!(upload.status, 404);
    assert_eq!(app.stranger().open("/healthz").await.status(), 200);
    assert!(app.stranger().get("/sign-in").await.first("h1").is_some_and(|heading| !heading.is_empty()));
}

#[tokio::test]
async fn a_scratch_database_is_entered_as_three_people() {
    let scratch = Scratch::empty().await;
    for (options, login) in [(scratch.app(), "tsunagi_app"), (scratch.owner(), "tsunagi_owner"), (scratch.admin(), "postgres")] {
        let mut conn = PgConnection::connect_with(&options).await.unwrap();
        let name: String = sqlx::query_scalar("SELECT current_user::text").fetch_one(&mut conn).await.unwrap();
        assert_eq!(name, login);
        conn.close().await.unwrap();
    }
}

#[tokio::test]
async fn each_test_has_a_database_of_its_own() {
    let (one, other) = (Scratch::peopled().await, Scratch::peopled().await);
    assert_ne!(format!("{one:?}"), format!("{other:?}"));
}
