//! 入力の当番: when each colleague of a facility is called.

use jiff_sqlx::ToSqlx;

use super::{Result, Tx, sql::unknown_code};
use crate::{
    domain::{
        ids::{Id, Membership},
        reminder::Turn,
        role::Role,
    },
    gate::{Permit, actions},
};

/// Somebody who works at the facility now.
#[derive(Debug, Clone)]
pub struct Line {
    pub membership: Id<Membership>,
    pub name: String,
    pub role: Role,
    pub turn: Turn,
}

/// Everybody who may be called, locked until the transaction ends: what is set stands on what was read.
pub async fn list(tx: &mut Tx, permit: &Permit<actions::EditTurns>) -> Result<Vec<Line>> {
    let rows = sqlx::query!(
        r#"
        SELECT m.id AS "membership: Id<Membership>", p.display_name, m.role, m.turn
        FROM hub.memberships m JOIN hub.people p ON p.ward_id = m.ward_id AND p.id = m.person_id
        WHERE m.ward_id = $1 AND m.organization_id = $2 AND p.status = 'active' AND m.suspended_at IS NULL
          AND m.from_on <= $3 AND (m.until_on IS NULL OR m.until_on >= $3)
        ORDER BY m.role DESC, p.kana, p.display_name, m.id
        LIMIT 500
        FOR UPDATE OF m
        "#,
        permit.ward().uuid(),
        permit.id().uuid(),
        tx.today().to_sqlx()
    )
    .fetch_all(tx.conn())
    .await?;
    let line = rows.into_iter().map(|row| {
        Ok(Line {
            membership: row.membership,
            name: row.display_name,
            role: Role::from_code(&row.role).ok_or_else(|| unknown_code("role", &row.role))?,
            turn: Turn::from_code(&row.turn).ok_or_else(|| unknown_code("turn", &row.turn))?,
        })
    });
    line.collect()
}

pub async fn set(tx: &mut Tx, permit: &Permit<actions::EditTurns>, membership: Id<Membership>, turn: Turn) -> Result<()> {
    sqlx::query!(
        "UPDATE hub.memberships SET turn = $4 WHERE ward_id = $1 AND organization_id = $2 AND id = $3",
        permit.ward().uuid(),
        permit.id().uuid(),
        membership.uuid(),
        turn.code()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
