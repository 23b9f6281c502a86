//! Does what was accepted, in one transaction; what needs a second admin becomes a proposal.

use std::collections::HashMap;

use jiff::ToSpan as _;

use super::weigh::{Scales, Weighed};
use crate::{
    domain::{
        directory::{
            Plan,
            organizations::{Details, OrganizationEntry, OrganizationField, Parent},
            people::{Leaving, MembershipStep, PeoplePlan, PersonDetails, PersonEntry, Who},
        },
        ids::{Id, Organization, Person},
        membership::Term,
    },
    gate::{Permit, actions},
    store::{
        Result, Tx,
        directory_imports::{self as store, Alteration, Beginning, Leaver},
    },
};

/// What was done, in numbers.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Done {
    pub(super) proposals: u64,
    pub(super) sessions_ended: u64,
}

pub(super) async fn apply(tx: &mut Tx, permit: &Permit<actions::AcceptDirectory>, scales: &Scales) -> Result<Done> {
    match &scales.weighed {
        Weighed::Organizations { plan, .. } => organizations(tx, permit, scales, plan).await,
        Weighed::People { plan, .. } => people(tx, permit, plan).await,
    }
}

async fn organizations(
    tx: &mut Tx,
    permit: &Permit<actions::AcceptDirectory>,
    scales: &Scales,
    plan: &Plan<OrganizationEntry, OrganizationField>,
) -> Result<Done> {
    let root = scales.world.organizations.iter().find(|known| known.details.parent.is_none()).map(|known| Parent::Known(known.id));
    let ids: HashMap<u32, Id<Organization>> = plan.added.iter().map(|entry| (entry.line, Id::random())).collect();
    let settled = |details: &Details, is_new: bool| {
        let parent = match details.parent {
            Some(Parent::Row(line)) => ids.get(&line).copied().map(Parent::Known),
            // What is new and names nothing above stands right below the topmost.
            None if is_new => root,
            parent => parent,
        };
        Details { parent, ..details.clone() }
    };
    let added: Vec<(Id<Organization>, Details)> =
        plan.added.iter().filter_map(|entry| Some((ids.get(&entry.line).copied()?, settled(&entry.details, true)))).collect();
    let changed: Vec<(Id<Organization>, Details)> =
        plan.changed.iter().filter_map(|entry| Some((entry.id?, settled(&entry.details, false)))).collect();
    store::add_organizations(tx, permit, &pairs(&added)).await?;
    store::change_organizations(tx, permit, &pairs(&changed)).await?;
    Ok(Done::default())
}

fn pairs<I: Copy, D>(rows: &[(I, D)]) -> Vec<(I, &D)> {
    rows.iter().map(|(id, details)| (*id, details)).collect()
}

async fn people(tx: &mut Tx, permit: &Permit<actions::AcceptDirectory>, plan: &PeoplePlan) -> Result<Done> {
    let rows = &plan.rows;
    let new = rows.added.iter().filter(|entry| entry.who == Who::New);
    let added: Vec<(Id<Person>, &PersonDetails)> = new.clone().map(|entry| (Id::random(), &entry.details)).collect();
    let ids: HashMap<u32, Id<Person>> = new.map(|entry| entry.line).zip(added.iter().map(|(id, _)| *id)).collect();
    store::add_people(tx, permit, &added).await?;

    // The last row of somebody knows what all of them said.
    let mut mended: HashMap<Id<Person>, (u32, &PersonDetails)> = HashMap::new();
    for entry in rows.changed.iter().filter(|entry| !entry.changes.is_empty()) {
        if let Who::Known(id) = entry.who
            && mended.get(&id).is_none_or(|(line, _)| *line < entry.line)
        {
            mended.insert(id, (entry.line, &entry.details));
        }
    }
    let mended: Vec<(Id<Person>, &PersonDetails)> = mended.into_iter().map(|(id, (_, details))| (id, details)).collect();
    store::change_people(tx, permit, &mended).await?;

    let mut steps = Steps::default();
    for entry in rows.added.iter().chain(&rows.changed) {
        let person = match entry.who {
            Who::Known(id) => Some(id),
            Who::New => ids.get(&entry.line).copied(),
            Who::Row(line) => ids.get(&line).copied(),
        };
        if let Some(person) = person {
            steps.take(person, entry);
        }
    }
    store::begin(tx, permit, &steps.beginnings).await?;
    let proposals = store::propose(tx, permit, &steps.proposals).await?;
    let sessions = store::alter(tx, permit, &steps.alterations).await?;
    let sessions_ended = sessions + store::leave(tx, permit, &steps.leavers).await?;
    Ok(Done { proposals, sessions_ended })
}

/// The steps of all rows, by what is done with them.
#[derive(Default)]
struct Steps {
    beginnings: Vec<Beginning>,
    proposals: Vec<Beginning>,
    alterations: Vec<Alteration>,
    leavers: Vec<Leaver>,
}

impl Steps {
    fn take(&mut self, person: Id<Person>, entry: &PersonEntry) {
        self.leavers.extend(entry.leaves.map(|last| Leaver { person, last }));
        for step in &entry.steps {
            match (*step, step.needs_second_person()) {
                (MembershipStep::Begin { organization, role, term }, second) => {
                    let list = if second { &mut self.proposals } else { &mut self.beginnings };
                    list.push(Beginning { person, organization, role, term });
                }
                (MembershipStep::Alter { organization, role, old, new, .. }, true) => {
                    self.proposals.extend(beyond(old, new).map(|term| Beginning { person, organization, role, term }));
                }
                (MembershipStep::Alter { membership, new, .. }, false) => {
                    let reason = match entry.leaving {
                        Some(Leaving::Transfer) => "moved",
                        Some(Leaving::Retirement) => "left",
                        None => "",
                    };
                    self.alterations.push(Alteration { membership, term: new, reason });
                }
            }
        }
    }
}

/// The days that a longer term has and the shorter one has not: those behind its end, else those before its begin. They alone
/// are given by two people; what is held already goes on meanwhile.
fn beyond(old: Term, new: Term) -> Option<Term> {
    let behind = old.until().filter(|last| new.until().is_none_or(|until| until > *last));
    match behind {
        Some(last) => Term::new(last.saturating_add(1.day()), new.until()).ok(),
        None => Term::new(new.from(), Some(old.from().saturating_sub(1.day()))).ok(),
    }
}
