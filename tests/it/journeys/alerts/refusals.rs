//! What must be refused: too early, too late, twice, not one's own, led elsewhere.

use tsunagi::{domain::ids::Id, gate::Role};

use super::{path, row, take};
use crate::support::TestApp;

#[tokio::test]
async fn what_cannot_be_done_says_why_and_keeps_what_was_typed() {
    let app = TestApp::new().await;
    let (worker, path) = (app.caseworker(), path(&app));
    let early = [("version", "1"), ("kind", "called"), ("act_note", "電話した")];
    let page = worker.post(&format!("{path}/actions"), &early).await.expect(422);
    assert!(page.text().contains("先に「このアラートを担当する」を押してください"));
    take(&worker, &path, 1).await.expect(303);

    let long = "あ".repeat(1001);
    let cases: [(&str, &[(&str, &str)], &str); 6] = [
        ("actions", &[("kind", ""), ("act_note", "消えない言葉")], "行ったことを選んでください"),
        ("actions", &[("kind", "other"), ("act_note", " ")], "内容を書いてください"),
        ("actions", &[("kind", "called"), ("act_note", &long)], "1000文字以内"),
        ("handover", &[("to", "someone"), ("hand_note", "消えない言葉")], "引き継ぐ相手を一覧から"),
        ("closing", &[("outcome", "reported_later"), ("close_note", "消えない言葉")], "結果を選んでください"),
        ("closing", &[("outcome", "handled"), ("close_note", "")], "判断の理由を書いてください"),
    ];
    for (step, fields, words) in cases {
        let mut typed = vec![("version", "2")];
        typed.extend(fields);
        let page = worker.post(&format!("{path}/{step}"), &typed).await.expect(422);
        assert!(page.first(".app-errors").is_some_and(|text| text.contains(words)), "{step}: {words}");
        let href = page.attributes(".app-errors a", "href").remove(0);
        assert_eq!(page.all(&format!("[id='{}']", &href[1..])).len(), 1, "the summary leads to one field: {href}");
        if fields[1].1 == "消えない言葉" {
            assert!(page.all("textarea").contains(&"消えない言葉".to_owned()), "{step} keeps what was typed");
        }
    }
    let other = app.signed_in(&app.world.guidance, Role::Caseworker);
    let stranger = app.world.guidance.staff(Role::Caseworker).person.to_string();
    worker.post(&format!("{path}/handover"), &[("version", "2"), ("to", &stranger)]).await.expect(422);
    assert!(other.get("/alerts").await.expect(200).all("tbody tr").len() == 1, "it stayed where it was");
    worker.post(&format!("{path}/taking"), &[]).await.expect(400);
    assert_eq!(row(&app).await["revision"], 2, "nothing was done");
}

#[tokio::test]
async fn who_was_slower_sees_who_was_quicker_and_both_versions() {
    let app = TestApp::new().await;
    let (worker, supervisor, path) = (app.caseworker(), app.supervisor(), path(&app));
    take(&worker, &path, 1).await.expect(303);
    let late = take(&supervisor, &path, 1).await.expect(409);
    let name = &app.world.centre.staff(Role::Caseworker).name;
    assert!(late.first("h1").is_some_and(|text| text.contains(name)) && late.text().contains("9:00"));
    let again = take(&worker, &path, 1).await.expect(303);
    assert_eq!(again.location(), format!("{path}?done=taken"), "a button pressed twice has done what it should");

    let act = [("version", "2"), ("kind", "other"), ("act_note", "保育室で会った")];
    worker.post(&format!("{path}/actions"), &act).await.expect(303);
    let close = [("version", "2"), ("outcome", "false_alarm"), ("close_note", "入力の誤りだった")];
    let page = supervisor.post(&format!("{path}/closing"), &close).await.expect(409);
    let both = page.all(".app-two section");
    assert!(both[0].contains("保育室で会った") && both[1].contains("誤報") && both[1].contains("入力の誤りだった"), "{both:?}");
    assert_eq!(row(&app).await["state"], "taken");
    let fresh = take(&supervisor, &path, 3).await.expect(409);
    assert!(fresh.text().contains(name), "somebody else has it");
}

#[tokio::test]
async fn two_at_once_and_only_one_has_it() {
    let app = TestApp::new().await;
    let (worker, supervisor, path) = (app.caseworker(), app.supervisor(), path(&app));
    let (one, other) = tokio::join!(take(&worker, &path, 1), take(&supervisor, &path, 1));
    let mut answers = [one.status.as_u16(), other.status.as_u16()];
    answers.sort_unstable();
    assert_eq!(answers, [303, 409]);
    let steps: i64 = app.value("SELECT count(*) FROM desk.alert_steps").await;
    assert_eq!(steps, 1);
}

#[tokio::test]
async fn another_office_s_alert_is_not_there() {
    let app = TestApp::new().await;
    let path = path(&app);
    let strangers = [
        app.signed_in(&app.world.guidance, Role::Supervisor),
        app.signed_in(&app.world.branch, Role::Supervisor),
        app.signed_in(&app.other.centre, Role::Supervisor),
        app.reporter(),
        app.admin(),
    ];
    for stranger in strangers {
        let nothing = stranger.get(&format!("/alerts/{}", Id::<()>::random())).await.expect(404);
        assert_eq!(stranger.get(&path).await.expect(404).body, nothing.body);
        take(&stranger, &path, 1).await.expect(404);
        for step in ["actions", "handover", "closing"] {
            stranger.post(&format!("{path}/{step}"), &[("version", "1"), ("kind", "called")]).await.expect(404);
        }
    }
    assert_eq!(row(&app).await["revision"], 1);
    for stranger in [app.reporter(), app.admin(), app.auditor()] {
        for path in ["/alerts", "/alerts/count", "/alerts/events", "/board"] {
            stranger.get(path).await.expect(404);
        }
    }
}

#[tokio::test]
async fn a_form_leads_nowhere_but_back_to_the_inbox() {
    let app = TestApp::new().await;
    let answer = app
        .caseworker()
        .post(&format!("{}/taking", path(&app)), &[("version", "1"), ("next", "//evil.example/alerts?x")])
        .await
        .expect(303);
    assert_eq!(answer.location(), format!("{}?done=taken", path(&app)));
}
