//! The second lock: what the two functions refuse by themselves, called inside an office's fence.

use sqlx::{AssertSqlSafe, Connection, PgConnection};
use tsunagi::gate::Role;

use super::opened;
use crate::support::{Place, Staff, TestApp};

async fn inside(app: &TestApp, place: &Place, staff: &Staff) -> PgConnection {
    let mut conn = PgConnection::connect_with(&app.scratch.app()).await.unwrap();
    let fence = format!(
        "SET ROLE tsunagi_office; SET tsunagi.ward = '{}'; SET tsunagi.today = '2026-11-20'; SET tsunagi.person = '{}';
         SET tsunagi.organization = '{2}'; SET tsunagi.organizations = '{{{2}}}'",
        app.world.ward, staff.person, place.id
    );
    sqlx::raw_sql(AssertSqlSafe(fence)).execute(&mut conn).await.unwrap();
    conn
}

async fn seen(conn: &mut PgConnection, id: &str, at: &str) -> i64 {
    let query = format!("SELECT count(*) FROM hub.seen_in_emergency('{id}', '{at}')");
    sqlx::query_scalar(AssertSqlSafe(query)).fetch_one(conn).await.unwrap()
}

async fn found(conn: &mut PgConnection, name: &str) -> Option<String> {
    let query = format!(
        "SELECT outcome FROM hub.open_emergency(gen_random_uuid(), ARRAY['{name}'], NULL, 'n4', 'inquiry', '照会があった', '2026-11-20T00:05:00Z')"
    );
    sqlx::query_scalar(AssertSqlSafe(query)).fetch_optional(conn).await.unwrap()
}

#[tokio::test]
async fn an_opening_shows_itself_to_one_person_acting_for_one_office_for_an_hour_while_they_may() {
    let app = TestApp::new().await;
    let id = opened(&app).await.trim_start_matches("/emergency/").to_owned();
    let (centre, worker) = (&app.world.centre, app.world.centre.staff(Role::Caseworker));
    let mut own = inside(&app, centre, worker).await;
    for (at, rows) in
        [("2026-11-19T23:59:00Z", 1), ("2026-11-20T00:00:00Z", 1), ("2026-11-20T00:59:00Z", 1), ("2026-11-20T01:00:00Z", 0)]
    {
        assert_eq!(seen(&mut own, &id, at).await, rows, "{at}");
    }
    let during = "2026-11-20T00:10:00Z";
    let mut elsewhere = inside(&app, &app.world.branch, worker).await;
    assert_eq!(seen(&mut elsewhere, &id, during).await, 0, "acting for another office");
    let mut colleague = inside(&app, centre, centre.staff(Role::Supervisor)).await;
    assert_eq!(seen(&mut colleague, &id, during).await, 0, "a colleague");
    for change in [
        format!("UPDATE hub.memberships SET suspended_at = '{during}' WHERE id = '{}'", worker.membership),
        format!("UPDATE hub.memberships SET suspended_at = NULL, until_on = '2026-11-19' WHERE id = '{}'", worker.membership),
        format!(
            "UPDATE hub.memberships SET until_on = NULL WHERE id = '{}'; UPDATE hub.people SET status = 'suspended' WHERE id = '{}'",
            worker.membership, worker.person
        ),
    ] {
        app.run(&change).await;
        assert_eq!(seen(&mut own, &id, during).await, 0, "{change}");
        assert_eq!(found(&mut own, "甲野六花").await, None, "{change}");
    }
    app.run(&format!("UPDATE hub.people SET status = 'active' WHERE id = '{}'", worker.person)).await;
    assert_eq!(seen(&mut own, &id, during).await, 1);
    app.run("UPDATE desk.openings SET ended_by = person_id, ended_at = '2026-11-20T00:05:00Z' WHERE judged_at IS NULL").await;
    assert_eq!(seen(&mut own, &id, during).await, 0, "ended");
}

#[tokio::test]
async fn nobody_writes_an_opening_or_lengthens_one_beside_the_function() {
    let app = TestApp::new().await;
    opened(&app).await;
    let mut office = inside(&app, &app.world.centre, app.world.centre.staff(Role::Caseworker)).await;
    for change in [
        "INSERT INTO desk.openings (ward_id, id) VALUES (gen_random_uuid(), gen_random_uuid())",
        "UPDATE desk.openings SET until_at = until_at + interval '1 day'",
        "UPDATE desk.openings SET watch_id = gen_random_uuid()",
        "DELETE FROM desk.openings",
    ] {
        let refused = sqlx::raw_sql(AssertSqlSafe(change.to_owned())).execute(&mut office).await.unwrap_err();
        assert!(refused.to_string().contains("permission denied"), "{change}: {refused}");
    }
    let oneself = "UPDATE desk.openings SET confirmed_by = person_id, confirmed_at = asked_at";
    let refused = sqlx::raw_sql(AssertSqlSafe(oneself.to_owned())).execute(&mut office).await.unwrap_err();
    assert!(refused.to_string().contains("check constraint"), "{refused}");
}
