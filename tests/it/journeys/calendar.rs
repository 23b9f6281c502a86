//! Closed days: what the month shows, what the head of a facility enters and takes back, and the ward's holidays.

use tsunagi::gate::Role;

use crate::support::{Answer, Caller, TestApp, World};

fn school_head(app: &TestApp) -> Caller<'_> {
    app.signed_in(&app.world.elementary, Role::FacilityHead)
}

/// The cell of one day.
fn cell(page: &Answer, day: &str) -> String {
    page.all(&format!("td:has(time[datetime='{day}'])")).into_iter().next().unwrap()
}

fn kind(page: &Answer, day: &str) -> String {
    page.attributes(&format!("td:has(time[datetime='{day}'])"), "data-day").into_iter().next().unwrap()
}

const TRIP: &[(&str, &str)] = &[("from", "R8.12.3"), ("until", "2026-12-04"), ("kind", "closed"), ("label", "開校記念行事")];

#[tokio::test]
async fn the_month_says_which_days_are_closed_and_why() {
    let app = TestApp::new().await;
    let page = school_head(&app).get("/calendar").await.expect(200);
    assert!(page.text().contains("令和8年11月"));
    assert_eq!((kind(&page, "2026-11-20"), kind(&page, "2026-11-21")), ("open".to_owned(), "closed".to_owned()));
    assert_eq!((kind(&page, "2026-11-23"), cell(&page, "2026-11-23")), ("holiday".to_owned(), "23勤労感謝の日".to_owned()));
    let august = school_head(&app).get("/calendar?month=2026-08").await.expect(200);
    assert!(cell(&august, "2026-08-12").contains("夏季休業"));
    let nursery = app.reporter().get("/calendar").await.expect(200);
    assert_eq!(kind(&nursery, "2026-11-23"), "open", "it is open every day");
    assert!(nursery.all("form[action^='/calendar']").is_empty(), "a reporter reads and does not change");
    for month in ["2026-13", "0000-00", "x", "99999-01"] {
        school_head(&app).get(&format!("/calendar?month={month}")).await.expect(200);
    }
}

#[tokio::test]
async fn a_closed_day_is_entered_holds_for_the_sheet_and_is_taken_back() {
    let app = TestApp::new().await;
    let entered = school_head(&app).post("/calendar/days", TRIP).await.expect(303);
    assert_eq!(entered.location(), "/calendar?month=2026-12");
    school_head(&app).post("/calendar/days", TRIP).await.expect(303);
    let rows = app
        .sql(&format!("SELECT id, from_on, until_on FROM watch.calendar_days WHERE facility_id = '{}'", app.world.elementary.id))
        .await;
    assert_eq!(rows.len(), 1, "twice the same is once");
    let page = school_head(&app).get("/calendar?month=2026-12").await.expect(200);
    assert!(cell(&page, "2026-12-03").contains("開校記念行事") && kind(&page, "2026-12-04") == "closed");

    app.at("2026-12-03T09:00").refresh_sessions().await;
    assert!(app.signed_in(&app.world.elementary, Role::Reporter).get("/sheet").await.expect(200).text().contains("休業日"));
    let removal = format!("/calendar/days/{}/removal", rows[0]["id"].as_str().unwrap());
    app.signed_in(&app.world.elementary, Role::Reporter).post(&removal, &[]).await.expect(404);
    app.head().post(&removal, &[]).await.expect(404);
    school_head(&app).post(&removal, &[]).await.expect(303);
    school_head(&app).post(&removal, &[]).await.expect(404);
    let page = school_head(&app).get("/calendar?month=2026-12").await.expect(200);
    assert_eq!(kind(&page, "2026-12-03"), "open");
    let said = app.sql("SELECT detail ->> 'from' AS day FROM hub.trail WHERE action = 'editCalendar' AND detail ? 'removed'").await;
    assert_eq!(said, [serde_json::json!({ "day": "2026-12-03" })]);
}

#[tokio::test]
async fn a_class_stays_at_home_while_the_others_come() {
    let app = TestApp::new().await;
    let flu = [("from", "2026-11-24"), ("until", "2026-11-26"), ("kind", "class"), ("class", "１組"), ("label", "学級閉鎖")];
    school_head(&app).post("/calendar/days", &flu).await.expect(303);
    let page = school_head(&app).get("/calendar").await.expect(200);
    assert_eq!((kind(&page, "2026-11-25"), cell(&page, "2026-11-25")), ("open".to_owned(), "251組休み".to_owned()));
    let classes = app.sql("SELECT class FROM watch.calendar_days WHERE label = '学級閉鎖'").await;
    assert_eq!(classes, [serde_json::json!({ "class": "1組" })], "written as the requests write it");
}

#[tokio::test]
async fn a_day_with_reports_is_not_closed_and_says_so() {
    let app = TestApp::new().await;
    let (before, typed) =
        (app.fingerprint().await, [("from", "2026-11-18"), ("until", "2026-11-20"), ("kind", "closed"), ("label", "工事")]);
    let page = app.head().post("/calendar/days", &typed).await.expect(422);
    assert!(page.text().contains("令和8年11月19日") && page.text().contains("すでに報告されています"), "{}", page.text());
    assert!(page.text().contains("value=\"工事\"") && page.text().contains("value=\"2026-11-18\""), "what was typed is kept");
    // A class nobody reported about may stay at home, and an open day takes nothing away.
    app.head().post("/calendar/days", &[("from", World::REPORTED), ("kind", "open"), ("label", "行事")]).await.expect(303);
    app.head()
        .post("/calendar/days", &[("from", World::REPORTED), ("kind", "class"), ("class", "9組"), ("label", "閉鎖")])
        .await
        .expect(303);
    assert_ne!(app.fingerprint().await, before);
}

#[tokio::test]
async fn each_wrong_field_says_how_to_mend_it() {
    let app = TestApp::new().await;
    let long = "長".repeat(41);
    for (fields, words) in [
        (&[][..], "開始日を入力してください"),
        (&[("from", "きのう"), ("kind", "closed"), ("label", "工事")], "開始日を日付として読めません"),
        (&[("from", "2026-12-03"), ("until", "2026-02-30"), ("kind", "closed"), ("label", "工事")], "終了日を日付として読めません"),
        (&[("from", "2026-12-03"), ("until", "2026-12-02"), ("kind", "closed"), ("label", "工事")], "終了日は、開始日と同じ日か"),
        (&[("from", "2026-12-03"), ("until", "2027-12-02"), ("kind", "closed"), ("label", "工事")], "60日まで"),
        (&[("from", "2026-12-03"), ("kind", "maybe"), ("label", "工事")], "区分を選んでください"),
        (&[("from", "2026-12-03"), ("kind", "class"), ("label", "工事")], "組を入力してください"),
        (&[("from", "2026-12-03"), ("kind", "closed"), ("class", "1組"), ("label", "工事")], "施設全体のときは"),
        (&[("from", "2026-12-03"), ("kind", "closed"), ("label", "")], "名称・メモを入力してください"),
        (&[("from", "2026-12-03"), ("kind", "closed"), ("label", &long)], "いま41文字"),
    ] {
        let page = school_head(&app).post("/calendar/days", fields).await.expect(422);
        assert!(page.all("x-error-focus").concat().contains(words), "{fields:?}: {:?}", page.all("x-error-focus"));
    }
    let rows: i64 =
        app.value(&format!("SELECT count(*) FROM watch.calendar_days WHERE facility_id = '{}'", app.world.elementary.id)).await;
    assert_eq!(rows, 0);
    for caller in [app.reporter(), app.caseworker(), app.admin()] {
        caller.post("/calendar/days", TRIP).await.expect(404);
    }
}

#[tokio::test]
async fn the_admin_moves_a_holiday_and_every_facility_follows() {
    let app = TestApp::new().await;
    let page = app.admin().get("/holidays").await.expect(200);
    assert!(page.text().contains("勤労感謝の日") && page.text().contains("夏季休業") && page.text().contains("年中無休"));
    app.admin().post(&format!("/holidays/{}/removal", World::HOLIDAY), &[]).await.expect(303);
    app.admin().post(&format!("/holidays/{}/removal", World::HOLIDAY), &[]).await.expect(404);
    app.admin().post("/holidays", &[("day", "令和8年11月24日"), ("name", "勤労感謝の日")]).await.expect(303);
    let month = school_head(&app).get("/calendar").await.expect(200);
    assert_eq!((kind(&month, "2026-11-23"), kind(&month, "2026-11-24")), ("open".to_owned(), "holiday".to_owned()));
    let next_door: i64 = app
        .value(&format!("SELECT count(*) FROM watch.holidays WHERE ward_id = '{}' AND day = '{}'", app.other.ward, World::HOLIDAY))
        .await;
    assert_eq!(next_door, 1);

    for (fields, words) in [
        (&[("day", "2026-11-24"), ("name", "もう一度")][..], "すでに祝日"),
        (&[("day", "11/24"), ("name", "年がない")], "日付を日付として読めません"),
        (&[("day", "2026-12-24")], "名称を入力してください"),
    ] {
        let page = app.admin().post("/holidays", fields).await.expect(422);
        assert!(page.all("x-error-focus").concat().contains(words), "{fields:?}: {:?}", page.all("x-error-focus"));
    }
    for caller in [app.head(), app.caseworker(), app.auditor()] {
        caller.get("/holidays").await.expect(404);
        caller.post("/holidays", &[("day", "2026-12-24"), ("name", "休み")]).await.expect(404);
    }
}

#[tokio::test]
async fn a_child_with_days_of_its_own_is_neither_asked_about_nor_missed_on_the_others() {
    let app = TestApp::new().await;
    let (child, other) =
        (app.world.watch(&app.world.centre, &app.world.nursery), app.world.watch(&app.world.guidance, &app.world.nursery));
    let page = app.head().get("/calendar/weekdays").await.expect(200);
    assert!(page.text().contains(&child.name) && page.text().contains("組と同じ"));
    let path = format!("/calendar/weekdays/{}", child.id);
    // 2026-11-20 is a Friday.
    app.head().post(&path, &[("weekday", "1"), ("weekday", "2"), ("weekday", "4")]).await.expect(303);
    let sheet = app.reporter().get("/sheet").await.expect(200).text();
    assert!(!sheet.contains(&child.name) && sheet.contains(&other.name));
    let stays: serde_json::Value = app
        .value(&format!(
            "SELECT jsonb_path_query_first(hub.rule_inputs(ARRAY['{id}']::uuid[], ARRAY['{id}']::uuid[], '2026-11-20'), '$.children[0].stays[0].week')
             FROM (SELECT set_config('tsunagi.ward', '{ward}', false), set_config('tsunagi.organization', '{facility}', false)) x",
            id = child.id, ward = app.world.ward, facility = app.world.nursery.id
        ))
        .await;
    assert_eq!(stays, serde_json::json!([1, 2, 4]), "the rules count by it");
    app.run("SELECT set_config('tsunagi.ward', '', false), set_config('tsunagi.organization', '', false)").await;
    app.at("2026-11-20T15:30").refresh_sessions().await;
    tsunagi::work::clock::round(&app.app).await.unwrap();
    let missed = app.sql("SELECT DISTINCT watch_id FROM desk.alerts WHERE rule = 'I1'").await;
    let missed: Vec<_> = missed.iter().map(|row| row["watch_id"].as_str().unwrap().to_owned()).collect();
    assert!(missed.contains(&other.id.to_string()) && !missed.contains(&child.id.to_string()), "{missed:?}");
    assert!(!app.caseworker().get("/board").await.expect(200).text().contains(&child.name));

    // A report for a day the child does not come on is refused like one for a closed day.
    let status = format!("status.{}", child.id);
    let sent = [("idempotency_key", "00000000-0000-4000-8000-0000000000aa"), (status.as_str(), "P")];
    app.reporter().post("/sheet/2026-11-20", &sent).await.expect(422);
    app.head().post(&path, &[]).await.expect(303);
    assert!(app.reporter().get("/sheet").await.expect(200).text().contains(&child.name));
    app.reporter().post(&path, &[("weekday", "1")]).await.expect(404);
    app.signed_in(&app.world.elementary, Role::FacilityHead).post(&path, &[("weekday", "1")]).await.expect(404);
    app.admin().get("/calendar/weekdays").await.expect(404);
}
