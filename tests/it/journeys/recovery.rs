//! An account given back to its owner by two others: the whole way, and everything that ends with it (security B9).

mod hour;
mod operator;
mod races;
mod refusals;

use axum::{body::Body, http::Request};
use serde_json::json;
use tower::ServiceExt;
use tsunagi::{
    domain::ids::{Id, Person},
    gate::Role,
    web::SESSION_COOKIE,
};

use crate::support::{Answer, Authenticator, Caller, TestApp};

/// One more admin of the ward, signed in under a token of the number; their id.
pub(super) async fn admin(app: &TestApp, number: u32) -> (Caller<'_>, Id<Person>) {
    let (ward, root) = (app.world.ward, app.world.root.id);
    let id: Id<Person> = format!("00000000-0000-4000-8000-00000000ad{number:02}").parse().unwrap();
    let (session, membership) = (id.to_string().replace("ad", "5e"), id.to_string().replace("ad", "3e"));
    let now = app.app.clock.now();
    app.run(&format!(
        "INSERT INTO hub.people (ward_id, id, display_name, status, created_at) VALUES ('{ward}', '{id}', '架空 管理{number}', 'active', '{now}');
         INSERT INTO hub.memberships (ward_id, id, person_id, organization_id, role, from_on)
         VALUES ('{ward}', '{membership}', '{id}', '{root}', 'ward_admin', '2026-04-01');
         INSERT INTO hub.sessions (ward_id, id, token_hash, person_id, membership_id, opened_at, seen_at, verified_at)
         VALUES ('{ward}', '{session}', sha256('admin-{number}'), '{id}', '{membership}', '{now}', '{now}', '{now}')"
    ))
    .await;
    app.verify_everybody().await;
    (app.with_session(&format!("admin-{number}")), id)
}

fn path(person: Id<Person>, step: &str) -> String {
    format!("/people/{person}/recovery{step}")
}

async fn ask(caller: &Caller<'_>, person: Id<Person>) -> Answer {
    caller.post(&path(person, ""), &[("reason", "lost")]).await
}

/// Approves what the page shows.
async fn approve(caller: &Caller<'_>, person: Id<Person>) -> Answer {
    let page = caller.get(&path(person, "/approval")).await.expect(200);
    let recovery = page.attributes("input[name=recovery]", "value").into_iter().next().unwrap_or_default();
    caller.post(&path(person, "/approval"), &[("recovery", &recovery), ("met", "yes")]).await
}

/// The code on the page, which shows it once.
fn code(page: &Answer) -> String {
    page.first(".app-code").expect("the code is shown")
}

/// Asked by one, approved by the other: the code.
pub(super) async fn code_by(one: &Caller<'_>, other: &Caller<'_>, person: Id<Person>) -> String {
    ask(one, person).await.expect(303);
    code(&approve(other, person).await.expect(200))
}

/// What the person does with the code: the answer of the last step.
pub(super) async fn redeem(app: &TestApp, code: &str, key: &mut Authenticator) -> Answer {
    let typing = app.stranger().with_cookie("__Host-tsunagi-enrol", code);
    let options = typing.post_json("/recovery/options", &json!({ "kind": "key" })).await;
    if options.status != 200 {
        return options;
    }
    let options = options.json();
    let answer = json!({ "ceremony": options["ceremony"], "credential": key.register(&options["publicKey"]) });
    typing.post_json("/recovery/credential", &answer).await
}

async fn reasons(app: &TestApp) -> Vec<String> {
    let rows = app.sql("SELECT reason FROM hub.sign_ins WHERE outcome = 'refused' ORDER BY reason").await;
    rows.iter().map(|row| row["reason"].as_str().unwrap_or_default().to_owned()).collect()
}

async fn mails(app: &TestApp) -> Vec<String> {
    let rows = app.sql("SELECT kind FROM hub.mails ORDER BY queued_at, kind").await;
    rows.iter().map(|row| row["kind"].as_str().unwrap_or_default().to_owned()).collect()
}

/// Where a session leads on the other node.
async fn elsewhere(app: &TestApp, token: &str) -> String {
    let (_, second) = app.second_node();
    let request = Request::get("/sheet").header("cookie", format!("{SESSION_COOKIE}={token}")).body(Body::empty()).unwrap();
    let answer = second.oneshot(request).await.unwrap();
    let to = answer.headers().get("location").map(|to| to.to_str().unwrap().to_owned()).unwrap_or_default();
    to.split('?').next().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn head_and_admin_give_an_account_back_and_every_other_way_into_it_ends() {
    let app = TestApp::new().await;
    let teacher = app.world.nursery.staff(Role::Reporter).clone();
    let (mut lost, mut new) = (Authenticator::new(1), Authenticator::new(2));
    app.enrol(&teacher, &mut lost).await;
    let signed_in = app.sign_in(&lost).await.expect(200).session();
    assert_eq!(elsewhere(&app, &signed_in).await, "", "signed in on the other node too");
    let (ward, now) = (app.world.ward, app.app.clock.now());
    app.run(&format!(
        "INSERT INTO hub.invitations (ward_id, id, person_id, code_hash, created_at, expires_at)
         VALUES ('{ward}', gen_random_uuid(), '{}', sha256('letter'), '{now}', '2026-12-01T00:00:00Z')",
        teacher.person
    ))
    .await;
    app.verify_everybody().await;

    let asking = app.head().get(&path(teacher.person, "")).await.expect(200);
    assert!(asking.text().contains("管理者") && asking.text().contains(&teacher.name));
    assert_eq!(ask(&app.head(), teacher.person).await.expect(303).location(), "/recoveries?done=asked");
    let list = app.admin().get("/recoveries").await.expect(200);
    assert!(list.text().contains(&teacher.name) && list.text().contains("確認待ち"));
    assert_eq!(list.attributes("td a", "href")[0], path(teacher.person, "/approval"));
    let page = approve(&app.admin(), teacher.person).await.expect(200);
    let code = code(&page);
    assert!(page.text().contains("目の前の本人にだけ"));
    assert!(!app.admin().get(&path(teacher.person, "/approval")).await.expect(200).text().contains(&code), "shown once");
    assert!(app.value::<bool>(&format!("SELECT NOT EXISTS (SELECT FROM hub.trail WHERE detail::text LIKE '%{code}%')")).await);
    // Nothing ends before the person is there.
    app.sign_in(&lost).await.expect(200);

    let sloppy = code.to_lowercase().replace('-', " ");
    let page = app.stranger().post("/recovery", &[("code", &sloppy)]).await.expect(200);
    assert!(page.text().contains(&teacher.name));
    let entered = redeem(&app, &code, &mut new).await.expect(200);
    let session = entered.session();
    app.with_session(&session).get("/sheet").await.expect(200);

    app.sign_in(&lost).await.expect(422);
    for token in [&signed_in, &teacher.token] {
        assert_eq!(elsewhere(&app, token).await, "/sign-in");
        assert_eq!(app.with_session(token).get("/sheet").await.expect(303).leads_to(), "/sign-in");
    }
    app.sign_in(&new).await.expect(200);
    let left = app
        .sql(&format!(
            "SELECT (SELECT count(*) FROM hub.passkeys WHERE person_id = '{0}' AND removed_at IS NULL) AS passkeys
                  , (SELECT count(*) FROM hub.sessions WHERE person_id = '{0}' AND ended_by = 'recovery') AS ended
                  , (SELECT count(*) FROM hub.invitations WHERE person_id = '{0}' AND spent_at IS NULL AND revoked_at IS NULL) AS invitations
                  , (SELECT count(*) FROM hub.sessions WHERE person_id = '{0}' AND method = 'recovery') AS recovered",
            teacher.person
        ))
        .await;
    assert_eq!(left[0]["passkeys"], 1);
    assert!(left[0]["ended"].as_i64().unwrap() >= 3, "{}", left[0]);
    assert_eq!((&left[0]["invitations"], &left[0]["recovered"]), (&0.into(), &1.into()));
    assert_eq!(app.sql("SELECT FROM hub.sign_ins WHERE outcome = 'recovered'").await.len(), 1);
    let mut sent = mails(&app).await;
    sent.sort();
    assert_eq!(sent, ["passkey_added", "recovery_approved", "recovery_asked", "recovery_done"], "the first is of the enrolment");
    let detail = app.sql("SELECT detail FROM hub.trail WHERE action = 'registerPasskey' AND detail ? 'recovery'").await;
    assert_eq!((detail.len(), &detail[0]["detail"]["removed_passkeys"]), (1, &1.into()));
}

#[tokio::test]
async fn a_recovered_account_changes_nothing_for_an_hour_and_then_everything() {
    let app = TestApp::new().await;
    app.verify_everybody().await;
    let teacher = app.world.nursery.staff(Role::Reporter).person;
    let code = code_by(&app.head(), &app.admin(), teacher).await;
    let session = redeem(&app, &code, &mut Authenticator::new(1)).await.expect(200).session();
    let fields = [("idempotency_key", "00000000-0000-4000-8000-000000000001")];
    let refused = app.with_session(&session).post("/sheet/2026-11-20", &fields).await.expect(403);
    assert!(refused.text().contains("いまは見ることだけができます"));
    app.at("2026-11-20T09:59");
    app.refresh_sessions().await;
    app.with_session(&session).post("/sheet/2026-11-20", &fields).await.expect(403);
    app.at("2026-11-20T10:00");
    app.with_session(&session).post("/sheet/2026-11-20", &fields).await.expect(422);
}

#[tokio::test]
async fn offices_and_admins_take_two_admins_and_admins_a_day_more() {
    let app = TestApp::new().await;
    let (second, _) = admin(&app, 2).await;
    let (third, third_id) = admin(&app, 3).await;
    let caseworker = app.world.centre.staff(Role::Caseworker).person;
    let code = code_by(&app.admin(), &second, caseworker).await;
    redeem(&app, &code, &mut Authenticator::new(1)).await.expect(200);
    app.run("DELETE FROM hub.limits").await;

    let page = second.get(&path(app.world.root.staff(Role::WardAdmin).person, "")).await.expect(200);
    assert!(page.text().contains("24時間たつと"));
    let code = code_by(&app.admin(), &second, third_id).await;
    redeem(&app, &code, &mut Authenticator::new(2)).await.expect(422);
    app.at("2026-11-21T08:59");
    redeem(&app, &code, &mut Authenticator::new(2)).await.expect(422);
    assert_eq!(reasons(&app).await, ["early_recovery"; 2]);
    app.at("2026-11-21T09:00");
    let mut synced = Authenticator::new(2);
    synced.synced = true;
    redeem(&app, &code, &mut synced).await.expect(422);
    redeem(&app, &code, &mut Authenticator::new(3)).await.expect(200);
    assert_eq!(third.get("/organizations").await.expect(303).leads_to(), "/sign-in");
}

#[tokio::test]
async fn whoever_signs_in_hears_of_a_recovery_they_know_nothing_of_and_stops_it() {
    let app = TestApp::new().await;
    let caseworker = app.world.centre.staff(Role::Caseworker).clone();
    let (second, _) = admin(&app, 2).await;
    let mut key = Authenticator::new(1);
    app.enrol(&caseworker, &mut key).await;
    app.verify_everybody().await;
    let code = code_by(&app.admin(), &second, caseworker.person).await;
    let entered = app.sign_in(&key).await.expect(200);
    let own = path(caseworker.person, "/cancelling");
    assert_eq!(entered.json()["next"], own);
    let me = app.with_session(&entered.session());
    let page = me.get(&own).await.expect(200);
    assert!(page.text().contains("心当たりのない復旧"));
    assert!(me.get("/me").await.expect(200).attributes("a", "href").contains(&own));
    let recovery = page.attributes("input[name=recovery]", "value")[0].clone();
    assert_eq!(me.post(&own, &[("recovery", &recovery)]).await.expect(303).location(), "/");
    redeem(&app, &code, &mut Authenticator::new(2)).await.expect(422);
    assert_eq!(reasons(&app).await, ["cancelled_recovery"]);
    assert_eq!(app.sign_in(&key).await.expect(200).json()["next"], "/alerts");
    assert!(me.get(&own).await.expect(200).text().contains("いまありません"));
    assert!(mails(&app).await.contains(&"recovery_cancelled".to_owned()));
}
