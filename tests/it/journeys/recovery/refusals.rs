//! Who cannot give whose account back, and codes that open nothing.

use tsunagi::gate::Role;

use super::{admin, approve, ask, code, code_by, path, reasons, redeem};
use crate::support::{Authenticator, TestApp};

#[tokio::test]
async fn nobody_asks_for_themselves_or_for_people_who_are_not_theirs() {
    let app = TestApp::new().await;
    app.verify_everybody().await;
    let world = &app.world;
    let teacher = world.nursery.staff(Role::Reporter).person;
    let other_head = app.signed_in(&world.elementary, Role::FacilityHead);
    let absent = other_head.get("/there-is-no-such-page").await;
    for step in ["", "/approval", "/cancelling"] {
        let hidden = other_head.get(&path(teacher, step)).await.expect(404);
        assert_eq!(hidden.text(), absent.text(), "the head of another facility knows nothing of it");
        app.head().get(&path(world.root.staff(Role::WardAdmin).person, step)).await.expect(404);
        app.head().get(&path(world.centre.staff(Role::Caseworker).person, step)).await.expect(404);
        app.admin().get(&path(app.other.nursery.staff(Role::Reporter).person, step)).await.expect(404);
        for caller in [app.reporter(), app.caseworker(), app.supervisor(), app.auditor()] {
            caller.get(&path(world.elementary.staff(Role::Reporter).person, step)).await.expect(404);
        }
    }
    for (caller, place, role) in [(app.head(), &world.nursery, Role::FacilityHead), (app.admin(), &world.root, Role::WardAdmin)] {
        let me = place.staff(role).person;
        ask(&caller, me).await.expect(404);
        caller.get(&path(me, "/approval")).await.expect(404);
        caller.post(&path(me, "/approval"), &[("met", "yes")]).await.expect(404);
        // To stop one's own nobody else is needed.
        caller.get(&path(me, "/cancelling")).await.expect(200);
    }
    assert_eq!(app.value::<i64>("SELECT count(*) FROM hub.recoveries").await, 0);
}

#[tokio::test]
async fn asking_and_approving_ask_for_the_person_again() {
    let app = TestApp::new().await;
    let teacher = app.world.nursery.staff(Role::Reporter).person;
    let asked = ask(&app.head(), teacher).await.expect(403);
    assert_eq!(asked.attributes("x-passkey[data-mode=verify]", "data-action"), ["askRecovery"]);
    let asked = app.admin().post(&path(teacher, "/approval"), &[("met", "yes")]).await.expect(403);
    assert_eq!(asked.attributes("x-passkey[data-mode=verify]", "data-action"), ["approveRecovery"]);
}

#[tokio::test]
async fn the_same_person_is_not_two() {
    let app = TestApp::new().await;
    app.verify_everybody().await;
    let caseworker = app.world.centre.staff(Role::Caseworker).person;
    ask(&app.admin(), caseworker).await.expect(303);
    let refused = approve(&app.admin(), caseworker).await.expect(409);
    assert!(refused.text().contains("別の人の確認を待っています"));
    // Not even with the id at hand, nor past the program.
    let id: String = app.value("SELECT id::text FROM hub.recoveries").await;
    app.admin().post(&path(caseworker, "/approval"), &[("recovery", &id), ("met", "yes")]).await.expect(409);
    assert_eq!(app.value::<String>("SELECT state FROM hub.recoveries").await, "asked");
    for who in ["asked_by", "person_id"] {
        app.run(&format!(
            "DO $$ BEGIN
                 UPDATE hub.recoveries SET state = 'approved', approved_as = 'admin', approved_by = {who}, approved_at = asked_at, code_hash = 'x', opens_at = asked_at;
                 RAISE EXCEPTION 'one person was enough';
             EXCEPTION WHEN check_violation THEN NULL; END $$"
        ))
        .await;
    }
}

#[tokio::test]
async fn staff_of_a_facility_need_their_own_head() {
    let app = TestApp::new().await;
    let (second, _) = admin(&app, 2).await;
    let teacher = app.world.nursery.staff(Role::Reporter).person;
    ask(&app.admin(), teacher).await.expect(303);
    let refused = approve(&second, teacher).await.expect(409);
    assert!(refused.text().contains("施設長の確認を待っています"));
    let page = approve(&app.head(), teacher).await.expect(200);
    redeem(&app, &code(&page), &mut Authenticator::new(1)).await.expect(200);

    // A facility whose head has left: two admins.
    let head = app.world.elementary.staff(Role::FacilityHead).person;
    app.run(&format!("UPDATE hub.people SET status = 'left' WHERE id = '{head}'")).await;
    code_by(&app.admin(), &second, app.world.elementary.staff(Role::Reporter).person).await;
    // A head: two admins.
    code_by(&app.admin(), &second, app.world.junior_high.staff(Role::FacilityHead).person).await;
}

#[tokio::test]
async fn somebody_who_does_more_than_the_head_can_see_takes_two_admins() {
    let app = TestApp::new().await;
    app.verify_everybody().await;
    let double = app.world.double.person;
    ask(&app.head(), double).await.expect(303);
    let refused = approve(&app.admin(), double).await.expect(409);
    assert!(refused.text().contains("ほかの役割も持っています"));

    // Given after both had spoken: found out when the code is spent.
    let teacher = app.world.nursery.staff(Role::Reporter).person;
    let code = code_by(&app.admin(), &app.head(), teacher).await;
    let (ward, centre) = (app.world.ward, app.world.centre.id);
    app.run(&format!(
        "INSERT INTO hub.memberships (ward_id, id, person_id, organization_id, role, from_on)
         VALUES ('{ward}', gen_random_uuid(), '{teacher}', '{centre}', 'caseworker', '2026-11-20')"
    ))
    .await;
    redeem(&app, &code, &mut Authenticator::new(1)).await.expect(422);
    assert_eq!(reasons(&app).await, ["outgrown_recovery"]);
}

#[tokio::test]
async fn every_code_that_opens_nothing_looks_the_same_and_leaves_its_reason() {
    let app = TestApp::new().await;
    let (second, _) = admin(&app, 2).await;
    let (_, third) = admin(&app, 3).await;
    let head = app.head();
    let teacher = app.world.nursery.staff(Role::Reporter).person;
    let early = code_by(&app.admin(), &second, third).await;
    let cancelled = code_by(&head, &app.admin(), teacher).await;
    let page = head.get(&path(teacher, "/cancelling")).await.expect(200);
    let recovery = page.attributes("input[name=recovery]", "value")[0].clone();
    head.post(&path(teacher, "/cancelling"), &[("recovery", &recovery)]).await.expect(303);
    let spent = code_by(&head, &app.admin(), teacher).await;
    redeem(&app, &spent, &mut Authenticator::new(1)).await.expect(200);

    let mut pages = Vec::new();
    for code in [early.as_str(), &cancelled, &spent, "AAAAA-BBBBB-CCCCC-DDDDD"] {
        let page = app.stranger().post("/recovery", &[("code", code)]).await.expect(422);
        assert!(page.text().contains(code), "what was typed is kept");
        pages.push(page.text().replace(code, ""));
    }
    assert!(pages.windows(2).all(|pair| pair[0] == pair[1]), "the page does not tell which it was");
    assert_eq!(reasons(&app).await, ["cancelled_recovery", "early_recovery", "spent_recovery", "unknown_recovery"]);
}

#[tokio::test]
async fn a_code_lives_a_day_and_an_asking_a_week() {
    let app = TestApp::new().await;
    app.verify_everybody().await;
    let teacher = app.world.nursery.staff(Role::Reporter).person;
    let code = code_by(&app.head(), &app.admin(), teacher).await;
    app.at("2026-11-21T08:59");
    app.stranger().post("/recovery", &[("code", &code)]).await.expect(200);
    app.at("2026-11-21T09:00");
    redeem(&app, &code, &mut Authenticator::new(1)).await.expect(422);
    assert_eq!(reasons(&app).await, ["expired_recovery"]);

    app.refresh_sessions().await;
    app.verify_everybody().await;
    assert!(app.head().get("/recoveries").await.expect(200).text().contains("期限切れ"));
    ask(&app.head(), teacher).await.expect(303);
    ask(&app.head(), teacher).await.expect(409);
    app.at("2026-11-28T09:00");
    app.refresh_sessions().await;
    app.verify_everybody().await;
    assert!(approve(&app.admin(), teacher).await.expect(409).text().contains("いまありません"));
    ask(&app.head(), teacher).await.expect(303);
}

#[tokio::test]
async fn what_is_missing_is_asked_for_and_an_account_that_is_not_in_use_is_not_given_back() {
    let app = TestApp::new().await;
    app.verify_everybody().await;
    let teacher = app.world.nursery.staff(Role::Reporter).person;
    for fields in [&[][..], &[("reason", "because")]] {
        let page = app.head().post(&path(teacher, ""), fields).await.expect(422);
        assert!(page.text().contains("理由を選んでください"));
    }
    ask(&app.head(), teacher).await.expect(303);
    let page = app.admin().get(&path(teacher, "/approval")).await.expect(200);
    let recovery = page.attributes("input[name=recovery]", "value")[0].clone();
    let page = app.admin().post(&path(teacher, "/approval"), &[("recovery", &recovery)]).await.expect(422);
    assert!(page.text().contains("本人と対面して確かめてから"));
    assert_eq!(app.value::<String>("SELECT state FROM hub.recoveries").await, "asked");

    let other = app.world.elementary.staff(Role::Reporter).person;
    for status in ["invited", "suspended", "left"] {
        app.run(&format!("UPDATE hub.people SET status = '{status}' WHERE id = '{other}'")).await;
        let page = ask(&app.admin(), other).await.expect(409);
        assert!(page.text().contains("使われていません"), "{status}");
    }
}

#[tokio::test]
async fn heads_and_admins_find_whom_they_may_ask_for() {
    let app = TestApp::new().await;
    let teacher = app.world.nursery.staff(Role::Reporter);
    let page = app.head().get("/recoveries/new").await.expect(200);
    assert!(page.text().contains(&teacher.name));
    assert!(!page.text().contains(&app.world.elementary.staff(Role::Reporter).name));
    assert!(page.attributes("tbody a", "href").contains(&path(teacher.person, "")));
    let page = app.admin().get("/recoveries/new").await.expect(200);
    assert!(page.text().contains(&app.world.elementary.staff(Role::Reporter).name));
    assert!(app.head().get("/recoveries").await.expect(200).text().contains("復旧の申し出はありません"));
    for caller in [app.reporter(), app.caseworker(), app.auditor()] {
        caller.get("/recoveries").await.expect(404);
    }
}

#[tokio::test]
async fn a_head_hears_nothing_of_who_has_gone_elsewhere() {
    let app = TestApp::new().await;
    app.verify_everybody().await;
    let teacher = app.world.elementary.staff(Role::Reporter).clone();
    let listed = async || app.head().get("/recoveries").await.expect(200).text().contains(&teacher.name);
    let (ward, nursery) = (app.world.ward, app.world.nursery.id);
    app.run(&format!(
        "INSERT INTO hub.memberships (ward_id, id, person_id, organization_id, role, from_on, until_on)
         VALUES ('{ward}', gen_random_uuid(), '{}', '{nursery}', 'reporter', '2025-04-01', '2026-03-31')",
        teacher.person
    ))
    .await;
    ask(&app.admin(), teacher.person).await.expect(303);
    assert!(!listed().await, "they worked here until March, and lost their key in November");
    assert!(app.admin().get("/recoveries").await.expect(200).text().contains(&teacher.name));
    // Whoever was here when it was asked stays on the list after they have gone.
    app.run("UPDATE hub.memberships SET until_on = '2026-11-20' WHERE until_on = '2026-03-31'").await;
    assert!(listed().await);
}
