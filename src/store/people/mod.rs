//! People and what they may act as.

mod admins;
mod answerers;
mod changes;
mod facts;
mod list;
pub mod memberships;
pub mod proposals;
mod read;

use jiff::civil::Date;
use jiff_sqlx::ToSqlx;

pub(in crate::store) use self::admins::admins_of;
pub use self::{
    admins::admins,
    answerers::{Colleague, answerers},
    changes::{Details, has_staff_code, insert, leave, reinstate, suspend, update},
    facts::{facts, facts_for_change},
    list::{Alike, Filter, Finds, Lack, Line, Named, Post, alike, found, name, page, sought},
    read::{Key, Person, keys, read},
};
use super::{Result, Tx, sql::unknown_code};
use crate::{
    domain::ids::{self, Id, Membership, Organization},
    gate::{Permit, Role, actions},
};

/// Somebody else changed it since the form was shown; nothing was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stale;

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
    let today = tx.today();
    let rows = sqlx::query!(
        r#"
        SELECT m.id AS "membership: Id<Membership>", o.id AS "organization: Id<Organization>", o.name, m.role
        FROM hub.memberships m
        JOIN hub.organizations o ON o.ward_id = m.ward_id AND o.id = m.organization_id
        JOIN hub.people p ON p.ward_id = m.ward_id AND p.id = m.person_id AND p.status = 'active'
        WHERE m.person_id = hub.person() AND m.suspended_at IS NULL
          AND m.from_on <= $1 AND (m.until_on IS NULL OR m.until_on >= $1)
          AND o.opened_on <= $1 AND (o.closed_on IS NULL OR o.closed_on > $1)
        ORDER BY o.name, m.role
        "#,
        today.to_sqlx()
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

/// A place the person can act for later.
#[derive(Debug, Clone)]
pub struct Awaited {
    pub organization_name: String,
    pub role: Role,
    /// The first day on which they can.
    pub from: Date,
}

/// What the person inside the fence may act as once it is open, soonest first.
pub async fn awaited(tx: &mut Tx) -> Result<Vec<Awaited>> {
    let today = tx.today();
    let rows = sqlx::query!(
        r#"
        SELECT o.name, m.role, greatest(o.opened_on, m.from_on) AS "from!"
        FROM hub.memberships m
        JOIN hub.organizations o ON o.ward_id = m.ward_id AND o.id = m.organization_id AND o.opened_on > $1
        JOIN hub.people p ON p.ward_id = m.ward_id AND p.id = m.person_id AND p.status = 'active'
        WHERE m.person_id = hub.person() AND m.suspended_at IS NULL AND (m.until_on IS NULL OR m.until_on >= o.opened_on)
        ORDER BY 3, o.name, m.role
        "#,
        today.to_sqlx()
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|row| {
            let role = Role::from_code(&row.role).ok_or_else(|| unknown_code("role", &row.role))?;
            Ok(Awaited { organization_name: row.name, role, from: row.from.to_jiff() })
        })
        .collect()
}

/// What somebody is invited as.
#[derive(Debug, Clone)]
pub struct Offer {
    pub organization_name: String,
    pub role: Role,
}

/// What the invited person inside the fence will act as: what is in force, now or on the day its organization opens, and what has been
/// proposed for them. The latter lets nobody act before it is approved, but approving asks for passkeys first (security B8).
pub async fn offered(tx: &mut Tx) -> Result<Vec<Offer>> {
    let today = tx.today();
    let rows = sqlx::query!(
        r#"
        SELECT o.name AS "name!", offers.role AS "role!"
        FROM ( SELECT m.ward_id, m.person_id, m.organization_id, m.role, m.from_on, m.until_on, 1 AS place FROM hub.memberships m
               WHERE m.suspended_at IS NULL
               UNION ALL
               SELECT c.ward_id, c.person_id, c.organization_id, c.role, NULL, NULL, 2 FROM hub.proposals c WHERE c.state = 'open' ) offers
        JOIN hub.organizations o ON o.ward_id = offers.ward_id AND o.id = offers.organization_id AND (o.closed_on IS NULL OR o.closed_on > $1)
            AND (offers.from_on IS NULL OR offers.from_on <= greatest($1, o.opened_on))
            AND (offers.until_on IS NULL OR offers.until_on >= greatest($1, o.opened_on))
        JOIN hub.people p ON p.ward_id = offers.ward_id AND p.id = offers.person_id AND p.status IN ('active', 'invited')
        WHERE offers.person_id = hub.person()
        ORDER BY offers.place, o.name, offers.role
        "#,
        today.to_sqlx()
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|row| {
            let role = Role::from_code(&row.role).ok_or_else(|| unknown_code("role", &row.role))?;
            Ok(Offer { organization_name: row.name, role })
        })
        .collect()
}

/// Whether others' rights hang on the person inside the fence, or will, or are proposed to: their passkeys must not travel
/// (security B8).
pub async fn is_bound(tx: &mut Tx) -> Result<bool> {
    let today = tx.today();
    sqlx::query_scalar!(
        r#"
        SELECT EXISTS (SELECT FROM hub.memberships m WHERE m.ward_id = hub.ward() AND m.person_id = hub.person()
                           AND m.role IN ('ward_admin', 'auditor', 'operator') AND m.suspended_at IS NULL AND (m.until_on IS NULL OR m.until_on >= $1))
            OR EXISTS (SELECT FROM hub.proposals c WHERE c.ward_id = hub.ward() AND c.person_id = hub.person() AND c.state = 'open') AS "bound!"
        "#,
        today.to_sqlx()
    )
    .fetch_one(tx.conn())
    .await
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

/// Whoever comes in by an invitation takes turns with whoever changes their rights, sessions or codes: the person inside the fence is
/// locked until the transaction ends. Before anything else, as by everybody: a code first and the person then, and each waits for the
/// other for ever.
pub async fn take_turn(tx: &mut Tx) -> Result<()> {
    sqlx::query_scalar!("SELECT id FROM hub.people WHERE ward_id = hub.ward() AND id = hub.person() FOR UPDATE")
        .fetch_optional(tx.conn())
        .await?;
    Ok(())
}

/// The first passkey makes an invited person active.
pub async fn activate(tx: &mut Tx, permit: &Permit<actions::RegisterPasskey>, person: Id<ids::Person>) -> Result<()> {
    sqlx::query!(
        "UPDATE hub.people SET status = 'active' WHERE ward_id = $1 AND id = $2 AND status = 'invited'",
        permit.ward().uuid(),
        person.uuid()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
