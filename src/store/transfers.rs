//! 転校・転園・卒園・卒業: the plan beside the request a child leaves, and the request that continues it elsewhere.

use jiff::civil::Date;
use jiff_sqlx::ToSqlx;
use uuid::Uuid;

use super::{
    Result, Tx,
    requests::{Child, Stale},
    sql::{unknown_code, uuids},
};
use crate::{
    domain::{
        ids::{Id, Organization, Watch},
        transfer::{Begun, Next, Onward, Plan},
    },
    gate::{Actor, Permit, Scope, actions},
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
        WHERE t.ward_id = $1 AND t.watch_id = $2
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

/// What a plan is held against. `None` when the child cannot leave by this request: it has not begun, or the child is asked about by
/// a later one.
pub async fn begun(tx: &mut Tx, permit: &Permit<actions::TransferRequest>) -> Result<Option<Begun>> {
    let today = tx.today();
    let row = sqlx::query!(
        r#"
        SELECT w.facility_id AS "facility: Id<Organization>", w.from_on, w.until_on, t.last_on AS "last_on?", t.until_before
             , (SELECT max(d.day) FROM watch.days d WHERE d.ward_id = w.ward_id AND d.watch_id = w.id) AS reported
             , EXISTS ( SELECT FROM watch.watches later JOIN desk.requests l ON l.ward_id = later.ward_id AND l.watch_id = later.id
                        WHERE later.ward_id = w.ward_id AND later.child_id = w.child_id AND later.from_on > w.from_on
                          AND (l.continues IS DISTINCT FROM w.id OR later.from_on <= $3) ) AS "is_followed!"
        FROM watch.watches w
        LEFT JOIN desk.transfers t ON t.ward_id = w.ward_id AND t.watch_id = w.id
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
    if row.is_followed || from > today {
        return Ok(None);
    }
    Ok(Some(Begun {
        facility: row.facility,
        from,
        until: if planned.is_some() { row.until_before.map(jiff_sqlx::Date::to_jiff) } else { until },
        reported: row.reported.map(jiff_sqlx::Date::to_jiff),
        settled: planned.or(until).filter(|last| *last < today),
    }))
}

/// Writes the plan down: the request here ends with its last day, and where a facility comes next, a request there continues it.
/// A plan there was before is replaced. Precondition: `begun` said that the child can leave.
pub async fn plan(
    tx: &mut Tx,
    permit: &Permit<actions::TransferRequest>,
    revision: i32,
    begun: &Begun,
    plan: &Plan,
) -> Result<Result<(), Stale>> {
    let (ward, watch, by, now) = (permit.ward().uuid(), permit.id().uuid(), permit.person().map(Id::uuid), tx.now());
    if !step(tx, permit, revision, "moved").await? {
        return Ok(Err(Stale));
    }
    drop_onward(tx, ward, watch).await?;
    sqlx::query!("UPDATE watch.watches SET until_on = $3 WHERE ward_id = $1 AND id = $2", ward, watch, plan.last.to_sqlx())
        .execute(tx.conn())
        .await?;
    sqlx::query!(
        r#"
        INSERT INTO desk.transfers (ward_id, watch_id, last_on, next, until_before, entered_by, entered_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (ward_id, watch_id) DO UPDATE
        SET last_on = excluded.last_on, next = excluded.next, entered_by = excluded.entered_by, entered_at = excluded.entered_at
          , judged_on = NULL
        "#,
        ward,
        watch,
        plan.last.to_sqlx(),
        plan.next.code(),
        begun.until.map(ToSqlx::to_sqlx) as Option<jiff_sqlx::Date>,
        by,
        now.to_sqlx()
    )
    .execute(tx.conn())
    .await?;
    if let Some(onward) = &plan.onward {
        go_on(tx, permit, begun, onward).await?;
    }
    Ok(Ok(()))
}

/// Takes a plan back before its first day elsewhere: the request here goes on as it was.
pub async fn undo(tx: &mut Tx, permit: &Permit<actions::TransferRequest>, revision: i32) -> Result<Result<(), Stale>> {
    let (ward, watch) = (permit.ward().uuid(), permit.id().uuid());
    if !step(tx, permit, revision, "move_undone").await? {
        return Ok(Err(Stale));
    }
    drop_onward(tx, ward, watch).await?;
    sqlx::query!(
        r#"
        UPDATE watch.watches w SET until_on = t.until_before FROM desk.transfers t
        WHERE w.ward_id = $1 AND w.id = $2 AND t.ward_id = w.ward_id AND t.watch_id = w.id
        "#,
        ward,
        watch
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!("DELETE FROM desk.transfers WHERE ward_id = $1 AND watch_id = $2", ward, watch).execute(tx.conn()).await?;
    Ok(Ok(()))
}

/// One revision on, if it is still the one the form was shown for.
async fn step(tx: &mut Tx, permit: &Permit<actions::TransferRequest>, revision: i32, event: &str) -> Result<bool> {
    let (ward, watch, now) = (permit.ward().uuid(), permit.id().uuid(), tx.now());
    let done = sqlx::query!(
        "UPDATE desk.requests SET revision = revision + 1 WHERE ward_id = $1 AND watch_id = $2 AND revision = $3",
        ward,
        watch,
        revision
    )
    .execute(tx.conn())
    .await?;
    if done.rows_affected() == 0 {
        return Ok(false);
    }
    sqlx::query!(
        "INSERT INTO desk.request_steps (ward_id, watch_id, revision, event, by_person, at) VALUES ($1, $2, $3, $4, $5, $6)",
        ward,
        watch,
        revision + 1,
        event,
        permit.person().map(Id::uuid),
        now.to_sqlx()
    )
    .execute(tx.conn())
    .await?;
    Ok(true)
}

/// Removes a continuation that has not begun; no report of it can exist. All in one statement: the row that makes the watch visible
/// goes with it.
async fn drop_onward(tx: &mut Tx, ward: Uuid, watch: Uuid) -> Result<()> {
    sqlx::query!(
        r#"
        WITH onward AS (SELECT r.watch_id FROM desk.requests r WHERE r.ward_id = $1 AND r.continues = $2)
           , steps AS (DELETE FROM desk.request_steps s WHERE s.ward_id = $1 AND s.watch_id IN (SELECT watch_id FROM onward))
           , requests AS (DELETE FROM desk.requests r WHERE r.ward_id = $1 AND r.watch_id IN (SELECT watch_id FROM onward))
        DELETE FROM watch.watches w WHERE w.ward_id = $1 AND w.id IN (SELECT watch_id FROM onward)
        "#,
        ward,
        watch
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The same child, asked about at the new facility by the same office, in the same hands.
async fn go_on(tx: &mut Tx, permit: &Permit<actions::TransferRequest>, begun: &Begun, onward: &Onward) -> Result<()> {
    let (ward, watch, by, now) = (permit.ward().uuid(), permit.id().uuid(), permit.person().map(Id::uuid), tx.now());
    let fresh = Id::<Watch>::random().uuid();
    sqlx::query!(
        r#"
        INSERT INTO watch.watches (ward_id, id, child_id, facility_id, name, kana, name_key, grade, class, from_on, until_on)
        SELECT w.ward_id, $3, w.child_id, $4, w.name, w.kana, w.name_key, $5, $6, $7, $8
        FROM watch.watches w WHERE w.ward_id = $1 AND w.id = $2
        "#,
        ward,
        watch,
        fresh,
        onward.facility.uuid(),
        onward.grade.code(),
        class(onward),
        onward.first.to_sqlx(),
        begun.until_after(onward.first).map(ToSqlx::to_sqlx) as Option<jiff_sqlx::Date>
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        r#"
        INSERT INTO desk.requests (ward_id, watch_id, office_id, ground, strictness, sibling_group_id, assigned_to, created_by, created_at, continues)
        SELECT r.ward_id, $3, r.office_id, r.ground, r.strictness, r.sibling_group_id, r.assigned_to, $4, $5, r.watch_id
        FROM desk.requests r WHERE r.ward_id = $1 AND r.watch_id = $2
        "#,
        ward,
        watch,
        fresh,
        by,
        now.to_sqlx()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// A child whose next facility is still to be found.
#[derive(Debug, Clone)]
pub struct Held {
    pub child: Child,
    pub last: Date,
    pub next: Next,
    pub owner: Option<String>,
}

/// The hold list, who left first at the top.
pub async fn held(tx: &mut Tx, scope: &Scope<actions::ListRequests>) -> Result<Vec<Held>> {
    let rows = sqlx::query!(
        r#"
        SELECT w.id AS "watch: Id<Watch>", w.name, w.kana, w.grade, w.class, w.facility_id AS "facility: Id<Organization>"
             , f.name AS facility_name, t.last_on, t.next, p.display_name AS "owner?"
        FROM desk.transfers t
        JOIN desk.requests r ON r.ward_id = t.ward_id AND r.watch_id = t.watch_id
        JOIN watch.watches w ON w.ward_id = t.ward_id AND w.id = t.watch_id
        JOIN hub.organizations f ON f.ward_id = w.ward_id AND f.id = w.facility_id
        LEFT JOIN hub.people p ON p.ward_id = r.ward_id AND p.id = r.assigned_to
        WHERE t.ward_id = $1 AND r.office_id = ANY ($2) AND t.next IN ('undecided', 'missing')
        ORDER BY t.last_on, w.kana = '', w.kana, w.name, w.id
        "#,
        scope.ward().uuid(),
        &uuids(scope.organizations())
    )
    .fetch_all(tx.conn())
    .await?;
    let held = rows.into_iter().map(|row| {
        let child = Child {
            watch: row.watch,
            name: row.name,
            kana: row.kana,
            grade: row.grade,
            class: row.class,
            facility: row.facility,
            facility_name: row.facility_name,
        };
        let next = Next::from_code(&row.next).ok_or_else(|| unknown_code("next", &row.next))?;
        Ok(Held { child, last: row.last_on.to_jiff(), next, owner: row.owner })
    });
    held.collect()
}

/// The facilities some child leaves about whom the rules are to be asked, for a duty of the ward: a plan is new, or a child is without
/// a place and today's answer is still to come. Reads no child.
pub async fn due(tx: &mut Tx, actor: &Actor) -> Result<Vec<Id<Organization>>> {
    sqlx::query_scalar!(
        r#"
        SELECT DISTINCT w.facility_id AS "facility: Id<Organization>"
        FROM desk.transfers t JOIN watch.watches w ON w.ward_id = t.ward_id AND w.id = t.watch_id
        WHERE t.ward_id = $1 AND (t.judged_on IS NULL OR (t.next IN ('undecided', 'missing') AND t.judged_on < $2))
        ORDER BY 1
        "#,
        actor.ward().uuid(),
        tx.today().to_sqlx()
    )
    .fetch_all(tx.conn())
    .await
}

/// Those of the facility the duty looks after; they count as judged when the transaction is committed. What another node has taken
/// meanwhile is not there any more.
pub async fn take_due(tx: &mut Tx, permit: &Permit<actions::SweepFacility>) -> Result<Vec<Id<Watch>>> {
    sqlx::query_scalar!(
        r#"
        UPDATE desk.transfers t SET judged_on = $3 FROM watch.watches w
        WHERE t.ward_id = $1 AND w.ward_id = t.ward_id AND w.id = t.watch_id AND w.facility_id = $2
          AND (t.judged_on IS NULL OR (t.next IN ('undecided', 'missing') AND t.judged_on < $3))
        RETURNING t.watch_id AS "watch: Id<Watch>"
        "#,
        permit.ward().uuid(),
        permit.id().uuid(),
        tx.today().to_sqlx()
    )
    .fetch_all(tx.conn())
    .await
}
