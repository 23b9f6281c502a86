//! 停止, 退職 and ended sessions: everything stops at once, on every node (security A2).

use tokio::join;
use tsunagi::gate::Role;

use super::{caller, open_sessions, second_admin, status, verified};
use crate::{
    journeys::live::{Pump, Stream},
    support::{Authenticator, TestApp},
};

#[tokio::test]
async fn a_suspended_person_loses_everything_on_every_node_within_a_second() {
    let app = verified().await;
    let (second, second_router) = app.second_node();
    let _pump = Pump::of(&second).await;
    let staff = app.world.centre.staff(Role::Caseworker).clone();
    let mut stream = Stream::open(&second_router, &staff).await;
    let mut colleague = Stream::open(&second_router, app.world.centre.staff(Role::Supervisor)).await;
    stream.next().await;
    colleague.next().await;
    app.with_session(&staff.token).get("/alerts").await.expect(200);

    let path = format!("/people/{}", staff.person);
    app.admin().get(&format!("{path}/suspension")).await.expect(200);
    app.admin().post(&format!("{path}/suspension"), &[]).await.expect(303);
    assert!(stream.ends().await, "the open inbox on the other node goes quiet");
    assert!(!colleague.ends().await, "and nobody else's");
    assert_eq!(app.with_session(&staff.token).get("/alerts").await.expect(303).leads_to(), "/sign-in");
    assert_eq!((status(&app, staff.person).await.as_str(), open_sessions(&app, staff.person).await), ("suspended", 0));
    let by: String = app.value(&format!("SELECT ended_by FROM hub.sessions WHERE id = '{}'", staff.session)).await;
    assert_eq!(by, "change");
    // Sent again it is done already.
    app.admin().post(&format!("{path}/suspension"), &[]).await.expect(303);
}

#[tokio::test]
async fn who_is_suspended_does_not_sign_in_and_who_is_reinstated_does() {
    let app = verified().await;
    let staff = app.world.nursery.staff(Role::Reporter).clone();
    let mut key = Authenticator::new(3);
    app.enrol(&staff, &mut key).await;
    let path = format!("/people/{}", staff.person);
    app.admin().post(&format!("{path}/suspension"), &[]).await.expect(303);
    app.sign_in(&key).await.expect(422);
    let codes: i64 = app
        .value(&format!(
            "SELECT count(*) FROM hub.invitations WHERE person_id = '{}' AND spent_at IS NULL AND revoked_at IS NULL",
            staff.person
        ))
        .await;
    assert_eq!(codes, 0);
    app.admin().get(&format!("{path}/reinstatement")).await.expect(200);
    app.admin().post(&format!("{path}/reinstatement"), &[]).await.expect(303);
    app.sign_in(&key).await.expect(200);
    // Without a passkey somebody comes back as invited.
    let head = app.world.nursery.staff(Role::FacilityHead).person;
    app.admin().post(&format!("/people/{head}/suspension"), &[]).await.expect(303);
    app.admin().post(&format!("/people/{head}/reinstatement"), &[]).await.expect(303);
    assert_eq!(status(&app, head).await, "invited");
}

#[tokio::test]
async fn who_leaves_works_until_the_last_day_and_then_nothing_is_left() {
    let app = verified().await;
    let staff = app.world.nursery.staff(Role::Reporter).clone();
    let mut key = Authenticator::new(3);
    app.enrol(&staff, &mut key).await;
    let path = format!("/people/{}/leaving", staff.person);
    app.admin().get(&path).await.expect(200);
    app.admin().post(&path, &[("last_day", "そのうち")]).await.expect(422);
    app.admin().post(&path, &[("last_day", "2030-03-31")]).await.expect(422);
    app.admin().post(&path, &[("last_day", "令和8年11月21日")]).await.expect(303);
    app.with_session(&staff.token).get("/sheet").await.expect(200);
    app.at("2026-11-22T00:00").refresh_sessions().await;
    assert_eq!(app.with_session(&staff.token).get("/sheet").await.expect(303).location(), "/organization", "24:00 of the last day");
    app.sign_in(&key).await.expect(422);
    let list = app.admin().get("/people?status=left").await.expect(200).all("tbody th a");
    assert_eq!(list, std::slice::from_ref(&staff.name), "nobody had to write that down on the day");

    // A last day that has passed stops everything at once.
    let other = app.world.nursery.staff(Role::FacilityHead).clone();
    app.verify_everybody().await;
    app.admin().post(&format!("/people/{}/leaving", other.person), &[("last_day", "2026-11-21")]).await.expect(303);
    assert_eq!((status(&app, other.person).await.as_str(), open_sessions(&app, other.person).await), ("left", 0));
    let kept: i64 =
        app.value(&format!("SELECT count(*) FROM hub.memberships WHERE person_id = '{}' AND until_on IS NULL", other.person)).await;
    assert_eq!(kept, 0);

    // Back again: without the old passkeys and posts, and by two people, not by a letter.
    app.admin().post(&format!("/people/{}/reinstatement", staff.person), &[]).await.expect(303);
    assert_eq!(status(&app, staff.person).await, "active");
    app.sign_in(&key).await.expect(422);
}

#[tokio::test]
async fn sessions_end_one_by_one_or_all_at_once() {
    let app = verified().await;
    let staff = app.world.nursery.staff(Role::Reporter).clone();
    let mut key = Authenticator::new(3);
    let there = app.enrol(&staff, &mut key).await;
    let page = app.admin().get(&format!("/people/{}", staff.person)).await.expect(200);
    let ends = page.attributes("form[action*='/sessions/']", "action");
    assert_eq!(ends.len(), 3, "each of two, and all: {ends:?}");
    app.admin().post(&format!("/people/{}/sessions/{}/ending", staff.person, staff.session), &[]).await.expect(303);
    assert_eq!(app.with_session(&staff.token).get("/sheet").await.expect(303).leads_to(), "/sign-in");
    there.get("/sheet").await.expect(200);
    // A session of somebody else does not end under this person's name.
    let head = app.world.nursery.staff(Role::FacilityHead);
    app.admin().post(&format!("/people/{}/sessions/{}/ending", staff.person, head.session), &[]).await.expect(303);
    app.head().get("/sheet").await.expect(200);
    app.admin().post(&format!("/people/{}/sessions/ending", staff.person), &[]).await.expect(303);
    assert_eq!(there.get("/sheet").await.expect(303).leads_to(), "/sign-in");
    for other in [app.reporter(), app.head(), app.caseworker(), app.auditor()] {
        other.post(&format!("/people/{}/sessions/ending", head.person), &[]).await;
    }
    assert_eq!(open_sessions(&app, head.person).await, 1);
    let next_door = app.other.nursery.staff(Role::Reporter);
    app.admin().post(&format!("/people/{}/sessions/ending", next_door.person), &[]).await.expect(404);
    assert_eq!(open_sessions(&app, next_door.person).await, 1);
}

#[tokio::test]
async fn whoever_rested_too_long_is_signed_in_nowhere_although_nobody_ended_that() {
    let app = verified().await;
    let (ward, staff) = (app.world.ward, app.world.nursery.staff(Role::Reporter).clone());
    let live: usize =
        usize::try_from(app.value::<i64>(&format!("SELECT count(*) FROM hub.sessions WHERE ward_id = '{ward}'")).await).unwrap();
    // Browsers somebody walked away from: one still asks for the person, one rested too long, one is a day old.
    for (number, opened, seen) in [(1, "8:00", "8:31"), (2, "8:00", "8:29"), (3, "-16:00", "8:59")] {
        app.run(&format!(
            "INSERT INTO hub.sessions (ward_id, id, token_hash, person_id, membership_id, opened_at, seen_at, verified_at)
             SELECT '{ward}', gen_random_uuid(), sha256('away{number}'), '{}', '{}', d + interval '{opened}', d + interval '{seen}', d
             FROM (SELECT timestamptz '2026-11-20T00:00:00+09:00') AS day (d)",
            staff.person, staff.membership
        ))
        .await;
    }
    let shown = async || {
        let page = app.admin().get(&format!("/people/{}", staff.person)).await.expect(200);
        page.attributes("form[action*='/sessions/'][action$='/ending']", "action").len()
    };
    let counted = async |others: usize| {
        let page = app.admin().get("/people/everybody-out").await.expect(200);
        assert!(page.text().contains(&format!("ほかに、{others}件のサインイン")), "{others}: {}", page.text());
    };
    assert_eq!(shown().await, 3, "the one at work, the one that is locked, and all at once");
    counted(live).await;

    // Where the ward lets nobody rest so long, the locked one is over too.
    app.run(&format!("INSERT INTO hub.session_limits (ward_id, side, idle_minutes) VALUES ('{ward}', 'facility', 20)")).await;
    assert_eq!(shown().await, 2);
    counted(live - 1).await;

    // Half an hour later nobody but the admin is there.
    app.at("2026-11-20T09:31").verify_everybody().await;
    let own = app.world.root.staff(Role::WardAdmin).session;
    app.run(&format!("UPDATE hub.sessions SET seen_at = '{}' WHERE id = '{own}'", app.app.clock.now())).await;
    assert_eq!(shown().await, 0);
    assert!(
        app.admin().get(&format!("/people/{}", staff.person)).await.expect(200).text().contains("サインイン中の画面はありません")
    );
    counted(0).await;
    let open: i64 = app.value(&format!("SELECT count(*) FROM hub.sessions WHERE ward_id = '{ward}' AND ended_at IS NULL")).await;
    assert!(open > 1, "nobody ended them");
}

#[tokio::test]
async fn two_admins_who_suspend_each_other_at_once_leave_one() {
    for round in 0..4 {
        let app = verified().await;
        let first = app.world.root.staff(Role::WardAdmin).clone();
        let second = second_admin(&app, 10).await;
        let (here, there) = (app.admin(), caller(&app, &second));
        let (to_second, to_first) =
            (format!("/people/{}/suspension", second.person), format!("/people/{}/suspension", first.person));
        let (one, other) = join!(here.post(&to_second, &[]), there.post(&to_first, &[]));
        let done = [&one, &other].map(|answer| (answer.status.as_u16(), answer.location().to_owned()));
        assert_eq!(done.iter().filter(|(_, to)| to.ends_with("done=suspended")).count(), 1, "round {round}: {done:?}");
        let left: i64 = app
            .value(&format!(
                "SELECT count(*) FROM hub.people WHERE status = 'active' AND id IN ('{}', '{}')",
                first.person, second.person
            ))
            .await;
        assert_eq!(left, 1, "round {round}: {done:?}");
    }
}

#[tokio::test]
async fn two_admins_who_end_each_other_at_once_leave_one() {
    let app = verified().await;
    let first = app.world.root.staff(Role::WardAdmin).clone();
    let second = second_admin(&app, 10).await;
    let path = |staff: &crate::support::Staff| format!("/people/{}/memberships/{}/ending", staff.person, staff.membership);
    let now = [("version", "1"), ("when", "now")];
    let (here, there) = (app.admin(), caller(&app, &second));
    let (to_second, to_first) = (path(&second), path(&first));
    let _ = join!(here.post(&to_second, &now), there.post(&to_first, &now));
    let left: i64 = app
        .value(&format!(
            "SELECT count(*) FROM hub.memberships WHERE ward_id = '{}' AND role = 'ward_admin' AND (until_on IS NULL OR until_on >= '2026-11-20')",
            app.world.ward
        ))
        .await;
    assert_eq!(left, 1);
}

#[tokio::test]
async fn everybody_of_the_ward_is_out_within_a_second_but_who_said_so() {
    let app = TestApp::new().await;
    let path = "/people/everybody-out";
    let asked = app.admin().get(path).await.expect(403);
    assert_eq!(asked.attributes("x-passkey[data-mode=verify]", "data-action")[0], "endAllSessions");
    app.verify_everybody().await;
    let (second, second_router) = app.second_node();
    let _pump = Pump::of(&second).await;
    let mut stream = Stream::open(&second_router, app.world.centre.staff(Role::Caseworker)).await;
    stream.next().await;
    let ward = app.world.ward;
    let open = async || {
        app.value::<i64>(&format!("SELECT count(*) FROM hub.sessions WHERE ward_id = '{ward}' AND ended_at IS NULL")).await
    };
    let before = open().await;
    let page = app.admin().get(path).await.expect(200);
    assert!(page.text().contains(&format!("{}件のサインイン", before - 1)));
    // Not by a slip of the hand, and by nobody else.
    app.admin().post(path, &[]).await.expect(422);
    for other in [app.reporter(), app.head(), app.caseworker(), app.supervisor(), app.auditor()] {
        other.get(path).await.expect(404);
        other.post(path, &[("confirmed", "1")]).await.expect(404);
    }
    assert_eq!(open().await, before);

    assert_eq!(app.admin().post(path, &[("confirmed", "1")]).await.expect(303).location(), "/people?done=everybody-out");
    assert!(stream.ends().await, "the open inbox on the other node goes quiet");
    assert_eq!(open().await, 1);
    for out in [app.reporter(), app.caseworker(), app.auditor()] {
        assert_eq!(out.get("/me").await.expect(303).leads_to(), "/sign-in");
    }
    app.admin().get("/people").await.expect(200);
    app.signed_in(&app.other.nursery, Role::Reporter).get("/sheet").await.expect(200);
    let said = app.sql("SELECT detail FROM hub.trail WHERE action = 'endAllSessions' AND NOT detail ? 'step'").await;
    assert_eq!(said, [serde_json::json!({ "detail": { "sessions": before - 1 } })]);
}

#[tokio::test]
async fn who_is_stopped_does_not_come_back_by_a_recovery_that_was_under_way() {
    let app = verified().await;
    let staff = app.world.nursery.staff(Role::Reporter).clone();
    let path = format!("/people/{}", staff.person);
    let state = async || app.value::<String>("SELECT state FROM hub.recoveries").await;
    app.head().post(&format!("{path}/recovery"), &[("reason", "lost")]).await.expect(303);
    // Stopped behind the desk's back: there is nothing to approve.
    app.run(&format!("UPDATE hub.people SET status = 'suspended' WHERE id = '{}'", staff.person)).await;
    let recovery: String = app.value("SELECT id::text FROM hub.recoveries").await;
    app.admin().post(&format!("{path}/recovery/approval"), &[("recovery", &recovery), ("met", "yes")]).await.expect(409);
    assert_eq!(state().await, "asked");
    app.run(&format!("UPDATE hub.people SET status = 'active' WHERE id = '{}'", staff.person)).await;
    app.admin().post(&format!("{path}/recovery/approval"), &[("recovery", &recovery), ("met", "yes")]).await.expect(200);
    app.admin().post(&format!("{path}/suspension"), &[]).await.expect(303);
    assert_eq!(state().await, "cancelled", "the code that is out opens nothing when they come back");
}

#[tokio::test]
async fn an_invitation_works_until_the_last_day() {
    let app = verified().await;
    let head = app.world.nursery.staff(Role::FacilityHead).clone();
    app.admin().post(&format!("/people/{}/invitation", head.person), &[]).await.expect(200);
    app.admin().post(&format!("/people/{}/leaving", head.person), &[("last_day", "令和9年3月31日")]).await.expect(303);
    let open = "SELECT count(*) FROM hub.invitations WHERE revoked_at IS NULL";
    assert_eq!(app.value::<i64>(open).await, 1, "who leaves in spring comes in until then");
    app.admin().post(&format!("/people/{}/leaving", head.person), &[("last_day", "2026-11-19")]).await.expect(303);
    assert_eq!(app.value::<i64>(open).await, 0);
}
