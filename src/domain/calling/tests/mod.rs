//! The ladder as a table: who is there, who is told, who is passed over and why.

mod clocks;
mod found;

use uuid::Uuid;

use super::*;

const TANAKA: u128 = 1;
const SATO: u128 = 2;
const CHIEF: u128 = 3;
const DUTY: u128 = 4;
const ABOVE: u128 = 5;
const BEYOND: u128 = 6;
const ADMIN: u128 = 9;

fn id(number: u128) -> Id<Person> {
    Id::from(Uuid::from_u128(number))
}

fn here(number: u128, role: Role, height: u32) -> Answerer {
    Answerer { id: id(number), role, height, away: false }
}

/// Tanaka has the request, Sato is a colleague, and everybody is there.
fn everybody() -> Situation {
    Situation {
        worker: Some(id(TANAKA)),
        substitute: None,
        absence: None,
        on_duty: Some(id(DUTY)),
        both: Vec::new(),
        answerers: vec![
            here(TANAKA, Role::Caseworker, 0),
            here(SATO, Role::Caseworker, 0),
            here(CHIEF, Role::Supervisor, 0),
            here(DUTY, Role::Caseworker, 0),
            here(ABOVE, Role::Supervisor, 1),
        ],
        admins: vec![id(ADMIN)],
    }
}

fn without(mut situation: Situation, gone: &[u128]) -> Situation {
    situation.answerers.retain(|one| !gone.iter().any(|number| id(*number) == one.id));
    situation
}

fn away(mut situation: Situation, away: &[u128]) -> Situation {
    for one in &mut situation.answerers {
        one.away |= away.iter().any(|number| id(*number) == one.id);
    }
    situation
}

/// With somebody who supervises the office above the one above.
fn beyond(situation: &Situation) -> Situation {
    let mut situation = situation.clone();
    situation.answerers.push(here(BEYOND, Role::Supervisor, 2));
    situation
}

/// `worker assigned 1 > desk gap 3`: in short, with whoever was passed over in brackets.
fn words(rungs: &[Rung]) -> String {
    let number = |id: &Id<Person>| id.uuid().as_u128().to_string();
    let rung = |rung: &Rung| {
        let people = if rung.people.is_empty() {
            format!("({})", rung.about.as_ref().map(number).unwrap_or_default())
        } else {
            rung.people.iter().map(number).collect::<Vec<_>>().join(",")
        };
        format!("{} {} {people}", rung.station.code(), rung.reason.code())
    };
    rungs.iter().map(rung).collect::<Vec<_>>().join(" > ")
}

#[test]
fn the_ladder_for_every_situation() {
    let deputised = |situation: Situation| Situation { substitute: Some(id(SATO)), ..situation };
    let unassigned = Situation { worker: None, ..everybody() };
    for (name, situation, expected) in [
        ("all there", everybody(), "worker assigned 1 > supervisor supervises 3 > head supervises 5 > desk on_duty 4"),
        (
            "on leave with a substitute",
            away(deputised(everybody()), &[TANAKA]),
            "worker away (1) > substitute deputises 2 > supervisor supervises 3 > head supervises 5 > desk on_duty 4",
        ),
        (
            "a substitute is nobody's while the worker is there",
            deputised(everybody()),
            "worker assigned 1 > supervisor supervises 3 > head supervises 5 > desk on_duty 4",
        ),
        (
            "on leave without a substitute",
            away(everybody(), &[TANAKA]),
            "worker away (1) > supervisor supervises 3 > head supervises 5 > desk on_duty 4",
        ),
        (
            "the substitute is on leave too",
            away(deputised(everybody()), &[TANAKA, SATO]),
            "worker away (1) > substitute away (2) > supervisor supervises 3 > head supervises 5 > desk on_duty 4",
        ),
        (
            "the substitute has left",
            without(away(deputised(everybody()), &[TANAKA]), &[SATO]),
            "worker away (1) > substitute gone (2) > supervisor supervises 3 > head supervises 5 > desk on_duty 4",
        ),
        (
            "nobody assigned",
            unassigned.clone(),
            "worker unassigned () > desk on_duty 4 > supervisor supervises 3 > head supervises 5",
        ),
        (
            "the worker has left",
            without(everybody(), &[TANAKA]),
            "worker gone (1) > desk on_duty 4 > supervisor supervises 3 > head supervises 5",
        ),
        (
            "the supervisor of the office above",
            away(everybody(), &[CHIEF]),
            "worker assigned 1 > supervisor supervises 5 > desk on_duty 4",
        ),
        (
            "a gap in the roster",
            Situation { on_duty: None, ..unassigned.clone() },
            "worker unassigned () > desk gap 3 > supervisor supervises 3 > head supervises 5",
        ),
        (
            "whoever is on duty is on leave",
            away(everybody(), &[DUTY]),
            "worker assigned 1 > supervisor supervises 3 > head supervises 5 > desk gap 3",
        ),
        (
            "no supervisor and nobody on duty",
            Situation { on_duty: None, ..without(everybody(), &[CHIEF, ABOVE, DUTY]) },
            "worker assigned 1 > supervisor nobody () > desk gap 1,2",
        ),
        (
            "an empty office",
            Situation { answerers: Vec::new(), ..everybody() },
            "worker gone (1) > desk gap 9 > supervisor nobody ()",
        ),
        ("nobody at all", Situation::default(), "worker unassigned () > desk nobody () > supervisor nobody ()"),
    ] {
        assert_eq!(words(&ladder(&situation)), expected, "{name}");
    }
}

#[test]
fn whoever_supervises_the_next_office_above_is_a_rung_of_their_own() {
    for (name, situation, expected) in [
        ("nobody supervises above", away(everybody(), &[ABOVE]), "worker assigned 1 > supervisor supervises 3 > desk on_duty 4"),
        (
            "of two offices above only the next one",
            beyond(&everybody()),
            "worker assigned 1 > supervisor supervises 3 > head supervises 5 > desk on_duty 4",
        ),
        (
            "an office above that has nobody is stepped over",
            away(beyond(&everybody()), &[ABOVE]),
            "worker assigned 1 > supervisor supervises 3 > head supervises 6 > desk on_duty 4",
        ),
    ] {
        assert_eq!(words(&ladder(&situation)), expected, "{name}");
    }
}

#[test]
fn it_climbs_rung_by_rung_and_stays_at_the_desk() {
    let mut called = Vec::new();
    let mut told = Vec::new();
    for _ in 0..5 {
        let hop = next(ladder(&everybody()), &called, &[], &[]);
        called.extend(hop.told.iter().map(|rung| rung.station));
        told.push(words(&hop.told));
    }
    let expected =
        ["worker assigned 1", "supervisor supervises 3", "head supervises 5 > desk on_duty 4", "desk on_duty 4", "desk on_duty 4"];
    assert_eq!(told, expected);
}

#[test]
fn who_left_after_being_told_is_said_and_the_desk_comes_next() {
    let hop = next(ladder(&without(everybody(), &[TANAKA])), &[Station::Worker], &[id(TANAKA)], &[]);
    assert_eq!(words(&hop.passed), "worker gone (1)");
    assert_eq!(words(&hop.told), "desk on_duty 4");
    // An absence was said before, and is not said again.
    let hop = next(ladder(&away(everybody(), &[TANAKA])), &[Station::Worker, Station::Supervisor], &[id(CHIEF)], &[]);
    assert_eq!((hop.passed.len(), words(&hop.told)), (0, "head supervises 5 > desk on_duty 4".to_owned()));
    assert_eq!(next(ladder(&Situation::default()), &[], &[], &[]).told, []);
}
