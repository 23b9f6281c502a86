//! Every recorded route, asked by everybody about everything: the answer is what the gate decides, and row-level security
//! alone gives nothing away (security A1, A5).

mod alone;
pub(crate) mod ask;
pub(crate) mod fill;
mod table;

use axum::http::{HeaderMap, Method};
use tsunagi::{
    gate::Gate,
    web::{Door, Route},
};

use self::{
    ask::{Thing, below, decide, member},
    fill::Target,
};
use crate::support::{Answer, Caller, Place, Staff, TestApp, World};

/// Pages that are missing although the gate permits them, because of the state their thing is in.
const BY_STATE: &[&str] = &[];

/// What tells numbers and opaque ids only, every minute or all day long: no deed, so that the trail stays readable.
const NUMBERS_ONLY: [&str; 2] = ["/alerts/count", "/alerts/events"];

/// One person at one door.
struct Visit<'a> {
    world: &'a World,
    place: &'a Place,
    staff: &'a Staff,
    route: &'a Route,
    target: &'a Target,
}

impl Visit<'_> {
    fn words(&self) -> String {
        format!("{} {} by {}", self.route.method, self.target.path, self.staff.name)
    }

    /// What the gate says, and whether the thing belongs to those asking for it.
    fn is_permitted(&self, gate: &Gate) -> bool {
        let Door::Asks { action, on } = self.route.door else { return true };
        let actor = member(self.world, self.place, self.staff);
        let own = Thing::place(self.world, self.place);
        match self.target.thing {
            Some(Thing::Belonging { ward, owner }) => {
                decide(gate, &actor, action, &own) && ward == self.world.ward && below(self.world, self.place).contains(&owner)
            }
            Some(thing) if on != "Organization" => decide(gate, &actor, action, &thing),
            Some(thing @ Thing::Organization(_)) => decide(gate, &actor, action, &thing),
            _ => decide(gate, &actor, action, &own),
        }
    }

    async fn send(&self, caller: &Caller<'_>) -> Answer {
        if self.route.method == Method::GET {
            caller.get(&self.target.path).await
        } else {
            fill::post(caller, &self.target.path).await
        }
    }
}

fn closed(routes: &[Route], method: &Method) -> Vec<Route> {
    routes.iter().filter(|route| route.method == *method && matches!(route.door, Door::Asks { .. })).cloned().collect()
}

/// What is there to be asked for: everything of the own ward, and of the ward next door.
fn targets(route: &Route, app: &TestApp) -> Vec<Target> {
    let mut all = fill::targets(&route.path, &app.world);
    if all.iter().any(|target| target.thing.is_some()) {
        all.extend(fill::targets(&route.path, &app.other));
    }
    all
}

#[tokio::test]
async fn everybody_sees_what_the_gate_permits_and_nothing_else() {
    let app = TestApp::new().await;
    let gate = Gate::new().unwrap();
    for route in closed(&app.routes, &Method::GET) {
        for target in targets(&route, &app) {
            for (place, staff) in app.world.people() {
                let visit = Visit { world: &app.world, place, staff, route: &route, target: &target };
                check(&app, &visit, visit.is_permitted(&gate)).await;
            }
        }
    }
}

#[tokio::test]
async fn everybody_does_what_the_gate_permits_and_nothing_else() {
    let mut app = TestApp::new().await;
    let gate = Gate::new().unwrap();
    let world = app.world.clone();
    for route in closed(&app.routes, &Method::POST) {
        for target in targets(&route, &app) {
            for (place, staff) in world.people() {
                let visit = Visit { world: &world, place, staff, route: &route, target: &target };
                if check(&app, &visit, visit.is_permitted(&gate)).await {
                    // The next one finds the world as it was.
                    app = TestApp::new().await;
                }
            }
        }
    }
}

/// Holds the answer against the decision; says whether something was done.
async fn check(app: &TestApp, visit: &Visit<'_>, permitted: bool) -> bool {
    let caller = app.signed_in(visit.place, visit.staff.role);
    let words = visit.words();
    let line: Option<String> = if permitted { app.last_deed().await } else { None };
    let answer = visit.send(&caller).await;
    if !permitted {
        let absent = caller.get("/there-is-no-such-page").await;
        assert_eq!(answer.status, 404, "{words} is not permitted");
        same(&answer, &absent, &words);
        if let Some(path) = fill::missing(&visit.route.path, visit.world) {
            let target = Target { path, thing: None };
            same(&answer, &Visit { target: &target, ..*visit }.send(&caller).await, &words);
        }
        return false;
    }
    if BY_STATE.contains(&visit.route.path.as_str()) && answer.status == 404 {
        return false;
    }
    let sent_away = ["/sign-in", "/organization"].contains(&answer.location());
    let refused = [403, 404].contains(&answer.status.as_u16()) || answer.status.is_server_error() || sent_away;
    assert!(!refused, "{words} is permitted, but answered {} {}", answer.status, answer.location());
    let done = answer.status.is_success() || answer.status.is_redirection();
    if let (true, Door::Asks { action, .. }) = (done, visit.route.door) {
        let said = app.last_deed().await;
        if NUMBERS_ONLY.contains(&visit.route.path.as_str()) {
            assert_eq!(said, line, "{words}");
            return false;
        }
        assert!(
            said != line && said.as_deref().is_some_and(|said| said.starts_with(action)),
            "{words}: the door says {action}, the trail {said:?}"
        );
    }
    done && visit.route.method != Method::GET
}

/// Not yours and not there: the same status, headers and page.
#[track_caller]
fn same(one: &Answer, other: &Answer, words: &str) {
    let lines = |headers: &HeaderMap| headers.iter().map(|(name, value)| format!("{name}: {value:?}")).collect::<Vec<_>>();
    assert_eq!(one.status, other.status, "{words}");
    assert_eq!(lines(&one.headers), lines(&other.headers), "{words}");
    assert_eq!(one.text(), other.text(), "{words}");
}
