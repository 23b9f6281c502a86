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
        WHERE o.ward_id = $1 AND o.reporting <> 'daily' AND o.opened_on <= $4
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

/// The months whose slip is overdue at this facility, oldest first: past its day, owed, not sent.
pub async fn owed<A: ShowsOwed>(tx: &mut Tx, permit: &Permit<A>) -> Result<Vec<Month>> {
    let today = tx.today();
    let newest = Month::of(today).previous();
    let mut owed = owed_by(tx, permit, newest).await?;
    if owed.contains(&newest) {
        let office = Office::new(Arc::new(holidays_of(tx, permit.ward(), newest).await?));
        owed.retain(|month| *month < newest || today >= notice_on(&office, newest));
    }
    Ok(owed)
}

/// How late the slips are that the facility owes on `day` and has not sent, oldest first.
pub async fn late(tx: &mut Tx, permit: &Permit<actions::SweepFacility>, office: &Office, day: Date) -> Result<Vec<LateSlip>> {
    let owed = owed_by(tx, permit, Month::of(day).previous()).await?;
    Ok(owed.into_iter().map(|month| lateness(office, month, day)).collect())
}

/// The months up to `newest` whose slip is owed and was not sent, oldest first: of the twelve that can still be made, since the facility
/// owes any, those in which it was asked about somebody.
async fn owed_by<A: actions::Action<On = OrganizationFacts>>(tx: &mut Tx, permit: &Permit<A>, newest: Month) -> Result<Vec<Month>> {
    let months = sqlx::query_scalar!(
        r#"
        SELECT m.month::date AS "month!"
        FROM hub.organizations o
        CROSS JOIN generate_series($3::date::timestamp - interval '11 months', $3::date::timestamp, interval '1 month') AS m (month)
        WHERE o.ward_id = $1 AND o.id = $2 AND o.reporting <> 'daily' AND m.month::date >= coalesce(o.slips_from, $3::date)
          AND EXISTS (SELECT FROM watch.watches w WHERE w.ward_id = o.ward_id AND w.facility_id = o.id
                      AND w.from_on < m.month + interval '1 month' AND (w.until_on IS NULL OR w.until_on >= m.month))
          AND NOT EXISTS (SELECT FROM watch.slips s WHERE s.ward_id = o.ward_id AND s.facility_id = o.id AND s.month = m.month::date AND s.approved_at IS NOT NULL)
        ORDER BY 1
        "#,
        permit.ward().uuid(),
        permit.id().uuid(),
        newest.first().to_sqlx()
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(months.into_iter().map(|month| Month::of(month.to_jiff())).collect())
}
