//! The second lock alone: with a gate that permits everything, row-level security still gives no row of another ward or
//! of an organization that is not one's own (security A1).

use axum::http::Method;
use tsunagi::gate::{Gate, SCHEMA, Side};

use super::{Visit, ask::Thing, belongings, below, closed, targets};
use crate::support::{Place, TestApp, Watched, World};

const EVERYTHING: &str = "permit (principal, action, resource);";

/// Whether the watch is one that row-level security shows to people of this place.
fn reaches(world: &World, place: &Place, watch: &Watched) -> bool {
    match place.side() {
        Side::Facility => watch.facility == place.id && watch.live,
        Side::Office => below(world, place).contains(&watch.office),
        Side::Administration => false,
    }
}

/// Words that stand on no page for people of this place: names of children they have nothing to do with, and all of the
/// ward next door.
fn forbidden(app: &TestApp, place: &Place) -> Vec<String> {
    let own = app.world.watches.iter().filter(|watch| !reaches(&app.world, place, watch)).map(|watch| watch.name.clone());
    let next_door = app.other.watches.iter().map(|watch| watch.name.clone());
    let places = app.other.places().into_iter().map(|place| place.name.clone());
    let people = app.other.people().map(|(_, staff)| staff.name.clone());
    own.chain(next_door).chain(places).chain(people).collect()
}

fn is_foreign(app: &TestApp, place: &Place, thing: Option<&Thing>) -> bool {
    let (world, own) = (&app.world, below(&app.world, place));
    match thing {
        None => false,
        Some(Thing::Organization(facts)) => facts.ward != world.ward,
        Some(Thing::Person(facts)) => facts.ward != world.ward,
        Some(Thing::Belonging { ward, owner }) => *ward != world.ward || !own.contains(owner),
        Some(Thing::Alert(facts)) => facts.ward != world.ward || place.side() != Side::Office || !own.contains(&facts.office),
        Some(Thing::Opening(facts)) => {
            facts.ward != world.ward || place.side() != Side::Office || !(own.contains(&facts.owner) || own.contains(&facts.office))
        }
        Some(Thing::Watch(facts)) => !world.watches.iter().any(|watch| watch.id == facts.id && reaches(world, place, watch)),
    }
}

async fn ungated() -> TestApp {
    let app = TestApp::with_gate(Gate::with(SCHEMA, EVERYTHING).unwrap()).await;
    app.give_passkeys().await;
    belongings::give(&app).await;
    app
}

#[tokio::test]
async fn without_the_gate_nobody_reads_a_row_that_is_not_theirs() {
    let app = ungated().await;
    let mut pages = 0;
    for route in closed(&app.routes, &Method::GET) {
        for target in targets(&route, &app) {
            for (place, staff) in app.world.people() {
                let visit = Visit { world: &app.world, place, staff, route: &route, target: &target };
                let answer = visit.send(&app.signed_in(place, staff.role)).await;
                let text = answer.text();
                let shown = forbidden(&app, place).into_iter().find(|name| text.contains(name));
                assert_eq!(shown, None, "{}", visit.words());
                let is_foreign = is_foreign(&app, place, target.thing.as_ref());
                assert!(!(is_foreign && answer.status.is_success()), "{} shows a page", visit.words());
                pages += usize::from(answer.status.is_success());
            }
        }
    }
    assert!(pages > 0, "the open gate lets somebody see something");
}

#[tokio::test]
async fn without_the_gate_nobody_changes_a_row_that_is_not_theirs() {
    let app = ungated().await;
    let before = app.fingerprint().await;
    for route in closed(&app.routes, &Method::POST) {
        for target in targets(&route, &app) {
            for (place, staff) in app.world.people() {
                if !is_foreign(&app, place, target.thing.as_ref()) {
                    continue;
                }
                let visit = Visit { world: &app.world, place, staff, route: &route, target: &target };
                let answer = visit.send(&app.signed_in(place, staff.role)).await;
                assert!(
                    answer.status.is_client_error() || answer.status.is_server_error(),
                    "{} answered {}",
                    visit.words(),
                    answer.status
                );
            }
        }
        // Once for all who asked: whatever one of them had done would still be there.
        assert_eq!(app.fingerprint().await, before, "{} {} changed something", route.method, route.path);
    }
}
