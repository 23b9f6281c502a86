//! 転校・転園・卒園: the request that goes on elsewhere, what either facility sees of it, and the rules that look for the child.

use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};
use tsunagi::{
    domain::ids::Id,
    gate::Role,
    work::{clock, transfers},
};
use uuid::Uuid;

use crate::support::{Answer, Place, TestApp, Watched};

/// The centre's child at the nursery, of whom the day before was reported.
pub(super) fn child(app: &TestApp) -> Watched {
    app.world.watch(&app.world.centre, &app.world.nursery).clone()
}

pub(super) fn path(watch: &Watched) -> String {
    format!("/requests/{}/transfer", watch.id)
}

/// To the elementary school, from the Tuesday after 勤労感謝の日; changed by `with`.
pub(super) fn form<'a>(app: &TestApp, version: i32, with: &[(&'a str, &'a str)]) -> Vec<(String, String)> {
    let mut fields = vec![
        ("version".to_owned(), version.to_string()),
        ("ends_on".to_owned(), "R8.11.22".to_owned()),
        ("next".to_owned(), "facility".to_owned()),
        ("facility".to_owned(), app.world.elementary.id.to_string()),
        ("starts_on".to_owned(), "令和８年１１月２４日".to_owned()),
        ("grade".to_owned(), "e1".to_owned()),
        ("class".to_owned(), "２組".to_owned()),
    ];
    for (name, value) in with {
        fields.retain(|(known, _)| known != name);
        fields.push(((*name).to_owned(), (*value).to_owned()));
    }
    fields
}

pub(super) async fn post(app: &TestApp, path: &str, fields: &[(String, String)]) -> Answer {
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    app.caseworker().post(path, &fields).await
}

pub(super) const SURE: (&str, &str) = ("confirmed", "1");

/// The request that continues the child's, by the rows.
pub(super) async fn onward(app: &TestApp, watch: &Watched) -> String {
    app.value(&format!("SELECT watch_id::text FROM desk.requests WHERE continues = '{}'", watch.id)).await
}

pub(super) async fn moved(app: &TestApp, watch: &Watched) -> String {
    post(app, &path(watch), &form(app, 1, &[SURE])).await.expect(303);
    onward(app, watch).await
}

pub(super) async fn sheet(app: &TestApp, place: &Place) -> String {
    app.signed_in(place, Role::Reporter).get("/sheet").await.expect(200).text()
}

/// Rule, how grave and whether it holds, of every alert of the group about the child.
pub(super) async fn alerts(app: &TestApp, watch: &Watched, group: &str) -> Vec<Value> {
    app.sql(&format!(
        "SELECT a.rule, a.severity, a.condition FROM desk.alerts a JOIN watch.watches w ON w.id = a.watch_id
         WHERE w.child_id = '{}' AND a.rule LIKE '{group}%' ORDER BY a.rule",
        watch.child
    ))
    .await
}

pub(super) fn alert(rule: &str, severity: &str, condition: &str) -> Value {
    json!({ "rule": rule, "severity": severity, "condition": condition })
}

/// A report of the school about the child.
pub(super) async fn report(app: &TestApp, watch: &str, day: &str, status: &[(&str, &str)]) -> Answer {
    let key = Id::<Uuid>::random().to_string();
    let mut fields = vec![("idempotency_key".to_owned(), key), (format!("version.{watch}"), "0".to_owned())];
    fields.extend(status.iter().map(|(name, value)| (format!("{name}.{watch}"), (*value).to_owned())));
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    app.signed_in(&app.world.elementary, Role::Reporter).post(&format!("/sheet/{day}"), &fields).await
}

#[tokio::test]
async fn a_transfer_is_asked_about_once_more_and_then_done_once() {
    let app = TestApp::new().await;
    let child = child(&app);
    let blank = app.caseworker().get(&path(&child)).await.expect(200);
    assert_eq!(blank.attributes("#ends_on", "value"), ["令和8年11月20日"]);

    let page = post(&app, &path(&child), &form(&app, 1, &[])).await.expect(200);
    let text = page.text();
    assert!(
        text.contains("まだ登録していません") && text.contains(&app.world.elementary.name) && text.contains("小1 2組"),
        "{text}"
    );
    assert_eq!(page.attributes("input[name=starts_on]", "value"), ["令和８年１１月２４日"], "everything typed goes along");
    assert_eq!(app.value::<i64>("SELECT count(*) FROM desk.transfers").await, 0);
    let again = post(&app, &path(&child), &form(&app, 1, &[("edit", "1")])).await.expect(200);
    assert_eq!(again.attributes("#starts_on", "value"), ["令和８年１１月２４日"]);

    for _ in 0..2 {
        let done = post(&app, &path(&child), &form(&app, 1, &[SURE])).await.expect(303);
        assert_eq!(done.location(), format!("/requests/{}?done=moved", child.id));
    }
    let rows = app
        .sql(&format!(
            "SELECT w.facility_id, w.from_on, w.until_on, w.grade, w.class, w.name, r.office_id, r.ground FROM watch.watches w
             JOIN desk.requests r ON r.watch_id = w.id WHERE w.child_id = '{}' ORDER BY w.from_on",
            child.child
        ))
        .await;
    let row = |place: &Place, from: &str, until: Option<&str>, grade: &str, class: &str| {
        json!({ "facility_id": place.id, "from_on": from, "until_on": until, "grade": grade, "class": class, "name": child.name,
            "office_id": app.world.centre.id, "ground": "guideline_registered" })
    };
    assert_eq!(
        rows,
        [
            row(&app.world.nursery, "2026-04-01", Some("2026-11-22"), "n4", "1組"),
            row(&app.world.elementary, "2026-11-24", None, "e1", "2組"),
        ]
    );
    let fresh = onward(&app, &child).await;
    let old = app.caseworker().get(&format!("/requests/{}?done=moved", child.id)).await.expect(200);
    assert!(old.attributes("section a", "href").contains(&format!("/requests/{fresh}")));
    assert_eq!(old.first(".app-flash").as_deref(), Some("転校・転園・卒園を登録しました。"));
    let new = app.caseworker().get(&format!("/requests/{fresh}")).await.expect(200);
    assert!(new.attributes("section a", "href").contains(&format!("/requests/{}", child.id)));
    let open = app.world.alert(&app.world.centre).id;
    assert!(new.attributes("main a", "href").contains(&format!("/alerts/{open}")), "what is open about the child is here too");
    let deed = app.sql("SELECT detail FROM hub.trail WHERE action = 'transferRequest' AND detail ? 'last_day'").await;
    assert_eq!(
        deed,
        [
            json!({ "detail": { "last_day": "2026-11-22", "next": "facility", "facility": app.world.elementary.id, "first_day": "2026-11-24" } })
        ]
    );
}

#[tokio::test]
async fn each_facility_sees_its_own_request_and_nothing_of_the_other() {
    let app = TestApp::new().await;
    let child = child(&app);
    let fresh = moved(&app, &child).await;
    let nursery = sheet(&app, &app.world.nursery).await;
    assert!(nursery.contains(&child.name) && !nursery.contains(&app.world.elementary.name), "until its last day it reports");
    assert!(!sheet(&app, &app.world.elementary).await.contains(&child.name), "not before the first day");

    app.at("2026-11-24T09:00").refresh_sessions().await;
    assert!(!sheet(&app, &app.world.nursery).await.contains(&child.name));
    let school = sheet(&app, &app.world.elementary).await;
    assert!(school.contains(&child.name) && !school.contains(&app.world.nursery.name));
    let teacher = app.signed_in(&app.world.elementary, Role::Reporter);
    let past = teacher.get(&format!("/sheet/reports/{fresh}")).await.expect(200).text();
    assert!(!past.contains("11月19日") && !past.contains(&app.world.nursery.name), "{past}");
    teacher.get(&format!("/sheet/reports/{}", child.id)).await.expect(404);
    app.reporter().get(&format!("/sheet/reports/{fresh}")).await.expect(404);
    app.reporter().get(&format!("/sheet/reports/{}", child.id)).await.expect(404);
}

#[tokio::test]
async fn what_was_counted_at_the_old_facility_is_counted_on_at_the_new_one() {
    let app = TestApp::new().await;
    let child = child(&app);
    let fresh = moved(&app, &child).await;
    app.at("2026-11-24T09:00").refresh_sessions().await;
    let silent = [("status", "A"), ("contact", "none"), ("reason", "unknown")];
    report(&app, &fresh, "2026-11-24", &silent).await.expect(303);
    // Silent on 11/19 at the nursery, silent on 11/24 at the school: the second day, and the alert of the first goes on.
    assert_eq!(alerts(&app, &child, "A2").await, [alert("A2", "warning", "met")]);
    assert_eq!(
        alerts(&app, &child, "A1").await,
        [alert("A1", "caution", "met")],
        "one open alert of a rule, wherever the child is"
    );
    let open = app.world.alert(&app.world.centre).id;
    let steps = app.sql(&format!("SELECT event FROM desk.alert_steps WHERE alert_id = '{open}'")).await;
    assert_eq!(steps, [json!({ "event": "rose" })], "a silent absence on another day is the same thing again");
    let evidence: Value =
        app.value("SELECT e.finding FROM desk.evidence e JOIN desk.alerts a ON a.id = e.alert_id WHERE a.rule = 'A2'").await;
    assert_eq!((&evidence["count"], &evidence["began"]), (&json!(2), &json!("2026-11-19")));
}

#[tokio::test]
async fn every_fault_of_the_form_is_said_and_everything_typed_is_kept() {
    let app = TestApp::new().await;
    let child = child(&app);
    let nursery = app.world.nursery.id.to_string();
    let wrong = [("ends_on", "2026-11-18"), ("facility", nursery.as_str()), ("starts_on", "令和8年2月30日"), ("grade", "")];
    let page = post(&app, &path(&child), &form(&app, 1, &[wrong[0], wrong[1], wrong[2], wrong[3], SURE])).await.expect(422);
    assert_eq!(page.attributes(".app-errors a", "href"), ["#ends_on", "#facility", "#starts_on", "#grade"]);
    assert!(page.first("#ends_on-error").is_some_and(|error| error.contains("令和8年11月19日まで報告があります")));
    assert_eq!(page.attributes("#starts_on", "value"), ["令和8年2月30日"]);
    for (field, value, at) in [
        ("starts_on", "2026-11-22", "#starts_on"),
        ("starts_on", "2028-04-01", "#starts_on"),
        ("grade", "j1", "#grade"),
        ("next", "", "#next"),
        ("class", "=1+1", "#class"),
        ("ends_on", "", "#ends_on"),
    ] {
        let page = post(&app, &path(&child), &form(&app, 1, &[(field, value), SURE])).await.expect(422);
        assert_eq!(page.attributes(".app-errors a", "href"), [at], "{field} {value}");
    }
    assert_eq!(app.value::<i64>("SELECT count(*) FROM desk.transfers").await, 0);
}

#[tokio::test]
async fn whoever_is_second_sees_both_and_nothing_changes() {
    let app = TestApp::new().await;
    let child = child(&app);
    moved(&app, &child).await;
    let other = [("ends_on", "R8.11.21"), SURE];
    let conflict = post(&app, &path(&child), &form(&app, 1, &other)).await.expect(409);
    assert!(conflict.text().contains("R8.11.21") && conflict.text().contains("R8.11.22"));
    let until: String = app.value(&format!("SELECT until_on::text FROM watch.watches WHERE id = '{}'", child.id)).await;
    assert_eq!(until, "2026-11-22");
}

#[tokio::test]
async fn a_plan_can_be_changed_and_taken_back_until_the_child_has_come() {
    let app = TestApp::new().await;
    let child = child(&app);
    let first = moved(&app, &child).await;
    let school = app.world.junior_high.id.to_string();
    let changed = [("facility", school.as_str()), ("grade", "j1"), SURE];
    post(&app, &path(&child), &form(&app, 2, &changed)).await.expect(303);
    assert_ne!(onward(&app, &child).await, first);
    assert_eq!(app.value::<i64>(&format!("SELECT count(*) FROM watch.watches WHERE id = '{first}'")).await, 0, "it had not begun");

    let cancel = format!("{}/cancellation", path(&child));
    post(&app, &cancel, &[("version".to_owned(), "2".to_owned())]).await.expect(409);
    for _ in 0..2 {
        post(&app, &cancel, &[("version".to_owned(), "3".to_owned())]).await.expect(303);
    }
    let left = app
        .sql(&format!(
            "SELECT id, until_on, (SELECT count(*) FROM desk.transfers WHERE dropped_at IS NULL) AS plans FROM watch.watches WHERE child_id = '{}'",
            child.child
        ))
        .await;
    assert_eq!(left, [json!({ "id": child.id, "until_on": null, "plans": 0 })]);
    let page = app.caseworker().get(&format!("/requests/{}?done=move-undone", child.id)).await.expect(200);
    assert!(page.all(".app-timeline li").last().is_some_and(|step| step.contains("予定を取りやめました")));

    // Once the child is at the new facility, the way leads on from there.
    post(&app, &path(&child), &form(&app, 4, &[SURE])).await.expect(303);
    let fresh = onward(&app, &child).await;
    app.at("2026-11-24T09:00").refresh_sessions().await;
    let answer = post(&app, &path(&child), &form(&app, 5, &[("ends_on", "R8.11.21"), SURE])).await.expect(303);
    assert_eq!(answer.location(), format!("/requests/{}", child.id));
    post(&app, &cancel, &[("version".to_owned(), "5".to_owned())]).await.expect(303);
    assert_eq!(onward(&app, &child).await, fresh);
    app.caseworker().get(&format!("/requests/{fresh}/transfer")).await.expect(200);
}

#[tokio::test]
async fn a_child_without_a_place_is_on_the_hold_list_and_looked_for() {
    let app = TestApp::new().await;
    let child = child(&app);
    let empty = app.caseworker().get("/requests/holds").await.expect(200);
    assert_eq!(empty.first("h2").as_deref(), Some("次の施設が決まっていないお子さんはいません"));
    post(&app, &path(&child), &form(&app, 1, &[("next", "undecided"), SURE])).await.expect(303);
    let list = app.caseworker().get("/requests/holds").await.expect(200);
    assert_eq!(list.attributes("tbody a", "href"), [path(&child)]);
    let elsewhere = app.signed_in(&app.world.guidance, Role::Caseworker).get("/requests/holds").await.expect(200);
    assert!(!elsewhere.text().contains(&child.name));

    assert_eq!(transfers::round(&app.app).await.unwrap(), 1, "at once");
    assert_eq!(transfers::round(&app.app).await.unwrap(), 0, "and once");
    assert_eq!(alerts(&app, &child, "T").await, [alert("T1", "caution", "met")]);
    app.at("2026-11-22T18:00");
    transfers::round(&app.app).await.unwrap();
    assert_eq!(alerts(&app, &child, "T4").await, Vec::<Value>::new());
    app.at("2026-11-23T00:01");
    let (second, _) = app.second_node();
    let (one, two) = tokio::join!(transfers::round(&app.app), transfers::round(&second));
    assert_eq!(one.unwrap() + two.unwrap(), 1);
    assert_eq!(alerts(&app, &child, "T4").await, [alert("T4", "urgent", "met")]);

    app.refresh_sessions().await;
    // The last day has passed and stays; the place is found.
    let page = post(&app, &path(&child), &form(&app, 2, &[("ends_on", "R8.11.21"), SURE])).await.expect(422);
    assert_eq!(page.attributes(".app-errors a", "href"), ["#ends_on"]);
    post(&app, &path(&child), &form(&app, 2, &[SURE])).await.expect(303);
    transfers::round(&app.app).await.unwrap();
    assert_eq!(alerts(&app, &child, "T").await, [alert("T1", "caution", "met"), alert("T4", "urgent", "not_met")]);
    assert!(!app.caseworker().get("/requests/holds").await.expect(200).text().contains(&child.name.replace('　', " ")));
}

#[tokio::test]
async fn whereabouts_unknown_are_urgent_at_once_and_who_moves_away_is_not() {
    let app = TestApp::new().await;
    let child = child(&app);
    post(&app, &path(&child), &form(&app, 1, &[("next", "outside"), SURE])).await.expect(303);
    transfers::round(&app.app).await.unwrap();
    assert_eq!(alerts(&app, &child, "T").await, [alert("T1", "caution", "met")]);
    post(&app, &path(&child), &form(&app, 2, &[("next", "missing"), SURE])).await.expect(303);
    transfers::round(&app.app).await.unwrap();
    assert_eq!(alerts(&app, &child, "T").await, [alert("T1", "caution", "met"), alert("T4", "urgent", "met")]);
}

#[tokio::test]
async fn a_facility_without_accounts_is_told_and_no_longer_once_it_has_one() {
    let app = TestApp::new().await;
    let child = child(&app);
    let suspend =
        |at: &str| format!("UPDATE hub.memberships SET suspended_at = {at} WHERE organization_id = '{}'", app.world.elementary.id);
    app.run(&suspend("'2026-11-01T00:00:00Z'")).await;
    moved(&app, &child).await;
    transfers::round(&app.app).await.unwrap();
    assert_eq!(alerts(&app, &child, "T3").await, [alert("T3", "notice", "met")]);
    app.run(&suspend("NULL")).await;
    app.at("2026-11-24T18:00");
    clock::round(&app.app).await.unwrap();
    assert_eq!(alerts(&app, &child, "T3").await, [alert("T3", "notice", "not_met")]);
}

#[tokio::test]
async fn a_child_that_does_not_come_is_urgent_on_the_third_day() {
    let app = TestApp::new().await;
    let child = child(&app);
    let fresh = moved(&app, &child).await;
    for (day, found) in [("24", 0), ("25", 0), ("26", 1)] {
        app.at(&format!("2026-11-{day}T12:01"));
        clock::round(&app.app).await.unwrap();
        assert_eq!(alerts(&app, &child, "T2").await.len(), found, "{day}");
    }
    assert_eq!(alerts(&app, &child, "T2").await, [alert("T2", "urgent", "met")]);
    app.at("2026-11-26T18:00");
    clock::round(&app.app).await.unwrap();
    assert_eq!(alerts(&app, &child, "T2").await.len(), 1, "the night finds the same");
    // The report of the first day had been forgotten: the child was there.
    app.refresh_sessions().await;
    report(&app, &fresh, "2026-11-24", &[("status", "P")]).await.expect(303);
    assert_eq!(alerts(&app, &child, "T2").await, [alert("T2", "urgent", "not_met")]);
}

#[tokio::test]
async fn a_child_that_comes_is_not_looked_for() {
    let app = TestApp::new().await;
    let child = child(&app);
    let fresh = moved(&app, &child).await;
    for day in ["24", "25", "26", "27"] {
        app.at(&format!("2026-11-{day}T09:00")).refresh_sessions().await;
        if day == "25" {
            report(&app, &fresh, "2026-11-25", &[("status", "P")]).await.expect(303);
        }
        app.at(&format!("2026-11-{day}T18:00"));
        clock::round(&app.app).await.unwrap();
    }
    assert_eq!(alerts(&app, &child, "T2").await, Vec::<Value>::new());
}

#[tokio::test]
async fn what_is_not_theirs_is_not_there() {
    let app = TestApp::new().await;
    let theirs = app.world.watch(&app.world.guidance, &app.world.nursery);
    let next_door = app.other.watch(&app.other.centre, &app.other.nursery);
    for watch in [theirs, next_door] {
        app.caseworker().get(&path(watch)).await.expect(404);
        post(&app, &path(watch), &form(&app, 1, &[SURE])).await.expect(404);
        post(&app, &format!("{}/cancellation", path(watch)), &[]).await.expect(404);
    }
    let child = child(&app);
    for caller in [app.head(), app.reporter(), app.admin(), app.signed_in(&app.world.branch, Role::Supervisor)] {
        caller.get(&path(&child)).await.expect(404);
    }
    app.reporter().get("/requests/holds").await.expect(404);
    app.admin().get("/requests/holds").await.expect(404);
}

#[tokio::test]
async fn an_office_removes_no_request_that_has_begun() {
    let app = TestApp::new().await;
    let child = child(&app);
    let fresh = moved(&app, &child).await;
    let mut office = PgConnection::connect_with(&app.scratch.app()).await.unwrap();
    let inside = format!(
        "SET ROLE tsunagi_office; SET tsunagi.ward = '{}'; SET tsunagi.organizations = '{{{}}}'; SET tsunagi.today = '2026-11-24'",
        app.world.ward, app.world.centre.id
    );
    sqlx::raw_sql(AssertSqlSafe(inside)).execute(&mut office).await.unwrap();
    for removal in ["DELETE FROM desk.request_steps", "DELETE FROM watch.watches"] {
        let done = sqlx::raw_sql(AssertSqlSafe(removal.to_owned())).execute(&mut office).await.unwrap();
        assert_eq!(done.rows_affected(), 0, "{removal}");
    }
    let refused = sqlx::raw_sql(AssertSqlSafe("DELETE FROM desk.requests".to_owned())).execute(&mut office).await.unwrap_err();
    assert!(refused.to_string().contains("has begun"), "{refused}");
    let left: i64 = app.value(&format!("SELECT count(*) FROM watch.watches WHERE id IN ('{}', '{fresh}')", child.id)).await;
    assert_eq!(left, 2);
}
