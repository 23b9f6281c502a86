//! Attendance that a school's system delivers: judged row by row, done once, told nothing that people recorded.

use std::process::Stdio;

use axum::http::{Method, header};
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, Connection, PgConnection};

use crate::support::{Answer, Caller, TestApp, World};

const API: &str = "/api/v1/attendance";

fn key(number: u32) -> String {
    format!("00000000-0000-4000-8000-{number:012}")
}

async fn post(caller: &Caller<'_>, headers: &[(&str, &str)], body: impl Into<String>) -> Answer {
    let mut request = caller.request(Method::POST, API);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    caller.send(request.body(body.into().into()).unwrap()).await
}

/// A delivery of the nursery's system under a key.
async fn deliver(app: &TestApp, number: u32, rows: &Value) -> Answer {
    let body = json!({ "rows": rows }).to_string();
    post(&app.system(), &[("content-type", "application/json"), ("idempotency-key", &key(number))], body).await
}

/// `result` of each line.
fn results(answer: &Answer) -> Vec<String> {
    let rows = answer.json()["rows"].as_array().unwrap().clone();
    rows.iter().map(|row| row["result"].as_str().unwrap().to_owned()).collect()
}

fn row(child: &str, day: &str, status: &str) -> Value {
    json!({ "child": child, "day": day, "status": status })
}

fn absent(child: &str, day: &str) -> Value {
    json!({ "child": child, "day": day, "status": "A", "contact": "none", "reason": "unknown" })
}

/// The nursery's children in force.
fn children(app: &TestApp) -> Vec<String> {
    let World { watches, nursery, .. } = &app.world;
    watches.iter().filter(|watch| watch.live && watch.facility == nursery.id).map(|watch| watch.id.to_string()).collect()
}

#[tokio::test]
async fn each_row_is_recorded_by_itself_and_the_rules_are_asked() {
    let app = TestApp::new().await;
    let [one, two, three]: [String; 3] = children(&app).try_into().unwrap();
    let rows = json!([row(&one, "2026-11-20", "P"), absent(&two, "2026-11-20"), row(&three, "2026-11-20", "A")]);
    let answer = deliver(&app, 1, &rows).await.expect(200);
    assert_eq!(results(&answer), ["accepted", "accepted", "invalid"]);
    let said = answer.json();
    assert_eq!((&said["taken"], &said["refused"]), (&json!(2), &json!(1)));
    let missing = |field: &str| json!({ "field": field, "fault": "missing" });
    assert_eq!(said["rows"][2]["faults"], json!([missing("contact"), missing("reason")]));
    assert_eq!(said["receipts"].as_array().unwrap().len(), 1);

    let days = app.sql("SELECT watch_id, status, version FROM watch.days WHERE day = '2026-11-20' ORDER BY watch_id").await;
    assert_eq!(
        days,
        [json!({ "watch_id": one, "status": "P", "version": 1 }), json!({ "watch_id": two, "status": "A", "version": 1 })]
    );
    let by: i64 = app.value("SELECT count(*) FROM watch.reports WHERE token_id IS NOT NULL AND reported_by IS NULL").await;
    assert_eq!(by, 2);
    let second_day: i64 =
        app.value(&format!("SELECT count(*) FROM desk.alerts WHERE watch_id = '{two}' AND as_of = '2026-11-20'")).await;
    assert!(second_day > 0, "the second day without a word is looked at at once");
    let told: i64 = app.value("SELECT count(*) FROM desk.events WHERE at = '2026-11-20T00:00:00Z'").await;
    assert!(told > 0, "open inboxes hear of it");
    let deed = app.sql("SELECT principal, person_id, detail FROM hub.trail WHERE action = 'sendAttendance'").await;
    let expected =
        json!({ "rows": 3, "taken": 2, "corrected": 0, "kept": 0, "refused": 1, "submissions": 1, "token": app.world.token });
    assert_eq!(deed, [json!({ "principal": "client", "person_id": null, "detail": expected })]);

    let receipt = said["receipts"][0]["receipt"].as_str().unwrap().to_owned();
    app.reporter().get(&format!("/sheet/2026-11-20/receipts/{receipt}")).await.expect(200);
    let history = app.reporter().get(&format!("/sheet/reports/{one}")).await.expect(200);
    assert!(history.all("tbody tr")[0].contains("学校のシステム"), "{:?}", history.all("tbody tr")[0]);
    let line = app.auditor().get("/trail?action=sendAttendance").await.expect(200);
    assert!(line.all("tbody tr")[0].contains("学校のシステム"));
}

#[tokio::test]
async fn not_yours_over_next_door_and_nonsense_are_one_answer() {
    let app = TestApp::new().await;
    let mut bodies = Vec::new();
    let World { centre, elementary, .. } = &app.world;
    let next_door = &app.other.watch(&app.other.centre, &app.other.nursery).id;
    let strangers = [
        app.world.watch(centre, elementary).id.to_string(),
        app.world.ended_watch().id.to_string(),
        next_door.to_string(),
        "00000000-0000-4000-8000-00000000feed".to_owned(),
        app.world.watch(centre, &app.world.nursery).name.clone(),
        "'; DROP TABLE watch.days; --".to_owned(),
        "😀".to_owned(),
    ];
    for (child, number) in strangers.iter().zip(10..) {
        // A day that a request covered, one that was reported, and a report that would be a correction.
        let rows = json!([row(child, "2026-11-20", "P"), absent(child, "2026-11-19"), row(child, "2026-10-30", "L")]);
        let answer = deliver(&app, number, &rows).await.expect(200);
        assert_eq!(results(&answer), ["unknown_child"; 3], "{child}");
        bodies.push(answer.text());
    }
    bodies.dedup();
    assert_eq!(bodies.len(), 1, "{bodies:?}");
    assert_eq!(app.value::<i64>("SELECT count(*) FROM watch.reports WHERE token_id IS NOT NULL").await, 0);
    let named: i64 =
        app.value("SELECT count(*) FROM hub.intakes WHERE answer::text LIKE '%甲野%' OR answer::text LIKE '%DROP%'").await;
    assert_eq!(named, 0, "what was sent is not kept");
}

#[tokio::test]
async fn what_a_person_recorded_stays_and_is_not_told() {
    let app = TestApp::new().await;
    let [one, two, _]: [String; 3] = children(&app).try_into().unwrap();
    let before = app.sql("SELECT * FROM watch.days ORDER BY watch_id, day").await;
    // The one is what stands there, the other is not.
    let answer = deliver(&app, 1, &json!([absent(&one, "2026-11-19"), row(&two, "2026-11-19", "P")])).await.expect(200);
    assert_eq!(results(&answer), ["kept", "kept"]);
    assert_eq!(app.sql("SELECT * FROM watch.days ORDER BY watch_id, day").await, before);
}

#[tokio::test]
async fn sent_twice_is_done_once() {
    let app = TestApp::new().await;
    let [one, two, _]: [String; 3] = children(&app).try_into().unwrap();
    let rows = json!([row(&one, "2026-11-20", "P"), row(&two, "2026-11-20", "L"), row(&one, "2026-11-20", "L")]);
    let first = deliver(&app, 1, &rows).await.expect(200);
    assert_eq!(results(&first), ["accepted", "accepted", "duplicate"]);
    app.at("2026-11-20T09:30");
    assert_eq!(deliver(&app, 1, &rows).await.expect(200).json(), first.json(), "the same key: the same answer");
    let other = deliver(&app, 1, &json!([row(&one, "2026-11-20", "L")])).await.expect(422);
    assert_eq!((&other.json()["code"], other.header("content-type")), (&json!("key_of_another"), "application/problem+json"));
    let again = deliver(&app, 2, &rows).await.expect(200);
    assert_eq!(results(&again), ["unchanged", "unchanged", "duplicate"], "another key: nothing new");
    assert_eq!(app.value::<i64>("SELECT count(*) FROM watch.submissions WHERE token_id IS NOT NULL").await, 1);
    assert_eq!(app.value::<i64>("SELECT count(*) FROM watch.reports WHERE token_id IS NOT NULL").await, 2);

    app.at("2026-11-21T09:31");
    tsunagi::store::intakes::sweep(&app.app.db, app.app.clock.now()).await.unwrap();
    assert_eq!(app.value::<i64>("SELECT count(*) FROM hub.intakes").await, 0, "after a day the answers go");
}

#[tokio::test]
async fn a_system_corrects_what_a_system_sent_and_late_with_a_reason() {
    let app = TestApp::new().await;
    let [one, ..]: [String; 3] = children(&app).try_into().unwrap();
    deliver(&app, 1, &json!([absent(&one, "2026-11-20")])).await.expect(200);
    assert_eq!(results(&deliver(&app, 2, &json!([row(&one, "2026-11-20", "L")])).await.expect(200)), ["corrected"]);
    app.at("2026-11-20T18:00");
    assert_eq!(results(&deliver(&app, 3, &json!([row(&one, "2026-11-20", "P")])).await.expect(200)), ["needs_reason"]);
    let mut with = row(&one, "2026-11-20", "P");
    with["correction_reason"] = json!("名札の付け忘れ");
    assert_eq!(results(&deliver(&app, 4, &json!([with])).await.expect(200)), ["corrected"]);
    let versions = app.sql(&format!("SELECT version, mark->>'status' AS status, correction_reason AS why FROM watch.reports WHERE watch_id = '{one}' AND day = '2026-11-20' ORDER BY version")).await;
    let version = |version: i32, status: &str, why: &str| json!({ "version": version, "status": status, "why": why });
    assert_eq!(versions, [version(1, "A", ""), version(2, "L", ""), version(3, "P", "名札の付け忘れ")]);
    let open: i64 = app
        .value(&format!(
            "SELECT count(*) FROM desk.alerts WHERE watch_id = '{one}' AND rule = 'A2' AND condition = 'met' AND state <> 'closed'"
        ))
        .await;
    assert_eq!(open, 0, "the correction took the ground away");
}

#[tokio::test]
async fn days_out_of_reach_and_closed_days_are_refused_in_codes() {
    let app = TestApp::new().await;
    let [one, ..]: [String; 3] = children(&app).try_into().unwrap();
    app.run(&format!(
        "INSERT INTO watch.calendar_days (ward_id, id, facility_id, from_on, until_on, is_open, label, entered_at)
         VALUES ('{}', gen_random_uuid(), '{}', '2026-11-18', '2026-11-18', false, '休園', '2026-11-01T00:00:00Z')",
        app.world.ward, app.world.nursery.id
    ))
    .await;
    let days = ["2026-11-21", "2026-10-19", "2026-11-18", "2026-10-20"];
    let rows: Vec<Value> = days.iter().map(|day| row(&one, day, "P")).collect();
    let answer = deliver(&app, 1, &json!(rows)).await.expect(200);
    assert_eq!(results(&answer), ["out_of_reach", "out_of_reach", "closed_day", "accepted"]);
    let late: bool = app.value("SELECT late FROM watch.submissions WHERE token_id IS NOT NULL").await;
    assert!(late, "a day gone by is late");
}

#[tokio::test]
async fn a_delivery_that_cannot_be_read_says_how_to_mend_it() {
    let app = TestApp::new().await;
    let json_kind = ("content-type", "application/json");
    let system = app.system();
    let (good, known) = (json!({ "rows": [row("x", "2026-11-20", "P")] }).to_string(), key(1));
    let keyed = ("idempotency-key", known.as_str());
    let before = app.trail_lines().await;
    let fault = async |headers: &[(&str, &str)], body: &str, status: u16, code: &str| {
        let answer = post(&system, headers, body).await.expect(status);
        let problem = answer.json();
        assert_eq!(
            (problem["code"].as_str(), answer.header("content-type")),
            (Some(code), "application/problem+json"),
            "{body:.80}"
        );
        problem["detail"].as_str().unwrap().to_owned()
    };
    fault(&[json_kind], &good, 400, "no_key").await;
    fault(&[json_kind, ("idempotency-key", "1")], &good, 400, "no_key").await;
    fault(&[json_kind, keyed, keyed], &good, 400, "no_key").await;
    fault(&[keyed], &good, 415, "not_json").await;
    fault(&[("content-type", "text/plain"), keyed], &good, 415, "not_json").await;
    let too_many = json!({ "rows": vec![row("x", "2026-11-20", "P"); 1_001] }).to_string();
    let named = json!({ "rows": [{ "name": "甲野 一花", "day": "2026-11-20", "status": "P" }] }).to_string();
    let unlike: [String; 10] = [
        "{".to_owned(),
        "[]".to_owned(),
        json!({ "rows": [] }).to_string(),
        too_many,
        named,
        json!({ "rows": [row("", "2026-11-20", "P")] }).to_string(),
        json!({ "rows": [row(&"x".repeat(65), "2026-11-20", "P")] }).to_string(),
        json!({ "rows": [row("x", "2026-11-20T00:00", "P")] }).to_string(),
        json!({ "rows": [row("x", "2026-11-20", "出席")] }).to_string(),
        json!({ "rows": [row("x", "2026-11-20", "P")], "more": 1 }).to_string(),
    ];
    for body in unlike {
        let detail = fault(&[json_kind, keyed], &body, 400, "not_the_schema").await;
        assert!(detail.contains("行目"), "{detail}");
    }
    let english = fault(&[json_kind, keyed, ("accept-language", "en")], "{", 400, "not_the_schema").await;
    assert!(english.starts_with("The body is not"), "{english}");
    post(&system, &[json_kind, keyed], "x".repeat(1024 * 1024 + 1)).await.expect(413);
    assert_eq!(app.trail_lines().await, before, "nothing was looked at");

    let refused = post(&app.stranger(), &[json_kind, keyed], good).await.expect(401);
    assert!(refused.header("www-authenticate").starts_with("Bearer"));
    let other = system.send(system.request(Method::DELETE, API).body(axum::body::Body::empty()).unwrap()).await.expect(405);
    assert_eq!((other.header(header::ALLOW.as_str()), other.header("content-type")), ("POST", "application/problem+json"));
}

#[tokio::test]
async fn the_database_itself_lets_a_system_read_no_name_and_no_report_of_people() {
    let app = TestApp::new().await;
    let [one, ..]: [String; 3] = children(&app).try_into().unwrap();
    deliver(&app, 1, &json!([row(&one, "2026-11-20", "P")])).await.expect(200);
    let mut conn = PgConnection::connect_with(&app.scratch.app()).await.unwrap();
    let fence = format!(
        "SET ROLE tsunagi_client; SET tsunagi.ward = '{}'; SET tsunagi.today = '2026-11-20'; SET tsunagi.organization = '{}'; SET tsunagi.client = '{}'",
        app.world.ward, app.world.nursery.id, app.world.token
    );
    sqlx::raw_sql(AssertSqlSafe(fence)).execute(&mut conn).await.unwrap();
    for query in [
        "SELECT name FROM watch.watches",
        "SELECT kana, grade FROM watch.watches",
        "SELECT mark FROM watch.days",
        "SELECT status FROM watch.days",
        "SELECT reported_by FROM watch.reports",
        "SELECT * FROM watch.submissions",
        "SELECT triggers FROM watch.urgent_reports",
        "SELECT display_name FROM hub.people",
        "SELECT * FROM desk.alerts",
        "UPDATE watch.reports SET mark = '{}'",
        "DELETE FROM watch.days",
    ] {
        let refused = sqlx::query(query).execute(&mut conn).await.unwrap_err().to_string();
        assert!(refused.contains("permission denied"), "{query}: {refused}");
    }
    let count =
        async |conn: &mut PgConnection, what: &'static str| -> i64 { sqlx::query_scalar(what).fetch_one(conn).await.unwrap() };
    assert_eq!(count(&mut conn, "SELECT count(day) FROM watch.reports").await, 1, "its own, not those of people");
    assert_eq!(count(&mut conn, "SELECT count(id) FROM watch.watches").await, 3, "requests in force here");
    assert_eq!(count(&mut conn, "SELECT count(day) FROM watch.days").await, 4);
}

#[tokio::test]
async fn the_description_is_open_and_made_of_the_same_types() {
    let app = TestApp::new().await;
    let answer = app.stranger().get("/api/v1/openapi.json").await.expect(200);
    assert_eq!(answer.header("content-type"), "application/json");
    let described = answer.json();
    let mut paths: Vec<&String> = described["paths"].as_object().unwrap().keys().collect();
    paths.sort();
    let mut served: Vec<&str> =
        app.routes.iter().map(|route| route.path.as_str()).filter(|path| path.starts_with("/api/")).collect();
    served.sort_unstable();
    served.retain(|path| *path != "/api/v1/openapi.json");
    assert_eq!(paths, served, "what is described is what is served");
    let row = &described["components"]["schemas"]["Row"];
    assert_eq!(row["properties"]["status"]["enum"].as_array().unwrap().len(), tsunagi::domain::attendance::Status::ALL.len());
    assert_eq!((&row["additionalProperties"], &row["properties"]["name"]), (&json!(false), &Value::Null), "no name is taken");
}

/// The stage `api` of `tests/run` runs it: all checks of schemathesis against a listening hub, with the token of a facility.
#[tokio::test]
#[ignore = "needs schemathesis, which tests/run installs"]
#[expect(clippy::disallowed_methods, reason = "tests/run says where schemathesis is")]
async fn schemathesis_finds_nothing() {
    let app = TestApp::new().await;
    let running = app.listen().await.unwrap();
    let program = std::env::var("SCHEMATHESIS").expect("tests/run says where schemathesis is");
    let mut child = tokio::process::Command::new(program)
        .args(["--config-file", concat!(env!("CARGO_MANIFEST_DIR"), "/tests/schemathesis.toml"), "run"])
        .arg(format!("http://{}/api/v1/openapi.json", running.address))
        .args(["--header", &format!("Authorization: Bearer {}", app.world.api_token().text())])
        .args([
            "--checks",
            "all",
            "--max-examples",
            "40",
            "--max-time",
            "50",
            "--seed",
            "20261120",
            "--no-color",
            "--generation-database",
            "none",
        ])
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    // The limits are another test's: here time runs on and failures are forgotten.
    let ended = loop {
        if let Ok(ended) = tokio::time::timeout(std::time::Duration::from_millis(50), child.wait()).await {
            break ended.unwrap();
        }
        app.app.clock.advance(jiff::ToSpan::milliseconds(50));
        // What a request is counting at this moment is left alone.
        app.run("DELETE FROM hub.limits WHERE ctid IN (SELECT l.ctid FROM hub.limits l FOR UPDATE SKIP LOCKED)").await;
    };
    assert!(ended.success());
    assert!(app.value::<i64>("SELECT count(*) FROM hub.trail WHERE action = 'sendAttendance'").await > 0, "it came in");
    running.stop().await.unwrap();
    app.reporter().get("/sheet").await.expect(200);
}
