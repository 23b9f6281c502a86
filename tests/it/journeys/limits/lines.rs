//! A thousand failures, those at the ward's own sign-in service among them, are a thousand lines, each with its reason; and none of them can be told from another by who asked.

use std::time::{Duration, Instant};

use jiff::ToSpan;
use serde_json::{Value, json};
use tsunagi::{domain::ids::Id, domain::limit, gate::Role};

use super::{State, UNKNOWN, begin, enrolled, invite, nonsense, reasons, script, signs_in, waits};
use crate::{
    journeys::provider,
    support::{Answer, Authenticator, Caller, Flow, Service, TestApp},
};

/// A new address for every call, so that only the limit that is meant stands in the way.
struct Addresses<'a> {
    app: &'a TestApp,
    last: u32,
}

impl<'a> Addresses<'a> {
    fn next(&mut self) -> Caller<'a> {
        self.last += 1;
        self.app.stranger().at(&format!("10.{}.{}.{}", self.last >> 16, self.last >> 8 & 255, self.last & 255))
    }
}

/// What somebody sends who has a challenge and nothing else.
async fn empty_answer(caller: &Caller<'_>) -> Answer {
    let options = begin(caller, "/sign-in/options").await;
    script(caller, "/sign-in", &json!({ "ceremony": options["ceremony"], "credential": {} })).await
}

/// One more who was sent to the service, and what they come back with; each from an address of their own.
async fn sent(service: &Service, from: &mut Addresses<'_>) -> (Flow, String) {
    let flow = Flow::begin(&from.next(), &format!("/sign-in/provider/{}", from.app.world.ward)).await;
    let back = service.walk(&flow).await;
    (flow, back)
}

/// The code of one answer in the place of another's.
fn with_code_of(back: &str, other: &str) -> String {
    let code = |path: &str| path.split(['?', '&']).find(|pair| pair.starts_with("code=")).expect("a code").to_owned();
    back.replace(&code(back), &code(other))
}

/// Six failures at the ward's sign-in service: a wrong nonce, its code once more, an account of nobody here, one of somebody who
/// is suspended, one whom the service refuses, and the service choking on a code.
async fn six_by_the_service(service: &Service, from: &mut Addresses<'_>) {
    let app = from.app;
    service.tell_now(app, "tanaka", "wrong_nonce").await;
    let (flow, spent) = sent(service, from).await;
    flow.come_back_as(from.next(), &spent).await.expect(403);
    service.tell("tanaka", "").await;
    let (flow, back) = sent(service, from).await;
    flow.come_back_as(from.next(), &with_code_of(&back, &spent)).await.expect(403);
    for (account, bad) in [("yamada", ""), ("suzuki", ""), ("tanaka", "denied"), ("tanaka", "token/broken")] {
        service.tell(account, bad).await;
        let (flow, back) = sent(service, from).await;
        flow.come_back_as(from.next(), &back).await.expect(403);
    }
}

#[tokio::test]
async fn a_thousand_failures_of_all_kinds_are_a_thousand_lines() {
    let service = Service::start();
    let app = service.hub_in_use().await;
    let suspended = app.world.centre.staff(Role::Caseworker).person;
    provider::bind(&app, &service, suspended, "suzuki").await;
    app.run(&format!("UPDATE hub.people SET status = 'suspended' WHERE id = '{suspended}'")).await;
    let key = enrolled(&app, Role::Reporter).await;
    let gone = enrolled(&app, Role::FacilityHead).await;
    let left = app.world.nursery.staff(Role::FacilityHead).membership;
    app.run(&format!("UPDATE hub.memberships SET suspended_at = now() WHERE id = '{left}'")).await;
    for (code, state) in [("G00D1", State::Good), ("0LD01", State::Expired), ("5PENT", State::Spent)] {
        invite(&app, Role::Reporter, code, state).await;
    }
    let mut from = Addresses { app: &app, last: 0 };
    for _ in 0..40 {
        // 25 in a round: 5 malformed, 2 stale, 1 unknown passkey, 5 bad ones, 1 limited, 2 + 1 + 1 codes, 1 without membership, 6 sent
        // back by the service
        for body in ["", "{", "{\"ceremony\": 1}"] {
            from.next().post_as("/sign-in", "application/json", body).await.expect(422);
        }
        empty_answer(&from.next()).await.expect(422);
        let enrolling = from.next().with_cookie("__Host-tsunagi-enrol", "G00D1");
        script(&enrolling, "/enrol/credential", &json!([])).await.expect(422);

        let caller = from.next();
        let answer = key.answers(&begin(&caller, "/sign-in/options").await);
        let never: Id<()> = Id::random();
        script(&caller, "/sign-in", &json!({ "ceremony": never, "credential": answer["credential"] })).await.expect(422);
        script(&enrolling, "/enrol/credential", &json!({ "ceremony": never, "credential": {} })).await.expect(422);

        let stranger = Authenticator::of(app.world.double.person.uuid().as_bytes());
        signs_in(&from.next(), &stranger).await.expect(422);
        for _ in 0..5 {
            signs_in(&from.next(), &key.forged()).await.expect(422);
        }
        signs_in(&from.next(), &key.forged()).await.expect(429);
        for code in [UNKNOWN, UNKNOWN, "0LD01", "5PENT"] {
            from.next().post("/enrol", &[("code", code)]).await.expect(422);
        }
        signs_in(&from.next(), &gone).await.expect(422);
        six_by_the_service(&service, &mut from).await;
        app.app.clock.advance(5.minutes());
    }
    let expected = [
        ("bad_passkey", 200),
        ("expired_invitation", 40),
        ("limited", 40),
        ("malformed", 200),
        ("no_membership", 80),
        ("provider_code", 80),
        ("provider_refused", 40),
        ("provider_token", 40),
        ("spent_invitation", 40),
        ("stale_ceremony", 80),
        ("unbound_identity", 40),
        ("unknown_invitation", 80),
        ("unknown_passkey", 40),
    ];
    assert_eq!(reasons(&app).await, expected.map(|(reason, lines)| (reason.to_owned(), lines)));
    assert_eq!(expected.iter().map(|(_, lines)| lines).sum::<i64>(), 1_000);
    assert_eq!(app.value::<i64>("SELECT count(*) FROM hub.sign_ins WHERE outcome <> 'refused'").await, 2, "and two came in");
}

#[tokio::test]
async fn a_flood_is_answered_and_does_not_flood_the_log() {
    let app = TestApp::new().await;
    let caller = app.stranger().at("198.51.100.7");
    let burst = i64::from(limit::ASKED_BY_ADDRESS.burst);
    for _ in 0..burst + 100 {
        let answer = nonsense(&caller).await;
        assert!(answer.status == 422 || answer.status == 429);
    }
    let noted = i64::from(limit::NOTED_ON_NODE.burst);
    let expected = [("flood", noted), ("limited", burst - 20), ("malformed", 20)];
    assert_eq!(reasons(&app).await, expected.map(|(reason, lines)| (reason.to_owned(), lines)));
    assert_eq!(waits(&nonsense(&caller).await), 1);
}

/// An answer without what differs between any two: the code that was typed, and the clock's seconds.
fn told(answer: &Answer, typed: &str) -> (u16, Vec<(String, String)>, String) {
    let headers = answer.headers.iter().map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()));
    (answer.status.as_u16(), headers.collect(), answer.text().replace(typed, ""))
}

#[tokio::test]
async fn codes_that_do_not_open_are_told_apart_by_nothing() {
    let app = TestApp::new().await;
    invite(&app, Role::Reporter, "0LD00-11111-22222-33333", State::Expired).await;
    invite(&app, Role::Reporter, "5PENT-11111-22222-33333", State::Spent).await;
    let codes = ["0LD00-11111-22222-33333", "5PENT-11111-22222-33333", UNKNOWN];
    let mut from = Addresses { app: &app, last: 0 };
    let mut times = [const { Vec::new() }; 3];
    let mut pages = Vec::new();
    while measure_on("codes", &times) {
        for (code, times) in codes.iter().zip(&mut times) {
            let caller = from.next();
            let begun = Instant::now();
            let page = caller.post("/enrol", &[("code", code)]).await.expect(422);
            times.push(begun.elapsed());
            pages.push(told(&page, code));
            let enrolling = caller.with_cookie("__Host-tsunagi-enrol", code);
            let refused = script(&enrolling, "/enrol/options", &json!({})).await.expect(422);
            pages.push(told(&refused, code));
        }
        app.app.clock.advance(3.minutes());
    }
    assert!(pages.chunks(2).all(|pair| pair == &pages[..2]), "status, headers and words are the same");
}

#[tokio::test]
async fn a_passkey_nobody_has_is_told_from_one_that_does_not_hold_by_nothing() {
    let app = TestApp::new().await;
    let forged = enrolled(&app, Role::Reporter).await.forged();
    // An authenticator whose passkeys are not backed up, as the other one's.
    let strangers = std::iter::repeat_with(|| Authenticator::of(app.world.nursery.staff(Role::Reporter).person.uuid().as_bytes()));
    let stranger = strangers.take(100).find(|key| key.id.last().is_some_and(|byte| byte % 2 == 0)).unwrap();
    let mut from = Addresses { app: &app, last: 0 };
    let mut times = [const { Vec::new() }; 2];
    let mut answers = Vec::new();
    while measure_on("passkeys", &times) {
        for (key, times) in [&forged, &stranger].into_iter().zip(&mut times) {
            let caller = from.next();
            let body: Value = key.answers(&begin(&caller, "/sign-in/options").await);
            let begun = Instant::now();
            let answer = script(&caller, "/sign-in", &body).await.expect(422);
            times.push(begun.elapsed());
            answers.push(told(&answer, "\u{0}"));
        }
        app.app.clock.advance(2.minutes());
    }
    assert!(answers.iter().all(|answer| answer == &answers[0]), "status, headers and words are the same");
}

/// Forty times each, and more when the machine was busy with something else: until the medians lie within a quarter of each
/// other. What is slower for a reason stays so, and fails.
fn measure_on<const N: usize>(what: &str, times: &[Vec<Duration>; N]) -> bool {
    if !times[0].len().is_multiple_of(40) || times[0].is_empty() {
        return true;
    }
    let medians = times.clone().map(|mut times| {
        times.sort_unstable();
        times[times.len() / 2]
    });
    eprintln!("{what}: {medians:?}");
    let (least, most) = (medians.iter().min().unwrap(), medians.iter().max().unwrap());
    let close = *most <= *least * 5 / 4;
    assert!(close || times[0].len() < 160, "{what}: {medians:?}");
    !close
}
