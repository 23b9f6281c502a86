//! People hear by mail of what happens to their account, each event once; strange attempts once a day (ASVS 5.0, 6.3.5, 6.3.7).

use serde_json::json;
use tsunagi::{
    gate::Role,
    post::Post,
    work::{mail::Sender, warnings},
};

use crate::support::{Authenticator, MailServer, Manners, Staff, TestApp};

/// The kinds of mail to somebody, in the order of their names.
async fn told(app: &TestApp, staff: &Staff) -> Vec<String> {
    let rows = app.sql(&format!("SELECT kind FROM hub.mails WHERE person_id = '{}' ORDER BY kind, queued_at", staff.person)).await;
    rows.iter().filter_map(|row| row["kind"].as_str().map(str::to_owned)).collect()
}

#[tokio::test]
async fn whoever_gets_or_loses_a_passkey_hears_of_each_once() {
    let app = TestApp::new().await;
    let staff = app.world.centre.staff(Role::Caseworker).clone();
    let (mut first, mut second) = (Authenticator::new(1), Authenticator::new(2));
    let me = app.enrol(&staff, &mut first).await;
    assert_eq!(told(&app, &staff).await, ["passkey_added"], "also of the first: a letter may have been opened by somebody else");
    let begun = me.post_json("/me/passkeys/options", &json!({ "kind": "key" })).await.expect(200).json();
    let answer = second.registers(&begun);
    me.post_json("/me/passkeys", &answer).await.expect(200);
    me.post_json("/me/passkeys", &answer).await.expect(422);
    assert_eq!(told(&app, &staff).await, ["passkey_added"; 2], "the same answer again adds nothing and tells nothing");
    let me = me.verified("removePasskey", &first).await;
    let key: String = app
        .value(&format!(
            "SELECT id::text FROM hub.passkeys WHERE person_id = '{}' AND name <> '' ORDER BY created_at DESC, id LIMIT 1",
            staff.person
        ))
        .await;
    me.post(&format!("/me/passkeys/{key}/removal"), &[]).await.expect(303);
    me.post(&format!("/me/passkeys/{key}/removal"), &[]).await.expect(404);
    assert_eq!(told(&app, &staff).await, ["passkey_added", "passkey_added", "passkey_removed"]);
}

#[tokio::test]
async fn a_changed_address_is_told_where_the_person_still_reads_and_forgotten_then() {
    let server = MailServer::wrapped("localhost", Manners::default()).await;
    let settings = server.settings("localhost", true);
    let settings: Vec<_> = settings.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let app = TestApp::with_settings(&settings).await;
    let staff = app.world.nursery.staff(Role::Reporter).clone();
    app.run(&format!("UPDATE hub.people SET mail = 'before@example.jp' WHERE id = '{}'", staff.person)).await;
    let path = format!("/people/{}/edit", staff.person);
    // Where somebody hears of a recovery is not changed from a screen that was left open.
    let fields = [("version", "1"), ("name", staff.name.as_str()), ("mail", "after@example.jp")];
    let asked = app.admin().post(&path, &fields).await.expect(403);
    assert_eq!(asked.attributes("x-passkey[data-mode=verify]", "data-action")[0], "editPerson");
    app.verify_everybody().await;
    app.admin().post(&path, &fields).await.expect(303);
    app.admin()
        .post(&path, &[("version", "2"), ("name", staff.name.as_str()), ("mail", "after@example.jp"), ("kana", "")])
        .await
        .expect(303);
    assert_eq!(told(&app, &staff).await, ["address_changed"], "not for a change of anything else");
    assert_eq!(app.value::<i16>("SELECT urgency FROM hub.mails").await, 2, "one by one, and no file's hundreds");

    let mut sender = Sender::new(Post::open(&app.app.config).unwrap());
    assert_eq!(sender.round(&app.app).await.unwrap().sent, 1);
    let [mail] = &server.received()[..] else { panic!("{:?}", server.received()) };
    assert_eq!(mail.to, "before@example.jp");
    assert!(!mail.text.contains("after@"), "{}", mail.text);
    let left = app.sql("SELECT fields, state FROM hub.mails").await;
    assert_eq!(left, [json!({ "fields": null, "state": "sent" })], "the address stands nowhere any more");
    assert_eq!(app.value::<i64>("SELECT count(*) FROM hub.trail WHERE detail::text LIKE '%example.jp%'").await, 0);
}

#[tokio::test]
async fn who_fails_too_often_is_told_once_a_day() {
    let app = TestApp::new().await;
    let staff = app.world.centre.staff(Role::Caseworker).clone();
    let mut key = Authenticator::new(1);
    app.enrol(&staff, &mut key).await;
    assert_eq!(warnings::round(&app.app).await.unwrap(), 0, "nothing strange has happened");
    let mut refused = Vec::new();
    for number in 0..12 {
        let there = app.stranger().at(&format!("198.51.100.{number}"));
        let options = there.post_json("/sign-in/options", &json!({})).await.expect(200).json();
        refused.push(there.post_json("/sign-in", &key.forged().answers(&options)).await.status.as_u16());
    }
    assert!(refused.contains(&422) && refused.ends_with(&[429]), "{refused:?}");
    let tried = async || told(&app, &staff).await.iter().filter(|kind| *kind == "account_tried").count();
    assert_eq!(warnings::round(&app.app).await.unwrap(), 1);
    assert_eq!((warnings::round(&app.app).await.unwrap(), tried().await), (0, 1), "the same failures warn once");
    // Two nodes at the same moment warn once too.
    app.run("DELETE FROM hub.mails WHERE kind = 'account_tried'").await;
    let (second, _router) = app.second_node();
    let (one, other) = tokio::join!(warnings::round(&app.app), warnings::round(&second));
    assert_eq!((one.unwrap() + other.unwrap(), tried().await), (1, 1));
    let said = app.sql("SELECT principal, detail FROM hub.trail WHERE action = 'warnPeople' ORDER BY id DESC LIMIT 1").await;
    assert_eq!(said, [json!({ "principal": "clock", "detail": { "mails": 1 } })]);
    // Another day is another warning; what happened yesterday is none.
    app.at("2026-11-21T00:30");
    assert_eq!(warnings::round(&app.app).await.unwrap(), 0);
    app.run(&format!(
        "INSERT INTO hub.sign_ins (id, ward_id, at, outcome, reason, person_id) VALUES (gen_random_uuid(), '{}', '2026-11-20T15:20:00Z', 'refused', 'limited', '{}')",
        app.world.ward, staff.person
    ))
    .await;
    assert_eq!((warnings::round(&app.app).await.unwrap(), tried().await), (1, 2));
}

#[tokio::test]
async fn a_counter_that_goes_back_is_a_copy_refused_and_told() {
    let app = TestApp::new().await;
    let staff = app.world.centre.staff(Role::Caseworker).clone();
    let mut key = Authenticator::new(1);
    key.counter = 7;
    app.enrol(&staff, &mut key).await;
    key.counter = 9;
    app.sign_in(&key).await.expect(200);
    key.counter = 8;
    app.sign_in(&key).await.expect(422);
    let reason: String = app.value("SELECT reason FROM hub.sign_ins WHERE outcome = 'refused'").await;
    assert_eq!(reason, "copied_passkey");
    assert_eq!(warnings::round(&app.app).await.unwrap(), 1);
    assert!(told(&app, &staff).await.contains(&"account_tried".to_owned()));
}

#[tokio::test]
async fn an_admin_hears_of_a_sign_in_from_a_network_they_never_used() {
    let app = TestApp::new().await;
    let (admin, teacher) = (app.world.root.staff(Role::WardAdmin).clone(), app.world.nursery.staff(Role::Reporter).clone());
    let came = async |staff: &Staff, at: &str, address: &str| {
        app.run(&format!(
            "INSERT INTO hub.sign_ins (id, ward_id, at, outcome, person_id, address) VALUES (gen_random_uuid(), '{}', '{at}', 'signed_in', '{}', '{address}')",
            app.world.ward, staff.person
        ))
        .await;
    };
    came(&admin, "2026-11-19T23:50:00Z", "192.0.2.7").await;
    assert_eq!(warnings::round(&app.app).await.unwrap(), 0, "the first of all tells nothing");
    came(&admin, "2026-11-19T23:55:00Z", "192.0.2.200").await;
    assert_eq!(warnings::round(&app.app).await.unwrap(), 0, "the same network");
    came(&admin, "2026-11-19T23:56:00Z", "198.51.100.1").await;
    came(&admin, "2026-11-19T23:57:00Z", "2001:db8::1").await;
    came(&teacher, "2026-11-18T23:56:00Z", "192.0.2.7").await;
    came(&teacher, "2026-11-19T23:56:00Z", "198.51.100.1").await;
    assert_eq!(warnings::round(&app.app).await.unwrap(), 1, "once a day, and only on whom others' rights hang");
    assert_eq!((told(&app, &admin).await, told(&app, &teacher).await), (vec!["signed_in_elsewhere".to_owned()], Vec::new()));
    app.at("2026-11-21T09:00");
    came(&admin, "2026-11-20T23:59:00Z", "198.51.100.99").await;
    assert_eq!(warnings::round(&app.app).await.unwrap(), 0, "known by now");
}
