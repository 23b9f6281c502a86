//! One request to watch, with its recent days, its life and its open alerts.

use jiff::{Timestamp, civil::Date};

use crate::{
    domain::{
        attendance::Mark,
        calendar::Week,
        facility::{FacilityKind, OrganizationKind, Secrecy},
        ground::LegalGround,
        ids::{Alert, Id, Organization, Person, Watch},
        protection::Protection,
        rule::Strictness,
    },
    gate::{Permit, actions},
    store::{Result, Tx, calendars::own_week, marks, organizations::secrecy, sql::unknown_code},
};

/// A request as the office sees it.
#[derive(Debug, Clone)]
pub struct Request {
    pub id: Id<Watch>,
    pub child: Child,
    pub facility_kind: FacilityKind,
    /// How the facility stands to the council; it does not read this itself.
    pub secrecy: Secrecy,
    pub from: Date,
    pub until: Option<Date>,
    /// The days of the week the facility has agreed with the family, if fewer than the class has.
    pub own_week: Option<Week>,
    pub office_name: String,
    pub ground: LegalGround,
    pub strictness: Strictness,
    pub assigned_to: Option<Id<Person>>,
    pub assigned_name: Option<String>,
    pub protection: Option<Protection>,
    pub revision: i32,
    pub created_at: Timestamp,
    pub created_by: Option<String>,
    pub end_reason: String,
}

/// A watched child as lists name it: what the facility sees too, and whether its whereabouts are kept secret.
#[derive(Debug, Clone)]
pub struct Child {
    pub watch: Id<Watch>,
    pub name: String,
    /// Empty when the reading is not known.
    pub kana: String,
    /// The code of the grade.
    pub grade: String,
    pub class: String,
    pub facility: Id<Organization>,
    pub facility_name: String,
    /// 支援措置: nobody is told where the child is.
    pub protected: bool,
}

pub async fn read(tx: &mut Tx, permit: &Permit<actions::ReadRequest>) -> Result<Option<Request>> {
    let row = sqlx::query!(
        r#"
        SELECT w.name, w.kana, w.grade, w.class, w.from_on, w.until_on, w.own_weekdays, w.discreet, w.facility_id AS "facility: Id<Organization>"
             , f.name AS facility_name, f.kind, o.name AS office_name
             , r.ground, r.strictness, r.assigned_to AS "assigned_to: Id<Person>", p.display_name AS "assigned_name?"
             , r.protected_until, r.revision, r.created_at, c.display_name AS "created_by?", r.end_reason
             , t.tie AS "tie?", t.member_since AS "member_since?", t.pledged_on AS "pledged_on?"
        FROM desk.requests r
        JOIN watch.watches w ON w.ward_id = r.ward_id AND w.id = r.watch_id
        JOIN hub.organizations f ON f.ward_id = w.ward_id AND f.id = w.facility_id
        JOIN hub.organizations o ON o.ward_id = r.ward_id AND o.id = r.office_id
        LEFT JOIN hub.people p ON p.ward_id = r.ward_id AND p.id = r.assigned_to
        LEFT JOIN hub.people c ON c.ward_id = r.ward_id AND c.id = r.created_by
        LEFT JOIN hub.council_ties t ON t.ward_id = w.ward_id AND t.organization_id = w.facility_id
        WHERE r.ward_id = $1 AND r.watch_id = $2
        "#,
        permit.ward().uuid(),
        permit.id().uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    let Some(row) = row else { return Ok(None) };
    let facility_kind = OrganizationKind::from_code(&row.kind).and_then(OrganizationKind::facility);
    Ok(Some(Request {
        id: permit.id(),
        child: Child {
            watch: permit.id(),
            name: row.name,
            kana: row.kana,
            grade: row.grade,
            class: row.class,
            facility: row.facility,
            facility_name: row.facility_name,
            protected: row.discreet,
        },
        facility_kind: facility_kind.ok_or_else(|| unknown_code("facility kind", &row.kind))?,
        secrecy: secrecy(row.tie.as_deref(), row.member_since, row.pledged_on)?,
        from: row.from_on.to_jiff(),
        until: row.until_on.map(jiff_sqlx::Date::to_jiff),
        own_week: own_week(row.own_weekdays.as_deref()),
        office_name: row.office_name,
        ground: LegalGround::from_code(&row.ground).ok_or_else(|| unknown_code("ground", &row.ground))?,
        strictness: Strictness::from_code(&row.strictness).ok_or_else(|| unknown_code("strictness", &row.strictness))?,
        assigned_to: row.assigned_to,
        assigned_name: row.assigned_name,
        protection: row.discreet.then(|| Protection { until: row.protected_until.map(jiff_sqlx::Date::to_jiff) }),
        revision: row.revision,
        created_at: row.created_at.to_jiff(),
        created_by: row.created_by,
        end_reason: row.end_reason,
    }))
}

/// The other children of the same sibling group, by name.
pub async fn siblings(tx: &mut Tx, permit: &Permit<actions::ReadRequest>) -> Result<Vec<Child>> {
    sqlx::query_as!(
        Child,
        r#"
        SELECT w.id AS "watch: Id<Watch>", w.name, w.kana, w.grade, w.class
             , w.facility_id AS "facility: Id<Organization>", f.name AS facility_name, w.discreet AS protected
        FROM desk.requests mine
        JOIN desk.requests r ON r.ward_id = mine.ward_id AND r.sibling_group_id = mine.sibling_group_id AND r.watch_id <> mine.watch_id
        JOIN watch.watches w ON w.ward_id = r.ward_id AND w.id = r.watch_id
        JOIN hub.organizations f ON f.ward_id = w.ward_id AND f.id = w.facility_id
        WHERE mine.ward_id = $1 AND mine.watch_id = $2
        ORDER BY w.name, w.id
        "#,
        permit.ward().uuid(),
        permit.id().uuid()
    )
    .fetch_all(tx.conn())
    .await
}

/// A day the facility reported, its latest version.
#[derive(Debug, Clone)]
pub struct Day {
    pub day: Date,
    pub mark: Mark,
}

/// The last `most` reported days of the child, also from a facility before this one, oldest first.
pub async fn days(tx: &mut Tx, permit: &Permit<actions::ReadReports>, most: i64) -> Result<Vec<Day>> {
    let rows = sqlx::query!(
        r#"
        SELECT d.day, d.mark FROM watch.watches w JOIN watch.days d ON d.ward_id = w.ward_id AND d.child_id = w.child_id
        WHERE w.ward_id = $1 AND w.id = $2 ORDER BY d.day DESC LIMIT $3
        "#,
        permit.ward().uuid(),
        permit.id().uuid(),
        most
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter().rev().map(|row| Ok(Day { day: row.day.to_jiff(), mark: marks::from_json(row.mark)? })).collect()
}

/// An alert about the child that is not closed, wherever it was then; what is in it is behind its own permit.
#[derive(Debug, Clone)]
pub struct OpenAlert {
    pub id: Id<Alert>,
    pub rule: String,
    pub severity: String,
    pub state: String,
}

pub async fn open_alerts(tx: &mut Tx, permit: &Permit<actions::ReadRequest>) -> Result<Vec<OpenAlert>> {
    sqlx::query_as!(
        OpenAlert,
        r#"
        SELECT a.id AS "id: Id<Alert>", a.rule, a.severity, a.state
        FROM watch.watches w
        JOIN watch.watches stay ON stay.ward_id = w.ward_id AND stay.child_id = w.child_id
        JOIN desk.alerts a ON a.ward_id = stay.ward_id AND a.watch_id = stay.id
        WHERE w.ward_id = $1 AND w.id = $2 AND a.state <> 'closed'
        ORDER BY a.severity_rank, a.due_at, a.id
        "#,
        permit.ward().uuid(),
        permit.id().uuid()
    )
    .fetch_all(tx.conn())
    .await
}

/// One change of a request. `by` is `None` for the hub's own doing.
#[derive(Debug, Clone)]
pub struct Step {
    pub revision: i32,
    pub event: String,
    pub by: Option<String>,
    pub to: Option<String>,
    pub at: Timestamp,
}

/// The changes of a request, oldest first.
pub async fn steps(tx: &mut Tx, permit: &Permit<actions::ReadRequest>) -> Result<Vec<Step>> {
    let rows = sqlx::query!(
        r#"
        SELECT s.revision, s.event, b.display_name AS "by?", t.display_name AS "to?", s.at
        FROM desk.request_steps s
        LEFT JOIN hub.people b ON b.ward_id = s.ward_id AND b.id = s.by_person
        LEFT JOIN hub.people t ON t.ward_id = s.ward_id AND t.id = s.to_person
        WHERE s.ward_id = $1 AND s.watch_id = $2
        ORDER BY s.revision
        "#,
        permit.ward().uuid(),
        permit.id().uuid()
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Step { revision: row.revision, event: row.event, by: row.by, to: row.to, at: row.at.to_jiff() })
        .collect())
}
