//! A year written down before it begins, and what ends at once.

use tsunagi::gate::Role;

use super::{HEAD, LEAVER, MOVER, accept, brought_in, check, checked, counts, directory, fingerprint, hub, of, year_start};

#[tokio::test]
async fn a_year_begins_on_its_day_and_not_before() {
    let app = hub().await;
    let address = checked(&app, "people", &year_start()).await;
    let before = directory(&app).await;
    let page = check(&app, &address).await;
    assert_eq!(counts(&page)[..4], ["1", "3", "0", "0"]);
    assert!(page.text().contains("最後の日：令和9年3月31日"));
    assert_eq!(directory(&app).await, before, "checking saves nothing");
    accept(&app, &address, &fingerprint(&page)).await.expect(303);

    // The newcomer is written down without an invitation; here somebody has enrolled since.
    let newcomer = "SELECT status || (SELECT count(*) FROM hub.invitations i WHERE i.person_id = p.id) FROM hub.people p WHERE staff_code = '0003'";
    assert_eq!(app.value::<String>(newcomer).await, "invited0");
    let (ward, now) = (app.world.ward, app.app.clock.now());
    for (code, token) in [("0003", "token-0003"), (MOVER, "token-moved")] {
        app.run(&format!(
            "UPDATE hub.people SET status = 'active' WHERE staff_code = '{code}';
             INSERT INTO hub.sessions (ward_id, id, token_hash, person_id, membership_id, opened_at, seen_at, verified_at)
             SELECT '{ward}', gen_random_uuid(), sha256('{token}'), p.id, m.id, '{now}', '{now}', '{now}'
             FROM hub.people p JOIN hub.memberships m ON m.person_id = p.id AND m.from_on = '2027-04-01' WHERE p.staff_code = '{code}'"
        ))
        .await;
    }
    for (at, leaves, comes) in [
        ("2026-11-20T10:00", 200, 303),
        ("2027-03-31T23:59", 200, 303),
        ("2027-04-01T00:00", 303, 200),
        ("2027-04-02T08:00", 303, 200),
    ] {
        app.at(at).refresh_sessions().await;
        for (token, status) in [("token-0001", leaves), ("token-0002", leaves), ("token-0003", comes), ("token-moved", comes)] {
            let answer = app.with_session(token).get("/sheet").await;
            // The sheet of today is one address further.
            let there = answer.status == 200 || answer.location().starts_with("/sheet/");
            assert_eq!(there, status == 200, "{at} {token}: {} {}", answer.status, answer.location());
        }
    }
    let reasons = "SELECT string_agg(ended_reason, ',' ORDER BY ended_reason) FROM hub.memberships WHERE until_on = '2027-03-31'";
    assert_eq!(app.value::<String>(reasons).await, "left,moved");
}

#[tokio::test]
async fn what_ends_now_ends_the_sessions_that_act_by_it() {
    let app = hub().await;
    of(&app, MOVER).get("/sheet").await;
    let rows = format!(
        "{HEAD}動田 次郎,{MOVER},架空区立みほん保育園,,,,転出,2026-11-18\r\n去川 花子,{LEAVER},架空区立みほん保育園,,,,退職,2026-11-18\r\n"
    );
    brought_in(&app, "people", &rows).await;
    let open: i64 = app
        .value("SELECT count(*) FROM hub.sessions s JOIN hub.people p ON p.id = s.person_id WHERE p.staff_code IN ('0001', '0002') AND s.ended_at IS NULL")
        .await;
    assert_eq!(open, 0);
    let left: String = app.value("SELECT status || left_on FROM hub.people WHERE staff_code = '0001'").await;
    assert_eq!(left, "left2026-11-18");
}

/// What the taking back of a merger leaves behind, and what stopped a role before its first day.
#[tokio::test]
async fn a_role_that_was_stopped_before_it_began_is_given_anew_by_a_file() {
    let app = hub().await;
    app.run(&format!(
        "INSERT INTO hub.memberships (ward_id, id, person_id, organization_id, role, from_on, until_on, suspended_at, ended_reason)
         SELECT p.ward_id, gen_random_uuid(), p.id, '{}', '{}', '2027-04-01', '2027-04-01', '2026-11-19T00:00:00Z', 'ended'
         FROM hub.people p WHERE p.staff_code = '{LEAVER}'",
        app.world.elementary.id,
        Role::Reporter.code()
    ))
    .await;
    let file = format!("{HEAD}去川 花子,{LEAVER},架空区立みほん小学校,報告担当,2027-04-01,,,\r\n");
    brought_in(&app, "people", &file).await;
    let held: i64 = app
        .value(&format!(
            "SELECT count(*) FROM hub.memberships m JOIN hub.people p ON p.id = m.person_id
             WHERE p.staff_code = '{LEAVER}' AND m.organization_id = '{}' AND m.suspended_at IS NULL AND m.until_on IS NULL",
            app.world.elementary.id
        ))
        .await;
    assert_eq!(held, 1, "they can come in on the day");
}
