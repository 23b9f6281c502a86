//! 緊急閲覧: a child of another office, at night, for an hour; asked for, recorded, told, confirmed or judged.

mod asking;
mod fence;
mod looking;
mod second;
mod told;

use crate::support::{Answer, Caller, TestApp};

const WORDS: &str = "架空警察署から保護の照会があった";

/// Asks for a child by name and one thing more.
async fn ask(caller: &Caller<'_>, name: &str, place: (&str, &str)) -> Answer {
    caller.post("/emergency", &[("name", name), place, ("reason", "inquiry"), ("words", WORDS)]).await
}

/// The centre's caseworker opens the child that 児相 asked the nursery about: where it is shown.
async fn opened(app: &TestApp) -> String {
    app.verify_everybody().await;
    let name = &app.world.watch(&app.world.guidance, &app.world.nursery).name;
    ask(&app.caseworker(), name, ("grade", "n4")).await.expect(303).location().to_owned()
}

/// Moves the clock within the same night; everybody is there and just verified.
async fn at(app: &TestApp, time: &str) {
    app.at(&format!("2026-11-20T{time}")).refresh_sessions().await;
    app.verify_everybody().await;
}

/// How many rows there are, beside the one every world has.
async fn openings(app: &TestApp, condition: &str) -> i64 {
    app.value(&format!("SELECT count(*) FROM desk.openings WHERE asked_at >= '2026-11-20' AND {condition}")).await
}
