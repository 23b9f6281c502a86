//! The facility's day: sending, repeating, correcting, and everything that must be refused.

mod anew;
mod appending;
mod days;
mod forms;

use tsunagi::{domain::ids::Id, gate::Role, work::clock};
use uuid::Uuid;

use crate::support::{Answer, Caller, TestApp, Watched};

const TODAY: &str = "2026-11-20";

pub(super) fn teacher(app: &TestApp) -> Caller<'_> {
    app.signed_in(&app.world.elementary, Role::Reporter)
}

pub(super) fn pupil(app: &TestApp) -> Watched {
    app.world.watch(&app.world.centre, &app.world.elementary).clone()
}

/// A pupil who has been watched since this day only: nothing was missed before it.
async fn new_pupil(app: &TestApp, from: &str) -> Watched {
    let pupil = pupil(app);
    app.run(&format!("UPDATE watch.watches SET from_on = '{from}' WHERE id = '{}'", pupil.id)).await;
    pupil
}

pub(super) fn key() -> String {
    Id::<Uuid>::random().to_string()
}

/// One child's fields, as the sheet names them.
pub(super) fn fields(watch: &Watched, version: u32, pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    let mut fields = vec![(format!("version.{}", watch.id), version.to_string())];
    fields.extend(pairs.iter().map(|(name, value)| (format!("{name}.{}", watch.id), (*value).to_owned())));
    fields
}

pub(super) async fn send(caller: &Caller<'_>, day: &str, key: &str, fields: &[(String, String)]) -> Answer {
    let mut all = vec![("idempotency_key", key)];
    all.extend(fields.iter().map(|(name, value)| (name.as_str(), value.as_str())));
    caller.post(&format!("/sheet/{day}"), &all).await
}

const SILENT: &[(&str, &str)] = &[("status", "A"), ("contact", "none"), ("reason", "unknown")];
pub(super) const PRESENT: &[(&str, &str)] = &[("status", "P")];

#[tokio::test]
async fn a_silent_absence_becomes_an_alert_that_says_why_and_the_teacher_learns_nothing_of_it() {
    let app = TestApp::new().await;
    let pupil = new_pupil(&app, "2026-11-19").await;
    let sheet = teacher(&app).get("/sheet").await.expect(200);
    assert!(sheet.text().contains(&pupil.name), "the sheet names the child");
    assert!(sheet.all("input[checked]").is_empty(), "nothing is preselected");

    let answer = send(&teacher(&app), TODAY, &key(), &fields(&pupil, 0, SILENT)).await.expect(303);
    let receipt = teacher(&app).get(answer.location()).await.expect(200).text();
    assert!(receipt.contains("受付済"));
    assert!(!receipt.contains("アラート"), "the receipt is neutral");

    let alerts = app.sql(&format!("SELECT rule, severity, state FROM desk.alerts WHERE watch_id = '{}'", pupil.id)).await;
    assert_eq!(alerts, [serde_json::json!({ "rule": "A1", "severity": "caution", "state": "open" })]);
    let evidence = app.sql("SELECT e.finding FROM desk.evidence e JOIN desk.alerts a ON a.id = e.alert_id WHERE a.rule = 'A1' AND a.as_of = '2026-11-20'").await;
    assert_eq!(evidence[0]["finding"]["days"][0]["day"], TODAY);
    let news: i64 = app.value("SELECT count(*) FROM desk.events WHERE kind = 'raised'").await;
    assert!(news > 0, "open inboxes are told");
}

#[tokio::test]
async fn who_is_not_answered_stays_unreported() {
    let app = TestApp::new().await;
    let pupil = pupil(&app);
    send(&teacher(&app), TODAY, &key(), &fields(&pupil, 0, PRESENT)).await.expect(303);
    let days: i64 = app.value(&format!("SELECT count(*) FROM watch.days WHERE facility_id = '{}'", app.world.elementary.id)).await;
    assert_eq!(days, 1);
}

#[tokio::test]
async fn sending_twice_is_harmless() {
    let app = TestApp::new().await;
    let (pupil, key) = (pupil(&app), key());
    let first = send(&teacher(&app), TODAY, &key, &fields(&pupil, 0, SILENT)).await.expect(303);
    let second = send(&teacher(&app), TODAY, &key, &fields(&pupil, 0, SILENT)).await;
    assert_eq!(first.location(), second.location());
    let reports: i64 = app.value(&format!("SELECT count(*) FROM watch.reports WHERE watch_id = '{}'", pupil.id)).await;
    assert_eq!(reports, 1);
}

#[tokio::test]
async fn an_absence_asks_for_contact_and_reason_and_keeps_what_was_typed() {
    let app = TestApp::new().await;
    let pupil = pupil(&app);
    let typed = fields(&pupil, 0, &[("status", "A"), ("note", "熱があるとのこと")]);
    let page = send(&teacher(&app), TODAY, &key(), &typed).await.expect(422);
    let text = page.text();
    assert!(text.contains("家庭からの連絡") && text.contains("欠席の理由を選んでください"), "each field says how to mend it");
    assert!(text.contains("熱があるとのこと"), "what was typed is kept");
    let reports: i64 = app.value(&format!("SELECT count(*) FROM watch.reports WHERE watch_id = '{}'", pupil.id)).await;
    assert_eq!(reports, 0);
}

#[tokio::test]
async fn who_called_and_how_is_kept_and_not_asked_for() {
    let app = TestApp::new().await;
    let pupil = pupil(&app);
    let called: &[_] =
        &[("status", "A"), ("contact", "before"), ("contact_by", "mother"), ("contact_via", "phone"), ("reason", "illness")];
    let answer = send(&teacher(&app), TODAY, &key(), &fields(&pupil, 0, called)).await.expect(303);
    let receipt = teacher(&app).get(answer.location()).await.expect(200).text();
    assert!(receipt.contains("あり（始業前）、母、電話"), "{receipt}");

    let silent: &[_] = &[("status", "A"), ("contact", "none"), ("contact_by", "mother"), ("reason", "unknown")];
    let page = send(&teacher(&app), TODAY, &key(), &fields(&pupil, 1, silent)).await.expect(422).text();
    assert!(page.contains("「指定しない」に戻してください"), "a caller of a call that never came is a slip");
}

#[tokio::test]
async fn an_empty_sheet_says_what_to_do() {
    let app = TestApp::new().await;
    let page = send(&teacher(&app), TODAY, &key(), &[]).await.expect(422);
    assert!(page.text().contains("まだだれの出欠も選ばれていません"));
}

#[tokio::test]
async fn a_child_of_another_school_is_not_there() {
    let app = TestApp::new().await;
    let strangers = [
        app.world.watch(&app.world.centre, &app.world.junior_high).clone(),
        app.other.watch(&app.other.centre, &app.other.elementary).clone(),
        app.world.ended_watch().clone(),
    ];
    let nobody = send(&teacher(&app), TODAY, &key(), &[(format!("status.{}", Uuid::nil()), "A".to_owned())]).await.expect(404);
    for stranger in strangers {
        let answer = send(&teacher(&app), TODAY, &key(), &fields(&stranger, 0, SILENT)).await.expect(404);
        assert_eq!(answer.body, nobody.body, "another's child looks like no child");
        let page = teacher(&app).get(&format!("/sheet/reports/{}", stranger.id)).await.expect(404);
        assert_eq!(page.status, 404);
    }
    let reports: i64 = app.value("SELECT count(*) FROM watch.reports WHERE day = '2026-11-20'").await;
    assert_eq!(reports, 0);
}

#[tokio::test]
async fn a_closed_day_and_a_day_to_come_are_refused_with_words() {
    let app = TestApp::new().await;
    app.at("2026-11-22T09:00");
    app.refresh_sessions().await;
    let pupil = pupil(&app);
    let sunday = teacher(&app).get("/sheet").await.expect(200);
    assert!(sunday.text().contains("休業日"));
    let closed = send(&teacher(&app), "2026-11-22", &key(), &fields(&pupil, 0, PRESENT)).await.expect(422);
    assert!(closed.text().contains("休業日です"));
    let future = send(&teacher(&app), "2026-11-24", &key(), &fields(&pupil, 0, PRESENT)).await.expect(422);
    assert!(future.text().contains("今日より後"));
    for day in ["2026-02-30", "yesterday", "0000-00-00", "2020-01-01"] {
        teacher(&app).get(&format!("/sheet/{day}")).await.expect(404);
    }
}

#[tokio::test]
async fn a_correction_is_a_new_version_and_takes_the_alert_s_condition_away() {
    let app = TestApp::new().await;
    let pupil = pupil(&app);
    send(&teacher(&app), TODAY, &key(), &fields(&pupil, 0, SILENT)).await.expect(303);
    app.at("2026-11-20T10:40");
    app.refresh_sessions().await;
    send(&teacher(&app), TODAY, &key(), &fields(&pupil, 1, PRESENT)).await.expect(303);
    let versions = app
        .sql(&format!(
            "SELECT version, mark->>'status' AS status FROM watch.reports WHERE watch_id = '{}' ORDER BY version",
            pupil.id
        ))
        .await;
    assert_eq!(versions, [serde_json::json!({"version": 1, "status": "A"}), serde_json::json!({"version": 2, "status": "P"})]);
    let condition: String =
        app.value(&format!("SELECT condition FROM desk.alerts WHERE watch_id = '{}' AND rule = 'A1'", pupil.id)).await;
    assert_eq!(condition, "not_met");
    let history = teacher(&app).get(&format!("/sheet/reports/{}", pupil.id)).await.expect(200).text();
    assert!(history.contains("9:00") && history.contains("10:40"), "both versions are shown");
}

#[tokio::test]
async fn after_the_evening_a_correction_says_why() {
    let app = TestApp::new().await;
    let pupil = pupil(&app);
    send(&teacher(&app), TODAY, &key(), &fields(&pupil, 0, SILENT)).await.expect(303);
    app.at("2026-11-20T17:00");
    app.refresh_sessions().await;
    send(&teacher(&app), TODAY, &key(), &fields(&pupil, 1, PRESENT)).await.expect(422);

    let path = format!("/sheet/{TODAY}/reports/{}/correction", pupil.id);
    teacher(&app).get(&path).await.expect(200);
    let post = async |why: &str| {
        let mut typed = fields(&pupil, 1, PRESENT);
        typed.extend([("idempotency_key".to_owned(), key()), ("why".to_owned(), why.to_owned())]);
        let typed: Vec<_> = typed.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        teacher(&app).post(&path, &typed).await
    };
    post("").await.expect(422);
    post("午後に登校したため").await.expect(303);
    let why: String =
        app.value(&format!("SELECT correction_reason FROM watch.reports WHERE watch_id = '{}' AND version = 2", pupil.id)).await;
    assert_eq!(why, "午後に登校したため");
}

#[tokio::test]
async fn who_was_slower_is_shown_both_versions() {
    let app = TestApp::new().await;
    let pupil = pupil(&app);
    send(&teacher(&app), TODAY, &key(), &fields(&pupil, 0, SILENT)).await.expect(303);
    let page = send(&teacher(&app), TODAY, &key(), &fields(&pupil, 0, PRESENT)).await.expect(409);
    assert!(page.text().contains("先にほかの人が報告しました"));
}

/// A facility whose calendar nobody has set asks every day, and every page and job reckons so.
#[tokio::test]
async fn a_facility_without_a_calendar_is_open_every_day() {
    let app = TestApp::new().await;
    let pupil = new_pupil(&app, "2026-11-19").await;
    app.run(&format!("UPDATE hub.organizations SET calendar_template = '' WHERE id = '{}'", app.world.elementary.id)).await;
    send(&teacher(&app), TODAY, &key(), &fields(&pupil, 0, SILENT)).await.expect(303);
    let alerts: i64 = app.value(&format!("SELECT count(*) FROM desk.alerts WHERE watch_id = '{}' AND rule = 'A1'", pupil.id)).await;
    assert_eq!(alerts, 1);
    for path in ["/alerts", "/board", "/requests"] {
        app.caseworker().get(path).await.expect(200);
    }
    app.at("2026-11-21T18:00");
    assert!(clock::round(&app.app).await.unwrap() > 0);
    let missing: i64 =
        app.value(&format!("SELECT count(*) FROM desk.alerts WHERE watch_id = '{}' AND rule = 'I1'", pupil.id)).await;
    assert_eq!(missing, 1, "a Saturday is a day like any other there");
}

#[tokio::test]
async fn siblings_reported_at_once_by_two_facilities_raise_one_alert() {
    let app = TestApp::new().await;
    let older = app.world.watch(&app.world.centre, &app.world.junior_high).clone();
    let younger = pupil(&app);
    let group = Id::<Uuid>::random();
    app.run(&format!(
        "INSERT INTO desk.sibling_groups (ward_id, id) VALUES ('{ward}', '{group}');
         UPDATE desk.requests SET sibling_group_id = '{group}' WHERE watch_id IN ('{}', '{}')",
        older.id,
        younger.id,
        ward = app.world.ward
    ))
    .await;
    let other_teacher = app.signed_in(&app.world.junior_high, Role::Reporter);
    let (one, two) = (key(), key());
    let (first, second) = (fields(&younger, 0, SILENT), fields(&older, 0, SILENT));
    let here = teacher(&app);
    let (one, two) = tokio::join!(send(&here, TODAY, &one, &first), send(&other_teacher, TODAY, &two, &second));
    assert_eq!((one.status.as_u16(), two.status.as_u16()), (303, 303));
    let alerts: i64 = app.value("SELECT count(*) FROM desk.alerts WHERE rule = 'A11'").await;
    assert_eq!(alerts, 1);
}

#[tokio::test]
async fn the_clock_finds_missing_reports_once_and_a_late_one_answers_them() {
    let app = TestApp::new().await;
    let pupil = pupil(&app);
    assert_eq!(clock::round(&app.app).await.unwrap(), 0, "nothing is due at nine");
    app.at("2026-11-20T12:00");
    app.refresh_sessions().await;
    assert!(clock::round(&app.app).await.unwrap() > 0);
    assert_eq!(clock::round(&app.app).await.unwrap(), 0, "done once");
    let find = format!("SELECT severity, state, outcome FROM desk.alerts WHERE watch_id = '{}' AND rule = 'I1'", pupil.id);
    assert_eq!(app.sql(&find).await, [serde_json::json!({"severity": "notice", "state": "open", "outcome": null})]);
    app.at("2026-11-20T15:00");
    app.refresh_sessions().await;
    clock::round(&app.app).await.unwrap();
    assert_eq!(app.sql(&find).await, [serde_json::json!({"severity": "caution", "state": "open", "outcome": null})]);
    send(&teacher(&app), TODAY, &key(), &fields(&pupil, 0, PRESENT)).await.expect(303);
    assert_eq!(app.sql(&find).await, [serde_json::json!({"severity": "caution", "state": "closed", "outcome": "reported_later"})]);
    let late: bool =
        app.value(&format!("SELECT late FROM watch.submissions WHERE facility_id = '{}'", app.world.elementary.id)).await;
    assert!(late);
}

#[tokio::test]
async fn any_page_of_the_history_is_a_page() {
    let app = TestApp::new().await;
    let pupil = pupil(&app);
    for page in ["0", "-1", "9223372036854775808", "x"] {
        teacher(&app).get(&format!("/sheet/reports/{}?page={page}", pupil.id)).await.expect(200);
    }
}

#[tokio::test]
async fn seven_days_away_are_urgent_over_a_weekend() {
    let app = TestApp::new().await;
    let pupil = new_pupil(&app, "2026-11-12").await;
    // Thursday 12 to Friday 20 November, the weekend between them not counted: seven open days.
    for (at, day) in [12, 13, 16, 17, 18, 19, 20].iter().map(|day| (format!("2026-11-{day}T09:00"), format!("2026-11-{day}"))) {
        app.at(&at);
        app.refresh_sessions().await;
        let sick = &[("status", "A"), ("contact", "before"), ("reason", "illness")];
        send(&teacher(&app), &day, &key(), &fields(&pupil, 0, sick)).await.expect(303);
    }
    let found =
        app.sql(&format!("SELECT rule, severity, count FROM desk.alerts WHERE watch_id = '{}' ORDER BY rule", pupil.id)).await;
    let line = |rule: &str, severity: &str| serde_json::json!({"rule": rule, "severity": severity, "count": 7});
    let in_a_row = [line("A3", "caution"), line("A4", "warning"), line("A5", "urgent"), line("A7", "urgent")];
    let in_the_month_and_year = [line("A8", "caution"), line("A9", "notice")];
    assert_eq!(found, [in_a_row.as_slice(), &in_the_month_and_year].concat());
}

#[tokio::test]
async fn what_the_teacher_saw_reaches_the_caseworker_word_for_word() {
    let app = TestApp::new().await;
    let pupil = pupil(&app);
    let seen = "左腕に大きなあざ。「ころんだ」とのこと。";
    let told: &[_] = &[
        ("status", "L"),
        ("contact", "before"),
        ("contact_by", "grandparent"),
        ("reason", "clinic"),
        ("sign", "injury"),
        ("sign_note", seen),
    ];
    send(&teacher(&app), TODAY, &key(), &fields(&pupil, 0, told)).await.expect(303);
    let alert: Uuid = app.value(&format!("SELECT id FROM desk.alerts WHERE watch_id = '{}' AND rule = 'S1'", pupil.id)).await;
    let page = app.caseworker().get(&format!("/alerts/{alert}")).await.expect(200);
    assert!(page.text().contains(seen));
    assert!(page.text().contains("連絡あり（始業前）、祖父母"), "and who called");
    app.signed_in(&app.world.guidance, Role::Caseworker).get(&format!("/alerts/{alert}")).await.expect(404);
}
