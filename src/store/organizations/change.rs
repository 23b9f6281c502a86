//! New organizations, and what is changed about old ones.

use jiff::civil::Date;
use jiff_sqlx::ToSqlx;

use super::council::set_secrecy;
use crate::{
    domain::{
        facility::{OrganizationKind, Secrecy},
        ids::{Id, Organization},
    },
    gate::{Permit, actions},
    store::{Result, Tx, changed_days},
};

/// What the desk writes down about an organization; empty texts are not known.
#[derive(Debug, Clone)]
pub struct Particulars {
    /// `None` for the ward's own office alone.
    pub parent: Option<Id<Organization>>,
    pub kind: OrganizationKind,
    pub name: String,
    pub code: String,
    pub school_code: String,
    pub district: String,
    pub phone: String,
    pub calendar_template: String,
    pub opened_on: Date,
    /// Written down of a facility alone.
    pub secrecy: Secrecy,
}

/// Why nothing was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clash {
    /// Another open organization of the ward has the name.
    Name,
    /// Another open organization of the ward has the school code.
    SchoolCode,
    /// The parent stands below the organization itself.
    Circle,
    /// Somebody else changed it since the form was shown.
    Stale,
}

/// The desk changes one organization at a time, so that what was looked up still holds when it is written.
async fn one_at_a_time(tx: &mut Tx, ward: uuid::Uuid) -> Result<()> {
    sqlx::query!("SELECT id FROM hub.organizations WHERE ward_id = $1 AND parent_id IS NULL ORDER BY id FOR UPDATE", ward)
        .fetch_all(tx.conn())
        .await?;
    Ok(())
}

/// Whether another open organization has the name or the school code.
async fn taken(tx: &mut Tx, ward: uuid::Uuid, but: Option<Id<Organization>>, wanted: &Particulars) -> Result<Option<Clash>> {
    let taken = sqlx::query!(
        r#"
        SELECT coalesce(bool_or(name = $3), false) AS "name!"
             , coalesce(bool_or(school_code = $4 AND $4 <> ''), false) AS "code!"
        FROM hub.organizations
        WHERE ward_id = $1 AND id IS DISTINCT FROM $2 AND (closed_on IS NULL OR closed_on > $5)
        "#,
        ward,
        but.map(Id::uuid),
        wanted.name,
        wanted.school_code,
        tx.today().to_sqlx()
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(match (taken.name, taken.code) {
        (true, _) => Some(Clash::Name),
        (_, true) => Some(Clash::SchoolCode),
        _ => None,
    })
}

/// Adds an organization below the permit's.
pub async fn insert(
    tx: &mut Tx,
    permit: &Permit<actions::CreateOrganization>,
    new: &Particulars,
) -> Result<Result<Id<Organization>, Clash>> {
    one_at_a_time(tx, permit.ward().uuid()).await?;
    if let Some(clash) = taken(tx, permit.ward().uuid(), None, new).await? {
        return Ok(Err(clash));
    }
    let id = Id::random();
    sqlx::query!(
        r#"
        INSERT INTO hub.organizations (ward_id, id, parent_id, kind, name, code, school_code, district, phone, calendar_template, opened_on)
        VALUES ($1, $2, $3, $4, $5, nullif($6, ''), $7, $8, $9, $10, $11)
        "#,
        permit.ward().uuid(),
        id.uuid(),
        permit.id().uuid(),
        new.kind.code(),
        new.name,
        new.code,
        new.school_code,
        new.district,
        new.phone,
        new.calendar_template,
        new.opened_on.to_sqlx()
    )
    .execute(tx.conn())
    .await?;
    if new.kind.facility().is_some() {
        set_secrecy(tx, permit.ward().uuid(), id, new.secrecy).await?;
    }
    Ok(Ok(id))
}

/// Writes down what has become of it since `revision`.
pub async fn update(
    tx: &mut Tx,
    permit: &Permit<actions::EditOrganization>,
    revision: i64,
    wanted: &Particulars,
) -> Result<Result<(), Clash>> {
    let (ward, id) = (permit.ward().uuid(), permit.id().uuid());
    one_at_a_time(tx, ward).await?;
    if let Some(clash) = taken(tx, ward, Some(permit.id()), wanted).await? {
        return Ok(Err(clash));
    }
    let circle = sqlx::query_scalar!(r#"SELECT $3 = ANY (hub.below($1, $2)) AS "circle""#, ward, id, wanted.parent.map(Id::uuid))
        .fetch_one(tx.conn())
        .await?;
    if circle == Some(true) {
        return Ok(Err(Clash::Circle));
    }
    let follows_another = sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT FROM hub.organizations WHERE ward_id = $1 AND id = $2 AND calendar_template <> $3) AS "another!""#,
        ward,
        id,
        wanted.calendar_template
    )
    .fetch_one(tx.conn())
    .await?;
    let done = sqlx::query!(
        r#"
        UPDATE hub.organizations
        SET parent_id = $4, kind = $5, name = $6, code = nullif($7, ''), school_code = $8, district = $9, phone = $10
          , calendar_template = $11, opened_on = $12, revision = revision + 1
        WHERE ward_id = $1 AND id = $2 AND revision = $3
        "#,
        ward,
        id,
        revision,
        wanted.parent.map(Id::uuid),
        wanted.kind.code(),
        wanted.name,
        wanted.code,
        wanted.school_code,
        wanted.district,
        wanted.phone,
        wanted.calendar_template,
        wanted.opened_on.to_sqlx()
    )
    .execute(tx.conn())
    .await?;
    if done.rows_affected() != 1 {
        return Ok(Err(Clash::Stale));
    }
    if wanted.kind.facility().is_some() {
        set_secrecy(tx, ward, permit.id(), wanted.secrecy).await?;
    }
    if follows_another {
        let from = changed_days::reach(tx);
        changed_days::note(tx, permit, from).await?;
    }
    Ok(Ok(()))
}
