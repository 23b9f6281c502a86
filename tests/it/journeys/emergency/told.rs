//! The office whose child it is hears of it at once, in words that hold nothing of the child.

use base64::{Engine, engine::general_purpose::STANDARD};
use tsunagi::gate::Role;

use super::{WORDS, opened};
use crate::{
    journeys::mail,
    support::{MailServer, Manners, TestApp},
};

#[tokio::test]
async fn the_supervisors_of_the_office_in_charge_are_told_at_once_and_the_mail_is_neutral() {
    let app = TestApp::new().await;
    app.run("DELETE FROM hub.mails").await;
    opened(&app).await;
    let mails = app.sql("SELECT person_id, kind, fields, urgency, state, queued_at = next_at AS at_once FROM hub.mails").await;
    assert_eq!(mails.len(), 1, "{mails:?}");
    assert_eq!(mails[0]["person_id"], app.world.guidance.staff(Role::Supervisor).person.to_string());
    assert_eq!(
        (mails[0]["kind"].as_str(), mails[0]["urgency"].as_i64(), mails[0]["state"].as_str()),
        (Some("notice"), Some(1), Some("waiting"))
    );
    assert!(mails[0]["fields"].is_null() && mails[0]["at_once"] == true, "nothing but that somebody must look");
    let told = "SELECT detail ->> 'told' FROM hub.trail WHERE action = 'openEmergency' AND detail ->> 'outcome' = 'opened'";
    assert_eq!(app.value::<String>(told).await, "1");
}

#[tokio::test]
async fn the_mail_goes_out_in_the_next_round_and_names_nobody() {
    let server = MailServer::wrapped("localhost", Manners::default()).await;
    let app = mail::hub(&server.settings("localhost", true)).await;
    app.run("DELETE FROM hub.mails; UPDATE hub.people SET mail = id || '@example.jp'").await;
    opened(&app).await;
    let mut sender = mail::sender(&app);
    assert_eq!(mail::round(&app, &mut sender).await, (1, 0, 0));
    let [letter] = &server.received()[..] else { panic!("{:?}", server.received()) };
    let supervisor = app.world.guidance.staff(Role::Supervisor);
    assert_eq!(letter.to, format!("{}@example.jp", supervisor.person));
    let (head, body) = letter.text.split_once("\r\n\r\n").unwrap();
    let body = String::from_utf8(STANDARD.decode(body.replace("\r\n", "")).unwrap()).unwrap();
    let child = app.world.watch(&app.world.guidance, &app.world.nursery);
    let opener = &app.world.centre.staff(Role::Caseworker).name;
    for word in [&child.name, &child.kana, opener, &app.world.nursery.name, &app.world.centre.name, &supervisor.name] {
        assert!(!body.contains(word.as_str()) && !head.contains(word.as_str()), "{word}: {body}");
    }
    assert!(!body.contains(WORDS) && !body.contains("緊急閲覧") && !body.contains("emergency"), "{body}");
}

#[tokio::test]
async fn the_office_in_charge_finds_it_on_its_first_pages_until_somebody_has_answered() {
    let app = TestApp::new().await;
    let path = opened(&app).await;
    let owner = app.signed_in(&app.world.guidance, Role::Supervisor);
    for page in ["/alerts", "/board"] {
        assert!(owner.get(page).await.expect(200).text().contains("確認されていない緊急閲覧が1件あります"), "{page}");
        let own = app.caseworker().get(page).await.expect(200);
        assert!(
            !own.text().contains("確認されていない緊急閲覧") && own.attributes("main a", "href").contains(&"/emergency".to_owned()),
            "{page}"
        );
    }
    assert!(owner.get("/emergency").await.expect(200).attributes("tbody a", "href").contains(&path));
    owner.post(&format!("{path}/confirmation"), &[]).await.expect(303);
    assert!(!owner.get("/alerts").await.expect(200).text().contains("確認されていない緊急閲覧"));
}

#[tokio::test]
async fn where_an_office_has_no_supervisor_the_one_above_is_told() {
    let app = TestApp::new().await;
    app.verify_everybody().await;
    let membership = app.world.branch.staff(Role::Supervisor).membership;
    app.run(&format!(
        "UPDATE hub.memberships SET suspended_at = '2026-11-19T00:00:00Z' WHERE id = '{membership}'; DELETE FROM hub.mails"
    ))
    .await;
    let name = app.world.watch(&app.world.branch, &app.world.nursery).name.clone();
    super::ask(&app.signed_in(&app.world.guidance, Role::Caseworker), &name, ("grade", "n4")).await.expect(303);
    let to: String = app.value("SELECT person_id::text FROM hub.mails WHERE kind = 'notice'").await;
    assert_eq!(to, app.world.centre.staff(Role::Supervisor).person.to_string());
}
