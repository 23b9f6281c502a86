//! A ward always keeps an admin who can get in: whatever would take the last one away is refused, with what to do first.

use tokio::join;
use tsunagi::gate::Role;

use super::people::second_admin;
use crate::support::{Answer, Caller, Staff, TestApp};

const ISSUER: &str = "https://login.example.lg.jp";

/// A ward with a sign-in service, which nobody here goes to.
async fn ward() -> (TestApp, Staff) {
    let app = TestApp::new().await;
    app.run(&format!(
        "INSERT INTO hub.providers (ward_id, issuer, client_id, name, strength, max_age_minutes, staff_claim, passkeys_when_down, tested_at)
         VALUES ('{}', '{ISSUER}', 'tsunagi', '庁内アカウント', 'mfa', 60, '', true, '2026-11-01T00:00:00Z')",
        app.world.ward
    ))
    .await;
    let first = app.world.root.staff(Role::WardAdmin).clone();
    (app, first)
}

/// The service knows the person from now on, or waits until somebody says so.
async fn bind(app: &TestApp, staff: &Staff, issuer: &str, state: &str) {
    app.run(&format!(
        "INSERT INTO hub.bindings (ward_id, id, person_id, issuer, subject, account, state, proposed_at, decided_by, decided_at)
         SELECT p.ward_id, gen_random_uuid(), p.id, '{issuer}', p.id::text, 'account', '{state}', now(), o.id, now()
         FROM hub.people p, hub.people o WHERE p.id = '{}' AND o.ward_id = p.ward_id AND o.id <> p.id LIMIT 1",
        staff.person
    ))
    .await;
}

/// By what the person's session began.
async fn came_in(app: &TestApp, staff: &Staff, method: &str) {
    app.run(&format!("UPDATE hub.sessions SET method = '{method}' WHERE id = '{}'", staff.session)).await;
}

async fn require_service(app: &TestApp) {
    app.run(&format!("UPDATE hub.organizations SET sign_in = 'provider' WHERE id = '{}'", app.world.root.id)).await;
}

fn as_admin<'a>(app: &'a TestApp, staff: &Staff) -> Caller<'a> {
    app.with_session(&staff.token)
}

/// How many could run the ward today, as the tables say.
async fn able(app: &TestApp) -> i64 {
    app.value(&format!(
        "SELECT count(DISTINCT m.person_id) FROM hub.memberships m
         JOIN hub.people p ON p.ward_id = m.ward_id AND p.id = m.person_id AND p.status = 'active'
         JOIN hub.organizations o ON o.ward_id = m.ward_id AND o.id = m.organization_id AND o.parent_id IS NULL
         WHERE m.ward_id = '{}' AND m.role = 'ward_admin' AND m.suspended_at IS NULL AND (m.until_on IS NULL OR m.until_on >= '2026-11-20')
           AND EXISTS (SELECT FROM hub.passkeys k WHERE k.ward_id = m.ward_id AND k.person_id = m.person_id AND k.removed_at IS NULL)
           AND (o.sign_in = 'any' OR EXISTS (SELECT FROM hub.bindings b WHERE b.ward_id = m.ward_id AND b.person_id = m.person_id AND b.state = 'active'))",
        app.world.ward
    ))
    .await
}

/// Every act by which somebody ceases to be an admin who can get in: its name, its address, its form.
fn acts(staff: &Staff) -> [(&'static str, String, Vec<(&'static str, &'static str)>); 6] {
    let person = format!("/people/{}", staff.person);
    let ending = format!("{person}/memberships/{}/ending", staff.membership);
    [
        ("stopped", format!("{person}/suspension"), vec![]),
        ("ended now", ending.clone(), vec![("version", "1"), ("when", "now")]),
        ("ended in March", ending, vec![("version", "1"), ("when", "day"), ("last_day", "令和9年3月31日")]),
        ("left", format!("{person}/leaving"), vec![("last_day", "2026-11-19")]),
        ("leaves in March", format!("{person}/leaving"), vec![("last_day", "2027-03-31")]),
        ("unbound", format!("{person}/binding/ending"), vec![]),
    ]
}

#[tokio::test]
async fn whom_the_service_does_not_know_takes_nobody_away_whom_it_knows() {
    let (app, first) = ward().await;
    let second = second_admin(&app, 10).await;
    bind(&app, &second, ISSUER, "active").await;
    require_service(&app).await;
    // By a recovery, or by a passkey while the service was away: in, and not for long.
    came_in(&app, &first, "recovery").await;
    let admin = as_admin(&app, &first);
    for (act, path, form) in acts(&second) {
        let refused = admin.post(&path, &form).await.expect(422).text();
        assert!(refused.contains("入れる管理者が一人もいなくなる"), "{act}: {refused}");
        assert!(refused.contains("結び付けを承認するか") && refused.contains("「回線とサインイン」で"), "{act}: what to do first");
        assert_eq!(able(&app).await, 1, "{act}");
    }
    let page = admin.get(&format!("/people/{}/binding/ending", second.person)).await.expect(200);
    assert!(page.text().contains("入れる管理者が一人もいなくなる"), "said before anybody tries");
    assert!(page.attributes("form[action$='/binding/ending']", "action").is_empty());

    // Once the service knows the other one too, each of them can be done; here each to a ward of its own.
    for number in 0..acts(&second).len() {
        let (app, first) = ward().await;
        let second = second_admin(&app, 10).await;
        bind(&app, &first, ISSUER, "active").await;
        bind(&app, &second, ISSUER, "active").await;
        require_service(&app).await;
        came_in(&app, &first, "provider").await;
        let (act, path, form) = acts(&second)[number].clone();
        let done = as_admin(&app, &first).post(&path, &form).await;
        assert_eq!(done.status, 303, "{act}: {}", done.text());
    }
}

#[tokio::test]
async fn an_account_bound_by_a_claim_alone_is_no_way_in_for_an_admin() {
    let (app, first) = ward().await;
    let second = second_admin(&app, 10).await;
    bind(&app, &first, ISSUER, "active").await;
    bind(&app, &second, ISSUER, "active").await;
    require_service(&app).await;
    came_in(&app, &first, "recovery").await;
    app.run(&format!("UPDATE hub.bindings SET by_claim = true WHERE person_id = '{}'", first.person)).await;
    let path = format!("/people/{}/suspension", second.person);
    let refused = as_admin(&app, &first).post(&path, &[]).await.expect(422).text();
    assert!(refused.contains("入れる管理者が一人もいなくなる"), "{refused}");
    app.run(&format!("UPDATE hub.bindings SET by_claim = false WHERE person_id = '{}'", first.person)).await;
    as_admin(&app, &first).post(&path, &[]).await.expect(303);
}

#[tokio::test]
async fn an_admin_without_a_passkey_is_no_other_admin() {
    let (app, first) = ward().await;
    let second = second_admin(&app, 10).await;
    app.run(&format!("UPDATE hub.passkeys SET removed_at = now() WHERE person_id = '{}'", first.person)).await;
    let admin = as_admin(&app, &first);
    for (act, path, form) in acts(&second).into_iter().filter(|(act, ..)| *act != "unbound") {
        let refused = admin.post(&path, &form).await.expect(422).text();
        assert!(refused.contains("入れる管理者が一人もいなくなる") && refused.contains("本人のパスキーが必要"), "{act}: {refused}");
    }
    assert_eq!(able(&app).await, 1);
    app.run(&format!("UPDATE hub.passkeys SET removed_at = NULL WHERE person_id = '{}'", first.person)).await;
    let (_, path, form) = acts(&second)[0].clone();
    admin.post(&path, &form).await.expect(303);
}

#[tokio::test]
async fn an_admin_who_has_one_passkey_keeps_it() {
    let (app, first) = ward().await;
    second_admin(&app, 10).await;
    let key: String = app.value(&format!("SELECT id::text FROM hub.passkeys WHERE person_id = '{}'", first.person)).await;
    as_admin(&app, &first).post(&format!("/me/passkeys/{key}/removal"), &[]).await.expect(422);
    assert_eq!(able(&app).await, 2);
}

async fn secure(admin: &Caller<'_>, app: &TestApp, networks: &str, sign_in: &str) -> Answer {
    let root = app.world.root.id;
    let revision: i64 = app.value(&format!("SELECT revision FROM hub.organizations WHERE id = '{root}'")).await;
    let fields = [("revision", revision.to_string()), ("networks", networks.to_owned()), ("sign_in", sign_in.to_owned())];
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    admin.post(&format!("/organizations/{root}/security"), &fields).await
}

#[tokio::test]
async fn the_service_becomes_the_only_way_in_when_it_knows_an_admin_for_every_day() {
    let (app, first) = ward().await;
    let second = second_admin(&app, 10).await;
    bind(&app, &first, ISSUER, "active").await;
    came_in(&app, &first, "provider").await;
    app.run(&format!("UPDATE hub.memberships SET until_on = '2027-03-31' WHERE id = '{}'", first.membership)).await;
    let admin = as_admin(&app, &first);
    let refused = secure(&admin, &app, "", "provider").await.expect(422);
    let said = refused.all("x-error-focus").concat();
    assert!(said.contains("令和9年4月1日") && said.contains("アカウントを申し出てもらい、承認してください"), "{said}");
    // What is bound to a service of before is bound to nothing.
    bind(&app, &second, "https://old.example.lg.jp", "active").await;
    secure(&admin, &app, "", "provider").await.expect(422);
    app.run(&format!("UPDATE hub.bindings SET issuer = '{ISSUER}' WHERE person_id = '{}'", second.person)).await;
    secure(&admin, &app, "", "provider").await.expect(303);
    assert_eq!(able(&app).await, 2);
}

#[tokio::test]
async fn whoever_limits_the_networks_has_come_in_by_a_way_that_stays_open() {
    let (app, first) = ward().await;
    let second = second_admin(&app, 10).await;
    bind(&app, &second, ISSUER, "active").await;
    require_service(&app).await;
    came_in(&app, &first, "recovery").await;
    let admin = as_admin(&app, &first).at("203.0.113.5");
    let refused = secure(&admin, &app, "203.0.113.0/24", "provider").await.expect(422);
    assert!(refused.all("x-error-focus").concat().contains("あなたは認証サービスで入っていないため"));
    assert_eq!(refused.all("textarea"), ["203.0.113.0/24"], "what was typed is kept");
    let networks = format!("SELECT array_to_string(networks, ' ') FROM hub.organizations WHERE id = '{}'", app.world.root.id);
    assert_eq!(app.value::<String>(&networks).await, "");
    // Two ways to mend it: passkeys again, or in through the service.
    secure(&admin, &app, "203.0.113.0/24", "any").await.expect(303);
    require_service(&app).await;
    came_in(&app, &second, "provider").await;
    secure(&as_admin(&app, &second).at("203.0.113.6"), &app, "203.0.113.0/28", "provider").await.expect(303);
    assert_eq!(app.value::<String>(&networks).await, "203.0.113.0/28");
    // And whoever is outside of the list that they write is told so as ever.
    let outside = secure(&as_admin(&app, &second).at("203.0.113.6"), &app, "198.51.100.0/24", "provider").await.expect(422);
    assert!(outside.all("x-error-focus").concat().contains("203.0.113.6 は使えなくなります"));
}

#[tokio::test]
async fn an_account_of_another_service_does_not_take_the_place_of_the_good_one() {
    let (app, first) = ward().await;
    let second = second_admin(&app, 10).await;
    bind(&app, &second, ISSUER, "active").await;
    require_service(&app).await;
    came_in(&app, &first, "recovery").await;
    bind(&app, &second, "https://old.example.lg.jp", "proposed").await;
    let admin = as_admin(&app, &first);
    let path = format!("/people/{}/binding", second.person);
    let binding = admin.get(&path).await.expect(200).attributes("input[name=binding]", "value")[0].clone();
    let refused = admin.post(&path, &[("binding", &binding), ("decision", "approve")]).await.expect(409);
    assert!(refused.text().contains("いまの認証サービスのものではありません"));
    assert_eq!(able(&app).await, 1);
    admin.post(&path, &[("binding", &binding), ("decision", "refuse")]).await.expect(303);
    let states = app.sql("SELECT state FROM hub.bindings ORDER BY state").await;
    assert_eq!(states, [serde_json::json!({ "state": "active" }), serde_json::json!({ "state": "refused" })]);
}

/// Both at once, and then: somebody can get in, and one of the two was refused.
async fn raced(app: &TestApp, what: &str, one: impl Future<Output = Answer>, other: impl Future<Output = Answer>) {
    let (one, other) = join!(one, other);
    let mut answered = [one.status.as_u16(), other.status.as_u16()];
    answered.sort_unstable();
    assert!(able(app).await > 0, "{what}: {answered:?}");
    assert_eq!(answered[0], 303, "{what}: {answered:?}");
    // Told what to do first, or no admin any more: their session ended, or did not begin as it now must.
    assert!([403, 404, 422].contains(&answered[1]), "{what}: {answered:?}");
}

#[tokio::test]
async fn two_admins_who_take_two_others_away_at_once_leave_one() {
    // Every act against every other one; those who act are known to the service by nothing and lose no session.
    for (here, there) in [(0, 5), (5, 0), (1, 5), (5, 5), (3, 0), (0, 0), (2, 4)] {
        let (app, first) = ward().await;
        let [second, third, fourth] = [second_admin(&app, 10).await, second_admin(&app, 20).await, second_admin(&app, 30).await];
        for staff in [&third, &fourth] {
            bind(&app, staff, ISSUER, "active").await;
        }
        require_service(&app).await;
        came_in(&app, &first, "recovery").await;
        came_in(&app, &second, "recovery").await;
        let ((one, path, form), (other, other_path, other_form)) = (acts(&third)[here].clone(), acts(&fourth)[there].clone());
        let (first, second) = (as_admin(&app, &first), as_admin(&app, &second));
        let what = format!("{one}, {other}");
        raced(&app, &what, first.post(&path, &form), second.post(&other_path, &other_form)).await;
    }
}

#[tokio::test]
async fn the_service_becomes_the_only_way_in_while_the_one_it_knows_is_unbound() {
    for round in 0..4 {
        let (app, first) = ward().await;
        let second = second_admin(&app, 10).await;
        bind(&app, &first, ISSUER, "active").await;
        came_in(&app, &first, "provider").await;
        let (here, there) = (as_admin(&app, &first), as_admin(&app, &second));
        let (_, path, form) = acts(&first)[5].clone();
        raced(&app, &format!("round {round}"), secure(&here, &app, "", "provider"), there.post(&path, &form)).await;
    }
}
