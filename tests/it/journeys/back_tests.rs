//! 過去12か月で試す: what a changed rule would have done, in numbers for whoever may change it and in names for whoever may know them.

mod came;

use axum::{
    body::Body,
    http::{Method, header},
};
use serde_json::json;
use sqlx::{Connection, PgConnection};
use tsunagi::{
    gate::Role,
    work::{self, back_tests},
};

use crate::support::{Caller, NOW, Place, TestApp};

const WHY: (&str, &str) = ("why", "5月の実務者会議で決めた");
const ROUTE: (&str, &str) = ("route", "ladder");
/// A3 after two days instead of three.
const TWO_DAYS: [(&str, &str); 6] =
    [("version", "1"), ("threshold", "2"), ("strict", "2"), ("severity", "caution"), ("route", "ladder"), ("enabled", "on")];

/// What the child of an office at the elementary school did on some days; the others were not reported.
async fn was(app: &TestApp, office: &Place, days: &[(&str, &str)]) {
    let watch = app.world.watch(office, &app.world.elementary);
    for (day, status) in days {
        app.run(&format!(
            "INSERT INTO watch.days (ward_id, child_id, day, watch_id, facility_id, version, status, attended, seen, mark)
             VALUES ('{}', '{}', '2026-{day}', '{}', '{}', 1, '{status}', '{status}' = 'P', '{status}' = 'P'
                   , jsonb_strip_nulls(jsonb_build_object('status', '{status}', 'contact', CASE '{status}' WHEN 'A' THEN 'before' END, 'reason', CASE '{status}' WHEN 'A' THEN 'illness' END)))",
            app.world.ward, watch.child, watch.id, watch.facility
        ))
        .await;
    }
}

/// Two days at the centre, three at the guidance centre: of three days one alert, of two days two.
async fn november(app: &TestApp) {
    was(app, &app.world.centre, &[("11-09", "A"), ("11-10", "A"), ("11-11", "P")]).await;
    was(app, &app.world.guidance, &[("11-09", "A"), ("11-10", "A"), ("11-11", "A"), ("11-12", "P")]).await;
}

/// A caseworker saw the child of the guidance centre.
async fn seen(app: &TestApp, day: &str, revision: u32) {
    let watch = app.world.watch(&app.world.guidance, &app.world.elementary);
    let alert = app.world.alert(&app.world.centre).id;
    app.run(&format!(
        "INSERT INTO desk.sightings (ward_id, id, watch_id, child_id, alert_id, revision, day, seen_at, method, seen_by, recorded_by, recorded_at)
         VALUES ('{}', gen_random_uuid(), '{}', '{}', '{alert}', {revision}, '2026-{day}', '2026-{day}T03:00:00Z', 'direct', '係員', gen_random_uuid(), '2026-{day}T03:00:00Z')",
        app.world.ward, watch.id, watch.child
    ))
    .await;
}

async fn asked(caller: &Caller<'_>) -> String {
    let fields: Vec<_> = TWO_DAYS.into_iter().chain([WHY]).collect();
    caller.post("/rules/A3/back-tests", &fields).await.expect(303).location().to_owned()
}

/// Its numbers as they are stored.
async fn found(app: &TestApp, test: &str) -> serde_json::Value {
    let id = test.rsplit('/').next().unwrap();
    app.sql(&format!("SELECT state, looked_at, alerts_old, alerts_new, kept, children FROM desk.back_tests WHERE id = '{id}'"))
        .await
        .remove(0)
}

#[tokio::test]
async fn a_change_is_tried_before_it_is_made() {
    let app = TestApp::new().await;
    app.verify_everybody().await;
    november(&app).await;
    let form = app.supervisor().get("/rules/A3/edit").await.expect(200);
    assert_eq!(form.attributes("button[formaction]", "formaction"), ["/rules/A3/back-tests"]);
    let test = asked(&app.supervisor()).await;
    assert!(app.supervisor().get(&test).await.expect(200).text().contains("まもなく始まります"));
    assert!(back_tests::round(&app.app).await.unwrap() > 0);
    let page = app.supervisor().get(&test).await.expect(200);
    let text = page.text();
    assert!(text.contains("1件から2件になります") && text.contains("新しく出るものが1件、出なくなるものが0件"), "{text}");
    assert!(text.contains("続けて3日") && text.contains("続けて2日"), "both conditions in words");
    assert!(text.contains("2025年11月20日") || text.contains("令和7年11月20日"), "{text}");
    // Nothing else has happened.
    let rules: i64 =
        app.value(&format!("SELECT count(*) FROM desk.rules WHERE ward_id = '{}' AND code = 'A3'", app.world.ward)).await;
    let alerts: i64 = app.value("SELECT count(*) FROM desk.alerts WHERE rule = 'A3'").await;
    assert_eq!((rules, alerts), (1, 0));
    // The way back into the form, with everything that was typed.
    let back = format!("/rules/A3/edit?back_test={}", test.rsplit('/').next().unwrap());
    assert!(page.attributes("main a", "href").contains(&back));
    let form = app.supervisor().get(&back).await.expect(200);
    assert_eq!(form.attributes("#threshold", "value"), ["2"]);
    assert!(form.text().contains(WHY.1));
    let colleague = app.admin().get(&back).await.expect(200);
    assert!(
        colleague.attributes("#threshold", "value") == ["2"] && !colleague.text().contains(WHY.1),
        "the reason is whoever's who wrote it"
    );
    let deeds = app
        .sql("SELECT detail ->> 'watches' AS watches, detail ->> 'done' AS done FROM hub.trail WHERE action = 'runBackTest'")
        .await;
    let watches = app.world.watches.len().to_string();
    assert_eq!(deeds, [json!({ "watches": watches, "done": "true" })]);
}

#[tokio::test]
async fn names_are_for_the_office_that_asked_and_numbers_for_everybody_who_may_change_rules() {
    let app = TestApp::new().await;
    app.verify_everybody().await;
    november(&app).await;
    let test = asked(&app.admin()).await;
    back_tests::round(&app.app).await.unwrap();
    let child = app.world.watch(&app.world.centre, &app.world.elementary);
    let name = &child.name;
    let ours = app.supervisor().get(&test).await.expect(200);
    assert!(
        ours.text().contains(name.as_str())
            && ours.text().contains("自治体全体で1人、そのうち、あなたの機関が依頼したお子さんは1人")
    );
    assert!(ours.attributes("tbody a", "href").contains(&format!("/requests/{}", child.id)));
    let theirs = app.signed_in(&app.world.guidance, Role::Supervisor).get(&test).await.expect(200).text();
    assert!(!theirs.contains(name.as_str()) && theirs.contains("お子さんは0人"), "{theirs}");
    let desk = app.admin().get(&test).await.expect(200).text();
    assert!(!desk.contains(name.as_str()) && desk.contains("変わるお子さんは1人です"), "{desk}");
    for watch in &app.world.watches {
        assert!(!desk.contains(&watch.name), "the desk sees no child");
    }
    let said =
        app.sql("SELECT detail ->> 'children' AS children FROM hub.trail WHERE detail ->> 'step' = 'look' ORDER BY 1 DESC").await;
    assert_eq!(said, ["1", "0", "0"].map(|children| json!({ "children": children })));
}

#[tokio::test]
async fn the_same_question_is_the_same_job() {
    let app = TestApp::new().await;
    app.verify_everybody().await;
    let first = asked(&app.supervisor()).await;
    assert_eq!(asked(&app.supervisor()).await, first, "sent twice");
    assert_eq!(asked(&app.admin()).await, first, "by somebody else");
    assert_eq!(
        app.supervisor().post("/rules/A3/back-tests", &TWO_DAYS).await.expect(303).location(),
        first,
        "nobody must say why yet"
    );
    back_tests::round(&app.app).await.unwrap();
    assert_eq!(asked(&app.admin()).await, first, "and what is known is not worked out again");
    assert_eq!(back_tests::round(&app.app).await.unwrap(), 0);
    app.at("2026-11-21T09:00").refresh_sessions().await;
    app.verify_everybody().await;
    assert_ne!(asked(&app.admin()).await, first, "tomorrow it is another question");
}

#[tokio::test]
async fn so_many_and_no_more_are_under_way_at_once() {
    let app = TestApp::new().await;
    app.verify_everybody().await;
    let ask = async |days: &str| {
        let fields =
            [("version", "1"), ("threshold", days), ("strict", "1"), ("severity", "caution"), ROUTE, ("enabled", "on"), WHY];
        app.supervisor().post("/rules/A3/back-tests", &fields).await
    };
    let first = ask("4").await.expect(303).location().to_owned();
    for days in ["5", "6", "7", "8"] {
        ask(days).await.expect(303);
    }
    let full = ask("9").await.expect(422);
    assert_eq!(full.attributes(".app-errors a", "href"), ["#try"]);
    assert!(full.attributes("#threshold", "value") == ["9"] && full.text().contains(WHY.1), "everything typed is kept");
    assert_eq!(app.value::<i64>("SELECT count(*) FROM desk.back_tests WHERE state = 'waiting'").await, 5);
    assert_eq!(ask("4").await.expect(303).location(), first, "what is under way already is given");
    app.supervisor().post(&format!("{first}/cancellation"), &[]).await.expect(303);
    ask("9").await.expect(303);
}

#[tokio::test]
async fn a_child_that_came_from_elsewhere_is_looked_for_in_the_past_too() {
    let app = TestApp::new().await;
    let child = super::transfers::child(&app);
    super::transfers::moved(&app, &child).await;
    // Seven weekdays at the new facility, and not a word.
    app.at("2026-12-03T09:00").refresh_sessions().await;
    app.verify_everybody().await;
    let fields = [("version", "1"), ("threshold", "9"), ("strict", "1"), ("severity", "urgent"), ROUTE, ("enabled", "on"), WHY];
    let test = app.supervisor().post("/rules/T2/back-tests", &fields).await.expect(303).location().to_owned();
    back_tests::round(&app.app).await.unwrap();
    let found = found(&app, &test).await;
    assert_eq!((&found["alerts_old"], &found["alerts_new"]), (&json!(1), &json!(0)), "{found}");
}

#[tokio::test]
async fn what_cannot_be_tried_is_said_and_nothing_typed_is_lost() {
    let app = TestApp::new().await;
    app.verify_everybody().await;
    let waiting = "SELECT count(*) FROM desk.back_tests WHERE state = 'waiting'";
    let wrong = [("version", "1"), ("threshold", "x"), ("strict", "1"), ("severity", "caution"), ROUTE, ("enabled", "on"), WHY];
    let page = app.admin().post("/rules/A3/back-tests", &wrong).await.expect(422);
    assert_eq!(page.attributes("#threshold", "value"), ["x"]);
    assert!(page.text().contains(WHY.1) && page.first("#threshold-error").is_some());
    let same = [("version", "1"), ("threshold", "3"), ("strict", "2"), ("severity", "caution"), ROUTE, ("enabled", "on"), WHY];
    assert!(app.admin().post("/rules/A3/back-tests", &same).await.expect(422).text().contains("いまの条件と同じです"));
    let old: Vec<_> = TWO_DAYS.into_iter().map(|(name, value)| (name, if name == "version" { "7" } else { value })).collect();
    assert!(app.admin().post("/rules/A3/back-tests", &old).await.expect(409).text().contains("続けて2日"));
    for code in ["K1", "K2", "K9"] {
        let form = app.admin().get(&format!("/rules/{code}/edit")).await.expect(200);
        assert!(form.all("button[formaction]").is_empty() && form.text().contains("過去の記録では試せません"), "{code}");
        app.admin().post(&format!("/rules/{code}/back-tests"), &TWO_DAYS).await.expect(404);
    }
    assert_eq!(app.value::<i64>(waiting).await, 0);
}

#[tokio::test]
async fn who_may_not_change_a_rule_does_not_try_one_either() {
    let app = TestApp::new().await;
    app.verify_everybody().await;
    let test = asked(&app.supervisor()).await;
    let cancel = format!("{test}/cancellation");
    for caller in [app.caseworker(), app.auditor(), app.reporter(), app.head(), app.signed_in(&app.other.root, Role::WardAdmin)] {
        caller.get(&test).await.expect(404);
        caller.post(&cancel, &[]).await.expect(404);
    }
    for caller in [app.caseworker(), app.auditor(), app.reporter(), app.head()] {
        caller.post("/rules/A3/back-tests", &TWO_DAYS).await.expect(404);
    }
    app.admin().get(&test.replace("/A3/", "/A4/")).await.expect(404);
    assert_eq!(found(&app, &test).await["state"], "waiting");
}

#[tokio::test]
async fn another_worker_goes_on_where_one_was_killed_and_says_how_far_it_has_come() {
    let app = TestApp::new().await;
    app.verify_everybody().await;
    november(&app).await;
    let test = asked(&app.supervisor()).await;
    assert!(back_tests::step(&app.app, app.world.ward, 4).await.unwrap());
    let request = app.supervisor().request(Method::GET, &test).header(header::ACCEPT, "application/json").body(Body::empty());
    let mut numbers = app.supervisor().send(request.unwrap()).await.expect(200).json();
    let line = numbers.as_object_mut().and_then(|numbers| numbers.remove("line"));
    assert!(line.is_some_and(|line| line.as_str().is_some_and(|line| line.contains("のうち4件を確かめました"))));
    assert_eq!(numbers, json!({ "looked_at": 4, "total": app.world.watches.len(), "over": false }));
    assert!(app.supervisor().get(&test).await.expect(200).text().contains("のうち4件を確かめました"));
    let mut other = PgConnection::connect_with(&app.scratch.owner()).await.unwrap();
    let mut in_hand = other.begin().await.unwrap();
    sqlx::raw_sql("SELECT FROM desk.back_tests FOR UPDATE").execute(&mut *in_hand).await.unwrap();
    assert!(!back_tests::step(&app.app, app.world.ward, 4).await.unwrap(), "somebody else has it in hand");
    // That worker is killed: its connection breaks, and its batch is gone.
    drop(in_hand);
    other.close().await.unwrap();
    let (second, _) = app.second_node();
    let (one, two) = tokio::join!(back_tests::round(&app.app), back_tests::round(&second));
    assert!(one.unwrap() + two.unwrap() > 0);
    back_tests::round(&second).await.unwrap();
    let all = app.world.watches.len();
    assert_eq!(
        found(&app, &test).await,
        json!({ "state": "done", "looked_at": all, "alerts_old": 1, "alerts_new": 2, "kept": 1, "children": 1 })
    );
}

#[tokio::test]
async fn whoever_is_tired_of_waiting_stops_it() {
    let app = TestApp::new().await;
    app.verify_everybody().await;
    let test = asked(&app.supervisor()).await;
    back_tests::step(&app.app, app.world.ward, 2).await.unwrap();
    let cancel = format!("{test}/cancellation");
    for _ in 0..2 {
        assert_eq!(app.admin().post(&cancel, &[]).await.expect(303).location(), test);
    }
    assert_eq!(back_tests::round(&app.app).await.unwrap(), 0);
    assert!(app.supervisor().get(&test).await.expect(200).text().contains("試すのをやめました"));
    let again = asked(&app.supervisor()).await;
    assert_ne!(again, test);
    back_tests::round(&app.app).await.unwrap();
    app.supervisor().post(&format!("{again}/cancellation"), &[]).await.expect(303);
    assert_eq!(found(&app, &again).await["state"], "done", "what is over cannot be stopped");
}

#[tokio::test]
async fn what_goes_wrong_is_said_and_holds_nothing_up() {
    let app = TestApp::new().await;
    app.verify_everybody().await;
    november(&app).await;
    let test = asked(&app.supervisor()).await;
    app.run("UPDATE watch.days SET mark = '{\"status\": \"?\"}' WHERE day = '2026-11-09'").await;
    back_tests::round(&app.app).await.unwrap();
    assert_eq!(found(&app, &test).await["state"], "failed");
    assert!(app.supervisor().get(&test).await.expect(200).text().contains("不具合がありました"));
    app.run("UPDATE watch.days SET mark = '{\"status\": \"A\"}' WHERE day = '2026-11-09'").await;
    let again = asked(&app.supervisor()).await;
    back_tests::round(&app.app).await.unwrap();
    assert_eq!(found(&app, &again).await["alerts_new"], 2);
}

#[tokio::test]
async fn after_a_day_nothing_of_it_is_left() {
    let app = TestApp::new().await;
    app.verify_everybody().await;
    november(&app).await;
    let test = asked(&app.supervisor()).await;
    back_tests::round(&app.app).await.unwrap();
    assert!(app.value::<i64>("SELECT count(*) FROM desk.back_test_watches").await > 0);
    app.at("2026-11-21T09:00").refresh_sessions().await;
    back_tests::round(&app.app).await.unwrap();
    app.verify_everybody().await;
    app.supervisor().get(&test).await.expect(404);
    let left: i64 =
        app.value("SELECT (SELECT count(*) FROM desk.back_tests) + (SELECT count(*) FROM desk.back_test_watches)").await;
    assert_eq!(left, 0);
}

#[tokio::test]
async fn lead_time_is_what_passed_until_a_caseworker_saw_the_child() {
    let app = TestApp::new().await;
    app.verify_everybody().await;
    november(&app).await;
    seen(&app, "11-13", 90).await;
    let test = asked(&app.supervisor()).await;
    back_tests::round(&app.app).await.unwrap();
    // Told on the third day: the 11th; on the second: the 10th.
    let page = app.supervisor().get(&test).await.expect(200);
    let row = page.all("tbody tr").into_iter().find(|row| row.contains("先に知らせた日数")).unwrap();
    assert!(row.contains("2日") && row.contains("3日"), "{row}");
}

/// Of several alerts the one in the middle, and the lower of two: neither mean nor extreme.
#[tokio::test]
async fn of_several_lead_times_the_one_in_the_middle_is_told() {
    // Three days absent in each week, and when the child was seen: 1, 5, 12 and 2 days after the third.
    let weeks = [
        (["09-28", "09-29", "09-30", "10-01"], "10-01"),
        (["10-05", "10-06", "10-07", "10-08"], "10-12"),
        (["10-19", "10-20", "10-21", "10-22"], "11-02"),
        (["11-09", "11-10", "11-11", "11-12"], "11-13"),
    ];
    for (alerts, old, new) in [(3, 5, 6), (4, 2, 3)] {
        let app = TestApp::new().await;
        app.verify_everybody().await;
        for (revision, ([first, second, third, back], day)) in (90..).zip(weeks.into_iter().take(alerts)) {
            was(&app, &app.world.guidance, &[(first, "A"), (second, "A"), (third, "A"), (back, "P")]).await;
            seen(&app, day, revision).await;
        }
        let test = asked(&app.supervisor()).await;
        back_tests::round(&app.app).await.unwrap();
        let id = test.rsplit('/').next().unwrap();
        let told =
            app.sql(&format!("SELECT alerts_old, alerts_new, lead_old, lead_new FROM desk.back_tests WHERE id = '{id}'")).await;
        let expected = json!({ "alerts_old": alerts, "alerts_new": alerts, "lead_old": old, "lead_new": new });
        assert_eq!(told, [expected]);
        let page = app.supervisor().get(&test).await.expect(200);
        let row = page.all("tbody tr").into_iter().find(|row| row.contains("先に知らせた日数")).unwrap();
        assert!(row.contains(&format!("{old}日")) && row.contains(&format!("{new}日")), "{row}");
    }
}

#[tokio::test]
async fn a_year_of_the_demo_ward_is_tried_in_seconds() {
    let app = TestApp::new().await;
    let loaded = work::demo::load(&app.app.db, &app.app.gate, &app.app.clock, work::demo::DEFAULT_CODE).await.unwrap();
    let ward = loaded.ward;
    // A count in a row, and one that asks when each of the year's reports came.
    for (code, threshold, severity, enabled) in [("A5", 5, "urgent", true), ("I1", 1, "notice", false)] {
        app.run(&format!(
            "INSERT INTO desk.back_tests (ward_id, id, code, base, threshold, threshold_strict, second, third, severity, enabled, visit_breaks, why
                 , from_on, until_on, state, asked_by, asked_at)
             SELECT '{ward}', gen_random_uuid(), '{code}', 1, {threshold}, {threshold}, 0, 0, '{severity}', {enabled}, false, '', '2025-11-20', '2026-11-19'
                  , 'waiting', p.id, '{NOW}'
             FROM hub.people p WHERE p.ward_id = '{ward}' LIMIT 1"
        ))
        .await;
        let begun = std::time::Instant::now();
        back_tests::round(&app.app).await.unwrap();
        eprintln!("{code}: a year of the demo ward was tried in {} ms", begun.elapsed().as_millis());
        let numbers = format!(
            "SELECT state, looked_at, total, alerts_old, alerts_new, kept FROM desk.back_tests WHERE ward_id = '{ward}' AND code = '{code}'"
        );
        let found = app.sql(&numbers).await.remove(0);
        assert_eq!((&found["state"], &found["looked_at"]), (&json!("done"), &found["total"]), "{found}");
        let number = |name: &str| found[name].as_i64().unwrap();
        let fewer = if enabled { number("alerts_old") } else { number("alerts_new") };
        assert!(number("alerts_new") != number("alerts_old") && number("alerts_old") > 0 && number("kept") == fewer, "{found}");
    }
}
