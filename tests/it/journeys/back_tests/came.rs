//! Rules about when something came: the past says what the clock said then.

use serde_json::{Value, json};
use tsunagi::work::{back_tests, clock};

use super::{
    super::{sheet, slips},
    WHY, found,
};
use crate::support::TestApp;

/// Tries the rule with these values and waits for what comes of it.
async fn tried(app: &TestApp, code: &str, values: &[(&str, &str)]) -> Value {
    app.verify_everybody().await;
    let fields: Vec<_> = [("version", "1"), ("route", "ladder"), WHY].into_iter().chain(values.iter().copied()).collect();
    let test = app.supervisor().post(&format!("/rules/{code}/back-tests"), &fields).await.expect(303).location().to_owned();
    back_tests::round(&app.app).await.unwrap();
    let page = app.supervisor().get(&test).await.expect(200).text();
    assert!(page.contains("施設の締切などの時刻"), "what is taken as it is today is said");
    found(app, &test).await
}

async fn clock_at(app: &TestApp, at: &str) {
    app.at(at).refresh_sessions().await;
    clock::round(&app.app).await.unwrap();
}

#[tokio::test]
async fn what_was_missing_at_noon_is_missed_in_the_past_too() {
    let app = TestApp::new().await;
    let (teacher, pupil) = (sheet::teacher(&app), sheet::pupil(&app));
    let others: Vec<_> = app
        .world
        .watches
        .iter()
        .filter(|watch| watch.live && watch.facility == pupil.facility && watch.id != pupil.id)
        .cloned()
        .collect();
    let strict = &others[0];
    // Nobody was asked about before today, and one of them is of rank A.
    app.run(&format!(
        "UPDATE watch.watches SET from_on = '2026-11-20' WHERE until_on IS NULL OR until_on >= '2026-11-20';
         UPDATE desk.requests SET strictness = 'strict' WHERE watch_id = '{}'",
        strict.id
    ))
    .await;
    let report = async |watch, at: &str| {
        app.at(at).refresh_sessions().await;
        sheet::send(&teacher, "2026-11-20", &sheet::key(), &sheet::fields(watch, 0, sheet::PRESENT)).await.expect(303);
    };
    clock_at(&app, "2026-11-20T10:30").await;
    // In time for the facility, and too late for rank A; the others of the facility come when it has been missed, or never.
    report(strict, "2026-11-20T11:00").await;
    clock_at(&app, "2026-11-20T12:00").await;
    report(&pupil, "2026-11-20T13:00").await;
    clock_at(&app, "2026-11-20T15:00").await;
    clock_at(&app, "2026-11-20T18:00").await;
    let today = format!("SELECT w.id FROM watch.watches w WHERE w.ward_id = '{}' AND w.from_on = '2026-11-20'", app.world.ward);
    let raised = format!(
        "SELECT watch_id, count(*) AS n FROM desk.alerts WHERE rule = 'I1' AND watch_id IN ({today}) GROUP BY watch_id ORDER BY watch_id"
    );
    let live = app.sql(&raised).await;
    let is_missed = |watch: &crate::support::Watched| live.iter().any(|row| row["watch_id"] == watch.id.to_string());
    assert!(is_missed(&pupil) && is_missed(strict) && live.len() > 2, "{live:?}");

    app.at("2026-11-21T09:00").refresh_sessions().await;
    let numbers = tried(&app, "I1", &[("severity", "notice"), ("enabled", "off")]).await;
    assert_eq!((&numbers["alerts_new"], &numbers["kept"]), (&json!(0), &json!(0)));
    let past =
        format!("SELECT watch_id, alerts_old AS n FROM desk.back_test_watches WHERE watch_id IN ({today}) ORDER BY watch_id");
    assert_eq!(app.sql(&past).await, live);
}

#[tokio::test]
async fn a_slip_that_came_late_was_late_in_the_past_too() {
    let app = TestApp::new().await;
    let set = async |reporting: &str| {
        let nursery = app.world.nursery.id;
        app.run(&format!(
            "UPDATE hub.organizations SET reporting = '{reporting}', slips_from = '2026-10-01' WHERE id = '{nursery}'"
        ))
        .await;
    };
    set("daily_and_monthly").await;
    // 2026-11-03 is a holiday: the seventh business day is the eleventh. The slip comes on the ninth.
    for night in ["2026-11-10T18:00", "2026-11-11T18:00", "2026-11-12T18:00"] {
        clock_at(&app, night).await;
    }
    slips::come_back(&app, "2026-11-13T10:00").await;
    slips::prepare(&app).await;
    slips::approve(&app).await;
    clock_at(&app, "2026-11-13T18:00").await;
    let live: i64 = app.value("SELECT count(*) FROM desk.alerts WHERE rule = 'I3'").await;
    let children = i64::try_from(slips::children(&app).len()).unwrap();
    assert_eq!(live, children);

    slips::come_back(&app, "2026-11-16T09:00").await;
    // A facility that sends no sheets owes its slip all the same.
    for (reporting, threshold, new) in [
        ("daily_and_monthly", "4", live),
        ("daily_and_monthly", "9", 0),
        ("monthly", "8", live),
        ("monthly", "20", 0),
        ("daily", "5", 0),
    ] {
        set(reporting).await;
        let old = if reporting == "daily" { 0 } else { live };
        let numbers = tried(&app, "I3", &[("threshold", threshold), ("severity", "caution"), ("enabled", "on")]).await;
        let told = ["alerts_old", "alerts_new", "kept"].map(|number| numbers[number].as_i64().unwrap());
        assert_eq!(told, [old, new, new], "{reporting} {threshold}");
    }
}

/// What an office had arranged on a day is not kept, so these rules are known by what they raised.
#[tokio::test]
async fn what_the_office_owed_is_counted_by_the_alerts_it_raised() {
    let app = TestApp::new().await;
    // Three days and a year before.
    app.run(&format!(
        "UPDATE desk.alerts SET rule = 'K8', raised_at = '2026-11-17T01:00:00Z' WHERE ward_id = '{}'",
        app.world.ward
    ))
    .await;
    let raised: i64 = app.value(&format!("SELECT count(*) FROM desk.alerts WHERE ward_id = '{}'", app.world.ward)).await;
    let old = app.world.alert(&app.world.guidance).id;
    app.run(&format!("UPDATE desk.alerts SET raised_at = '2025-11-18T01:00:00Z' WHERE id = '{old}'")).await;
    app.verify_everybody().await;
    let fields = [("version", "1"), ("severity", "caution"), ("route", "ladder"), ("enabled", "off"), WHY];
    let test = app.supervisor().post("/rules/K8/back-tests", &fields).await.expect(303).location().to_owned();
    back_tests::round(&app.app).await.unwrap();
    let numbers = found(&app, &test).await;
    assert_eq!((&numbers["alerts_old"], &numbers["alerts_new"]), (&json!(raised - 1), &json!(0)), "{numbers}");
    let page = app.supervisor().get(&test).await.expect(200).text();
    assert!(page.contains("実際に出たアラートの数で比べます") && !page.contains("施設の締切などの時刻"), "{page}");

    let form = app.supervisor().get("/rules/K8/edit").await.expect(200);
    assert_eq!(form.attributes("button[formaction]", "formaction"), ["/rules/K8/back-tests"]);
    app.run(&format!(
        "INSERT INTO desk.rules (ward_id, code, version, threshold, threshold_strict, second, third, severity, enabled, visit_breaks, from_at)
         VALUES ('{}', 'K8', 2, 1, 1, 0, 0, 'caution', false, false, '2026-11-19T00:00:00Z')",
        app.world.ward
    ))
    .await;
    let form = app.supervisor().get("/rules/K8/edit").await.expect(200);
    assert!(form.all("button[formaction]").is_empty() && form.text().contains("いまは無効で"), "{}", form.text());
    app.supervisor()
        .post("/rules/K8/back-tests", &[("version", "2"), ("severity", "caution"), ("route", "ladder"), ("enabled", "on"), WHY])
        .await
        .expect(404);
}
