//! The second person's word, ending early, and what is judged afterwards.

use tsunagi::gate::Role;

use super::{at, opened, openings};
use crate::support::TestApp;

/// Why something was not done, as the trail says it.
async fn refusals(app: &TestApp) -> Vec<String> {
    let rows = app.sql("SELECT detail ->> 'step' AS step FROM hub.trail WHERE detail ->> 'step' LIKE 'opening%' ORDER BY id").await;
    rows.iter().filter_map(|row| row["step"].as_str().map(ToOwned::to_owned)).collect()
}

#[tokio::test]
async fn another_person_confirms_and_whoever_opened_it_cannot() {
    let app = TestApp::new().await;
    let path = opened(&app).await;
    let confirmation = format!("{path}/confirmation");
    app.caseworker().post(&confirmation, &[]).await.expect(404);
    assert!(!app.caseworker().get(&path).await.expect(200).attributes("form", "action").contains(&confirmation));
    assert_eq!(openings(&app, "confirmed_at IS NOT NULL").await, 0);

    let owner = app.signed_in(&app.world.guidance, Role::Caseworker);
    assert!(owner.get(&path).await.expect(200).attributes("form", "action").contains(&confirmation));
    for _ in 0..2 {
        assert_eq!(owner.post(&confirmation, &[]).await.expect(303).location(), format!("{path}?done=confirmed"));
    }
    let who = app.world.guidance.staff(Role::Caseworker);
    assert_eq!(openings(&app, &format!("confirmed_by = '{}'", who.person)).await, 1);
    let slower = app.supervisor().post(&confirmation, &[]).await.expect(409);
    assert!(slower.text().contains(&who.name), "whoever was slower sees who was first");
    // Confirmed is no licence for longer, and nothing is left to judge.
    at(&app, "09:20").await;
    app.signed_in(&app.world.guidance, Role::Supervisor)
        .post(&format!("{path}/judgement"), &[("judgement", "proper")])
        .await
        .expect(409);
    at(&app, "10:00").await;
    assert!(app.caseworker().get(&path).await.expect(200).text().contains("この緊急閲覧は終わりました"));
}

#[tokio::test]
async fn the_supervisor_of_whoever_opened_it_confirms_too() {
    let app = TestApp::new().await;
    let path = opened(&app).await;
    app.supervisor().post(&format!("{path}/confirmation"), &[]).await.expect(303);
    assert_eq!(openings(&app, "confirmed_at IS NOT NULL").await, 1);
}

#[tokio::test]
async fn the_second_word_takes_the_passkey() {
    let app = TestApp::new().await;
    let path = opened(&app).await;
    app.run("DELETE FROM hub.step_ups").await;
    let asked = app.supervisor().post(&format!("{path}/confirmation"), &[]).await.expect(403);
    assert_eq!(asked.attributes("x-passkey[data-mode=verify]", "data-action")[0], "confirmOpening");
    // Ending one must never wait for it.
    app.supervisor().post(&format!("{path}/ending"), &[]).await.expect(303);
}

#[tokio::test]
async fn after_a_quarter_of_an_hour_it_stays_open_and_waits_for_a_judgement() {
    let app = TestApp::new().await;
    let path = opened(&app).await;
    let (owner, judgement) = (app.signed_in(&app.world.guidance, Role::Supervisor), format!("{path}/judgement"));
    at(&app, "09:14").await;
    let early = owner.post(&judgement, &[("judgement", "proper")]).await.expect(409);
    assert!(early.text().contains("まだ15分以内"));
    assert_eq!(refusals(&app).await, ["opening_waits"]);

    at(&app, "09:15").await;
    let child = app.world.watch(&app.world.guidance, &app.world.nursery).name.clone();
    assert!(app.caseworker().get(&path).await.expect(200).text().contains(&child), "a night emergency is not blocked");
    let late = app.supervisor().post(&format!("{path}/confirmation"), &[]).await.expect(409);
    assert!(late.text().contains("15分が過ぎたため"));
    assert_eq!(refusals(&app).await, ["opening_waits", "opening_late"]);
    assert!(owner.get("/emergency").await.expect(200).all("tbody tr")[0].contains("事後確認が必要"));
    for caller in [app.supervisor(), app.caseworker(), app.signed_in(&app.world.guidance, Role::Caseworker)] {
        caller.post(&judgement, &[("judgement", "proper")]).await.expect(404);
    }
    let empty = owner.post(&judgement, &[]).await.expect(422);
    assert_eq!(empty.attributes("x-error-focus a", "href"), ["#judgement"]);
    let silent = owner.post(&judgement, &[("judgement", "doubtful"), ("words", "")]).await.expect(422);
    assert_eq!(silent.attributes("x-error-focus a", "href"), ["#words"]);
    let doubt = [("judgement", "doubtful"), ("words", "照会元の警察署に確かめる")];
    for _ in 0..2 {
        owner.post(&judgement, &doubt).await.expect(303);
    }
    assert_eq!(openings(&app, "judgement = 'doubtful' AND judged_by IS NOT NULL").await, 1);
    let record = app.supervisor().get(&path).await.expect(200).text();
    assert!(record.contains("要調査") && record.contains("照会元の警察署に確かめる"));
    let listed = owner.get("/emergency").await.expect(200);
    assert!(listed.all("tbody [data-tone=gap]").contains(&"要調査".to_owned()), "it does not look finished");
    let said = "SELECT count(*) FROM hub.trail WHERE action = 'judgeOpening' AND detail ->> 'outcome' = 'doubtful'";
    assert_eq!(app.value::<i64>(said).await, 1);
    owner.post(&judgement, &[("judgement", "proper")]).await.expect(409);
}

#[tokio::test]
async fn an_opening_is_ended_by_oneself_or_by_a_second_person_and_then_judged() {
    for by_oneself in [true, false] {
        let app = TestApp::new().await;
        let path = opened(&app).await;
        let caller = if by_oneself { app.caseworker() } else { app.signed_in(&app.world.guidance, Role::Caseworker) };
        for _ in 0..2 {
            caller.post(&format!("{path}/ending"), &[]).await.expect(303);
        }
        let child = app.world.watch(&app.world.guidance, &app.world.nursery).name.clone();
        let page = app.caseworker().get(&path).await.expect(200).text();
        assert!(!page.contains(&child) && page.contains("この緊急閲覧は終わりました"));
        app.supervisor().post(&format!("{path}/ending"), &[]).await.expect(409);
        app.supervisor().post(&format!("{path}/confirmation"), &[]).await.expect(409);
        let owner = app.signed_in(&app.world.guidance, Role::Supervisor);
        owner.post(&format!("{path}/judgement"), &[("judgement", "proper")]).await.expect(303);
        assert_eq!(openings(&app, "ended_at IS NOT NULL AND judgement = 'proper'").await, 1);
    }
}
