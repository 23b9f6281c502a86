//! Reminders: which facilities a time of the day has passed for, whether a report is missing there, whom to call.

use jiff_sqlx::ToSqlx;

use super::{
    Result, Tx,
    calendars::{self, own_week, stored_times, with_reminders},
    sql::unknown_code,
};
use crate::{
    domain::{
        ids::{Id, Organization, Person, Ward},
        reminder::{Colleague, Stage, Turn, called},
        role::Role,
        times::Times,
    },
    gate::{Actor, Permit, actions},
};

/// A facility that is asked about somebody today.
#[derive(Debug)]
pub struct Facility {
    pub id: Id<Organization>,
    pub times: Times,
    /// What was done for it today.
    pub done: Vec<Stage>,
    /// It stands on the list of silent facilities and has sent something since.
    pub has_answered: bool,
}

/// Every open facility with a request in force, for a duty of the ward. Reads no child.
pub async fn facilities(tx: &mut Tx, actor: &Actor) -> Result<Vec<Facility>> {
    let today = tx.today();
    let rows = sqlx::query!(
        r#"
        SELECT o.id AS "id: Id<Organization>", o.reminder, o.deputy_reminder, o.unreported_list
             , o.facility_cutoff, o.worker_notice, o.free_correction_until
             , coalesce(array_agg(r.stage) FILTER (WHERE r.stage IS NOT NULL), '{}') AS "done!"
             , coalesce(bool_or(r.stage = 'unreported_list' AND r.awaited AND r.settled_at IS NULL AND EXISTS
                   ( SELECT FROM watch.submissions s
                     WHERE s.ward_id = o.ward_id AND s.facility_id = o.id AND s.day = $2 AND s.sent_at >= r.done_at )), false) AS "has_answered!"
        FROM hub.organizations o
        LEFT JOIN desk.reminders r ON r.ward_id = o.ward_id AND r.facility_id = o.id AND r.day = $2
        WHERE o.ward_id = $1 AND o.reporting <> 'monthly' AND o.opened_on <= $2
          AND EXISTS (SELECT FROM watch.watches w WHERE w.ward_id = o.ward_id AND w.facility_id = o.id AND w.from_on <= $2 AND (w.until_on IS NULL OR w.until_on >= $2))
        GROUP BY o.ward_id, o.id
        ORDER BY o.id
        "#,
        actor.ward().uuid(),
        today.to_sqlx()
    )
    .fetch_all(tx.conn())
    .await?;
    let facility = rows.into_iter().map(|row| Facility {
        id: row.id,
        times: with_reminders(
            stored_times(row.facility_cutoff, row.worker_notice, row.free_correction_until),
            (row.reminder, row.deputy_reminder, row.unreported_list),
        ),
        done: row.done.iter().filter_map(|stage| Stage::from_code(stage)).collect(),
        has_answered: row.has_answered,
    });
    Ok(facility.collect())
}

/// Whether today is an open day of somebody whose report is missing.
pub async fn is_awaited(tx: &mut Tx, permit: &Permit<actions::RemindFacility>) -> Result<bool> {
    let today = tx.today();
    let missing = sqlx::query!(
        r#"
        SELECT DISTINCT w.class, w.own_weekdays FROM watch.watches w
        WHERE w.ward_id = $1 AND w.facility_id = $2 AND w.from_on <= $3 AND (w.until_on IS NULL OR w.until_on >= $3)
          AND NOT EXISTS (SELECT FROM watch.days d WHERE d.ward_id = w.ward_id AND d.watch_id = w.id AND d.day = $3)
        "#,
        permit.ward().uuid(),
        permit.id().uuid(),
        today.to_sqlx()
    )
    .fetch_all(tx.conn())
    .await?;
    if missing.is_empty() {
        return Ok(false);
    }
    let layers = calendars::of_facility(tx, permit, today).await?.layers;
    let is_open = |class: &str, own: Option<&[i16]>| layers.of_child(class, own_week(own)).open(today).is_open();
    Ok(missing.iter().any(|child| is_open(&child.class, child.own_weekdays.as_deref())))
}

/// Whom to call at the facility now.
pub async fn people(tx: &mut Tx, permit: &Permit<actions::RemindFacility>, stage: Stage) -> Result<Vec<Id<Person>>> {
    people_of(tx, permit.ward(), permit.id(), stage).await
}

/// The same, for whoever asks the facility something on behalf of an office.
pub(super) async fn people_of(tx: &mut Tx, ward: Id<Ward>, facility: Id<Organization>, stage: Stage) -> Result<Vec<Id<Person>>> {
    let rows = sqlx::query!(
        r#"
        SELECT m.person_id AS "person: Id<Person>", m.role, m.turn, p.has_mail AS "has_mail!"
        FROM hub.memberships m JOIN hub.people p ON p.ward_id = m.ward_id AND p.id = m.person_id
        WHERE m.ward_id = $1 AND m.organization_id = $2 AND p.status = 'active' AND m.suspended_at IS NULL
          AND m.from_on <= $3 AND (m.until_on IS NULL OR m.until_on >= $3)
        "#,
        ward.uuid(),
        facility.uuid(),
        tx.today().to_sqlx()
    )
    .fetch_all(tx.conn())
    .await?;
    let colleagues = rows.into_iter().map(|row| {
        Ok(Colleague {
            person: row.person,
            role: Role::from_code(&row.role).ok_or_else(|| unknown_code("role", &row.role))?,
            turn: Turn::from_code(&row.turn).ok_or_else(|| unknown_code("turn", &row.turn))?,
            has_mail: row.has_mail,
        })
    });
    let colleagues = colleagues.collect::<Result<Vec<_>>>()?;
    Ok(called(stage, &colleagues))
}

/// Writes down that the time was acted on; `false` when another node was quicker, and the transaction should be dropped.
pub async fn done(tx: &mut Tx, permit: &Permit<actions::RemindFacility>, stage: Stage, awaited: bool) -> Result<bool> {
    let written = sqlx::query!(
        r#"
        INSERT INTO desk.reminders (ward_id, facility_id, day, stage, awaited, done_at) VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT DO NOTHING
        "#,
        permit.ward().uuid(),
        permit.id().uuid(),
        tx.today().to_sqlx(),
        stage.code(),
        awaited,
        tx.now().to_sqlx()
    )
    .execute(tx.conn())
    .await?;
    Ok(written.rows_affected() == 1)
}

/// Takes the facility off the ward's list: everything has come. `false` when it was off already.
pub async fn settle(tx: &mut Tx, permit: &Permit<actions::RemindFacility>) -> Result<bool> {
    let written = sqlx::query!(
        r#"
        UPDATE desk.reminders SET settled_at = $4
        WHERE ward_id = $1 AND facility_id = $2 AND day = $3 AND stage = 'unreported_list' AND awaited AND settled_at IS NULL
        "#,
        permit.ward().uuid(),
        permit.id().uuid(),
        tx.today().to_sqlx(),
        tx.now().to_sqlx()
    )
    .execute(tx.conn())
    .await?;
    Ok(written.rows_affected() == 1)
}
