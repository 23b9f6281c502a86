//! How much lies where in a team, and of what use the rules are: numbers, never a child.

use jiff::{Timestamp, civil::Date};
use jiff_sqlx::ToSqlx;

use super::{
    Result, Tx,
    alerts::Stored,
    sql::{unknown_code, uuids},
};
use crate::{
    domain::{
        alert::{Care, State, Usefulness},
        clock::japan_instant,
        ids::{Id, Person},
        quality::Rated,
        rule::RuleCode,
        workload::Burden,
    },
    gate::{Scope, actions},
};

/// Every alert of these offices that is not closed.
pub async fn burdens(tx: &mut Tx, scope: &Scope<actions::ReadTeam>) -> Result<Vec<Burden>> {
    let rows = sqlx::query!(
        r#"
        SELECT a.state, a.holder_id AS "holder: Id<Person>", p.display_name AS "name?", a.raised_at, a.due_at, a.visit_at, a.snoozed_until
             , c.received_at AS "received_at?", c.due_at AS "check_due_at?", c.hours AS "hours?"
             , c.rule_version AS "version?", c.seen_at, c.cause AS "cause?"
        FROM desk.alerts a
        LEFT JOIN hub.people p ON p.ward_id = a.ward_id AND p.id = a.holder_id
        LEFT JOIN desk.safety_checks c ON c.ward_id = a.ward_id AND c.alert_id = a.id AND c.seen_at IS NULL
        WHERE a.ward_id = $1 AND a.office_id = ANY ($2) AND a.state <> 'closed'
        "#,
        scope.ward().uuid(),
        &uuids(scope.organizations()),
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|row| {
            let stored = Stored {
                cause: row.cause,
                received_at: row.received_at,
                due_at: row.check_due_at,
                hours: row.hours,
                version: row.version,
                told: None,
                seen_at: row.seen_at,
            };
            Ok(Burden {
                holder: row.holder.zip(row.name),
                state: State::from_code(&row.state).ok_or_else(|| unknown_code("state", &row.state))?,
                raised_at: row.raised_at.to_jiff(),
                due_at: row.due_at.to_jiff(),
                care: Care {
                    snoozed_until: row.snoozed_until.map(jiff_sqlx::Timestamp::to_jiff),
                    visit_at: row.visit_at.map(jiff_sqlx::Timestamp::to_jiff),
                    check: stored.check()?,
                },
            })
        })
        .collect()
}

/// How many were closed since an instant.
pub async fn closed_since(tx: &mut Tx, scope: &Scope<actions::ReadTeam>, since: Timestamp) -> Result<i64> {
    sqlx::query_scalar!(
        r#"
        SELECT count(*) AS "count!" FROM desk.alerts
        WHERE ward_id = $1 AND office_id = ANY ($2) AND state = 'closed' AND closed_at >= $3
        "#,
        scope.ward().uuid(),
        &uuids(scope.organizations()),
        since.to_sqlx(),
    )
    .fetch_one(tx.conn())
    .await
}

/// The alerts raised from the day `from` on and before the day `before`.
pub async fn rated(tx: &mut Tx, scope: &Scope<actions::ReadTeam>, from: Date, before: Date) -> Result<Vec<Rated>> {
    let instant = |day: Date| japan_instant(day.to_datetime(jiff::civil::Time::midnight())).to_sqlx();
    let rows = sqlx::query!(
        r#"
        SELECT a.rule, a.usefulness
             , (SELECT extract(epoch FROM min(s.at) - a.raised_at)::bigint / 60 FROM desk.alert_steps s
                WHERE s.ward_id = a.ward_id AND s.alert_id = a.id AND s.event IN ('taken', 'handed_on')) AS minutes
        FROM desk.alerts a
        WHERE a.ward_id = $1 AND a.office_id = ANY ($2) AND a.raised_at >= $3 AND a.raised_at < $4
        "#,
        scope.ward().uuid(),
        &uuids(scope.organizations()),
        instant(from),
        instant(before),
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|row| {
            let usefulness =
                row.usefulness.map(|code| Usefulness::from_code(&code).ok_or_else(|| unknown_code("usefulness", &code)));
            Ok(Rated {
                rule: RuleCode::from_code(&row.rule).ok_or_else(|| unknown_code("rule", &row.rule))?,
                usefulness: usefulness.transpose()?,
                minutes: row.minutes,
            })
        })
        .collect()
}
