//! A file of people weighed against those the ward has.

use std::collections::{HashMap, HashSet};

use jiff::civil::Date;

use super::{
    columns::PersonField as Field,
    desk::Desk,
    folk::{KnownPerson, PersonDetails, Who},
    leaving::Leaving,
    row::{Defaults, Reader},
    weigh::MembershipStep,
};
use crate::domain::{
    directory::{
        cells::{problem, records, refused, width},
        change::{Change, Plan},
        mapping::{Mapping, MappingRefusal},
        organizations::KnownOrganization,
        reason::{Reason, Remark},
    },
    ids::{Id, Membership, Organization, Person},
    name::{NameIndex, search_key},
    table_in::{Row, Table},
};

/// The ward as it is, closed organizations and people who left included.
#[derive(Debug, Clone, Copy)]
pub struct Known<'k> {
    pub organizations: &'k [KnownOrganization],
    pub people: &'k [KnownPerson],
}

/// What would become of one row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonEntry {
    pub line: u32,
    pub who: Who,
    /// The organization of the row.
    pub organization: Id<Organization>,
    /// The person as they would be afterwards.
    pub details: PersonDetails,
    /// Changes of the person; none for somebody new.
    pub changes: Vec<Change<Field>>,
    pub steps: Vec<MembershipStep>,
    /// Why the steps end what they end: by the column 異動.
    pub leaving: Option<Leaving>,
    /// The last day of somebody who retires by this row.
    pub leaves: Option<Date>,
    /// Whether another administrator has to agree before any of it is done.
    pub second_person: bool,
    pub remarks: Vec<Remark>,
}

/// A membership in an organization of the file of which no row speaks: it goes on, and somebody may want to look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Missing {
    pub person: Id<Person>,
    pub membership: Id<Membership>,
    pub organization: Id<Organization>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeoplePlan {
    pub rows: Plan<PersonEntry, Field>,
    /// In the order of the known people.
    pub missing: Vec<Missing>,
}

/// Weighs every row. Rows of one new person refer to the first of them ([`Who::Row`]), which stands before them.
pub fn plan(
    table: &Table,
    mapping: &Mapping<Field>,
    defaults: Defaults,
    known: Known<'_>,
    today: Date,
) -> Result<PeoplePlan, Vec<MappingRefusal<Field>>> {
    let refusals = refusals(table, mapping, defaults);
    if !refusals.is_empty() {
        return Err(refusals);
    }
    let reader = Reader {
        mapping,
        defaults,
        width: width(table, mapping),
        organizations: NameIndex::new(known.organizations, |organization| &organization.details.name),
        all: known.organizations,
        today,
    };
    let (rows, passed_over) = records(table, mapping);
    let mut plan = Plan::new(passed_over);
    let mut desk = Desk::new(known.people, today);
    let mut drafts: Vec<(&Row, PersonEntry)> = Vec::new();
    for row in &rows {
        let draft = reader
            .read(row)
            .and_then(|read| desk.draft(&read).map_err(|(field, reason)| vec![problem(mapping, row, field, reason)]));
        match draft {
            Ok(entry) => drafts.push((row, entry)),
            Err(problems) => plan.refused.push(refused(row, problems)),
        }
    }
    for (row, mut entry) in drafts {
        if let Some(line) = desk.leaves_by_another(&entry) {
            let problems = vec![problem(mapping, row, Field::From, Reason::LeavesInRow { line })];
            plan.refused.push(refused(row, problems));
            continue;
        }
        desk.complete(&mut entry);
        settle(entry, &mut plan);
    }
    plan.refused.sort_by_key(|row| row.line);
    let missing = missing(known.people, &desk, &in_error(&rows, mapping, &plan), today);
    Ok(PeoplePlan { rows: plan, missing })
}

fn refusals(table: &Table, mapping: &Mapping<Field>, defaults: Defaults) -> Vec<MappingRefusal<Field>> {
    let mut refusals = mapping.refusals(table);
    if !mapping.has(Field::Role) && defaults.role.is_none() {
        refusals.push(MappingRefusal::NotChosen(Field::Role));
    }
    if !mapping.has(Field::From) && defaults.from.is_none() {
        refusals.push(MappingRefusal::NotChosen(Field::From));
    }
    refusals
}

fn settle(entry: PersonEntry, plan: &mut Plan<PersonEntry, Field>) {
    let list = match entry.who {
        Who::New | Who::Row(_) => &mut plan.added,
        Who::Known(_) if entry.changes.is_empty() && entry.steps.is_empty() && entry.leaves.is_none() => &mut plan.unchanged,
        Who::Known(_) => &mut plan.changed,
    };
    list.push(entry);
}

/// The names in rows in error: whom they are about cannot be known, so nobody of these names is called missing.
fn in_error(rows: &[&Row], mapping: &Mapping<Field>, plan: &Plan<PersonEntry, Field>) -> HashSet<String> {
    let lines: HashSet<u32> = plan.refused.iter().map(|row| row.line).collect();
    let cell = |row: &Row, field| mapping.column(field).map_or("", |column| row.cell(column)).to_owned();
    let name = |row: &&&Row| search_key(&(cell(row, Field::Name) + &cell(row, Field::FamilyName) + &cell(row, Field::GivenName)));
    rows.iter().filter(|row| lines.contains(&row.line)).map(|row| name(&row)).collect()
}

fn missing(people: &[KnownPerson], desk: &Desk<'_>, in_error: &HashSet<String>, today: Date) -> Vec<Missing> {
    let mut names: HashMap<Id<Person>, String> = HashMap::new();
    let mut missing = Vec::new();
    for person in people.iter().filter(|person| !person.left) {
        let untouched = person.memberships.iter().filter(|held| held.in_force(today) && desk.is_untouched(held));
        for held in untouched {
            let name = names.entry(person.id).or_insert_with(|| search_key(&person.details.name));
            if !in_error.contains(name) {
                missing.push(Missing { person: person.id, membership: held.id, organization: held.organization });
            }
        }
    }
    missing
}
