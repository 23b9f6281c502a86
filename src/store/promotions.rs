//! 進級: who is to go up or to leave on April 1, and what was decided.

use jiff::civil::Date;
use jiff_sqlx::ToSqlx;
use uuid::Uuid;

use super::{
    Result, Tx,
    requests::Child,
    sql::{unknown_code, uuids},
};
use crate::{
    domain::{
        facility::{FacilityKind, OrganizationKind},
        grade::Grade,
        ids::{Id, Organization, Watch},
        promotion::{Offer, Reason},
        transfer::Next,
    },
    gate::{Actor, Permit, Scope, actions},
};

/// A child of the office whose grade changes on the day, or why it cannot.
#[derive(Debug, Clone)]
pub struct Pupil {
    pub child: Child,
    pub revision: i32,
    /// The request the child leaves by if it leaves: where a merger carries this one on from that very day, the one before it.
    pub leaves: (Id<Watch>, i32),
    pub offer: std::result::Result<Offer, Reason>,
}

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

/// The office's own children in force over `on`, about whom nothing is decided yet; by facility, grade and name.
pub async fn pending(tx: &mut Tx, scope: &Scope<actions::PromoteRequests>, on: Date) -> Result<Vec<Pupil>> {
    let today = tx.today();
    let offices = offices(tx, scope.ward().uuid(), scope.organization().uuid()).await?;
    let rows = sqlx::query!(
        r#"
        SELECT w.id AS "watch: Id<Watch>", w.name, w.kana, w.grade, w.class, w.facility_id AS "facility: Id<Organization>"
             , f.name AS facility_name, f.kind, coalesce(f.closed_on <= $3, false) AS "closes!", r.revision
             , before.watch_id AS "before?: Id<Watch>", before.revision AS "before_revision?"
             , EXISTS ( SELECT FROM watch.watches later WHERE later.ward_id = w.ward_id AND later.child_id = w.child_id AND later.from_on > w.from_on ) AS "is_followed!"
        FROM desk.requests r
        JOIN watch.watches w ON w.ward_id = r.ward_id AND w.id = r.watch_id
        JOIN hub.organizations f ON f.ward_id = w.ward_id AND f.id = w.facility_id
        LEFT JOIN desk.requests before ON before.ward_id = r.ward_id AND before.watch_id = r.carried_from AND w.from_on = $3 AND w.from_on > $4
        WHERE r.ward_id = $1 AND r.office_id = ANY ($2) AND (w.until_on IS NULL OR w.until_on >= $3)
          AND (w.from_on < $3 AND w.from_on <= $4 OR r.carried_from IS NOT NULL AND w.from_on <= $3)
          AND NOT EXISTS (SELECT FROM desk.promotions p WHERE p.ward_id = r.ward_id AND p.watch_id = r.watch_id AND p.on_day = $3)
        ORDER BY f.name, w.facility_id, w.grade, w.kana = '', w.kana, w.name, w.id
        "#,
        scope.ward().uuid(),
        &offices,
        on.to_sqlx(),
        today.to_sqlx()
    )
    .fetch_all(tx.conn())
    .await?;
    let pupils = rows.into_iter().map(|row| {
        let kind = OrganizationKind::from_code(&row.kind).and_then(OrganizationKind::facility);
        let kind: FacilityKind = kind.ok_or_else(|| unknown_code("facility kind", &row.kind))?;
        let offer = match Grade::from_code(&row.grade) {
            _ if row.closes => Err(Reason::FacilityCloses),
            _ if row.is_followed => Err(Reason::Followed),
            None => Err(Reason::GradeUnknown),
            Some(grade) => Ok(Offer::of(grade, kind)),
        };
        let child = Child {
            watch: row.watch,
            name: row.name,
            kana: row.kana,
            grade: row.grade,
            class: row.class,
            facility: row.facility,
            facility_name: row.facility_name,
        };
        let leaves = row.before.zip(row.before_revision).unwrap_or((row.watch, row.revision));
        Ok(Pupil { child, revision: row.revision, leaves, offer })
    });
    pupils.collect()
}

/// A child that leaves by the day already, as it was planned by hand.
#[derive(Debug, Clone)]
pub struct Leaver {
    pub watch: Id<Watch>,
    pub name: String,
    pub facility_name: String,
    pub last: Date,
    pub next: Next,
    pub next_facility: Option<(Id<Organization>, String)>,
}

/// Who leaves between today and the day.
pub async fn leavers(tx: &mut Tx, scope: &Scope<actions::PromoteRequests>, on: Date) -> Result<Vec<Leaver>> {
    let today = tx.today();
    let offices = offices(tx, scope.ward().uuid(), scope.organization().uuid()).await?;
    let rows = sqlx::query!(
        r#"
        SELECT w.id AS "watch: Id<Watch>", w.name, f.name AS facility_name, t.last_on, t.next, there.id AS "there?: Id<Organization>", there.name AS "there_name?"
        FROM desk.transfers t
        JOIN desk.requests r ON r.ward_id = t.ward_id AND r.watch_id = t.watch_id
        JOIN watch.watches w ON w.ward_id = t.ward_id AND w.id = t.watch_id
        JOIN hub.organizations f ON f.ward_id = w.ward_id AND f.id = w.facility_id
        LEFT JOIN desk.requests onward ON onward.ward_id = t.ward_id AND onward.continues = t.watch_id
        LEFT JOIN watch.watches later ON later.ward_id = onward.ward_id AND later.id = onward.watch_id
        LEFT JOIN hub.organizations there ON there.ward_id = later.ward_id AND there.id = later.facility_id
        WHERE t.ward_id = $1 AND r.office_id = ANY ($2) AND t.dropped_at IS NULL AND t.last_on < $3 AND t.last_on >= least($4::date, $3::date - 1)
        ORDER BY t.last_on, f.name, w.kana, w.name, w.id
        "#,
        scope.ward().uuid(),
        &offices,
        on.to_sqlx(),
        today.to_sqlx()
    )
    .fetch_all(tx.conn())
    .await?;
    let leavers = rows.into_iter().map(|row| {
        let next = Next::from_code(&row.next).ok_or_else(|| unknown_code("next", &row.next))?;
        let (last, next_facility) = (row.last_on.to_jiff(), row.there.zip(row.there_name));
        Ok(Leaver { watch: row.watch, name: row.name, facility_name: row.facility_name, last, next, next_facility })
    });
    leavers.collect()
}

/// A child whose grade from the day on is decided already.
#[derive(Debug, Clone)]
pub struct Decided {
    pub watch: Id<Watch>,
    pub name: String,
    pub facility_name: String,
    /// The code of the grade, and the class.
    pub before: (String, String),
    pub after: (String, String),
}

/// Whose new grade is decided, by facility, grade and name; without those who leave before it holds.
pub async fn decided(tx: &mut Tx, scope: &Scope<actions::PromoteRequests>, on: Date) -> Result<Vec<Decided>> {
    let offices = offices(tx, scope.ward().uuid(), scope.organization().uuid()).await?;
    let rows = sqlx::query!(
        r#"
        SELECT w.id AS "watch: Id<Watch>", w.name, f.name AS facility_name, p.grade, p.class, p.grade_before, p.class_before
        FROM desk.promotions p
        JOIN desk.requests r ON r.ward_id = p.ward_id AND r.watch_id = p.watch_id
        JOIN watch.watches w ON w.ward_id = p.ward_id AND w.id = p.watch_id
        JOIN hub.organizations f ON f.ward_id = w.ward_id AND f.id = w.facility_id
        WHERE p.ward_id = $1 AND r.office_id = ANY ($2) AND p.on_day = $3 AND (w.until_on IS NULL OR w.until_on >= $3)
        ORDER BY f.name, w.facility_id, p.grade, w.kana = '', w.kana, w.name, w.id
        "#,
        scope.ward().uuid(),
        &offices,
        on.to_sqlx()
    )
    .fetch_all(tx.conn())
    .await?;
    let decided = rows.into_iter().map(|row| Decided {
        watch: row.watch,
        name: row.name,
        facility_name: row.facility_name,
        before: (row.grade_before, row.class_before),
        after: (row.grade, row.class),
    });
    Ok(decided.collect())
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
