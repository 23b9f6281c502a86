//! Where an organization may be used from, how people come in, and how long they may rest.

use ipnet::IpNet;

use super::Stale;
use crate::{
    domain::{
        coded::coded,
        ids::{Id, Organization},
    },
    gate::{Permit, Side, actions},
    store::{Result, Tx, sessions::Shorter, sql::unknown_code},
};

coded! {
    /// By what people of an organization come in.
    pub enum SignIn {
        Any = "any",
        /// Only through the ward's own sign-in service.
        Provider = "provider",
    }
}

#[derive(Debug, Clone)]
pub struct Security {
    pub name: String,
    /// The list of this organization alone.
    pub networks: Vec<IpNet>,
    pub sign_in: SignIn,
    pub is_root: bool,
    pub revision: i64,
}

pub async fn security(tx: &mut Tx, permit: &Permit<actions::EditSecurity>) -> Result<Security> {
    let row = sqlx::query!(
        r#"
        SELECT name, networks AS "networks: Vec<IpNet>", sign_in, parent_id IS NULL AS "is_root!", revision
        FROM hub.organizations WHERE ward_id = $1 AND id = $2
        "#,
        permit.ward().uuid(),
        permit.id().uuid()
    )
    .fetch_one(tx.conn())
    .await?;
    let sign_in = SignIn::from_code(&row.sign_in).ok_or_else(|| unknown_code("way to sign in", &row.sign_in))?;
    Ok(Security { name: row.name, networks: row.networks, sign_in, is_root: row.is_root, revision: row.revision })
}

/// One organization on the way up, and the networks it names itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    pub id: Id<Organization>,
    pub name: String,
    pub networks: Vec<IpNet>,
}

/// `place` and all that stands above it, from below to the top: the first that names networks decides.
pub async fn chain(tx: &mut Tx, permit: &Permit<actions::EditSecurity>, place: Id<Organization>) -> Result<Vec<Link>> {
    let rows = sqlx::query!(
        r#"
        WITH RECURSIVE above AS
            ( SELECT o.id, o.parent_id, o.name, o.networks, 0 AS height FROM hub.organizations o WHERE o.ward_id = $1 AND o.id = $2
              UNION ALL
              SELECT o.id, o.parent_id, o.name, o.networks, above.height + 1
              FROM hub.organizations o JOIN above ON o.id = above.parent_id WHERE o.ward_id = $1 )
        SELECT id AS "id!: Id<Organization>", name AS "name!", networks AS "networks!: Vec<IpNet>" FROM above ORDER BY height
        "#,
        permit.ward().uuid(),
        place.uuid()
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|row| Link { id: row.id, name: row.name, networks: row.networks }).collect())
}

pub async fn set_security(
    tx: &mut Tx,
    permit: &Permit<actions::EditSecurity>,
    revision: i64,
    networks: &[IpNet],
    sign_in: SignIn,
) -> Result<Result<(), Stale>> {
    let done = sqlx::query!(
        "UPDATE hub.organizations SET networks = $4::inet[]::cidr[], sign_in = $5, revision = revision + 1 WHERE ward_id = $1 AND id = $2 AND revision = $3",
        permit.ward().uuid(),
        permit.id().uuid(),
        revision,
        networks,
        sign_in.code()
    )
    .execute(tx.conn())
    .await?;
    Ok(if done.rows_affected() == 1 { Ok(()) } else { Err(Stale) })
}

/// Actions that ask how long sessions of the ward last.
pub trait Limits: actions::Action {}
impl Limits for actions::EditSecurity {}
impl Limits for actions::ReadPerson {}
impl Limits for actions::EndAllSessions {}

/// What the ward has shortened for each side of the house.
pub async fn limits<A: Limits>(tx: &mut Tx, permit: &Permit<A>) -> Result<Vec<(Side, Shorter)>> {
    let rows = sqlx::query!(
        "SELECT side, lock_minutes, idle_minutes, whole_hours FROM hub.session_limits WHERE ward_id = $1",
        permit.ward().uuid()
    )
    .fetch_all(tx.conn())
    .await?;
    let of = |side: Side| {
        let row = rows.iter().find(|row| row.side == side.code());
        row.map_or_else(Shorter::default, |row| Shorter {
            lock_minutes: row.lock_minutes,
            idle_minutes: row.idle_minutes,
            whole_hours: row.whole_hours,
        })
    };
    Ok([Side::Facility, Side::Office, Side::Administration].map(|side| (side, of(side))).to_vec())
}

pub async fn set_limit(tx: &mut Tx, permit: &Permit<actions::EditSecurity>, side: Side, shorter: Shorter) -> Result<()> {
    sqlx::query!(
        r#"
        INSERT INTO hub.session_limits (ward_id, side, lock_minutes, idle_minutes, whole_hours) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (ward_id, side) DO UPDATE
        SET lock_minutes = excluded.lock_minutes, idle_minutes = excluded.idle_minutes, whole_hours = excluded.whole_hours
        "#,
        permit.ward().uuid(),
        side.code(),
        shorter.lock_minutes,
        shorter.idle_minutes,
        shorter.whole_hours
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
