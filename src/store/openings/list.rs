//! The openings somebody has to do with: their own, those of their office's children, and, for supervisors, those of their office.

use uuid::Uuid;

use super::read::judgement;
use crate::{
    domain::{
        ids::{self, Id},
        opening::{Course, Reason},
    },
    gate::{OrganizationFacts, Scope, actions},
    store::{
        Result, Tx,
        sql::{unknown_code, uuids},
    },
};

/// Enough for anybody to read; the trail has the rest.
const MOST: i64 = 100;

/// One opening, without the child.
#[derive(Debug, Clone)]
pub struct Line {
    pub id: Id<ids::Opening>,
    pub opener: String,
    pub office: String,
    pub reason: Reason,
    pub course: Course,
    /// It is about a child of the own office.
    pub is_owned: bool,
}

/// The newest first; those that wait for a judgement before all others. `supervises` adds those of colleagues.
pub async fn list(tx: &mut Tx, scope: &Scope<actions::ListOpenings>, supervises: bool) -> Result<Vec<Line>> {
    let rows = sqlx::query!(
        r#"
        SELECT e.id AS "id: Id<ids::Opening>", p.display_name AS opener, o.name AS office, e.reason
             , e.asked_at, e.until_at AS "until!", e.confirmed_at, e.ended_at, e.judged_at, e.judgement
             , e.owner_id = ANY ($2) AS "is_owned!"
        FROM desk.openings e
        JOIN hub.people p ON p.ward_id = e.ward_id AND p.id = e.person_id
        JOIN hub.organizations o ON o.ward_id = e.ward_id AND o.id = e.office_id
        WHERE e.ward_id = $1 AND e.outcome = 'opened'
          AND (e.owner_id = ANY ($2) OR e.person_id = $3 AND e.office_id = $4 OR $5 AND e.office_id = ANY ($2))
        ORDER BY (e.confirmed_at IS NULL AND e.judged_at IS NULL) DESC, e.asked_at DESC, e.id LIMIT $6
        "#,
        scope.ward().uuid(),
        &uuids(scope.organizations()),
        scope.person().map_or(Uuid::nil(), Id::uuid),
        scope.organization().uuid(),
        supervises,
        MOST,
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|row| {
            let course = Course {
                asked_at: row.asked_at.to_jiff(),
                until: row.until.to_jiff(),
                confirmed_at: row.confirmed_at.map(jiff_sqlx::Timestamp::to_jiff),
                ended_at: row.ended_at.map(jiff_sqlx::Timestamp::to_jiff),
                judged_at: row.judged_at.map(jiff_sqlx::Timestamp::to_jiff),
                judgement: judgement(row.judgement.as_deref())?,
            };
            Ok(Line {
                id: row.id,
                opener: row.opener,
                office: row.office,
                reason: Reason::from_code(&row.reason).ok_or_else(|| unknown_code("reason", &row.reason))?,
                course,
                is_owned: row.is_owned,
            })
        })
        .collect()
}

/// How many openings of the office's children nobody has confirmed or judged.
pub async fn waiting<A: actions::Action<On = OrganizationFacts>>(tx: &mut Tx, scope: &Scope<A>) -> Result<i64> {
    sqlx::query_scalar!(
        r#"
        SELECT count(*) AS "count!" FROM desk.openings
        WHERE ward_id = $1 AND owner_id = ANY ($2) AND outcome = 'opened' AND confirmed_at IS NULL AND judged_at IS NULL
        "#,
        scope.ward().uuid(),
        &uuids(scope.organizations())
    )
    .fetch_one(tx.conn())
    .await
}
