//! The life of one session: opened, touched, narrowed, locked, strengthened, ended. A change of strength changes the token.

use std::net::IpAddr;

use ipnet::IpNet;
use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx;

use super::Method;
use crate::{
    domain::ids::{Id, Membership, Passkey, Session},
    gate::{Actor, Permit, actions},
    store::{Db, Result, Tx, passkeys::Touches},
};

/// How long a recovered account changes nothing.
const READ_ONLY: SignedDuration = SignedDuration::from_hours(1);

/// How a session begins, and where.
#[derive(Debug)]
pub struct Beginning<'a> {
    pub token_hash: &'a [u8],
    pub membership: Option<Id<Membership>>,
    pub method: Method,
    pub address: Option<IpAddr>,
    pub agent: &'a str,
}

/// Opens a session for the person the permit was given for, just now verified. Whoever got their account back within the hour
/// only looks, by whichever way and however often they come in.
pub async fn open(tx: &mut Tx, permit: &Permit<actions::OpenSession>, beginning: &Beginning<'_>) -> Result<Id<Session>> {
    let id = Id::random();
    let now = tx.now();
    let recovered = given_back_at(tx, permit).await?;
    let read_only_until = recovered.map(|at| at + READ_ONLY).filter(|until| now < *until).map(ToSqlx::to_sqlx);
    sqlx::query!(
        r#"
        INSERT INTO hub.sessions
            (ward_id, id, token_hash, person_id, membership_id, opened_at, seen_at, verified_at, method, address, agent, read_only_until)
        VALUES ($1, $2, $3, $4, $5, $6, $6, $6, $7, $8, $9, $10)
        "#,
        permit.ward().uuid(),
        id.uuid(),
        beginning.token_hash,
        permit.person().map(Id::uuid),
        beginning.membership.map(Id::uuid),
        now.to_sqlx(),
        beginning.method.code(),
        beginning.address.map(IpNet::from),
        beginning.agent,
        read_only_until,
    )
    .execute(tx.conn())
    .await?;
    Ok(id)
}

/// When the account of the person who comes in was last given back.
async fn given_back_at(tx: &mut Tx, permit: &Permit<actions::OpenSession>) -> Result<Option<Timestamp>> {
    let at = sqlx::query_scalar!(
        "SELECT max(closed_at) FROM hub.recoveries WHERE ward_id = $1 AND person_id = $2 AND state = 'spent'",
        permit.ward().uuid(),
        permit.person().map(Id::uuid)
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(at.map(jiff_sqlx::Timestamp::to_jiff))
}

/// Notes that the session was used, so that the idle limit counts from now; no deed, nothing is shown or changed.
pub async fn touch(db: &Db, actor: &Actor, session: Id<Session>, now: Timestamp) -> Result<()> {
    let mut tx = db.tx(actor, now).await?;
    sqlx::query!(
        "UPDATE hub.sessions SET seen_at = $3 WHERE ward_id = $1 AND id = $2",
        actor.ward().uuid(),
        session.uuid(),
        now.to_sqlx()
    )
    .execute(tx.conn())
    .await?;
    tx.commit_unsaid().await
}

/// Notes which passkey the session was opened or verified with, so that its owner can tell their devices apart.
pub async fn proved_by(tx: &mut Tx, permit: &Permit<impl Touches>, session: Id<Session>, passkey: Id<Passkey>) -> Result<()> {
    sqlx::query!(
        "UPDATE hub.sessions SET passkey_id = $3 WHERE ward_id = $1 AND id = $2",
        permit.ward().uuid(),
        session.uuid(),
        passkey.uuid()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The organization the session acts for from now on, under a new token; what was verified for another role counts no more.
/// What was verified before there was any role stays.
pub async fn choose(
    tx: &mut Tx,
    permit: &Permit<actions::ChooseOrganization>,
    session: Id<Session>,
    membership: Id<Membership>,
    token_hash: &[u8],
) -> Result<()> {
    sqlx::query!(
        r#"
        DELETE FROM hub.step_ups u
        USING hub.sessions s
        WHERE u.ward_id = $1 AND u.session_id = $2 AND s.ward_id = u.ward_id AND s.id = u.session_id AND s.membership_id IS NOT NULL
        "#,
        permit.ward().uuid(),
        session.uuid()
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "UPDATE hub.sessions SET membership_id = $3, token_hash = $4 WHERE ward_id = $1 AND id = $2",
        permit.ward().uuid(),
        session.uuid(),
        membership.uuid(),
        token_hash,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub async fn end(tx: &mut Tx, permit: &Permit<actions::EndSession>, session: Id<Session>) -> Result<()> {
    sqlx::query!(
        "UPDATE hub.sessions SET ended_at = $3, ended_by = 'self' WHERE ward_id = $1 AND id = $2 AND ended_at IS NULL",
        permit.ward().uuid(),
        session.uuid(),
        tx.now().to_sqlx()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// 離席: the session shows nothing until [`unlock`].
pub async fn lock(tx: &mut Tx, permit: &Permit<actions::LockSession>, session: Id<Session>) -> Result<()> {
    sqlx::query!(
        "UPDATE hub.sessions SET locked_at = coalesce(locked_at, $3) WHERE ward_id = $1 AND id = $2",
        permit.ward().uuid(),
        session.uuid(),
        tx.now().to_sqlx()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The person is back and verified: a new token, and the rest begins anew.
pub async fn unlock(tx: &mut Tx, permit: &Permit<actions::UnlockSession>, session: Id<Session>, token_hash: &[u8]) -> Result<()> {
    sqlx::query!(
        "UPDATE hub.sessions SET locked_at = NULL, seen_at = $3, verified_at = $3, token_hash = $4 WHERE ward_id = $1 AND id = $2",
        permit.ward().uuid(),
        session.uuid(),
        tx.now().to_sqlx(),
        token_hash,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The person was verified for one action: it counts for this session only, under a new token.
pub async fn step_up(
    tx: &mut Tx,
    permit: &Permit<actions::StepUp>,
    session: Id<Session>,
    action: &str,
    token_hash: &[u8],
) -> Result<()> {
    let now = tx.now().to_sqlx();
    sqlx::query!(
        r#"
        INSERT INTO hub.step_ups (ward_id, session_id, action, verified_at) VALUES ($1, $2, $3, $4)
        ON CONFLICT (ward_id, session_id, action) DO UPDATE SET verified_at = excluded.verified_at
        "#,
        permit.ward().uuid(),
        session.uuid(),
        action,
        now,
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "UPDATE hub.sessions SET verified_at = $3, token_hash = $4 WHERE ward_id = $1 AND id = $2",
        permit.ward().uuid(),
        session.uuid(),
        now,
        token_hash,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
