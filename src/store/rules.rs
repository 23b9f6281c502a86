//! The rules of a ward, version by version; the newest of each is in force.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;

use super::{Result, Tx, sql::unknown_code};
use crate::{
    domain::{
        calling::Clocks,
        ids::Id,
        rule::{Change, Route, Rule, RuleCode, Severity},
    },
    gate::{OrganizationFacts, Permit, Scope, actions},
};

/// What leads to one rule.
pub trait ReadsRule: actions::Action<On = OrganizationFacts> {}
impl ReadsRule for actions::ListRules {}
impl ReadsRule for actions::EditRules {}

/// A row of `desk.rules`.
pub(super) struct Row {
    pub(super) code: String,
    pub(super) version: i32,
    pub(super) threshold: i32,
    pub(super) threshold_strict: i32,
    pub(super) second: i32,
    pub(super) third: i32,
    pub(super) severity: String,
    pub(super) route: String,
    pub(super) enabled: bool,
    pub(super) visit_breaks: bool,
}

impl Row {
    pub(super) fn rule(&self) -> Result<Rule> {
        Ok(Rule {
            code: RuleCode::from_code(&self.code).ok_or_else(|| unknown_code("rule", &self.code))?,
            version: self.version,
            // The table holds none of them below nought.
            threshold: self.threshold.unsigned_abs(),
            threshold_strict: self.threshold_strict.unsigned_abs(),
            second: self.second.unsigned_abs(),
            third: self.third.unsigned_abs(),
            severity: Severity::from_code(&self.severity).ok_or_else(|| unknown_code("severity", &self.severity))?,
            route: Route::from_code(&self.route).ok_or_else(|| unknown_code("route", &self.route))?,
            enabled: self.enabled,
            visit_breaks: self.visit_breaks,
        })
    }
}

/// The newest version of each rule, in the order of the codes.
pub async fn in_force(tx: &mut Tx, scope: &Scope<actions::ListRules>) -> Result<Vec<Rule>> {
    let rows = sqlx::query_as!(
        Row,
        r#"
        SELECT DISTINCT ON (code) code, version, threshold, threshold_strict, second, third, severity, route, enabled, visit_breaks
        FROM desk.rules WHERE ward_id = $1 ORDER BY code, version DESC
        "#,
        scope.ward().uuid()
    )
    .fetch_all(tx.conn())
    .await?;
    let mut rules = rows.iter().map(Row::rule).collect::<Result<Vec<_>>>()?;
    rules.sort_by_key(|rule| rule.code);
    Ok(rules)
}

/// The ward's clocks on calls, as they stand.
pub(super) async fn clocks(tx: &mut Tx, permit: &Permit<actions::RouteAlert>) -> Result<Clocks> {
    let codes: Vec<String> = RuleCode::ALL.iter().filter(|code| code.is_clock()).map(|code| code.code().to_owned()).collect();
    let rows = sqlx::query_as!(
        Row,
        r#"
        SELECT DISTINCT ON (code) code, version, threshold, threshold_strict, second, third, severity, route, enabled, visit_breaks
        FROM desk.rules WHERE ward_id = $1 AND code = ANY ($2) ORDER BY code, version DESC
        "#,
        permit.ward().uuid(),
        &codes
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(Clocks::of(&rows.iter().map(Row::rule).collect::<Result<Vec<_>>>()?))
}

/// One version of a rule, since when, by whom and why.
#[derive(Debug)]
pub struct Version {
    pub rule: Rule,
    pub from: Timestamp,
    /// Nobody's where the hub brought it.
    pub by: Option<String>,
    pub why: String,
}

/// Every version of a rule, newest first; none where the ward has no such rule.
pub async fn versions<A: ReadsRule>(tx: &mut Tx, permit: &Permit<A>, code: RuleCode) -> Result<Vec<Version>> {
    let rows = sqlx::query!(
        r#"
        SELECT r.code, r.version, r.threshold, r.threshold_strict, r.second, r.third, r.severity, r.route, r.enabled, r.visit_breaks
             , r.from_at, r.why, p.display_name AS "by?"
        FROM desk.rules r
        LEFT JOIN hub.people p ON p.ward_id = r.ward_id AND p.id = r.changed_by
        WHERE r.ward_id = $1 AND r.code = $2 ORDER BY r.version DESC
        "#,
        permit.ward().uuid(),
        code.code()
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|row| {
            let stored = Row {
                code: row.code,
                version: row.version,
                threshold: row.threshold,
                threshold_strict: row.threshold_strict,
                second: row.second,
                third: row.third,
                severity: row.severity,
                route: row.route,
                enabled: row.enabled,
                visit_breaks: row.visit_breaks,
            };
            Ok(Version { rule: stored.rule()?, from: row.from_at.to_jiff(), by: row.by, why: row.why })
        })
        .collect()
}

/// A number of a rule as its column holds it.
pub(super) fn column(number: u32) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

/// Somebody else changed the rule since the form was shown; nothing was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stale;

/// Writes the next version down, if no other has come in between.
pub async fn change(tx: &mut Tx, permit: &Permit<actions::EditRules>, change: &Change) -> Result<Result<(), Stale>> {
    let rule = &change.rule;
    let written = sqlx::query!(
        r#"
        INSERT INTO desk.rules
            (ward_id, code, version, threshold, threshold_strict, second, third, severity, route, enabled, visit_breaks, from_at, changed_by, why)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
        ON CONFLICT DO NOTHING
        "#,
        permit.ward().uuid(),
        rule.code.code(),
        rule.version,
        column(rule.threshold),
        column(rule.threshold_strict),
        column(rule.second),
        column(rule.third),
        rule.severity.code(),
        rule.route.code(),
        rule.enabled,
        rule.visit_breaks,
        tx.now().to_sqlx(),
        permit.person().map(Id::uuid),
        change.why
    )
    .execute(tx.conn())
    .await?;
    Ok(if written.rows_affected() == 1 { Ok(()) } else { Err(Stale) })
}
