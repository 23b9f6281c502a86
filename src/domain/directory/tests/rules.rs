//! What holds for every file: no row is lost, what was accepted is so afterwards, and a plan harms nobody it does not name.

use std::collections::{HashMap, HashSet};

use proptest::prelude::*;

use super::{
    people::{MembershipStep, Who},
    *,
};
use crate::domain::ids::{Organization, Person};

/// The ward after a plan of organizations was accepted.
fn accepted(known: &[KnownOrganization], plan: &Plan<OrganizationEntry, OrganizationField>) -> Vec<KnownOrganization> {
    let mut known = known.to_vec();
    let mut rows: HashMap<u32, Id<Organization>> = HashMap::new();
    let settle = |mut details: Details, rows: &HashMap<u32, Id<Organization>>| {
        details.parent = match details.parent {
            Some(Parent::Row(line)) => Some(Parent::Known(rows[&line])),
            None => Some(Parent::Known(id(1))),
            other => other,
        };
        details
    };
    for entry in &plan.added {
        let new = id(1_000 + u128::from(entry.line));
        let details = settle(entry.details.clone(), &rows);
        rows.insert(entry.line, new);
        known.push(KnownOrganization { id: new, details });
    }
    for entry in &plan.changed {
        let place = known.iter_mut().find(|known| Some(known.id) == entry.id).unwrap();
        place.details = if entry.id == Some(id(1)) { entry.details.clone() } else { settle(entry.details.clone(), &rows) };
    }
    known
}

/// The people after a plan was accepted.
fn accepted_people(people: &[KnownPerson], plan: &PeoplePlan) -> Vec<KnownPerson> {
    let mut people = people.to_vec();
    let mut rows: HashMap<u32, Id<Person>> = HashMap::new();
    for (at, entry) in (0u128..).zip(plan.rows.added.iter().chain(&plan.rows.changed)) {
        let person: Id<Person> = match entry.who {
            Who::Known(person) => person,
            Who::Row(line) => rows[&line],
            Who::New => {
                let new = id(1_000 + u128::from(entry.line));
                rows.insert(entry.line, new);
                people.push(KnownPerson { id: new, ..person(0, "", "", &[]) });
                new
            }
        };
        let known = people.iter_mut().find(|known| known.id == person).unwrap();
        if entry.leaves.is_none() && !matches!(entry.who, Who::Row(_)) {
            known.details = entry.details.clone();
        }
        known.left |= entry.leaves.is_some();
        for step in &entry.steps {
            match *step {
                MembershipStep::Begin { organization, role, term } => {
                    known.memberships.push(Held { id: id(5_000 + at), person, organization, role, term, suspended: false });
                }
                MembershipStep::Alter { membership, new, .. } => {
                    known.memberships.iter_mut().find(|held| held.id == membership).unwrap().term = new;
                }
            }
        }
    }
    people
}

fn organization_rows() -> impl Strategy<Value = Vec<String>> {
    let name = prop::sample::select(vec![
        "架空区立みどり小学校",
        "架空区立あおば中学校",
        "架空区役所",
        "ア小",
        "イ小",
        "ウ小",
        "エ小",
        "",
    ]);
    let kind = prop::sample::select(vec!["小学校", "中学校", "", "学校"]);
    let code = prop::sample::select(vec!["", "", "B113220300056", "B113210000005"]);
    let day = prop::sample::select(vec!["", "R9.4.1", "2020/4/1"]);
    let row = (name.clone(), kind, code, name, day)
        .prop_map(|(name, kind, code, parent, day)| format!("{name},{kind},{code},{parent},{day}"));
    prop::collection::vec(row, 0..10)
}

fn people_rows() -> impl Strategy<Value = Vec<String>> {
    let name = prop::sample::select(vec!["佐藤 蓮", "髙橋 凜", "高橋凜", "田中 葵", "管理 太郎", ""]);
    let code = prop::sample::select(vec!["", "", "1", "2", "01"]);
    let place = prop::sample::select(vec!["架空区立みどり小学校", "架空区立あおば中学校", "架空区役所"]);
    let role = prop::sample::select(vec!["", "報告担当", "施設長", "区の管理者", "監査担当"]);
    let until = prop::sample::select(vec!["", "", "R9.3.31", "R10.3.31"]);
    let leaving = prop::sample::select(vec![",", ",", ",", "転出,R9.3.31", "退職,R9.3.31", "退職,R9.4.30"]);
    let row = (name, code, place, role, until, leaving)
        .prop_map(|(name, code, place, role, until, leaving)| format!("{name},{code},{place},{role},,{until},{leaving}"));
    prop::collection::vec(row, 0..10)
}

fn staff() -> Vec<KnownPerson> {
    vec![
        person(1, "佐藤 蓮", "1", &[held(10, 1, 2, Role::Reporter, None), held(11, 1, 3, Role::FacilityHead, Some(MARCH))]),
        person(2, "髙橋 凜", "", &[held(20, 2, 2, Role::Reporter, Some(MARCH))]),
        person(3, "高橋 凜", "2", &[held(30, 3, 3, Role::Reporter, None)]),
        person(
            4,
            "管理 太郎",
            "",
            &[held(40, 4, 1, Role::WardAdmin, None), held(41, 4, 1, Role::Auditor, Some(date(2028, 3, 31)))],
        ),
    ]
}

fn people_plan(rows: &[String], people: &[KnownPerson]) -> PeoplePlan {
    people_of(&format!("氏名,職員番号,所属,役割,開始日,終了日,異動,異動日\r\n{}", rows.join("\r\n")), people)
}

/// Whether going up from every organization ends.
fn is_a_tree(known: &[KnownOrganization]) -> bool {
    let above: HashMap<_, _> = known.iter().map(|known| (known.id, known.details.parent)).collect();
    known.iter().all(|start| {
        let (mut node, mut seen) = (start.id, HashSet::new());
        loop {
            match above[&node] {
                _ if !seen.insert(node) => return false,
                Some(Parent::Known(next)) => node = next,
                Some(Parent::Row(_)) => return false,
                None => return true,
            }
        }
    })
}

proptest! {
    #[test]
    fn organizations_accepted_are_a_tree_and_the_same_file_changes_nothing_more(rows in organization_rows()) {
        let text = format!("名称,種別,学校コード,上位機関,開設日\r\n{}", rows.join("\r\n"));
        let known = ward();
        let plan = organizations_of(&text, &known);
        let blank = table(&text).blank.len();
        prop_assert_eq!(counts(&plan).iter().sum::<usize>() + plan.passed_over.len() - blank, table(&text).rows.len() - 1);
        let after = accepted(&known, &plan);
        prop_assert!(is_a_tree(&after), "{:?}", plan);
        let mut codes: Vec<_> = after.iter().filter_map(|known| known.details.school_code.clone()).collect();
        let count = codes.len();
        codes.sort();
        codes.dedup();
        prop_assert_eq!(codes.len(), count, "no code twice");
        // Rows without any fault, taken in again, are as they are.
        if plan.refused.is_empty() {
            let again = organizations_of(&text, &after);
            prop_assert!(again.is_idle() && again.refused.is_empty(), "{:?}", again);
        }
    }

    #[test]
    fn no_row_of_people_is_lost_and_the_same_file_changes_nothing_more(rows in people_rows()) {
        let plan = people_plan(&rows, &staff());
        let read = counts(&plan.rows).iter().sum::<usize>() + plan.rows.passed_over.len();
        prop_assert_eq!(read, rows.len());
        if plan.rows.refused.is_empty() {
            let again = people_plan(&rows, &accepted_people(&staff(), &plan));
            prop_assert!(again.rows.added.is_empty(), "{:?}\n{:?}", plan, again);
            prop_assert!(again.rows.changed.iter().all(|entry| entry.changes.is_empty()), "{:?}\n{:?}", plan, again);
        }
    }

    #[test]
    fn a_plan_touches_nobody_it_does_not_name(rows in people_rows()) {
        let plan = people_plan(&rows, &staff());
        let after = accepted_people(&staff(), &plan);
        let named: HashSet<Who> = plan.rows.changed.iter().map(|entry| entry.who).collect();
        for before in staff() {
            let now = after.iter().find(|person| person.id == before.id).unwrap();
            if !named.contains(&Who::Known(before.id)) {
                prop_assert_eq!(&before, now);
            }
            // Nothing ends but by a row that says so.
            for held in &before.memberships {
                let shorter = now.memberships.iter().any(|other| other.id == held.id && other.term.until() < held.term.until().or(Some(Date::MAX)) && other.term.until().is_some() && held.term != other.term);
                let said = rows.iter().any(|row| row.contains("転出") || row.contains("退職") || row.contains("R9.3.31") || row.contains("R10.3.31"));
                prop_assert!(!shorter || said);
            }
        }
    }

    #[test]
    fn a_privileged_role_is_never_given_without_the_mark(rows in people_rows()) {
        let plan = people_plan(&rows, &staff());
        for entry in plan.rows.added.iter().chain(&plan.rows.changed) {
            let given = entry.steps.iter().any(|step| matches!(step, MembershipStep::Begin { role, .. } if role.is_privileged()));
            prop_assert!(!given || entry.second_person, "{:?}", entry);
            prop_assert_eq!(entry.second_person, entry.steps.iter().any(MembershipStep::needs_second_person));
        }
    }

    #[test]
    fn no_terms_of_one_role_overlap_afterwards(rows in people_rows()) {
        let after = accepted_people(&staff(), &people_plan(&rows, &staff()));
        for person in &after {
            for (at, one) in person.memberships.iter().enumerate() {
                for other in &person.memberships[at + 1..] {
                    let same = (one.organization, one.role) == (other.organization, other.role);
                    prop_assert!(!same || !one.term.overlaps(other.term), "{:?}", person);
                }
            }
        }
    }

    #[test]
    fn no_file_is_too_strange(bytes in prop::collection::vec(any::<u8>(), 0..300), text in "[氏名所属,役割\"\r\n開始日R9.4転出退職=架空区立みどり小学校]{0,120}") {
        for bytes in [bytes.as_slice(), text.as_bytes()] {
            let Ok(decoded) = decode(bytes) else { continue };
            let known = Known { organizations: &ward(), people: &staff() };
            let defaults = Defaults { role: Some(Role::WardAdmin), from: Some(APRIL) };
            let _ = super::people::plan(&decoded.table, &Mapping::guess(&decoded.table), defaults, known, TODAY);
            let _ = super::organizations::plan(&decoded.table, &Mapping::guess(&decoded.table), &ward(), &templates(), TODAY);
        }
    }
}
