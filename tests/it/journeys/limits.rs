//! Trying too often: who is made to wait, for how long, who is not, and that nobody gets around it.

mod doors;
mod lines;
mod nodes;
mod thousand;

use axum::{body::Body, http::Method};
use jiff::ToSpan;
use serde_json::{Value, json};
use tsunagi::{
    gate::Role,
    web::Secret,
    work::ward::{self, Wanted},
};

use crate::support::{Answer, Authenticator, Caller, Staff, TestApp};

/// A code that nobody was given.
const UNKNOWN: &str = "AAAAA-AAAAA-AAAAA-AAAAA";

/// A new address for every call, so that only the limit that is meant stands in the way.
struct Addresses<'a> {
    app: &'a TestApp,
    last: u32,
}

impl<'a> Addresses<'a> {
    fn of(app: &'a TestApp) -> Self {
        Self { app, last: 0 }
    }

    fn next(&mut self) -> Caller<'a> {
        self.last += 1;
        self.app.stranger().at(&format!("10.{}.{}.{}", self.last >> 16, self.last >> 8 & 255, self.last & 255))
    }
}

/// An invitation of the nursery's head or teacher with this code, good for a day, or past, or spent, or revoked.
async fn invite(app: &TestApp, role: Role, code: &str, state: State) {
    letter(app, app.world.nursery.staff(role), code, state).await;
}

/// The same of anybody of the ward.
async fn letter(app: &TestApp, staff: &Staff, code: &str, state: State) {
    let hash = Secret::typed(code).hash().iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"));
    let (ward, person) = (app.world.ward, staff.person);
    let (expires, spent, revoked) = match state {
        State::Good => ("2026-11-21T00:00:00Z", "NULL", "NULL"),
        State::Expired => ("2026-11-19T12:00:00Z", "NULL", "NULL"),
        State::Spent => ("2026-11-21T00:00:00Z", "now()", "NULL"),
        State::Revoked => ("2026-11-21T00:00:00Z", "NULL", "now()"),
    };
    app.run(&format!(
        "INSERT INTO hub.invitations (ward_id, id, person_id, code_hash, created_at, expires_at, spent_at, revoked_at)
         VALUES ('{ward}', gen_random_uuid(), '{person}', '\\x{hash}', '2026-11-19T00:00:00Z', '{expires}', {spent}, {revoked})"
    ))
    .await;
}

#[derive(Debug, Clone, Copy)]
enum State {
    Good,
    Expired,
    Spent,
    Revoked,
}

/// Posts something that is no answer of any browser.
async fn nonsense(caller: &Caller<'_>) -> Answer {
    caller.post_as("/sign-in", "application/json", "{").await
}

/// As the page's script does, which says that it wants JSON.
async fn script(caller: &Caller<'_>, path: &str, body: &Value) -> Answer {
    let request =
        caller.request(Method::POST, path).header("accept", "application/json").header("content-type", "application/json");
    caller.send(request.body(Body::from(body.to_string())).unwrap()).await
}

async fn begin(caller: &Caller<'_>, path: &str) -> Value {
    script(caller, path, &json!({})).await.expect(200).json()
}

/// The nursery's person with this role registers a passkey.
async fn enrolled(app: &TestApp, role: Role) -> Authenticator {
    let code = format!("G00D0-{}", role.code().replace('_', "-"));
    invite(app, role, &code, State::Good).await;
    let caller = app.stranger().at("192.0.2.250").with_cookie("__Host-tsunagi-enrol", Secret::typed(&code).text());
    let mut key = Authenticator::of(app.world.nursery.staff(role).person.uuid().as_bytes());
    let options = begin(&caller, "/enrol/options").await;
    script(&caller, "/enrol/credential", &key.registers(&options)).await.expect(200);
    key
}

/// One sign-in with this passkey.
async fn signs_in(caller: &Caller<'_>, key: &Authenticator) -> Answer {
    let options = begin(caller, "/sign-in/options").await;
    script(caller, "/sign-in", &key.answers(&options)).await
}

async fn reasons(app: &TestApp) -> Vec<(String, i64)> {
    let rows = app
        .sql("SELECT reason, count(*) AS lines FROM hub.sign_ins WHERE outcome = 'refused' GROUP BY reason ORDER BY reason")
        .await;
    rows.iter().map(|row| (row["reason"].as_str().unwrap().to_owned(), row["lines"].as_i64().unwrap())).collect()
}

fn waits(answer: &Answer) -> u32 {
    assert_eq!(answer.status, 429);
    answer.header("retry-after").parse().expect("whole seconds")
}

#[tokio::test]
async fn after_twenty_failures_an_address_waits_and_its_neighbours_do_not() {
    let app = TestApp::new().await;
    let caller = app.stranger().at("198.51.100.7");
    for _ in 0..20 {
        nonsense(&caller).await.expect(422);
    }
    assert_eq!(waits(&nonsense(&caller).await), 30);
    nonsense(&app.stranger().at("198.51.100.8")).await.expect(422);

    app.app.clock.advance(10.seconds());
    assert_eq!(waits(&nonsense(&caller).await), 20);
    app.app.clock.advance(20.seconds());
    nonsense(&caller).await.expect(422);
    assert_eq!(waits(&nonsense(&caller).await), 30, "one for each half minute");
    app.app.clock.advance(1.hour());
    for _ in 0..20 {
        nonsense(&caller).await.expect(422);
    }
    assert_eq!(waits(&nonsense(&caller).await), 30, "and never more than twenty at once");
}

#[tokio::test]
async fn the_page_says_when_to_try_again_and_whom_to_call() {
    let app = TestApp::empty().await;
    let wanted = Wanted {
        code: "131999",
        name: "見本市",
        help_phone: "00-0000-0001",
        help_hours: "平日",
        admins: &["見本 一葉", "見本 二葉"],
    };
    ward::create(&app.app.db, &app.app.gate, &app.app.clock, &wanted).await.unwrap();
    let caller = app.stranger().at("198.51.100.7");
    caller.get("/sign-in").await.expect(200);
    for _ in 0..20 {
        nonsense(&caller).await.expect(422);
    }
    let page = caller.post("/enrol", &[("code", UNKNOWN)]).await.expect(429);
    assert_eq!(page.header("retry-after"), "30");
    assert_eq!(page.first("h1").as_deref(), Some("しばらくお待ちください"));
    let text = page.first("main").unwrap();
    assert!(
        text.contains("30秒ほど待って") && text.contains("自治体の担当者に伝えてください") && text.contains("00-0000-0001"),
        "{text}"
    );
    assert_eq!(page.attributes("input[name=code]", "value"), [UNKNOWN], "what was typed can be sent again");
    let said = script(&caller, "/sign-in", &json!({})).await.expect(429);
    assert_eq!(said.header("retry-after"), "30");
    let said = said.json()["error"].as_str().unwrap().to_owned();
    assert!(said.contains("30秒ほど待って") && said.contains("00-0000-0001"), "{said}");
}

#[tokio::test]
async fn whoever_gets_in_has_cost_nothing() {
    let app = TestApp::new().await;
    let key = enrolled(&app, Role::Reporter).await;
    let caller = app.stranger().at("198.51.100.7");
    for _ in 0..40 {
        signs_in(&caller, &key).await.expect(200);
    }
    invite(&app, Role::FacilityHead, "G00D1", State::Good).await;
    for _ in 0..40 {
        caller.post("/enrol", &[("code", "G00D1")]).await.expect(200);
    }
    assert_eq!(reasons(&app).await, []);
}

#[tokio::test]
async fn at_half_past_eight_a_whole_ward_behind_one_address_comes_in() {
    let app = TestApp::new().await;
    let key = enrolled(&app, Role::Reporter).await;
    let caller = app.stranger().at("198.51.100.7");
    // As the page asks: once when it opens, and its button goes on with that. Everybody has opened it before anybody touches a key.
    let mut open = Vec::new();
    for _ in 0..300 {
        open.push(begin(&caller, "/sign-in/options").await);
        app.app.clock.advance(100.milliseconds());
    }
    for options in &open {
        script(&caller, "/sign-in", &key.answers(options)).await.expect(200);
        app.app.clock.advance(100.milliseconds());
    }
    assert_eq!(reasons(&app).await, []);
    // What fails is counted as ever, at the same address too.
    for _ in 0..20 {
        nonsense(&caller).await.expect(422);
    }
    assert_eq!(waits(&nonsense(&caller).await), 30);
    // And nobody leaves ceremonies behind without end.
    let mut begun = 0;
    while script(&caller, "/sign-in/options", &json!({})).await.status == 200 {
        begun += 1;
        assert!(begun <= tsunagi::domain::limit::BEGUN_BY_ADDRESS.burst, "no end");
    }
}

#[tokio::test]
async fn a_hundred_at_once_get_no_further_than_twenty() {
    let app = TestApp::new().await;
    let caller = app.stranger().at("198.51.100.7");
    let answers = futures::future::join_all((0..100).map(|_| nonsense(&caller))).await;
    let with = |status: u16| answers.iter().filter(|answer| answer.status == status).count();
    assert_eq!((with(422), with(429)), (20, 80));
    assert_eq!(reasons(&app).await, [("limited".to_owned(), 80), ("malformed".to_owned(), 20)], "a line each");
}

#[tokio::test]
async fn an_account_waits_wherever_it_is_tried_from_and_one_that_is_none_waits_as_long() {
    let app = TestApp::new().await;
    let key = enrolled(&app, Role::Reporter).await;
    let stranger = Authenticator::of(app.world.nursery.staff(Role::Reporter).person.uuid().as_bytes());
    let mut answers = Vec::new();
    for (number, tried) in [(1, key.forged()), (2, stranger)] {
        for n in 0..5 {
            signs_in(&app.stranger().at(&format!("198.51.{number}.{n}")), &tried).await.expect(422);
        }
        let answer = signs_in(&app.stranger().at(&format!("198.51.{number}.99")), &tried).await;
        assert_eq!(waits(&answer), 60);
        answers.push((answer.headers.clone(), answer.text()));
    }
    assert_eq!(answers[0], answers[1], "nobody learns whether there is such a passkey");
    assert_eq!(waits(&signs_in(&app.stranger().at("198.51.3.1"), &key).await), 60, "the right one waits too");
    app.app.clock.advance(60.seconds());
    signs_in(&app.stranger().at("198.51.3.1"), &key).await.expect(200);

    let person = app.world.nursery.staff(Role::Reporter).person;
    let lines: i64 =
        app.value(&format!("SELECT count(*) FROM hub.sign_ins WHERE reason = 'limited' AND person_id = '{person}'")).await;
    assert_eq!(lines, 2, "the ward reads who was made to wait");
}

#[tokio::test]
async fn a_ward_waits_after_two_hundred_failures_from_everywhere_and_the_next_one_does_not() {
    let app = TestApp::new().await;
    for n in 0..41 {
        invite(&app, Role::Reporter, &format!("5PENT-{n:05}"), State::Spent).await;
    }
    let tries = async |n: u32| {
        let code = format!("5PENT-{:05}", n / 5);
        app.stranger().at(&format!("198.51.{}.7", n / 20)).post("/enrol", &[("code", &code)]).await
    };
    for n in 0..200 {
        tries(n).await.expect(422);
    }
    assert_eq!(waits(&tries(200).await), 1);
    app.stranger().at("203.0.113.1").post("/enrol", &[("code", UNKNOWN)]).await.expect(422);
    app.app.clock.advance(1.second());
    tries(200).await.expect(422);
    assert_eq!(waits(&tries(201).await), 1);
}

#[tokio::test]
async fn what_is_refused_for_one_reason_is_not_charged_for_another() {
    let app = TestApp::new().await;
    for n in 0..6 {
        invite(&app, Role::Reporter, &format!("5PENT-{n:05}"), State::Spent).await;
    }
    let at = |n: u32| app.stranger().at(&format!("198.51.100.{n}"));
    for n in 0..5 {
        at(n).post("/enrol", &[("code", "5PENT-00000")]).await.expect(422);
    }
    let before: i64 = app.value("SELECT count(*) FROM hub.limits WHERE tat > '2026-11-20T00:00:05Z'").await;
    for n in 0..10 {
        assert_eq!(waits(&at(n).post("/enrol", &[("code", "5PENT-00000")]).await), 60);
    }
    // The ward's count stands where the five failures left it, though ten more were refused for the code.
    let ward: i64 = app.value("SELECT count(*) FROM hub.limits WHERE tat = '2026-11-20T00:00:05Z'").await;
    assert_eq!((ward, before), (1, 6));
}

#[tokio::test]
async fn old_counts_are_swept() {
    let app = TestApp::new().await;
    nonsense(&app.stranger().at("198.51.100.7")).await.expect(422);
    app.stranger().at("198.51.100.8").post("/enrol", &[("code", UNKNOWN)]).await.expect(422);
    let rows: i64 = app.value("SELECT count(*) FROM hub.limits").await;
    assert_eq!(rows, 4, "two addresses, a code, and the count of no ward");
    let sweep = async || tsunagi::store::limits::sweep(&app.app.db, app.app.clock.now()).await.unwrap();
    app.app.clock.advance(31.seconds());
    assert_eq!(sweep().await, 3);
    app.app.clock.advance(1.minute());
    assert_eq!((sweep().await, sweep().await), (1, 0));
}

#[tokio::test]
async fn the_table_tells_nobody_s_address_and_no_role_but_the_entry_reads_it() {
    let app = TestApp::new().await;
    nonsense(&app.stranger().at("198.51.100.7")).await.expect(422);
    let plain: i64 = app
        .value("SELECT count(*) FROM hub.limits WHERE key IN (sha256('198.51.100.7'), sha256('\\xc6336407'), '198.51.100.7')")
        .await;
    assert_eq!(plain, 0);
    for role in ["tsunagi_facility", "tsunagi_office", "tsunagi_admin"] {
        let may: bool =
            app.value(&format!("SELECT has_table_privilege('{role}', 'hub.limits', 'SELECT, INSERT, UPDATE, DELETE')")).await;
        assert!(!may, "{role}");
    }
}
