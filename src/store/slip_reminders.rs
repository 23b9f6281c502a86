//! Which facilities still owe a month's slip, and that they were asked for it.

use std::sync::Arc;

use jiff::civil::Date;
use jiff_sqlx::ToSqlx;

use super::{Result, Tx};
use crate::{
    domain::{
        calendar::{Holidays, Office},
        ids::{Id, Organization, Ward},
        rule::LateSlip,
        slip::{Month, lateness, notice_on},
    },
    gate::{Actor, OrganizationFacts, Permit, actions},
};

/// The ward's holidays after a month: what the deadline is counted by.
pub async fn holidays(tx: &mut Tx, actor: &Actor, month: Month) -> Result<Holidays> {
    holidays_of(tx, actor.ward(), month).await
}

async fn holidays_of(tx: &mut Tx, ward: Id<Ward>, month: Month) -> Result<Holidays> {
    let days = sqlx::query_scalar!(
        "SELECT day FROM watch.holidays WHERE ward_id = $1 AND day BETWEEN $2 AND $2::date + 30",
        ward.uuid(),
        month.last().to_sqlx()
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(days.into_iter().map(jiff_sqlx::Date::to_jiff).collect())
}

/// The facilities that owe slips, were asked about somebody in the month and still, have sent none and were not asked for it.
pub async fn owing(tx: &mut Tx, actor: &Actor, month: Month) -> Result<Vec<Id<Organization>>> {
    sqlx::query_scalar!(
        r#"
        SELECT o.id AS "id: Id<Organization>" FROM hub.organizations o
        WHERE o.ward_id = $1 AND o.reporting <> 'daily'
          AND EXISTS (SELECT FROM watch.watches w WHERE w.ward_id = o.ward_id AND w.facility_id = o.id AND w.from_on <= $3
                      AND (w.until_on IS NULL OR w.until_on >= $4))
          AND NOT EXISTS (SELECT FROM watch.slips s WHERE s.ward_id = o.ward_id AND s.facility_id = o.id AND s.month = $2 AND s.approved_at IS NOT NULL)
          AND NOT EXISTS (SELECT FROM desk.reminders r WHERE r.ward_id = o.ward_id AND r.facility_id = o.id AND r.day = $2 AND r.stage = 'slip')
        ORDER BY o.id
        "#,
        actor.ward().uuid(),
        month.first().to_sqlx(),
        month.last().to_sqlx(),
        tx.today().to_sqlx()
    )
    .fetch_all(tx.conn())
    .await
}

/// Writes down that the facility was asked; `false` when another node was quicker, and the transaction should be dropped.
pub async fn done(tx: &mut Tx, permit: &Permit<actions::RemindFacility>, month: Month) -> Result<bool> {
    let written = sqlx::query!(
        r#"
        INSERT INTO desk.reminders (ward_id, facility_id, day, stage, awaited, done_at) VALUES ($1, $2, $3, 'slip', true, $4)
        ON CONFLICT DO NOTHING
        "#,
        permit.ward().uuid(),
        permit.id().uuid(),
        month.first().to_sqlx(),
        tx.now().to_sqlx()
    )
    .execute(tx.conn())
    .await?;
    Ok(written.rows_affected() == 1)
}

/// What shows a facility that it owes a slip.
pub trait ShowsOwed: actions::Action<On = OrganizationFacts> {}
impl ShowsOwed for actions::ReadSheet {}
impl ShowsOwed for actions::ReadSlips {}

/// The newest month whose slip is overdue at this facility: past its day, owed, not sent. `None` when nothing is owed.
pub async fn owed<A: ShowsOwed>(tx: &mut Tx, permit: &Permit<A>) -> Result<Option<Month>> {
    let today = tx.today();
    let month = Month::of(today).previous();
    if !is_owed(tx, permit, month).await? {
        return Ok(None);
    }
    let office = Office::new(Arc::new(holidays_of(tx, permit.ward(), month).await?));
    Ok((today >= notice_on(&office, month)).then_some(month))
}

/// How late the slip of the month before `day` is, when the facility owes one and has not sent it.
pub async fn late(tx: &mut Tx, permit: &Permit<actions::SweepFacility>, office: &Office, day: Date) -> Result<Option<LateSlip>> {
    let month = Month::of(day).previous();
    Ok(is_owed(tx, permit, month).await?.then(|| lateness(office, month, day)))
}

async fn is_owed<A: actions::Action<On = OrganizationFacts>>(tx: &mut Tx, permit: &Permit<A>, month: Month) -> Result<bool> {
    sqlx::query_scalar!(
        r#"
        SELECT (o.reporting <> 'daily'
                AND EXISTS (SELECT FROM watch.watches w WHERE w.ward_id = o.ward_id AND w.facility_id = o.id AND w.from_on <= $4)
                AND NOT EXISTS (SELECT FROM watch.slips s WHERE s.ward_id = o.ward_id AND s.facility_id = o.id AND s.month = $3 AND s.approved_at IS NOT NULL)) AS "owed!"
        FROM hub.organizations o WHERE o.ward_id = $1 AND o.id = $2
        "#,
        permit.ward().uuid(),
        permit.id().uuid(),
        month.first().to_sqlx(),
        month.last().to_sqlx()
    )
    .fetch_one(tx.conn())
    .await
}
