//! The process clocks as rules of the ward: read and changed like the others, within what the guideline allows; and what runs follows them.

use serde_json::{Value, json};
use tsunagi::{
    gate::Role,
    work::{alerts, escalation},
};

use super::{
    calls::{hops, on_duty, urgent},
    calls_at_once::{alert_of, report, step, watched},
};
use crate::support::{Answer, Caller, TestApp};

const WHY: &str = "夜間の体制を見直した";

/// Saves a clock with these numbers.
async fn save(caller: &Caller<'_>, code: &str, version: &str, numbers: &[(&str, &str)], more: &[(&str, &str)]) -> Answer {
    let always = [("version", version), ("severity", "urgent"), ("route", "ladder"), ("enabled", "on"), ("why", WHY)];
    // What is given wins over what goes without saying.
    let given = |name: &str| more.iter().any(|(field, _)| *field == name);
    let fields: Vec<_> =
        always.into_iter().filter(|(name, _)| !given(name)).chain(numbers.iter().copied()).chain(more.iter().copied()).collect();
    caller.post(&format!("/rules/{code}/edit"), &fields).await
}

const fn hours<'a>(strict: &'a str, first: &'a str, second: &'a str, deadline: &'a str) -> [(&'static str, &'a str); 4] {
    [("strict", strict), ("threshold", first), ("second_step", second), ("third_step", deadline)]
}

const DAY: [(&str, &str); 4] = hours("3", "6", "18", "24");
const QUICK: [(&str, &str); 2] = [("threshold", "10"), ("second_step", "20")];

async fn versions(app: &TestApp, code: &str) -> i64 {
    app.value(&format!("SELECT count(*) FROM desk.rules WHERE ward_id = '{}' AND code = '{code}'", app.world.ward)).await
}

/// The checks that run, by rule: their hours, the version they are from, and how many hours lie between word and deadline.
async fn running(app: &TestApp) -> Vec<Value> {
    app.sql(
        "SELECT a.rule, c.hours, c.rule_version AS version, (extract(epoch FROM c.due_at - c.received_at) / 3600)::integer AS due
         FROM desk.safety_checks c JOIN desk.alerts a ON a.ward_id = c.ward_id AND a.id = c.alert_id
         WHERE c.seen_at IS NULL ORDER BY a.rule",
    )
    .await
}

#[tokio::test]
async fn the_clocks_stand_among_the_rules_with_their_hours_and_who_says_so() {
    let app = TestApp::new().await;
    let page = app.caseworker().get("/rules").await.expect(200);
    let row = |code: &str| page.all("tbody tr").into_iter().find(|row| row.starts_with(code)).unwrap_or_default();
    let (check, answer) = (row("K1"), row("K2"));
    for words in ["48時間以内に本人を見ていないとき", "24時間と40時間（厳しめの子は12時間にも）", "指針", "48時間以内に目視確認"]
    {
        assert!(check.contains(words), "{words}: {check}");
    }
    for words in ["30分たっても", "60分でその次の人へ", "60分までに当番まで", "つなぎの標準"] {
        assert!(answer.contains(words), "{words}: {answer}");
    }
    let shown = app.caseworker().get("/rules/K1").await.expect(200).text();
    for words in ["48時間より短くすることはできますが、長くしたり", "すでに始まっている安全確認の期限は変わりません", "第1版"]
    {
        assert!(shown.contains(words), "{words}: {shown}");
    }
    assert!(app.caseworker().get("/rules/K2").await.expect(200).text().contains("そのあとから新しい間隔になります"));
    let filter = app.caseworker().get("/alerts").await.expect(200).attributes("select[name=rule] option", "value");
    assert!(filter.iter().any(|code| code == "K8") && !filter.iter().any(|code| code == "K1"), "they raise nothing: {filter:?}");
}

#[tokio::test]
async fn a_clock_is_made_faster_by_whoever_may_change_rules_and_never_slower_than_allowed_or_stopped() {
    let app = TestApp::new().await;
    app.verify_everybody().await;
    let supervisor = app.supervisor();
    let form = supervisor.get("/rules/K1/edit").await.expect(200);
    assert_eq!(form.attributes("input[name=enabled]", "value"), ["on"], "off is not offered");
    assert_eq!(form.attributes("input[name=severity]", "value"), ["urgent"]);
    assert_eq!(form.attributes("#third_step", "value"), ["48"]);
    assert_eq!(
        supervisor.get("/rules/K2/edit").await.expect(200).attributes("input[name=route]", "value"),
        ["ladder", "all_at_once"]
    );

    let longer = save(&supervisor, "K1", "1", &hours("12", "24", "40", "49"), &[("confirmed", "1")]).await.expect(422);
    assert!(longer.first("#third_step-error").is_some_and(|error| error.contains("長くはできません")), "{}", longer.text());
    assert_eq!(longer.attributes("#third_step", "value"), ["49"], "what was typed is there");
    let off = save(&supervisor, "K1", "1", &DAY, &[("enabled", "off"), ("confirmed", "1")]).await.expect(422);
    assert!(off.first("#enabled-error").is_some_and(|error| error.contains("無効にしたり")), "{}", off.text());
    save(&supervisor, "K1", "1", &DAY, &[("severity", "warning"), ("confirmed", "1")]).await.expect(422);
    save(&supervisor, "K1", "1", &hours("12", "24", "24", "48"), &[("confirmed", "1")]).await.expect(422);
    let slower =
        save(&supervisor, "K2", "1", &[("threshold", "30"), ("second_step", "61")], &[("confirmed", "1")]).await.expect(422);
    assert!(slower.first("#second_step-error").is_some_and(|error| error.contains("60分以内に対応を始めるため")));
    let later = save(&supervisor, "K1", "1", &hours("12", "24", "47", "48"), &[]).await.expect(200);
    assert!(later.text().contains("まだ保存していません"), "later on the way is asked again");
    assert_eq!((versions(&app, "K1").await, versions(&app, "K2").await), (1, 1));

    save(&supervisor, "K1", "1", &DAY, &[]).await.expect(303);
    save(&supervisor, "K1", "1", &DAY, &[]).await.expect(303);
    assert_eq!(versions(&app, "K1").await, 2, "sent twice is done once");
    let stale = save(&app.admin(), "K1", "1", &hours("3", "6", "18", "20"), &[]).await.expect(409);
    assert!(stale.text().contains("24時間以内に本人を見ていないとき") && stale.text().contains("20時間以内に本人を見ていないとき"));
    let rows = app.caseworker().get("/rules/K1").await.expect(200).all("tbody tr");
    let who = &app.world.centre.staff(Role::Supervisor).name;
    assert!(rows[0].contains("第2版") && rows[0].contains(WHY) && rows[0].contains(who.as_str()), "{}", rows[0]);
    assert!(rows[1].contains("第1版") && rows[1].contains("48時間以内"), "{}", rows[1]);

    for caller in [app.caseworker(), app.reporter(), app.head(), app.auditor()] {
        caller.get("/rules/K1/edit").await.expect(404);
        save(&caller, "K1", "2", &DAY, &[]).await.expect(404);
    }
    // Nor by anybody who reaches the table past the pages.
    let past = format!(
        "INSERT INTO desk.rules (ward_id, code, version, threshold, threshold_strict, second, third, severity, enabled, from_at)
         VALUES ('{}', 'K1', 3, 24, 12, 40, 72, 'urgent', true, '2026-11-20T00:00:00Z')",
        app.world.ward
    );
    let refused = format!("DO $$ BEGIN {past}; EXCEPTION WHEN check_violation THEN NULL; END $$");
    app.run(&refused).await;
    assert_eq!(versions(&app, "K1").await, 2, "the table holds it too");
}

#[tokio::test]
async fn a_check_that_runs_keeps_its_hours_and_the_next_one_has_the_new_ones_on_every_node() {
    let app = TestApp::new().await;
    let (pupil, _) = watched(&app).await;
    report(&app, &pupil, "injury").await;
    app.verify_everybody().await;
    save(&app.supervisor(), "K1", "1", &DAY, &[]).await.expect(303);
    let as_it_was = |rule: &str| json!({"rule": rule, "hours": [12, 24, 40, 48], "version": 1, "due": 48});
    assert_eq!(running(&app).await, [as_it_was("S1"), as_it_was("U1")], "a deadline somebody was told of does not move");
    app.at("2026-11-20T15:00");
    assert_eq!(alerts::round(&app.app).await.unwrap(), 0, "six hours are nothing to them");

    app.refresh_sessions().await;
    for rule in ["U1", "S1"] {
        step(&app, &app.caseworker(), rule, ("taking", &[])).await;
    }
    let seen = [("method", "direct"), ("seen_by", "田中 京子"), ("seen_on", "2026-11-20"), ("seen_time", "14:40")];
    step(&app, &app.caseworker(), "U1", ("sightings", &seen)).await;
    assert_eq!(running(&app).await, Vec::<Value>::new());
    app.at("2026-11-20T16:00");
    report(&app, &pupil, "injury").await;
    assert_eq!(running(&app).await, [json!({"rule": "U1", "hours": [3, 6, 18, 24], "version": 2, "due": 24})]);

    let (second, _) = app.second_node();
    for (now, words) in [
        ("2026-11-20T22:00", "目視確認がないまま6時間が過ぎました"),
        ("2026-11-21T10:00", "目視確認の期限まで6時間を切りました"),
        ("2026-11-21T16:00", "目視確認がないまま24時間が過ぎました"),
    ] {
        app.at(now);
        let (one, two) = tokio::join!(alerts::round(&app.app), alerts::round(&second));
        assert_eq!(one.unwrap() + two.unwrap(), 1, "{now}: once, whichever node was quicker");
        app.refresh_sessions().await;
        let shown = app.caseworker().get(&format!("/alerts/{}", alert_of(&app, "U1").await)).await.expect(200);
        assert!(shown.first(".app-timeline").is_some_and(|text| text.contains(words)), "{now} {words}");
        let check = shown.first(".app-check").unwrap_or_default();
        assert!(check.contains("安全確認（24時間）") && check.contains("K1 の第2版"), "{check}");
    }
}

#[tokio::test]
async fn a_notification_gets_the_hours_of_the_rule_in_force() {
    let app = TestApp::new().await;
    let (pupil, _) = watched(&app).await;
    report(&app, &pupil, "family_change").await;
    app.run("DELETE FROM desk.safety_checks").await;
    app.verify_everybody().await;
    save(&app.supervisor(), "K1", "1", &DAY, &[]).await.expect(303);
    step(&app, &app.caseworker(), "S4", ("taking", &[])).await;
    let form = app.caseworker().get(&format!("/alerts/{}", alert_of(&app, "S4").await)).await.expect(200).text();
    assert!(form.contains("受けた時刻から24時間以内に") && form.contains("24時間の確認を始める"), "{form}");
    step(&app, &app.caseworker(), "S4", ("notice", &[("received_on", "2026-11-20"), ("received_time", "8:30")])).await;
    assert_eq!(running(&app).await, [json!({"rule": "S4", "hours": [3, 6, 18, 24], "version": 2, "due": 24})]);
}

#[tokio::test]
async fn calls_follow_the_rule_in_force_on_every_node_and_one_that_was_made_keeps_its_time() {
    let app = TestApp::new().await;
    urgent(&app).await;
    on_duty(&app, app.world.double.person).await;
    let (second, _) = app.second_node();
    assert_eq!(escalation::round(&app.app).await.unwrap(), 1, "told at nine, to climb at half past");
    app.verify_everybody().await;
    save(&app.supervisor(), "K2", "1", &QUICK, &[]).await.expect(303);
    for (now, made) in [("09:29", 0), ("09:30", 1), ("09:39", 0), ("09:40", 1)] {
        app.at(&format!("2026-11-20T{now}"));
        let (one, two) = tokio::join!(escalation::round(&app.app), escalation::round(&second));
        assert_eq!(one.unwrap() + two.unwrap(), made, "{now}");
    }
    let first = ["worker assigned raised", "supervisor supervises unanswered", "desk on_duty unanswered"];
    assert_eq!(hops(&app).await, first);
    // It happened again: from the beginning, and at the new pace from the first call on.
    app.run("UPDATE desk.alerts SET level = level + 1").await;
    for (now, made) in [("09:41", 1), ("09:50", 0), ("09:51", 1), ("10:01", 1)] {
        app.at(&format!("2026-11-20T{now}"));
        assert_eq!(escalation::round(&second).await.unwrap(), made, "{now}");
    }
    assert_eq!(hops(&app).await[3..], ["worker assigned risen", "supervisor supervises unanswered", "desk on_duty unanswered"]);
}
