//! What is done about an alert, from taking to closing, and what the facility learns of it.

use tsunagi::gate::Role;

use super::{path, row, take};
use crate::support::TestApp;

#[tokio::test]
async fn taken_acted_on_handed_on_and_closed() {
    let app = TestApp::new().await;
    let (worker, path) = (app.caseworker(), path(&app));
    let answer = worker.post(&format!("{path}/taking"), &[("version", "1"), ("next", "/alerts?view=unassigned")]).await.expect(303);
    assert_eq!(answer.location(), "/alerts?view=unassigned&done=taken");
    let back = worker.get(answer.location()).await.expect(200);
    assert!(back.first(".app-flash").is_some_and(|text| text.contains("担当になりました")));
    assert_eq!(back.first("x-live-count [data-number]").as_deref(), Some("1"), "only the branch's is left");
    let mine = worker.get("/alerts?view=mine").await.expect(200);
    assert_eq!(mine.all("tbody tr").len(), 1);

    let done = [("version", "2"), ("kind", "called"), ("act_note", "母と話した。\r\n午後に登園する。")];
    let answer = worker.post(&format!("{path}/actions"), &done).await.expect(303);
    assert!(worker.get(answer.location()).await.expect(200).text().contains("午後に登園する。"));

    let supervisor = app.world.centre.staff(Role::Supervisor);
    let to = supervisor.person.to_string();
    let answer = worker
        .post(&format!("{path}/handover"), &[("version", "3"), ("to", &to), ("hand_note", "夕方にもう一度")])
        .await
        .expect(303);
    let shown = worker.get(answer.location()).await.expect(200);
    assert!(shown.first(".app-flash").is_some_and(|text| text.contains(&supervisor.name)));

    let end = [("version", "4"), ("outcome", "handled"), ("close_note", "登園を確認した。")];
    let answer = app.supervisor().post(&format!("{path}/closing"), &end).await.expect(303);
    let shown = worker.get(answer.location()).await.expect(200);
    assert!(shown.first(".app-title").is_some_and(|text| text.contains("終結（対応済）")));
    assert!(shown.all("main form").is_empty(), "nothing is left to do");
    let entries = shown.all(".app-timeline li");
    assert_eq!(entries.len(), 5, "{entries:?}");
    assert!(entries[1].contains("担当になりました") && entries[4].contains("登園を確認した。"));
    assert_eq!(
        row(&app).await,
        serde_json::json!({"state": "closed", "holder_id": supervisor.person, "outcome": "handled", "revision": 5})
    );
    let events: i64 = app.value("SELECT count(*) FROM desk.events WHERE kind = 'changed'").await;
    assert_eq!(events, 4, "every step is news");
    let trail: Vec<_> =
        app.sql("SELECT action FROM hub.trail WHERE action IN ('takeAlert', 'actOnAlert', 'handOnAlert', 'closeAlert')").await;
    assert_eq!(trail.len(), 4);
}

#[tokio::test]
async fn a_false_alarm_is_closed_with_its_reason_and_counts_against_the_rule() {
    let app = TestApp::new().await;
    let (worker, path) = (app.caseworker(), path(&app));
    take(&worker, &path, 1).await.expect(303);
    let offered = worker.get(&path).await.expect(200).attributes("input[name=outcome]", "value");
    assert!(offered.contains(&"false_alarm".to_owned()), "{offered:?}");

    let end = [("version", "2"), ("outcome", "false_alarm"), ("close_note", " "), ("usefulness", "not_useful")];
    let asked = worker.post(&format!("{path}/closing"), &end).await.expect(422);
    assert!(asked.first(".app-errors").is_some_and(|text| text.contains("判断の理由を書いてください")));
    let kept = asked.attributes("input[type=radio][checked]", "value");
    assert!(kept.contains(&"false_alarm".to_owned()) && kept.contains(&"not_useful".to_owned()), "{kept:?}");
    assert_eq!(row(&app).await["state"], "taken", "without a reason it stays");
    let rated = async || app.value::<i64>("SELECT count(*) FROM desk.alerts WHERE usefulness IS NOT NULL").await;
    assert_eq!(rated().await, 0);

    let note = "施設の入力の誤りだった。電話で確かめた。";
    let end = [("version", "2"), ("outcome", "false_alarm"), ("close_note", note), ("usefulness", "not_useful")];
    let answer = worker.post(&format!("{path}/closing"), &end).await.expect(303);
    let shown = worker.get(answer.location()).await.expect(200);
    assert!(shown.first(".app-title").is_some_and(|text| text.contains("終結（誤報）")));
    assert!(shown.all(".app-timeline li").iter().any(|entry| entry.contains(note)), "who reads it later learns why");
    let closed = row(&app).await;
    assert_eq!((&closed["state"], &closed["outcome"]), (&"closed".into(), &"false_alarm".into()));
    assert_eq!(rated().await, 1);
    assert!(worker.get("/alerts?view=mine").await.expect(200).all("tbody tr").is_empty());

    let quality = app.supervisor().get("/team/quality").await.expect(200);
    assert!(quality.text().contains("答えのあった1件の0%が「役に立った」でした。"));
    let rule = quality.all("tbody tr").remove(0);
    assert!(rule.starts_with("A1 連絡なしの欠席（当日）2100"), "two raised, one answered, none useful, none late: {rule}");
}

#[tokio::test]
async fn the_facility_learns_that_it_is_being_handled_and_nothing_else() {
    let app = TestApp::new().await;
    let watch = app.world.alert(&app.world.centre).watch;
    let history = format!("/sheet/reports/{watch}");
    let before = app.reporter().get(&history).await.expect(200).text();
    take(&app.caseworker(), &path(&app), 1).await.expect(303);
    let after = app.reporter().get(&history).await.expect(200).text();
    assert!(before.contains("受付済") && !before.contains("対応中"));
    assert!(after.contains("対応中") && !after.contains("caseworker") && !after.contains("アラート"));
    let close = [("version", "2"), ("outcome", "watching"), ("close_note", "様子を見る。")];
    app.caseworker().post(&format!("{}/closing", path(&app)), &close).await.expect(303);
    assert!(!app.reporter().get(&history).await.expect(200).text().contains("対応中"));
}
