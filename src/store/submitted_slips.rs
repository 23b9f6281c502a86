//! Slips as an office sees them: approved ones, and of each only the children the office asked about.

use jiff::{Timestamp, civil::Date};
use jiff_sqlx::ToSqlx;

use super::{
    Result, Tx, rules,
    slips::{Sheet, SheetRow, Slip, SlipRow, sheet},
    sql::{unknown_code, uuids},
};
use crate::{
    domain::{
        calendar::Holidays,
        ids::{Id, Organization, Watch},
        rule::{Rule, RuleCode, Strictness},
        slip::{Month, Reporting},
    },
    gate::{Scope, actions},
};

/// A facility one of these offices asked about somebody in the month.
#[derive(Debug, Clone)]
pub struct Owing {
    pub facility: Id<Organization>,
    pub name: String,
    pub reporting: Reporting,
    pub children: i64,
    /// How strictly the office watches them.
    pub strictness: Vec<Strictness>,
    /// When the newest version was approved.
    pub approved_at: Option<Timestamp>,
}

/// One facility.
#[derive(Debug, Clone)]
pub struct Place {
    pub facility: Id<Organization>,
    pub name: String,
    pub kind: String,
}

/// The facilities by name, a page of them.
pub async fn list(tx: &mut Tx, scope: &Scope<actions::ListSlips>, month: Month, (limit, offset): (i64, i64)) -> Result<Vec<Owing>> {
    let rows = sqlx::query!(
        r#"
        SELECT o.id AS "facility: Id<Organization>", o.name, o.reporting, count(*) AS "children!", array_agg(DISTINCT r.strictness) AS "strictness!"
             , (SELECT max(s.approved_at) FROM watch.slips s
                WHERE s.ward_id = o.ward_id AND s.facility_id = o.id AND s.month = $3 AND s.approved_at IS NOT NULL) AS approved_at
        FROM desk.requests r
        JOIN watch.watches w ON w.ward_id = r.ward_id AND w.id = r.watch_id
        JOIN hub.organizations o ON o.ward_id = w.ward_id AND o.id = w.facility_id
        WHERE r.ward_id = $1 AND r.office_id = ANY ($2) AND w.from_on <= $4 AND (w.until_on IS NULL OR w.until_on >= $3)
        GROUP BY o.ward_id, o.id ORDER BY o.name, o.id LIMIT $5 OFFSET $6
        "#,
        scope.ward().uuid(),
        &uuids(scope.organizations()),
        month.first().to_sqlx(),
        month.last().to_sqlx(),
        limit,
        offset
    )
    .fetch_all(tx.conn())
    .await?;
    let owing = rows.into_iter().map(|row| {
        Ok(Owing {
            facility: row.facility,
            name: row.name,
            reporting: Reporting::from_code(&row.reporting).ok_or_else(|| unknown_code("reporting", &row.reporting))?,
            children: row.children,
            strictness: row.strictness.iter().map(|code| strictness(code)).collect::<Result<_>>()?,
            approved_at: row.approved_at.map(jiff_sqlx::Timestamp::to_jiff),
        })
    });
    owing.collect()
}

fn strictness(code: &str) -> Result<Strictness> {
    Strictness::from_code(code).ok_or_else(|| unknown_code("strictness", code))
}

/// The ward's rule in force that says when a slip is missing.
pub async fn rule(tx: &mut Tx, scope: &Scope<actions::ListSlips>) -> Result<Option<Rule>> {
    let row = sqlx::query_as!(
        rules::Row,
        r#"
        SELECT code, version, threshold, threshold_strict, second, third, severity, route, enabled, visit_breaks
        FROM desk.rules WHERE ward_id = $1 AND code = $2 ORDER BY version DESC LIMIT 1
        "#,
        scope.ward().uuid(),
        RuleCode::I3.code()
    )
    .fetch_optional(tx.conn())
    .await?;
    row.map(|row| row.rule()).transpose()
}

/// A facility these offices have asked about somebody in the month; not there for any other.
pub async fn place(
    tx: &mut Tx,
    scope: &Scope<actions::ListSlips>,
    month: Month,
    facility: Id<Organization>,
) -> Result<Option<Place>> {
    sqlx::query_as!(
        Place,
        r#"
        SELECT o.id AS "facility: Id<Organization>", o.name, o.kind FROM hub.organizations o
        WHERE o.ward_id = $1 AND o.id = $3 AND EXISTS
            ( SELECT FROM desk.requests r JOIN watch.watches w ON w.ward_id = r.ward_id AND w.id = r.watch_id
              WHERE r.ward_id = o.ward_id AND r.office_id = ANY ($2) AND w.facility_id = o.id
                AND w.from_on <= $5 AND (w.until_on IS NULL OR w.until_on >= $4) )
        "#,
        scope.ward().uuid(),
        &uuids(scope.organizations()),
        facility.uuid(),
        month.first().to_sqlx(),
        month.last().to_sqlx()
    )
    .fetch_optional(tx.conn())
    .await
}

/// The newest approved version.
pub async fn read(tx: &mut Tx, scope: &Scope<actions::ListSlips>, month: Month, place: &Place) -> Result<Option<Slip>> {
    let row = sqlx::query_as!(
        SlipRow,
        r#"
        SELECT s.month, s.version, s.revision, s.reason, coalesce(p.display_name, '') AS "prepared_by!", s.prepared_at
             , coalesce(a.display_name, '') AS "approved_by?", s.approved_at
        FROM watch.slips s
        LEFT JOIN hub.people p ON p.ward_id = s.ward_id AND p.id = s.prepared_by
        LEFT JOIN hub.people a ON a.ward_id = s.ward_id AND a.id = s.approved_by
        WHERE s.ward_id = $1 AND s.facility_id = $2 AND s.month = $3 AND s.approved_at IS NOT NULL
        ORDER BY s.version DESC LIMIT 1
        "#,
        scope.ward().uuid(),
        place.facility.uuid(),
        month.first().to_sqlx()
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(Slip::from))
}

/// The office's children on it.
pub async fn sheets(tx: &mut Tx, scope: &Scope<actions::ListSlips>, slip: &Slip, place: &Place) -> Result<Vec<Sheet>> {
    let rows = sqlx::query_as!(
        SheetRow,
        r#"
        SELECT w.id AS "watch: Id<Watch>", w.name, w.kana, w.grade, w.class, w.discreet, e.entry
        FROM watch.slip_entries e
        JOIN watch.watches w ON w.ward_id = e.ward_id AND w.id = e.watch_id
        JOIN desk.requests r ON r.ward_id = w.ward_id AND r.watch_id = w.id
        WHERE e.ward_id = $1 AND r.office_id = ANY ($2) AND e.facility_id = $3 AND e.month = $4 AND e.version = $5
        ORDER BY w.grade, w.class, w.kana, w.name, w.id
        "#,
        scope.ward().uuid(),
        &uuids(scope.organizations()),
        place.facility.uuid(),
        slip.month.first().to_sqlx(),
        slip.version
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter().map(sheet).collect()
}

/// The ward's holidays around a month: what a deadline is counted by.
pub async fn holidays(tx: &mut Tx, scope: &Scope<actions::ListSlips>, month: Month) -> Result<Holidays> {
    let days = sqlx::query_scalar!(
        "SELECT day FROM watch.holidays WHERE ward_id = $1 AND day BETWEEN $2 AND $2::date + 60",
        scope.ward().uuid(),
        month.last().to_sqlx()
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(days.into_iter().map(jiff_sqlx::Date::to_jiff).collect::<std::collections::BTreeSet<Date>>())
}
