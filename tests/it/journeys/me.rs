//! One's own account: passkeys added, named and removed, the browsers one is signed in with, and nobody else's (design 5, security B2, B8).

use serde_json::{Value, json};
use tsunagi::gate::Role;

use crate::support::{Answer, Authenticator, Caller, Staff, TestApp};

const OPTIONS: &str = "/me/passkeys/options";

/// Registers this authenticator as one more passkey; the answer of the last step.
async fn add(caller: &Caller<'_>, key: &mut Authenticator, kind: &str) -> Answer {
    let options = caller.post_json(OPTIONS, &json!({ "kind": kind })).await.expect(200).json();
    finish(caller, &options, key).await
}

async fn finish(caller: &Caller<'_>, options: &Value, key: &mut Authenticator) -> Answer {
    let credential = key.register(&options["publicKey"]);
    caller.post_json("/me/passkeys", &json!({ "ceremony": options["ceremony"], "credential": credential })).await
}

/// The passkeys of somebody that count, in the order they were made.
async fn passkeys(app: &TestApp, staff: &Staff) -> Vec<String> {
    let query = format!(
        "SELECT id::text FROM hub.passkeys WHERE person_id = '{}' AND removed_at IS NULL ORDER BY created_at, kind, id",
        staff.person
    );
    app.sql(&query).await.iter().filter_map(|row| row["id"].as_str().map(ToOwned::to_owned)).collect()
}

async fn reasons(app: &TestApp) -> Vec<String> {
    let rows = app.sql("SELECT reason FROM hub.sign_ins WHERE outcome = 'refused' ORDER BY reason").await;
    rows.iter().map(|row| row["reason"].as_str().unwrap_or_default().to_owned()).collect()
}

fn caseworker(app: &TestApp) -> Staff {
    app.world.centre.staff(Role::Caseworker).clone()
}

#[tokio::test]
async fn enrolment_leads_to_the_spare_which_needs_no_second_asking() {
    let app = TestApp::new().await;
    let staff = caseworker(&app);
    let (mut first, mut spare) = (Authenticator::new(1), Authenticator::new(2));
    let enrolled = app.enrolment(&staff, &mut first).await.expect(200);
    assert_eq!(enrolled.json()["next"], "/me?welcome");
    let me = app.with_session(&enrolled.session());
    let welcome = me.get("/me?welcome").await.expect(200);
    assert_eq!(welcome.first("h1").as_deref(), Some("つぎは、予備のパスキーです"));
    assert!(welcome.attributes("main a", "href").contains(&"/".to_owned()), "it can wait");
    assert!(welcome.text().contains("復旧（2人の確認）"), "and what it costs to wait");
    let page = me.get("/me/passkeys/new").await.expect(200);
    assert_eq!(page.attributes("x-passkey [data-start]", "value"), ["key", "device", "phone"]);
    // For this action, and for no other.
    let id = passkeys(&app, &staff).await.remove(0);
    let asked = me.get(&format!("/me/passkeys/{id}/removal")).await.expect(403);
    assert_eq!(asked.attributes("x-passkey[data-mode=verify]", "data-action")[0], "removePasskey");

    app.at("2026-11-20T09:01");
    let added = add(&me, &mut spare, "phone").await.expect(200);
    assert_eq!(added.json()["next"], "/me?done=added");
    let done = me.get("/me?done=added").await.expect(200);
    assert_eq!(done.all(".app-tasks .app-pill"), ["済", "済"]);
    assert_eq!(done.all(".app-own h3"), ["セキュリティキー", "スマートフォン"]);
    assert_eq!(done.all(".app-own li:first-child .app-pill"), ["このサインインで使用"]);
    assert!(me.get("/me").await.expect(200).all(".app-tasks").is_empty(), "nothing is left to do");
    app.sign_in(&spare).await.expect(200);
    // Somebody who has two begins where the day begins.
    assert_eq!(app.enrolment(&staff, &mut Authenticator::new(3)).await.expect(200).json()["next"], "/alerts");
}

#[tokio::test]
async fn who_works_in_two_places_chooses_first_and_comes_to_the_spare_all_the_same() {
    let app = TestApp::new().await;
    let double = app.world.double.clone();
    let enrolled = app.enrolment(&double, &mut Authenticator::new(1)).await.expect(200);
    assert_eq!(enrolled.json()["next"], "/organization");
    let chosen = app.with_session(&enrolled.session());
    let membership = double.membership.to_string();
    let chosen = chosen.post("/organization", &[("membership", &membership)]).await.expect(303);
    assert_eq!(chosen.location(), "/me?welcome");
    let me = app.with_session(&chosen.session());
    assert!(me.get("/me?welcome").await.expect(200).text().contains("共用パソコンの「この端末」には登録しません"));
    me.get("/me/passkeys/new").await.expect(200);
    // Acting as something else, whatever was verified counts no more.
    let other = double.session.to_string();
    let chosen = me.post("/organization", &[("membership", &other)]).await.expect(303);
    app.with_session(&chosen.session()).get("/me/passkeys/new").await.expect(403);
}

#[tokio::test]
async fn one_more_passkey_takes_a_fresh_verification() {
    let app = TestApp::new().await;
    let staff = caseworker(&app);
    let mut first = Authenticator::new(1);
    let me = app.enrol(&staff, &mut first).await;
    app.at("2026-11-20T09:06");
    let asked = me.get("/me/passkeys/new").await.expect(403);
    assert_eq!(asked.attributes("x-passkey[data-mode=verify]", "data-action")[0], "addPasskey");
    me.post_json(OPTIONS, &json!({ "kind": "key" })).await.expect(403);
    let verified = me.verified("addPasskey", &first).await;
    assert_eq!(me.get("/me").await.expect(303).leads_to(), "/sign-in", "the old token is dead");
    let options = verified.post_json(OPTIONS, &json!({ "kind": "device" })).await.expect(200).json();
    let public = &options["publicKey"];
    assert_eq!(public["hints"], json!(["client-device"]));
    let known = public["excludeCredentials"].as_array().map(Vec::len);
    assert_eq!(known, Some(1), "one device is not registered twice: {public}");
    // The page stayed open too long.
    app.at("2026-11-20T09:12");
    finish(&verified, &options, &mut Authenticator::new(2)).await.expect(403);
    assert_eq!(passkeys(&app, &staff).await.len(), 1);
}

#[tokio::test]
async fn every_refused_registration_is_one_line_in_the_log() {
    let app = TestApp::new().await;
    let staff = caseworker(&app);
    let mut first = Authenticator::new(1);
    let me = app.enrol(&staff, &mut first).await;
    let other = app.enrol(app.world.centre.staff(Role::Supervisor), &mut Authenticator::new(9)).await;
    for body in ["", "{", "{\"kind\": \"watch\"}"] {
        me.post_as(OPTIONS, "application/json", body).await.expect(422);
    }
    me.post_as("/me/passkeys", "application/json", "[]").await.expect(422);
    // Somebody who fails too often is slowed down; these are forgiven by now.
    app.at("2026-11-20T09:04");
    let begin = async || me.post_json(OPTIONS, &json!({ "kind": "key" })).await.expect(200).json();

    // Somebody else's challenge; one that was answered; an answer of another site, and one without PIN; a known credential.
    let options = begin().await;
    finish(&other, &options, &mut Authenticator::new(2)).await.expect(422);
    finish(&me, &options, &mut Authenticator::new(2)).await.expect(422);
    let mut elsewhere = Authenticator::new(3);
    "https://tsunagi.example".clone_into(&mut elsewhere.origin);
    finish(&me, &begin().await, &mut elsewhere).await.expect(422);
    let mut careless = Authenticator::new(4);
    careless.verifies = false;
    finish(&me, &begin().await, &mut careless).await.expect(422);
    let again = finish(&me, &begin().await, &mut first.clone()).await.expect(422);
    assert_eq!(again.json()["error"], "登録できませんでした。もう一度お試しください。");
    let expected = [["bad_passkey"; 3].as_slice(), &["malformed"; 4], &["stale_ceremony"; 2]].concat();
    assert_eq!(reasons(&app).await, expected);
    assert_eq!(passkeys(&app, &staff).await.len(), 1);
}

#[tokio::test]
async fn a_passkey_that_travels_is_not_for_those_whom_others_rights_hang_on() {
    let app = TestApp::new().await;
    let synced = |number| {
        let mut key = Authenticator::new(number);
        key.synced = true;
        key
    };
    let admin = app.enrol(app.world.root.staff(Role::WardAdmin), &mut Authenticator::new(1)).await;
    assert!(admin.get("/me/passkeys/new").await.expect(200).text().contains("同期する"));
    let refused = add(&admin, &mut synced(2), "phone").await.expect(422);
    assert!(refused.json()["error"].as_str().is_some_and(|line| line.contains("あなたの役割では登録できません")));
    assert_eq!(reasons(&app).await, ["synced_passkey"]);
    let enrolled = app.enrolment(app.world.root.staff(Role::Auditor), &mut synced(3)).await.expect(422);
    assert!(enrolled.json()["error"].as_str().is_some_and(|line| line.contains("あなたの役割では登録できません")));

    // Nor for somebody who is an administrator too, and a teacher just now.
    let teacher = app.world.nursery.staff(Role::Reporter).clone();
    let me = app.enrol(&teacher, &mut Authenticator::new(4)).await;
    add(&me, &mut synced(5), "phone").await.expect(200);
    assert!(me.get("/me").await.expect(200).all(".app-own .app-pill").contains(&"複数の端末で使えます".to_owned()));
    let (ward, person, root) = (app.world.ward, teacher.person, app.world.root.id);
    app.run(&format!(
        "INSERT INTO hub.memberships (ward_id, id, person_id, organization_id, role, from_on)
         VALUES ('{ward}', gen_random_uuid(), '{person}', '{root}', 'ward_admin', '2026-04-01')"
    ))
    .await;
    add(&me, &mut synced(6), "phone").await.expect(422);
}

#[tokio::test]
async fn who_will_govern_or_is_proposed_to_has_no_passkey_that_travels_either() {
    let app = TestApp::new().await;
    let (ward, root) = (app.world.ward, app.world.root.id);
    let admin = app.world.root.staff(Role::WardAdmin).person;
    for (number, (staff, row)) in [
        (
            app.world.nursery.staff(Role::Reporter).clone(),
            "memberships (ward_id, id, person_id, organization_id, role, from_on) SELECT",
        ),
        (
            app.world.nursery.staff(Role::FacilityHead).clone(),
            "proposals (proposed_by, proposed_at, ward_id, id, person_id, organization_id, role, from_on) SELECT BY",
        ),
    ]
    .into_iter()
    .enumerate()
    {
        let number = u8::try_from(10 * number).unwrap();
        let me = app.enrol(&staff, &mut Authenticator::new(number + 1)).await;
        let row = row.replace("SELECT BY", &format!("SELECT '{admin}', '2026-11-20T00:00:00Z',"));
        app.run(&format!(
            "INSERT INTO hub.{row} '{ward}', gen_random_uuid(), '{}', '{root}', 'ward_admin', date '2027-04-01'",
            staff.person
        ))
        .await;
        let mut travels = Authenticator::new(number + 2);
        travels.synced = true;
        add(&me, &mut travels, "phone").await.expect(422);
    }
    assert_eq!(reasons(&app).await, ["synced_passkey"; 2]);
}

#[tokio::test]
async fn a_passkey_that_is_somebody_elses_is_refused_and_no_fault() {
    let app = TestApp::new().await;
    let mut key = Authenticator::new(1);
    app.enrol(app.world.centre.staff(Role::Caseworker), &mut key).await;
    let again = app.enrolment(app.world.centre.staff(Role::Supervisor), &mut key.clone()).await;
    assert_eq!(again.status, 422, "{}", again.text());
    assert_eq!(reasons(&app).await, ["bad_passkey"]);
}

#[tokio::test]
async fn a_passkey_is_called_what_its_owner_likes() {
    let app = TestApp::new().await;
    let staff = caseworker(&app);
    let me = app.enrol(&staff, &mut Authenticator::new(1)).await;
    let id = passkeys(&app, &staff).await.remove(0);
    let (path, field) = (format!("/me/passkeys/{id}/name"), format!("name.{id}"));
    for (typed, kept) in [("　鍵束のキー ", "鍵束のキー"), ("青いキー", "青いキー"), ("青いキー", "青いキー")]
    {
        assert_eq!(me.post(&path, &[(&field, typed)]).await.expect(303).location(), "/me?done=renamed");
        assert_eq!(me.get("/me?done=renamed").await.expect(200).all(".app-own h3"), [kept]);
    }
    let long = "長".repeat(61);
    for (typed, told) in
        [("", "空です"), ("青\u{7}い", "目に見えない文字（U+0007）"), ("一行\n二行", "目に見えない文字"), (&long, "61文字あります")]
    {
        let page = me.post(&path, &[(&field, typed)]).await.expect(422);
        assert!(page.first("title").is_some_and(|title| title.starts_with("エラー: ")));
        assert!(page.all(".app-errors a").concat().contains(told), "{typed:?}: {:?}", page.all(".app-errors"));
        assert_eq!(page.attributes(".app-errors a", "href"), [format!("#{field}")]);
        assert_eq!(page.attributes(".app-own details[open] input", "value"), [typed]);
        assert_eq!(page.all(".app-own h3"), ["青いキー"]);
    }
    let deeds = app.sql("SELECT detail FROM hub.trail WHERE action = 'renamePasskey'").await;
    assert_eq!(deeds.len(), 7);
    assert!(!json!(deeds).to_string().contains("キー"), "the trail knows no names");
}

#[tokio::test]
async fn a_removed_passkey_opens_nothing_and_whoever_held_it_is_out() {
    let app = TestApp::new().await;
    let staff = caseworker(&app);
    let (mut first, mut lost) = (Authenticator::new(1), Authenticator::new(2));
    let me = app.enrol(&staff, &mut first).await;
    add(&me, &mut lost, "phone").await.expect(200);
    let thief = app.with_session(&app.sign_in(&lost).await.expect(200).session());
    let id = passkeys(&app, &staff).await.remove(1);
    let path = format!("/me/passkeys/{id}/removal");
    me.post(&path, &[]).await.expect(403);
    thief.get("/alerts").await.expect(200);

    let me = me.verified("removePasskey", &first).await;
    let page = me.get(&path).await.expect(200);
    assert!(page.text().contains("スマートフォン") && page.text().contains("外したパスキーでは、もう入れません"));
    assert_eq!(me.post(&path, &[]).await.expect(303).location(), "/me?done=removed");
    assert_eq!(thief.get("/alerts").await.expect(303).leads_to(), "/sign-in");
    assert_eq!(app.caseworker().get("/alerts").await.expect(303).leads_to(), "/sign-in", "nor anywhere else");
    assert_eq!(me.get("/me").await.expect(200).all(".app-own h3"), ["セキュリティキー"]);
    app.sign_in(&lost).await.expect(422);
    me.verify("addPasskey", &lost).await.expect(422);
    assert_eq!(reasons(&app).await, ["unknown_passkey"; 2]);
    // Gone is gone: not removed twice, not renamed, and not registered again.
    me.post(&path, &[]).await.expect(404);
    me.get(&path).await.expect(404);
    me.post(&format!("/me/passkeys/{id}/name"), &[(&format!("name.{id}"), "x")]).await.expect(404);
    let me = me.verified("addPasskey", &first).await;
    add(&me, &mut lost, "phone").await.expect(422);
    let last = app.sql("SELECT detail FROM hub.trail WHERE action = 'removePasskey' AND NOT detail ? 'step'").await;
    assert_eq!(last.len(), 1);
    assert_eq!((&last[0]["detail"]["passkey"], &last[0]["detail"]["sessions"]), (&json!(id), &json!(2)));
}

#[tokio::test]
async fn the_last_passkey_stays() {
    let app = TestApp::new().await;
    let staff = caseworker(&app);
    let mut only = Authenticator::new(1);
    let me = app.enrol(&staff, &mut only).await.verified("removePasskey", &only).await;
    let id = passkeys(&app, &staff).await.remove(0);
    assert!(me.get("/me").await.expect(200).text().contains("最後の1つは外せません"));
    let path = format!("/me/passkeys/{id}/removal");
    let page = me.get(&path).await.expect(200);
    assert!(page.attributes("main form", "action").is_empty(), "nothing to press");
    let refused = me.post(&path, &[]).await.expect(422);
    assert!(refused.text().contains("これは最後のパスキーです"));
    assert_eq!(passkeys(&app, &staff).await, [id]);
    app.caseworker().get("/alerts").await.expect(200);
}

#[tokio::test]
async fn of_two_removals_at_once_one_is_too_late() {
    let app = TestApp::new().await;
    app.give_passkeys().await;
    app.verify_everybody().await;
    let staff = caseworker(&app);
    let me = app.caseworker();
    let paths = staff.passkeys().map(|id| format!("/me/passkeys/{id}/removal"));
    for _ in 0..8 {
        let (one, other) = tokio::join!(me.post(&paths[0], &[]), me.post(&paths[1], &[]));
        let mut answers = [one.status.as_u16(), other.status.as_u16()];
        answers.sort_unstable();
        assert_eq!(answers, [303, 422]);
        assert_eq!(passkeys(&app, &staff).await.len(), 1);
        app.run("UPDATE hub.passkeys SET removed_at = NULL, removed_by = NULL").await;
    }
}

#[tokio::test]
async fn somebody_elses_is_not_there() {
    let app = TestApp::new().await;
    app.give_passkeys().await;
    app.verify_everybody().await;
    let missing = app.admin().get("/there-is-no-such-page").await.expect(404).body;
    for staff in
        [app.world.root.staff(Role::Auditor), app.world.nursery.staff(Role::Reporter), app.other.root.staff(Role::WardAdmin)]
    {
        let [id, _] = staff.passkeys();
        let admin = app.admin();
        let answers = [
            admin.get(&format!("/me/passkeys/{id}/removal")).await,
            admin.post(&format!("/me/passkeys/{id}/removal"), &[]).await,
            admin.post(&format!("/me/passkeys/{id}/name"), &[(&format!("name.{id}"), "わたしの")]).await,
            admin.post(&format!("/me/passkeys/{id}/name"), &[(&format!("name.{id}"), "")]).await,
            admin.post(&format!("/me/sessions/{}/ending", staff.session), &[]).await,
        ];
        for answer in answers {
            assert_eq!(answer.expect(404).body, missing, "the same page as for what is not there");
        }
    }
    let touched: i64 = app.value("SELECT count(*) FROM hub.passkeys WHERE removed_at IS NOT NULL OR name <> 'パスキー'").await;
    let ended: i64 = app.value("SELECT count(*) FROM hub.sessions WHERE ended_at IS NOT NULL").await;
    assert_eq!((touched, ended), (0, 0));
}

#[tokio::test]
async fn one_sees_where_one_is_signed_in_and_ends_it() {
    let app = TestApp::new().await;
    let staff = app.world.double.clone();
    let mut key = Authenticator::new(1);
    app.enrolment(&staff, &mut key).await.expect(200);
    let sit = async |key: &mut Authenticator, membership: &str| {
        let choosing = app.with_session(&app.sign_in(key).await.expect(200).session());
        choosing.post("/organization", &[("membership", membership)]).await.expect(303).session()
    };
    let teacher = sit(&mut key, &staff.membership.to_string()).await;
    let worker = sit(&mut key, &staff.session.to_string()).await;
    let me = app.with_session(&teacher);
    let page = me.get("/me").await.expect(200);
    let rows = page.all("tbody tr");
    // The one of the world, the enrolment's, and two that chose.
    assert_eq!(rows.len(), 4);
    assert_eq!(rows.iter().filter(|row| row.contains("この画面")).count(), 1);
    let centre = &app.world.centre.name;
    assert!(rows.iter().any(|row| row.contains(&format!("{centre} ・ "))), "also where one acts for somebody else: {rows:?}");
    assert!(rows.iter().any(|row| row.contains("所属を選ぶ前")));
    assert!(rows.iter().all(|row| !row.contains("離席中")));
    app.with_session(&worker).post("/lock", &[]).await.expect(303);
    assert_eq!(me.get("/me").await.expect(200).all("tbody tr").iter().filter(|row| row.contains("離席中")).count(), 1);

    let ends = page.attributes("tbody form", "action");
    assert_eq!(ends.len(), 3, "not the one that is looked at");
    let session: String = app.value("SELECT id::text FROM hub.sessions WHERE locked_at IS NOT NULL").await;
    let path = format!("/me/sessions/{session}/ending");
    assert!(ends.contains(&path));
    // Whoever finds an unlocked screen does not throw its owner out elsewhere; a touch of the passkey later it is done.
    for path in [path.as_str(), "/me/sessions/ending"] {
        let asked = me.post(path, &[]).await.expect(403);
        assert_eq!(asked.attributes("x-passkey[data-mode=verify]", "data-action")[0], "endOwnSessions");
        assert_eq!(asked.attributes("form[data-again]", "action"), [path], "the wish waits and is sent on");
    }
    let me = me.verified("endOwnSessions", &key).await;
    assert_eq!(me.post(&path, &[]).await.expect(303).location(), "/me?done=ended");
    assert_eq!(app.with_session(&worker).get("/locked").await.expect(303).leads_to(), "/sign-in");
    me.post(&path, &[]).await.expect(404);
    assert_eq!(me.post("/me/sessions/ending", &[]).await.expect(303).location(), "/me?done=ended");
    assert_eq!(me.get("/me").await.expect(200).all("tbody tr").len(), 1);
    let by: i64 = app.value("SELECT count(*) FROM hub.sessions WHERE ended_by = 'self'").await;
    assert_eq!(by, 3);
}

#[tokio::test]
async fn what_rested_too_long_is_not_listed() {
    let app = TestApp::new().await;
    let staff = app.world.nursery.staff(Role::Reporter).clone();
    let mut key = Authenticator::new(1);
    app.enrol(&staff, &mut key).await;
    app.at("2026-11-20T09:29");
    let me = app.with_session(&app.sign_in(&key).await.expect(200).session());
    let rows = me.get("/me").await.expect(200).all("tbody tr");
    assert_eq!(rows.iter().filter(|row| row.contains("離席中")).count(), 2, "{rows:?}");
    app.at("2026-11-20T09:31");
    assert_eq!(me.get("/me").await.expect(200).all("tbody tr").len(), 1);
}
