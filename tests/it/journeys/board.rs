//! The evening board: whom nobody saw today.

use tsunagi::gate::Role;

use crate::support::{TestApp, Watched};

/// A name as the kit reads it off a page, spaces folded.
fn folded(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ")
}

async fn report(app: &TestApp, watch: &str, day: &str, mark: &str, seen: bool) {
    app.run(&format!(
        "INSERT INTO watch.days (ward_id, child_id, day, watch_id, facility_id, version, status, attended, seen, mark)
         SELECT ward_id, child_id, '{day}', id, facility_id, 1, '{mark}', {seen}, {seen}, '{{\"status\": \"{mark}\", \"contact\": \"before\", \"reason\": \"illness\"}}'
         FROM watch.watches WHERE id = '{watch}'"
    ))
    .await;
}

#[tokio::test]
async fn whoever_was_not_seen_is_on_the_board_and_nobody_else() {
    let app = TestApp::new().await;
    let at = |place| app.world.watch(&app.world.centre, place).clone();
    let (pupil, student) = (at(&app.world.elementary), at(&app.world.junior_high));
    report(&app, &pupil.id.to_string(), "2026-11-18", "P", true).await;
    report(&app, &pupil.id.to_string(), "2026-11-20", "A", false).await;
    report(&app, &student.id.to_string(), "2026-11-20", "P", true).await;

    let page = app.caseworker().get("/board").await.expect(200);
    let rows = page.all("tbody tr");
    assert_eq!(rows.len(), 5, "three children of the centre and three of its branch, one of whom was seen: {rows:?}");
    let row = rows.iter().find(|row| row.contains(&folded(&pupil.name))).expect("the pupil is there");
    assert!(row.contains("欠席（連絡あり（始業前）・病気）") && row.contains("2日") && row.contains("11月18日（水）"), "{row}");
    assert!(!page.text().contains(&student.name), "who was seen is not");
    let child = at(&app.world.nursery);
    let row = rows.iter().find(|row| row.contains(&folded(&child.name))).expect("the child is there");
    assert!(row.contains("未報告") && row.contains("記録なし") && row.contains("注意"), "{row}");
    let stats = page.all(".app-stats dd");
    assert_eq!(stats, ["5人", "0人", "1人", "4人", "3施設"]);
    let looked: i64 = app.value("SELECT count(*) FROM hub.trail WHERE action = 'readBoard'").await;
    assert_eq!(looked, 1);
}

#[tokio::test]
async fn who_was_seen_anywhere_today_was_seen() {
    let app = TestApp::new().await;
    let pupil = app.world.watch(&app.world.centre, &app.world.elementary).clone();
    let elsewhere = app.world.watch(&app.world.centre, &app.world.nursery).clone();
    app.run(&format!("UPDATE watch.watches SET child_id = '{}' WHERE id = '{}'", pupil.child, elsewhere.id)).await;
    report(&app, &elsewhere.id.to_string(), "2026-11-20", "P", true).await;
    let text = app.caseworker().get("/board").await.expect(200).text();
    assert!(!text.contains(&pupil.name));
}

/// 目視確認 of a child, recorded at the centre's alert.
async fn sighted(app: &TestApp, watch: &str, day: &str, method: &str, revision: u32) {
    app.run(&format!(
        "INSERT INTO desk.sightings (ward_id, id, watch_id, child_id, alert_id, revision, day, seen_at, method, seen_by, recorded_by, recorded_at)
         SELECT w.ward_id, gen_random_uuid(), w.id, w.child_id, '{}', {revision}, '{day}', '{day}T08:40:00+09:00', '{method}', '田中 京子', '{}', '{day}T08:50:00+09:00'
         FROM watch.watches w WHERE w.id = '{watch}'",
        app.world.alert(&app.world.centre).id,
        app.world.centre.staff(Role::Caseworker).person
    ))
    .await;
}

#[tokio::test]
async fn whom_the_office_saw_today_is_confirmed_by_it_and_not_unseen() {
    let app = TestApp::new().await;
    let child = app.world.watch(&app.world.centre, &app.world.nursery).clone();
    let watch = child.id.to_string();
    report(&app, &watch, "2026-11-20", "A", false).await;
    let unseen = async || app.caseworker().get("/board").await.expect(200).all(".app-board tbody tr");
    let row = async || unseen().await.into_iter().find(|row| row.contains(&folded(&child.name)));

    // Neither the telephone nor a look on another day confirms today, but the day before yesterday counts from then on.
    sighted(&app, &watch, "2026-11-20", "phone", 91).await;
    assert!(row().await.is_some_and(|row| row.contains("記録なし")));
    sighted(&app, &watch, "2026-11-18", "direct", 92).await;
    assert!(row().await.is_some_and(|row| row.contains("2日") && row.contains("11月18日（水）")));

    sighted(&app, &watch, "2026-11-20", "direct", 93).await;
    assert!(row().await.is_none(), "nobody calls it unseen");
    let page = app.caseworker().get("/board").await.expect(200);
    let met = page.all(".app-board-met tbody tr");
    assert!(met.len() == 1 && met[0].contains(&folded(&child.name)) && met[0].contains("欠席"), "{met:?}");
    assert!(met[0].contains("8:40、田中 京子（直接、本人を見た）"), "{met:?}");
    assert_eq!(page.all(".app-stats dd")[..2], ["5人", "1人"]);

    // Once the facility has seen the child too, nothing is left to say.
    app.run(&format!("UPDATE watch.days SET seen = true WHERE watch_id = '{watch}' AND day = '2026-11-20'")).await;
    assert!(app.caseworker().get("/board").await.expect(200).all(".app-board-met tbody tr").is_empty());
}

#[tokio::test]
async fn a_closed_day_is_nobody_s_absence() {
    let app = TestApp::new().await;
    app.at("2026-11-22T16:00");
    app.refresh_sessions().await;
    let page = app.caseworker().get("/board").await.expect(200);
    assert_eq!(page.all("caption").len(), 1, "on Sunday only the nursery is open");
    assert_eq!(page.all("tbody tr").len(), 2);
    app.run(&format!(
        "INSERT INTO watch.calendar_days (ward_id, id, facility_id, class, from_on, until_on, is_open, label, entered_at)
         VALUES ('{}', gen_random_uuid(), '{}', '1組', '2026-11-22', '2026-11-22', false, '学級閉鎖', '2026-11-21T00:00:00Z')",
        app.world.ward, app.world.nursery.id
    ))
    .await;
    let empty = app.caseworker().get("/board").await.expect(200);
    assert!(empty.first(".app-empty").is_some_and(|text| text.contains("0/0")), "an empty board says what it stands on");
}

#[tokio::test]
async fn the_board_is_the_office_s_own() {
    let app = TestApp::new().await;
    let page = app.signed_in(&app.world.guidance, Role::Caseworker).get("/board").await.expect(200);
    assert_eq!(page.all("tbody tr").len(), 3);
    let theirs = app.world.watch(&app.world.centre, &app.world.elementary);
    assert!(!page.text().contains(&theirs.name));
}

#[tokio::test]
async fn each_facility_s_last_ten_days_say_whether_the_sheet_came_and_nothing_of_a_child() {
    let app = TestApp::new().await;
    app.at("2026-11-20T13:00");
    app.refresh_sessions().await;
    let page = app.caseworker().get("/board/facilities").await.expect(200);
    assert_eq!(page.all("thead th").len(), 11, "a name and ten days");
    assert!(page.text().contains("直近の開所日10日で、未報告の日がある施設は3施設です。"));
    let rows = page.all("tbody tr");
    let nursery = rows.iter().find(|row| row.contains("保育園")).expect("the nursery is there");
    assert!(nursery.contains("締切までに報告"), "its sheet of the day before: {nursery}");
    let school = rows.iter().find(|row| row.contains("小学校")).expect("the school is there");
    assert!(school.contains("休み") && !school.contains("締切までに報告"), "Sunday is nobody's silence: {school}");
    for watch in &app.world.watches {
        assert!(!page.text().contains(&watch.name), "no child");
    }
    for stranger in [app.admin(), app.auditor(), app.reporter()] {
        stranger.get("/board/facilities").await.expect(404);
    }
}

/// The junior high school's sheet of a day: these children for the first time, or a correction of them.
async fn sent(app: &TestApp, day: &str, (late, version): (bool, u32), watches: &[&Watched]) {
    let (ward, place) = (app.world.ward, &app.world.junior_high);
    let (facility, by) = (place.id, place.staff(Role::Reporter).person);
    let at = if late { "05:00" } else { "00:00" };
    let ids: Vec<_> = watches.iter().map(|watch| format!("'{}'", watch.id)).collect();
    app.run(&format!(
        r#"WITH sheet AS
               ( INSERT INTO watch.submissions (ward_id, id, facility_id, day, idempotency_key, sent_by, sent_at, late, children)
                 VALUES ('{ward}', gen_random_uuid(), '{facility}', '2026-11-{day}', gen_random_uuid(), '{by}', '2026-11-{day}T{at}:00Z', {late}, {})
                 RETURNING ward_id, id )
           INSERT INTO watch.reports (ward_id, watch_id, day, version, submission_id, facility_id, child_id, mark, reported_by, reported_at)
           SELECT w.ward_id, w.id, '2026-11-{day}', {version}, s.id, w.facility_id, w.child_id, '{{"status": "P"}}', '{by}', '2026-11-{day}T{at}:00Z'
           FROM sheet s JOIN watch.watches w ON w.ward_id = s.ward_id AND w.id IN ({})"#,
        ids.len(),
        ids.join(", ")
    ))
    .await;
}

#[tokio::test]
async fn a_late_a_partial_and_a_missing_sheet_stand_on_their_days() {
    let app = TestApp::new().await;
    let of = |office| app.world.watch(office, &app.world.junior_high);
    let (one, other) = (of(&app.world.centre), of(&app.world.branch));
    let (in_time, late, corrected) = ((false, 1), (true, 1), (true, 2));
    sent(&app, "11", in_time, &[one, other]).await;
    sent(&app, "12", late, &[one, other]).await;
    // Nothing on the 13th, one of two on the 16th; on the 17th one of them was late.
    sent(&app, "16", in_time, &[one]).await;
    sent(&app, "17", in_time, &[one]).await;
    sent(&app, "17", late, &[other]).await;
    sent(&app, "18", in_time, &[one, other]).await;
    sent(&app, "18", corrected, &[other]).await;
    // Somebody else's child there came late as well, and the 20th is not over.
    sent(&app, "19", in_time, &[one, other]).await;
    sent(&app, "19", late, &[of(&app.world.guidance)]).await;
    let page = app.caseworker().get("/board/facilities").await.expect(200);
    let days: Vec<_> = (11..=20).map(|day| format!("2026-11-{day}")).collect();
    assert_eq!(page.attributes("thead time", "datetime"), days);
    let names = page.all("tbody th");
    let line = names.iter().position(|name| *name == folded(&app.world.junior_high.name)).expect("the school is there");
    let cells = |all: Vec<String>| all[line * 10..][..10].to_vec();
    let words = cells(page.all("tbody td .app-deliveries__word"));
    let (whole, after, part, none, closed) = ("締切までに報告", "締切のあとに報告", "一部だけ報告", "未報告", "休み");
    assert_eq!(words, [whole, after, none, closed, closed, part, after, whole, whole, "まだ（締切前）"]);
    let letters = cells(page.all("tbody td .app-mark"));
    assert_eq!(letters, ["済", "遅", "未", "休", "休", "部", "遅", "済", "済", "―"]);
    let marks = cells(page.attributes("tbody td .app-mark", "data-mark"));
    let expected = ["seen", "partial", "unknown", "closed", "closed", "absent", "partial", "seen", "seen", "excused"];
    assert_eq!(marks, expected);
}
