//! The trail, as the auditor reads it: who did and saw what.

use jiff::{Timestamp, civil::Date};
use jiff_sqlx::ToSqlx;
use serde_json::Value;
use uuid::Uuid;

use super::{Result, Tx};
use crate::{
    domain::{
        calendar::day_after,
        clock::japan_instant,
        ids::{Id, Person},
    },
    gate::{OrganizationFacts, Scope, actions},
};

/// What may be done with the trail in hand.
pub trait Looks: actions::Action<On = OrganizationFacts> {}
impl Looks for actions::ReadTrail {}
impl Looks for actions::ExportTrail {}

/// Which rows of a list.
#[derive(Debug, Clone, Copy)]
pub struct Range {
    pub limit: i64,
    pub offset: i64,
}

/// What is looked for.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Days in Japan, both included.
    pub since: Option<Date>,
    pub until: Option<Date>,
    pub person: Option<Id<Person>>,
    /// The name of an action; one that does not exist finds nothing.
    pub action: Option<String>,
}

/// One deed.
#[derive(Debug, Clone)]
pub struct Line {
    pub at: Timestamp,
    pub action: String,
    /// The code of a role, or of a duty.
    pub principal: String,
    pub person: Option<String>,
    pub organization: Option<String>,
    pub resource_kind: String,
    pub resource: Option<Uuid>,
    /// Named when it is an organization; a child never is.
    pub resource_name: Option<String>,
    pub detail: Value,
}

/// The deeds that fit, newest first.
pub async fn page<A: Looks>(tx: &mut Tx, scope: &Scope<A>, filter: &Filter, range: Range) -> Result<Vec<Line>> {
    let begin = |day: Date| japan_instant(day.at(0, 0, 0, 0)).to_sqlx();
    let rows = sqlx::query!(
        r#"
        SELECT t.at, t.action, t.principal, p.display_name AS "person?", o.name AS "organization?", t.resource_kind, t.resource_id
             , r.name AS "resource_name?", t.detail
        FROM hub.trail t
        LEFT JOIN hub.people p ON p.ward_id = t.ward_id AND p.id = t.person_id
        LEFT JOIN hub.organizations o ON o.ward_id = t.ward_id AND o.id = t.organization_id
        LEFT JOIN hub.organizations r ON r.ward_id = t.ward_id AND r.id = t.resource_id
        WHERE t.ward_id = $1
          AND t.at >= coalesce($2::timestamptz, '-infinity') AND t.at < coalesce($3::timestamptz, 'infinity')
          AND ($4::uuid IS NULL OR t.person_id = $4) AND ($5::text IS NULL OR t.action = $5)
        ORDER BY t.at DESC, t.id DESC
        LIMIT $6 OFFSET $7
        "#,
        scope.ward().uuid(),
        filter.since.map(begin) as _,
        filter.until.map(|day| begin(day_after(day))) as _,
        filter.person.map(Id::uuid),
        filter.action,
        range.limit,
        range.offset
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Line {
            at: row.at.to_jiff(),
            action: row.action,
            principal: row.principal,
            person: row.person,
            organization: row.organization,
            resource_kind: row.resource_kind,
            resource: row.resource_id,
            resource_name: row.resource_name,
            detail: row.detail,
        })
        .collect())
}
