//! Back-tests: asked for by whoever may change a rule, done batch by batch by a duty, forgotten after a day.

use jiff::{SignedDuration, civil::Date};
use jiff_sqlx::ToSqlx;
use serde_json::{Value, json};

use super::{
    Result, Tx,
    rules::{Row, column},
    sql::{unknown_code, uuids},
};
use crate::{
    domain::{
        backtest::{self, Difference, State},
        ids::{self, Id, Person, Watch},
        rule::{Change, Rule, RuleCode},
    },
    gate::{Actor, Permit, Scope, actions},
};

/// How long somebody can come back to what was found.
const PATIENCE: SignedDuration = SignedDuration::from_hours(24);

/// A back-test as it stands.
#[derive(Debug, Clone)]
pub struct BackTest {
    pub id: Id<ids::BackTest>,
    /// As somebody would have it; its version is the one after the rule as it was.
    pub rule: Rule,
    pub why: String,
    pub asked_by: Id<Person>,
    pub from: Date,
    pub until: Date,
    pub state: State,
    /// How many watches there are to look at, once that was counted, and how many were.
    pub total: Option<i32>,
    pub looked_at: i32,
    pub alerts_old: i32,
    pub alerts_new: i32,
    pub kept: i32,
    /// For how many watches something would be different.
    pub children: i32,
    pub lead_old: Option<i32>,
    pub lead_new: Option<i32>,
}

/// Puts the question; whoever asks the same of the same rule on the same day is given the one there is. `None` when too many others are
/// under way: the transaction is to be dropped then.
pub async fn ask(tx: &mut Tx, permit: &Permit<actions::EditRules>, change: &Change) -> Result<Option<Id<ids::BackTest>>> {
    let (from, until) = backtest::period(tx.today());
    let rule = &change.rule;
    let asked = sqlx::query!(
        r#"
        INSERT INTO desk.back_tests
            (ward_id, id, code, base, threshold, threshold_strict, second, third, severity, route, enabled, visit_breaks, why, from_on, until_on, state, asked_by, asked_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, 'waiting', $16, $17)
        ON CONFLICT (ward_id, code, base, threshold, threshold_strict, second, third, severity, route, enabled, visit_breaks, until_on)
            WHERE state IN ('waiting', 'running', 'done')
        DO UPDATE SET why = CASE WHEN back_tests.asked_by = EXCLUDED.asked_by THEN EXCLUDED.why ELSE back_tests.why END
        RETURNING id AS "id: Id<ids::BackTest>", xmax::text = '0' AS "is_new!"
        "#,
        permit.ward().uuid(),
        Id::<ids::BackTest>::random().uuid(),
        rule.code.code(),
        rule.version.saturating_sub(1),
        column(rule.threshold),
        column(rule.threshold_strict),
        column(rule.second),
        column(rule.third),
        rule.severity.code(),
        rule.route.code(),
        rule.enabled,
        rule.visit_breaks,
        change.why,
        from.to_sqlx(),
        until.to_sqlx(),
        permit.person().map(Id::uuid),
        tx.now().to_sqlx()
    )
    .fetch_one(tx.conn())
    .await?;
    let under_way = sqlx::query_scalar!(
        r#"SELECT count(*) AS "count!" FROM desk.back_tests WHERE ward_id = $1 AND state IN ('waiting', 'running')"#,
        permit.ward().uuid()
    )
    .fetch_one(tx.conn())
    .await?;
    Ok((!asked.is_new || under_way <= backtest::MOST_AT_ONCE).then_some(asked.id))
}

/// A back-test of this rule; `None` when there is none, or none any more.
pub async fn read(
    tx: &mut Tx,
    permit: &Permit<actions::EditRules>,
    code: RuleCode,
    id: Id<ids::BackTest>,
) -> Result<Option<BackTest>> {
    let row = sqlx::query!(
        r#"
        SELECT code, base, threshold, threshold_strict, second, third, severity, route, enabled, visit_breaks, why, from_on, until_on, state
             , total, looked_at, alerts_old, alerts_new, kept, children, lead_old, lead_new, asked_by AS "asked_by: Id<Person>"
        FROM desk.back_tests WHERE ward_id = $1 AND code = $2 AND id = $3
        "#,
        permit.ward().uuid(),
        code.code(),
        id.uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    row.map(|row| {
        let stored = Row {
            code: row.code,
            version: row.base.saturating_add(1),
            threshold: row.threshold,
            threshold_strict: row.threshold_strict,
            second: row.second,
            third: row.third,
            severity: row.severity,
            route: row.route,
            enabled: row.enabled,
            visit_breaks: row.visit_breaks,
        };
        Ok(BackTest {
            id,
            rule: stored.rule()?,
            why: row.why,
            asked_by: row.asked_by,
            from: row.from_on.to_jiff(),
            until: row.until_on.to_jiff(),
            state: State::from_code(&row.state).ok_or_else(|| unknown_code("state", &row.state))?,
            total: row.total,
            looked_at: row.looked_at,
            alerts_old: row.alerts_old,
            alerts_new: row.alerts_new,
            kept: row.kept,
            children: row.children,
            lead_old: row.lead_old,
            lead_new: row.lead_new,
        })
    })
    .transpose()
}

/// Stops it; `false` when it was over already.
pub async fn cancel(tx: &mut Tx, permit: &Permit<actions::EditRules>, code: RuleCode, id: Id<ids::BackTest>) -> Result<bool> {
    let done = sqlx::query!(
        r#"
        UPDATE desk.back_tests SET state = 'cancelled', ended_at = $4
        WHERE ward_id = $1 AND code = $2 AND id = $3 AND state IN ('waiting', 'running')
        "#,
        permit.ward().uuid(),
        code.code(),
        id.uuid(),
        tx.now().to_sqlx()
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// A child for whom something would have been different.
#[derive(Debug, Clone)]
pub struct Line {
    pub watch: Id<Watch>,
    pub name: String,
    pub grade: String,
    pub class: String,
    pub facility: String,
    /// 支援措置: nobody is told where the child is.
    pub protected: bool,
    pub alerts_old: i32,
    pub alerts_new: i32,
}

/// The children the asking office may know of, those with the greatest difference first, and how many there are in all.
pub async fn children(
    tx: &mut Tx,
    scope: &Scope<actions::ListRequests>,
    id: Id<ids::BackTest>,
    (limit, offset): (i64, i64),
) -> Result<(Vec<Line>, i64)> {
    let rows = sqlx::query!(
        r#"
        SELECT w.id AS "watch: Id<Watch>", w.name, w.grade, w.class, f.name AS facility, w.discreet, b.alerts_old, b.alerts_new, count(*) OVER () AS "total!"
        FROM desk.back_test_watches b
        JOIN desk.requests r ON r.ward_id = b.ward_id AND r.watch_id = b.watch_id
        JOIN watch.watches w ON w.ward_id = b.ward_id AND w.id = b.watch_id
        JOIN hub.organizations f ON f.ward_id = w.ward_id AND f.id = w.facility_id
        WHERE b.ward_id = $1 AND b.back_test_id = $2 AND r.office_id = ANY ($3) AND (b.alerts_old <> b.kept OR b.alerts_new <> b.kept)
        ORDER BY b.alerts_old + b.alerts_new - 2 * b.kept DESC, w.kana = '', w.kana, w.name, w.id
        LIMIT $4 OFFSET $5
        "#,
        scope.ward().uuid(),
        id.uuid(),
        &uuids(scope.organizations()),
        limit,
        offset
    )
    .fetch_all(tx.conn())
    .await?;
    let total = rows.first().map_or(0, |row| row.total);
    let lines = rows.into_iter().map(|row| Line {
        watch: row.watch,
        name: row.name,
        grade: row.grade,
        class: row.class,
        facility: row.facility,
        protected: row.discreet,
        alerts_old: row.alerts_old,
        alerts_new: row.alerts_new,
    });
    Ok((lines.collect(), total))
}

/// Whether there is anything to do for the ward: one to go on with, or an old one to forget. Reads no child.
pub async fn is_due(tx: &mut Tx, actor: &Actor) -> Result<bool> {
    sqlx::query_scalar!(
        r#"
        SELECT EXISTS (SELECT FROM desk.back_tests WHERE ward_id = $1 AND (state IN ('waiting', 'running') OR asked_at <= $2)) AS "due!"
        "#,
        actor.ward().uuid(),
        (tx.now() - PATIENCE).to_sqlx()
    )
    .fetch_one(tx.conn())
    .await
}

/// A back-test that a worker goes on with, locked until its transaction ends.
#[derive(Debug, Clone, Copy)]
pub struct Taken {
    pub id: Id<ids::BackTest>,
    pub old: Rule,
    pub new: Rule,
    pub from: Date,
    pub until: Date,
    pub total: Option<i32>,
    /// The watch the last batch ended with.
    pub after: Option<Id<Watch>>,
}

/// The oldest one that is not over and that no other worker has in hand.
pub async fn take(tx: &mut Tx, permit: &Permit<actions::RunBackTest>) -> Result<Option<Taken>> {
    let row = sqlx::query!(
        r#"
        SELECT t.id AS "id: Id<ids::BackTest>", t.code, t.base, t.threshold, t.threshold_strict, t.second, t.third, t.severity, t.route, t.enabled
             , t.visit_breaks, t.from_on, t.until_on, t.total, t.last_watch AS "after: Id<Watch>"
             , r.threshold AS was, r.threshold_strict AS was_strict, r.second AS was_second, r.third AS was_third
             , r.severity AS was_severity, r.route AS was_route, r.enabled AS was_enabled, r.visit_breaks AS was_breaking
        FROM desk.back_tests t
        JOIN desk.rules r ON r.ward_id = t.ward_id AND r.code = t.code AND r.version = t.base
        WHERE t.ward_id = $1 AND t.state IN ('waiting', 'running')
        ORDER BY t.asked_at, t.id LIMIT 1 FOR UPDATE OF t SKIP LOCKED
        "#,
        permit.ward().uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    row.map(|row| {
        let old = Row {
            code: row.code.clone(),
            version: row.base,
            threshold: row.was,
            threshold_strict: row.was_strict,
            second: row.was_second,
            third: row.was_third,
            severity: row.was_severity,
            route: row.was_route,
            enabled: row.was_enabled,
            visit_breaks: row.was_breaking,
        };
        let new = Row {
            code: row.code,
            version: row.base.saturating_add(1),
            threshold: row.threshold,
            threshold_strict: row.threshold_strict,
            second: row.second,
            third: row.third,
            severity: row.severity,
            route: row.route,
            enabled: row.enabled,
            visit_breaks: row.visit_breaks,
        };
        Ok(Taken {
            id: row.id,
            old: old.rule()?,
            new: new.rule()?,
            from: row.from_on.to_jiff(),
            until: row.until_on.to_jiff(),
            total: row.total,
            after: row.after,
        })
    })
    .transpose()
}

/// Writes down what a batch found, and how far the test has come with it.
pub async fn advance(
    tx: &mut Tx,
    permit: &Permit<actions::RunBackTest>,
    taken: &Taken,
    found: &[Difference],
    (total, last): (i32, Option<Id<Watch>>),
) -> Result<()> {
    let sum = |of: fn(&Difference) -> u32| column(found.iter().map(of).sum::<u32>());
    let different = found.iter().filter(|one| one.more() + one.fewer() > 0).count();
    sqlx::query!(
        r#"
        UPDATE desk.back_tests SET state = 'running', total = $3, looked_at = looked_at + $4, last_watch = coalesce($5, last_watch)
             , alerts_old = alerts_old + $6, alerts_new = alerts_new + $7, kept = kept + $8, children = children + $9
        WHERE ward_id = $1 AND id = $2
        "#,
        permit.ward().uuid(),
        taken.id.uuid(),
        total,
        i32::try_from(found.len()).unwrap_or(i32::MAX),
        last.map(Id::uuid),
        sum(|one| one.old),
        sum(|one| one.new),
        sum(|one| one.kept),
        i32::try_from(different).unwrap_or(i32::MAX)
    )
    .execute(tx.conn())
    .await?;
    let rows = Value::Array(found.iter().filter(|one| !one.is_silent()).map(line).collect());
    sqlx::query!(
        r#"
        INSERT INTO desk.back_test_watches (ward_id, back_test_id, watch_id, alerts_old, alerts_new, kept, leads_old, leads_new)
        SELECT $1, $2, x.watch, x.old, x.new, x.kept, x.leads_old, x.leads_new
        FROM jsonb_to_recordset($3) AS x (watch uuid, old integer, new integer, kept integer, leads_old integer[], leads_new integer[])
        "#,
        permit.ward().uuid(),
        taken.id.uuid(),
        rows
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

fn line(found: &Difference) -> Value {
    json!({
        "watch": found.watch, "old": found.old, "new": found.new, "kept": found.kept,
        "leads_old": found.leads_old, "leads_new": found.leads_new,
    })
}

/// Every watch was looked at: the medians, and the end.
pub async fn finish(tx: &mut Tx, permit: &Permit<actions::RunBackTest>, taken: &Taken) -> Result<()> {
    sqlx::query!(
        r#"
        UPDATE desk.back_tests SET state = 'done', ended_at = $3
             , lead_old = ( SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY l.days)
                            FROM desk.back_test_watches b CROSS JOIN unnest(b.leads_old) AS l (days) WHERE b.ward_id = $1 AND b.back_test_id = $2 )
             , lead_new = ( SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY l.days)
                            FROM desk.back_test_watches b CROSS JOIN unnest(b.leads_new) AS l (days) WHERE b.ward_id = $1 AND b.back_test_id = $2 )
        WHERE ward_id = $1 AND id = $2
        "#,
        permit.ward().uuid(),
        taken.id.uuid(),
        tx.now().to_sqlx()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// It cannot be done: whoever waits for it is told so, and nobody tries it for ever.
pub async fn fail(tx: &mut Tx, permit: &Permit<actions::RunBackTest>, id: Id<ids::BackTest>) -> Result<()> {
    sqlx::query!(
        "UPDATE desk.back_tests SET state = 'failed', ended_at = $3 WHERE ward_id = $1 AND id = $2 AND state IN ('waiting', 'running')",
        permit.ward().uuid(),
        id.uuid(),
        tx.now().to_sqlx()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Drops what has outlived its day; how many that were.
pub async fn forget(tx: &mut Tx, permit: &Permit<actions::RunBackTest>) -> Result<u64> {
    let old = (tx.now() - PATIENCE).to_sqlx();
    let gone = sqlx::query!("DELETE FROM desk.back_tests WHERE ward_id = $1 AND asked_at <= $2", permit.ward().uuid(), old)
        .execute(tx.conn())
        .await?;
    Ok(gone.rows_affected())
}
