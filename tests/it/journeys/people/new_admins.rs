//! What one admin alone must not come to: an account with a right that another approved for somebody else, or somebody else's account.

use serde_json::json;
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};
use tsunagi::gate::Role;

use super::{
    super::recovery::{code_by, redeem},
    approve, caller, keys,
    letters::{code, come_in, links},
    open_sessions, post, root, second_admin, somebody, status, verified,
};
use crate::support::{Authenticator, TestApp};

async fn proposal(app: &TestApp, person: &str) -> String {
    app.value(&format!("SELECT id::text FROM hub.proposals WHERE person_id = '{person}' AND state = 'open'")).await
}

async fn governs(app: &TestApp, person: &str) -> bool {
    app.value(&format!(
        "SELECT EXISTS (SELECT FROM hub.memberships WHERE person_id = '{person}' AND role IN ('ward_admin', 'auditor', 'operator'))"
    ))
    .await
}

async fn codes(app: &TestApp) -> i64 {
    app.value("SELECT count(*) FROM hub.invitations").await
}

/// Whether the desk's own role of the database lets this admin do it.
async fn table_lets(app: &TestApp, admin: &str, statement: &str) -> bool {
    let mut hub = PgConnection::connect_with(&app.scratch.app()).await.unwrap();
    let ward = app.world.ward;
    let all = format!("SET ROLE tsunagi_admin; SET tsunagi.ward = '{ward}'; SET tsunagi.person = '{admin}'; {statement}");
    sqlx::raw_sql(AssertSqlSafe(all)).execute(&mut hub).await.is_ok()
}

fn letter(app: &TestApp, person: &str, by: &str, way: &str) -> String {
    format!(
        "INSERT INTO hub.invitations (ward_id, id, person_id, code_hash, created_at, expires_at, sent_by, created_by)
         VALUES ('{}', gen_random_uuid(), '{person}', sha256('{person} {by} {way}'), '2026-11-20T00:00:00Z', '2026-12-04T00:00:00Z', '{way}', '{by}')",
        app.world.ward
    )
}

#[tokio::test]
async fn letters_for_a_future_admin_are_made_by_who_proposed_them_and_so_does_not_approve() {
    let app = verified().await;
    let second = second_admin(&app, 10).await;
    let person = somebody(&app, 20, "新任　管理", "invited").await;
    let path = format!("/people/{person}");
    app.admin().post(&format!("{path}/memberships"), &post(&root(&app.world), Role::WardAdmin)).await.expect(303);

    let other = caller(&app, &second);
    for way in ["invitation", "invitation/link"] {
        let page = other.get(&format!("{path}/{way}")).await.expect(422);
        assert!(page.text().contains("申し出た人") && page.all("form.app-form").is_empty());
        let refused = other.post(&format!("{path}/{way}"), &[]).await.expect(422);
        assert!(refused.text().contains("本人に会ってパスキーを確かめ、承認してください"), "what to do instead");
    }
    other.post("/people/invitations", &[("organization", &root(&app.world))]).await;
    assert_eq!(codes(&app).await, 0, "nor with everybody of the office");
    let ways = other.get(&path).await.expect(200).attributes("a", "href");
    assert!(!ways.contains(&format!("{path}/invitation")), "{ways:?}");

    // The table is the second lock; a mail goes where an admin has written down.
    let (first, second) = (app.world.root.staff(Role::WardAdmin).person.to_string(), second.person.to_string());
    assert!(!table_lets(&app, &second, &letter(&app, &person, &second, "letter")).await);
    assert!(!table_lets(&app, &second, &letter(&app, &person, &first, "letter")).await, "in another's name");
    assert!(!table_lets(&app, &first, &letter(&app, &person, &first, "mail")).await);
    assert!(!table_lets(&app, &first, &letter(&app, &person, &first, "console")).await);
    assert!(table_lets(&app, &first, &letter(&app, &person, &first, "letter")).await);

    let mailed = app.admin().post(&format!("{path}/invitation/link"), &[]).await.expect(422);
    assert!(mailed.text().contains("本人に手渡して"));
    links(&app.admin().post(&format!("{path}/invitation"), &[]).await.expect(200));
    let proposal = proposal(&app, &person).await;
    approve(&app, &app.admin(), &person, &proposal).await.expect(422);
    assert!(!governs(&app, &person).await);
}

#[tokio::test]
async fn whoever_made_the_code_somebody_came_in_by_does_not_approve_and_two_admins_are_enough() {
    let app = verified().await;
    let second = second_admin(&app, 10).await;
    let person = somebody(&app, 20, "新任　教諭", "invited").await;
    let (path, nursery) = (format!("/people/{person}"), app.world.nursery.id.to_string());
    app.admin().post(&format!("{path}/memberships"), &post(&nursery, Role::Reporter)).await.expect(303);
    let printed = links(&caller(&app, &second).post(&format!("{path}/invitation"), &[]).await.expect(200));
    come_in(&app, &code(&printed[0]), &mut Authenticator::new(20)).await.expect(200);
    keys(&app, &person, &[false]).await;
    let wish = root(&app.world);
    app.admin().post(&format!("{path}/memberships"), &post(&wish, Role::Auditor)).await.expect(303);

    let asked = proposal(&app, &person).await;
    let page = caller(&app, &second).get(&format!("{path}/proposals/{asked}")).await.expect(200);
    assert!(page.text().contains("あなたがつくっているため"));
    assert_eq!(page.attributes("button[name=decision]", "value"), ["refuse"]);
    approve(&app, &caller(&app, &second), &person, &asked).await.expect(422);
    let by = second.person.to_string();
    let set =
        format!("UPDATE hub.proposals SET state = 'approved', decided_by = '{by}', decided_at = proposed_at WHERE id = '{asked}'");
    assert!(!table_lets(&app, &by, &set).await);
    assert!(!governs(&app, &person).await);

    // As the page says: refused, proposed by whoever made the letter, approved by the other one.
    let refuse = [("decision", "refuse")];
    caller(&app, &second).post(&format!("{path}/proposals/{asked}"), &refuse).await.expect(303);
    caller(&app, &second).post(&format!("{path}/memberships"), &post(&wish, Role::Auditor)).await.expect(303);
    approve(&app, &app.admin(), &person, &proposal(&app, &person).await).await.expect(303);
    assert!(governs(&app, &person).await);
}

#[tokio::test]
async fn after_a_recovery_only_its_code_counts() {
    let app = verified().await;
    let second = second_admin(&app, 10).await;
    let staff = app.world.centre.staff(Role::Caseworker).clone();
    let person = staff.person.to_string();
    app.enrol(&staff, &mut Authenticator::new(3)).await;
    app.verify_everybody().await;
    let code = code_by(&app.admin(), &caller(&app, &second), staff.person).await;
    redeem(&app, &code, &mut Authenticator::new(4)).await.expect(200);
    keys(&app, &person, &[false]).await;
    app.verify_everybody().await;
    app.admin().post(&format!("/people/{person}/memberships"), &post(&root(&app.world), Role::Auditor)).await.expect(303);
    let asked = proposal(&app, &person).await;
    approve(&app, &caller(&app, &second), &person, &asked).await.expect(422);
    let third = second_admin(&app, 30).await;
    approve(&app, &caller(&app, &third), &person, &asked).await.expect(303);
}

#[tokio::test]
async fn a_right_over_others_waits_for_every_passkey_to_be_seen_in_its_owners_hands() {
    let app = verified().await;
    let second = second_admin(&app, 10).await;
    let person = app.world.centre.staff(Role::Caseworker).person.to_string();
    keys(&app, &person, &[false, false]).await;
    app.admin().post(&format!("/people/{person}/memberships"), &post(&root(&app.world), Role::Auditor)).await.expect(303);
    let path = format!("/people/{person}/proposals/{}", proposal(&app, &person).await);

    let list = caller(&app, &second).get("/people/proposals").await.expect(200);
    assert!(list.attributes("tbody a", "href").contains(&path));
    let page = caller(&app, &second).get(&path).await.expect(200);
    assert!(page.text().contains("鍵0") && page.text().contains("鍵1") && page.text().contains("本人と会って確かめること"));
    let shown = page.attributes("input[name=keys]", "value").remove(0);
    let say = async |keys: &str, met: &str| {
        let fields = [("decision", "approve"), ("keys", keys), ("met", met)];
        caller(&app, &second).post(&path, &fields).await
    };
    let unmet = say(&shown, "").await.expect(422);
    assert!(unmet.text().contains("本人と会って、すべてのパスキーを確かめてから"));
    // One more passkey came since the page was read: by whom, nobody has asked.
    let one = shown.split(' ').next().unwrap_or_default();
    let stale = say(one, "yes").await.expect(409);
    assert!(stale.text().contains("変わりました"));
    assert_eq!(stale.attributes("input[name=keys]", "value"), std::slice::from_ref(&shown));
    assert!(stale.attributes("input[name=met][checked]", "value").is_empty(), "ticked anew");
    assert!(!governs(&app, &person).await);

    // Not of another ward, of nobody without the right, and not what is not there.
    app.signed_in(&app.other.root, Role::WardAdmin).get(&path).await.expect(404);
    for other in [app.reporter(), app.head(), app.caseworker(), app.auditor()] {
        other.get(&path).await.expect(404);
    }
    let nobody = format!(
        "/people/{}/proposals/{}",
        app.world.nursery.staff(Role::Reporter).person,
        path.rsplit('/').next().unwrap_or_default()
    );
    assert_eq!(caller(&app, &second).get(&nobody).await.expect(303).location(), "/people/proposals?done=over");

    assert!(open_sessions(&app, &person).await > 0);
    say(&shown, "yes").await.expect(303);
    assert!(governs(&app, &person).await);
    assert_eq!(open_sessions(&app, &person).await, 0, "in once more, by one of the passkeys that were seen");
    assert_eq!(say(&shown, "yes").await.expect(303).location(), "/people/proposals?done=over");
    let given: i64 =
        app.value(&format!("SELECT count(*) FROM hub.memberships WHERE person_id = '{person}' AND role = 'auditor'")).await;
    assert_eq!(given, 1);
}

/// An account of the ward's service is theirs, or was.
async fn bound(app: &TestApp, person: &str, state: &str) {
    app.run(&format!(
        "INSERT INTO hub.bindings (ward_id, id, person_id, issuer, subject, account, state, by_claim, proposed_at, ended_at)
         VALUES ('{}', gen_random_uuid(), '{person}', 'https://id.example.jp', 'tanaka', 'tanaka', '{state}', true, '2026-11-01T00:00:00Z',
                 CASE '{state}' WHEN 'ended' THEN timestamptz '2026-11-02T00:00:00Z' END)",
        app.world.ward
    ))
    .await;
}

#[tokio::test]
async fn who_only_ever_came_in_by_the_service_comes_back_by_two_people_and_not_by_one_admins_letter() {
    for state in ["active", "ended"] {
        let app = verified().await;
        let second = second_admin(&app, 10).await;
        let staff = app.world.centre.staff(Role::Caseworker).clone();
        let (person, centre) = (staff.person.to_string(), app.world.centre.id.to_string());
        let path = format!("/people/{person}");
        // A letter that was out before they came in by the service.
        let older = links(&app.admin().post(&format!("{path}/invitation"), &[]).await.expect(200));
        bound(&app, &person, state).await;

        let ways = app.admin().get(&path).await.expect(200).attributes("a", "href");
        assert!(!ways.contains(&format!("{path}/invitation")) && ways.contains(&format!("{path}/recovery")), "{ways:?}");
        for way in ["invitation", "invitation/link"] {
            let refused = app.admin().post(&format!("{path}/{way}"), &[]).await.expect(422);
            assert!(refused.text().contains("認証サービスで入っていた人") && refused.text().contains("アカウントの復旧"));
        }
        app.admin().post("/people/invitations", &[("organization", &centre)]).await;
        let new: i64 = app.value(&format!("SELECT count(*) FROM hub.invitations WHERE person_id = '{person}'")).await;
        assert_eq!(new, 1, "nor with everybody of the office");
        let first = app.world.root.staff(Role::WardAdmin).person.to_string();
        assert!(!table_lets(&app, &first, &letter(&app, &person, &first, "letter")).await);
        come_in(&app, &code(&older[0]), &mut Authenticator::new(20)).await.expect(422);
        let registered = app.sql(&format!("SELECT count(*) AS keys FROM hub.passkeys WHERE person_id = '{person}'")).await;
        assert_eq!(registered, [json!({ "keys": 0 })]);

        // Stopped and brought back, they are still no newcomer.
        app.admin().post(&format!("{path}/suspension"), &[]).await.expect(303);
        app.admin().post(&format!("{path}/reinstatement"), &[]).await.expect(303);
        assert_eq!(status(&app, &person).await, "active");
        app.admin().post(&format!("{path}/invitation"), &[]).await.expect(422);
        let code = code_by(&app.admin(), &caller(&app, &second), staff.person).await;
        let mut key = Authenticator::new(4);
        redeem(&app, &code, &mut key).await.expect(200);
        app.sign_in(&key).await.expect(200);
    }
}
