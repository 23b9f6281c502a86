//! The sixty people of the demo ward and what they do where.

use jiff::civil::Date;

use super::{Id, Place, Post, Staff, dice::Dice, names, places};
use crate::domain::ids::Organization;

/// Offices and roles, one line a person.
const OFFICES: &[(usize, &str)] = &[
    (places::WARD_OFFICE, "ward_admin"),
    (places::WARD_OFFICE, "ward_admin"),
    (places::WARD_OFFICE, "auditor"),
    (places::WARD_OFFICE, "operator"),
    (places::CENTRE, "supervisor"),
    (places::CENTRE, "caseworker"),
    (places::CENTRE, "caseworker"),
    (places::CENTRE, "caseworker"),
    (places::NORTH_OFFICE, "caseworker"),
    (places::NORTH_OFFICE, "caseworker"),
    (places::SOUTH_OFFICE, "caseworker"),
    (places::SOUTH_OFFICE, "caseworker"),
    (places::GUIDANCE_CENTRE, "supervisor"),
    (places::GUIDANCE_CENTRE, "caseworker"),
    (places::GUIDANCE_CENTRE, "caseworker"),
];

/// So many facilities have a head beside the reporter: those the samples name.
const WITH_HEAD: usize = 5;
/// In small places the head sends the sheet.
const HEADS_WHO_REPORT: &[usize] = &[4, 36, 37, 38, 39];

/// Offices first, then the facilities in their order.
pub(super) fn build(dice: &mut Dice, all: &[Place], from: Date) -> Vec<Staff> {
    let mut staff: Vec<Staff> = Vec::new();
    for (place, role) in OFFICES {
        add(dice, &mut staff, all[*place].id, role, from);
    }
    for (nth, place) in all.iter().skip(places::FIRST_FACILITY).enumerate() {
        let alone = if HEADS_WHO_REPORT.contains(&nth) { "facility_head" } else { "reporter" };
        add(dice, &mut staff, place.id, alone, from);
        // The fifth of them is small: its head reports alone, and the facility that never closes has one instead.
        if nth <= WITH_HEAD && nth != 4 {
            add(dice, &mut staff, place.id, "facility_head", from);
        }
    }
    second_posts(dice, &mut staff, all, from);
    staff
}

fn add(dice: &mut Dice, staff: &mut Vec<Staff>, organization: Id<Organization>, role: &'static str, from: Date) {
    let posts = vec![Post { id: dice.id(), organization, role, from }];
    // The second administrator and the operator have their letter, but have not come in yet.
    let invited = matches!(staff.len(), 1 | 3);
    staff.push(Staff { id: dice.id(), name: names::adult(staff.len()), invited, posts });
}

/// 兼務: a caseworker of two offices, a head of two facilities, a teacher who also helps elsewhere.
fn second_posts(dice: &mut Dice, staff: &mut [Staff], all: &[Place], from: Date) {
    let facility = |nth: usize| all[places::FIRST_FACILITY + nth].id;
    let last = staff.len().saturating_sub(1);
    for (person, organization, role) in [
        (8, all[places::SOUTH_OFFICE].id, "caseworker"),
        (last, facility(38), "facility_head"),
        (last.saturating_sub(5), facility(35), "reporter"),
    ] {
        staff[person].posts.push(Post { id: dice.id(), organization, role, from });
    }
}

/// Who sends the sheet of a facility.
pub(super) fn sender(staff: &[Staff], facility: Id<Organization>) -> Option<&Staff> {
    staff.iter().find(|person| person.posts.first().is_some_and(|post| post.organization == facility))
}

/// Those of an office who are given children to look after.
pub(super) fn caseworkers(staff: &[Staff], office: Id<Organization>) -> Vec<&Staff> {
    let here = |post: &Post| post.organization == office && post.role == "caseworker";
    staff.iter().filter(|person| person.posts.iter().any(here)).collect()
}

/// The caseworkers and supervisors of an office.
pub(super) fn of_office(staff: &[Staff], office: Id<Organization>) -> Vec<&Staff> {
    staff.iter().filter(|person| person.posts.iter().any(|post| post.organization == office)).collect()
}
