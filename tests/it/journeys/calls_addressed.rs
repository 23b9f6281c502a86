//! Whom an alert is addressed to beside the one caseworker: both workers of a transfer, the office above, the guidance centre.

use serde_json::{Value, json};
use tsunagi::{
    domain::ids::{Id, Person},
    gate::Role,
    work::{clock, escalation},
};

use super::{
    calls::{hops, urgent_at},
    calls_at_once::hops_of,
    transfers::{child, moved},
};
use crate::support::{Place, TestApp};

/// Where and who, of each line of the calls for the rule's alert.
async fn told(app: &TestApp, rule: &str) -> Vec<Value> {
    app.sql(&format!(
        "SELECT h.station, h.person_id FROM desk.hops h JOIN desk.alerts a ON a.ward_id = h.ward_id AND a.id = h.alert_id
         WHERE a.rule = '{rule}' AND h.told ORDER BY h.number"
    ))
    .await
}

fn line(station: &str, person: Id<Person>) -> Value {
    json!({ "station": station, "person_id": person })
}

fn person(place: &Place, role: Role) -> Id<Person> {
    place.staff(role).person
}

/// A child who has gone on to the school and was not seen there for three days, with who has the request at either facility.
async fn not_arrived(app: &TestApp, before: Id<Person>, after: Id<Person>) {
    let child = child(app);
    let fresh = moved(app, &child).await;
    app.run(&format!(
        "DELETE FROM desk.evidence; DELETE FROM desk.alerts;
         UPDATE desk.requests SET assigned_to = CASE watch_id WHEN '{fresh}' THEN '{after}'::uuid ELSE '{before}' END
         WHERE watch_id IN ('{fresh}', '{}')",
        child.id
    ))
    .await;
    for day in ["24", "25", "26"] {
        app.at(&format!("2026-11-{day}T12:01"));
        clock::round(&app.app).await.unwrap();
    }
}

#[tokio::test]
async fn of_a_child_that_does_not_come_whoever_has_either_request_hears() {
    let app = TestApp::new().await;
    let (before, after) = (person(&app.world.centre, Role::Caseworker), app.world.double.person);
    not_arrived(&app, before, after).await;
    escalation::round(&app.app).await.unwrap();
    assert_eq!(told(&app, "T2").await, [line("worker", after), line("other_worker", before)]);
    let mails = "SELECT count(*) FROM desk.hops h JOIN desk.alerts a ON a.id = h.alert_id JOIN hub.mails m ON m.id = h.mail_id
        WHERE a.rule = 'T2' AND m.person_id = h.person_id";
    assert_eq!(app.value::<i64>(mails).await, 2, "each has a notice of their own");
    escalation::round(&app.app).await.unwrap();
    assert_eq!(told(&app, "T2").await.len(), 2, "once");
    // The one who had the child before finds it in the inbox, and reads who was told.
    app.refresh_sessions().await;
    let id: uuid::Uuid = app.value("SELECT id FROM desk.alerts WHERE rule = 'T2'").await;
    let path = format!("/alerts/{id}");
    let worker = app.caseworker();
    assert!(worker.get(&path).await.expect(200).text().contains("もう一方の担当 "));
    // Nobody takes it: it climbs as any other does.
    app.at("2026-11-26T12:31");
    escalation::round(&app.app).await.unwrap();
    assert_eq!(hops_of(&app, "T2").await[2..], ["supervisor supervises unanswered"]);
}

#[tokio::test]
async fn taken_before_the_first_call_the_other_one_is_told_all_the_same() {
    let app = TestApp::new().await;
    let (before, after) = (person(&app.world.centre, Role::Caseworker), app.world.double.person);
    not_arrived(&app, before, after).await;
    app.refresh_sessions().await;
    let id: uuid::Uuid = app.value("SELECT id FROM desk.alerts WHERE rule = 'T2'").await;
    app.caseworker().post(&format!("/alerts/{id}/taking"), &[("version", "1")]).await.expect(303);
    escalation::round(&app.app).await.unwrap();
    assert_eq!(told(&app, "T2").await, [line("worker", before), line("other_worker", after)]);
    app.at("2026-11-26T18:00");
    escalation::round(&app.app).await.unwrap();
    assert_eq!(told(&app, "T2").await.len(), 2, "in hand it climbs no further");
}

#[tokio::test]
async fn in_the_same_hands_there_is_one_to_tell() {
    let app = TestApp::new().await;
    let worker = person(&app.world.centre, Role::Caseworker);
    not_arrived(&app, worker, worker).await;
    escalation::round(&app.app).await.unwrap();
    assert_eq!(told(&app, "T2").await, [line("worker", worker)]);
}

#[tokio::test]
async fn an_alert_of_the_facility_before_calls_whoever_has_the_child_now() {
    let app = TestApp::new().await;
    let (before, after) = (urgent_at(&app, &app.world.centre).await, app.world.double.person);
    let fresh = moved(&app, &child(&app)).await;
    for (at, assigned, called, why) in [
        ("2026-11-20T09:00", format!("'{after}'"), before, "it has not begun yet"),
        ("2026-11-24T09:00", format!("'{after}'"), after, "the child is there now"),
        ("2026-11-24T09:00", "NULL".to_owned(), before, "where nobody has it, whoever had it before"),
    ] {
        app.run(&format!(
            "DELETE FROM desk.hops; DELETE FROM desk.callings; UPDATE desk.requests SET assigned_to = {assigned} WHERE watch_id = '{fresh}'"
        ))
        .await;
        app.at(at);
        escalation::round(&app.app).await.unwrap();
        assert_eq!(told(&app, "A1").await.first(), Some(&line("worker", called)), "{why}");
    }
}

#[tokio::test]
async fn after_the_supervisor_the_office_above_hears_together_with_the_desk() {
    let app = TestApp::new().await;
    let (branch, centre) = (&app.world.branch, &app.world.centre);
    let worker = urgent_at(&app, branch).await;
    for minute in 0..=90 {
        app.at(&format!("2026-11-20T{:02}:{:02}", 9 + minute / 60, minute % 60));
        escalation::round(&app.app).await.unwrap();
    }
    let expected = [
        "worker assigned raised",
        "supervisor supervises unanswered",
        "head supervises unanswered",
        "desk gap unanswered",
        "desk gap unanswered",
    ];
    assert_eq!(hops(&app).await, expected);
    let people = app.sql("SELECT person_id FROM desk.hops ORDER BY number").await;
    let (chief, head) = (person(branch, Role::Supervisor), person(centre, Role::Supervisor));
    let by = |person: Id<Person>| json!({ "person_id": person });
    assert_eq!(people, [by(worker), by(chief), by(head), by(chief), by(chief)]);
    // Whoever supervises above can open what they are told of.
    app.refresh_sessions().await;
    let page = app.supervisor().get(&format!("/alerts/{}", app.world.alert(branch).id)).await.expect(200).text();
    assert!(page.contains("上の機関の係長・所長 "), "{page}");
}

#[tokio::test]
async fn a_guidance_centre_hears_of_the_requests_that_are_its_own_and_of_no_others() {
    let app = TestApp::new().await;
    let guidance = &app.world.guidance;
    let worker = urgent_at(&app, guidance).await;
    app.run("UPDATE desk.alerts SET rule = 'A5'").await;
    escalation::round(&app.app).await.unwrap();
    assert_eq!(told(&app, "A5").await, [line("worker", worker), line("supervisor", person(guidance, Role::Supervisor))]);
    app.caseworker().get(&format!("/alerts/{}", app.world.alert(guidance).id)).await.expect(404);

    // The ground alone names nobody: the centre that asked on the guidance centre's behalf hears.
    let app = TestApp::new().await;
    let worker = urgent_at(&app, &app.world.centre).await;
    app.run("UPDATE desk.alerts SET rule = 'A5'; UPDATE desk.requests SET ground = 'guidance_centre_request'").await;
    escalation::round(&app.app).await.unwrap();
    assert_eq!(told(&app, "A5").await, [line("worker", worker), line("supervisor", person(&app.world.centre, Role::Supervisor))]);
}
