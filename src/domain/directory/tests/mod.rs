//! Tests of the directory: columns, organizations, people, and files that are none of these.

mod files;
mod mappings;
mod places;
mod rules;
mod staff;

use jiff::civil::{Date, date};
use uuid::Uuid;

use super::{
    organizations::{Details, KnownOrganization, KnownTemplate, OrganizationEntry, OrganizationField, Parent},
    people::{Defaults, Known, KnownPerson, PeoplePlan, PersonDetails, PersonField},
    *,
};
use crate::domain::{
    facility::{FacilityKind, OrganizationKind},
    ids::Id,
    membership::{Held, Term},
    role::Role,
    table_in::{Table, decode},
};

const TODAY: Date = Date::constant(2027, 3, 20);
const APRIL: Date = Date::constant(2027, 4, 1);
const MARCH: Date = Date::constant(2027, 3, 31);

fn id<T>(number: u128) -> Id<T> {
    Id::from(Uuid::from_u128(number))
}

fn table(text: &str) -> Table {
    decode(text.as_bytes()).unwrap().table
}

/// The ward office is 1; the others stand below it.
fn organization(number: u128, name: &str, kind: impl Into<OrganizationKind>, code: &str) -> KnownOrganization {
    let kind = kind.into();
    let details = Details {
        name: name.to_owned(),
        kind,
        district: String::new(),
        school_code: (!code.is_empty()).then(|| code.parse().unwrap()),
        parent: (number != 1).then(|| Parent::Known(id(1))),
        phone: String::new(),
        opened_on: date(2020, 4, 1),
        closed_on: None,
        template: kind.facility().map_or("", |_| "school").to_owned(),
    };
    KnownOrganization { id: id(number), details }
}

fn ward() -> Vec<KnownOrganization> {
    let closed = organization(9, "架空区立ふるい小学校", FacilityKind::Elementary, "");
    vec![
        organization(1, "架空区役所", OrganizationKind::WardOffice, ""),
        organization(2, "架空区立みどり小学校", FacilityKind::Elementary, "B113220300056"),
        organization(3, "架空区立あおば中学校", FacilityKind::JuniorHigh, ""),
        organization(4, "架空子ども家庭支援センター", OrganizationKind::ChildFamilyCentre, ""),
        organization(5, "架空区立ひまわり保育園", FacilityKind::Nursery, ""),
        KnownOrganization { details: Details { closed_on: Some(date(2026, 4, 1)), ..closed.details }, ..closed },
    ]
}

fn templates() -> Vec<KnownTemplate> {
    let template = |code: &str, name: &str| KnownTemplate { code: code.to_owned(), name: name.to_owned() };
    vec![template("school", "市立小（区立小）"), template("nursery", "保育所")]
}

fn person(number: u128, name: &str, code: &str, memberships: &[Held]) -> KnownPerson {
    let details = PersonDetails { name: name.to_owned(), staff_code: code.to_owned(), ..PersonDetails::default() };
    KnownPerson { id: id(number), details, left: false, memberships: memberships.to_vec() }
}

/// A membership of a person since 2025.
fn held(number: u128, person: u128, organization: u128, role: Role, until: Option<Date>) -> Held {
    let term = Term::new(date(2025, 4, 1), until).unwrap();
    Held { id: id(number), person: id(person), organization: id(organization), role, term, suspended: false }
}

/// The problems of refused rows: line, field's code, key of the sentence.
fn problems<E, F: Column>(plan: &Plan<E, F>) -> Vec<(u32, &'static str, &'static str)> {
    let of = |row: &RefusedRow<F>| row.problems.iter().map(|p| (row.line, p.field.code(), p.reason.key())).collect::<Vec<_>>();
    plan.refused.iter().flat_map(of).collect()
}

/// How many rows are added, changed, unchanged, refused.
fn counts<E, F>(plan: &Plan<E, F>) -> [usize; 4] {
    [plan.added.len(), plan.changed.len(), plan.unchanged.len(), plan.refused.len()]
}

fn organizations_of(text: &str, known: &[KnownOrganization]) -> Plan<OrganizationEntry, OrganizationField> {
    let table = table(text);
    super::organizations::plan(&table, &Mapping::guess(&table), known, &templates(), TODAY).unwrap()
}

fn people_of(text: &str, people: &[KnownPerson]) -> PeoplePlan {
    let table = table(text);
    let known = Known { organizations: &ward(), people };
    let defaults = Defaults { role: Some(Role::Reporter), from: Some(APRIL) };
    super::people::plan(&table, &Mapping::guess(&table), defaults, known, TODAY).unwrap()
}
