//! Roles given and ended, from a day to a day; whose sessions go on.

use tsunagi::gate::Role;

use super::{open_sessions, post, root, second_admin, verified};
use crate::support::{Authenticator, TestApp};

#[tokio::test]
async fn roles_are_given_beside_each_other_and_never_twice() {
    let app = verified().await;
    let person = app.world.nursery.staff(Role::Reporter).person;
    let path = format!("/people/{person}/memberships");
    let (elementary, centre, nursery) =
        (app.world.elementary.id.to_string(), app.world.centre.id.to_string(), app.world.nursery.id.to_string());
    app.admin().get(&format!("{path}/new")).await.expect(200);
    app.admin().post(&path, &post(&elementary, Role::Reporter)).await.expect(303);
    app.admin().post(&path, &post(&centre, Role::Caseworker)).await.expect(303);
    let again = app.admin().post(&path, &post(&elementary, Role::Reporter)).await.expect(422);
    assert!(again.text().contains("期間の重なる"));
    app.admin().post(&path, &post(&nursery, Role::Reporter)).await.expect(422);
    // The same role may be given from the day after it ends.
    let mut later = post(&elementary, Role::FacilityHead).to_vec();
    later[2].1 = "R9.4.1";
    later[3].1 = "year";
    app.admin().post(&path, &later).await.expect(303);
    later[2].1 = "R9.3.31";
    app.admin().post(&path, &later).await.expect(303);
    for (name, value) in [("from_on", "2030-01-01"), ("from_on", "きのう"), ("organization", "x"), ("role", "x"), ("end", "x")] {
        let fields: Vec<_> =
            post(&elementary, Role::Reporter).into_iter().map(|(key, old)| (key, if key == name { value } else { old })).collect();
        app.admin().post(&path, &fields).await.expect(422);
    }
    let over = [
        ("organization", centre.as_str()),
        ("role", "supervisor"),
        ("from_on", "2026-04-01"),
        ("end", "day"),
        ("until_on", "2026-11-19"),
    ];
    assert!(app.admin().post(&path, &over).await.expect(422).text().contains("過ぎています"));
    let backwards = [
        ("organization", centre.as_str()),
        ("role", "supervisor"),
        ("from_on", "2027-04-01"),
        ("end", "day"),
        ("until_on", "2027-03-31"),
    ];
    app.admin().post(&path, &backwards).await.expect(422);
    let held: i64 = app.value(&format!("SELECT count(*) FROM hub.memberships WHERE person_id = '{person}'")).await;
    assert_eq!(held, 5);
    // Of another ward, neither the person nor the organization.
    let next_door = app.other.nursery.staff(Role::Reporter).person;
    app.admin().post(&format!("/people/{next_door}/memberships"), &post(&elementary, Role::Reporter)).await.expect(404);
    let foreign = app.other.nursery.id.to_string();
    app.admin().post(&path, &post(&foreign, Role::Reporter)).await.expect(422);
}

#[tokio::test]
async fn giving_and_ending_ask_for_the_person_again() {
    let app = TestApp::new().await;
    let mut key = Authenticator::new(1);
    let admin = app.enrol(app.world.root.staff(Role::WardAdmin), &mut key).await;
    let staff = app.world.nursery.staff(Role::Reporter);
    let elementary = app.world.elementary.id.to_string();
    let path = format!("/people/{}/memberships", staff.person);
    let asked = admin.post(&path, &post(&elementary, Role::Reporter)).await.expect(403);
    assert_eq!(asked.attributes("x-passkey[data-mode=verify]", "data-action")[0], "grantMembership");
    assert!(asked.attributes("form[data-again] input", "value").contains(&elementary), "what was typed waits");
    for path in ["suspension", "leaving"] {
        admin.post(&format!("/people/{}/{path}", staff.person), &[]).await.expect(403);
    }
    let verified = admin.verified("grantMembership", &key).await;
    verified.post(&path, &post(&elementary, Role::Reporter)).await.expect(303);
    // Ending sessions must never wait.
    verified.post(&format!("/people/{}/sessions/ending", staff.person), &[]).await.expect(303);
}

#[tokio::test]
async fn an_ended_role_ends_its_sessions_and_no_others() {
    let app = verified().await;
    let staff = app.world.double.clone();
    let other = app.world.nursery.staff(Role::Reporter).clone();
    // One session at the nursery, one at the centre.
    app.run(&format!(
        "UPDATE hub.sessions SET membership_id = '{}' WHERE id = '{}';
         INSERT INTO hub.sessions (ward_id, id, token_hash, person_id, membership_id, opened_at, seen_at, verified_at)
         SELECT ward_id, gen_random_uuid(), sha256('at the centre'), person_id, '{}', opened_at, seen_at, verified_at FROM hub.sessions WHERE id = '{1}'",
        staff.membership, staff.session, staff.session
    ))
    .await;
    app.run(&format!("UPDATE hub.sessions SET membership_id = '{}' WHERE id = '{}'", staff.membership, staff.session)).await;
    let path = format!("/people/{}/memberships/{}/ending", staff.person, staff.membership);
    app.admin().get(&path).await.expect(200);
    app.with_session(&staff.token).get("/sheet").await.expect(200);

    // Worked until the last day: nothing ends today.
    let day = [("version", "1"), ("when", "day"), ("last_day", "2026-11-20")];
    app.admin().post(&path, &day).await.expect(303);
    app.with_session(&staff.token).get("/sheet").await.expect(200);
    let stale = app.admin().post(&path, &[("version", "1"), ("when", "now")]).await.expect(409);
    assert!(stale.text().contains("先に更新"));
    app.admin().post(&path, &[("version", "2"), ("when", "day"), ("last_day", "2026-03-31")]).await.expect(422);
    app.admin().post(&path, &[("version", "2"), ("when", "day"), ("last_day", "")]).await.expect(422);
    app.admin().post(&path, &[("version", "2"), ("when", "now")]).await.expect(303);
    assert_eq!(app.with_session(&staff.token).get("/sheet").await.expect(303).leads_to(), "/sign-in");
    assert_eq!(open_sessions(&app, staff.person).await, 1, "the one at the centre goes on");
    app.reporter().get("/sheet").await.expect(200);
    // Sent again, and for somebody else's membership.
    app.admin().post(&path, &[("version", "2"), ("when", "now")]).await.expect(303);
    app.admin().get(&format!("/people/{}/memberships/{}/ending", staff.person, other.membership)).await.expect(404);
    let ended = app.sql(&format!("SELECT until_on, ended_reason FROM hub.memberships WHERE id = '{}'", staff.membership)).await;
    assert_eq!(ended, [serde_json::json!({ "until_on": "2026-11-19", "ended_reason": "ended" })]);
}

#[tokio::test]
async fn a_role_that_began_today_ends_now_and_can_be_given_anew() {
    let app = verified().await;
    let person = app.world.nursery.staff(Role::Reporter).person;
    let elementary = app.world.elementary.id.to_string();
    let path = format!("/people/{person}/memberships");
    app.admin().post(&path, &post(&elementary, Role::Reporter)).await.expect(303);
    let membership: String = app
        .value(&format!("SELECT id::text FROM hub.memberships WHERE person_id = '{person}' AND organization_id = '{elementary}'"))
        .await;
    app.admin().post(&format!("{path}/{membership}/ending"), &[("version", "1"), ("when", "now")]).await.expect(303);
    let stopped: bool = app.value(&format!("SELECT suspended_at IS NOT NULL FROM hub.memberships WHERE id = '{membership}'")).await;
    assert!(stopped);
    app.admin().post(&path, &post(&elementary, Role::Reporter)).await.expect(303);
}

#[tokio::test]
async fn the_ward_keeps_an_admin_also_from_the_day_after() {
    let app = verified().await;
    let second = second_admin(&app, 10).await;
    // The one who asks leaves in March: the other one must go on beyond.
    let me = app.world.root.staff(Role::WardAdmin);
    app.run(&format!("UPDATE hub.memberships SET until_on = '2027-03-31' WHERE id = '{}'", me.membership)).await;
    let path = format!("/people/{}/memberships/{}/ending", second.person, second.membership);
    // On the same day, later, and earlier: each time a day would come on which nobody is left.
    for (last, day) in [("2027-03-31", "令和9年4月1日"), ("2027-06-30", "令和9年7月1日"), ("2027-03-30", "令和9年4月1日")]
    {
        let ended = app.admin().post(&path, &[("version", "1"), ("when", "day"), ("last_day", last)]).await.expect(422);
        let left = app.admin().post(&format!("/people/{}/leaving", second.person), &[("last_day", last)]).await.expect(422);
        for refused in [ended, left] {
            let said = refused.text();
            assert!(
                said.contains(day) && said.contains("一人もいなくなる") && said.contains("期間を延ばしてください"),
                "{last}: {said}"
            );
        }
    }
    app.run(&format!("UPDATE hub.memberships SET until_on = NULL WHERE id = '{}'", me.membership)).await;
    app.admin().post(&path, &[("version", "1"), ("when", "day"), ("last_day", "2027-03-30")]).await.expect(303);
    // And nobody ends or suspends themselves, whoever else there is.
    let mine = format!("/people/{}", me.person);
    app.admin().post(&format!("{mine}/suspension"), &[]).await.expect(404);
    app.admin()
        .post(&format!("{mine}/memberships/{}/ending", me.membership), &[("version", "1"), ("when", "now")])
        .await
        .expect(404);
    app.admin().post(&format!("{mine}/memberships"), &post(&root(&app.world), Role::Auditor)).await.expect(404);
}
