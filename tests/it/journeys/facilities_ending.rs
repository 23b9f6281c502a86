//! A facility that ends: nobody is asked for beyond its last day, and whoever asks at the moment it is closed is seen by the closing or
//! sees it.

use tokio::join;

use super::transfers::{SURE, child, form, path, post};
use crate::support::{Answer, Place, TestApp};

/// How often two meet, each of them first as often as the other.
const ROUNDS: usize = 4;
/// Children somebody is asked about at a facility that is no more.
const BEYOND: &str =
    "SELECT count(*) FROM watch.watches w JOIN hub.organizations o ON o.ward_id = w.ward_id AND o.id = w.facility_id
     WHERE o.closed_on IS NOT NULL AND (w.until_on IS NULL OR w.until_on >= o.closed_on)";

/// A ward whose elementary school could be closed: nobody is asked about there any more.
async fn ward() -> TestApp {
    let app = TestApp::new().await;
    app.run(&format!("UPDATE watch.watches SET until_on = '2026-11-20' WHERE facility_id = '{}'", app.world.elementary.id)).await;
    app.verify_everybody().await;
    app
}

async fn close(app: &TestApp, place: &Place, last: &str) -> Answer {
    let fields = [("revision", "1"), ("last_on", last), ("confirmed", "1")];
    app.admin().post(&format!("/organizations/{}/closing", place.id), &fields).await
}

/// A new request for a second-year pupil.
async fn ask(app: &TestApp, name: &str, (from, until): (&str, &str)) -> Answer {
    let facility = app.world.elementary.id.to_string();
    let fields = [
        ("facility", facility.as_str()),
        ("name", name),
        ("grade", "e2"),
        ("ground", "act_13_4"),
        ("strictness", "normal"),
        ("starts_on", from),
        ("ends_on", until),
    ];
    app.caseworker().post("/requests", &fields).await
}

/// Both at once, now the one begun first and now the other: what each was answered.
async fn at_once(round: usize, closing: impl Future<Output = Answer>, other: impl Future<Output = Answer>) -> (u16, u16) {
    let (closed, asked) = if round.is_multiple_of(2) {
        join!(closing, other)
    } else {
        let (asked, closed) = join!(other, closing);
        (closed, asked)
    };
    (closed.status.as_u16(), asked.status.as_u16())
}

#[tokio::test]
async fn a_request_ends_no_later_than_its_facility() {
    let app = ward().await;
    close(&app, &app.world.elementary, "R8.11.30").await.expect(303);
    let late = ask(&app, "遅井　始", ("R8.12.1", "")).await.expect(422);
    assert_eq!(late.attributes(".app-errors a", "href"), ["#facility"]);
    assert!(late.first("#facility-error").is_some_and(|error| error.contains("令和8年12月1日からありません")));
    for (name, until, last) in
        [("甲野　一", "", "2026-11-30"), ("甲野　二", "R9.3.31", "2026-11-30"), ("甲野　三", "R8.11.27", "2026-11-27")]
    {
        ask(&app, name, ("R8.11.20", until)).await.expect(303);
        let written: String = app.value(&format!("SELECT until_on::text FROM watch.watches WHERE name = '{name}'")).await;
        assert_eq!(written, last, "{name}");
    }
    assert_eq!(app.value::<i64>(BEYOND).await, 0);
}

#[tokio::test]
async fn of_a_closing_and_a_new_request_at_once_one_sees_the_other() {
    for round in 0..ROUNDS {
        let app = ward().await;
        let answered = at_once(round, close(&app, &app.world.elementary, "R8.11.30"), ask(&app, "遅井　始", ("R8.12.1", ""))).await;
        assert!([(303, 422), (422, 303)].contains(&answered), "round {round}: {answered:?}");
        assert_eq!(app.value::<i64>(BEYOND).await, 0, "round {round}: {answered:?}");
    }
}

#[tokio::test]
async fn of_a_closing_and_a_plan_to_come_at_once_one_sees_the_other() {
    for round in 0..ROUNDS {
        let app = ward().await;
        let child = child(&app);
        let (path, fields) = (path(&child), form(&app, 1, &[SURE]));
        let answered = at_once(round, close(&app, &app.world.elementary, "R8.11.23"), post(&app, &path, &fields)).await;
        assert!([(303, 422), (422, 303)].contains(&answered), "round {round}: {answered:?}");
        assert_eq!(app.value::<i64>(BEYOND).await, 0, "round {round}: {answered:?}");
    }
}

#[tokio::test]
async fn of_a_closing_and_a_plan_taken_back_at_once_one_sees_the_other() {
    for round in 0..ROUNDS {
        let app = ward().await;
        let pupil = app.world.watch(&app.world.centre, &app.world.elementary).clone();
        app.run(&format!("UPDATE watch.watches SET until_on = NULL WHERE id = '{}'", pupil.id)).await;
        post(&app, &path(&pupil), &form(&app, 1, &[("next", "undecided"), SURE])).await.expect(303);
        let (undo, fields) = (format!("{}/cancellation", path(&pupil)), [("version".to_owned(), "2".to_owned())]);
        let answered = at_once(round, close(&app, &app.world.elementary, "R8.11.30"), post(&app, &undo, &fields)).await;
        // Taken back after the closing, the request ends with the facility.
        assert!([(303, 303), (422, 303)].contains(&answered), "round {round}: {answered:?}");
        assert_eq!(app.value::<i64>(BEYOND).await, 0, "round {round}: {answered:?}");
    }
}

#[tokio::test]
async fn of_a_merger_and_the_closing_of_its_successor_at_once_one_sees_the_other() {
    for round in 0..ROUNDS {
        let app = ward().await;
        let (school, next) = (&app.world.elementary, &app.world.junior_high);
        app.run(&format!("UPDATE watch.watches SET until_on = '2026-11-20' WHERE facility_id = '{}'", next.id)).await;
        app.run(&format!(
            "UPDATE watch.watches SET until_on = NULL WHERE id = '{}'",
            app.world.watch(&app.world.centre, school).id
        ))
        .await;
        let successor = next.id.to_string();
        let wanted = [("revision", "1"), ("successor", successor.as_str()), ("from_on", "2026-12-01"), ("confirmed", "1")];
        let (admin, merging) = (app.admin(), format!("/organizations/{}/merging", school.id));
        let answered = at_once(round, close(&app, next, "R8.11.30"), admin.post(&merging, &wanted)).await;
        assert!([(303, 422), (422, 303)].contains(&answered), "round {round}: {answered:?}");
        assert_eq!(app.value::<i64>(BEYOND).await, 0, "round {round}: {answered:?}");
    }
}
