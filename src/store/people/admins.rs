//! The admins of a ward who have all that getting in takes.

use jiff_sqlx::ToSqlx;
use uuid::Uuid;

use crate::{
    domain::{
        ids::{Id, Membership, Person},
        membership::{
            Term,
            admins::{Admin, Admins},
        },
    },
    gate::Actor,
    store::{Error, Result, Tx},
};

/// The admins of the actor's ward. An account bound by a claim alone opens nothing to them ([`crate::store::bindings::opens`]), and
/// so is no way in here. Ask after [`super::memberships::take_turn`]: else two of the last ones could go at once.
pub async fn admins(tx: &mut Tx, actor: &Actor) -> Result<Admins> {
    admins_of(tx, actor.ward().uuid()).await
}

pub(in crate::store) async fn admins_of(tx: &mut Tx, ward: Uuid) -> Result<Admins> {
    let today = tx.today();
    let by_service = sqlx::query_scalar!(
        r#"SELECT coalesce(bool_or(sign_in = 'provider'), false) AS "by_service!" FROM hub.organizations WHERE ward_id = $1 AND parent_id IS NULL"#,
        ward
    )
    .fetch_one(tx.conn())
    .await?;
    let rows = sqlx::query!(
        r#"
        SELECT m.id AS "membership: Id<Membership>", m.person_id AS "person: Id<Person>", m.from_on, m.until_on
             , EXISTS (SELECT FROM hub.bindings b JOIN hub.providers v ON v.ward_id = b.ward_id AND v.issuer = b.issuer AND v.tested_at IS NOT NULL
                       WHERE b.ward_id = m.ward_id AND b.person_id = m.person_id AND b.state = 'active' AND NOT b.by_claim) AS "bound!"
        FROM hub.memberships m
        JOIN hub.organizations o ON o.ward_id = m.ward_id AND o.id = m.organization_id AND o.parent_id IS NULL
        JOIN hub.people p ON p.ward_id = m.ward_id AND p.id = m.person_id AND p.status = 'active'
        WHERE m.ward_id = $1 AND m.role = 'ward_admin' AND m.suspended_at IS NULL AND (m.until_on IS NULL OR m.until_on >= $2)
          AND EXISTS (SELECT FROM hub.passkeys k WHERE k.ward_id = m.ward_id AND k.person_id = m.person_id AND k.removed_at IS NULL)
        ORDER BY m.id
        "#,
        ward,
        today.to_sqlx()
    )
    .fetch_all(tx.conn())
    .await?;
    let all = rows.into_iter().map(|row| {
        let term = Term::new(row.from_on.to_jiff(), row.until_on.map(jiff_sqlx::Date::to_jiff));
        let term = term.map_err(|refusal| Error::Decode(refusal.into()))?;
        Ok(Admin { person: row.person, membership: row.membership, term, bound: row.bound })
    });
    Ok(Admins { all: all.collect::<Result<_>>()?, by_service })
}
