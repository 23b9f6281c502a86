//! Days in full: half days, meetings elsewhere, days closed from the sheet, days nobody reported.

use serde_json::json;
use tsunagi::gate::Role;

use super::{PRESENT, SILENT, TODAY, fields, key, new_pupil, pupil, send, teacher};
use crate::support::{TestApp, Watched};

async fn statuses(app: &TestApp, pupil: &Watched) -> Vec<String> {
    let rows = app
        .sql(&format!("SELECT mark->>'status' AS status FROM watch.reports WHERE watch_id = '{}' ORDER BY day, version", pupil.id))
        .await;
    rows.iter().map(|row| row["status"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn who_came_late_and_left_early_did_both_and_the_first_is_not_lost() {
    let app = TestApp::new().await;
    let pupil = pupil(&app);
    let late: &[_] = &[("status", "L"), ("contact", "before"), ("reason", "clinic"), ("note", "10時に登校")];
    send(&teacher(&app), TODAY, &key(), &fields(&pupil, 0, late)).await.expect(303);
    app.at("2026-11-20T13:00");
    app.refresh_sessions().await;
    let sheet = teacher(&app).get("/sheet").await.expect(200).text();
    assert!(sheet.contains("「遅刻・早退」になります"), "the card says what adding does");
    let early: &[_] = &[("status", "E"), ("contact", "before"), ("reason", "clinic"), ("note", "10時に登校")];
    send(&teacher(&app), TODAY, &key(), &fields(&pupil, 1, early)).await.expect(303);
    assert_eq!(statuses(&app, &pupil).await, ["L", "LE"]);
    let kept: String = app.value(&format!("SELECT mark->>'note' FROM watch.days WHERE watch_id = '{}'", pupil.id)).await;
    assert_eq!(kept, "10時に登校");
    // A slip is taken back on its own page, where nothing is added.
    let mut typed = fields(&pupil, 2, &[("status", "E")]);
    typed.push(("idempotency_key".to_owned(), key()));
    let typed: Vec<_> = typed.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    teacher(&app).post(&format!("/sheet/{TODAY}/reports/{}/correction", pupil.id), &typed).await.expect(303);
    assert_eq!(statuses(&app, &pupil).await, ["L", "LE", "E"]);
}

#[tokio::test]
async fn a_meeting_elsewhere_says_who_met_the_child() {
    let app = TestApp::new().await;
    let pupil = pupil(&app);
    let met = |confirmer: &'static str, on: &'static str| {
        fields(&pupil, 0, &[("status", "PO"), ("confirmer", confirmer), ("confirmed_on", on)])
    };
    let page = send(&teacher(&app), TODAY, &key(), &met("", "")).await.expect(422).text();
    assert!(page.contains("会った人と場所を入力してください"), "{page}");
    send(&teacher(&app), TODAY, &key(), &met("担任の山田が自宅で", "2026-11-19")).await.expect(422);
    send(&teacher(&app), TODAY, &key(), &met("担任の山田が自宅で", "")).await.expect(303);
    let kept = app.sql(&format!("SELECT seen, mark FROM watch.days WHERE watch_id = '{}'", pupil.id)).await;
    assert_eq!(kept[0]["seen"], true);
    assert_eq!((&kept[0]["mark"]["confirmed_by"], &kept[0]["mark"]["confirmed_on"]), (&json!("担任の山田が自宅で"), &json!(TODAY)));
}

#[tokio::test]
async fn a_sheet_speaks_as_its_kind_of_facility_does() {
    let app = TestApp::new().await;
    let (nursery, school) =
        (app.reporter().get("/sheet").await.expect(200).text(), teacher(&app).get("/sheet").await.expect(200).text());
    for (sheet, own, other) in [(&nursery, "「登園」", "「登校」"), (&school, "「登校」", "「登園」")] {
        assert!(sheet.contains(&format!("未入力の全員を{own}にする")) && !sheet.contains(other), "{own}");
    }
}

#[tokio::test]
async fn a_separate_room_a_hospital_and_a_shelter_go_through_the_sheet() {
    // status, whether the child counts as there, as seen
    for (status, attended, seen) in [("PS", true, true), ("HO", false, true), ("TC", false, true)] {
        let app = TestApp::new().await;
        let pupil = pupil(&app);
        let sheet = teacher(&app).get("/sheet").await.expect(200);
        let offered = sheet.attributes(&format!("[name='status.{}']", pupil.id), "value");
        let offered = offered
            .iter()
            .chain(&sheet.attributes(&format!("[name='status.{}'] option", pupil.id), "value"))
            .any(|it| it == status);
        assert!(offered, "{status}");
        let typed = fields(&pupil, 0, &[("status", status), ("confirmer", "病棟の看護師"), ("confirmed_on", TODAY)]);
        send(&teacher(&app), TODAY, &key(), &typed).await.expect(303);
        let kept = app.sql(&format!("SELECT status, attended, seen FROM watch.days WHERE watch_id = '{}'", pupil.id)).await;
        assert_eq!(kept, [json!({ "status": status, "attended": attended, "seen": seen })]);
    }
}

/// The table of a slip: what was sent, and what the alert of the silent absence then says.
#[tokio::test]
async fn corrected_and_wrongly_corrected_and_corrected_again_the_alert_follows_every_time() {
    let app = TestApp::new().await;
    let pupil = new_pupil(&app, "2026-11-19").await;
    let table: [(&str, &[(&str, &str)], Option<&str>); 5] = [
        ("9:05", PRESENT, None),
        ("9:30", SILENT, Some("met")),
        ("10:00", PRESENT, Some("not_met")),
        ("10:30", SILENT, Some("met")),
        ("11:00", PRESENT, Some("not_met")),
    ];
    for (version, (at, mark, condition)) in (0_u32..).zip(table) {
        app.at(&format!("2026-11-20T{at:0>5}"));
        app.refresh_sessions().await;
        send(&teacher(&app), TODAY, &key(), &fields(&pupil, version, mark)).await.expect(303);
        let found = app.sql(&format!("SELECT condition FROM desk.alerts WHERE watch_id = '{}' AND rule = 'A1'", pupil.id)).await;
        let expected: Vec<_> = condition.into_iter().map(|condition| json!({ "condition": condition })).collect();
        assert_eq!(found, expected, "at {at}");
    }
    assert_eq!(statuses(&app, &pupil).await, ["P", "A", "P", "A", "P"], "every version stays");
    let alert: uuid::Uuid = app.value(&format!("SELECT id FROM desk.alerts WHERE watch_id = '{}'", pupil.id)).await;
    let page = app.caseworker().get(&format!("/alerts/{alert}")).await.expect(200).text();
    assert!(page.contains("条件不成立"));
}

#[tokio::test]
async fn a_school_is_closed_and_opened_again_from_its_sheet() {
    let app = TestApp::new().await;
    let pupil = pupil(&app);
    let path = format!("/sheet/{TODAY}/closing");
    teacher(&app).get(&path).await.expect(200);
    let asked = teacher(&app).post(&path, &[("whom", "*")]).await.expect(422);
    assert!(asked.text().contains("理由"));
    for _ in 0..2 {
        teacher(&app).post(&path, &[("whom", "*"), ("why", "weather")]).await.expect(303);
    }
    let closed = app.sql("SELECT class, is_open, label FROM watch.calendar_days WHERE from_on = '2026-11-20'").await;
    assert_eq!(closed, [json!({ "class": "", "is_open": false, "label": "警報・災害による休業" })]);
    let sheet = teacher(&app).get("/sheet").await.expect(200);
    assert!(sheet.text().contains("施設全体を休みにしました（警報・災害による休業）"));
    send(&teacher(&app), TODAY, &key(), &fields(&pupil, 0, PRESENT)).await.expect(422);

    let id = sheet.attributes("input[name=closed]", "value")[0].clone();
    let other = app.signed_in(&app.world.junior_high, Role::Reporter);
    other.post(&format!("{path}/removal"), &[("closed", &id)]).await.expect(303);
    assert_eq!(app.value::<i64>("SELECT count(*) FROM watch.calendar_days WHERE from_on = '2026-11-20'").await, 1, "not theirs");
    for _ in 0..2 {
        teacher(&app).post(&format!("{path}/removal"), &[("closed", &id)]).await.expect(303);
    }
    send(&teacher(&app), TODAY, &key(), &fields(&pupil, 0, PRESENT)).await.expect(303);
    let late = teacher(&app).post(&path, &[("whom", "*"), ("why", "weather")]).await.expect(422);
    assert!(late.text().contains("すでに報告があります"), "a day somebody came is no closed day");
}

#[tokio::test]
async fn a_class_is_closed_alone() {
    let app = TestApp::new().await;
    let pupil = pupil(&app);
    app.run(&format!("UPDATE watch.watches SET class = '2組' WHERE id = '{}'", pupil.id)).await;
    let path = format!("/sheet/{TODAY}/closing");
    teacher(&app).post(&path, &[("whom", "9組"), ("why", "infection")]).await.expect(422);
    teacher(&app).post(&path, &[("whom", "2組"), ("why", "infection")]).await.expect(303);
    let sheet = teacher(&app).get("/sheet").await.expect(200);
    assert!(sheet.text().contains("2組を休みにしました"));
    assert!(!sheet.attributes("input[name^='version.']", "name").contains(&format!("version.{}", pupil.id)));
}

fn gap(pupil: &Watched, day: &str, pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    let key = format!("{day}_{}", pupil.id);
    let mut fields = vec![(format!("version.{key}"), "0".to_owned())];
    fields.extend(pairs.iter().map(|(name, value)| (format!("{name}.{key}"), (*value).to_owned())));
    fields
}

#[tokio::test]
async fn days_nobody_reported_are_caught_up_with_on_one_page() {
    let app = TestApp::new().await;
    // From Monday 16th; today is Friday 20th, so four days are open.
    let pupil = new_pupil(&app, "2026-11-16").await;
    let others = format!(
        "UPDATE watch.watches SET from_on = '2026-11-20' WHERE facility_id = '{}' AND id <> '{}'",
        app.world.elementary.id, pupil.id
    );
    app.run(&others).await;
    let sheet = teacher(&app).get("/sheet").await.expect(200).text();
    assert!(sheet.contains("未報告が4件あります") && sheet.contains("昨日 未報告"));

    let page = teacher(&app).get("/sheet/catch-up").await.expect(200);
    assert_eq!(page.attributes("section > h2 time", "datetime"), ["2026-11-16", "2026-11-17", "2026-11-18", "2026-11-19"]);
    let key = key();
    let mut typed = gap(&pupil, "2026-11-16", PRESENT);
    typed.extend(gap(&pupil, "2026-11-18", SILENT));
    typed.extend(gap(&pupil, "2026-11-19", &[]));
    typed.push(("idempotency_key".to_owned(), key.clone()));
    let post = async |typed: &[(String, String)]| {
        let typed: Vec<_> = typed.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        teacher(&app).post("/sheet/catch-up", &typed).await
    };
    let mut wrong = typed.clone();
    wrong.extend(gap(&pupil, "2026-11-17", &[("status", "A")]));
    let refused = post(&wrong).await.expect(422);
    assert!(refused.text().contains("家庭からの連絡") && !refused.attributes("input[checked]", "value").is_empty());
    let kept: i64 = app.value(&format!("SELECT count(*) FROM watch.days WHERE watch_id = '{}'", pupil.id)).await;
    assert_eq!(kept, 0, "all or nothing");

    let (one, two) = tokio::join!(post(&typed), post(&typed));
    assert_eq!((one.status.as_u16(), one.location()), (303, two.location()));
    let done = teacher(&app).get(one.location()).await.expect(200);
    assert!(done.text().contains("2件を、締切のあとの報告として受け付けました"));
    assert_eq!(done.attributes("section > h2 time", "datetime"), ["2026-11-17", "2026-11-19"], "what is still missing");
    let sent = app
        .sql(&format!(
            "SELECT day::text AS day, late FROM watch.submissions WHERE facility_id = '{}' ORDER BY day",
            app.world.elementary.id
        ))
        .await;
    assert_eq!(sent, [json!({ "day": "2026-11-16", "late": true }), json!({ "day": "2026-11-18", "late": true })]);

    let mut stale = gap(&pupil, "2026-11-18", PRESENT);
    stale.push(("idempotency_key".to_owned(), super::key()));
    assert!(post(&stale).await.expect(409).text().contains("先にほかの人が報告した日"));
    let stranger = app.world.watch(&app.world.centre, &app.world.junior_high).clone();
    let mut strange = gap(&stranger, "2026-11-18", PRESENT);
    strange.push(("idempotency_key".to_owned(), super::key()));
    post(&strange).await.expect(404);
}

#[tokio::test]
async fn the_card_looks_back_on_four_weeks_and_on_the_last_open_day() {
    let app = TestApp::new().await;
    let pupil = new_pupil(&app, "2026-10-01").await;
    for (at, mark) in [("2026-11-18", PRESENT), ("2026-11-19", SILENT)] {
        app.at(&format!("{at}T09:00"));
        app.refresh_sessions().await;
        send(&teacher(&app), at, &key(), &fields(&pupil, 0, mark)).await.expect(303);
    }
    app.at("2026-11-20T09:00");
    app.refresh_sessions().await;
    let sheet = teacher(&app).get("/sheet").await.expect(200);
    assert!(sheet.text().contains("昨日 欠席（連絡なし・理由不明）"));
    let words = sheet.attributes("[data-child] [role=img]", "aria-label");
    assert!(words.iter().any(|words| words.contains("来た日1日、欠席1日（うち連絡なし1日）")), "{words:?}");
    // Over a weekend and a holiday on Monday.
    app.at("2026-11-24T09:00");
    app.refresh_sessions().await;
    let sheet = teacher(&app).get("/sheet").await.expect(200).text();
    assert!(sheet.contains("11月20日 未報告"));
}

#[tokio::test]
async fn without_script_the_unanswered_are_filled_in_and_nothing_is_sent() {
    let app = TestApp::new().await;
    let pupil = pupil(&app);
    let mut typed = fields(&pupil, 0, &[]);
    typed.push(("fill".to_owned(), "present".to_owned()));
    let page = send(&teacher(&app), TODAY, &key(), &typed).await.expect(200);
    let chosen = page.attributes("input[type=radio][checked]", "value");
    assert!(!chosen.is_empty() && chosen.iter().all(|value| value == "P"), "{chosen:?}");
    let silent = fields(&pupil, 0, SILENT);
    let mut typed = silent.clone();
    typed.push(("fill".to_owned(), "present".to_owned()));
    let page = send(&teacher(&app), TODAY, &key(), &typed).await.expect(200);
    assert!(page.attributes("input[type=radio][checked]", "value").contains(&"A".to_owned()), "what was chosen stays");
    let reports: i64 = app.value("SELECT count(*) FROM watch.reports WHERE day = '2026-11-20'").await;
    assert_eq!(reports, 0);
}
