//! Forms as they come when somebody is quick, clumsy or clever: twice at once, a child named twice, a sign without an answer.

use tsunagi::domain::ids::Id;
use uuid::Uuid;

use super::{PRESENT, SILENT, TODAY, fields, key, pupil, send, teacher};
use crate::support::TestApp;

#[tokio::test]
async fn a_child_named_twice_in_one_form_is_recorded_once() {
    let app = TestApp::new().await;
    let pupil = pupil(&app);
    let mut typed = fields(&pupil, 0, PRESENT);
    typed.push((format!("version.{}", pupil.id.to_string().to_uppercase()), "0".to_owned()));
    typed.push((format!("status.{}", pupil.id.to_string().to_uppercase()), "A".to_owned()));
    send(&teacher(&app), TODAY, &key(), &typed).await.expect(303);
    let marks = app.sql(&format!("SELECT status FROM watch.days WHERE watch_id = '{}'", pupil.id)).await;
    assert_eq!(marks, [serde_json::json!({ "status": "P" })]);
}

#[tokio::test]
async fn a_sheet_for_a_closed_class_leaves_nothing_behind() {
    let app = TestApp::new().await;
    let pupil = pupil(&app);
    app.run(&format!("UPDATE watch.watches SET class = '2組' WHERE id = '{}'", pupil.id)).await;
    app.run(&format!(
        "INSERT INTO watch.calendar_days (ward_id, id, facility_id, class, from_on, until_on, is_open, label, entered_at)
         SELECT ward_id, gen_random_uuid(), facility_id, '2組', '{TODAY}', '{TODAY}', false, '学級閉鎖', now()
         FROM watch.watches WHERE id = '{}'",
        pupil.id
    ))
    .await;
    let page = send(&teacher(&app), TODAY, &key(), &fields(&pupil, 0, SILENT)).await.expect(422);
    assert!(page.text().contains(&pupil.name));
    for table in ["watch.submissions", "watch.reports", "watch.days"] {
        let rows: i64 = app.value(&format!("SELECT count(*) FROM {table} WHERE day = '{TODAY}'")).await;
        assert_eq!(rows, 0, "{table}");
    }
}

#[tokio::test]
async fn a_sign_without_an_answer_is_not_lost() {
    let app = TestApp::new().await;
    let pupil = pupil(&app);
    let schoolmate = new_schoolmate(&app).await;
    let mut typed = fields(&pupil, 0, PRESENT);
    typed.push((format!("sign.{schoolmate}"), "injury".to_owned()));
    typed.push((format!("sign_note.{schoolmate}"), "あざ".to_owned()));
    send(&teacher(&app), TODAY, &key(), &typed).await.expect(422);
    let reports: i64 = app.value("SELECT count(*) FROM watch.reports WHERE day = '2026-11-20'").await;
    assert_eq!(reports, 0);
}

/// Sent twice at the same moment, as by a double click: the slower one waits for the quicker one and shows its receipt.
#[tokio::test]
async fn the_same_form_twice_at_once_is_one_report() {
    let app = TestApp::new().await;
    let pupil = pupil(&app);
    let here = teacher(&app);
    for (version, typed) in [(0, SILENT), (1, PRESENT), (2, SILENT)] {
        let (key, typed) = (key(), fields(&pupil, version, typed));
        let (one, two) = tokio::join!(send(&here, TODAY, &key, &typed), send(&here, TODAY, &key, &typed));
        assert_eq!(one.expect(303).location(), two.expect(303).location(), "version {version}");
    }
    let reports: i64 = app.value(&format!("SELECT count(*) FROM watch.reports WHERE watch_id = '{}'", pupil.id)).await;
    assert_eq!(reports, 3);

    let path = format!("/sheet/{TODAY}/reports/{}/correction", pupil.id);
    let mut typed = fields(&pupil, 3, PRESENT);
    typed.push(("idempotency_key".to_owned(), key()));
    let typed: Vec<_> = typed.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let (one, two) = tokio::join!(here.post(&path, &typed), here.post(&path, &typed));
    assert_eq!(one.expect(303).location(), two.expect(303).location(), "a correction too");
}

/// One more child at the same school, asked about by the same office.
async fn new_schoolmate(app: &TestApp) -> Id<Uuid> {
    let (id, pupil) = (Id::<Uuid>::random(), pupil(app));
    app.run(&format!(
        "INSERT INTO watch.watches (ward_id, id, child_id, facility_id, name, name_key, grade, from_on)
         SELECT ward_id, '{id}', gen_random_uuid(), facility_id, '見本 学友', '見本学友', grade, from_on FROM watch.watches WHERE id = '{pupil}';
         INSERT INTO desk.requests (ward_id, watch_id, office_id, ground, created_at)
         SELECT ward_id, '{id}', office_id, ground, created_at FROM desk.requests WHERE watch_id = '{pupil}'",
        pupil = pupil.id
    ))
    .await;
    id
}
