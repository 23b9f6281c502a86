//! Tokens of schools' systems: given out for one facility, found by their hash, taken back.

use ipnet::IpNet;
use jiff::{Timestamp, civil::Date};
use jiff_sqlx::ToSqlx;

use super::{Db, Result, Tx};
use crate::{
    domain::ids::{ApiToken, Id, Organization, Ward},
    gate::{Actor, OrganizationFacts, Permit, actions},
};

/// A token as found by its hash, not yet judged.
#[derive(Debug, Clone)]
pub struct Found {
    pub ward: Id<Ward>,
    pub id: Id<ApiToken>,
    pub facility: Id<Organization>,
    /// The day the facility opens.
    pub opened_on: Date,
    /// The first day on which the facility is closed.
    pub closed_on: Option<Date>,
    pub expires_at: Timestamp,
    pub revoked_at: Option<Timestamp>,
    pub last_used_at: Option<Timestamp>,
    /// Where it may be used from; empty is everywhere.
    pub networks: Vec<IpNet>,
}

/// Finds the token with this hash; needs no fence, because the ward is not known yet.
pub async fn find(db: &Db, token_hash: &[u8]) -> Result<Option<Found>> {
    let row = sqlx::query!(
        r#"
        SELECT ward_id AS "ward!: Id<Ward>", token_id AS "id!: Id<ApiToken>", organization_id AS "facility!: Id<Organization>"
             , expires_at AS "expires_at!", revoked_at, last_used_at, networks AS "networks: Vec<IpNet>", opened_on AS "opened_on!", closed_on
        FROM hub.find_token($1)
        "#,
        token_hash
    )
    .fetch_optional(&db.pool)
    .await?;
    Ok(row.map(|row| Found {
        ward: row.ward,
        id: row.id,
        facility: row.facility,
        opened_on: row.opened_on.to_jiff(),
        closed_on: row.closed_on.map(jiff_sqlx::Date::to_jiff),
        expires_at: row.expires_at.to_jiff(),
        revoked_at: row.revoked_at.map(jiff_sqlx::Timestamp::to_jiff),
        last_used_at: row.last_used_at.map(jiff_sqlx::Timestamp::to_jiff),
        networks: row.networks.unwrap_or_default(),
    }))
}

/// Notes that the token was used; no deed, nothing is shown or changed.
pub async fn touch(db: &Db, actor: &Actor, now: Timestamp) -> Result<()> {
    let mut tx = db.tx(actor, now).await?;
    sqlx::query!(
        "UPDATE hub.api_tokens SET last_used_at = $3 WHERE ward_id = $1 AND id = $2",
        actor.ward().uuid(),
        actor.token().map(Id::uuid),
        now.to_sqlx()
    )
    .execute(tx.conn())
    .await?;
    tx.commit_unsaid().await
}

/// What the system is told about its own token.
#[derive(Debug, Clone)]
pub struct Own {
    pub facility: String,
    pub name: String,
    pub expires_at: Timestamp,
}

pub async fn own(tx: &mut Tx, permit: &Permit<actions::ReadOwnFacility>) -> Result<Option<Own>> {
    let row = sqlx::query!(
        r#"
        SELECT o.name AS facility, t.name, t.expires_at
        FROM hub.api_tokens t
        JOIN hub.organizations o ON o.ward_id = t.ward_id AND o.id = t.organization_id
        WHERE t.ward_id = $1 AND t.id = $2 AND t.organization_id = $3
        "#,
        permit.ward().uuid(),
        permit.token().map(Id::uuid),
        permit.id().uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|row| Own { facility: row.facility, name: row.name, expires_at: row.expires_at.to_jiff() }))
}

/// What may be done with a facility's tokens in hand.
pub trait ShowsTokens: actions::Action<On = OrganizationFacts> {}
impl ShowsTokens for actions::ListTokens {}
impl ShowsTokens for actions::CreateToken {}

/// A token as the desk sees it; what it is nobody sees again.
#[derive(Debug, Clone)]
pub struct Line {
    pub id: Id<ApiToken>,
    pub name: String,
    pub networks: Vec<IpNet>,
    pub created_by: String,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
    pub last_used_at: Option<Timestamp>,
    pub revoked_at: Option<Timestamp>,
}

/// A facility and its tokens, those that work first, the newest first among them.
#[derive(Debug, Clone)]
pub struct Facility {
    pub name: String,
    pub is_closed: bool,
    pub tokens: Vec<Line>,
}

pub async fn of_facility<A: ShowsTokens>(tx: &mut Tx, permit: &Permit<A>) -> Result<Facility> {
    let (today, now) = (tx.today(), tx.now());
    let facility = sqlx::query!(
        "SELECT name, closed_on FROM hub.organizations WHERE ward_id = $1 AND id = $2",
        permit.ward().uuid(),
        permit.id().uuid()
    )
    .fetch_one(tx.conn())
    .await?;
    let rows = sqlx::query!(
        r#"
        SELECT t.id AS "id: Id<ApiToken>", t.name, t.networks AS "networks: Vec<IpNet>", p.display_name AS created_by
             , t.created_at, t.expires_at, t.last_used_at, t.revoked_at
        FROM hub.api_tokens t
        JOIN hub.people p ON p.ward_id = t.ward_id AND p.id = t.created_by
        WHERE t.ward_id = $1 AND t.organization_id = $2
        ORDER BY t.revoked_at IS NULL AND t.expires_at > $3 DESC, t.created_at DESC, t.id
        "#,
        permit.ward().uuid(),
        permit.id().uuid(),
        now.to_sqlx() as _
    )
    .fetch_all(tx.conn())
    .await?;
    let tokens = rows.into_iter().map(|row| Line {
        id: row.id,
        name: row.name,
        networks: row.networks,
        created_by: row.created_by,
        created_at: row.created_at.to_jiff(),
        expires_at: row.expires_at.to_jiff(),
        last_used_at: row.last_used_at.map(jiff_sqlx::Timestamp::to_jiff),
        revoked_at: row.revoked_at.map(jiff_sqlx::Timestamp::to_jiff),
    });
    Ok(Facility {
        name: facility.name,
        is_closed: facility.closed_on.is_some_and(|day| day.to_jiff() <= today),
        tokens: tokens.collect(),
    })
}

/// A token to be given out.
#[derive(Debug)]
pub struct New<'a> {
    pub id: Id<ApiToken>,
    pub name: &'a str,
    pub token_hash: &'a [u8],
    pub networks: &'a [IpNet],
    pub expires_at: Timestamp,
}

/// Keeps the hash of a new token; false when the same form came before.
pub async fn insert(tx: &mut Tx, permit: &Permit<actions::CreateToken>, new: &New<'_>) -> Result<bool> {
    let now = tx.now();
    let done = sqlx::query!(
        r#"
        INSERT INTO hub.api_tokens (ward_id, id, organization_id, name, token_hash, networks, created_by, created_at, expires_at)
        VALUES ($1, $2, $3, $4, $5, $6::inet[]::cidr[], $7, $8, $9) ON CONFLICT (ward_id, id) DO NOTHING
        "#,
        permit.ward().uuid(),
        new.id.uuid(),
        permit.id().uuid(),
        new.name,
        new.token_hash,
        new.networks,
        permit.person().map(Id::uuid),
        now.to_sqlx(),
        new.expires_at.to_sqlx(),
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Stops a token of the facility for good; `None` when it has none such, false when it was stopped before.
pub async fn revoke(tx: &mut Tx, permit: &Permit<actions::RevokeToken>, id: Id<ApiToken>) -> Result<Option<bool>> {
    let now = tx.now();
    let known = sqlx::query_scalar!(
        r#"
        SELECT revoked_at IS NULL AS "works!" FROM hub.api_tokens
        WHERE ward_id = $1 AND organization_id = $2 AND id = $3 FOR UPDATE
        "#,
        permit.ward().uuid(),
        permit.id().uuid(),
        id.uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    if known == Some(true) {
        sqlx::query!(
            "UPDATE hub.api_tokens SET revoked_at = $3, revoked_by = $4 WHERE ward_id = $1 AND id = $2",
            permit.ward().uuid(),
            id.uuid(),
            now.to_sqlx(),
            permit.person().map(Id::uuid)
        )
        .execute(tx.conn())
        .await?;
    }
    Ok(known)
}
