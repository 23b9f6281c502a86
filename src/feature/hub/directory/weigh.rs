//! A waiting file weighed against the ward as it is: whose it is, the permit for it, and what would become of every row.

use std::{collections::HashMap, fmt::Write as _};

use jiff::civil::Date;
use sha2::{Digest, Sha256};

use crate::{
    domain::{
        directory::{
            Plan,
            organizations::{self, KnownOrganization, KnownTemplate, OrganizationEntry, OrganizationField},
            people::{self, Known, KnownPerson, MembershipStep, PeoplePlan, PersonEntry, Who},
        },
        ids::{DirectoryImport, Id, Membership, Organization, Person},
        membership::{
            Term,
            admins::{Admins, Change},
        },
        table_in::{self, Decoded, Encoding, Table},
    },
    gate::{Permit, actions},
    store::{
        Tx,
        directory_imports::{self, Columns, Handles, Import, Reading},
        organizations as places,
    },
    web::{App, Error, Here, Result},
};

/// Leave to bring files in: the whole ward's directory is the business of its topmost organization.
pub(super) async fn permit<A: Handles>(app: &App, here: &Here, tx: &mut Tx) -> Result<Permit<A>> {
    // The other sides are told before anything is asked of the database.
    if !here.acting.role.is_privileged() {
        return Err(Error::Hidden);
    }
    let root = places::root(tx, &here.actor).await?.ok_or(Error::Hidden)?;
    Ok(app.gate.permit::<A>(&here.actor, &root)?)
}

/// Leave to go on with this file; one of another ward is not there.
pub(super) async fn waiting(
    app: &App,
    here: &Here,
    tx: &mut Tx,
    id: Id<DirectoryImport>,
) -> Result<(Permit<actions::ImportDirectory>, Import)> {
    let permit = permit::<actions::ImportDirectory>(app, here, tx).await?;
    let import = directory_imports::read(tx, &permit, id).await?.ok_or(Error::Hidden)?;
    Ok((permit, import))
}

/// Reads a file in the encoding chosen for it, away from the threads that serve pages: a workbook may take a second.
pub(super) async fn decode(file: Vec<u8>, encoding: Encoding) -> Result<Decoded, Error> {
    let decoded = tokio::task::spawn_blocking(move || table_in::decode_as(&file, encoding)).await.map_err(Error::internal)?;
    decoded.map_err(|refusal| Error::internal(anyhow::anyhow!("a stored file cannot be read: {refusal}")))
}

/// What rows are held against.
#[derive(Debug)]
pub(super) struct World {
    pub(super) organizations: Vec<KnownOrganization>,
    pub(super) templates: Vec<KnownTemplate>,
    pub(super) people: Vec<KnownPerson>,
    /// Who can run the ward.
    admins: Admins,
    pub(super) today: Date,
    /// Who reads the file.
    me: Option<Id<Person>>,
}

/// What would become of every row.
#[derive(Debug)]
pub(super) enum Weighed {
    Organizations {
        plan: Plan<OrganizationEntry, OrganizationField>,
        /// Rows that would close an organization: that is done on its page, which asks first what would be left behind.
        closing: Vec<OrganizationEntry>,
    },
    People {
        plan: PeoplePlan,
        /// Rows that would change the rights of whoever reads the file: nobody changes their own, not by a file either.
        own: Vec<PersonEntry>,
    },
}

/// A file weighed, with all that is needed to say or to do what follows.
#[derive(Debug)]
pub(super) struct Scales {
    pub(super) world: World,
    pub(super) table: Table,
    /// The words above the columns; empty when there is no header.
    pub(super) headings: Vec<String>,
    pub(super) weighed: Weighed,
}

impl World {
    pub(super) async fn read<A: Handles>(tx: &mut Tx, permit: &Permit<A>) -> Result<Self> {
        Ok(Self {
            organizations: directory_imports::organizations(tx, permit).await?,
            templates: directory_imports::templates(tx, permit).await?,
            people: directory_imports::people(tx, permit).await?,
            admins: directory_imports::admins(tx, permit).await?,
            today: tx.today(),
            me: permit.person(),
        })
    }

    /// Weighs a file away from the threads that serve pages; `None` while the columns are not settled.
    pub(super) async fn weigh(self, file: Vec<u8>, reading: &Reading) -> Result<Option<Scales>> {
        let table = decode(file, reading.encoding).await?.table;
        let columns = reading.columns.clone();
        tokio::task::spawn_blocking(move || self.scales(table, &columns)).await.map_err(Error::internal)
    }

    fn scales(self, table: Table, columns: &Columns) -> Option<Scales> {
        let (weighed, header) = match columns {
            Columns::Organizations { mapping } => {
                let plan = organizations::plan(&table, mapping, &self.organizations, &self.templates, self.today).ok()?;
                (Weighed::organizations(plan), mapping.header_row)
            }
            Columns::People { mapping, defaults } => {
                let known = Known { organizations: &self.organizations, people: &self.people };
                let plan = people::plan(&table, mapping, *defaults, known, self.today).ok()?;
                (Weighed::people(plan, self.me), mapping.header_row)
            }
        };
        let heading = |cell: &String| cell.split_whitespace().collect::<Vec<_>>().join(" ");
        let row = table.rows.iter().find(|row| Some(row.line) == header);
        let headings = row.map_or_else(Vec::new, |row| row.cells.iter().map(heading).collect());
        Some(Scales { world: self, table, headings, weighed })
    }

    pub(super) fn names(&self) -> HashMap<Id<Organization>, &str> {
        self.organizations.iter().map(|known| (known.id, known.details.name.as_str())).collect()
    }

    /// The first day on which the ward would have no admin any more, although it has one now.
    fn without_admin(&self, plan: &PeoplePlan) -> Option<Date> {
        let entries = plan.rows.added.iter().chain(&plan.rows.changed);
        let altered = entries.flat_map(|entry| &entry.steps).filter(|step| !step.needs_second_person());
        let terms: Vec<(Id<Membership>, Term)> = altered
            .filter_map(|step| match step {
                MembershipStep::Alter { membership, new, .. } => Some((*membership, *new)),
                MembershipStep::Begin { .. } => None,
            })
            .collect();
        self.admins.gap(Change::Altered(&terms), self.today)
    }
}

impl Weighed {
    fn organizations(mut plan: Plan<OrganizationEntry, OrganizationField>) -> Self {
        let closes = |entry: &OrganizationEntry| entry.changes.iter().any(|change| change.field == OrganizationField::ClosedOn);
        let (closing, changed) = std::mem::take(&mut plan.changed).into_iter().partition(closes);
        plan.changed = changed;
        Self::Organizations { plan, closing }
    }

    fn people(mut plan: PeoplePlan, me: Option<Id<Person>>) -> Self {
        let is_own = |entry: &PersonEntry| {
            matches!(entry.who, Who::Known(id) if Some(id) == me) && !(entry.steps.is_empty() && entry.leaves.is_none())
        };
        let mut own = Vec::new();
        for rows in [&mut plan.rows.added, &mut plan.rows.changed] {
            own.extend(rows.extract_if(.., |entry| is_own(entry)));
        }
        Self::People { plan, own }
    }
}

impl Scales {
    /// Whether accepting it would do anything.
    pub(super) fn is_idle(&self) -> bool {
        match &self.weighed {
            Weighed::Organizations { plan, .. } => plan.is_idle(),
            Weighed::People { plan, .. } => plan.rows.is_idle(),
        }
    }

    /// The day from which nobody could run the ward any more, if this were accepted.
    pub(super) fn locks_out(&self) -> Option<Date> {
        match &self.weighed {
            Weighed::Organizations { .. } => None,
            Weighed::People { plan, .. } => self.world.without_admin(plan),
        }
    }

    /// The same for the same plan: what was checked and what is accepted are held together by it.
    pub(super) fn fingerprint(&self) -> String {
        let digest = Sha256::digest(format!("{:?}", self.weighed).as_bytes());
        digest.iter().fold(String::new(), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}");
            hex
        })
    }
}
