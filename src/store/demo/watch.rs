//! The watches, calendars and the year of reports of the demo ward.

use serde_json::{Value, json};
use uuid::Uuid;

use super::super::{Result, Tx, marks};
use crate::domain::{
    alert::{Event, State},
    attendance::Mark,
    calendar::{day_after, days_between},
    demo::Plan,
    ids::{Id, Ward},
    name::search_key,
};

/// Reports sent to the database at once.
const AT_ONCE: usize = 10_000;
/// The clock's duties of so many days count as done; earlier ones nobody asks for.
const SWEPT_DAYS: i64 = 14;

pub(super) async fn insert(tx: &mut Tx, ward: Id<Ward>, plan: &Plan) -> Result<()> {
    insert_watches(tx, ward, plan).await?;
    insert_closed(tx, ward, plan).await?;
    insert_submissions(tx, ward, plan).await?;
    let reports: Vec<(usize, Uuid, &Mark)> =
        plan.sheets.iter().flat_map(|sheet| sheet.marks.iter().map(|(watch, mark)| (*watch, sheet.id.uuid(), mark))).collect();
    for some in reports.chunks(AT_ONCE) {
        insert_reports(tx, ward, plan, some).await?;
    }
    insert_days(tx, ward, plan).await?;
    insert_sweeps(tx, ward, plan).await
}

async fn insert_watches(tx: &mut Tx, ward: Id<Ward>, plan: &Plan) -> Result<()> {
    let watches = plan.watches.iter().map(|watch| {
        json!({ "id": watch.id, "child_id": watch.child, "facility_id": watch.facility, "name": watch.name
              , "kana": watch.kana.as_deref().unwrap_or_default(), "name_key": search_key(&watch.name), "grade": watch.grade
              , "class": watch.class, "from_on": watch.from, "until_on": watch.until })
    });
    sqlx::query!(
        r#"
        INSERT INTO watch.watches (ward_id, id, child_id, facility_id, name, kana, name_key, grade, class, from_on, until_on)
        SELECT $1, w.id, w.child_id, w.facility_id, w.name, w.kana, w.name_key, w.grade, w.class, w.from_on, w.until_on
        FROM jsonb_to_recordset($2) AS w
            ( id uuid, child_id uuid, facility_id uuid, name text, kana text, name_key text, grade text, class text, from_on date, until_on date )
        "#,
        ward.uuid(),
        watches.collect::<Value>()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

async fn insert_closed(tx: &mut Tx, ward: Id<Ward>, plan: &Plan) -> Result<()> {
    let closed = plan.closed.iter().map(|closed| {
        json!({ "id": closed.id, "facility_id": closed.facility, "class": closed.class, "from_on": closed.span.from
              , "until_on": closed.span.to, "label": closed.label, "entered_at": closed.entered_at })
    });
    sqlx::query!(
        r#"
        INSERT INTO watch.calendar_days (ward_id, id, facility_id, class, from_on, until_on, is_open, label, entered_at)
        SELECT $1, d.id, d.facility_id, d.class, d.from_on, d.until_on, false, d.label, d.entered_at
        FROM jsonb_to_recordset($2) AS d
            ( id uuid, facility_id uuid, class text, from_on date, until_on date, label text, entered_at timestamptz )
        "#,
        ward.uuid(),
        closed.collect::<Value>()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

async fn insert_submissions(tx: &mut Tx, ward: Id<Ward>, plan: &Plan) -> Result<()> {
    let sheets = plan.sheets.iter().map(|sheet| {
        json!({ "id": sheet.id, "facility_id": sheet.facility, "day": sheet.day, "idempotency_key": sheet.key, "sent_by": sheet.sent_by
              , "sent_at": sheet.sent_at, "late": sheet.late, "children": sheet.marks.len() })
    });
    sqlx::query!(
        r#"
        INSERT INTO watch.submissions (ward_id, id, facility_id, day, idempotency_key, sent_by, sent_at, late, children)
        SELECT $1, s.id, s.facility_id, s.day, s.idempotency_key, s.sent_by, s.sent_at, s.late, s.children
        FROM jsonb_to_recordset($2) AS s
            ( id uuid, facility_id uuid, day date, idempotency_key uuid, sent_by uuid, sent_at timestamptz, late boolean, children smallint )
        "#,
        ward.uuid(),
        sheets.collect::<Value>()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

async fn insert_reports(tx: &mut Tx, ward: Id<Ward>, plan: &Plan, reports: &[(usize, Uuid, &Mark)]) -> Result<()> {
    let watches: Vec<Uuid> = reports.iter().map(|(watch, ..)| plan.watches[*watch].id.uuid()).collect();
    let submissions: Vec<Uuid> = reports.iter().map(|(_, submission, _)| *submission).collect();
    let stored: Vec<Value> = reports.iter().map(|(_, _, mark)| marks::to_json(mark)).collect();
    sqlx::query!(
        r#"
        INSERT INTO watch.reports (ward_id, watch_id, day, version, submission_id, facility_id, child_id, mark, reported_by, reported_at)
        SELECT $1, w.id, s.day, 1, s.id, s.facility_id, w.child_id, r.mark, s.sent_by, s.sent_at
        FROM UNNEST($2::uuid[], $3::uuid[], $4::jsonb[]) AS r (watch_id, submission_id, mark)
        JOIN watch.submissions s ON s.ward_id = $1 AND s.id = r.submission_id
        JOIN watch.watches w ON w.ward_id = $1 AND w.id = r.watch_id
        "#,
        ward.uuid(),
        &watches,
        &submissions,
        &stored
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The latest word on each day: here always the first version, judged as the sheet would have judged it.
async fn insert_days(tx: &mut Tx, ward: Id<Ward>, plan: &Plan) -> Result<()> {
    let mut seen: Vec<bool> = Vec::new();
    let mut attended: Vec<bool> = Vec::new();
    let mut keys: (Vec<Uuid>, Vec<Uuid>) = (Vec::new(), Vec::new());
    for sheet in &plan.sheets {
        for (watch, mark) in &sheet.marks {
            keys.0.push(plan.watches[*watch].id.uuid());
            keys.1.push(sheet.id.uuid());
            seen.push(mark.is_seen_on(sheet.day));
            attended.push(mark.status.breaks_absence());
        }
    }
    sqlx::query!(
        r#"
        INSERT INTO watch.days (ward_id, child_id, day, watch_id, facility_id, version, status, attended, seen, mark)
        SELECT $1, r.child_id, r.day, r.watch_id, r.facility_id, r.version, r.mark ->> 'status', d.attended, d.seen, r.mark
        FROM UNNEST($2::uuid[], $3::uuid[], $4::boolean[], $5::boolean[]) AS d (watch_id, submission_id, attended, seen)
        JOIN watch.submissions s ON s.ward_id = $1 AND s.id = d.submission_id
        JOIN watch.reports r ON r.ward_id = $1 AND r.watch_id = d.watch_id AND r.day = s.day AND r.version = 1
        "#,
        ward.uuid(),
        &keys.0,
        &keys.1,
        &attended,
        &seen
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

async fn insert_sweeps(tx: &mut Tx, ward: Id<Ward>, plan: &Plan) -> Result<()> {
    let days = std::iter::successors(Some(plan.first_day), |day| Some(day_after(*day))).take_while(|day| *day < plan.today);
    let days: Vec<_> = days.filter(|day| days_between(*day, plan.today) <= SWEPT_DAYS).collect();
    let facilities = plan.places.iter().filter(|place| place.kind.facility().is_some());
    let done = facilities.flat_map(|place| days.iter().map(|day| json!({ "facility_id": place.id, "day": day })));
    sqlx::query!(
        r#"
        INSERT INTO desk.sweeps (ward_id, facility_id, day, phase, done_at)
        SELECT $1, s.facility_id, s.day, p.phase, s.day + p.at AT TIME ZONE 'Asia/Tokyo'
        FROM jsonb_to_recordset($2) AS s (facility_id uuid, day date)
        CROSS JOIN (VALUES ('cutoff', time '12:00'), ('worker_notice', time '15:00')) AS p (phase, at)
        "#,
        ward.uuid(),
        done.collect::<Value>()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// What facilities may know: whose report is in somebody's hands, and whose was.
pub(super) async fn insert_replies(tx: &mut Tx, ward: Id<Ward>, plan: &Plan) -> Result<()> {
    let handled = plan.alerts.iter().filter_map(|story| {
        let taken = story.steps.iter().find(|step| matches!(step.event, Event::Taken))?;
        let raised = story.evidence.first()?;
        let done = story.alert.state == State::Closed;
        Some(json!({ "watch_id": plan.watches[story.watch].id, "day": raised.2.as_of, "at": taken.at, "done": done }))
    });
    sqlx::query!(
        r#"
        INSERT INTO watch.replies (ward_id, watch_id, day, state, at)
        SELECT $1, r.watch_id, r.day, CASE WHEN bool_and(r.done) THEN 'watching' ELSE 'handling' END, min(r.at)
        FROM jsonb_to_recordset($2) AS r (watch_id uuid, day date, at timestamptz, done boolean)
        GROUP BY r.watch_id, r.day
        "#,
        ward.uuid(),
        handled.collect::<Value>()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
