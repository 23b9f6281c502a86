//! Fills the parameters of a path with things of a world. A parameter that nobody knows here fails the tests.

use uuid::Uuid;

use super::{ask::Thing, belongings::Belonging};
use crate::support::{Answer, Caller, Staff, World};

/// A path with something in its parameters.
#[derive(Debug, Clone)]
pub(crate) struct Target {
    pub(crate) path: String,
    /// What the path names; `None` when it names nothing but days.
    pub(crate) thing: Option<Thing>,
}

/// Something nobody has.
pub(crate) const NOTHING: Uuid = Uuid::from_u128((0x4000_u128 << 64) | (0x8000_u128 << 48) | 0xffff_ffff);

/// The path once for each thing of the world that it could name.
pub(crate) fn targets(path: &str, world: &World) -> Vec<Target> {
    let mut targets = vec![Target { path: path.to_owned(), thing: None }];
    for name in parameters(path) {
        let fill = |target: &Target, (value, thing): (String, Option<Thing>)| Target {
            path: target.path.replace(&format!("{{{name}}}"), &value),
            thing: thing.or_else(|| target.thing.clone()),
        };
        // What stands before it is filled by now: what hangs on somebody is theirs.
        let filled = |target: &Target| values(name, &target.path, world);
        targets = targets.iter().flat_map(|target| filled(target).into_iter().map(move |value| fill(target, value))).collect();
    }
    targets
}

/// The same path naming something that is not there; `None` when it names nothing.
pub(crate) fn missing(path: &str, world: &World) -> Option<String> {
    let names = parameters(path);
    let is_thing = |name: &str| values(name, path, world).iter().any(|(_, thing)| thing.is_some());
    let mut filled = path.to_owned();
    if !names.iter().any(|name| is_thing(name)) {
        return None;
    }
    for name in names {
        let value = if is_thing(name) { NOTHING.to_string() } else { values(name, path, world).remove(0).0 };
        filled = filled.replace(&format!("{{{name}}}"), &value);
    }
    Some(filled)
}

pub(crate) fn parameters(path: &str) -> Vec<&str> {
    path.split('/').filter_map(|part| part.strip_prefix('{')?.split_once('}')).map(|(name, _)| name).collect()
}

/// Whom a path names behind its first part.
fn person_in(path: &str) -> Option<Uuid> {
    path.split('/').nth(2)?.parse().ok()
}

/// What hangs on a person, and is not there without one.
fn belonging(kind: Belonging, person: Option<Uuid>) -> Vec<(String, Option<Thing>)> {
    vec![(person.map_or(NOTHING, |person| kind.of(person)).to_string(), None)]
}

/// What a parameter of this name can be, in a path that is filled up to it.
fn values(name: &str, path: &str, world: &World) -> Vec<(String, Option<Thing>)> {
    let offices = [&world.centre, &world.branch, &world.guidance];
    match name {
        // The sign-in service of a ward, behind an open door.
        "ward" => vec![(world.ward.to_string(), None)],
        "day" => vec![(World::REPORTED.to_owned(), None)],
        // Asked for through the facility itself.
        "month" => vec![("2026-10".to_owned(), None)],
        // Every office has asked the nursery about somebody.
        "facility" => vec![(world.nursery.id.to_string(), None)],
        "watch" if path.starts_with("/calendar") || path.starts_with("/slips") => {
            let owner = Some(Thing::Belonging { ward: world.ward, owner: world.nursery.id });
            vec![(world.watch(&world.centre, &world.nursery).id.to_string(), owner)]
        }
        "watch" => {
            let asked = offices.iter().map(|office| world.watch(office, &world.nursery)).chain([world.ended_watch()]);
            asked.map(|watch| (watch.id.to_string(), Some(Thing::watch(world, watch)))).collect()
        }
        // What belongs to somebody is asked for through them.
        "person" if path.contains("{membership}") => {
            let staff = &world.nursery.people[0];
            vec![(staff.person.to_string(), Some(Thing::person(world, &world.nursery, staff)))]
        }
        "membership" => vec![(world.nursery.people[0].membership.to_string(), None)],
        "invitation" => belonging(Belonging::Invitation, person_in(path)),
        "proposal" => belonging(Belonging::Proposal, person_in(path)),
        // Asked for through whoever asks; for everybody else the page says that it is over (others.rs).
        "absence" => belonging(Belonging::Absence, Some(world.centre.people[0].person.uuid())),
        "device" => belonging(Belonging::Device, Some(world.nursery.people[0].person.uuid())),
        "ceremony" => belonging(Belonging::Ceremony, Some(world.nursery.people[0].person.uuid())),
        // A letter is asked for at the organizations of whom it is for.
        "person" if path.starts_with("/people/{person}/invitation") && !path.contains("{invitation}") => {
            [&world.nursery, &world.centre, &world.root]
                .into_iter()
                .flat_map(|place| place.people.iter().map(move |staff| (place, staff)))
                .map(|(place, staff)| (staff.person.to_string(), Some(Thing::Belonging { ward: world.ward, owner: place.id })))
                .collect()
        }
        "person" => {
            let people = [&world.nursery, &world.centre, &world.root]
                .into_iter()
                .flat_map(|place| place.people.iter().map(move |staff| (place, staff)));
            people.map(|(place, staff)| (staff.person.to_string(), Some(Thing::person(world, place, staff)))).collect()
        }
        // A token is asked for through its facility.
        "token" => vec![(world.token.to_string(), None)],
        // What belongs to somebody alone.
        "session" if path.starts_with("/people/") => {
            let whose = world.people().find(|(_, staff)| Some(staff.person.uuid()) == person_in(path));
            vec![(whose.map_or(NOTHING, |(_, staff)| staff.session.uuid()).to_string(), None)]
        }
        "passkey" | "session" => {
            let people = [&world.nursery, &world.centre, &world.root]
                .into_iter()
                .flat_map(|place| place.people.iter().map(move |staff| (place, staff)));
            let id = |staff: &Staff| if name == "passkey" { staff.passkeys()[0].to_string() } else { staff.session.to_string() };
            people.map(|(place, staff)| (id(staff), Some(Thing::person(world, place, staff)))).collect()
        }
        "organization" => {
            let places = [&world.root, &world.centre, &world.nursery];
            places.map(|place| (place.id.to_string(), Some(Thing::place(world, place)))).to_vec()
        }
        "alert" => world.alerts.iter().map(|alert| (alert.id.to_string(), Some(Thing::alert(world, alert)))).collect(),
        "opening" => vec![(world.opening.id.to_string(), Some(Thing::opening(world, &world.opening)))],
        // The world's urgent report bears the number of its sheet.
        "submission" | "urgent" => {
            vec![(world.sheet.to_string(), Some(Thing::Belonging { ward: world.ward, owner: world.nursery.id }))]
        }
        // The facility in the path decides; the day only belongs to it.
        "closed" if path.starts_with("/organizations") => vec![(world.closed.to_string(), None)],
        "closed" => vec![(world.closed.to_string(), Some(Thing::Belonging { ward: world.ward, owner: world.nursery.id }))],
        "rule" => vec![("A3".to_owned(), None)],
        // The ward's, as its rules are.
        "back_test" => vec![(world.back_test.to_string(), None)],
        "template" => vec![("school".to_owned(), None)],
        "holiday" => vec![(World::HOLIDAY.to_owned(), None)],
        "import" if path.starts_with("/directory/") => {
            vec![(world.directory_import.to_string(), Some(Thing::Belonging { ward: world.ward, owner: world.root.id }))]
        }
        "import" if path.starts_with("/register/") => {
            vec![(world.attendance_import.to_string(), Some(Thing::Belonging { ward: world.ward, owner: world.nursery.id }))]
        }
        "import" => {
            let belonging = |owner| Some(Thing::Belonging { ward: world.ward, owner });
            world.imports.iter().map(|import| (import.id.to_string(), belonging(import.office))).collect()
        }
        _ => panic!("{path}: nobody knows what to put for {{{name}}}; add it to tests/it/matrix/fill.rs"),
    }
}

/// Posts the least a handler must be able to read: a form that says which state it was made of and nothing else, or an
/// empty file.
pub(crate) async fn post(caller: &Caller<'_>, path: &str) -> Answer {
    const KEY: &str = "00000000-0000-4000-8000-00000000feed";
    match path {
        "/directory/imports" => caller.upload(path, ("file", "職員.csv", b""), &[("what", "people")]).await,
        "/register/imports" => caller.upload(path, ("file", "出席簿.csv", b""), &[("month", "2026-11")]).await,
        "/requests/imports" => caller.upload(path, ("file", "名簿.csv", b""), &[]).await,
        _ => caller.post(path, &[("idempotency_key", KEY), ("revision", "1"), ("version", "1")]).await,
    }
}
