//! The page of one alert: why it fired, and two months of the child.

use tsunagi::gate::Role;

use super::path;
use crate::support::TestApp;

#[tokio::test]
async fn the_page_says_why_it_fired() {
    let app = TestApp::new().await;
    let page = app.caseworker().get(&path(&app)).await.expect(200);
    let days = page.first(".app-alert table").expect("the days it looked at");
    assert!(days.contains("11月19日（木）") && days.contains("欠席") && days.contains("なし") && days.contains("1日目"));
    let facts = page.all("dl.app-facts");
    assert!(
        facts.iter().any(|facts| facts.contains("A1 第1版") && facts.contains("しきい値1回")),
        "the rule in numbers: {facts:?}"
    );
    assert_eq!(page.first("title").as_deref(), Some("アラートの内容 - つなぎ"));
    let looked: i64 = app.value("SELECT count(*) FROM hub.trail WHERE action = 'readAlert'").await;
    assert_eq!(looked, 1, "looking is a deed");
}

#[tokio::test]
async fn two_months_of_the_child_say_of_each_day_what_the_strip_says() {
    let app = TestApp::new().await;
    let alert = app.world.alert(&app.world.centre);
    app.run(&format!(
        "UPDATE watch.watches SET from_on = '2026-10-15' WHERE id = '{watch}';
         INSERT INTO watch.calendar_days (ward_id, id, facility_id, from_on, until_on, is_open, label, entered_at)
         SELECT ward_id, gen_random_uuid(), facility_id, '2026-11-10', '2026-11-10', false, '園内研修', '2026-11-01T00:00:00Z'
         FROM watch.watches WHERE id = '{watch}';
         INSERT INTO desk.sightings (ward_id, id, watch_id, child_id, alert_id, revision, day, seen_at, method, seen_by, recorded_by, recorded_at)
         SELECT w.ward_id, gen_random_uuid(), w.id, w.child_id, '{id}', g.revision, g.day, g.day + time '12:00', g.method, '田中 京子', '{by}', g.day + time '12:00'
         FROM watch.watches w CROSS JOIN (VALUES (91, date '2026-11-17', 'direct'), (92, date '2026-11-16', 'phone')) AS g (revision, day, method)
         WHERE w.id = '{watch}'",
        watch = alert.watch,
        id = alert.id,
        by = app.world.centre.staff(Role::Caseworker).person,
    ))
    .await;
    let page = app.caseworker().get(&path(&app)).await.expect(200);
    let captions = page.all("table.app-month caption");
    assert_eq!(captions.len(), 2);
    assert!(captions[0].contains("令和8年10月") && captions[0].contains("来た日0日、欠席0日（うち連絡なし0日）、未報告17日"));
    assert!(captions[1].contains("令和8年11月") && captions[1].contains("来た日0日、欠席1日（うち連絡なし1日）、未報告17日"));
    let days = page.all("table.app-month tbody td");
    for told in ["19無欠席（", "17？見未報告、担当者が目視確認", "16？未報告", "10・休業日", "20今日はまだ報告がありません"]
    {
        assert!(days.iter().any(|day| day.starts_with(told)), "{told}: {days:?}");
    }
    assert!(!days.iter().any(|day| day.starts_with("16？見")), "the telephone is no sighting");
    for untold in ["14", "21"] {
        assert_eq!(days.iter().filter(|day| *day == untold).count(), 1, "before it began, and still to come: {untold}");
    }
    assert_eq!(page.all("table.app-month td[aria-current]").len(), 1);
    assert_eq!(page.all("table.app-month thead th").len(), 14);

    let inbox = app.caseworker().get("/alerts").await.expect(200);
    let strip = inbox.attributes(&format!("#alert-{} .app-days .app-mark", alert.id), "title");
    let months = page.attributes("table.app-month .app-mark", "title");
    assert_eq!(strip.len(), 10);
    assert!(strip.iter().all(|title| months.contains(title)), "{strip:?} {months:?}");
}
