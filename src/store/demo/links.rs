//! Whom the demo's sign-in links are for: a tour of one person of each role and one who has to choose between two offices, and
//! everybody else.

use jiff_sqlx::ToSqlx;

use super::super::{
    Result, Tx,
    sql::{unknown_code, uuids},
};
use crate::{
    domain::ids::{Id, Person},
    gate::{Permit, Role, actions},
};

/// One person of the demo.
#[derive(Debug, Clone)]
pub struct Known {
    pub person: Id<Person>,
    pub role: Role,
    pub name: String,
    pub organization: String,
}

/// One person for each role, in the order in which the tour goes, then a caseworker of two offices (兼務). Facilities that never
/// close come first, because their sheet can be sent on any day; of the offices the one that most other offices stand below.
/// Whoever has one post need not choose.
pub async fn tour(tx: &mut Tx, permit: &Permit<actions::IssueDemoLinks>) -> Result<Vec<Known>> {
    let today = tx.today();
    let rows = sqlx::query!(
        r#"
        SELECT DISTINCT ON (tour.place) p.id AS "person: Id<Person>", m.role, p.display_name AS name, o.name AS organization
        FROM UNNEST
            ( ARRAY['reporter', 'caseworker', 'supervisor', 'ward_admin', 'facility_head', 'auditor', 'caseworker']
            , ARRAY[1, 1, 1, 1, 1, 1, 2] ) WITH ORDINALITY AS tour (role, posts, place)
        JOIN hub.memberships m ON m.ward_id = $1 AND m.role = tour.role AND m.suspended_at IS NULL
            AND m.from_on <= $2 AND (m.until_on IS NULL OR m.until_on >= $2)
        JOIN hub.people p ON p.ward_id = m.ward_id AND p.id = m.person_id AND p.status IN ('active', 'invited')
        JOIN hub.organizations o ON o.ward_id = m.ward_id AND o.id = m.organization_id AND o.closed_on IS NULL
            AND (SELECT count(*) FROM hub.memberships held WHERE held.ward_id = p.ward_id AND held.person_id = p.id) >= tour.posts
        LEFT JOIN watch.calendar_templates t ON t.ward_id = o.ward_id AND t.code = o.calendar_template
        ORDER BY tour.place
            , coalesce(t.open_on_holidays AND cardinality(t.open_weekdays) = 7, false) DESC
            , (SELECT count(*) FROM hub.organizations below WHERE below.ward_id = o.ward_id AND below.parent_id = o.id) DESC
            , (SELECT count(*) FROM hub.memberships other WHERE other.ward_id = p.ward_id AND other.person_id = p.id)
            , p.status, o.name, p.display_name
        "#,
        permit.ward().uuid(),
        today.to_sqlx()
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter().map(|row| known(row.person, &row.role, row.name, row.organization)).collect()
}

/// Everybody else, by organization and name, as what they were first.
pub async fn others(tx: &mut Tx, permit: &Permit<actions::IssueDemoLinks>, tour: &[Known]) -> Result<Vec<Known>> {
    let today = tx.today();
    let on_tour: Vec<_> = tour.iter().map(|known| known.person).collect();
    let rows = sqlx::query!(
        r#"
        SELECT other.person AS "person!: Id<Person>", other.role AS "role!", other.name AS "name!", other.organization AS "organization!"
        FROM ( SELECT DISTINCT ON (p.id) p.id AS person, m.role, p.display_name AS name, o.name AS organization
               FROM hub.people p
               JOIN hub.memberships m ON m.ward_id = p.ward_id AND m.person_id = p.id AND m.suspended_at IS NULL
                   AND m.from_on <= $2 AND (m.until_on IS NULL OR m.until_on >= $2)
               JOIN hub.organizations o ON o.ward_id = m.ward_id AND o.id = m.organization_id AND o.closed_on IS NULL
               WHERE p.ward_id = $1 AND p.status IN ('active', 'invited') AND p.id <> ALL ($3)
               ORDER BY p.id, m.from_on, m.id ) other
        ORDER BY other.organization, other.name, other.person
        "#,
        permit.ward().uuid(),
        today.to_sqlx(),
        &uuids(&on_tour),
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter().map(|row| known(row.person, &row.role, row.name, row.organization)).collect()
}

fn known(person: Id<Person>, role: &str, name: String, organization: String) -> Result<Known> {
    let role = Role::from_code(role).ok_or_else(|| unknown_code("role", role))?;
    Ok(Known { person, role, name, organization })
}
