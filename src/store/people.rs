//! People and what they may act as.

use jiff_sqlx::ToSqlx;

use super::{Result, Tx, organizations, sql::unknown_code};
use crate::{
    domain::{
        facility::OrganizationKind,
        ids::{Id, Membership, Organization, Person},
    },
    gate::{Actor, OrganizationFacts, Permit, PersonFacts, Role, Scope, actions},
};

/// A membership in force, as offered to the person who holds it.
#[derive(Debug, Clone)]
pub struct Choice {
    pub membership: Id<Membership>,
    pub organization: Id<Organization>,
    pub organization_name: String,
    pub role: Role,
}

/// What the person inside the fence may act as today, in the order of the organizations' names.
pub async fn choices(tx: &mut Tx) -> Result<Vec<Choice>> {
    list(tx, &["active"]).await
}

async fn list(tx: &mut Tx, statuses: &[&str]) -> Result<Vec<Choice>> {
    let today = tx.today();
    let statuses = statuses.iter().map(ToString::to_string).collect::<Vec<_>>();
    let rows = sqlx::query!(
        r#"
        SELECT m.id AS "membership: Id<Membership>", o.id AS "organization: Id<Organization>", o.name, m.role
        FROM hub.memberships m
        JOIN hub.organizations o ON o.ward_id = m.ward_id AND o.id = m.organization_id
        JOIN hub.people p ON p.ward_id = m.ward_id AND p.id = m.person_id AND p.status = ANY ($2)
        WHERE m.person_id = hub.person() AND m.suspended_at IS NULL
          AND m.from_on <= $1 AND (m.until_on IS NULL OR m.until_on >= $1)
          AND (o.closed_on IS NULL OR o.closed_on > $1)
        ORDER BY o.name, m.role
        "#,
        today.to_sqlx(),
        &statuses
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|row| {
            let role = Role::from_code(&row.role).ok_or_else(|| unknown_code("role", &row.role))?;
            Ok(Choice { membership: row.membership, organization: row.organization, organization_name: row.name, role })
        })
        .collect()
}

/// What an invited person will act as: the same as [`choices`], before they are active.
pub async fn offered(tx: &mut Tx) -> Result<Vec<Choice>> {
    list(tx, &["active", "invited"]).await
}

/// The person inside the fence: name and status.
#[derive(Debug, Clone)]
pub struct Myself {
    pub name: String,
    pub status: String,
}

pub async fn myself(tx: &mut Tx) -> Result<Option<Myself>> {
    sqlx::query_as!(Myself, r#"SELECT display_name AS name, status FROM hub.people WHERE id = hub.person()"#)
        .fetch_optional(tx.conn())
        .await
}

/// The first passkey makes an invited person active.
pub async fn activate(tx: &mut Tx, permit: &Permit<actions::RegisterPasskey>, person: Id<Person>) -> Result<()> {
    sqlx::query!(
        "UPDATE hub.people SET status = 'active' WHERE ward_id = $1 AND id = $2 AND status = 'invited'",
        permit.ward().uuid(),
        person.uuid()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// A colleague to whom work can be handed.
#[derive(Debug, Clone)]
pub struct Colleague {
    pub id: Id<Person>,
    pub name: String,
    pub organization: Id<Organization>,
}

/// Caseworkers and supervisors of the offices in scope, today.
pub async fn caseworkers<A: actions::Action<On = OrganizationFacts>>(tx: &mut Tx, scope: &Scope<A>) -> Result<Vec<Colleague>> {
    sqlx::query_as!(
        Colleague,
        r#"
        SELECT DISTINCT ON (p.display_name, p.id) p.id AS "id: Id<Person>", p.display_name AS name, m.organization_id AS "organization: Id<Organization>"
        FROM hub.memberships m
        JOIN hub.people p ON p.ward_id = m.ward_id AND p.id = m.person_id AND p.status IN ('active', 'invited')
        WHERE m.ward_id = $1 AND m.organization_id = ANY ($2) AND m.role IN ('caseworker', 'supervisor') AND m.suspended_at IS NULL
          AND m.from_on <= $3 AND (m.until_on IS NULL OR m.until_on >= $3)
        ORDER BY p.display_name, p.id
        "#,
        scope.ward().uuid(),
        &super::sql::uuids(scope.organizations()),
        tx.today().to_sqlx(),
    )
    .fetch_all(tx.conn())
    .await
}

/// What the gate must know of somebody: where they belong as far as the actor may know, and whether others' rights hang on theirs.
/// `None` when they are not inside the fence.
pub async fn facts(tx: &mut Tx, actor: &Actor, id: Id<Person>) -> Result<Option<PersonFacts>> {
    let today = tx.today();
    let rows = sqlx::query!(
        r#"
        SELECT o.id AS "organization?: Id<Organization>", o.kind AS "kind?", m.role AS "role?"
        FROM hub.people p
        LEFT JOIN hub.memberships m ON m.ward_id = p.ward_id AND m.person_id = p.id AND (m.until_on IS NULL OR m.until_on >= $3)
        LEFT JOIN hub.organizations o ON o.ward_id = m.ward_id AND o.id = m.organization_id
        WHERE p.ward_id = $1 AND p.id = $2
        ORDER BY o.id
        "#,
        actor.ward().uuid(),
        id.uuid(),
        today.to_sqlx(),
    )
    .fetch_all(tx.conn())
    .await?;
    if rows.is_empty() {
        return Ok(None);
    }
    let mut facts = PersonFacts { ward: actor.ward(), id, places: Vec::new(), privileged: false };
    for row in rows {
        if let (Some(id), Some(kind), Some(role)) = (row.organization, row.kind, row.role) {
            let kind = OrganizationKind::from_code(&kind).ok_or_else(|| unknown_code("organization kind", &kind))?;
            let role = Role::from_code(&role).ok_or_else(|| unknown_code("role", &role))?;
            facts.privileged |= role.is_privileged();
            if facts.places.last().is_none_or(|place| place.id != id) {
                facts.places.push(OrganizationFacts { ward: actor.ward(), id, side: organizations::side(kind) });
            }
        }
    }
    if facts.places.is_empty() {
        facts.places.extend(organizations::root(tx, actor).await?);
    }
    Ok(Some(facts))
}
