//! The doors of schools' systems: a token reads and reports for its own facility, whatever it asks for; a session never.

use axum::http::Method;
use serde_json::{Value, json};
use tsunagi::{
    domain::ids::{ApiToken as TokenId, Id},
    gate::{Actor, Client, Gate, Shown},
    web::{ApiToken, Door},
};
use uuid::Uuid;

use super::ask::{Thing, decide};
use crate::support::{Answer, Caller, Place, TestApp, World};

const DAY: &str = "2026-11-20";

/// A token, and whose it is.
struct System<'a> {
    world: &'a World,
    place: &'a Place,
    id: Id<TokenId>,
    token: ApiToken,
}

impl System<'_> {
    fn actor(&self) -> Actor {
        Client::admit(Shown { ward: self.world.ward, token: self.id, facility: self.place.id, address: None }).into()
    }
}

/// The nursery's, the elementary school's, and that of the nursery next door.
async fn systems(app: &TestApp) -> [System<'_>; 3] {
    let (world, other) = (&app.world, &app.other);
    let (id, token) = (Uuid::from_u128(world.token.uuid().as_u128() ^ (1 << 120)), ApiToken::of([9; 32]));
    app.run(&format!(
        "INSERT INTO hub.api_tokens (ward_id, id, organization_id, name, token_hash, created_by, created_at, expires_at)
         SELECT ward_id, '{id}', '{}', name, sha256('{}'), created_by, created_at, expires_at FROM hub.api_tokens WHERE id = '{}'",
        world.elementary.id,
        token.text(),
        world.token
    ))
    .await;
    let of = |world, place, id, token| System { world, place, id, token };
    [
        of(world, &world.nursery, world.token, world.api_token()),
        of(world, &world.elementary, Id::from(id), token),
        of(other, &other.nursery, other.token, other.api_token()),
    ]
}

/// Every facility of both wards.
fn facilities(app: &TestApp) -> impl Iterator<Item = (&World, &Place)> {
    [&app.world, &app.other]
        .into_iter()
        .flat_map(|world| [&world.nursery, &world.elementary, &world.junior_high].map(|place| (world, place)))
}

async fn deliver(caller: &Caller<'_>, key: usize, rows: &[Value]) -> Answer {
    let request = caller.request(Method::POST, "/api/v1/attendance").header("content-type", "application/json");
    let request = request.header("idempotency-key", format!("00000000-0000-4000-8000-{key:012}"));
    caller.send(request.body(json!({ "rows": rows }).to_string().into()).unwrap()).await
}

#[tokio::test]
async fn a_token_reads_and_reports_for_its_own_facility_and_a_session_never() {
    let app = TestApp::new().await;
    let gate = Gate::new().unwrap();
    let doors = app.routes.iter().filter(|route| matches!(route.door, Door::Client { .. }));
    let mut doors: Vec<String> = doors.map(|route| format!("{} {}", route.method, route.path)).collect();
    doors.sort();
    assert_eq!(doors, ["GET /api/v1/facility", "POST /api/v1/attendance"], "a new door is asked here");
    let watches: Vec<_> = [&app.world, &app.other].into_iter().flat_map(|world| world.watches.iter()).collect();
    let rows: Vec<Value> = watches.iter().map(|watch| json!({ "child": watch.id, "day": DAY, "status": "P" })).collect();
    for (key, system) in systems(&app).await.iter().enumerate() {
        let (actor, name) = (system.actor(), &system.place.name);
        let caller = app.stranger().with_bearer(system.token.text());
        // Whoever sits at a browser beside it adds nothing.
        let beside = app.admin().with_bearer(system.token.text());
        for caller in [&caller, &beside] {
            let text = caller.get("/api/v1/facility").await.expect(200).text();
            for (world, place) in facilities(&app) {
                let is_shown = text.contains(&place.name);
                assert_eq!(
                    is_shown,
                    decide(&gate, &actor, "readOwnFacility", &Thing::place(world, place)),
                    "{name}: {}",
                    place.name
                );
            }
        }
        let said = deliver(&caller, key, &rows).await.expect(200).json();
        for (watch, line) in watches.iter().zip(said["rows"].as_array().unwrap()) {
            let (world, place) = facilities(&app).find(|(_, place)| place.id == watch.facility).unwrap();
            let may = watch.live && decide(&gate, &actor, "sendAttendance", &Thing::place(world, place));
            let expected = if may { "accepted" } else { "unknown_child" };
            assert_eq!(line["result"], expected, "{name}: {} at {}", watch.name, place.name);
        }
    }
    // Nobody reported for anybody else, and each of its own once.
    let reported = "SELECT w.facility_id = t.organization_id AS own, count(*) FROM watch.reports r JOIN watch.watches w ON w.ward_id = r.ward_id AND w.id = r.watch_id
         JOIN hub.api_tokens t ON t.id = r.token_id AND t.ward_id = r.ward_id GROUP BY 1";
    assert_eq!(app.sql(reported).await, [json!({ "own": true, "count": 9 })]);
}

#[tokio::test]
async fn no_role_at_all_delivers_or_reads_by_its_session() {
    let app = TestApp::new().await;
    let before = app.trail_lines().await;
    let row = json!({ "child": app.world.watch(&app.world.centre, &app.world.nursery).id, "day": DAY, "status": "P" });
    for (number, (place, staff)) in [&app.world, &app.other].into_iter().flat_map(World::people).enumerate() {
        let caller = app.signed_in(place, staff.role).at(&format!("192.0.2.{}", number + 1));
        caller.get("/api/v1/facility").await.expect(401);
        deliver(&caller, number, std::slice::from_ref(&row)).await.expect(401);
    }
    assert_eq!(app.trail_lines().await, before);
    assert_eq!(app.value::<i64>("SELECT count(*) FROM watch.reports WHERE token_id IS NOT NULL").await, 0);
}
