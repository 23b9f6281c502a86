//! The dead-man: what has stopped, or waits too long, is known within three minutes, on the page, to monitors and by mail, once.

use tsunagi::{
    store::pulses::{self, Beat},
    work::{clock, escalation, pulse},
};

use crate::support::TestApp;

/// A hub on which nothing waits.
async fn well() -> TestApp {
    let app = TestApp::new().await;
    escalation::round(&app.app).await.unwrap();
    app.run("DELETE FROM desk.hops; DELETE FROM hub.mails; UPDATE desk.callings SET next_at = NULL; UPDATE hub.people SET mail = id || '@example.jp'").await;
    app
}

async fn beat(app: &TestApp, node: &str, beats: &[Beat]) {
    for one in beats {
        pulses::beat(&app.app.db, node, *one, app.app.clock.now()).await.unwrap();
    }
}

async fn health(app: &TestApp) -> (u16, u16, String) {
    let (balancer, monitor) = (app.stranger().get("/healthz").await, app.stranger().get("/healthz/duties").await);
    (balancer.status.as_u16(), monitor.status.as_u16(), monitor.text())
}

async fn inbox(app: &TestApp) -> String {
    app.refresh_sessions().await;
    app.caseworker().get("/alerts").await.expect(200).text()
}

async fn mails(app: &TestApp) -> i64 {
    app.value("SELECT count(*) FROM hub.mails WHERE kind = 'trouble'").await
}

#[tokio::test]
async fn a_duty_that_stopped_is_known_within_three_minutes_and_told_once() {
    let app = well().await;
    beat(&app, "one:8080", Beat::ALL).await;
    assert_eq!(health(&app).await, (200, 200, "ok".to_owned()));
    app.at("2026-11-20T09:02");
    beat(&app, "one:8080", &[Beat::Clock, Beat::Calls, Beat::Push, Beat::News, Beat::Watch]).await;
    assert_eq!(pulse::round(&app.app).await.unwrap(), 0, "two minutes are nothing yet");
    app.at("2026-11-20T09:03");
    beat(&app, "one:8080", &[Beat::Clock, Beat::Calls, Beat::Push, Beat::News, Beat::Watch]).await;
    let (here, there) = tokio::join!(pulse::round(&app.app), pulse::round(&app.app));
    assert_eq!(here.unwrap() + there.unwrap(), 1, "two nodes notice it once");
    let (balancer, monitor, text) = health(&app).await;
    assert_eq!((balancer, monitor, text.as_str()), (200, 503, "degraded\nduty mail since 2026-11-20T00:00:00Z"));
    assert!(inbox(&app).await.contains("9:00以降、メールが届いていません"));
    let told = mails(&app).await;
    assert!(told >= 3, "the desks of the wards are told: {told}");
    let later = app.value::<i64>("SELECT count(*) FROM hub.mails WHERE kind = 'trouble' AND urgency > 1").await;
    assert_eq!(later, 0, "before everything else");
    app.at("2026-11-20T09:04");
    assert_eq!((pulse::round(&app.app).await.unwrap() >= 0, mails(&app).await), (true, told));
    beat(&app, "one:8080", Beat::ALL).await;
    pulse::round(&app.app).await.unwrap();
    assert_eq!(health(&app).await.2, "ok");
    assert_eq!(app.value::<i64>("SELECT count(*) FROM hub.troubles WHERE ended_at IS NULL").await, 0);
    assert!(!inbox(&app).await.contains("以降、メールが届いていません"));
}

#[tokio::test]
async fn another_trouble_is_told_at_once_and_the_same_one_again_if_it_is_there_after_half_an_hour() {
    let app = well().await;
    let went_out = "UPDATE hub.mails SET state = 'sent', settled_at = queued_at WHERE state = 'waiting'";
    beat(&app, "one:8080", Beat::ALL).await;
    beat(&app, "two:8080", Beat::ALL).await;
    app.at("2026-11-20T09:03");
    beat(&app, "one:8080", Beat::ALL).await;
    assert_eq!(pulse::round(&app.app).await.unwrap(), 1);
    let told = mails(&app).await;
    assert!(told > 0);
    app.run(went_out).await;
    app.run("DELETE FROM desk.callings").await;
    assert_eq!((pulse::round(&app.app).await.unwrap(), mails(&app).await), (1, 2 * told), "alerts nobody was told of");
    app.run(went_out).await;

    // The node comes back and stops again: held back, and told when it is still away half an hour after the first mail.
    app.at("2026-11-20T09:04");
    beat(&app, "one:8080", Beat::ALL).await;
    beat(&app, "two:8080", Beat::ALL).await;
    assert_eq!(pulse::round(&app.app).await.unwrap(), 0);
    for (at, began, wanted) in [("09:10", 1, 2 * told), ("09:32", 0, 2 * told), ("09:33", 0, 3 * told), ("09:34", 0, 3 * told)] {
        app.at(&format!("2026-11-20T{at}"));
        beat(&app, "one:8080", Beat::ALL).await;
        assert_eq!((pulse::round(&app.app).await.unwrap(), mails(&app).await), (began, wanted), "{at}");
    }
}

#[tokio::test]
async fn a_node_that_died_is_missed_by_the_others_and_one_that_left_is_not() {
    let app = well().await;
    beat(&app, "one:8080", Beat::ALL).await;
    beat(&app, "two:8080", Beat::ALL).await;
    beat(&app, "three:8080", Beat::ALL).await;
    pulses::leave(&app.app.db, "three:8080").await.unwrap();
    app.at("2026-11-20T09:03");
    beat(&app, "one:8080", Beat::ALL).await;
    assert_eq!(pulse::round(&app.app).await.unwrap(), 1);
    assert_eq!(health(&app).await.2, "degraded\nnode two:8080 since 2026-11-20T00:00:00Z");
    assert!(!inbox(&app).await.contains("以降、"), "the others stand in for it: nothing for a caseworker to worry about");
    app.at("2026-11-20T10:10");
    app.run("DELETE FROM hub.mails").await;
    beat(&app, "one:8080", Beat::ALL).await;
    pulse::round(&app.app).await.unwrap();
    assert_eq!(health(&app).await.2, "ok", "forgotten after an hour");
}

#[tokio::test]
async fn a_queue_older_than_five_minutes_is_known() {
    let app = well().await;
    beat(&app, "one:8080", Beat::ALL).await;
    let (ward, person) = (app.world.ward, app.world.double.person);
    let mail = |id: u8, at: &str, tries: u8, reason: &str| {
        format!(
            "INSERT INTO hub.mails (ward_id, id, person_id, kind, queued_at, expires_at, next_at, tries, reason)
             VALUES ('{ward}', '00000000-0000-4000-8000-0000000000{id:02}', '{person}', 'notice', '{at}', '2026-11-22T00:00:00Z', '{at}', {tries}, '{reason}')"
        )
    };
    // Waiting for the morning, or put off by one mail box: all is well.
    app.run(&mail(1, "2026-11-20T22:00:00Z", 0, "")).await;
    app.run(&mail(2, "2026-11-20T00:10:00Z", 4, "later")).await;
    assert_eq!(health(&app).await.2, "ok");
    app.run(&mail(3, "2026-11-20T00:10:00Z", 2, "unreachable")).await;
    assert!(health(&app).await.2.starts_with("degraded\nqueue mail since"));
    app.run("DELETE FROM hub.mails").await;
    app.run(&mail(4, "2026-11-19T23:54:00Z", 0, "")).await;
    assert!(health(&app).await.2.starts_with("degraded\nqueue mail since"));
    app.run("DELETE FROM hub.mails; DELETE FROM desk.callings").await;
    assert!(health(&app).await.2.starts_with("degraded\nqueue calls since"), "alerts nobody was told of");
    assert!(inbox(&app).await.contains("この一覧を全員で確かめてください"));
}

#[tokio::test]
async fn silence_after_the_cut_off_is_said_on_the_inbox() {
    let app = well().await;
    app.at("2026-11-20T12:00");
    clock::round(&app.app).await.unwrap();
    assert!(inbox(&app).await.contains("以降のデータが届いていません"));
}
