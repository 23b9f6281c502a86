//! Organizations: what the gate must know of one, and what pages show of many.

use jiff::{
    Timestamp,
    civil::{Date, Time},
};
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
    Side::of(kind)
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
    /// Who may act for it today.
    pub people: i64,
    /// How many of them have ever come in.
    pub signed_in_ever: i64,
    pub last_sign_in: Option<Timestamp>,
    pub opened_on: Date,
    pub closed_on: Option<Date>,
}

/// Every organization of the ward, each after the one it stands below, offices before facilities, else by name.
pub async fn lines(tx: &mut Tx, scope: &Scope<actions::ListOrganizations>) -> Result<Vec<Line>> {
    let rows = sqlx::query!(
        r#"
        SELECT o.id AS "id: Id<Organization>", o.parent_id AS "parent: Id<Organization>", o.name, o.kind, o.district, o.opened_on, o.closed_on
             , count(DISTINCT m.person_id) AS "people!", count(DISTINCT s.person_id) AS "signed_in_ever!", max(s.at) AS last_sign_in
        FROM hub.organizations o
        LEFT JOIN hub.memberships m ON m.ward_id = o.ward_id AND m.organization_id = o.id AND m.suspended_at IS NULL
            AND m.from_on <= $2 AND (m.until_on IS NULL OR m.until_on >= $2)
            AND EXISTS (SELECT FROM hub.people p WHERE p.ward_id = m.ward_id AND p.id = m.person_id AND p.status IN ('active', 'invited'))
        LEFT JOIN
            ( SELECT person_id, max(at) AS at FROM hub.sign_ins
              WHERE ward_id = $1 AND outcome IN ('signed_in', 'enrolled') AND person_id IS NOT NULL
              GROUP BY person_id ) s ON s.person_id = m.person_id
        WHERE o.ward_id = $1
        GROUP BY o.ward_id, o.id
        "#,
        scope.ward().uuid(),
        tx.today().to_sqlx()
    )
    .fetch_all(tx.conn())
    .await?;
    let mut lines = Vec::with_capacity(rows.len());
    for row in rows {
        lines.push(Line {
            id: row.id,
            parent: row.parent,
            name: row.name,
            kind: kind(&row.kind)?,
            district: row.district,
            people: row.people,
            signed_in_ever: row.signed_in_ever,
            last_sign_in: row.last_sign_in.map(jiff_sqlx::Timestamp::to_jiff),
            opened_on: row.opened_on.to_jiff(),
            closed_on: row.closed_on.map(jiff_sqlx::Date::to_jiff),
        });
    }
    lines.sort_by(|one, other| (one.kind.facility().is_some(), &one.name).cmp(&(other.kind.facility().is_some(), &other.name)));
    let mut ordered = Vec::with_capacity(lines.len());
    below(None, &mut lines, &mut ordered);
    Ok(ordered)
}

/// Moves what stands below `parent` over, each followed by what stands below it.
fn below(parent: Option<Id<Organization>>, left: &mut Vec<Line>, ordered: &mut Vec<Line>) {
    let (mine, others) = std::mem::take(left).into_iter().partition(|line: &Line| line.parent == parent);
    *left = others;
    for line in mine {
        let id = line.id;
        ordered.push(line);
        below(Some(id), left, ordered);
    }
}

/// A facility's own times of the day; `None` takes the default of its kind (design 4).
#[derive(Debug, Clone, Copy, Default)]
pub struct Times {
    pub facility_cutoff: Option<Time>,
    pub worker_notice: Option<Time>,
    pub free_correction_until: Option<Time>,
}
