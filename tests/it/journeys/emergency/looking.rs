//! What an opening shows, to whom, and until when.

use tsunagi::gate::Role;

use super::{WORDS, ask, at, opened, openings};
use crate::support::{Authenticator, TestApp};

const MARK: &str = "【支援措置】";

async fn looks(app: &TestApp) -> i64 {
    app.value("SELECT count(*) FROM hub.trail WHERE action = 'readOpening' AND detail ->> 'step' = 'child_seen'").await
}

#[tokio::test]
async fn a_child_of_another_office_is_seen_for_an_hour_and_every_look_is_a_deed() {
    let app = TestApp::new().await;
    let child = app.world.watch(&app.world.guidance, &app.world.nursery).clone();
    app.run(&format!(
        "UPDATE hub.organizations SET phone = '03-1111-2222' WHERE id = '{}'; UPDATE hub.organizations SET phone = '03-3333-4444' WHERE id = '{}';
         UPDATE desk.requests SET assigned_to = '{}' WHERE watch_id = '{}'",
        app.world.nursery.id,
        app.world.guidance.id,
        app.world.guidance.staff(Role::Caseworker).person,
        child.id
    ))
    .await;
    let path = opened(&app).await;
    let page = app.caseworker().get(&path).await.expect(200);
    let text = page.text();
    let worker = &app.world.guidance.staff(Role::Caseworker).name;
    for word in [&child.name, &child.kana, &app.world.nursery.name, &app.world.guidance.name, worker] {
        assert!(text.contains(word.as_str()), "{word}");
    }
    assert!(text.contains("03-1111-2222") && text.contains("03-3333-4444") && text.contains("4歳児") && text.contains("10:00まで"));
    assert_eq!(page.all("#emergency-alerts ~ ul li").len(), 1, "the one open alert");
    let days = page.all("[aria-labelledby=emergency-days] dd");
    assert_eq!((days.len(), days[1].as_str()), (10, "欠席"), "{days:?}");
    assert_eq!(looks(&app).await, 1);

    at(&app, "09:59").await;
    assert!(app.caseworker().get(&path).await.expect(200).text().contains(&child.name));
    assert_eq!(looks(&app).await, 2);
    at(&app, "10:00").await;
    let over = app.caseworker().get(&path).await.expect(200).text();
    assert!(!over.contains(&child.name) && over.contains("この緊急閲覧は終わりました"), "{over}");
    assert_eq!(looks(&app).await, 2, "nothing was seen");
}

#[tokio::test]
async fn where_a_protected_child_is_must_be_told_to_nobody_on_the_telephone() {
    let app = TestApp::new().await;
    let child = app.world.watch(&app.world.guidance, &app.world.nursery).clone();
    let path = opened(&app).await;
    let warnings = "main .app-notice[data-tone=error][role=alert]";
    let plain = app.caseworker().get(&path).await.expect(200);
    assert!(plain.all(warnings).is_empty() && !plain.text().contains(MARK));
    app.run(&format!("UPDATE watch.watches SET discreet = true WHERE id = '{}'", child.id)).await;
    let page = app.caseworker().get(&path).await.expect(200);
    let marked = format!("{}{MARK}", child.name);
    assert!(page.first("#emergency-child").is_some_and(|name| name.ends_with(MARK)));
    assert!(page.first(warnings).is_some_and(|line| line.contains("電話の相手に、施設・学年・組を伝えないでください")));
    let owner = app.signed_in(&app.world.guidance, Role::Caseworker).get(&path).await.expect(200);
    assert!(owner.text().contains(&marked), "also where the office in charge reads of it");
}

#[tokio::test]
async fn an_opening_opens_nothing_else() {
    let app = TestApp::new().await;
    let child = app.world.watch(&app.world.guidance, &app.world.nursery).clone();
    let alert = app.world.alert(&app.world.guidance).id;
    let path = opened(&app).await;
    let page = app.caseworker().get(&path).await.expect(200);
    for link in page.attributes("main a", "href") {
        assert!(!link.contains(&child.id.to_string()) && !link.contains(&alert.to_string()), "{link}");
    }
    for elsewhere in [format!("/alerts/{alert}"), format!("/requests/{}", child.id)] {
        app.caseworker().get(&elsewhere).await.expect(404);
    }
    app.caseworker().post(&format!("/alerts/{alert}/taking"), &[("revision", "1")]).await.expect(404);
    for list in ["/alerts", "/board", "/requests", "/emergency"] {
        assert!(!app.caseworker().get(list).await.expect(200).text().contains(&child.name), "{list}");
    }
}

#[tokio::test]
async fn colleagues_of_whoever_opened_it_see_the_record_and_no_child() {
    let app = TestApp::new().await;
    let child = app.world.watch(&app.world.guidance, &app.world.nursery).name.clone();
    let path = opened(&app).await;
    let record = app.supervisor().get(&path).await.expect(200).text();
    assert!(record.contains(WORDS) && !record.contains(&child), "{record}");
    // The office whose child it is knows the child.
    let own = app.signed_in(&app.world.guidance, Role::Caseworker).get(&path).await.expect(200);
    let request = format!("/requests/{}", app.world.watch(&app.world.guidance, &app.world.nursery).id);
    assert!(own.text().contains(&child) && own.attributes("main a", "href").contains(&request));
}

#[tokio::test]
async fn for_everybody_else_it_is_not_there() {
    let app = TestApp::new().await;
    let path = opened(&app).await;
    for caller in [app.reporter(), app.head(), app.admin(), app.auditor()] {
        caller.get("/emergency").await.expect(404);
        caller.post("/emergency", &[("name", "甲野三郎")]).await.expect(404);
        caller.get(&path).await.expect(404);
    }
    let branch = app.signed_in(&app.world.branch, Role::Supervisor);
    let next_door = app.signed_in(&app.other.guidance, Role::Supervisor);
    for caller in [branch, next_door] {
        caller.get(&path).await.expect(404);
        for what in ["confirmation", "ending", "judgement"] {
            caller.post(&format!("{path}/{what}"), &[]).await.expect(404);
        }
    }
    assert_eq!(openings(&app, "ended_at IS NULL AND confirmed_at IS NULL").await, 1, "untouched");
}

#[tokio::test]
async fn the_person_is_asked_for_the_passkey_for_this_very_thing() {
    let app = TestApp::new().await;
    let name = app.world.watch(&app.world.guidance, &app.world.nursery).name.clone();
    let mut key = Authenticator::new(1);
    let caseworker = app.enrol(app.world.centre.staff(Role::Caseworker), &mut key).await;
    let asked = ask(&caseworker, &name, ("grade", "n4")).await.expect(403);
    assert_eq!(asked.attributes("x-passkey[data-mode=verify]", "data-action")[0], "openEmergency");
    let for_another = caseworker.verified("exportRequests", &key).await;
    ask(&for_another, &name, ("grade", "n4")).await.expect(403);
    assert_eq!(openings(&app, "true").await, 0);
    let verified = for_another.verified("openEmergency", &key).await;
    ask(&verified, &name, ("grade", "n4")).await.expect(303);
}

#[tokio::test]
async fn whoever_is_stopped_looks_no_more() {
    let app = TestApp::new().await;
    let path = opened(&app).await;
    let membership = app.world.centre.staff(Role::Caseworker).membership;
    app.run(&format!("UPDATE hub.memberships SET suspended_at = '2026-11-20T00:10:00Z' WHERE id = '{membership}'")).await;
    let answer = app.caseworker().get(&path).await;
    assert_eq!(answer.status, 303, "no session acts for a membership that was stopped");
}
