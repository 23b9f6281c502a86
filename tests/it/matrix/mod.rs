//! Every recorded route, asked by everybody about everything: the answer is what the gate decides, and row-level security
//! alone gives nothing away (security A1, A5).

mod alone;
pub(crate) mod ask;
mod belongings;
pub(crate) mod fill;
mod others;
mod systems;
mod table;

use std::{
    collections::{BTreeSet, HashMap, hash_map::Entry},
    sync::{Arc, Mutex},
};

use axum::http::{HeaderMap, Method};
use tsunagi::{
    gate::{Gate, Side},
    web::{Door, Route},
};

use self::{
    ask::{Thing, below, decide, member},
    fill::Target,
};
use crate::support::{Answer, Caller, Place, Staff, TestApp, World};

/// Pages that are missing for a side of the house although the gate permits what they ask, and where it does it instead.
const ELSEWHERE: &[(&str, Side, &str)] =
    &[("/sheet/reports/{watch}", Side::Office, "an office reads the reports on the page of its request")];

/// Nothing personal is shown there, so looking is no deed.
const NO_DEED: &[&str] = &["/alerts/count", "/alerts/events", "/requests/imports/new"];

/// Looking at a form is not doing what it does: what the trail says of it.
const LOOKING: &[(&str, &str)] = &[("/sheet/{day}/reports/{watch}/correction", "readSheet")];

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
        let own = match on {
            "Person" => Thing::person(self.world, self.place, self.staff),
            _ => Thing::place(self.world, self.place),
        };
        match self.target.thing.clone() {
            Some(Thing::Belonging { ward, owner }) => {
                decide(gate, &actor, action, &own) && ward == self.world.ward && below(self.world, self.place).contains(&owner)
            }
            Some(thing) if on != "Organization" || matches!(thing, Thing::Organization(_)) => decide(gate, &actor, action, &thing),
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

/// Every closed door of a method, with every thing that is there to be asked for; those with the most last, where the walkers begin.
fn everything(app: &TestApp, method: &Method) -> Vec<(Route, Vec<Target>)> {
    let closed = closed(&app.routes, method).into_iter();
    let mut doors: Vec<_> = closed.map(|route| (route.clone(), targets(&route, app))).collect();
    doors.sort_by_key(|(_, targets)| targets.len());
    doors
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everybody_sees_what_the_gate_permits_and_nothing_else() {
    walk(Method::GET).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everybody_does_what_the_gate_permits_and_nothing_else() {
    walk(Method::POST).await;
}

/// Two walkers, each in a world of its own, share the doors: whoever is done takes the next.
async fn walk(method: Method) {
    let doors = Arc::new(Mutex::new(everything(&TestApp::new().await, &method)));
    let walkers = [(); 2].map(|()| tokio::spawn(walker(Arc::clone(&doors))));
    let mut wrong = Vec::new();
    for walker in walkers {
        wrong.extend(walker.await.expect("the walker comes home"));
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// A whole door for each walker: what is not there is asked for once and not by both.
async fn walker(doors: Arc<Mutex<Vec<(Route, Vec<Target>)>>>) -> Vec<String> {
    let gate = Gate::new().expect("the policies hold");
    let (mut app, mut refusals, mut wrong) = (fresh().await, Refusals::default(), Vec::new());
    let mut untouched = rows(&app).await;
    let world = app.world.clone();
    while let Some((route, targets)) = next(&doors) {
        for target in &targets {
            for (place, staff) in world.people() {
                let visit = Visit { world: &world, place, staff, route: &route, target };
                let is_done = check(&app, &visit, visit.is_permitted(&gate), &mut refusals, &mut wrong).await;
                // The next one finds the world as it was; a search or an export leaves it so, and a new world costs twenty looks at it.
                if is_done && rows(&app).await != untouched {
                    app = fresh().await;
                    untouched = rows(&app).await;
                }
            }
        }
    }
    wrong
}

fn next(doors: &Mutex<Vec<(Route, Vec<Target>)>>) -> Option<(Route, Vec<Target>)> {
    doors.lock().expect("no walker fell").pop()
}

async fn fresh() -> TestApp {
    let app = TestApp::new().await;
    app.verify_everybody().await;
    app.give_passkeys().await;
    belongings::give(&app).await;
    app
}

/// All that is in the database but the trail, in short.
async fn rows(app: &TestApp) -> Vec<serde_json::Value> {
    let mut tables = app.fingerprint().await;
    tables.retain(|table| table["name"] != "trail");
    tables
}

/// What each person was told of what is not there. A refusal changes nothing, so asking once is enough.
#[derive(Default)]
struct Refusals(HashMap<(String, String), Answer>);

impl Refusals {
    async fn of(&mut self, visit: &Visit<'_>, caller: &Caller<'_>) -> &Answer {
        let key = (visit.staff.token.clone(), format!("{} {}", visit.route.method, visit.target.path));
        match self.0.entry(key) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => new.insert(visit.send(caller).await),
        }
    }
}

/// Holds the answer against the decision; says whether something was done.
async fn check(app: &TestApp, visit: &Visit<'_>, permitted: bool, refusals: &mut Refusals, wrong: &mut Vec<String>) -> bool {
    let caller = app.signed_in(visit.place, visit.staff.role);
    if permitted {
        return allowed(app, visit, &caller, wrong).await;
    }
    let answer = visit.send(&caller).await;
    let nowhere = Route { method: Method::GET, ..visit.route.clone() };
    let target = Target { path: "/there-is-no-such-page".to_owned(), thing: None };
    let absent = refusals.of(&Visit { route: &nowhere, target: &target, ..*visit }, &caller).await;
    wrong.extend(differs(&answer, absent).map(|how| format!("{} is not permitted, but {how}", visit.words())));
    if let Some(path) = fill::missing(&visit.route.path, visit.world) {
        let target = Target { path, thing: None };
        let missing = refusals.of(&Visit { target: &target, ..*visit }, &caller).await;
        wrong.extend(differs(&answer, missing).map(|how| format!("{} is known to be there: {how}", visit.words())));
    }
    false
}

async fn allowed(app: &TestApp, visit: &Visit<'_>, caller: &Caller<'_>, wrong: &mut Vec<String>) -> bool {
    let before = app.last_deed().await;
    let answer = visit.send(caller).await;
    let (status, words, path) = (answer.status, visit.words(), visit.route.path.as_str());
    if ELSEWHERE.iter().any(|(other, side, _)| *other == path && *side == visit.place.side()) {
        wrong.extend((status != 404).then(|| format!("{words} was to be done elsewhere, but answered {status}")));
        return false;
    }
    let sent_away = ["/sign-in", "/organization"].contains(&answer.leads_to());
    if [403, 404].contains(&status.as_u16()) || status.is_server_error() || sent_away {
        wrong.push(format!("{words} is permitted, but answered {status} {}", answer.location()));
    }
    if !has_a_way_out(&answer) {
        wrong.push(format!("{words} has no button to sign out"));
    }
    let done = status.is_success() || status.is_redirection();
    if let (true, false, Door::Asks { action, .. }) = (done, NO_DEED.contains(&path), visit.route.door) {
        let looking = LOOKING.iter().find(|(other, _)| *other == path && visit.route.method == Method::GET);
        let action = looking.map_or(action, |(_, said)| said);
        let said = app.last_deed().await.filter(|said| Some(said) != before.as_ref());
        if !said.as_deref().is_some_and(|said| said.starts_with(&format!("{action} "))) {
            wrong.push(format!("{words}: the door says {action}, the trail {said:?}"));
        }
    }
    done && visit.route.method != Method::GET
}

/// Every page can be left for good (ASVS 7.4.4). The button in the cover of a screen that was left, a template, is another one.
fn has_a_way_out(answer: &Answer) -> bool {
    if !answer.header("content-type").starts_with("text/html") {
        return true;
    }
    let text = answer.text();
    let mut shown = text.split("<template").enumerate().map(|(number, part)| match (number, part.split_once("</template>")) {
        (0, _) => part,
        (_, Some((_, rest))) => rest,
        (_, None) => "",
    });
    shown.any(|part| part.contains("action=\"/sign-out\""))
}

/// Not yours and not there: the same status, headers and page.
fn differs(one: &Answer, other: &Answer) -> Option<String> {
    let lines = |headers: &HeaderMap| headers.iter().map(|(name, value)| format!("{name}: {value:?}")).collect::<BTreeSet<_>>();
    let (these, those) = (lines(&one.headers), lines(&other.headers));
    if one.status != other.status {
        return Some(format!("{} is not {}", one.status, other.status));
    }
    if these != those {
        return Some(format!("its headers differ: {:?}", these.symmetric_difference(&those).collect::<Vec<_>>()));
    }
    (one.body != other.body).then(|| "its page differs".to_owned())
}
