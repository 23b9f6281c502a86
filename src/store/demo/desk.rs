//! What the offices of the demo ward know: grounds, families, alerts and what was done about them.

use serde_json::{Value, json};

use super::super::{Result, Tx};
use crate::domain::{
    alert::{Alert, Event, Outcome, Usefulness},
    demo::{AlertStory, Plan, Taken},
    ids::{Id, Ward},
};

pub(super) async fn insert(tx: &mut Tx, ward: Id<Ward>, plan: &Plan) -> Result<()> {
    insert_requests(tx, ward, plan).await?;
    insert_alerts(tx, ward, plan).await?;
    insert_evidence(tx, ward, plan).await?;
    insert_steps(tx, ward, plan).await?;
    insert_sightings(tx, ward).await
}

async fn insert_requests(tx: &mut Tx, ward: Id<Ward>, plan: &Plan) -> Result<()> {
    let mut families: Vec<_> = plan.watches.iter().filter_map(|watch| watch.siblings).collect();
    families.sort_unstable();
    families.dedup();
    sqlx::query!("INSERT INTO desk.sibling_groups (ward_id, id) SELECT $1, g FROM UNNEST($2::uuid[]) AS g", ward.uuid(), &families)
        .execute(tx.conn())
        .await?;

    let requests = plan.watches.iter().map(|watch| {
        json!({ "watch_id": watch.id, "office_id": watch.office, "ground": watch.ground, "strictness": watch.strictness
              , "sibling_group_id": watch.siblings, "assigned_to": watch.assigned_to, "created_by": watch.created_by
              , "created_at": watch.created_at, "ended_by": watch.ended.map(|(by, ..)| by), "ended_at": watch.ended.map(|(_, at, _)| at)
              , "end_reason": watch.ended.map_or("", |(.., why)| why), "revision": if watch.ended.is_some() { 2 } else { 1 } })
    });
    sqlx::query!(
        r#"
        INSERT INTO desk.requests (ward_id, watch_id, office_id, ground, strictness, sibling_group_id, assigned_to, revision, created_by, created_at
            , ended_by, ended_at, end_reason)
        SELECT $1, r.watch_id, r.office_id, r.ground, r.strictness, r.sibling_group_id, r.assigned_to, r.revision, r.created_by, r.created_at
            , r.ended_by, r.ended_at, r.end_reason
        FROM jsonb_to_recordset($2) AS r
            ( watch_id uuid, office_id uuid, ground text, strictness text, sibling_group_id uuid, assigned_to uuid, revision integer
            , created_by uuid, created_at timestamptz, ended_by uuid, ended_at timestamptz, end_reason text )
        "#,
        ward.uuid(),
        requests.collect::<Value>()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

async fn insert_alerts(tx: &mut Tx, ward: Id<Ward>, plan: &Plan) -> Result<()> {
    let alerts = plan.alerts.iter().map(|story| {
        let (alert, watch) = (&story.alert, &plan.watches[story.watch]);
        json!({ "id": alert.id, "watch_id": alert.watch, "facility_id": watch.facility, "office_id": watch.office, "rule": alert.rule
              , "severity": alert.severity, "level": alert.level, "count": alert.count, "as_of": alert.as_of, "condition": alert.condition
              , "state": alert.state, "holder_id": alert.holder, "raised_at": alert.raised_at, "due_at": alert.due_at
              , "closed_at": story.closed_at, "outcome": alert.outcome, "revision": alert.revision, "usefulness": usefulness(alert) })
    });
    sqlx::query!(
        r#"
        INSERT INTO desk.alerts (ward_id, id, watch_id, facility_id, office_id, rule, severity, level, count, as_of, condition, state, holder_id
            , raised_at, due_at, closed_at, outcome, revision, usefulness)
        SELECT $1, a.id, a.watch_id, a.facility_id, a.office_id, a.rule, a.severity, a.level, a.count, a.as_of, a.condition, a.state, a.holder_id
            , a.raised_at, a.due_at, a.closed_at, a.outcome, a.revision, a.usefulness
        FROM jsonb_to_recordset($2) AS a
            ( id uuid, watch_id uuid, facility_id uuid, office_id uuid, rule text, severity text, level integer, count integer, as_of date
            , condition text, state text, holder_id uuid, raised_at timestamptz, due_at timestamptz, closed_at timestamptz, outcome text
            , revision bigint, usefulness text )
        "#,
        ward.uuid(),
        alerts.collect::<Value>()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

async fn insert_evidence(tx: &mut Tx, ward: Id<Ward>, plan: &Plan) -> Result<()> {
    let of = |story: &AlertStory| {
        let id = story.alert.id;
        let row = move |(revision, at, finding): &(i64, jiff::Timestamp, _)| json!({ "alert_id": id, "revision": revision, "at": at, "finding": finding });
        story.evidence.iter().map(row).collect::<Vec<_>>()
    };
    sqlx::query!(
        r#"
        INSERT INTO desk.evidence (ward_id, alert_id, revision, at, finding)
        SELECT $1, e.alert_id, e.revision, e.at, e.finding
        FROM jsonb_to_recordset($2) AS e (alert_id uuid, revision bigint, at timestamptz, finding jsonb)
        "#,
        ward.uuid(),
        plan.alerts.iter().flat_map(of).collect::<Value>()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

async fn insert_steps(tx: &mut Tx, ward: Id<Ward>, plan: &Plan) -> Result<()> {
    let of = |story: &AlertStory| story.steps.iter().map(|step| row(story, step)).collect::<Vec<_>>();
    sqlx::query!(
        r#"
        INSERT INTO desk.alert_steps (ward_id, alert_id, revision, event, kind, note, by_person, to_person, at)
        SELECT $1, s.alert_id, s.revision, s.event, s.kind, s.note, s.by_person, s.to_person, s.at
        FROM jsonb_to_recordset($2) AS s
            ( alert_id uuid, revision bigint, event text, kind text, note text, by_person uuid, to_person uuid, at timestamptz )
        "#,
        ward.uuid(),
        plan.alerts.iter().flat_map(of).collect::<Value>()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

fn row(story: &AlertStory, step: &Taken) -> Value {
    let (kind, note, to) = match &step.event {
        Event::Acted { kind, note } => (kind.code(), note.as_deref(), None),
        Event::Closed { outcome, note } => (outcome.code(), note.as_deref(), None),
        Event::HandedOn { to, note } => ("", note.as_deref(), Some(*to)),
        _ => ("", None, None),
    };
    json!({ "alert_id": story.alert.id, "revision": step.revision, "event": step.event.code(), "kind": kind
          , "note": note.unwrap_or_default(), "by_person": step.by, "to_person": to, "at": step.at })
}

/// What whoever closed it said of its use, if they did; the same in every run.
fn usefulness(alert: &Alert) -> Option<Usefulness> {
    let chance = alert.id.uuid().as_bytes()[15] % 10;
    match (alert.outcome?, chance) {
        (Outcome::ReportedLater | Outcome::DayClosed, _) | (Outcome::Watching | Outcome::Handled, 8..) => None,
        (Outcome::FalseAlarm, _) => Some(Usefulness::NotUseful),
        (Outcome::Handled, 7) => Some(Usefulness::Late),
        _ => Some(Usefulness::Useful),
    }
}

/// Where a step says that somebody saw the child, that is a sighting, and answers the check it came in time or late for.
async fn insert_sightings(tx: &mut Tx, ward: Id<Ward>) -> Result<()> {
    sqlx::query!(
        r#"
        INSERT INTO desk.sightings (ward_id, id, watch_id, child_id, alert_id, revision, day, seen_at, method, seen_by, recorded_by, recorded_at)
        SELECT s.ward_id, md5(s.alert_id::text || s.revision)::uuid, a.watch_id, w.child_id, s.alert_id, s.revision
             , (s.at AT TIME ZONE 'Asia/Tokyo')::date, s.at, 'direct', p.display_name, s.by_person, s.at
        FROM desk.alert_steps s
        JOIN desk.alerts a ON a.ward_id = s.ward_id AND a.id = s.alert_id
        JOIN watch.watches w ON w.ward_id = a.ward_id AND w.id = a.watch_id
        JOIN hub.people p ON p.ward_id = s.ward_id AND p.id = s.by_person
        WHERE s.ward_id = $1 AND s.event = 'acted' AND s.kind = 'seen'
        "#,
        ward.uuid()
    )
    .execute(tx.conn())
    .await?;
    // An answered check lets the next one begin, where something became graver afterwards.
    while answer_checks(tx, ward).await? > 0 {}
    Ok(())
}

/// Answers each check that runs with the first sighting since its word came; how many.
async fn answer_checks(tx: &mut Tx, ward: Id<Ward>) -> Result<u64> {
    let answered = sqlx::query!(
        r#"
        UPDATE desk.safety_checks c SET sighting_id = seen.id, seen_at = seen.seen_at
             , late_reason = CASE WHEN seen.seen_at > c.due_at THEN '夜間は応答がなかった' ELSE '' END
        FROM ( SELECT DISTINCT ON (k.alert_id) k.alert_id, s.id, s.seen_at
               FROM desk.safety_checks k
               JOIN desk.sightings s ON s.ward_id = k.ward_id AND s.alert_id = k.alert_id AND s.confirms AND s.seen_at >= k.received_at
               WHERE k.ward_id = $1 AND k.seen_at IS NULL ORDER BY k.alert_id, s.seen_at ) seen
        WHERE c.ward_id = $1 AND c.alert_id = seen.alert_id AND c.seen_at IS NULL
        "#,
        ward.uuid()
    )
    .execute(tx.conn())
    .await?;
    Ok(answered.rows_affected())
}
