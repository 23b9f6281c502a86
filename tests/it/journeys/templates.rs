//! Calendar templates and the calendars of facilities, kept by the ward's desk.

use crate::support::{Answer, TestApp, World};

fn kind(page: &Answer, day: &str) -> String {
    page.attributes(&format!("td:has(time[datetime='{day}'])"), "data-day").into_iter().next().unwrap()
}

#[tokio::test]
async fn a_template_is_made_changed_and_says_whom_it_touches() {
    let app = TestApp::new().await;
    let admin = app.admin();
    let list = admin.get("/templates").await.expect(200);
    assert!(
        list.all("tbody tr").iter().any(|row| row.contains("市立学校") && row.contains("月・火・水・木・金") && row.ends_with('2')),
        "{:?}",
        list.all("tbody tr")
    );
    let empty = admin.post("/templates", &[("name", "")]).await.expect(422);
    assert_eq!(empty.all("x-error-focus li").len(), 2);
    admin.post("/templates", &[("name", "市立学校"), ("weekday", "1")]).await.expect(422);
    let made = admin
        .post("/templates", &[("name", "公立保育所"), ("weekday", "1"), ("weekday", "6"), ("holidays", "1")])
        .await
        .expect(303);
    let path = made.location().to_owned();
    let page = admin.get(&path).await.expect(200);
    assert!(page.text().contains("月・土 に開所、祝日も開所") && page.text().contains("従う施設は0件"));

    let vacation = [("from", "R8.12.28"), ("until", "2027-01-04"), ("kind", "closed"), ("label", "年末年始")];
    let school = "/templates/school";
    assert!(admin.get(school).await.expect(200).text().contains("従う施設は2件"));
    admin.post(&format!("{school}/periods"), &vacation).await.expect(303);
    admin.post(&format!("{school}/periods"), &vacation).await.expect(303);
    let page =
        app.signed_in(&app.world.elementary, tsunagi::gate::Role::FacilityHead).get("/calendar?month=2026-12").await.expect(200);
    assert_eq!(kind(&page, "2026-12-28"), "closed", "every facility that follows it");
    admin.post(&format!("{school}/periods/removal"), &[("from", "2026-12-28"), ("until", "2027-01-04")]).await.expect(303);
    let rows: i64 = app.value("SELECT count(*) FROM watch.template_days WHERE label = '年末年始'").await;
    assert_eq!(rows, 0);
    admin.post(school, &[("name", "市立の学校"), ("weekday", "1"), ("weekday", "2")]).await.expect(303);
    let page =
        app.signed_in(&app.world.elementary, tsunagi::gate::Role::FacilityHead).get("/calendar?month=2026-12").await.expect(200);
    assert_eq!((kind(&page, "2026-12-01"), kind(&page, "2026-12-02")), ("open".to_owned(), "closed".to_owned()));
    for (fields, words) in [
        (&[("from", ""), ("kind", "closed"), ("label", "夏")][..], "開始日を入力してください"),
        (&[("from", "R9.7.21"), ("until", "R9.7.1"), ("kind", "closed"), ("label", "夏")], "開始日と同じ日か"),
        (&[("from", "R9.7.21"), ("until", "R10.7.1"), ("kind", "closed"), ("label", "夏")], "100日まで"),
        (&[("from", "R9.7.21"), ("label", "夏")], "区分を選んでください"),
        (&[("from", "R9.7.21"), ("kind", "open")], "名称・メモを入力してください"),
    ] {
        let page = admin.post(&format!("{school}/periods"), fields).await.expect(422);
        assert!(page.all("x-error-focus").concat().contains(words), "{fields:?}: {:?}", page.all("x-error-focus"));
    }
    admin.get("/templates/nothing").await.expect(404);
    for caller in [app.head(), app.supervisor(), app.auditor()] {
        caller.get("/templates").await.expect(404);
        caller.post(school, &[("name", "x"), ("weekday", "1")]).await.expect(404);
    }
    assert_eq!(
        app.value::<i64>(&format!("SELECT count(*) FROM watch.calendar_templates WHERE ward_id = '{}'", app.other.ward)).await,
        2
    );
}

#[tokio::test]
async fn the_desk_keeps_the_calendar_of_a_facility_and_learns_no_day_of_a_report() {
    let app = TestApp::new().await;
    let admin = app.admin();
    let base = format!("/organizations/{}/calendar", app.world.nursery.id);
    let page = admin.get(&base).await.expect(200);
    assert!(page.text().contains(&app.world.nursery.name) && page.attributes("form", "action").contains(&format!("{base}/days")));
    let reported = [("from", "2026-11-18"), ("until", "2026-11-20"), ("kind", "closed"), ("label", "工事")];
    let refused = admin.post(&format!("{base}/days"), &reported).await.expect(422);
    assert!(
        refused.text().contains("すでに出欠の報告された日があります") && !refused.all("x-error-focus").concat().contains("19日")
    );
    let entered =
        admin.post(&format!("{base}/days"), &[("from", "R8.12.3"), ("kind", "closed"), ("label", "園内研修")]).await.expect(303);
    assert_eq!(entered.location(), format!("{base}?month=2026-12"));
    assert_eq!(kind(&app.head().get("/calendar?month=2026-12").await.expect(200), "2026-12-03"), "closed");
    let own =
        app.value::<uuid::Uuid>("SELECT id FROM watch.calendar_days WHERE label = '園内研修' AND from_on = '2026-12-03'").await;
    let elsewhere = format!("/organizations/{}/calendar/days/{own}/removal", app.world.elementary.id);
    admin.post(&elsewhere, &[]).await.expect(404);
    admin.post(&format!("{base}/days/{own}/removal"), &[]).await.expect(303);
    assert_eq!(kind(&app.head().get("/calendar?month=2026-12").await.expect(200), "2026-12-03"), "open");
    admin.get(&format!("/organizations/{}/calendar", app.world.centre.id)).await.expect(404);
    app.head().get(&format!("/organizations/{}/calendar", app.world.elementary.id)).await.expect(404);
    app.reporter().post(&format!("{base}/days"), &[("from", World::HOLIDAY), ("kind", "open"), ("label", "x")]).await.expect(404);
}
