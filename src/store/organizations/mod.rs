//! Organizations: what the gate must know of one, what pages show of them, and how the ward's desk changes them.

mod change;
mod closing;
mod council;
mod lines;
mod opening;
mod read;
mod reopening;
mod reporting;
mod security;
mod set_up;
mod standing;
mod times;

use jiff::civil::Date;
use jiff_sqlx::ToSqlx;

pub use self::{
    change::{Clash, Particulars, insert, update},
    closing::{Carried, Leaving, Merger, StillOpen, close, merge, still_open, successors},
    lines::{Line, lines},
    opening::asked_before,
    read::{Details, Member, Named, Shows, below, details, members, name, offices, predecessors},
    reopening::{Planned, planned, reopen},
    reporting::{reporting, set_reporting},
    security::{Limits, Link, Security, SignIn, chain, limits, security, set_limit, set_security},
    set_up::{Help, State, help, set_help, state},
    standing::{halt_requests, hold_still},
    times::{OwnTimes, TimesShown, set_times, times, times_of_ward},
};

pub(super) use self::council::secrecy;
use super::{Result, Tx, sql::unknown_code};
use crate::{
    domain::{
        facility::{FacilityKind, Gap, OrganizationKind},
        ids::{Id, Organization},
        roster::KnownFacility,
    },
    gate::{Actor, OrganizationFacts, Scope, Side, actions},
};

/// The side of the house an organization of this kind is on.
pub const fn side(kind: OrganizationKind) -> Side {
    Side::of(kind)
}

pub(super) fn kind(code: &str) -> Result<OrganizationKind> {
    OrganizationKind::from_code(code).ok_or_else(|| unknown_code("organization kind", code))
}

/// What the gate must know of an organization; `None` when it is not inside the fence.
pub async fn facts(tx: &mut Tx, actor: &Actor, id: Id<Organization>) -> Result<Option<OrganizationFacts>> {
    let row =
        sqlx::query_scalar!("SELECT kind FROM hub.organizations WHERE ward_id = $1 AND id = $2", actor.ward().uuid(), id.uuid())
            .fetch_optional(tx.conn())
            .await?;
    row.map(|code| Ok(OrganizationFacts { ward: actor.ward(), id, side: side(kind(&code)?) })).transpose()
}

/// As [`facts`], and nobody else changes the organization before this transaction ends.
pub async fn facts_for_change(tx: &mut Tx, actor: &Actor, id: Id<Organization>) -> Result<Option<OrganizationFacts>> {
    if actor.side() != Some(Side::Administration) {
        // The other sides have no right to lock a row: asking would be a fault, not an answer.
        return facts(tx, actor, id).await;
    }
    sqlx::query!("SELECT id FROM hub.organizations WHERE ward_id = $1 AND id = $2 FOR UPDATE", actor.ward().uuid(), id.uuid())
        .fetch_optional(tx.conn())
        .await?;
    facts(tx, actor, id).await
}

/// The revision an organization was read at is no longer its newest; nothing was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stale;

/// The ward's root organization: what ward-wide duties are done to.
pub async fn root(tx: &mut Tx, actor: &Actor) -> Result<Option<OrganizationFacts>> {
    let row = sqlx::query!(
        r#"SELECT id AS "id: Id<Organization>", kind FROM hub.organizations WHERE ward_id = $1 AND parent_id IS NULL ORDER BY opened_on, id LIMIT 1"#,
        actor.ward().uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    row.map(|row| Ok(OrganizationFacts { ward: actor.ward(), id: row.id, side: side(kind(&row.kind)?) })).transpose()
}

/// A facility as forms and imports offer it.
#[derive(Debug, Clone)]
pub struct Facility {
    pub id: Id<Organization>,
    pub name: String,
    pub kind: FacilityKind,
    pub district: String,
    /// The day it opens, while that is still to come.
    pub opens: Option<Date>,
    /// The first day on which it is no more, where that is planned.
    pub closes: Option<Date>,
    /// What should be looked into before children are named to it; for the office alone.
    pub gap: Option<Gap>,
}

impl Facility {
    /// As the rows of a roster may name it.
    pub fn known(self) -> KnownFacility {
        KnownFacility { id: self.id, name: self.name, kind: self.kind, opens: self.opens, closes: self.closes }
    }
}

/// The facilities of the ward that are open or are to open, by name.
pub async fn facilities<A: actions::Action<On = OrganizationFacts>>(tx: &mut Tx, scope: &Scope<A>) -> Result<Vec<Facility>> {
    let today = tx.today();
    let rows = sqlx::query!(
        r#"
        SELECT o.id AS "id: Id<Organization>", o.name, o.kind, o.district, o.opened_on, o.closed_on
             , c.tie AS "tie?", c.member_since AS "member_since?", c.pledged_on AS "pledged_on?"
        FROM hub.organizations o
        LEFT JOIN hub.council_ties c ON c.ward_id = o.ward_id AND c.organization_id = o.id
        WHERE o.ward_id = $1 AND (o.closed_on IS NULL OR o.closed_on > $2) ORDER BY o.name
        "#,
        scope.ward().uuid(),
        today.to_sqlx()
    )
    .fetch_all(tx.conn())
    .await?;
    let mut facilities = Vec::with_capacity(rows.len());
    for row in rows {
        if let OrganizationKind::Facility(kind) = kind(&row.kind)? {
            let closes = row.closed_on.map(jiff_sqlx::Date::to_jiff);
            let opens = Some(row.opened_on.to_jiff()).filter(|day| *day > today);
            let gap = secrecy(row.tie.as_deref(), row.member_since, row.pledged_on)?.gap(today);
            facilities.push(Facility { id: row.id, name: row.name, kind, district: row.district, opens, closes, gap });
        }
    }
    Ok(facilities)
}
