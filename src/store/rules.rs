//! The rules a ward has in force.

use super::{Result, Tx, sql::unknown_code};
use crate::{
    domain::rule::{Rule, RuleCode, Severity},
    gate::{Scope, actions},
};

/// The newest version of each rule, in the order of the codes.
pub async fn in_force(tx: &mut Tx, scope: &Scope<actions::ListRules>) -> Result<Vec<Rule>> {
    let rows = sqlx::query!(
        r#"
        SELECT DISTINCT ON (code) code, version, threshold, threshold_strict, severity, enabled, visit_breaks
        FROM desk.rules WHERE ward_id = $1 ORDER BY code, version DESC
        "#,
        scope.ward().uuid()
    )
    .fetch_all(tx.conn())
    .await?;
    let mut rules = rows
        .into_iter()
        .map(|row| {
            Ok(Rule {
                code: RuleCode::from_code(&row.code).ok_or_else(|| unknown_code("rule", &row.code))?,
                version: row.version,
                // The table holds both between 1 and 400.
                threshold: row.threshold.unsigned_abs(),
                threshold_strict: row.threshold_strict.unsigned_abs(),
                severity: Severity::from_code(&row.severity).ok_or_else(|| unknown_code("severity", &row.severity))?,
                enabled: row.enabled,
                visit_breaks: row.visit_breaks,
            })
        })
        .collect::<Result<Vec<_>>>()?;
    rules.sort_by_key(|rule| rule.code);
    Ok(rules)
}
