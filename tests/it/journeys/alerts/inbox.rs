//! The inbox: whose alerts it shows, in which order, and that it is alive.

use tsunagi::gate::Role;

use crate::support::TestApp;

#[tokio::test]
async fn the_inbox_shows_the_office_s_alerts_and_those_below_it_and_says_why() {
    let app = TestApp::new().await;
    let page = app.caseworker().get("/alerts").await.expect(200);
    let (own, below) = (app.world.alert(&app.world.centre), app.world.alert(&app.world.branch));
    assert_eq!(page.attributes("tbody tr", "id"), [format!("alert-{}", own.id), format!("alert-{}", below.id)]);
    assert_eq!(page.first("x-live-count [data-number]").as_deref(), Some("2"));
    let text = page.text();
    assert!(text.contains("連絡のない欠席（当日）") && text.contains("4歳児 1組"), "the rule's sentence and the place are there");
    assert!(text.contains("最終確認 9:00 ・ 全施設 0/3 報告済み"), "the feeds are shown to be alive");
    assert!(!page.first("title").unwrap_or_default().contains("甲野"), "no name in the title");
    assert_eq!(page.attributes("tbody tr:first-child .app-mark", "data-mark").last().map(String::as_str), Some("silent"));
    assert_eq!(page.attributes("tbody tr:first-child .app-mark", "data-mark").len(), 10, "ten open days");

    let alone = app.signed_in(&app.world.branch, Role::Caseworker).get("/alerts").await.expect(200);
    assert_eq!(alone.attributes("tbody tr", "id"), [format!("alert-{}", below.id)]);
}

#[tokio::test]
async fn graver_comes_first_and_what_no_longer_holds_comes_last_of_its_kind() {
    let app = TestApp::new().await;
    let (own, below) = (app.world.alert(&app.world.centre).id, app.world.alert(&app.world.branch).id);
    app.run(&format!("UPDATE desk.alerts SET condition = 'not_met' WHERE id = '{own}'")).await;
    let page = app.caseworker().get("/alerts").await.expect(200);
    assert_eq!(page.attributes("tbody tr", "id"), [format!("alert-{below}"), format!("alert-{own}")]);
    assert!(page.text().contains("訂正により条件不成立"));
    app.run(&format!("UPDATE desk.alerts SET severity = 'urgent' WHERE id = '{own}'")).await;
    let page = app.caseworker().get("/alerts").await.expect(200);
    assert_eq!(page.attributes("tbody tr", "id"), [format!("alert-{own}"), format!("alert-{below}")]);
    let urgent = app.caseworker().get("/alerts?severity=urgent").await.expect(200);
    assert_eq!(urgent.attributes("tbody tr", "id"), [format!("alert-{own}")]);
    let elsewhere = app.caseworker().get(&format!("/alerts?facility={}", app.world.elementary.id)).await.expect(200);
    assert!(elsewhere.attributes("tbody tr", "id").is_empty());
}

#[tokio::test]
async fn overdue_is_said_in_words() {
    let app = TestApp::new().await;
    assert!(!app.caseworker().get("/alerts").await.expect(200).text().contains("期限超過"));
    app.at("2026-11-20T17:16");
    app.refresh_sessions().await;
    assert!(app.caseworker().get("/alerts").await.expect(200).text().contains("期限超過"));
}

#[tokio::test]
async fn nonsense_in_the_address_is_a_sensible_page() {
    let app = TestApp::new().await;
    for query in ["page=0", "page=-1", "page=9223372036854775808", "view=&severity=x&facility=1", "view=mine&page=2"] {
        app.caseworker().get(&format!("/alerts?{query}")).await.expect(200);
    }
}

#[tokio::test]
async fn an_empty_inbox_proves_that_reports_arrive() {
    let app = TestApp::new().await;
    app.run("UPDATE desk.alerts SET state = 'closed', outcome = 'handled', closed_at = raised_at").await;
    app.run(&format!(
        "INSERT INTO watch.submissions (ward_id, id, facility_id, day, idempotency_key, sent_by, sent_at, late, children)
         SELECT ward_id, gen_random_uuid(), facility_id, '2026-11-20', gen_random_uuid(), sent_by, '2026-11-20T00:00:00Z', false, 3
         FROM watch.submissions WHERE facility_id = '{}'",
        app.world.nursery.id
    ))
    .await;
    let page = app.caseworker().get("/alerts").await.expect(200);
    assert!(page.first(".app-empty").is_some_and(|text| text.contains("最終確認 9:00。全施設 1/3 が報告済みです。")));
    let closed = app.caseworker().get("/alerts?view=closed").await.expect(200);
    assert_eq!(closed.all("tbody tr").len(), 2);

    app.at("2026-11-21T13:00");
    app.refresh_sessions().await;
    let silent = app.caseworker().get("/alerts").await.expect(200);
    assert!(silent.first(".app-notice").is_some_and(|text| text.contains("11月20日（金） 9:00以降のデータが届いていません")));
    assert!(silent.text().contains("全施設 0/1 報告済み"), "schools are closed on Saturday and not waited for");
}
