//! The evening board: the children of these offices whom nobody saw today, and those only the office itself saw.

use jiff::{Timestamp, civil::Date};
use jiff_sqlx::ToSqlx;
use serde_json::Value;

use super::{
    Result, Tx,
    alerts::Stored,
    almanac,
    calendars::own_week,
    marks,
    sql::{unknown_code, uuids},
};
use crate::{
    domain::{
        alert::{Method, SafetyCheck},
        attendance::Mark,
        calendar::ChildCalendar,
        history::{History, Reported},
        ids::{Id, Organization, Watch},
        rule::Severity,
        streak::{self, Look, Phase},
    },
    gate::{Scope, actions},
};

/// One child no facility saw today.
#[derive(Debug)]
pub struct Unseen {
    pub watch: Id<Watch>,
    pub name: String,
    pub kana: String,
    pub grade: String,
    pub class: String,
    pub facility: Id<Organization>,
    pub facility_name: String,
    pub facility_kind: String,
    /// 支援措置: nobody is told where the child is.
    pub protected: bool,
    /// What was reported for today; `None` is 未報告.
    pub mark: Option<Mark>,
    pub last_seen: Option<Date>,
    /// Calendar days since then, or since somebody was first asked to look.
    pub days: i64,
    pub owner: Option<String>,
    /// The gravest of its alerts that are not closed.
    pub severity: Option<Severity>,
    /// Of the safety checks of its alerts, the one that ends first.
    pub check: Option<SafetyCheck>,
    /// The next visit that is planned.
    pub visit_at: Option<Timestamp>,
    /// 目視確認 of today.
    pub met: Option<Met>,
}

/// When somebody of the office, or another agency for it, saw the child, who and how.
#[derive(Debug)]
pub struct Met {
    pub at: Timestamp,
    pub by: String,
    pub method: Method,
}

/// The board: whom nobody saw today, and whom a facility did not see but the office did.
#[derive(Debug)]
pub struct Today {
    pub unseen: Vec<Unseen>,
    pub met: Vec<Unseen>,
}

struct Row {
    watch: Id<Watch>,
    name: String,
    kana: String,
    grade: String,
    class: String,
    own_weekdays: Option<Vec<i16>>,
    facility: Id<Organization>,
    facility_name: String,
    facility_kind: String,
    protected: bool,
    mark: Option<Value>,
    first_on: jiff_sqlx::Date,
    seen_on: Option<jiff_sqlx::Date>,
    seen_mark: Option<Value>,
    owner: Option<String>,
    severity: Option<String>,
    cause: Option<String>,
    received_at: Option<jiff_sqlx::Timestamp>,
    check_due_at: Option<jiff_sqlx::Timestamp>,
    hours: Option<Vec<i32>>,
    version: Option<i32>,
    visit_at: Option<jiff_sqlx::Timestamp>,
    met_on: Option<jiff_sqlx::Date>,
    met_at: Option<jiff_sqlx::Timestamp>,
    met_by: Option<String>,
    met_method: Option<String>,
}

/// By facility, then the longest unseen first. Whoever was seen today at any facility, and whose day is closed, is left out.
pub async fn today(tx: &mut Tx, scope: &Scope<actions::ReadBoard>) -> Result<Today> {
    let today = tx.today();
    let rows = rows(tx, scope, today).await?;
    let facilities: Vec<_> = rows.iter().map(|row| row.facility).collect();
    let almanac = almanac::of(tx, scope, &facilities, today).await?;
    let mut unseen = Vec::with_capacity(rows.len());
    for row in rows {
        let calendar = almanac.calendar(row.facility, &row.class, own_week(row.own_weekdays.as_deref()));
        if calendar.open(today).is_open() {
            let calendar = ChildCalendar::one(row.first_on.to_jiff(), calendar);
            unseen.push(of(row, today, &calendar)?);
        }
    }
    unseen.sort_by(|a, b| (&a.facility_name, a.facility, -a.days, &a.kana).cmp(&(&b.facility_name, b.facility, -b.days, &b.kana)));
    let (met, unseen) = unseen.into_iter().partition(|child| child.met.is_some());
    Ok(Today { unseen, met })
}

fn of(row: Row, today: Date, calendar: &ChildCalendar) -> Result<Unseen> {
    let mut history = History::default();
    if let Some((day, mark)) = row.seen_on.map(jiff_sqlx::Date::to_jiff).zip(row.seen_mark) {
        history.add(day, Reported::of(&marks::from_json(mark)?, day));
    }
    let met_on = row.met_on.map(jiff_sqlx::Date::to_jiff);
    if let Some(day) = met_on {
        history.meet(day);
    }
    let met = match (row.met_at.filter(|_| met_on == Some(today)), row.met_by, row.met_method) {
        (Some(at), Some(by), Some(code)) => {
            let method = Method::from_code(&code).ok_or_else(|| unknown_code("method", &code))?;
            Some(Met { at: at.to_jiff(), by, method })
        }
        _ => None,
    };
    let stored = Stored {
        cause: row.cause,
        received_at: row.received_at,
        due_at: row.check_due_at,
        hours: row.hours,
        version: row.version,
        told: None,
        seen_at: None,
    };
    let look = Look { history: &history, calendar, as_of: today, phase: Phase::AfterNotice };
    let severity = row.severity.map(|code| Severity::from_code(&code).ok_or_else(|| unknown_code("severity", &code)));
    Ok(Unseen {
        watch: row.watch,
        name: row.name,
        kana: row.kana,
        grade: row.grade,
        class: row.class,
        facility: row.facility,
        facility_name: row.facility_name,
        facility_kind: row.facility_kind,
        protected: row.protected,
        mark: row.mark.map(marks::from_json).transpose()?,
        last_seen: history.last_seen(today),
        days: streak::calendar_days_unseen(&look).unwrap_or(0),
        owner: row.owner,
        severity: severity.transpose()?,
        check: stored.check()?,
        visit_at: row.visit_at.map(jiff_sqlx::Timestamp::to_jiff),
        met,
    })
}

/// Live requests whose child no facility saw today, the calendar aside.
async fn rows(tx: &mut Tx, scope: &Scope<actions::ReadBoard>, today: Date) -> Result<Vec<Row>> {
    sqlx::query_as!(
        Row,
        r#"
        SELECT w.id AS "watch: Id<Watch>", w.name, w.kana, w.grade, w.class, w.own_weekdays, w.facility_id AS "facility: Id<Organization>"
             , o.name AS facility_name, o.kind AS facility_kind, w.discreet AS protected, d.mark AS "mark?"
             , greatest(w.from_on, (r.created_at AT TIME ZONE 'Asia/Tokyo')::date) AS "first_on!"
             , seen.day AS "seen_on?", seen.mark AS "seen_mark?", p.display_name AS "owner?"
             , (SELECT a.severity FROM desk.alerts a WHERE a.ward_id = w.ward_id AND a.watch_id = w.id AND a.state <> 'closed'
                ORDER BY a.severity_rank LIMIT 1) AS severity
             , checked.cause AS "cause?", checked.received_at AS "received_at?", checked.due_at AS "check_due_at?", checked.hours AS "hours?"
             , checked.rule_version AS "version?"
             , (SELECT min(a.visit_at) FROM desk.alerts a
                WHERE a.ward_id = w.ward_id AND a.watch_id = w.id AND a.state <> 'closed') AS visit_at
             , met.day AS "met_on?", met.seen_at AS "met_at?", met.seen_by AS "met_by?", met.method AS "met_method?"
        FROM desk.requests r
        JOIN watch.watches w ON w.ward_id = r.ward_id AND w.id = r.watch_id
        JOIN hub.organizations o ON o.ward_id = w.ward_id AND o.id = w.facility_id
        LEFT JOIN hub.people p ON p.ward_id = r.ward_id AND p.id = r.assigned_to
        LEFT JOIN watch.days d ON d.ward_id = w.ward_id AND d.watch_id = w.id AND d.day = $3
        LEFT JOIN LATERAL
            ( SELECT s.day, s.mark FROM watch.days s
              WHERE s.ward_id = w.ward_id AND s.child_id = w.child_id AND s.seen AND s.day <= $3 ORDER BY s.day DESC LIMIT 1 ) seen ON true
        LEFT JOIN LATERAL
            ( SELECT c.cause, c.received_at, c.due_at, c.hours, c.rule_version
              FROM desk.alerts a JOIN desk.safety_checks c ON c.ward_id = a.ward_id AND c.alert_id = a.id
              WHERE a.ward_id = w.ward_id AND a.watch_id = w.id AND a.state <> 'closed' AND c.seen_at IS NULL
              ORDER BY c.due_at, c.received_at LIMIT 1 ) checked ON true
        LEFT JOIN LATERAL
            ( SELECT g.day, g.seen_at, g.seen_by, g.method FROM desk.sightings g
              WHERE g.ward_id = w.ward_id AND g.child_id = w.child_id AND g.confirms AND g.day <= $3
              ORDER BY g.day DESC, g.seen_at DESC LIMIT 1 ) met ON true
        WHERE r.ward_id = $1 AND r.office_id = ANY ($2) AND w.from_on <= $3 AND (w.until_on IS NULL OR w.until_on >= $3)
          AND seen.day IS DISTINCT FROM $3
        "#,
        scope.ward().uuid(),
        &uuids(scope.organizations()),
        today.to_sqlx(),
    )
    .fetch_all(tx.conn())
    .await
}
