//! Who is told together: of an urgent report, of the same thing again, of a child nobody has seen, and when whoever has it is on leave.

use tsunagi::{
    domain::ids::{Id, Person},
    gate::Role,
    work::{alerts, escalation},
};
use uuid::Uuid;

use super::{
    calls::{hops, on_duty, page, urgent},
    urgent::{key, post, pupil, teacher},
};
use crate::support::{Caller, TestApp, Watched};

/// The hops of the child's alert of one rule.
pub(super) async fn hops_of(app: &TestApp, rule: &str) -> Vec<String> {
    let rows = app
        .sql(&format!(
            "SELECT h.station || ' ' || h.reason || ' ' || h.cause AS hop FROM desk.hops h JOIN desk.alerts a ON a.id = h.alert_id
             WHERE a.rule = '{rule}' ORDER BY h.number"
        ))
        .await;
    rows.iter().filter_map(|row| row["hop"].as_str().map(str::to_owned)).collect()
}

async fn alert_of(app: &TestApp, rule: &str) -> Uuid {
    app.value(&format!("SELECT id FROM desk.alerts WHERE rule = '{rule}'")).await
}

/// A pupil whose request the caseworker has, somebody on duty, and no alert open anywhere.
async fn watched(app: &TestApp) -> (Watched, Id<Person>) {
    let (pupil, worker) = (pupil(app), app.world.centre.staff(Role::Caseworker).person);
    app.run(&format!(
        "DELETE FROM desk.evidence; DELETE FROM desk.alerts;
         UPDATE desk.requests SET assigned_to = '{worker}' WHERE watch_id = '{}'",
        pupil.id
    ))
    .await;
    on_duty(app, app.world.double.person).await;
    (pupil, worker)
}

async fn report(app: &TestApp, pupil: &Watched, trigger: &str) {
    app.refresh_sessions().await;
    post(&teacher(app), pupil, &key(), "send", &[("triggers", trigger)]).await.expect(303);
}

async fn step(app: &TestApp, caller: &Caller<'_>, rule: &str, (what, fields): (&str, &[(&str, &str)])) {
    let revision: i64 = app.value(&format!("SELECT revision FROM desk.alerts WHERE rule = '{rule}'")).await;
    let revision = revision.to_string();
    let fields: Vec<_> = [("version", revision.as_str())].into_iter().chain(fields.iter().copied()).collect();
    caller.post(&format!("/alerts/{}/{what}", alert_of(app, rule).await), &fields).await.expect(303);
}

const ALL: [&str; 3] = ["worker assigned raised", "supervisor supervises raised", "desk on_duty raised"];

#[tokio::test]
async fn an_urgent_report_is_told_to_everybody_the_receipt_names_and_to_nobody_twice() {
    let app = TestApp::new().await;
    let (pupil, worker) = watched(&app).await;
    let sent = post(&teacher(&app), &pupil, &key(), "send", &[("triggers", "injury")]).await.expect(303).location().to_owned();
    assert!(teacher(&app).get(&sent).await.expect(200).text().contains("自治体の担当者・係長・当番に、すぐに知らせています"));
    assert!(escalation::round(&app.app).await.unwrap() > 0);
    assert_eq!(hops_of(&app, "U1").await, ALL);
    assert_eq!(hops_of(&app, "S1").await, ALL[..2], "S1 as the domain's table says");
    let told = app.sql("SELECT person_id FROM hub.mails WHERE kind = 'notice'").await;
    assert_eq!(told.len(), 3, "one mail for each, however many alerts and rungs");
    assert!(told.iter().any(|row| row["person_id"] == worker.to_string()));
    let shown = app.supervisor().get(&format!("/alerts/{}", alert_of(&app, "U1").await)).await.expect(200).text();
    for words in ["担当 ", "係長 ", "当番 "] {
        assert!(shown.contains(words), "{words}: {shown}");
    }
    // Nobody takes it: half an hour later the desk again.
    app.at("2026-11-20T09:30");
    escalation::round(&app.app).await.unwrap();
    assert_eq!(hops_of(&app, "U1").await[3..], ["desk on_duty unanswered"]);
}

#[tokio::test]
async fn whoever_is_on_duty_and_has_the_case_gets_one_mail_for_two_rungs() {
    let app = TestApp::new().await;
    let (pupil, _) = watched(&app).await;
    let double = app.world.double.person;
    app.run(&format!("UPDATE desk.requests SET assigned_to = '{double}' WHERE watch_id = '{}'", pupil.id)).await;
    report(&app, &pupil, "injury").await;
    escalation::round(&app.app).await.unwrap();
    assert_eq!(hops_of(&app, "U1").await, ALL, "both rungs are seen");
    let mails: i64 = app.value(&format!("SELECT count(*) FROM hub.mails WHERE person_id = '{double}'")).await;
    assert_eq!(mails, 1);
}

#[tokio::test]
async fn taken_within_seconds_the_others_are_told_all_the_same() {
    let app = TestApp::new().await;
    let (pupil, _) = watched(&app).await;
    report(&app, &pupil, "injury").await;
    step(&app, &app.caseworker(), "U1", ("taking", &[])).await;
    escalation::round(&app.app).await.unwrap();
    assert_eq!(hops_of(&app, "U1").await, ALL);
    app.at("2026-11-20T12:00");
    escalation::round(&app.app).await.unwrap();
    assert_eq!(hops_of(&app, "U1").await.len(), 3, "in hand it climbs no further");
}

#[tokio::test]
async fn a_second_report_about_a_child_in_hand_is_told_again() {
    let app = TestApp::new().await;
    let (pupil, _) = watched(&app).await;
    report(&app, &pupil, "injury").await;
    escalation::round(&app.app).await.unwrap();
    step(&app, &app.caseworker(), "U1", ("taking", &[])).await;
    step(&app, &app.caseworker(), "S1", ("taking", &[])).await;
    assert_eq!(escalation::round(&app.app).await.unwrap(), 0);
    // On the same day the injury is known; the report itself is not.
    report(&app, &pupil, "injury").await;
    assert_eq!(escalation::round(&app.app).await.unwrap(), 1);
    let again = ["worker assigned risen", "supervisor supervises risen", "desk on_duty risen"];
    assert_eq!(hops_of(&app, "U1").await[3..], again);
    // On another day it is another injury.
    app.at("2026-11-24T09:00");
    report(&app, &pupil, "injury").await;
    escalation::round(&app.app).await.unwrap();
    assert_eq!(hops_of(&app, "S1").await[2..], again[..2]);
    let risen: i64 = app
        .value(&format!("SELECT count(*) FROM desk.events WHERE kind = 'risen' AND alert_id = '{}'", alert_of(&app, "S1").await))
        .await;
    assert_eq!(risen, 1, "open inboxes call it news");
    assert_eq!(escalation::round(&app.app).await.unwrap(), 0, "once");
}

#[tokio::test]
async fn what_was_put_aside_comes_back_when_it_happens_again() {
    let app = TestApp::new().await;
    let (pupil, _) = watched(&app).await;
    report(&app, &pupil, "family_change").await;
    escalation::round(&app.app).await.unwrap();
    assert_eq!(hops_of(&app, "S4").await, ["worker assigned raised"]);
    let worker = app.caseworker();
    step(&app, &worker, "S4", ("taking", &[])).await;
    step(&app, &worker, "S4", ("snooze", &[("snooze_until", "2026-11-26"), ("snooze_reason", "面談を待つ")])).await;
    app.at("2026-11-24T09:00");
    report(&app, &pupil, "family_change").await;
    let row = app.sql("SELECT level, snoozed_until FROM desk.alerts WHERE rule = 'S4'").await.remove(0);
    assert_eq!((row["level"].as_i64(), row["snoozed_until"].is_null()), (Some(2), true));
    escalation::round(&app.app).await.unwrap();
    assert_eq!(hops_of(&app, "S4").await, ["worker assigned raised", "worker assigned risen"], "whoever has it, and nobody else");
    let shown = worker.get(&format!("/alerts/{}", alert_of(&app, "S4").await)).await.expect(200).text();
    assert!(shown.contains("また起きたか、さらに続いています（重要度は警戒のまま）"), "{shown}");
}

#[tokio::test]
async fn the_forty_eight_hours_call_whoever_has_it_then_the_supervisor_then_the_desk() {
    let app = TestApp::new().await;
    let worker = urgent(&app).await;
    let (ward, office, deputy) = (app.world.ward, app.world.centre.id, app.world.double.person);
    on_duty(&app, deputy).await;
    let alert = app.world.alert(&app.world.centre).id;
    // The check alone must ring, also where the alert is a mild one that is to be treated as a 通告.
    app.run(&format!(
        "INSERT INTO desk.safety_checks (ward_id, alert_id, cause, received_at, due_at)
         VALUES ('{ward}', '{alert}', 'notified', '2026-11-20T00:00:00Z', '2026-11-22T00:00:00Z');
         UPDATE desk.alerts SET severity = 'caution'
         WHERE id = '{alert}';
         INSERT INTO desk.absences (ward_id, id, office_id, person_id, from_on, until_on, substitute_id, entered_by, entered_at)
         VALUES ('{ward}', gen_random_uuid(), '{office}', '{worker}', '2026-11-22', '2026-11-22', '{deputy}', '{worker}', '2026-11-19T00:00:00Z')"
    ))
    .await;
    app.caseworker().post(&format!("/alerts/{alert}/taking"), &[("version", "1")]).await.expect(303);
    assert_eq!(escalation::round(&app.app).await.unwrap(), 0);
    let deputised = ["(worker away check)", "substitute deputises check", "supervisor supervises check"];
    let mut expected: Vec<&str> = Vec::new();
    for (now, hop) in [
        ("2026-11-21T09:00", &["worker assigned check"][..]),
        ("2026-11-22T01:00", &deputised[..]),
        (
            "2026-11-22T09:00",
            &["(worker away check)", "substitute deputises check", "supervisor supervises check", "desk on_duty check"][..],
        ),
    ] {
        app.at(now);
        assert_eq!(alerts::round(&app.app).await.unwrap(), 1, "{now}");
        assert_eq!(escalation::round(&app.app).await.unwrap(), 1, "{now}");
        assert_eq!(escalation::round(&app.app).await.unwrap(), 0, "{now}: once");
        expected.extend(hop);
        assert_eq!(hops(&app).await, expected, "{now}");
    }
    let at_night = "SELECT count(*) FROM hub.mails WHERE next_at = '2026-11-21T16:00:00Z'";
    assert_eq!(app.value::<i64>(at_night).await, 2, "one in the morning: quiet hours hold nothing of it");
    let doubled: i64 = app.value(&format!("SELECT count(*) FROM hub.mails WHERE person_id = '{deputy}'")).await;
    assert_eq!(doubled, 1, "substitute and on duty, and one mail");
    app.refresh_sessions().await;
    assert!(page(&app).await.contains("目視確認がまだできていません"));
}

#[tokio::test]
async fn a_child_of_rank_a_is_asked_about_after_half_a_day() {
    let app = TestApp::new().await;
    urgent(&app).await;
    let (ward, alert) = (app.world.ward, app.world.alert(&app.world.centre));
    app.run(&format!(
        "INSERT INTO desk.safety_checks (ward_id, alert_id, cause, received_at, due_at)
         VALUES ('{ward}', '{}', 'urgent', '2026-11-20T00:00:00Z', '2026-11-22T00:00:00Z');
         UPDATE desk.requests SET strictness = 'strict' WHERE watch_id = '{}'",
        alert.id, alert.watch
    ))
    .await;
    app.caseworker().post(&format!("/alerts/{}/taking", alert.id), &[("version", "1")]).await.expect(303);
    app.at("2026-11-20T20:59");
    assert_eq!(alerts::round(&app.app).await.unwrap(), 0);
    app.at("2026-11-20T21:00");
    assert_eq!(alerts::round(&app.app).await.unwrap(), 1);
    escalation::round(&app.app).await.unwrap();
    assert_eq!(hops(&app).await, ["worker assigned check"]);
    app.refresh_sessions().await;
    assert!(page(&app).await.contains("12時間が過ぎました"));
}

#[tokio::test]
async fn whoever_has_it_goes_on_leave_and_the_substitute_hears_of_it_once() {
    let app = TestApp::new().await;
    let worker = urgent(&app).await;
    let alert = app.world.alert(&app.world.centre).id;
    let (ward, office, deputy) = (app.world.ward, app.world.centre.id, app.world.double.person);
    app.caseworker().post(&format!("/alerts/{alert}/taking"), &[("version", "1")]).await.expect(303);
    assert_eq!(escalation::round(&app.app).await.unwrap(), 0);
    app.run(&format!(
        "INSERT INTO desk.absences (ward_id, id, office_id, person_id, from_on, until_on, substitute_id, entered_by, entered_at)
         VALUES ('{ward}', gen_random_uuid(), '{office}', '{worker}', '2026-11-21', '2026-11-24', '{deputy}', '{worker}', '2026-11-20T00:00:00Z')"
    ))
    .await;
    assert_eq!(escalation::round(&app.app).await.unwrap(), 0, "not before it begins");
    app.at("2026-11-21T00:01");
    assert_eq!(escalation::round(&app.app).await.unwrap(), 1);
    assert_eq!(hops(&app).await, ["(worker away away)", "substitute deputises away"]);
    assert_eq!(app.value::<String>("SELECT state FROM desk.alerts").await, "taken", "it stays whose it was");
    let morning: i64 = app.value("SELECT count(*) FROM hub.mails WHERE next_at = '2026-11-20T22:00:00Z'").await;
    assert_eq!(morning, 1, "nobody is woken for a leave");
    app.at("2026-11-22T09:00");
    assert_eq!(escalation::round(&app.app).await.unwrap(), 0, "once");
    app.refresh_sessions().await;
    assert!(page(&app).await.contains("担当している人が休暇に入りました"));
}
