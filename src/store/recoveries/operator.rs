//! The operator's way out: when a ward has too few admins left to give one of them an account back.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;

use crate::{
    domain::ids::{Id, Person, Recovery},
    gate::{Permit, actions},
    store::{Result, Tx},
};

/// Somebody who administers the ward today.
#[derive(Debug, Clone)]
pub struct Admin {
    pub id: Id<Person>,
    pub name: String,
    pub staff_code: String,
}

/// The admins of the ward whose accounts are in use.
pub async fn admins(tx: &mut Tx, permit: &Permit<actions::RecoverAdmin>) -> Result<Vec<Admin>> {
    let today = tx.today();
    sqlx::query_as!(
        Admin,
        r#"
        SELECT DISTINCT p.id AS "id: Id<Person>", p.display_name AS name, p.staff_code
        FROM hub.people p
        JOIN hub.memberships m ON m.ward_id = p.ward_id AND m.person_id = p.id AND m.role = 'ward_admin' AND m.suspended_at IS NULL
            AND m.from_on <= $2 AND (m.until_on IS NULL OR m.until_on >= $2)
        WHERE p.ward_id = $1 AND p.status = 'active'
        ORDER BY p.display_name, 1
        "#,
        permit.ward().uuid(),
        today.to_sqlx(),
    )
    .fetch_all(tx.conn())
    .await
}

/// Whether an admin has asked for this person, and the second word is missing.
pub async fn stands_asked(tx: &mut Tx, permit: &Permit<actions::RecoverAdmin>, person: Id<Person>) -> Result<bool> {
    let now = tx.now();
    sqlx::query_scalar!(
        r#"
        SELECT EXISTS (SELECT FROM hub.recoveries WHERE ward_id = $1 AND person_id = $2 AND state = 'asked' AND asked_as = 'admin' AND expires_at > $3) AS "asked!"
        "#,
        permit.ward().uuid(),
        person.uuid(),
        now.to_sqlx(),
    )
    .fetch_one(tx.conn())
    .await
}

/// The operator's word, by a written form: beside an admin who has asked, else alone, in place of whatever was under way.
pub async fn operate(
    tx: &mut Tx,
    permit: &Permit<actions::RecoverAdmin>,
    person: Id<Person>,
    form: &str,
    code_hash: &[u8],
    (opens_at, expires_at): (Timestamp, Timestamp),
) -> Result<Id<Recovery>> {
    let now = tx.now();
    let beside = sqlx::query_scalar!(
        r#"
        UPDATE hub.recoveries
        SET state = 'approved', approved_as = 'operator', approved_at = $3, form_number = $4, code_hash = $5, opens_at = $6, expires_at = $7
        WHERE ward_id = $1 AND person_id = $2 AND state = 'asked' AND asked_as = 'admin' AND expires_at > $3
        RETURNING id AS "id: Id<Recovery>"
        "#,
        permit.ward().uuid(),
        person.uuid(),
        now.to_sqlx(),
        form,
        code_hash,
        opens_at.to_sqlx(),
        expires_at.to_sqlx(),
    )
    .fetch_optional(tx.conn())
    .await?;
    if let Some(id) = beside {
        return Ok(id);
    }
    sqlx::query!(
        "UPDATE hub.recoveries SET state = 'cancelled', closed_at = $3 WHERE ward_id = $1 AND person_id = $2 AND state IN ('asked', 'approved')",
        permit.ward().uuid(),
        person.uuid(),
        now.to_sqlx(),
    )
    .execute(tx.conn())
    .await?;
    let id = Id::random();
    sqlx::query!(
        r#"
        INSERT INTO hub.recoveries
            (ward_id, id, person_id, reason, asked_as, asked_at, second, approved_as, approved_at, form_number, code_hash, opens_at, expires_at, state)
        VALUES ($1, $2, $3, 'lost', 'operator', $4, 'operator', 'operator', $4, $5, $6, $7, $8, 'approved')
        "#,
        permit.ward().uuid(),
        id.uuid(),
        person.uuid(),
        now.to_sqlx(),
        form,
        code_hash,
        opens_at.to_sqlx(),
        expires_at.to_sqlx(),
    )
    .execute(tx.conn())
    .await?;
    Ok(id)
}
