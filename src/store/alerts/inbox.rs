//! The inbox: one page of alerts of one view, with the names and days its rows show.

use std::collections::HashMap;

use jiff_sqlx::{Date, Timestamp, ToSqlx};
use uuid::Uuid;

use super::{Row, Strips, care::Stored, strips};
use crate::{
    domain::{
        alert::{Alert, Care},
        coded::coded,
        ids::{self, Child, Id, Organization, Person, Watch},
        reply::Answer,
        rule::{RuleCode, Severity},
    },
    gate::{Scope, actions},
    store::{
        Result, Tx,
        sql::{unknown_code, uuids},
    },
};

coded! {
    /// A tab of the inbox.
    pub enum View {
        /// 担当なし
        Unassigned = "unassigned",
        /// 自分の担当
        Mine = "mine",
        /// 係の対応中
        Team = "team",
        /// 保留中
        Snoozed = "snoozed",
        /// 終結
        Closed = "closed",
    }
}

/// What the list is narrowed to.
#[derive(Debug, Clone)]
pub struct Filter {
    pub view: View,
    pub severity: Option<Severity>,
    pub facility: Option<Id<Organization>>,
    pub rule: Option<RuleCode>,
    pub district: Option<String>,
    /// Raised since then.
    pub since: Option<jiff::Timestamp>,
    pub limit: i64,
    pub offset: i64,
}

/// One alert of the list.
#[derive(Debug)]
pub struct Line {
    pub alert: Alert,
    pub child: Id<Child>,
    pub name: String,
    pub kana: String,
    pub grade: String,
    pub class: String,
    pub facility_name: String,
    pub facility_kind: String,
    /// 支援措置: nobody is told where the child is.
    pub protected: bool,
    pub holder_name: Option<String>,
    pub care: Care,
    /// Why it rests, while it does.
    pub snoozed_because: String,
    /// What a facility said last to a question asked for it, and when: an answer, or a report.
    pub said: Option<(Option<Answer>, jiff::Timestamp)>,
}

/// The alerts of one child in one view: the first of them in the order of the list, and the others folded below it.
#[derive(Debug)]
pub struct Group {
    pub first: Line,
    pub others: Vec<Line>,
}

/// How many alerts each tab holds; closed ones are not counted.
#[derive(Debug, Clone, Copy)]
pub struct Counts {
    pub unassigned: i64,
    pub mine: i64,
    pub team: i64,
    pub snoozed: i64,
}

pub async fn counts(tx: &mut Tx, scope: &Scope<actions::ListAlerts>) -> Result<Counts> {
    sqlx::query_as!(
        Counts,
        r#"
        SELECT count(*) FILTER (WHERE state = 'open') AS "unassigned!"
             , count(*) FILTER (WHERE state = 'taken' AND holder_id = $3 AND (snoozed_until IS NULL OR snoozed_until <= $4)) AS "mine!"
             , count(*) FILTER (WHERE state = 'taken' AND (snoozed_until IS NULL OR snoozed_until <= $4)) AS "team!"
             , count(*) FILTER (WHERE state = 'taken' AND snoozed_until > $4) AS "snoozed!"
        FROM desk.alerts WHERE ward_id = $1 AND office_id = ANY ($2) AND state <> 'closed'
        "#,
        scope.ward().uuid(),
        &uuids(scope.organizations()),
        scope.person().map(Id::uuid),
        tx.now().to_sqlx(),
    )
    .fetch_one(tx.conn())
    .await
}

/// The alerts of the view, a group a child: gravest first, those that still hold before those a correction took the ground from,
/// then by due time. Closed ones stand alone, newest first: there one looks for what was done. With the last days of their children.
pub async fn inbox(tx: &mut Tx, scope: &Scope<actions::ListAlerts>, filter: &Filter) -> Result<(Vec<Group>, Strips)> {
    let found = match filter.view {
        View::Closed => closed(tx, scope, filter).await?.into_iter().map(|id| (id, Vec::new())).collect(),
        _ => living(tx, scope, filter).await?,
    };
    let ids: Vec<_> = found.iter().flat_map(|(first, others)| std::iter::once(first).chain(others)).copied().collect();
    let lines = lines(tx, scope, &ids).await?;
    let children: Vec<_> = lines.iter().map(|line| line.child).collect();
    let strips = strips::of(tx, scope, &children).await?;
    let mut lines: HashMap<_, _> = lines.into_iter().map(|line| (line.alert.id.uuid(), line)).collect();
    let groups = found.into_iter().filter_map(|(first, others)| {
        let first = lines.remove(&first)?;
        Some(Group { first, others: others.iter().filter_map(|other| lines.remove(other)).collect() })
    });
    Ok((groups.collect(), strips))
}

async fn living(tx: &mut Tx, scope: &Scope<actions::ListAlerts>, filter: &Filter) -> Result<Vec<(Uuid, Vec<Uuid>)>> {
    let state = if filter.view == View::Unassigned { "open" } else { "taken" };
    let holder = scope.person().filter(|_| filter.view == View::Mine);
    let rows = sqlx::query!(
        r#"
        WITH found AS
            ( SELECT a.id, w.child_id, row_number() OVER line AS place, row_number() OVER child AS nth
              FROM desk.alerts a
              JOIN watch.watches w ON w.ward_id = a.ward_id AND w.id = a.watch_id
              WHERE a.ward_id = $1 AND a.office_id = ANY ($2) AND a.state <> 'closed' AND a.state = $3
                AND ($4::uuid IS NULL OR a.holder_id = $4) AND ($5::text IS NULL OR a.severity = $5) AND ($6::uuid IS NULL OR a.facility_id = $6)
                AND ($7::text IS NULL OR a.rule = $7) AND ($8::timestamptz IS NULL OR a.raised_at >= $8)
                AND ($9::text IS NULL OR EXISTS (SELECT FROM hub.organizations o WHERE o.ward_id = a.ward_id AND o.id = a.facility_id AND o.district = $9))
                AND (a.snoozed_until IS NOT NULL AND a.snoozed_until > $10) = $11
              WINDOW line AS (ORDER BY CASE WHEN $11 THEN a.snoozed_until END, a.severity_rank, a.condition = 'not_met', a.due_at, a.id)
                   , child AS (PARTITION BY w.child_id ORDER BY CASE WHEN $11 THEN a.snoozed_until END, a.severity_rank, a.condition = 'not_met', a.due_at, a.id) )
        SELECT f.id AS "first!", coalesce((SELECT array_agg(o.id ORDER BY o.nth) FROM found o WHERE o.child_id = f.child_id AND o.nth > 1), '{}') AS "others!"
        FROM found f WHERE f.nth = 1 ORDER BY f.place LIMIT $12 OFFSET $13
        "#,
        scope.ward().uuid(),
        &uuids(scope.organizations()),
        state,
        holder.map(Id::uuid),
        filter.severity.map(Severity::code),
        filter.facility.map(Id::uuid),
        filter.rule.map(RuleCode::code),
        filter.since.map(ToSqlx::to_sqlx),
        filter.district.as_deref(),
        tx.now().to_sqlx(),
        filter.view == View::Snoozed,
        filter.limit,
        filter.offset,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|row| (row.first, row.others)).collect())
}

async fn closed(tx: &mut Tx, scope: &Scope<actions::ListAlerts>, filter: &Filter) -> Result<Vec<Uuid>> {
    sqlx::query_scalar!(
        r#"
        SELECT a.id FROM desk.alerts a
        WHERE a.ward_id = $1 AND a.office_id = ANY ($2) AND a.state = 'closed'
          AND ($3::text IS NULL OR a.severity = $3) AND ($4::uuid IS NULL OR a.facility_id = $4)
          AND ($5::text IS NULL OR a.rule = $5) AND ($6::timestamptz IS NULL OR a.raised_at >= $6)
          AND ($7::text IS NULL OR EXISTS (SELECT FROM hub.organizations o WHERE o.ward_id = a.ward_id AND o.id = a.facility_id AND o.district = $7))
        ORDER BY a.closed_at DESC, a.id LIMIT $8 OFFSET $9
        "#,
        scope.ward().uuid(),
        &uuids(scope.organizations()),
        filter.severity.map(Severity::code),
        filter.facility.map(Id::uuid),
        filter.rule.map(RuleCode::code),
        filter.since.map(ToSqlx::to_sqlx),
        filter.district.as_deref(),
        filter.limit,
        filter.offset,
    )
    .fetch_all(tx.conn())
    .await
}

async fn lines(tx: &mut Tx, scope: &Scope<actions::ListAlerts>, ids: &[Uuid]) -> Result<Vec<Line>> {
    let rows = sqlx::query_as!(
        Named,
        r#"
        SELECT a.id AS "id!: Id<ids::Alert>", a.watch_id AS "watch!: Id<Watch>", a.rule AS "rule!", a.severity AS "severity!"
             , a.level AS "level!", a.count AS "count!", a.as_of AS "as_of!", a.condition AS "condition!", a.state AS "state!"
             , a.holder_id AS "holder?: Id<Person>", a.raised_at AS "raised_at!", a.due_at AS "due_at!", a.outcome AS "outcome?"
             , a.revision AS "revision!", w.child_id AS "child!: Id<Child>", w.name AS "name!", w.kana AS "kana!", w.grade AS "grade!"
             , w.class AS "class!", o.name AS "facility_name!", o.kind AS "facility_kind!", w.discreet AS "protected!", p.display_name AS "holder_name?"
             , a.visit_at AS "visit_at?", a.snoozed_until AS "snoozed_until?", c.cause AS "cause?", c.received_at AS "received_at?"
             , c.due_at AS "check_due_at?", c.hours AS "hours?", c.rule_version AS "version?", c.told AS "told?", c.seen_at AS "seen_at?"
             , CASE WHEN a.snoozed_until IS NOT NULL THEN
                 ( SELECT s.note FROM desk.alert_steps s WHERE s.ward_id = a.ward_id AND s.alert_id = a.id AND s.event = 'snoozed'
                   ORDER BY s.revision DESC LIMIT 1 ) END AS "snoozed_because?"
             , said.answer AS "answer?", said.told_at AS "told_at?"
        FROM unnest($2::uuid[]) WITH ORDINALITY AS asked (id, place)
        JOIN desk.alerts a ON a.ward_id = $1 AND a.id = asked.id
        JOIN watch.watches w ON w.ward_id = a.ward_id AND w.id = a.watch_id
        JOIN hub.organizations o ON o.ward_id = a.ward_id AND o.id = a.facility_id
        LEFT JOIN hub.people p ON p.ward_id = a.ward_id AND p.id = a.holder_id
        LEFT JOIN LATERAL
            ( SELECT s.cause, s.received_at, s.due_at, s.told, s.seen_at, s.hours, s.rule_version FROM desk.safety_checks s
              WHERE s.ward_id = a.ward_id AND s.alert_id = a.id ORDER BY s.received_at DESC LIMIT 1 ) c ON true
        LEFT JOIN LATERAL
            ( SELECT i.answer, i.told_at FROM desk.inquiries q
              JOIN watch.inquiries i ON i.ward_id = q.ward_id AND i.watch_id = q.watch_id AND i.day = q.day
              WHERE q.ward_id = a.ward_id AND q.alert_id = a.id AND i.told IS NOT NULL ORDER BY i.told_at DESC LIMIT 1 ) said ON true
        ORDER BY asked.place
        "#,
        scope.ward().uuid(),
        ids,
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter().map(Line::try_from).collect()
}

/// A row with its names.
struct Named {
    id: Id<ids::Alert>,
    watch: Id<Watch>,
    rule: String,
    severity: String,
    level: i32,
    count: i32,
    as_of: Date,
    condition: String,
    state: String,
    holder: Option<Id<Person>>,
    raised_at: Timestamp,
    due_at: Timestamp,
    outcome: Option<String>,
    revision: i64,
    child: Id<Child>,
    name: String,
    kana: String,
    grade: String,
    class: String,
    facility_name: String,
    facility_kind: String,
    protected: bool,
    holder_name: Option<String>,
    visit_at: Option<Timestamp>,
    snoozed_until: Option<Timestamp>,
    cause: Option<String>,
    received_at: Option<Timestamp>,
    check_due_at: Option<Timestamp>,
    hours: Option<Vec<i32>>,
    version: Option<i32>,
    told: Option<String>,
    seen_at: Option<Timestamp>,
    snoozed_because: Option<String>,
    answer: Option<String>,
    told_at: Option<Timestamp>,
}

impl TryFrom<Named> for Line {
    type Error = crate::store::Error;

    fn try_from(named: Named) -> Result<Self> {
        let row = Row {
            id: named.id,
            watch: named.watch,
            rule: named.rule,
            severity: named.severity,
            level: named.level,
            count: named.count,
            as_of: named.as_of,
            condition: named.condition,
            state: named.state,
            holder: named.holder,
            raised_at: named.raised_at,
            due_at: named.due_at,
            outcome: named.outcome,
            revision: named.revision,
        };
        let stored = Stored {
            cause: named.cause,
            received_at: named.received_at,
            due_at: named.check_due_at,
            hours: named.hours,
            version: named.version,
            told: named.told,
            seen_at: named.seen_at,
        };
        let care = Care {
            snoozed_until: named.snoozed_until.map(Timestamp::to_jiff),
            visit_at: named.visit_at.map(Timestamp::to_jiff),
            check: stored.check()?,
        };
        let answer = named.answer.map(|code| Answer::from_code(&code).ok_or_else(|| unknown_code("answer", &code))).transpose()?;
        Ok(Self {
            alert: row.try_into()?,
            care,
            snoozed_because: named.snoozed_because.unwrap_or_default(),
            said: named.told_at.map(|at| (answer, at.to_jiff())),
            child: named.child,
            name: named.name,
            kana: named.kana,
            grade: named.grade,
            class: named.class,
            facility_name: named.facility_name,
            facility_kind: named.facility_kind,
            protected: named.protected,
            holder_name: named.holder_name,
        })
    }
}

/// The facilities about which these offices have ever had an alert, by name: what the list can be narrowed to.
pub async fn facilities(tx: &mut Tx, scope: &Scope<actions::ListAlerts>) -> Result<Vec<(Id<Organization>, String)>> {
    let rows = sqlx::query!(
        r#"
        SELECT o.id AS "id: Id<Organization>", o.name FROM hub.organizations o
        WHERE o.ward_id = $1 AND EXISTS
            (SELECT FROM desk.alerts a WHERE a.ward_id = o.ward_id AND a.facility_id = o.id AND a.office_id = ANY ($2))
        ORDER BY o.name
        "#,
        scope.ward().uuid(),
        &uuids(scope.organizations()),
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.name)).collect())
}

/// The districts of those facilities: what else the list can be narrowed to.
pub async fn districts(tx: &mut Tx, scope: &Scope<actions::ListAlerts>) -> Result<Vec<String>> {
    sqlx::query_scalar!(
        r#"
        SELECT DISTINCT o.district FROM hub.organizations o
        WHERE o.ward_id = $1 AND o.district <> '' AND EXISTS
            (SELECT FROM desk.alerts a WHERE a.ward_id = o.ward_id AND a.facility_id = o.id AND a.office_id = ANY ($2))
        ORDER BY o.district
        "#,
        scope.ward().uuid(),
        &uuids(scope.organizations()),
    )
    .fetch_all(tx.conn())
    .await
}
