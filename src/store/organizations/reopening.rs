//! A planned end taken back before its day: what it shortened is as long as before, what it carried over never begins.

use jiff_sqlx::ToSqlx;

use super::{Carried, Stale};
use crate::{
    gate::{Permit, actions},
    store::{Result, Tx},
};

/// What a planned end holds, and what must be taken back before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Planned {
    /// Memberships it shortened.
    pub memberships: i64,
    /// The organization above ends too.
    pub parent_ends: bool,
    /// The organization it would merge into ends too.
    pub successor_ends: bool,
}

pub async fn planned(tx: &mut Tx, permit: &Permit<actions::CloseOrganization>) -> Result<Planned> {
    sqlx::query_as!(
        Planned,
        r#"
        SELECT (SELECT count(*) FROM hub.memberships m WHERE m.ward_id = o.ward_id AND m.organization_id = o.id AND m.shortened) AS "memberships!"
             , p.closed_on IS NOT NULL AS "parent_ends!", s.closed_on IS NOT NULL AS "successor_ends!"
        FROM hub.organizations o
        LEFT JOIN hub.organizations p ON p.ward_id = o.ward_id AND p.id = o.parent_id
        LEFT JOIN hub.organizations s ON s.ward_id = o.ward_id AND s.id = o.successor_id
        WHERE o.ward_id = $1 AND o.id = $2
        "#,
        permit.ward().uuid(),
        permit.id().uuid()
    )
    .fetch_one(tx.conn())
    .await
}

/// Takes the planned end back, if nobody changed the organization since `revision` and the day has not come; says what is as it
/// was before.
pub async fn reopen(tx: &mut Tx, permit: &Permit<actions::CloseOrganization>, revision: i64) -> Result<Result<Carried, Stale>> {
    let (ward, id, today) = (permit.ward().uuid(), permit.id().uuid(), tx.today().to_sqlx());
    let requests = sqlx::query_scalar!(r#"SELECT hub.bring_requests_back($1, $2) AS "brought!""#, id, tx.now().to_sqlx())
        .fetch_one(tx.conn())
        .await?;
    stop_carried(tx, permit).await?;
    let memberships = lengthen(tx, permit).await?;
    let done = sqlx::query!(
        r#"
        UPDATE hub.organizations SET closed_on = NULL, successor_id = NULL, revision = revision + 1
        WHERE ward_id = $1 AND id = $2 AND revision = $3 AND closed_on > $4
        "#,
        ward,
        id,
        revision,
        today
    )
    .execute(tx.conn())
    .await?;
    Ok(if done.rows_affected() == 1 { Ok(Carried { memberships, requests }) } else { Err(Stale) })
}

/// What the merger would have let begin at the successor.
async fn stop_carried(tx: &mut Tx, permit: &Permit<actions::CloseOrganization>) -> Result<()> {
    let (now, today) = (tx.now(), tx.today());
    sqlx::query!(
        r#"
        UPDATE hub.memberships c SET until_on = c.from_on, suspended_at = $3, ended_reason = 'ended', carried_from = NULL, revision = c.revision + 1
        FROM hub.memberships m
        WHERE m.ward_id = $1 AND m.organization_id = $2 AND m.shortened
          AND c.ward_id = m.ward_id AND c.carried_from = m.id AND c.from_on > $4
        "#,
        permit.ward().uuid(),
        permit.id().uuid(),
        now.to_sqlx(),
        today.to_sqlx()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// As long as before, but no longer than somebody stays who has said since then when they leave. What was ended otherwise
/// meanwhile, or given anew, stays as that left it.
async fn lengthen(tx: &mut Tx, permit: &Permit<actions::CloseOrganization>) -> Result<u64> {
    let (ward, id) = (permit.ward().uuid(), permit.id().uuid());
    let lengthened = sqlx::query!(
        r#"
        UPDATE hub.memberships m
        SET until_on = CASE WHEN coalesce(m.until_before, p.left_on) IS NULL THEN NULL ELSE greatest(m.from_on, least(m.until_before, p.left_on)) END
          , ended_reason = '', revision = m.revision + 1
        FROM hub.organizations o, hub.people p
        WHERE m.ward_id = $1 AND m.organization_id = $2 AND m.shortened AND m.ended_reason IN ('ended', 'merged')
          AND o.ward_id = m.ward_id AND o.id = m.organization_id AND m.until_on = greatest(o.closed_on - 1, m.from_on)
          AND p.ward_id = m.ward_id AND p.id = m.person_id
          AND NOT EXISTS (SELECT FROM hub.memberships other WHERE other.ward_id = m.ward_id AND other.person_id = m.person_id AND other.id <> m.id
                              AND other.organization_id = m.organization_id AND other.role = m.role AND other.suspended_at IS NULL
                              AND (m.until_before IS NULL OR other.from_on <= m.until_before) AND (other.until_on IS NULL OR other.until_on >= m.from_on))
        "#,
        ward,
        id
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "UPDATE hub.memberships SET shortened = false, until_before = NULL WHERE ward_id = $1 AND organization_id = $2 AND shortened",
        ward,
        id
    )
    .execute(tx.conn())
    .await?;
    Ok(lengthened.rows_affected())
}
