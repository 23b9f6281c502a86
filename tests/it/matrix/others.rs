//! What hangs on somebody else is as if it were not there: on another person, another organization, another ward. The walk asks for
//! what hangs on whom the path names; here the path names the one and means the other.

use std::{collections::BTreeSet, fmt::Display};

use axum::http::Method;
use tsunagi::{gate::Role, web::Route};

use super::{
    Visit,
    belongings::Belonging,
    closed, differs,
    fill::{self, NOTHING, Target},
    fresh, rows,
};
use crate::support::{Answer, Place, Staff, World};

/// What is found through somebody: whom the path names before it, or who asks.
const THROUGH_SOMEBODY: [&str; 9] =
    ["absence", "ceremony", "closed", "device", "invitation", "membership", "proposal", "session", "token"];

/// One route, asked by somebody who may do there what it does.
struct Case<'a> {
    asker: (&'a Place, &'a Staff),
    /// What is found.
    own: String,
    /// What is there and is not found, and beside it the same path naming nothing.
    others: Vec<[String; 2]>,
}

impl<'a> Case<'a> {
    /// `None` where nothing is found through somebody.
    fn of(route: &Route, world: &'a World, other: &'a World) -> Option<Self> {
        let path = route.path.as_str();
        let name = *fill::parameters(path).last()?;
        let admin = (&world.root, world.root.staff(Role::WardAdmin));
        let nursery = (&world.nursery, &world.nursery.people[0]);
        let elsewhere = [&world.nursery.people[1], &world.centre.people[0], &other.nursery.people[0]];
        let colleagues = [&world.centre.people[1], &world.guidance.people[0], &other.centre.people[0]];
        let by_people = |asker, own, others: [&Staff; 3]| {
            let thing = |staff: &Staff| filled(path, nursery.1.person, thing_of(name, staff));
            let nowhere = filled(path, nursery.1.person, NOTHING);
            Self { asker, own: thing(own), others: others.map(|staff| [thing(staff), nowhere.clone()]).into() }
        };
        let by_places = |own: String, foreign: String| {
            let at = |place: &Place, thing: &str| filled(path, place.id, thing);
            let nothing = NOTHING.to_string();
            let (here, beside) = (&world.nursery, &world.elementary);
            let others = vec![[at(here, &foreign), at(here, &nothing)], [at(beside, &own), at(beside, &nothing)]];
            Self { asker: admin, own: at(here, &own), others }
        };
        match name {
            "absence" => Some(by_people((&world.centre, &world.centre.people[0]), &world.centre.people[0], colleagues)),
            "ceremony" | "device" => Some(by_people(nursery, nursery.1, elsewhere)),
            "invitation" | "membership" | "proposal" => Some(by_people(admin, nursery.1, elsewhere)),
            "session" if path.starts_with("/people/") => Some(by_people(admin, nursery.1, elsewhere)),
            "closed" if path.starts_with("/organizations/") => Some(by_places(world.closed.to_string(), other.closed.to_string())),
            "token" => Some(by_places(world.token.to_string(), other.token.to_string())),
            // Asked for by itself: the walk asks everybody.
            _ => None,
        }
    }
}

/// The id of what the parameter names and this person has.
fn thing_of(name: &str, staff: &Staff) -> String {
    let belonging = |kind: Belonging| kind.of(staff.person.uuid()).to_string();
    match name {
        "absence" => belonging(Belonging::Absence),
        "ceremony" => belonging(Belonging::Ceremony),
        "device" => belonging(Belonging::Device),
        "invitation" => belonging(Belonging::Invitation),
        "membership" => staff.membership.to_string(),
        "proposal" => belonging(Belonging::Proposal),
        "session" => staff.session.to_string(),
        _ => panic!("nobody has a {name}"),
    }
}

/// The path with what it is found through, if it says so, and the thing.
fn filled(path: &str, through: impl Display, thing: impl Display) -> String {
    match fill::parameters(path).as_slice() {
        [first, last] => {
            path.replace(&format!("{{{first}}}"), &through.to_string()).replace(&format!("{{{last}}}"), &thing.to_string())
        }
        [only] => path.replace(&format!("{{{only}}}"), &thing.to_string()),
        more => panic!("{path}: {more:?}"),
    }
}

/// Without the path itself, which a page may lead back to.
fn masked(answer: Answer, path: &str) -> Answer {
    Answer { body: answer.text().replace(path, "").into_bytes(), ..answer }
}

#[tokio::test]
async fn what_hangs_on_somebody_else_is_as_if_it_were_not_there() {
    let mut app = fresh().await;
    let (world, other) = (app.world.clone(), app.other.clone());
    let mut asked = BTreeSet::new();
    let routes = [Method::GET, Method::POST].into_iter().flat_map(|method| closed(&app.routes, &method)).collect::<Vec<_>>();
    for route in &routes {
        let Some(Case { asker: (place, staff), own, others }) = Case::of(route, &world, &other) else { continue };
        asked.extend(fill::parameters(&route.path).last().copied());
        let ask = async |path: &str| {
            let target = Target { path: path.to_owned(), thing: None };
            let visit = Visit { world: &world, place, staff, route, target: &target };
            masked(visit.send(&app.signed_in(place, staff.role)).await, path)
        };
        let before = rows(&app).await;
        for [there, nowhere] in &others {
            assert_eq!(differs(&ask(there).await, &ask(nowhere).await), None, "{} {there} is known to be there", route.method);
        }
        assert_eq!(rows(&app).await, before, "{} {} touches what is not theirs", route.method, route.path);
        // Not because nothing is ever found there.
        let (found, nothing) = (ask(&own).await, ask(&others[0][1]).await);
        let is_done = rows(&app).await != before;
        assert!(is_done || differs(&found, &nothing).is_some(), "{} {own} is not found either", route.method);
        if is_done {
            app = fresh().await;
        }
    }
    assert_eq!(asked, BTreeSet::from(THROUGH_SOMEBODY));
}
