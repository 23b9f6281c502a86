//! 進級: who is to go up or to leave on April 1, and what was decided.

mod places;
mod read;

use jiff::civil::Date;
use jiff_sqlx::ToSqlx;
use uuid::Uuid;

pub use self::{
    places::{Place, place, places},
    read::{Decided, Leaver, Part, Pupil, decided, leavers, pending},
};
use super::{Result, Tx, sql::uuids};
use crate::{
    domain::{
        grade::Grade,
        ids::{Id, Organization, Watch},
    },
    gate::{Actor, Permit, actions},
};

/// The office, and those that were merged into it: whoever asked about a child, somebody decides about it.
async fn offices(tx: &mut Tx, ward: Uuid, office: Uuid) -> Result<Vec<Uuid>> {
    sqlx::query_scalar!(
        r#"
        WITH RECURSIVE mine AS
            ( SELECT $2::uuid AS id
              UNION
              SELECT o.id FROM hub.organizations o JOIN mine ON o.successor_id = mine.id WHERE o.ward_id = $1 AND o.closed_on <= $3 )
        SELECT id AS "id!" FROM mine
        "#,
        ward,
        office,
        tx.today().to_sqlx()
    )
    .fetch_all(tx.conn())
    .await
}

/// Takes a decision back, and where it holds already the grade with it; `false` when there is none of the office's own any more.
pub async fn take_back(tx: &mut Tx, permit: &Permit<actions::PromoteRequests>, on: Date, watch: Id<Watch>) -> Result<bool> {
    let ward = permit.ward().uuid();
    let offices = offices(tx, ward, permit.id().uuid()).await?;
    let gone = sqlx::query!(
        r#"
        DELETE FROM desk.promotions p USING desk.requests r
        WHERE p.ward_id = $1 AND p.watch_id = $2 AND p.on_day = $3 AND r.ward_id = p.ward_id AND r.watch_id = p.watch_id AND r.office_id = ANY ($4)
        RETURNING p.grade, p.class, p.grade_before, p.class_before, p.applied_at IS NOT NULL AS "holds!"
        "#,
        ward,
        watch.uuid(),
        on.to_sqlx(),
        &offices
    )
    .fetch_optional(tx.conn())
    .await?;
    let Some(gone) = gone else { return Ok(false) };
    if gone.holds {
        // A class the facility has given since then is none of ours to take back.
        sqlx::query!(
            r#"
            UPDATE watch.watches SET grade = $3, class = CASE WHEN class = $6 THEN $4 ELSE class END
            WHERE ward_id = $1 AND id = $2 AND grade = $5
            "#,
            ward,
            watch.uuid(),
            gone.grade_before,
            gone.class_before,
            gone.grade,
            gone.class
        )
        .execute(tx.conn())
        .await?;
    }
    Ok(true)
}

/// One office's decisions wait for each other, so that nobody is decided about twice.
pub async fn one_at_a_time(tx: &mut Tx, permit: &Permit<actions::PromoteRequests>) -> Result<()> {
    let office = permit.id().to_string();
    sqlx::query!("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", office).execute(tx.conn()).await?;
    Ok(())
}

/// The grade of a child from the day on, and its class where it is known.
#[derive(Debug, Clone)]
pub struct Promotion {
    pub watch: Id<Watch>,
    pub grade: Grade,
    pub class: String,
}

/// Writes down what was decided; where the day has come, it holds at once.
pub async fn decide(tx: &mut Tx, permit: &Permit<actions::PromoteRequests>, on: Date, promotions: &[Promotion]) -> Result<()> {
    let (ward, by, now, today) = (permit.ward().uuid(), permit.person().map(Id::uuid), tx.now().to_sqlx(), tx.today());
    let watches: Vec<_> = promotions.iter().map(|promotion| promotion.watch).collect();
    let grades: Vec<_> = promotions.iter().map(|promotion| promotion.grade.code()).collect();
    let classes: Vec<_> = promotions.iter().map(|promotion| promotion.class.clone()).collect();
    let applied = (on <= today).then_some(now);
    sqlx::query!(
        r#"
        INSERT INTO desk.promotions (ward_id, watch_id, on_day, grade, class, grade_before, class_before, entered_by, entered_at, applied_at)
        SELECT $1, x.watch_id, $2, x.grade, x.class, w.grade, w.class, $3, $4, $5
        FROM unnest($6::uuid[], $7::text[], $8::text[]) AS x (watch_id, grade, class)
        JOIN watch.watches w ON w.ward_id = $1 AND w.id = x.watch_id
        "#,
        ward,
        on.to_sqlx(),
        by,
        now,
        applied as Option<jiff_sqlx::Timestamp>,
        &uuids(&watches),
        &grades,
        &classes
    )
    .execute(tx.conn())
    .await?;
    if applied.is_some() {
        sqlx::query!(
            r#"
            UPDATE watch.watches w SET grade = x.grade, class = x.class
            FROM unnest($2::uuid[], $3::text[], $4::text[]) AS x (watch_id, grade, class)
            WHERE w.ward_id = $1 AND w.id = x.watch_id
            "#,
            ward,
            &uuids(&watches),
            &grades,
            &classes
        )
        .execute(tx.conn())
        .await?;
    }
    Ok(())
}

/// The facilities where a decided grade begins to hold, for a duty of the ward. Reads no child.
pub async fn due(tx: &mut Tx, actor: &Actor) -> Result<Vec<Id<Organization>>> {
    sqlx::query_scalar!(
        r#"
        SELECT DISTINCT w.facility_id AS "facility: Id<Organization>"
        FROM desk.promotions p JOIN watch.watches w ON w.ward_id = p.ward_id AND w.id = p.watch_id
        WHERE p.ward_id = $1 AND p.applied_at IS NULL AND p.on_day <= $2
        ORDER BY 1
        "#,
        actor.ward().uuid(),
        tx.today().to_sqlx()
    )
    .fetch_all(tx.conn())
    .await
}

/// Lets the decided grades hold; how many children. Whoever has left meanwhile keeps the grade of the last day.
pub async fn apply(tx: &mut Tx, permit: &Permit<actions::SweepFacility>) -> Result<u64> {
    let (ward, today, now) = (permit.ward().uuid(), tx.today(), tx.now());
    let done = sqlx::query!(
        r#"
        WITH due AS
            ( UPDATE desk.promotions p SET applied_at = $4 FROM watch.watches w
              WHERE p.ward_id = $1 AND p.applied_at IS NULL AND p.on_day <= $3 AND w.ward_id = p.ward_id AND w.id = p.watch_id AND w.facility_id = $2
              RETURNING p.watch_id, p.on_day, p.grade, p.class )
        UPDATE watch.watches w SET grade = due.grade, class = due.class FROM due
        WHERE w.ward_id = $1 AND w.id = due.watch_id AND (w.until_on IS NULL OR w.until_on >= due.on_day)
        "#,
        ward,
        permit.id().uuid(),
        today.to_sqlx(),
        now.to_sqlx()
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected())
}
