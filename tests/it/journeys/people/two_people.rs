//! Rights over others take two people, however they are asked for (ASVS 5.0, 2.3.5; security B8).

use sqlx::{AssertSqlSafe, Connection as _, PgConnection};
use tsunagi::gate::Role;

use super::{approve, board, caller, keys, post, root, second_admin, somebody, verified};
use crate::support::{Answer, Caller, TestApp};

async fn propose(app: &TestApp, person: &str, role: Role) -> String {
    let to = app.admin().post(&format!("/people/{person}/memberships"), &post(&root(&app.world), role)).await.expect(303);
    assert!(to.location().ends_with("done=proposed"));
    app.value(&format!("SELECT id::text FROM hub.proposals WHERE person_id = '{person}' AND state = 'open'")).await
}

async fn decide(app: &TestApp, caller: &Caller<'_>, person: &str, proposal: &str, decision: &str) -> Answer {
    if decision == "approve" {
        return approve(app, caller, person, proposal).await;
    }
    caller.post(&format!("/people/{person}/proposals/{proposal}"), &[("decision", decision)]).await
}

/// A role over the ward at a board of education, as it could be proposed before.
async fn proposed_at_board(app: &TestApp, person: &str, board: &str) -> String {
    let by = app.world.root.staff(Role::WardAdmin).person;
    app.value(&format!(
        "INSERT INTO hub.proposals (ward_id, id, person_id, organization_id, role, from_on, proposed_by, proposed_at)
         VALUES ('{}', gen_random_uuid(), '{person}', '{board}', 'ward_admin', '2026-11-20', '{by}', '2026-11-20T00:00:00Z') RETURNING id::text",
        app.world.ward
    ))
    .await
}

async fn roles(app: &TestApp, person: &str) -> i64 {
    app.value(&format!(
        "SELECT count(*) FROM hub.memberships WHERE person_id = '{person}' AND role IN ('ward_admin', 'auditor', 'operator')"
    ))
    .await
}

#[tokio::test]
async fn one_proposes_and_another_approves() {
    let app = verified().await;
    let second = second_admin(&app, 10).await;
    for (number, role) in [(20, Role::WardAdmin), (21, Role::Auditor), (22, Role::Operator)] {
        let person = somebody(&app, number, "候補　一", "active").await;
        keys(&app, &person, &[false, false]).await;
        let proposal = propose(&app, &person, role).await;
        assert_eq!(roles(&app, &person).await, 0, "nothing is given yet");
        let list = caller(&app, &second).get("/people/proposals").await.expect(200);
        assert_eq!(list.all("tbody tr").len(), 1);
        decide(&app, &caller(&app, &second), &person, &proposal, "approve").await.expect(303);
        assert_eq!(roles(&app, &person).await, 1);
    }
    let rows = app.sql("SELECT DISTINCT state, decided_by <> proposed_by AS two FROM hub.proposals").await;
    assert_eq!(rows, [serde_json::json!({ "state": "approved", "two": true })]);
}

#[tokio::test]
async fn the_rule_of_two_cannot_be_bent() {
    let app = verified().await;
    let second = second_admin(&app, 10).await;
    let person = somebody(&app, 20, "候補　一", "active").await;
    keys(&app, &person, &[false, false]).await;
    let proposal = propose(&app, &person, Role::WardAdmin).await;

    // By whoever proposed it; twice for the same; without a word; of somebody else; of another ward.
    let own = decide(&app, &app.admin(), &person, &proposal, "approve").await.expect(422);
    assert!(own.text().contains("別の管理者"));
    let page = app.admin().get("/people/proposals").await.expect(200);
    assert_eq!(page.attributes("button[name=decision]", "value"), ["withdraw"], "no button that would not work");
    app.admin().post(&format!("/people/{person}/memberships"), &post(&root(&app.world), Role::WardAdmin)).await.expect(422);
    decide(&app, &caller(&app, &second), &person, &proposal, "").await.expect(422);
    decide(&app, &caller(&app, &second), &person, &proposal, "withdraw").await.expect(422);
    let nobody = app.world.nursery.staff(Role::Reporter).person.to_string();
    decide(&app, &caller(&app, &second), &nobody, &proposal, "approve").await.expect(303);
    let next_door = app.signed_in(&app.other.root, Role::WardAdmin);
    decide(&app, &next_door, &person, &proposal, "approve").await.expect(404);
    for other in [app.reporter(), app.head(), app.caseworker(), app.auditor()] {
        decide(&app, &other, &person, &proposal, "approve").await.expect(404);
    }
    assert_eq!(roles(&app, &person).await, 0);

    // For oneself: the second admin cannot decide on what was proposed for them.
    let for_second = second.person.to_string();
    keys(&app, &for_second, &[false, false]).await;
    let auditor = propose(&app, &for_second, Role::Auditor).await;
    decide(&app, &caller(&app, &second), &for_second, &auditor, "approve").await.expect(404);

    // The table is the second lock: neither whoever proposed it nor whom it is for.
    for by in ["proposed_by", "person_id"] {
        app.run(&format!(
            "DO $$ BEGIN UPDATE hub.proposals SET state = 'approved', decided_by = {by}, decided_at = proposed_at WHERE id = '{proposal}';
             RAISE 'approved by {by}'; EXCEPTION WHEN check_violation THEN NULL; END $$"
        ))
        .await;
    }

    // Decided once: a replay, or another word afterwards, changes nothing.
    decide(&app, &caller(&app, &second), &person, &proposal, "refuse").await.expect(303);
    let again = decide(&app, &caller(&app, &second), &person, &proposal, "approve").await.expect(303);
    assert_eq!(again.location(), "/people/proposals?done=over");
    decide(&app, &app.admin(), &person, &proposal, "withdraw").await.expect(303);
    assert_eq!(roles(&app, &person).await, 0);
    let state: String = app.value(&format!("SELECT state FROM hub.proposals WHERE id = '{proposal}'")).await;
    assert_eq!(state, "refused");
}

#[tokio::test]
async fn approving_waits_for_two_passkeys_that_stay_where_they_are() {
    let app = verified().await;
    let second = second_admin(&app, 10).await;
    let person = somebody(&app, 20, "候補　一", "invited").await;
    let proposal = propose(&app, &person, Role::Auditor).await;
    let refused = async |why: &str| {
        let page = decide(&app, &caller(&app, &second), &person, &proposal, "approve").await.expect(422);
        assert!(page.text().contains(why), "{why}");
        assert_eq!(roles(&app, &person).await, 0);
    };
    refused("利用を始めていない").await;
    app.run(&format!("UPDATE hub.people SET status = 'active' WHERE id = '{person}'")).await;
    refused("いま0つ").await;
    keys(&app, &person, &[false]).await;
    refused("いま1つ").await;
    app.run(&format!("UPDATE hub.passkeys SET synced = true WHERE person_id = '{person}'")).await;
    refused("同期する").await;
    app.run(&format!("UPDATE hub.passkeys SET synced = false WHERE person_id = '{person}'")).await;
    app.run(&format!(
        "INSERT INTO hub.passkeys (ward_id, id, person_id, credential_id, credential, name, created_at)
         VALUES ('{}', gen_random_uuid(), '{person}', sha256('second'), '{{}}', '二', '2026-04-01T00:00:00Z')",
        app.world.ward
    ))
    .await;
    app.run(&format!("UPDATE hub.people SET status = 'suspended' WHERE id = '{person}'")).await;
    refused("止められています").await;
    app.run(&format!("UPDATE hub.people SET status = 'active' WHERE id = '{person}'")).await;
    decide(&app, &caller(&app, &second), &person, &proposal, "approve").await.expect(303);
    assert_eq!(roles(&app, &person).await, 1);
}

#[tokio::test]
async fn what_was_proposed_long_ago_is_judged_today() {
    let app = verified().await;
    let second = second_admin(&app, 10).await;
    let person = somebody(&app, 20, "候補　一", "active").await;
    keys(&app, &person, &[false, false]).await;
    let proposal = propose(&app, &person, Role::Auditor).await;
    app.run(&format!("UPDATE hub.proposals SET from_on = '2026-04-01', until_on = '2026-11-19' WHERE id = '{proposal}'")).await;
    let over = decide(&app, &caller(&app, &second), &person, &proposal, "approve").await.expect(422);
    assert!(over.text().contains("過ぎています"));
    app.run(&format!("UPDATE hub.proposals SET until_on = '2027-03-31' WHERE id = '{proposal}'")).await;
    decide(&app, &caller(&app, &second), &person, &proposal, "approve").await.expect(303);
    let from: String = app.value(&format!("SELECT from_on::text FROM hub.memberships WHERE person_id = '{person}'")).await;
    assert_eq!(from, "2026-11-20", "the days before are nobody's");
}

#[tokio::test]
async fn a_suspended_admin_comes_back_by_two_people_only() {
    let app = verified().await;
    let second = second_admin(&app, 10).await;
    let third = second_admin(&app, 30).await;
    keys(&app, &second.person.to_string(), &[false, false]).await;
    let path = format!("/people/{}", second.person);
    app.admin().post(&format!("{path}/suspension"), &[]).await.expect(303);
    let page = app.admin().get(&format!("{path}/reinstatement")).await.expect(200);
    assert!(page.text().contains("別の管理者が承認するまで"));
    app.admin().post(&format!("{path}/reinstatement"), &[]).await.expect(303);
    let person = second.person.to_string();
    let in_force: i64 = app
        .value(&format!(
            "SELECT count(*) FROM hub.memberships WHERE person_id = '{person}' AND (until_on IS NULL OR until_on >= '2026-11-20')"
        ))
        .await;
    assert_eq!(in_force, 0);
    let proposal: String =
        app.value(&format!("SELECT id::text FROM hub.proposals WHERE person_id = '{person}' AND state = 'open'")).await;
    decide(&app, &app.admin(), &person, &proposal, "approve").await.expect(422);
    decide(&app, &caller(&app, &third), &person, &proposal, "approve").await.expect(303);
    assert_eq!(roles(&app, &person).await, 2);
}

/// What an admin, an auditor or an operator may do reaches the whole ward; who were one of a board's schools only would not be held
/// to them.
#[tokio::test]
async fn roles_over_the_ward_are_held_in_its_own_office_alone() {
    let app = verified().await;
    let second = second_admin(&app, 10).await;
    let board = board(&app).await;
    let person = somebody(&app, 20, "候補　一", "active").await;
    keys(&app, &person, &[false, false]).await;
    for role in [Role::WardAdmin, Role::Auditor, Role::Operator] {
        let refused = app.admin().post(&format!("/people/{person}/memberships"), &post(&board, role)).await.expect(422);
        assert!(refused.text().contains("本庁でだけ持てます"), "{role:?}");
    }
    assert_eq!(app.value::<i64>("SELECT count(*) FROM hub.proposals").await, 0);
    // Nor by the second of two people.
    let proposal = proposed_at_board(&app, &person, &board).await;
    let refused = decide(&app, &caller(&app, &second), &person, &proposal, "approve").await.expect(422);
    assert!(refused.text().contains("本庁でだけ持てます"));
    assert_eq!(roles(&app, &person).await, 0);

    // The table is the second lock.
    let root = root(&app.world);
    for role in ["tsunagi_admin", "tsunagi_system"] {
        for (place, given) in [(&board, false), (&root, true)] {
            let mut hub = PgConnection::connect_with(&app.scratch.app()).await.unwrap();
            let insert = format!(
                "SET ROLE {role}; SET tsunagi.ward = '{0}';
                 INSERT INTO hub.memberships (ward_id, id, person_id, organization_id, role, from_on)
                 VALUES ('{0}', gen_random_uuid(), '{person}', '{place}', 'auditor', '2026-11-20')",
                app.world.ward
            );
            let done = sqlx::raw_sql(AssertSqlSafe(insert)).execute(&mut hub).await;
            assert_eq!(done.is_ok(), given, "{role} at {place}: {done:?}");
        }
    }
}

#[tokio::test]
async fn whoever_was_given_such_a_role_at_a_board_before_has_it_no_more() {
    const MENDS: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/migrations/20261130130100_no_longer_over_the_ward.sql"));
    let app = verified().await;
    let second = second_admin(&app, 10).await;
    let board = board(&app).await;
    let person = somebody(&app, 20, "候補　一", "active").await;
    let proposal = proposed_at_board(&app, &person, &board).await;
    app.run(&format!("UPDATE hub.memberships SET organization_id = '{board}' WHERE id = '{}'", second.membership)).await;
    caller(&app, &second).get("/people").await.expect(200);
    for _ in 0..2 {
        app.run(MENDS).await;
        assert_eq!(caller(&app, &second).get("/people").await.expect(303).location(), "/organization");
    }
    app.admin().get("/people").await.expect(200);
    let became: String = app.value(&format!("SELECT state FROM hub.proposals WHERE id = '{proposal}'")).await;
    assert_eq!(became, "withdrawn");
}
