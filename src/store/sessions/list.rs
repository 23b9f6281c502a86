//! The sessions of one person, as they themselves and the ward's desk see them, and their end.

use std::net::IpAddr;

use ipnet::IpNet;
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;

use super::Method;
use crate::{
    domain::ids::{Id, Membership, Passkey, Session},
    gate::{Permit, PersonFacts, actions},
    store::{Result, Tx, sql::unknown_code},
};

/// A session that was not ended; it may have rested too long, and be over all the same.
#[derive(Debug, Clone)]
pub struct Line {
    pub id: Id<Session>,
    pub method: Method,
    pub opened_at: Timestamp,
    pub seen_at: Timestamp,
    pub locked: bool,
    /// What it was opened or last verified with, if that was a passkey.
    pub passkey: Option<Id<Passkey>>,
    pub address: Option<IpAddr>,
    pub agent: String,
    pub role: Option<String>,
    pub organization_name: Option<String>,
}

/// Newest use first. Of the person the permit is about.
pub async fn of_person<A: actions::Action<On = PersonFacts>>(tx: &mut Tx, permit: &Permit<A>) -> Result<Vec<Line>> {
    let rows = sqlx::query!(
        r#"
        SELECT s.id AS "id: Id<Session>", s.method, s.opened_at, s.seen_at, s.locked_at IS NOT NULL AS "locked!"
             , s.passkey_id AS "passkey: Id<Passkey>", s.address AS "address: IpNet", s.agent, m.role AS "role?", o.name AS "organization?"
        FROM hub.sessions s
        LEFT JOIN hub.memberships m ON m.ward_id = s.ward_id AND m.id = s.membership_id
        LEFT JOIN hub.organizations o ON o.ward_id = m.ward_id AND o.id = m.organization_id
        WHERE s.ward_id = $1 AND s.person_id = $2 AND s.ended_at IS NULL
        ORDER BY s.seen_at DESC, s.id LIMIT 200
        "#,
        permit.ward().uuid(),
        permit.id().uuid(),
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Line {
                id: row.id,
                method: Method::from_code(&row.method).ok_or_else(|| unknown_code("session method", &row.method))?,
                opened_at: row.opened_at.to_jiff(),
                seen_at: row.seen_at.to_jiff(),
                locked: row.locked,
                passkey: row.passkey,
                address: row.address.map(|address| address.addr()),
                agent: row.agent,
                role: row.role,
                organization_name: row.organization,
            })
        })
        .collect()
}

/// Whether nobody has ended the session of the person who adds a passkey. Asked once the passkey is kept: that waits for whoever has the
/// person locked while they end the sessions.
pub async fn goes_on(tx: &mut Tx, permit: &Permit<actions::AddPasskey>, session: Id<Session>) -> Result<bool> {
    sqlx::query_scalar!(
        r#"
        SELECT EXISTS (SELECT FROM hub.sessions s WHERE s.ward_id = $1 AND s.person_id = $2 AND s.id = $3 AND s.ended_at IS NULL) AS "goes_on!"
        "#,
        permit.ward().uuid(),
        permit.person().map(Id::uuid),
        session.uuid(),
    )
    .fetch_one(tx.conn())
    .await
}

/// Actions that end sessions of the person they are about, and the word for who did it.
pub trait Ends: actions::Action<On = PersonFacts> {
    const BY: &'static str;
}
impl Ends for actions::EndOwnSessions {
    const BY: &'static str = "self";
}
impl Ends for actions::EndSessions {
    const BY: &'static str = "admin";
}
impl Ends for actions::SuspendPerson {
    const BY: &'static str = "change";
}
impl Ends for actions::EndMembership {
    const BY: &'static str = "change";
}
impl Ends for actions::RemovePasskey {
    const BY: &'static str = "change";
}
impl Ends for actions::EndBinding {
    const BY: &'static str = "change";
}
impl Ends for actions::DecideProposal {
    const BY: &'static str = "change";
}

/// Ends one session of the person; `false` when it is not theirs or was over.
pub async fn end_one<A: Ends>(tx: &mut Tx, permit: &Permit<A>, session: Id<Session>) -> Result<bool> {
    let done = sqlx::query!(
        "UPDATE hub.sessions SET ended_at = $4, ended_by = $5 WHERE ward_id = $1 AND person_id = $2 AND id = $3 AND ended_at IS NULL",
        permit.ward().uuid(),
        permit.id().uuid(),
        session.uuid(),
        tx.now().to_sqlx(),
        A::BY,
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Ends every session of the person but `keep`; says how many.
pub async fn end_all<A: Ends>(tx: &mut Tx, permit: &Permit<A>, keep: Option<Id<Session>>) -> Result<u64> {
    let done = sqlx::query!(
        r#"
        UPDATE hub.sessions SET ended_at = $4, ended_by = $5
        WHERE ward_id = $1 AND person_id = $2 AND id IS DISTINCT FROM $3 AND ended_at IS NULL
        "#,
        permit.ward().uuid(),
        permit.id().uuid(),
        keep.map(Id::uuid),
        tx.now().to_sqlx(),
        A::BY,
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected())
}

/// Ends the sessions that act by one membership of the person; says how many.
pub async fn end_of_membership<A: Ends>(tx: &mut Tx, permit: &Permit<A>, membership: Id<Membership>) -> Result<u64> {
    let done = sqlx::query!(
        r#"
        UPDATE hub.sessions SET ended_at = $4, ended_by = $5
        WHERE ward_id = $1 AND person_id = $2 AND membership_id = $3 AND ended_at IS NULL
        "#,
        permit.ward().uuid(),
        permit.id().uuid(),
        membership.uuid(),
        tx.now().to_sqlx(),
        A::BY,
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected())
}

/// Ends every session of the ward but `keep`; says how many.
pub async fn end_everybodys(tx: &mut Tx, permit: &Permit<actions::EndAllSessions>, keep: Option<Id<Session>>) -> Result<u64> {
    let done = sqlx::query!(
        "UPDATE hub.sessions SET ended_at = $3, ended_by = 'admin' WHERE ward_id = $1 AND id IS DISTINCT FROM $2 AND ended_at IS NULL",
        permit.ward().uuid(),
        keep.map(Id::uuid),
        tx.now().to_sqlx(),
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected())
}

/// What decides how long a session may still go on.
#[derive(Debug, Clone)]
pub struct Age {
    pub role: Option<String>,
    pub opened_at: Timestamp,
    pub seen_at: Timestamp,
}

/// The sessions of the ward that were not ended and were in use since then; some may be over all the same.
pub async fn in_use_since(tx: &mut Tx, permit: &Permit<actions::EndAllSessions>, since: Timestamp) -> Result<Vec<Age>> {
    let rows = sqlx::query!(
        r#"
        SELECT s.opened_at, s.seen_at, m.role AS "role?"
        FROM hub.sessions s LEFT JOIN hub.memberships m ON m.ward_id = s.ward_id AND m.id = s.membership_id
        WHERE s.ward_id = $1 AND s.ended_at IS NULL AND s.seen_at >= $2
        "#,
        permit.ward().uuid(),
        since.to_sqlx()
    )
    .fetch_all(tx.conn())
    .await?;
    let age =
        rows.into_iter().map(|row| Age { role: row.role, opened_at: row.opened_at.to_jiff(), seen_at: row.seen_at.to_jiff() });
    Ok(age.collect())
}
