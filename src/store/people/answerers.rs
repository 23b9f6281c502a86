//! Whom an office's work can be given to: who can answer for it, as the rules and the calls ask. An invited person cannot yet.

use jiff_sqlx::ToSqlx;

use crate::{
    domain::ids::{Id, Person},
    gate::{OrganizationFacts, Scope, actions},
    store::{Result, Tx},
};

/// A colleague to whom work can be handed, and where they work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Colleague {
    pub id: Id<Person>,
    pub name: String,
    pub organization: String,
}

/// Everybody who can answer today for the organization the scope was asked for.
pub async fn answerers<A: actions::Action<On = OrganizationFacts>>(tx: &mut Tx, scope: &Scope<A>) -> Result<Vec<Colleague>> {
    sqlx::query_as!(
        Colleague,
        r#"
        SELECT DISTINCT ON (p.display_name, p.id) p.id AS "id: Id<Person>", p.display_name AS name, o.name AS organization
        FROM desk.answerers($1, $2, $3) n
        JOIN hub.people p ON p.ward_id = $1 AND p.id = n.person_id
        JOIN hub.organizations o ON o.ward_id = $1 AND o.id = n.organization_id
        ORDER BY p.display_name, p.id, n.height
        "#,
        scope.ward().uuid(),
        scope.organization().uuid(),
        tx.today().to_sqlx(),
    )
    .fetch_all(tx.conn())
    .await
}
