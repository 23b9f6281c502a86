//! The children a plan leaves without a place, and those about whom the rules are to be asked because of one.

use jiff::civil::Date;
use jiff_sqlx::ToSqlx;

use crate::{
    domain::{
        grade::Grade,
        ids::{Id, Organization, Watch},
        promotion::last_grades,
        transfer::Next,
    },
    gate::{Actor, Permit, Scope, actions},
    store::{
        Result, Tx,
        requests::Child,
        sql::{unknown_code, uuids},
    },
};

/// A child whose next facility is still to be found.
#[derive(Debug, Clone)]
pub struct Held {
    pub child: Child,
    pub last: Date,
    pub next: Next,
    pub owner: Option<String>,
}

/// Which children of the hold list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holds {
    /// Somebody has to find out where they go.
    Sought,
    /// They finish their last school in March: nothing comes next, and what is left to do is to end the request.
    Graduates,
}

/// A page of the hold list, who left first at the top.
pub async fn held(tx: &mut Tx, scope: &Scope<actions::ListRequests>, which: Holds, limit: i64, offset: i64) -> Result<Vec<Held>> {
    let last: Vec<String> = last_grades().map(Grade::code).collect();
    let rows = sqlx::query!(
        r#"
        SELECT w.id AS "watch: Id<Watch>", w.name, w.kana, w.grade, w.class, w.facility_id AS "facility: Id<Organization>"
             , f.name AS facility_name, w.discreet, t.last_on, t.next, p.display_name AS "owner?"
        FROM desk.transfers t
        JOIN desk.requests r ON r.ward_id = t.ward_id AND r.watch_id = t.watch_id
        JOIN watch.watches w ON w.ward_id = t.ward_id AND w.id = t.watch_id
        JOIN hub.organizations f ON f.ward_id = w.ward_id AND f.id = w.facility_id
        LEFT JOIN hub.people p ON p.ward_id = r.ward_id AND p.id = r.assigned_to
        WHERE t.ward_id = $1 AND r.office_id = ANY ($2) AND t.dropped_at IS NULL AND t.next IN ('undecided', 'missing')
          AND (t.next = 'undecided' AND w.grade = ANY ($3) AND extract(month FROM t.last_on) = 3) = $4
        ORDER BY t.last_on, w.kana = '', w.kana, w.name, w.id
        LIMIT $5 OFFSET $6
        "#,
        scope.ward().uuid(),
        &uuids(scope.organizations()),
        &last,
        which == Holds::Graduates,
        limit,
        offset
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
            protected: row.discreet,
        };
        let next = Next::from_code(&row.next).ok_or_else(|| unknown_code("next", &row.next))?;
        Ok(Held { child, last: row.last_on.to_jiff(), next, owner: row.owner })
    });
    held.collect()
}

/// How many children on the hold list are sought, and how many graduate.
pub async fn count_held(tx: &mut Tx, scope: &Scope<actions::ListRequests>) -> Result<(i64, i64)> {
    let last: Vec<String> = last_grades().map(Grade::code).collect();
    let row = sqlx::query!(
        r#"
        SELECT count(*) AS "all!"
             , count(*) FILTER (WHERE t.next = 'undecided' AND w.grade = ANY ($3) AND extract(month FROM t.last_on) = 3) AS "graduates!"
        FROM desk.transfers t
        JOIN desk.requests r ON r.ward_id = t.ward_id AND r.watch_id = t.watch_id
        JOIN watch.watches w ON w.ward_id = t.ward_id AND w.id = t.watch_id
        WHERE t.ward_id = $1 AND r.office_id = ANY ($2) AND t.dropped_at IS NULL AND t.next IN ('undecided', 'missing')
        "#,
        scope.ward().uuid(),
        &uuids(scope.organizations()),
        &last
    )
    .fetch_one(tx.conn())
    .await?;
    Ok((row.all - row.graduates, row.graduates))
}

/// The facilities some child leaves about whom the rules are to be asked, for a duty of the ward: a plan is new, or a child is without
/// a place and today's answer is still to come. Reads no child.
pub async fn due(tx: &mut Tx, actor: &Actor) -> Result<Vec<Id<Organization>>> {
    sqlx::query_scalar!(
        r#"
        SELECT DISTINCT w.facility_id AS "facility: Id<Organization>"
        FROM desk.transfers t JOIN watch.watches w ON w.ward_id = t.ward_id AND w.id = t.watch_id
        WHERE t.ward_id = $1 AND (t.judged_on IS NULL OR (t.dropped_at IS NULL AND t.next IN ('undecided', 'missing') AND t.judged_on < $2))
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
          AND (t.judged_on IS NULL OR (t.dropped_at IS NULL AND t.next IN ('undecided', 'missing') AND t.judged_on < $3))
        RETURNING t.watch_id AS "watch: Id<Watch>"
        "#,
        permit.ward().uuid(),
        permit.id().uuid(),
        tx.today().to_sqlx()
    )
    .fetch_all(tx.conn())
    .await
}
