//! What the gate must know of somebody: where they belong, and whether others' rights hang on theirs. Nothing personal.

use jiff_sqlx::ToSqlx;

use crate::{
    domain::{
        facility::OrganizationKind,
        ids::{Id, Organization, Person},
        role::{Role, Side},
    },
    gate::{Actor, OrganizationFacts, PersonFacts},
    store::{Result, Tx, organizations, sql::unknown_code},
};

/// The facts of a person; `None` when nobody of this id is inside the fence.
///
/// Places are the organizations of memberships that are not over (suspended and coming ones too), each once; the ward's root
/// when there is none. Privileged is whoever holds, or will hold, a role that governs.
pub async fn facts(tx: &mut Tx, actor: &Actor, id: Id<Person>) -> Result<Option<PersonFacts>> {
    let found = sqlx::query_scalar!(
        r#"SELECT id AS "id: Id<Person>" FROM hub.people WHERE ward_id = $1 AND id = $2"#,
        actor.ward().uuid(),
        id.uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    described(tx, actor, found).await
}

/// The same, with the person locked until the transaction ends: whoever changes somebody's rights, sessions or invitations
/// takes turns with everybody else who does.
pub async fn facts_for_change(tx: &mut Tx, actor: &Actor, id: Id<Person>) -> Result<Option<PersonFacts>> {
    let found = sqlx::query_scalar!(
        r#"SELECT id AS "id: Id<Person>" FROM hub.people WHERE ward_id = $1 AND id = $2 FOR UPDATE"#,
        actor.ward().uuid(),
        id.uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    described(tx, actor, found).await
}

async fn described(tx: &mut Tx, actor: &Actor, found: Option<Id<Person>>) -> Result<Option<PersonFacts>> {
    let Some(id) = found else { return Ok(None) };
    let today = tx.today();
    let rows = sqlx::query!(
        r#"
        SELECT o.id AS "organization: Id<Organization>", o.kind, m.role
        FROM hub.memberships m
        JOIN hub.organizations o ON o.ward_id = m.ward_id AND o.id = m.organization_id
        WHERE m.ward_id = $1 AND m.person_id = $2 AND (m.until_on IS NULL OR m.until_on >= $3)
        ORDER BY o.id
        "#,
        actor.ward().uuid(),
        id.uuid(),
        today.to_sqlx()
    )
    .fetch_all(tx.conn())
    .await?;
    let mut facts = PersonFacts { ward: actor.ward(), id, places: Vec::new(), privileged: false };
    for row in rows {
        let kind = OrganizationKind::from_code(&row.kind).ok_or_else(|| unknown_code("organization kind", &row.kind))?;
        let role = Role::from_code(&row.role).ok_or_else(|| unknown_code("role", &row.role))?;
        facts.privileged |= role.is_privileged();
        let place = OrganizationFacts { ward: actor.ward(), id: row.organization, side: Side::of(kind) };
        if facts.places.last() != Some(&place) {
            facts.places.push(place);
        }
    }
    if facts.places.is_empty() {
        facts.places.extend(organizations::root(tx, actor).await?);
    }
    Ok(Some(facts))
}
