//! The sign-in service of a ward: its settings, whether it was tried, and when it was last away. Its secret is not here.

use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx;

use super::{Db, Result, Tx, people::Stale};
use crate::{
    domain::ids::{Id, Ward},
    gate::{Actor, Duty, Permit, actions},
};

/// How long nobody needs to notice again that a service is away.
const DOWN_FOR: SignedDuration = SignedDuration::from_mins(15);

/// A service people can be sent to.
#[derive(Debug, Clone)]
pub struct Offer {
    pub ward: Id<Ward>,
    pub name: String,
}

/// What the desk has set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    pub issuer: String,
    pub client_id: String,
    pub name: String,
    pub strength: String,
    pub max_age_minutes: i16,
    pub staff_claim: String,
    pub passkeys_when_down: bool,
}

#[derive(Debug, Clone)]
pub struct Provider {
    /// The code of the ward, by which the operator names its issuer and secret.
    pub ward_code: String,
    pub settings: Settings,
    pub tested_at: Option<Timestamp>,
    pub revision: i64,
}

impl Provider {
    pub const fn is_in_use(&self) -> bool {
        self.tested_at.is_some()
    }
}

/// The services of all wards that were tried, for the sign-in page.
pub async fn offered(db: &Db) -> Result<Vec<Offer>> {
    let mut tx = db.nobody().await?;
    sqlx::query_as!(
        Offer,
        r#"SELECT ward_id AS "ward: Id<Ward>", name FROM hub.providers WHERE tested_at IS NOT NULL ORDER BY name, ward_id LIMIT 20"#
    )
    .fetch_all(&mut *tx)
    .await
}

struct Row {
    code: String,
    issuer: String,
    client_id: String,
    name: String,
    strength: String,
    max_age_minutes: i16,
    staff_claim: String,
    passkeys_when_down: bool,
    tested_at: Option<jiff_sqlx::Timestamp>,
    revision: i64,
}

impl From<Row> for Provider {
    fn from(row: Row) -> Self {
        Self {
            ward_code: row.code,
            settings: Settings {
                issuer: row.issuer,
                client_id: row.client_id,
                name: row.name,
                strength: row.strength,
                max_age_minutes: row.max_age_minutes,
                staff_claim: row.staff_claim,
                passkeys_when_down: row.passkeys_when_down,
            },
            tested_at: row.tested_at.map(jiff_sqlx::Timestamp::to_jiff),
            revision: row.revision,
        }
    }
}

/// The service of the actor's ward, if it has one. Nothing in it is personal or secret.
pub async fn find(tx: &mut Tx, actor: &Actor) -> Result<Option<Provider>> {
    let row = sqlx::query_as!(
        Row,
        r#"
        SELECT w.code, p.issuer, p.client_id, p.name, p.strength, p.max_age_minutes, p.staff_claim, p.passkeys_when_down, p.tested_at, p.revision
        FROM hub.providers p
        JOIN hub.wards w ON w.id = p.ward_id
        WHERE p.ward_id = $1
        "#,
        actor.ward().uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(Provider::from))
}

/// The code of the ward of the permit.
pub async fn ward_code(tx: &mut Tx, permit: &Permit<actions::EditSecurity>) -> Result<String> {
    sqlx::query_scalar!("SELECT code FROM hub.wards WHERE id = $1", permit.ward().uuid()).fetch_one(tx.conn()).await
}

/// Sets it; whatever says where people go or by what they are known must be tried again. `revision` 0 is the first time.
pub async fn set(
    tx: &mut Tx,
    permit: &Permit<actions::EditSecurity>,
    revision: i64,
    settings: &Settings,
) -> Result<Result<(), Stale>> {
    let done = sqlx::query!(
        r#"
        INSERT INTO hub.providers (ward_id, issuer, client_id, name, strength, max_age_minutes, staff_claim, passkeys_when_down)
        SELECT $1, $3, $4, $5, $6, $7, $8, $9
        WHERE $2::bigint = 0 OR EXISTS (SELECT FROM hub.providers p WHERE p.ward_id = $1)
        ON CONFLICT (ward_id) DO UPDATE
        SET issuer = excluded.issuer, client_id = excluded.client_id, name = excluded.name, strength = excluded.strength
          , max_age_minutes = excluded.max_age_minutes, staff_claim = excluded.staff_claim, passkeys_when_down = excluded.passkeys_when_down
          , tested_at = CASE WHEN (providers.issuer, providers.client_id) = (excluded.issuer, excluded.client_id) THEN providers.tested_at END
          , revision = providers.revision + 1
        WHERE providers.revision = $2
        "#,
        permit.ward().uuid(),
        revision,
        settings.issuer,
        settings.client_id,
        settings.name,
        settings.strength,
        settings.max_age_minutes,
        settings.staff_claim,
        settings.passkeys_when_down,
    )
    .execute(tx.conn())
    .await?;
    Ok(if done.rows_affected() == 1 { Ok(()) } else { Err(Stale) })
}

/// These very settings were tried and are good: people are sent there from now on.
pub async fn set_tested(tx: &mut Tx, permit: &Permit<actions::EditSecurity>, revision: i64) -> Result<bool> {
    let now = tx.now().to_sqlx();
    let done = sqlx::query!(
        "UPDATE hub.providers SET tested_at = $3 WHERE ward_id = $1 AND revision = $2",
        permit.ward().uuid(),
        revision,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// How many open organizations let nobody in by another way.
pub async fn required_by(tx: &mut Tx, permit: &Permit<actions::EditSecurity>) -> Result<i64> {
    sqlx::query_scalar!(
        r#"SELECT count(*) AS "count!" FROM hub.organizations WHERE ward_id = $1 AND sign_in = 'provider' AND closed_on IS NULL"#,
        permit.ward().uuid()
    )
    .fetch_one(tx.conn())
    .await
}

/// Notes whether the service of the ward answered just now; no deed, nobody did it.
pub async fn notice(db: &Db, ward: Id<Ward>, answers: bool, now: Timestamp) -> Result<()> {
    let mut tx = db.tx(&Duty::door(ward).into(), now).await?;
    let until = now + if answers { SignedDuration::ZERO } else { DOWN_FOR };
    sqlx::query!(
        r#"
        UPDATE hub.providers
        SET down_from = CASE WHEN down_until >= $2 THEN down_from ELSE $2 END, down_until = $3
        WHERE ward_id = $1 AND ($4 = false OR down_until > $2)
        "#,
        ward.uuid(),
        now.to_sqlx(),
        until.to_sqlx(),
        answers
    )
    .execute(tx.conn())
    .await?;
    tx.commit_unsaid().await
}
