//! A supervisor's team in numbers: who has how much, what waits too long, which rules are of use.

use crate::support::TestApp;

#[tokio::test]
async fn load_stages_and_age_are_pictures_with_the_same_numbers_in_a_table() {
    let app = TestApp::new().await;
    let id = app.world.alert(&app.world.centre).id;
    app.caseworker().post(&format!("/alerts/{id}/taking"), &[("version", "1")]).await.expect(303);
    app.at("2026-11-21T09:11");
    app.refresh_sessions().await;
    let page = app.supervisor().get("/team").await.expect(200);
    let finding = page.all("svg desc");
    assert!(
        finding[0].contains("対応中は全部で1件、そのうち48時間を超えたものが1件") && finding[0].contains("未対応が1件"),
        "{finding:?}"
    );
    assert!(finding[2].contains("2件のうち、発生から48時間を超えたものは2件"), "{finding:?}");
    assert_eq!(page.attributes("svg[role=img]", "aria-labelledby").len(), 3);
    let worker = &app.world.centre.staff(tsunagi::gate::Role::Caseworker).name;
    let row = page.all("tbody tr").into_iter().find(|row| row.contains(worker.as_str())).expect("the worker's row");
    assert!(row.ends_with("1100"), "one in hand, one old, none overdue, none put aside: {row}");
    assert_eq!(page.attributes("svg [data-part=grave]", "data-part").len() % 2, 0, "each grave part has its letter");
    let child = &app.world.watch(&app.world.centre, &app.world.nursery).name;
    assert!(!page.text().contains(child.as_str()), "no child");
}

#[tokio::test]
async fn rules_are_measured_by_month_with_no_child() {
    let app = TestApp::new().await;
    let id = app.world.alert(&app.world.centre).id;
    let worker = app.caseworker();
    worker.post(&format!("/alerts/{id}/taking"), &[("version", "1")]).await.expect(303);
    let end = [("version", "2"), ("outcome", "handled"), ("close_note", "確かめた"), ("usefulness", "useful")];
    worker.post(&format!("/alerts/{id}/closing"), &end).await.expect(303);
    let page = app.supervisor().get("/team/quality").await.expect(200);
    assert!(page.text().contains("2026年11月に出たアラート2件のうち、答えのあった1件の100%が「役に立った」でした。"));
    let row = page.all("tbody tr").remove(0);
    assert!(row.starts_with("A1 連絡なしの欠席（当日）2110") && row.contains("100%") && row.contains("23時間50分"), "{row}");
    let empty = app.supervisor().get("/team/quality?month=2026-10").await.expect(200);
    assert!(empty.text().contains("この月に出たアラートはありません"));
    app.supervisor().get("/team/quality?month=1999-99").await.expect(200);
}

#[tokio::test]
async fn the_team_is_the_supervisor_s() {
    let app = TestApp::new().await;
    for stranger in [app.caseworker(), app.reporter(), app.head(), app.admin(), app.auditor()] {
        for path in ["/team", "/team/quality"] {
            stranger.get(path).await.expect(404);
        }
    }
    assert!(!app.caseworker().get("/alerts").await.expect(200).text().contains("係の状況"));
}
