//! 転校・転園・卒園・卒業: the plan beside the request a child leaves, and the request that continues it elsewhere.

mod awaited;
mod planning;

use jiff::civil::Date;
use jiff_sqlx::ToSqlx;
use uuid::Uuid;

pub use self::{
    awaited::{Held, Holds, count_held, due, held, take_due},
    planning::{end_with, plan, undo},
};
use super::{Result, Tx, sql::unknown_code};
use crate::{
    domain::{
        ids::{Id, Organization, Watch},
        transfer::{Begun, Next, Onward, Plan},
    },
    gate::{Permit, actions},
};

/// A plan as it is written down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transfer {
    /// The request the child leaves.
    pub from: Id<Watch>,
    pub last: Date,
    pub next: Next,
    /// The request that continues it.
    pub onward: Option<Going>,
}

/// A request that continues another, as the office sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Going {
    pub watch: Id<Watch>,
    pub facility: Id<Organization>,
    pub facility_name: String,
    pub first: Date,
    /// The code of the grade.
    pub grade: String,
    pub class: String,
}

impl Transfer {
    /// The child is still to be found, or still to begin elsewhere.
    pub fn is_standing(&self, today: Date) -> bool {
        self.onward.as_ref().map_or(self.next.is_held(), |onward| onward.first > today)
    }

    /// Whether it says what `plan` says, so that a form sent twice is done once.
    pub fn says(&self, plan: &Plan) -> bool {
        let same = match (&self.onward, &plan.onward) {
            (None, None) => true,
            (Some(going), Some(onward)) => {
                (going.facility, going.first, going.grade.as_str(), going.class.as_str())
                    == (onward.facility, onward.first, onward.grade.code().as_str(), class(onward))
            }
            _ => false,
        };
        same && self.last == plan.last && self.next == plan.next
    }
}

fn class(onward: &Onward) -> &str {
    onward.class.as_ref().map_or("", |class| class.as_str())
}

/// The plan by which the child leaves, if there is one.
pub async fn read(tx: &mut Tx, permit: &Permit<actions::ReadRequest>) -> Result<Option<Transfer>> {
    plan_of(tx, permit.ward().uuid(), permit.id()).await
}

async fn plan_of(tx: &mut Tx, ward: Uuid, watch: Id<Watch>) -> Result<Option<Transfer>> {
    let row = sqlx::query!(
        r#"
        SELECT t.last_on, t.next, w.id AS "watch?: Id<Watch>", w.facility_id AS "facility?: Id<Organization>", f.name AS "facility_name?"
             , w.from_on AS "first?", w.grade AS "grade?", w.class AS "class?"
        FROM desk.transfers t
        LEFT JOIN desk.requests onward ON onward.ward_id = t.ward_id AND onward.continues = t.watch_id
        LEFT JOIN watch.watches w ON w.ward_id = onward.ward_id AND w.id = onward.watch_id
        LEFT JOIN hub.organizations f ON f.ward_id = w.ward_id AND f.id = w.facility_id
        WHERE t.ward_id = $1 AND t.watch_id = $2 AND t.dropped_at IS NULL
        "#,
        ward,
        watch.uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    let Some(row) = row else { return Ok(None) };
    let onward = match (row.watch, row.facility, row.facility_name, row.first, row.grade, row.class) {
        (Some(watch), Some(facility), Some(facility_name), Some(first), Some(grade), Some(class)) => {
            Some(Going { watch, facility, facility_name, first: first.to_jiff(), grade, class })
        }
        _ => None,
    };
    let next = Next::from_code(&row.next).ok_or_else(|| unknown_code("next", &row.next))?;
    Ok(Some(Transfer { from: watch, last: row.last_on.to_jiff(), next, onward }))
}

/// The request this one continues, and the facility's name.
pub async fn came_from(tx: &mut Tx, permit: &Permit<actions::ReadRequest>) -> Result<Option<(Id<Watch>, String)>> {
    let row = sqlx::query!(
        r#"
        SELECT w.id AS "watch: Id<Watch>", f.name FROM desk.requests r
        JOIN watch.watches w ON w.ward_id = r.ward_id AND w.id = r.continues
        JOIN hub.organizations f ON f.ward_id = w.ward_id AND f.id = w.facility_id
        WHERE r.ward_id = $1 AND r.watch_id = $2
        "#,
        permit.ward().uuid(),
        permit.id().uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|row| (row.watch, row.name)))
}

/// What a plan is held against. `None` when the child cannot leave by this request: it has not begun, unless a merger carries it on, or
/// the child is asked about by a later one.
pub async fn begun(tx: &mut Tx, permit: &Permit<actions::TransferRequest>) -> Result<Option<Begun>> {
    let today = tx.today();
    let row = sqlx::query!(
        r#"
        SELECT w.facility_id AS "facility: Id<Organization>", w.from_on, w.until_on, f.closed_on, t.last_on AS "last_on?", t.until_before
             , (SELECT max(d.day) FROM watch.days d WHERE d.ward_id = w.ward_id AND d.watch_id = w.id) AS reported
             , r.carried_from IS NOT NULL AS "is_carried!", z.id IS NOT NULL AS "is_carried_on!", z.until_on AS carried_until
             , EXISTS ( SELECT FROM watch.watches later
                        JOIN desk.requests l ON l.ward_id = later.ward_id AND l.watch_id = later.id
                        LEFT JOIN desk.requests merged ON merged.ward_id = l.ward_id AND merged.watch_id = l.carried_from
                        WHERE later.ward_id = w.ward_id AND later.child_id = w.child_id AND later.from_on > w.from_on
                          AND later.id IS DISTINCT FROM z.id
                          AND (w.id NOT IN (coalesce(l.continues, later.id), coalesce(merged.continues, later.id)) OR later.from_on <= $3
                            OR EXISTS (SELECT FROM desk.transfers lt WHERE lt.ward_id = later.ward_id AND lt.watch_id = later.id)) ) AS "is_followed!"
        FROM watch.watches w
        JOIN desk.requests r ON r.ward_id = w.ward_id AND r.watch_id = w.id
        JOIN hub.organizations f ON f.ward_id = w.ward_id AND f.id = w.facility_id
        LEFT JOIN desk.transfers t ON t.ward_id = w.ward_id AND t.watch_id = w.id AND t.dropped_at IS NULL
        LEFT JOIN (desk.requests zr JOIN watch.watches z ON z.ward_id = zr.ward_id AND z.id = zr.watch_id AND z.from_on > $3)
            ON zr.ward_id = w.ward_id AND zr.carried_from = w.id
           AND NOT EXISTS (SELECT FROM desk.transfers zt WHERE zt.ward_id = zr.ward_id AND zt.watch_id = zr.watch_id)
        WHERE w.ward_id = $1 AND w.id = $2
        "#,
        permit.ward().uuid(),
        permit.id().uuid(),
        today.to_sqlx()
    )
    .fetch_optional(tx.conn())
    .await?;
    let Some(row) = row else { return Ok(None) };
    let (from, planned) = (row.from_on.to_jiff(), row.last_on.map(jiff_sqlx::Date::to_jiff));
    let until = row.until_on.map(jiff_sqlx::Date::to_jiff);
    let by_itself = match (planned, row.is_carried_on) {
        (Some(_), _) => row.until_before.map(jiff_sqlx::Date::to_jiff),
        (None, true) => row.carried_until.map(jiff_sqlx::Date::to_jiff),
        (None, false) => until,
    };
    if row.is_followed || (from > today && !row.is_carried) {
        return Ok(None);
    }
    Ok(Some(Begun {
        facility: row.facility,
        from,
        until: by_itself,
        closes: row.closed_on.map(jiff_sqlx::Date::to_jiff),
        reported: row.reported.map(jiff_sqlx::Date::to_jiff),
        settled: planned.or(until).filter(|last| *last < today),
    }))
}
