//! `docs/POLICY-MATRIX.md`: who may do what to whose things, as the gate decides it. Its diff is the review of a policy.

use std::fmt::Write;

use tsunagi::{
    domain::ids::Id,
    gate::{
        Actor, AlertFacts, Client, Duty, Gate, OpeningFacts, OrganizationFacts, PersonFacts, Role, Shown, Side, WatchFacts,
        actions::ALL,
    },
};

use super::{
    ask::{ACTIONS, Asked, Thing, member},
    fill::NOTHING,
};
use crate::support::{Place, Staff, World, is_written};

const ROLES: [(Role, &str); 7] = [
    (Role::Reporter, "入力担当"),
    (Role::FacilityHead, "施設長"),
    (Role::Caseworker, "相談員"),
    (Role::Supervisor, "SV"),
    (Role::WardAdmin, "管理者"),
    (Role::Auditor, "監査担当"),
    (Role::Operator, "運用者"),
];

const ENDED: &str = "自分の機関（期間が終わったもの）";
const ONESELF: &str = "自分自身";
const RELATIONS: [&str; 6] = [ONESELF, "自分の機関", ENDED, "下の機関", "ほかの機関", "ほかの自治体"];

/// Where somebody of a role works: each at a place that has others beside it.
fn workplace(world: &World, role: Role) -> &Place {
    match role.side() {
        Side::Facility => &world.nursery,
        Side::Office => &world.centre,
        Side::Administration => &world.root,
    }
}

/// How a thing stands to somebody at `place`, with such a thing of each kind.
fn relations(world: &World, other: &World, (place, staff): (&Place, &Staff)) -> Vec<(&'static str, Vec<Thing>)> {
    // The neighbour is of the same side; administration has none in its ward, so a facility stands in.
    let neighbour = match place.side() {
        Side::Facility => &world.elementary,
        Side::Office => &world.guidance,
        Side::Administration => &world.nursery,
    };
    let below = if place.side() == Side::Facility { &world.elementary } else { &world.branch };
    let next_door = workplace(other, place.people[0].role);
    let oneself = vec![Thing::person(world, place, staff)];
    let mut relations = vec![(ONESELF, oneself), ("自分の機関", things(world, place, true)), (ENDED, things(world, place, false))];
    if place.side() != Side::Facility {
        relations.push(("下の機関", things(world, below, true)));
    }
    relations.push(("ほかの機関", things(world, neighbour, true)));
    relations.push(("ほかの自治体", things(other, next_door, true)));
    relations
}

/// An organization, somebody who belongs to it, and a request, an alert and an opening (緊急閲覧, of its child, by a stranger) in which it has
/// the part that its side gives it.
fn things(world: &World, place: &Place, live: bool) -> Vec<Thing> {
    let (facility, office) = match place.side() {
        Side::Facility => (place.id, world.guidance.id),
        _ => (world.junior_high.id, place.id),
    };
    let (watch, alert) = (world.watches[0].id, world.alerts[0].id);
    // Nobody of the table works there.
    let elsewhere = Id::from(NOTHING);
    let here = OrganizationFacts { ward: world.ward, id: place.id, side: place.side() };
    vec![
        Thing::Organization(here),
        Thing::Person(PersonFacts { ward: world.ward, id: Id::from(NOTHING), places: vec![here], privileged: false }),
        Thing::Watch(WatchFacts { ward: world.ward, id: watch, facility, office, live }),
        Thing::Alert(AlertFacts { ward: world.ward, id: alert, facility, office }),
        Thing::Opening(OpeningFacts {
            ward: world.ward,
            id: world.opening.id,
            person: Id::from(NOTHING),
            office: elsewhere,
            owner: office,
        }),
    ]
}

fn mark(yes: bool) -> &'static str {
    if yes { "✔" } else { "✘" }
}

#[test]
fn the_matrix_of_policies_is_up_to_date() {
    let gate = Gate::new().unwrap();
    let [world, other] = World::both();
    let mut text = "# 誰が何をできるか\n\n方針（`policies/`）の判断を、操作・関係・役割ごとに表にしたものです。`tests/it/matrix/table.rs` が書きます\
                    （`UPDATE_DOCS=1`）。\n表にない関係はすべて ✘ です。どの役割にもできない操作は、関係を「―」として 1 行だけ載せます。\n"
        .to_owned();
    for (kind, heading) in [
        ("Organization", "機関に対する操作"),
        ("Person", "人に対する操作"),
        ("Watch", "依頼・報告に対する操作"),
        ("Alert", "アラートに対する操作"),
        ("Opening", "緊急閲覧に対する操作（自分の機関のお子さんを、ほかの人が開いたもの）"),
    ] {
        let _ = writeln!(text, "\n## {heading}\n\n| 操作 | 名前 | 関係 | {} |", ROLES.map(|(_, word)| word).join(" | "));
        let _ = writeln!(text, "|---|---|---{}|", "|:-:".repeat(ROLES.len()));
        for known in ALL.iter().filter(|known| known.on == kind) {
            let (name, words, asked) =
                ACTIONS.iter().find(|(name, ..)| *name == known.name).unwrap_or_else(|| panic!("{} has no row", known.name));
            member_rows(&mut text, (name, words, *asked), &gate, [&world, &other]);
        }
    }
    duty_rows(&mut text, &gate, &world);
    system_rows(&mut text, &gate, &world, &other);
    is_written("docs/POLICY-MATRIX.md", &text);
}

fn member_rows(text: &mut String, (name, words, asked): (&str, &str, Asked), gate: &Gate, [world, other]: [&World; 2]) {
    let mut is_empty = true;
    for relation in RELATIONS {
        let cells = ROLES.map(|(role, _)| {
            let place = workplace(world, role);
            let actor = member(world, place, place.staff(role));
            let things = relations(world, other, (place, place.staff(role)))
                .into_iter()
                .find(|(word, _)| *word == relation)
                .map(|(_, things)| things);
            things.is_some_and(|things| things.iter().any(|thing| asked(gate, &actor, thing)))
        });
        if cells.contains(&true) && (is_about_requests(name) || relation != ENDED) {
            is_empty = false;
            let _ = writeln!(text, "| {words} | `{name}` | {relation} | {} |", cells.map(mark).join(" | "));
        }
    }
    if is_empty {
        let _ = writeln!(text, "| {words} | `{name}` | ― | {} |", [mark(false); 7].join(" | "));
    }
}

/// Only a request has a period that can end.
fn is_about_requests(name: &str) -> bool {
    ALL.iter().any(|known| known.name == name && known.on == "Watch")
}

/// What the hub does by itself.
fn duty_rows(text: &mut String, gate: &Gate, world: &World) {
    let duties: [(&str, Actor); 3] = [
        ("入口", Duty::entry(world.ward, world.double.person).into()),
        ("時計", Duty::clock(world.ward, world.nursery.id).into()),
        ("コマンド", Duty::command_line(world.ward).into()),
    ];
    let _ = writeln!(
        text,
        "\n## ハブが自分ですること\n\n| 操作 | 名前 | {} |\n|---|---|:-:|:-:|:-:|",
        duties.each_ref().map(|(word, _)| *word).join(" | ")
    );
    for (name, words, asked) in ACTIONS {
        let places = [&world.root, &world.centre, &world.nursery].map(|place| Thing::place(world, place));
        let things: Vec<_> = places.into_iter().chain([Thing::alert(world, &world.alerts[0])]).collect();
        let cells = duties.each_ref().map(|(_, actor)| things.iter().any(|thing| asked(gate, actor, thing)));
        if cells.contains(&true) {
            let _ = writeln!(text, "| {words} | `{name}` | {} |", cells.map(mark).join(" | "));
        }
    }
}

/// What the system of a school does with the token of its facility.
fn system_rows(text: &mut String, gate: &Gate, world: &World, other: &World) {
    let shown = Shown { ward: world.ward, token: world.token, facility: world.nursery.id, address: None };
    let system = Actor::from(Client::admit(shown));
    let places = [(world, &world.nursery), (world, &world.elementary), (world, &world.centre), (other, &other.nursery)];
    let _ = writeln!(
        text,
        "\n## 学校のシステムがトークンですること\n\n| 操作 | 名前 | 自分の施設 | ほかの施設 | 機関 | ほかの自治体 |\n|---|---|:-:|:-:|:-:|:-:|"
    );
    for (name, words, asked) in ACTIONS {
        let cells = places.map(|(world, place)| {
            let things = things(world, place, true);
            things.iter().any(|thing| asked(gate, &system, thing))
        });
        if cells.contains(&true) {
            let _ = writeln!(text, "| {words} | `{name}` | {} |", cells.map(mark).join(" | "));
        }
    }
}

#[test]
fn every_action_has_a_row() {
    let rows: Vec<&str> = ACTIONS.iter().map(|(name, ..)| *name).collect();
    let known: Vec<&str> = ALL.iter().map(|known| known.name).collect();
    assert_eq!(rows, known);
}
