//! Organizations: what the gate must know of one, and what pages show of many.

use jiff::civil::{Date, Time};
use jiff_sqlx::ToSqlx;

use super::{Result, Tx, sql::unknown_code};
use crate::{
    domain::{
        facility::{FacilityKind, OrganizationKind},
        ids::{Id, Organization},
    },
    gate::{Actor, OrganizationFacts, Scope, Side, actions},
};

/// The side of the house an organization of this kind is on.
pub const fn side(kind: OrganizationKind) -> Side {
    match kind {
        OrganizationKind::Facility(_) => Side::Facility,
        OrganizationKind::WardOffice | OrganizationKind::BoardOfEducation => Side::Administration,
        OrganizationKind::ChildFamilyCentre | OrganizationKind::GuidanceCentre => Side::Office,
    }
}

fn kind(code: &str) -> Result<OrganizationKind> {
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
}

/// The open facilities of the ward, by name.
pub async fn facilities<A: actions::Action<On = OrganizationFacts>>(tx: &mut Tx, scope: &Scope<A>) -> Result<Vec<Facility>> {
    let rows = sqlx::query!(
        r#"
        SELECT id AS "id: Id<Organization>", name, kind, district FROM hub.organizations
        WHERE ward_id = $1 AND (closed_on IS NULL OR closed_on > $2) ORDER BY name
        "#,
        scope.ward().uuid(),
        tx.today().to_sqlx()
    )
    .fetch_all(tx.conn())
    .await?;
    let mut facilities = Vec::with_capacity(rows.len());
    for row in rows {
        if let OrganizationKind::Facility(kind) = kind(&row.kind)? {
            facilities.push(Facility { id: row.id, name: row.name, kind, district: row.district });
        }
    }
    Ok(facilities)
}

/// An organization as the ward's desk lists it.
#[derive(Debug, Clone)]
pub struct Line {
    pub id: Id<Organization>,
    pub parent: Option<Id<Organization>>,
    pub name: String,
    pub kind: OrganizationKind,
    pub district: String,
    pub people: i64,
    pub signed_in_ever: i64,
    pub opened_on: Date,
    pub closed_on: Option<Date>,
}

/// A facility's own times of the day; `None` takes the default of its kind (design 4).
#[derive(Debug, Clone, Copy, Default)]
pub struct Times {
    pub facility_cutoff: Option<Time>,
    pub worker_notice: Option<Time>,
    pub free_correction_until: Option<Time>,
}
