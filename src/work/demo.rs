//! The demo ward: loading it, and links that let one person of each role in.

use jiff::SignedDuration;
use serde::Serialize;

use crate::{
    domain::{
        clock::Clock,
        demo::{self, Plan},
        ids::{Id, Ward},
    },
    gate::{Actor, Denied, Duty, Gate, OrganizationFacts, Side, actions},
    store::{
        self, Db, demo as stored, invitations, organizations,
        wards::{self, NewWard},
    },
    web::Secret,
};

/// The ward `tsunagi demo` speaks of when none is named.
pub const DEFAULT_CODE: &str = "999999";
/// A demo link is good for so long.
const LINK_LIFE: SignedDuration = SignedDuration::from_hours(72);

/// Why the demo was not loaded, or no links were given out.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    #[error("there is a ward with the code {0} already; it is left as it is")]
    Exists(String),
    #[error("there is no ward with the code {0}")]
    Unknown(String),
    #[error(
        "the ward {0} was not made as a demo, and never becomes one: links that let people in are given out for demo wards only"
    )]
    NotADemo(String),
    #[error(transparent)]
    Denied(#[from] Denied),
    #[error(transparent)]
    Database(#[from] store::Error),
}

/// What was loaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Loaded {
    pub ward: Id<Ward>,
    pub facilities: usize,
    pub watches: usize,
    pub people: usize,
    pub reports: usize,
    pub alerts: usize,
}

/// Makes the ward 架空区 under `code` with all that belongs to it, in one transaction.
///
/// # Errors
/// When the code is taken, or the database is away; then nothing was made.
pub async fn load(db: &Db, gate: &Gate, clock: &Clock, code: &str) -> Result<Loaded, Refused> {
    if wards::by_code(db, code).await?.is_some() {
        return Err(Refused::Exists(code.to_owned()));
    }
    let now = clock.now();
    let plan = Plan::new(demo::seed(code), now);
    let ward = Id::random();
    let actor = Actor::from(Duty::command_line(ward));
    let root = OrganizationFacts { ward, id: plan.root(), side: Side::Administration };
    let create = gate.permit::<actions::CreateWard>(&actor, &root)?;
    let load = gate.permit::<actions::LoadDemo>(&actor, &root)?;

    let new = NewWard { code, name: demo::WARD_NAME, help_phone: demo::HELP_PHONE, help_hours: demo::HELP_HOURS, is_demo: true };
    let loaded = Loaded {
        ward,
        facilities: plan.places.iter().filter(|place| place.kind.facility().is_some()).count(),
        watches: plan.watches.len(),
        people: plan.staff.len(),
        reports: plan.sheets.iter().map(|sheet| sheet.marks.len()).sum(),
        alerts: plan.alerts.len(),
    };
    let mut tx = db.tx(&actor, now).await?;
    wards::insert(&mut tx, &create, &new, stored::since(&plan)).await?;
    stored::load(&mut tx, &load, &plan).await?;
    tx.commit(load.deed().with("watches", loaded.watches).with("reports", loaded.reports).with("alerts", loaded.alerts)).await?;
    Ok(loaded)
}

/// One way in: good once, for one person. Only the text of the link holds the code.
#[derive(Debug, Clone, Serialize)]
pub struct Link {
    pub role: &'static str,
    pub name: String,
    pub organization: String,
    /// Path and fragment, to be put behind the hub's origin.
    #[serde(rename = "url")]
    pub path: String,
}

/// Whom links are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whom {
    /// One person of each role, and one of two offices.
    Tour,
    /// Those of the tour first, then the others.
    Everybody,
}

/// Fresh links for people of a demo ward; earlier ones stay good until they are used or too old.
///
/// # Errors
/// When there is no such ward, or it was not made as a demo.
pub async fn links(db: &Db, gate: &Gate, clock: &Clock, code: &str, whom: Whom) -> Result<Vec<Link>, Refused> {
    let known = wards::by_code(db, code).await?.ok_or_else(|| Refused::Unknown(code.to_owned()))?;
    let actor = Actor::from(Duty::command_line(known.id));
    let mut tx = db.tx(&actor, clock.now()).await?;
    if !wards::is_demo(&mut tx, known.id).await? {
        return Err(Refused::NotADemo(code.to_owned()));
    }
    let root = organizations::root(&mut tx, &actor).await?.ok_or_else(|| Refused::Unknown(code.to_owned()))?;
    let permit = gate.permit::<actions::IssueDemoLinks>(&actor, &root)?;
    let mut people = stored::tour(&mut tx, &permit).await?;
    if whom == Whom::Everybody {
        let others = stored::others(&mut tx, &permit, &people).await?;
        people.extend(others);
    }
    let mut links = Vec::new();
    for one in people {
        let secret = Secret::code();
        invitations::insert(&mut tx, &permit, one.person, &secret.hash(), LINK_LIFE).await?;
        let path = format!("/enrol#{}", secret.text());
        links.push(Link { role: one.role.code(), name: one.name, organization: one.organization, path });
    }
    tx.commit(permit.deed().with("links", links.len())).await?;
    Ok(links)
}
