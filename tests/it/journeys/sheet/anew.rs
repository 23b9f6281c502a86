//! What is said, closed or opened afterwards is judged anew: nothing that stands is taken back, and nothing stays open for ever.

use serde_json::json;
use tsunagi::work::{changed_days, clock};

use super::{PRESENT, SILENT, TODAY, fields, key, new_pupil, pupil, send, teacher};
use crate::support::{TestApp, Watched};

/// State, outcome and condition of what was raised for the missing report, oldest first.
async fn missing(app: &TestApp, pupil: &Watched) -> Vec<serde_json::Value> {
    app.sql(&format!(
        "SELECT state, outcome, condition FROM desk.alerts WHERE watch_id = '{}' AND rule = 'I1' ORDER BY closed_at",
        pupil.id
    ))
    .await
}

fn open() -> serde_json::Value {
    json!({ "state": "open", "outcome": null, "condition": "met" })
}

fn ended() -> serde_json::Value {
    json!({ "state": "closed", "outcome": "day_closed", "condition": "not_met" })
}

/// Nobody has reported by three o'clock.
async fn in_the_afternoon() -> TestApp {
    let app = TestApp::new().await;
    app.at("2026-11-20T15:00");
    clock::round(&app.app).await.unwrap();
    app.at("2026-11-20T15:30");
    app.refresh_sessions().await;
    app
}

#[tokio::test]
async fn the_silence_of_monday_stands_when_that_of_friday_was_a_slip() {
    let app = TestApp::new().await;
    let pupil = new_pupil(&app, "2026-11-16").await;
    // On the days between the child came, so that what the rules read goes further back than that.
    for (day, mark) in [(16, SILENT), (17, PRESENT), (18, PRESENT), (19, PRESENT), (20, SILENT)] {
        app.at(&format!("2026-11-{day}T09:00"));
        app.refresh_sessions().await;
        send(&teacher(&app), &format!("2026-11-{day}"), &key(), &fields(&pupil, 0, mark)).await.expect(303);
    }
    let find = format!("SELECT condition, state, as_of FROM desk.alerts WHERE watch_id = '{}' AND rule = 'A1'", pupil.id);
    let standing = json!({ "condition": "met", "state": "open", "as_of": TODAY });
    assert_eq!(app.sql(&find).await, std::slice::from_ref(&standing));
    send(&teacher(&app), TODAY, &key(), &fields(&pupil, 1, PRESENT)).await.expect(303);
    assert_eq!(app.sql(&find).await, [standing]);
}

#[tokio::test]
async fn a_closing_entered_late_ends_what_the_day_was_missed_for() {
    let app = in_the_afternoon().await;
    let pupil = pupil(&app);
    assert_eq!(missing(&app, &pupil).await, [open()]);
    let path = format!("/sheet/{TODAY}/closing");
    teacher(&app).post(&path, &[("whom", "*"), ("why", "weather")]).await.expect(303);
    assert_eq!(missing(&app, &pupil).await, [open()], "the clock asks");
    let (second, _) = app.second_node();
    let (one, two) = tokio::join!(changed_days::round(&app.app), changed_days::round(&second));
    assert!(one.unwrap() + two.unwrap() > 0);
    assert_eq!(missing(&app, &pupil).await, [ended()]);
    assert_eq!(changed_days::round(&app.app).await.unwrap(), 0, "asked once");
    let alert: uuid::Uuid = app.value(&format!("SELECT id FROM desk.alerts WHERE watch_id = '{}' AND rule = 'I1'", pupil.id)).await;
    let page = app.caseworker().get(&format!("/alerts/{alert}")).await.expect(200).text();
    assert!(page.contains("終結しました（休業日）"), "{page}");

    let sheet = teacher(&app).get("/sheet").await.expect(200);
    let id = sheet.attributes("input[name=closed]", "value")[0].clone();
    teacher(&app).post(&format!("{path}/removal"), &[("closed", &id)]).await.expect(303);
    changed_days::round(&app.app).await.unwrap();
    assert_eq!(missing(&app, &pupil).await, [ended(), open()], "open after all, and not reported");
}

#[tokio::test]
async fn a_holiday_made_by_a_law_is_judged_where_it_closes_and_nowhere_else() {
    let app = in_the_afternoon().await;
    let pupil = pupil(&app);
    let infant = app.world.watch(&app.world.centre, &app.world.nursery).clone();
    app.admin().post("/holidays", &[("day", "令和8年11月20日"), ("name", "特別法による祝日")]).await.expect(303);
    assert!(changed_days::round(&app.app).await.unwrap() > 0);
    assert_eq!(missing(&app, &pupil).await, [ended()]);
    assert_eq!(missing(&app, &infant).await, [open()], "the nursery is open on holidays");
    app.admin().post(&format!("/holidays/{TODAY}/removal"), &[]).await.expect(303);
    assert!(changed_days::round(&app.app).await.unwrap() > 0);
    assert_eq!(missing(&app, &pupil).await, [ended(), open()]);
}

#[tokio::test]
async fn what_lies_ahead_is_asked_about_when_its_day_comes() {
    let app = in_the_afternoon().await;
    let head = app.signed_in(&app.world.elementary, tsunagi::gate::Role::FacilityHead);
    let trip = [("from", "R8.12.3"), ("until", "2026-12-04"), ("kind", "closed"), ("label", "開校記念行事")];
    head.post("/calendar/days", &trip).await.expect(303);
    assert_eq!(app.value::<i64>("SELECT count(*) FROM watch.changed_days").await, 0);
    let today = [("from", "R8.11.20"), ("kind", "closed"), ("label", "臨時休業")];
    head.post("/calendar/days", &today).await.expect(303);
    let noted = app.sql("SELECT facility_id, from_on FROM watch.changed_days").await;
    assert_eq!(noted, [json!({ "facility_id": app.world.elementary.id, "from_on": TODAY })]);
    assert!(changed_days::round(&app.app).await.unwrap() > 0);
    assert_eq!(app.value::<i64>("SELECT count(*) FROM watch.changed_days").await, 0);
}

#[tokio::test]
async fn a_child_of_rank_a_is_missed_at_half_past_ten_and_the_others_at_noon() {
    let app = TestApp::new().await;
    let pupil = pupil(&app);
    app.run(&format!("UPDATE desk.requests SET strictness = 'strict' WHERE watch_id = '{}'", pupil.id)).await;
    let missed = "SELECT watch_id FROM desk.alerts WHERE rule IN ('I1', 'A7')";
    app.at("2026-11-20T10:29");
    assert_eq!(clock::round(&app.app).await.unwrap(), 0);
    app.at("2026-11-20T10:30");
    assert_eq!(clock::round(&app.app).await.unwrap(), 1, "one facility has such a child");
    assert_eq!(app.sql(missed).await, [json!({ "watch_id": pupil.id })], "and nothing graver is said before noon");
    assert_eq!(clock::round(&app.app).await.unwrap(), 0, "once");
    app.at("2026-11-20T12:00");
    clock::round(&app.app).await.unwrap();
    assert!(app.sql(missed).await.len() > 1);
}

#[tokio::test]
async fn where_children_come_in_the_afternoon_rank_a_is_missed_with_the_others() {
    let app = TestApp::new().await;
    let pupil = pupil(&app);
    app.run(&format!(
        "UPDATE desk.requests SET strictness = 'strict' WHERE watch_id = '{}';
         UPDATE hub.organizations SET facility_cutoff = '16:00', worker_notice = '17:00', free_correction_until = '18:00' WHERE id = '{}'",
        pupil.id, app.world.elementary.id
    ))
    .await;
    let missed = format!("SELECT count(*) FROM desk.alerts WHERE rule = 'I1' AND watch_id = '{}'", pupil.id);
    for (at, found) in [("10:30", 0), ("12:00", 0), ("15:59", 0), ("16:00", 1), ("18:00", 1)] {
        app.at(&format!("2026-11-20T{at}"));
        clock::round(&app.app).await.unwrap();
        assert_eq!(app.value::<i64>(&missed).await, found, "{at}");
    }
    let asked = app
        .sql(&format!("SELECT phase FROM desk.sweeps WHERE facility_id = '{}' AND day = '{TODAY}'", app.world.elementary.id))
        .await;
    assert!(!asked.is_empty() && !asked.contains(&json!({ "phase": "early" })), "{asked:?}");
}
