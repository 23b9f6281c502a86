//! Times of the day: a facility's own over those of the ward, the ward's over those of the program.

use jiff::civil::Time;
use jiff_sqlx::ToSqlx;

use super::{Shows, Stale};
use crate::{
    domain::{
        ids::{Id, Organization},
        times::{TimeName, Times},
    },
    gate::{Permit, actions},
    store::{Result, Tx},
};

/// The times somebody has set, by what happens then.
pub type OwnTimes = Vec<(TimeName, Time)>;

/// What holds at an organization, and which of it it has set itself.
#[derive(Debug, Clone)]
pub struct TimesShown {
    pub own: OwnTimes,
    /// What holds where nothing else was set: the ward's, or the program's.
    pub usual: Times,
    pub is_root: bool,
    pub root: Id<Organization>,
    pub revision: i64,
}

struct Row {
    reminder: Option<jiff_sqlx::Time>,
    deputy_reminder: Option<jiff_sqlx::Time>,
    unreported_list: Option<jiff_sqlx::Time>,
    facility_cutoff: Option<jiff_sqlx::Time>,
    worker_notice: Option<jiff_sqlx::Time>,
    free_correction_until: Option<jiff_sqlx::Time>,
}

impl Row {
    fn set(&self) -> OwnTimes {
        let all = [
            (TimeName::Reminder, self.reminder),
            (TimeName::DeputyReminder, self.deputy_reminder),
            (TimeName::UnreportedList, self.unreported_list),
            (TimeName::FacilityCutoff, self.facility_cutoff),
            (TimeName::WorkerNotice, self.worker_notice),
            (TimeName::FreeCorrectionUntil, self.free_correction_until),
        ];
        all.into_iter().filter_map(|(name, at)| Some((name, at?.to_jiff()))).collect()
    }
}

fn over(usual: Times, own: &OwnTimes) -> Times {
    own.iter().fold(usual, |mut times, (name, at)| {
        times.set(*name, *at);
        times
    })
}

/// The ward's own times over those of the program.
pub async fn times_of_ward<A: Shows>(tx: &mut Tx, permit: &Permit<A>) -> Result<(Id<Organization>, Times)> {
    let root = sqlx::query!(
        r#"
        SELECT id AS "id: Id<Organization>", reminder, deputy_reminder, unreported_list, facility_cutoff, worker_notice, free_correction_until
        FROM hub.organizations WHERE ward_id = $1 AND parent_id IS NULL ORDER BY opened_on, id LIMIT 1
        "#,
        permit.ward().uuid()
    )
    .fetch_one(tx.conn())
    .await?;
    let set = Row {
        reminder: root.reminder,
        deputy_reminder: root.deputy_reminder,
        unreported_list: root.unreported_list,
        facility_cutoff: root.facility_cutoff,
        worker_notice: root.worker_notice,
        free_correction_until: root.free_correction_until,
    };
    Ok((root.id, over(Times::default(), &set.set())))
}

pub async fn times<A: Shows>(tx: &mut Tx, permit: &Permit<A>) -> Result<TimesShown> {
    let (root, of_ward) = times_of_ward(tx, permit).await?;
    let row = sqlx::query!(
        r#"
        SELECT reminder, deputy_reminder, unreported_list, facility_cutoff, worker_notice, free_correction_until, own_times, revision
        FROM hub.organizations WHERE ward_id = $1 AND id = $2
        "#,
        permit.ward().uuid(),
        permit.id().uuid()
    )
    .fetch_one(tx.conn())
    .await?;
    let is_root = permit.id() == root;
    let set = Row {
        reminder: row.reminder,
        deputy_reminder: row.deputy_reminder,
        unreported_list: row.unreported_list,
        facility_cutoff: row.facility_cutoff,
        worker_notice: row.worker_notice,
        free_correction_until: row.free_correction_until,
    };
    let mut own = set.set();
    own.retain(|(name, _)| is_root || row.own_times.iter().any(|own| own == name.code()));
    Ok(TimesShown { own, usual: if is_root { Times::default() } else { of_ward }, is_root, root, revision: row.revision })
}

/// Sets the times of a facility, or with the ward's own office those of every facility that has not set its own.
pub async fn set_times(
    tx: &mut Tx,
    permit: &Permit<actions::EditOrganization>,
    revision: i64,
    own: &OwnTimes,
) -> Result<Result<(), Stale>> {
    let at = |name: TimeName| own.iter().find(|(set, _)| *set == name).map(|(_, at)| at.to_sqlx());
    let names: Vec<String> = own.iter().map(|(name, _)| name.code().to_owned()).collect();
    let done = sqlx::query!(
        r#"
        UPDATE hub.organizations o
        SET reminder = coalesce($4, r.reminder), deputy_reminder = coalesce($5, r.deputy_reminder)
          , unreported_list = coalesce($6, r.unreported_list), facility_cutoff = coalesce($7, r.facility_cutoff)
          , worker_notice = coalesce($8, r.worker_notice), free_correction_until = coalesce($9, r.free_correction_until)
          , own_times = $10, revision = o.revision + 1
        FROM (SELECT 1) AS one
        LEFT JOIN hub.organizations r ON r.ward_id = $1 AND r.parent_id IS NULL AND r.id <> $2
        WHERE o.ward_id = $1 AND o.id = $2 AND o.revision = $3
        "#,
        permit.ward().uuid(),
        permit.id().uuid(),
        revision,
        at(TimeName::Reminder),
        at(TimeName::DeputyReminder),
        at(TimeName::UnreportedList),
        at(TimeName::FacilityCutoff),
        at(TimeName::WorkerNotice),
        at(TimeName::FreeCorrectionUntil),
        &names
    )
    .execute(tx.conn())
    .await?;
    if done.rows_affected() == 0 {
        return Ok(Err(Stale));
    }
    follow(tx, permit).await?;
    Ok(Ok(()))
}

/// What a facility has not set itself follows the ward's own office, if that is what was changed.
async fn follow(tx: &mut Tx, permit: &Permit<actions::EditOrganization>) -> Result<()> {
    sqlx::query!(
        r#"
        UPDATE hub.organizations o
        SET reminder = CASE WHEN 'reminder' = ANY (o.own_times) THEN o.reminder ELSE r.reminder END
          , deputy_reminder = CASE WHEN 'deputy_reminder' = ANY (o.own_times) THEN o.deputy_reminder ELSE r.deputy_reminder END
          , unreported_list = CASE WHEN 'unreported_list' = ANY (o.own_times) THEN o.unreported_list ELSE r.unreported_list END
          , facility_cutoff = CASE WHEN 'facility_cutoff' = ANY (o.own_times) THEN o.facility_cutoff ELSE r.facility_cutoff END
          , worker_notice = CASE WHEN 'worker_notice' = ANY (o.own_times) THEN o.worker_notice ELSE r.worker_notice END
          , free_correction_until = CASE WHEN 'free_correction_until' = ANY (o.own_times)
                THEN o.free_correction_until ELSE r.free_correction_until END
        FROM hub.organizations r
        WHERE r.ward_id = $1 AND r.id = $2 AND r.parent_id IS NULL AND o.ward_id = r.ward_id AND o.id <> r.id
        "#,
        permit.ward().uuid(),
        permit.id().uuid()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
