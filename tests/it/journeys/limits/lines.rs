//! What the log says of a flood; and of two failures none can be told from the other by who asked.

use std::time::{Duration, Instant};

use jiff::ToSpan;
use serde_json::{Value, json};
use tsunagi::{domain::limit, gate::Role};

use super::{Addresses, State, UNKNOWN, begin, enrolled, invite, nonsense, reasons, script, waits};
use crate::support::{Answer, Authenticator, TestApp};

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
    let mut from = Addresses::of(&app);
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
    let mut from = Addresses::of(&app);
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
