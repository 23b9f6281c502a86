//! The conditions of alerts: read by all who act on them, changed by few, never below what the guideline demands; and the night
//! that asks them about everybody.

use serde_json::json;
use tsunagi::{
    domain::rule::{Route, default_rules},
    gate::Role,
    work::clock,
};

use crate::support::{Answer, Authenticator, Caller, TestApp};

const WHY: (&str, &str) = ("why", "5月の実務者会議で決めた");

async fn change(caller: &Caller<'_>, code: &str, fields: &[(&str, &str)]) -> Answer {
    let fields: Vec<_> = fields.iter().copied().chain([WHY]).collect();
    caller.post(&format!("/rules/{code}/edit"), &fields).await
}

async fn versions(app: &TestApp, code: &str) -> i64 {
    app.value(&format!("SELECT count(*) FROM desk.rules WHERE ward_id = '{}' AND code = '{code}'", app.world.ward)).await
}

const STRICTER: [(&str, &str); 6] =
    [("version", "1"), ("threshold", "２"), ("strict", "1"), ("severity", "warning"), ("route", "ladder"), ("enabled", "on")];

#[tokio::test]
async fn every_rule_says_when_it_fires_and_who_says_so() {
    let app = TestApp::new().await;
    let page = app.caseworker().get("/rules").await.expect(200);
    assert_eq!(page.all("main h2").len(), 5, "in groups");
    let a5 = page.all("tbody tr").into_iter().find(|row| row.starts_with("A5")).unwrap();
    assert!(a5.contains("休業日を除き続けて7日休んだとき") && a5.contains("指針（2019年）"), "{a5}");
    assert!(!page.text().contains("変更する"), "a caseworker reads");
    assert!(app.supervisor().get("/rules").await.expect(200).text().contains("変更する"));
    for code in tsunagi::domain::rule::RuleCode::ALL.iter().filter(|code| code.is_a_rule()) {
        let page = app.caseworker().get(&format!("/rules/{}", code.code())).await.expect(200);
        assert!(page.text().contains("第1版") && page.text().contains("つなぎ（はじめの設定）"), "{code:?}");
    }
    for none in ["A0", "U1"] {
        app.caseworker().get(&format!("/rules/{none}")).await.expect(404);
    }
}

#[tokio::test]
async fn the_rules_in_force_are_shown_with_their_numbers() {
    let app = TestApp::new().await;
    app.run(&format!(
        "INSERT INTO desk.rules (ward_id, code, version, threshold, threshold_strict, severity, enabled, from_at)
         VALUES ('{}', 'A5', 2, 6, 4, 'urgent', true, '2026-11-01T00:00:00Z')",
        app.world.ward
    ))
    .await;
    for caller in [app.caseworker(), app.admin()] {
        let page = caller.get("/rules").await.expect(200);
        let rows = page.all("tbody tr");
        assert_eq!(rows.len(), 31);
        let a5 = rows.iter().find(|row| row.starts_with("A5")).expect("the rule is there");
        assert!(a5.contains("6日") && a5.contains("4日") && a5.contains("第2版") && a5.contains("60分以内"), "{a5}");
    }
    app.reporter().get("/rules").await.expect(404);
}

#[tokio::test]
async fn a_stricter_rule_is_a_new_version_with_who_and_why_and_the_old_one_stays() {
    let app = TestApp::new().await;
    app.verify_everybody().await;
    let saved = change(&app.admin(), "A3", &STRICTER).await.expect(303);
    assert_eq!(saved.location(), "/rules/A3?done=saved");
    let page = app.supervisor().get("/rules/A3").await.expect(200);
    let rows = page.all("tbody tr");
    assert_eq!(rows.len(), 2);
    assert!(rows[0].contains("第2版") && rows[0].contains("2日") && rows[0].contains(WHY.1), "{}", rows[0]);
    assert!(rows[0].contains(&app.world.root.staff(Role::WardAdmin).name), "{}", rows[0]);
    assert!(rows[1].contains("第1版") && rows[1].contains("3日"), "{}", rows[1]);
    // The form came twice.
    change(&app.admin(), "A3", &STRICTER).await.expect(303);
    assert_eq!(versions(&app, "A3").await, 2);
    assert!(app.caseworker().get("/rules").await.text().contains("続けて2日（厳しめの子は1日）休んだとき"));
}

#[tokio::test]
async fn whoever_was_slower_sees_both() {
    let app = TestApp::new().await;
    app.verify_everybody().await;
    change(&app.admin(), "A3", &STRICTER).await.expect(303);
    let other =
        [("version", "1"), ("threshold", "3"), ("strict", "1"), ("severity", "caution"), ("route", "ladder"), ("enabled", "on")];
    let page = change(&app.supervisor(), "A3", &other).await.expect(409);
    assert!(page.text().contains("続けて2日（厳しめの子は1日）") && page.text().contains("続けて3日（厳しめの子は1日）"));
    assert_eq!(versions(&app, "A3").await, 2);
}

#[tokio::test]
async fn what_is_to_be_mended_stands_beside_the_field_and_nothing_typed_is_lost() {
    let app = TestApp::new().await;
    app.verify_everybody().await;
    let wrong = [("version", "1"), ("threshold", "x"), ("strict", "40"), ("enabled", "on"), ("why", "")];
    let page = app.admin().post("/rules/A3/edit", &wrong).await.expect(422);
    assert_eq!(page.all("x-error-focus li").len(), 5, "{:?}", page.all("x-error-focus"));
    assert_eq!(page.attributes("#threshold", "value"), ["x"]);
    assert_eq!(page.attributes("#strict", "value"), ["40"]);
    let laxer_for_the_strict =
        [("version", "1"), ("threshold", "3"), ("strict", "4"), ("severity", "caution"), ("route", "ladder"), ("enabled", "on")];
    let page = change(&app.admin(), "A3", &laxer_for_the_strict).await.expect(422);
    assert!(page.first("#strict-error").is_some_and(|error| error.contains("標準と同じか")));
    assert_eq!(versions(&app, "A3").await, 1);
}

#[tokio::test]
async fn a_laxer_rule_is_asked_about_again() {
    let app = TestApp::new().await;
    app.verify_everybody().await;
    let off =
        [("version", "1"), ("threshold", "3"), ("strict", "2"), ("severity", "caution"), ("route", "ladder"), ("enabled", "off")];
    let page = change(&app.supervisor(), "A3", &off).await.expect(200);
    assert!(page.text().contains("まだ保存していません") && page.text().contains("無効"));
    assert_eq!(page.attributes("input[name=why]", "value"), [WHY.1], "everything typed goes along");
    assert_eq!(versions(&app, "A3").await, 1);
    let confirmed: Vec<_> = off.into_iter().chain([("confirmed", "1")]).collect();
    change(&app.supervisor(), "A3", &confirmed).await.expect(303);
    assert_eq!(versions(&app, "A3").await, 2);
}

#[tokio::test]
async fn what_the_guideline_demands_stays_on() {
    let app = TestApp::new().await;
    app.verify_everybody().await;
    for (code, numbers) in [("A5", &[("threshold", "7"), ("strict", "5")][..]), ("S1", &[]), ("S2", &[]), ("S3", &[])] {
        let form = app.admin().get(&format!("/rules/{code}/edit")).await.expect(200);
        assert!(form.text().contains("国の指針が求める条件です"), "{code}");
        assert_eq!(form.attributes("input[name=enabled]", "value"), ["on"], "{code}: off is not offered");
        for (severity, enabled) in [("urgent", "off"), ("warning", "on")] {
            let route = ("route", "worker_and_supervisor");
            let change_to = [("version", "1"), ("severity", severity), route, ("enabled", enabled), ("confirmed", "1")];
            let fields: Vec<_> = numbers.iter().copied().chain(change_to).collect();
            change(&app.admin(), code, &fields).await.expect(422);
        }
        assert_eq!(versions(&app, code).await, 1);
    }
    let route = ("route", "worker_and_supervisor");
    let eight = [("version", "1"), ("threshold", "8"), ("strict", "5"), ("severity", "urgent"), route, ("enabled", "on")];
    assert!(change(&app.admin(), "A5", &eight).await.expect(422).text().contains("1から7までの数"));
}

#[tokio::test]
async fn who_is_told_first_is_chosen_kept_with_the_version_and_asked_again_where_it_is_fewer() {
    let app = TestApp::new().await;
    app.verify_everybody().await;
    let form = app.supervisor().get("/rules/A4/edit").await.expect(200);
    assert_eq!(form.attributes("input[name=route]", "value"), ["ladder", "worker_and_supervisor", "all_at_once"]);
    assert_eq!(form.attributes("input[name=route][checked]", "value"), ["worker_and_supervisor"]);
    let with = |version: &'static str, route: &'static str, confirmed: &'static str| {
        [
            ("version", version),
            ("threshold", "5"),
            ("strict", "3"),
            ("severity", "warning"),
            ("route", route),
            ("enabled", "on"),
            ("confirmed", confirmed),
        ]
    };
    change(&app.supervisor(), "A4", &with("1", "all_at_once", "")).await.expect(303);
    let page = change(&app.admin(), "A4", &with("2", "ladder", "")).await.expect(200);
    assert!(page.text().contains("まだ保存していません"), "fewer people are asked about again");
    assert!(page.text().contains("担当・係長・当番に同時") && page.text().contains("担当から順に"), "before and after");
    assert_eq!(page.attributes("input[name=route]", "value"), ["ladder"], "what was chosen goes along");
    assert_eq!(versions(&app, "A4").await, 2);
    change(&app.admin(), "A4", &with("2", "ladder", "1")).await.expect(303);
    let rows = app.caseworker().get("/rules/A4").await.expect(200).all("tbody tr");
    for (row, words) in rows.iter().zip(["担当から順に", "担当・係長・当番に同時", "担当と係長に同時"]) {
        assert!(row.contains(words), "{words}: {row}");
    }
    let unknown = change(&app.admin(), "A4", &with("3", "nobody", "")).await.expect(422);
    assert!(unknown.first("#route-error").is_some_and(|error| error.contains("はじめの知らせ方を選んで")));

    // What the guideline wants at once is told to no one alone.
    let form = app.admin().get("/rules/S1/edit").await.expect(200);
    assert_eq!(form.attributes("input[name=route]", "value"), ["worker_and_supervisor", "all_at_once"]);
    let alone = [("version", "1"), ("severity", "urgent"), ("route", "ladder"), ("enabled", "on"), ("confirmed", "1")];
    let refused = change(&app.admin(), "S1", &alone).await.expect(422);
    assert!(refused.first("#route-error").is_some_and(|error| error.contains("担当だけに知らせる方法は選べません")));
    assert_eq!(versions(&app, "S1").await, 1);
}

#[tokio::test]
async fn who_may_not_change_a_rule_finds_no_form_and_who_may_is_asked_who_they_are() {
    let app = TestApp::new().await;
    for caller in [app.caseworker(), app.auditor(), app.reporter(), app.head()] {
        caller.get("/rules/A3/edit").await.expect(404);
        change(&caller, "A3", &STRICTER).await.expect(404);
    }
    let mut key = Authenticator::new(1);
    app.enrol(app.world.root.staff(Role::WardAdmin), &mut key).await;
    let asked = change(&app.admin(), "A3", &STRICTER).await.expect(403);
    assert!(asked.text().contains("本人確認") && asked.text().contains(WHY.1), "what was typed goes along");
    assert_eq!(versions(&app, "A3").await, 1);
    change(&app.admin().verified("editRules", &key).await, "A3", &STRICTER).await.expect(303);
}

#[tokio::test]
async fn the_night_asks_about_everybody_once_also_when_it_was_missed() {
    let app = TestApp::new().await;
    let watch = app.world.watch(&app.world.centre, &app.world.elementary).clone();
    let colleague = app.world.centre.staff(Role::Caseworker).person;
    app.run(&format!("UPDATE watch.watches SET until_on = '2026-12-01' WHERE id = '{}'", watch.id)).await;
    let find = format!(
        "SELECT rule, severity, condition FROM desk.alerts WHERE watch_id = '{}' AND rule LIKE 'K%' ORDER BY rule",
        watch.id
    );
    app.at("2026-11-20T15:00");
    clock::round(&app.app).await.unwrap();
    assert_eq!(app.sql(&find).await, Vec::<serde_json::Value>::new(), "the day is not over");
    // The hub was stopped for the night, and two of its processes wake up in the morning.
    app.at("2026-11-21T08:00");
    let (second, _) = app.second_node();
    let (one, two) = tokio::join!(clock::round(&app.app), clock::round(&second));
    assert!(one.unwrap() + two.unwrap() > 0);
    let found = |condition: &str| {
        [
            json!({"rule": "K8", "severity": "warning", "condition": condition}),
            json!({"rule": "K9", "severity": "notice", "condition": "met"}),
        ]
    };
    assert_eq!(app.sql(&find).await, found("met"));
    app.run(&format!("UPDATE desk.requests SET assigned_to = '{colleague}' WHERE watch_id = '{}'", watch.id)).await;
    app.at("2026-11-21T18:00");
    clock::round(&app.app).await.unwrap();
    assert_eq!(app.sql(&find).await, found("not_met"), "somebody has it now; the end comes nearer and is said once");
    let nights: i64 = app
        .value(&format!("SELECT count(*) FROM desk.sweeps WHERE facility_id = '{}' AND phase = 'night'", app.world.elementary.id))
        .await;
    assert_eq!(nights, 2);
    app.run(&format!("UPDATE hub.people SET status = 'left' WHERE id = '{colleague}'")).await;
    app.at("2026-11-22T18:00");
    clock::round(&app.app).await.unwrap();
    assert_eq!(app.sql(&find).await, found("met"), "whoever had it has left");
}

#[tokio::test]
async fn whoever_leaves_is_missed_within_the_minute_and_once() {
    let app = TestApp::new().await;
    let watch = app.world.watch(&app.world.centre, &app.world.elementary).clone();
    let worker = app.world.centre.staff(Role::Caseworker);
    app.run(&format!("UPDATE desk.requests SET assigned_to = '{}' WHERE watch_id = '{}'", worker.person, watch.id)).await;
    let find = "SELECT watch_id, severity, state FROM desk.alerts WHERE rule = 'K8'";
    app.at("2026-11-20T10:00");
    clock::round(&app.app).await.unwrap();
    assert_eq!(app.sql(find).await, Vec::<serde_json::Value>::new(), "whom nobody was given to is asked about in the night");
    app.run(&format!("UPDATE hub.memberships SET suspended_at = '2026-11-20T01:00:00Z' WHERE id = '{}'", worker.membership)).await;
    let (second, _) = app.second_node();
    let (one, two) = tokio::join!(clock::round(&app.app), clock::round(&second));
    assert!(one.unwrap() + two.unwrap() > 0);
    let found = [json!({"watch_id": watch.id, "severity": "warning", "state": "open"})];
    assert_eq!(app.sql(find).await, found);
    // It goes to the desk at once, and is not raised again, not even when it was closed over the same day.
    app.run("UPDATE desk.alerts SET state = 'closed', outcome = 'handled', closed_at = '2026-11-20T02:00:00Z' WHERE rule = 'K8'")
        .await;
    let deeds = app.trail_lines().await;
    clock::round(&app.app).await.unwrap();
    assert_eq!((app.sql(find).await.len(), app.trail_lines().await), (1, deeds));
}

#[tokio::test]
async fn only_eyes_count_as_having_seen_the_child() {
    let app = TestApp::new().await;
    let alert = app.world.alert(&app.world.centre).id;
    for (revision, day, method) in [(11, "2026-11-18", "direct"), (12, "2026-11-19", "phone"), (13, "2026-11-20", "not_met")] {
        app.run(&format!(
            "INSERT INTO desk.sightings (ward_id, id, watch_id, child_id, alert_id, revision, day, seen_at, method, seen_by, recorded_by, recorded_at)
             SELECT a.ward_id, gen_random_uuid(), a.watch_id, w.child_id, a.id, {revision}, '{day}', '{day}T03:00:00Z', '{method}', '係員', gen_random_uuid(), '{day}T03:00:00Z'
             FROM desk.alerts a JOIN watch.watches w ON w.ward_id = a.ward_id AND w.id = a.watch_id WHERE a.id = '{alert}';
             INSERT INTO desk.alert_steps (ward_id, alert_id, revision, event, kind, at)
             VALUES ('{}', '{alert}', {revision}, 'acted', 'seen', '{day}T03:00:00Z')",
            app.world.ward
        ))
        .await;
    }
    let inside = |ward: &str, facility: &str| {
        format!("SELECT set_config('tsunagi.ward', '{ward}', false), set_config('tsunagi.organization', '{facility}', false)")
    };
    let at = app.sql(&format!("SELECT watch_id, facility_id FROM desk.alerts WHERE id = '{alert}'")).await.remove(0);
    let (watch, facility) = (at["watch_id"].as_str().unwrap(), at["facility_id"].as_str().unwrap());
    app.run(&inside(&app.world.ward.to_string(), facility)).await;
    let inputs = format!("SELECT hub.rule_inputs(ARRAY['{watch}']::uuid[], ARRAY['{watch}']::uuid[], '2026-11-20')");
    let inputs: serde_json::Value = app.value(&inputs).await;
    app.run(&inside("", "")).await;
    assert_eq!(inputs["children"][0]["met"], json!(["2026-11-18"]));
}

#[tokio::test]
async fn whoever_goes_to_another_centre_leaves_the_cases_of_the_old_one() {
    let app = TestApp::new().await;
    let worker = app.world.centre.staff(Role::Caseworker);
    let (own, below) = (
        app.world.watch(&app.world.centre, &app.world.elementary).id,
        app.world.watch(&app.world.branch, &app.world.elementary).id,
    );
    app.run(&format!("UPDATE desk.requests SET assigned_to = '{}' WHERE watch_id IN ('{own}', '{below}')", worker.person)).await;
    let find = "SELECT watch_id, condition FROM desk.alerts WHERE rule = 'K8'";
    app.at("2026-11-20T10:00");
    clock::round(&app.app).await.unwrap();
    assert_eq!(app.sql(find).await, Vec::<serde_json::Value>::new(), "a centre answers for its branch");
    // 人事異動: a caseworker still, at the guidance centre.
    let moves = |to| format!("UPDATE hub.memberships SET organization_id = '{to}' WHERE id = '{}'", worker.membership);
    app.run(&moves(app.world.guidance.id)).await;
    assert!(clock::round(&app.app).await.unwrap() > 0);
    let mut found: Vec<_> = app.sql(find).await.iter().map(|row| row["watch_id"].as_str().unwrap().to_owned()).collect();
    let mut expected = [own.to_string(), below.to_string()];
    found.sort_unstable();
    expected.sort_unstable();
    assert_eq!(found, expected);
    assert_eq!(clock::round(&app.app).await.unwrap(), 0, "said once");
    app.run(&moves(app.world.centre.id)).await;
    app.at("2026-11-20T18:00");
    app.refresh_sessions().await;
    clock::round(&app.app).await.unwrap();
    let mended = format!("SELECT condition FROM desk.alerts WHERE rule = 'K8' AND watch_id IN ('{own}', '{below}')");
    assert_eq!(app.sql(&mended).await, [json!({ "condition": "not_met" }), json!({ "condition": "not_met" })]);
    let alert: uuid::Uuid = app.value(&format!("SELECT id FROM desk.alerts WHERE rule = 'K8' AND watch_id = '{own}'")).await;
    let page = app.caseworker().get(&format!("/alerts/{alert}")).await.expect(200).text();
    assert!(page.contains("条件が解消しました") && !page.contains("訂正により"), "nobody has corrected anything: {page}");
}

#[tokio::test]
async fn wards_already_there_get_the_numbers_new_wards_get() {
    let migration = concat!(
        include_str!("../../../migrations/20261129120100_rules.sql"),
        include_str!("../../../migrations/20261129171100_rule_of_late_slips.sql"),
        include_str!("../../../migrations/20261129180000_transfers.sql"),
        include_str!("../../../migrations/20261130220000_clocks_are_rules.sql")
    );
    let first = ["A1", "A2", "A3", "A5", "A7", "A11", "S1", "S2", "S3", "I1"];
    for rule in default_rules() {
        let (code, severity) = (rule.code.code(), rule.severity.code());
        let numbers = [rule.threshold, rule.threshold_strict, rule.second, rule.third].map(|number| number.to_string()).join(", ");
        let line = format!("('{code}', {numbers}, '{severity}')");
        assert_eq!(migration.contains(&line), !first.contains(&code), "{line}");
    }
}

#[tokio::test]
async fn wards_already_there_get_the_routes_new_wards_get() {
    let migration = include_str!("../../../migrations/20261130150000_routes.sql");
    for rule in default_rules() {
        let line = format!("('{}', '{}')", rule.code.code(), rule.route.code());
        assert_eq!(migration.contains(&line), rule.route != Route::Ladder, "{line}");
    }
}
