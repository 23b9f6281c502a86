//! Days whose calendar somebody has changed: written down by whoever changes it, taken away by the clock when it has asked the rules anew.

use jiff::{ToSpan as _, civil::Date};
use jiff_sqlx::ToSqlx;
use uuid::Uuid;

use super::{Result, Tx};
use crate::{
    domain::ids::{Id, Organization, Watch},
    gate::{Actor, OrganizationFacts, Permit, actions},
};

/// A change that holds for all days is asked about for the last so many: as far back as reports are taken.
const REACH_DAYS: i32 = 31;

/// How far back a change of the days of the week is asked about.
pub(super) fn reach(tx: &Tx) -> Date {
    tx.today().saturating_sub(REACH_DAYS.days())
}

/// The facility's own calendar has changed from `from` on. What lies ahead is asked about when its day comes.
pub(super) async fn note<A: actions::Action<On = OrganizationFacts>>(tx: &mut Tx, permit: &Permit<A>, from: Date) -> Result<()> {
    if from > tx.today() {
        return Ok(());
    }
    sqlx::query!(
        "INSERT INTO watch.changed_days (ward_id, facility_id, from_on, entered_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
        permit.ward().uuid(),
        permit.id().uuid(),
        from.to_sqlx(),
        tx.now().to_sqlx()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// That of every facility that follows the template.
pub(super) async fn note_template(tx: &mut Tx, permit: &Permit<actions::EditTemplates>, code: &str, from: Date) -> Result<()> {
    if from > tx.today() {
        return Ok(());
    }
    sqlx::query!(
        r#"
        INSERT INTO watch.changed_days (ward_id, facility_id, from_on, entered_at)
        SELECT o.ward_id, o.id, $3, $4 FROM hub.organizations o WHERE o.ward_id = $1 AND o.calendar_template = $2 ORDER BY o.id
        ON CONFLICT DO NOTHING
        "#,
        permit.ward().uuid(),
        code,
        from.to_sqlx(),
        tx.now().to_sqlx()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// That of every facility a file moves to another template. Before it is moved.
pub(super) async fn note_templates(
    tx: &mut Tx,
    permit: &Permit<actions::AcceptDirectory>,
    (facilities, templates): (&[Uuid], &[String]),
) -> Result<()> {
    let from = reach(tx);
    sqlx::query!(
        r#"
        INSERT INTO watch.changed_days (ward_id, facility_id, from_on, entered_at)
        SELECT o.ward_id, o.id, $4, $5
        FROM unnest($2::uuid[], $3::text[]) AS x (id, template)
        JOIN hub.organizations o ON o.ward_id = $1 AND o.id = x.id AND o.calendar_template <> x.template
        ORDER BY o.id
        ON CONFLICT DO NOTHING
        "#,
        permit.ward().uuid(),
        facilities,
        templates,
        from.to_sqlx(),
        tx.now().to_sqlx()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// That of every facility that is closed on holidays.
pub(super) async fn note_holiday(tx: &mut Tx, permit: &Permit<actions::EditHolidays>, day: Date) -> Result<()> {
    if day > tx.today() {
        return Ok(());
    }
    sqlx::query!(
        r#"
        INSERT INTO watch.changed_days (ward_id, facility_id, from_on, entered_at)
        SELECT o.ward_id, o.id, $2, $3
        FROM hub.organizations o JOIN watch.calendar_templates t ON t.ward_id = o.ward_id AND t.code = o.calendar_template
        WHERE o.ward_id = $1 AND NOT t.open_on_holidays ORDER BY o.id
        ON CONFLICT DO NOTHING
        "#,
        permit.ward().uuid(),
        day.to_sqlx(),
        tx.now().to_sqlx()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The facilities about which the rules are to be asked anew, for a duty of the ward.
pub async fn due(tx: &mut Tx, actor: &Actor) -> Result<Vec<Id<Organization>>> {
    sqlx::query_scalar!(
        r#"SELECT DISTINCT facility_id AS "facility: Id<Organization>" FROM watch.changed_days WHERE ward_id = $1 ORDER BY 1"#,
        actor.ward().uuid()
    )
    .fetch_all(tx.conn())
    .await
}

/// The first day to ask about at the facility the duty looks after; it counts as done when the transaction is committed. `None` when
/// another node was quicker.
pub async fn take(tx: &mut Tx, permit: &Permit<actions::SweepFacility>) -> Result<Option<Date>> {
    let days = sqlx::query_scalar!(
        "DELETE FROM watch.changed_days WHERE ward_id = $1 AND facility_id = $2 RETURNING from_on",
        permit.ward().uuid(),
        permit.id().uuid()
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(days.into_iter().map(jiff_sqlx::Date::to_jiff).min())
}

/// Who was asked about at the facility on any day from `from` to today.
pub async fn asked_about(tx: &mut Tx, permit: &Permit<actions::SweepFacility>, from: Date) -> Result<Vec<Id<Watch>>> {
    sqlx::query_scalar!(
        r#"
        SELECT w.id AS "id: Id<Watch>" FROM watch.watches w
        WHERE w.ward_id = $1 AND w.facility_id = $2 AND w.from_on <= $4 AND (w.until_on IS NULL OR w.until_on >= $3)
        ORDER BY w.id
        "#,
        permit.ward().uuid(),
        permit.id().uuid(),
        from.to_sqlx(),
        tx.today().to_sqlx()
    )
    .fetch_all(tx.conn())
    .await
}
