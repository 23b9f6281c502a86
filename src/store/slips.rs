//! Monthly slips of a facility: prepared as a draft, approved once, followed by another version.

use std::collections::BTreeMap;

use jiff::{Timestamp, civil::Date};
use jiff_sqlx::ToSqlx;
use serde_json::Value;

use super::{
    Result, Tx,
    calendars::{self, own_week},
    marks,
    sql::{from_json, to_json, unknown_code},
};
use crate::{
    domain::{
        attendance::Mark,
        calendar::{ChildCalendar, Stay},
        ids::{Id, Watch},
        slip::{Entry, Month, Reporting},
    },
    gate::{OrganizationFacts, Permit, actions},
};

/// What may be done with a facility's own slips in hand.
pub trait ShowsSlips: actions::Action<On = OrganizationFacts> {}
impl ShowsSlips for actions::ReadSlips {}
impl ShowsSlips for actions::PrepareSlip {}
impl ShowsSlips for actions::ApproveSlip {}

/// The newest version of a facility's slip.
#[derive(Debug, Clone)]
pub struct Slip {
    pub month: Month,
    pub version: i32,
    pub revision: i64,
    /// Why there is another version; empty for the first.
    pub reason: String,
    pub prepared_by: String,
    pub prepared_at: Timestamp,
    /// By whom and when; `None` for a draft.
    pub approved: Option<(String, Timestamp)>,
}

impl Slip {
    pub const fn is_draft(&self) -> bool {
        self.approved.is_none()
    }
}

/// A child on a slip.
#[derive(Debug, Clone)]
pub struct Sheet {
    pub watch: Id<Watch>,
    pub name: String,
    pub kana: String,
    pub grade: String,
    pub class: String,
    /// 支援措置, for the office; a facility's own pages say nothing of it here.
    pub discreet: bool,
    pub entry: Entry,
}

/// A child that belongs on the slip of a month, with what is known of its days.
#[derive(Debug)]
pub struct Known {
    pub watch: Id<Watch>,
    pub calendar: ChildCalendar,
    pub marks: Vec<(Date, Mark)>,
}

pub(super) struct SlipRow {
    pub month: jiff_sqlx::Date,
    pub version: i32,
    pub revision: i64,
    pub reason: String,
    pub prepared_by: String,
    pub prepared_at: jiff_sqlx::Timestamp,
    pub approved_by: Option<String>,
    pub approved_at: Option<jiff_sqlx::Timestamp>,
}

impl From<SlipRow> for Slip {
    fn from(row: SlipRow) -> Self {
        Self {
            month: Month::of(row.month.to_jiff()),
            version: row.version,
            revision: row.revision,
            reason: row.reason,
            prepared_by: row.prepared_by,
            prepared_at: row.prepared_at.to_jiff(),
            approved: row.approved_by.zip(row.approved_at.map(jiff_sqlx::Timestamp::to_jiff)),
        }
    }
}

/// How the facility reports.
pub async fn reporting<A: ShowsSlips>(tx: &mut Tx, permit: &Permit<A>) -> Result<Reporting> {
    let code = sqlx::query_scalar!(
        "SELECT reporting FROM hub.organizations WHERE ward_id = $1 AND id = $2",
        permit.ward().uuid(),
        permit.id().uuid()
    )
    .fetch_one(tx.conn())
    .await?;
    Reporting::from_code(&code).ok_or_else(|| unknown_code("reporting", &code))
}

/// The newest version of each month since `since`, newest month first.
pub async fn list<A: ShowsSlips>(tx: &mut Tx, permit: &Permit<A>, since: Month) -> Result<Vec<Slip>> {
    newest(tx, permit, since, None).await
}

/// The newest version of the month's slip.
pub async fn latest<A: ShowsSlips>(tx: &mut Tx, permit: &Permit<A>, month: Month) -> Result<Option<Slip>> {
    Ok(newest(tx, permit, month, Some(month)).await?.pop())
}

async fn newest<A: ShowsSlips>(tx: &mut Tx, permit: &Permit<A>, since: Month, until: Option<Month>) -> Result<Vec<Slip>> {
    let rows = sqlx::query_as!(
        SlipRow,
        r#"
        SELECT DISTINCT ON (s.month) s.month, s.version, s.revision, s.reason, coalesce(p.display_name, '') AS "prepared_by!", s.prepared_at
             , CASE WHEN s.approved_by IS NOT NULL THEN coalesce(a.display_name, '') END AS "approved_by?", s.approved_at
        FROM watch.slips s
        LEFT JOIN hub.people p ON p.ward_id = s.ward_id AND p.id = s.prepared_by
        LEFT JOIN hub.people a ON a.ward_id = s.ward_id AND a.id = s.approved_by
        WHERE s.ward_id = $1 AND s.facility_id = $2 AND s.month BETWEEN $3 AND coalesce($4, s.month)
        ORDER BY s.month DESC, s.version DESC LIMIT 60
        "#,
        permit.ward().uuid(),
        permit.id().uuid(),
        since.first().to_sqlx(),
        until.map(|month| month.first().to_sqlx()) as Option<jiff_sqlx::Date>
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(Slip::from).collect())
}

pub(super) struct SheetRow {
    pub watch: Id<Watch>,
    pub name: String,
    pub kana: String,
    pub grade: String,
    pub class: String,
    pub discreet: bool,
    pub entry: Value,
}

pub(super) fn sheet(row: SheetRow) -> Result<Sheet> {
    let entry = from_json(row.entry)?;
    Ok(Sheet {
        watch: row.watch,
        name: row.name,
        kana: row.kana,
        grade: row.grade,
        class: row.class,
        discreet: row.discreet,
        entry,
    })
}

/// The children on a version, by class and reading.
pub async fn sheets<A: ShowsSlips>(tx: &mut Tx, permit: &Permit<A>, slip: &Slip) -> Result<Vec<Sheet>> {
    let rows = sqlx::query_as!(
        SheetRow,
        r#"
        SELECT w.id AS "watch: Id<Watch>", w.name, w.kana, w.grade, w.class, w.discreet, e.entry
        FROM watch.slip_entries e JOIN watch.watches w ON w.ward_id = e.ward_id AND w.id = e.watch_id
        WHERE e.ward_id = $1 AND e.facility_id = $2 AND e.month = $3 AND e.version = $4
        ORDER BY w.grade, w.class, w.kana, w.name, w.id
        "#,
        permit.ward().uuid(),
        permit.id().uuid(),
        slip.month.first().to_sqlx(),
        slip.version
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter().map(sheet).collect()
}

/// The children the facility is asked about and was in the month, with their days since the month before.
pub async fn known<A: ShowsSlips + calendars::ReadsCalendar>(tx: &mut Tx, permit: &Permit<A>, month: Month) -> Result<Vec<Known>> {
    let layers = calendars::of_facility(tx, permit, month.first()).await?.layers;
    let children = sqlx::query!(
        r#"
        SELECT w.id AS "watch: Id<Watch>", w.class, w.own_weekdays, w.from_on, w.until_on FROM watch.watches w
        WHERE w.ward_id = $1 AND w.facility_id = $2 AND w.from_on <= $3 ORDER BY w.id
        "#,
        permit.ward().uuid(),
        permit.id().uuid(),
        month.last().to_sqlx()
    )
    .fetch_all(tx.conn())
    .await?;
    // An absence that began before the month is as long as it is.
    let days = sqlx::query!(
        r#"
        SELECT d.watch_id AS "watch: Id<Watch>", d.day, d.mark FROM watch.days d
        WHERE d.ward_id = $1 AND d.watch_id = ANY (ARRAY(SELECT w.id FROM watch.watches w WHERE w.ward_id = $1 AND w.facility_id = $2))
          AND d.day BETWEEN $3::date - 60 AND $4
        "#,
        permit.ward().uuid(),
        permit.id().uuid(),
        month.first().to_sqlx(),
        month.last().to_sqlx()
    )
    .fetch_all(tx.conn())
    .await?;
    let mut marked: BTreeMap<_, Vec<(Date, Mark)>> = BTreeMap::new();
    for row in days {
        marked.entry(row.watch.uuid()).or_default().push((row.day.to_jiff(), marks::from_json(row.mark)?));
    }
    let known = children.into_iter().map(|child| Known {
        watch: child.watch,
        calendar: ChildCalendar::new(vec![Stay {
            from: child.from_on.to_jiff(),
            to: child.until_on.map(jiff_sqlx::Date::to_jiff),
            calendar: layers.of_child(&child.class, own_week(child.own_weekdays.as_deref())),
        }]),
        marks: marked.remove(&child.watch.uuid()).unwrap_or_default(),
    });
    Ok(known.collect())
}

/// Begins a version; `false` when somebody else has begun it.
pub async fn begin(tx: &mut Tx, permit: &Permit<actions::PrepareSlip>, month: Month, version: i32, reason: &str) -> Result<bool> {
    let written = sqlx::query!(
        r#"
        INSERT INTO watch.slips (ward_id, facility_id, month, version, reason, prepared_by, prepared_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING
        "#,
        permit.ward().uuid(),
        permit.id().uuid(),
        month.first().to_sqlx(),
        version,
        reason,
        permit.person().map(Id::uuid),
        tx.now().to_sqlx()
    )
    .execute(tx.conn())
    .await?;
    Ok(written.rows_affected() == 1)
}

/// Writes a child's sheet of a draft, over the one there was.
pub async fn write<A: ShowsSlips>(
    tx: &mut Tx,
    permit: &Permit<A>,
    (month, version): (Month, i32),
    watch: Id<Watch>,
    entry: &Entry,
) -> Result<()> {
    sqlx::query!(
        r#"
        INSERT INTO watch.slip_entries (ward_id, facility_id, month, version, watch_id, entry) VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (ward_id, facility_id, month, version, watch_id) DO UPDATE SET entry = excluded.entry
        "#,
        permit.ward().uuid(),
        permit.id().uuid(),
        month.first().to_sqlx(),
        version,
        watch.uuid(),
        to_json(entry)?
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Says who changed the draft of this revision; `false` when it is another one by now, or was approved.
pub async fn touch<A: ShowsSlips>(tx: &mut Tx, permit: &Permit<A>, slip: &Slip, revision: i64) -> Result<bool> {
    let written = sqlx::query!(
        r#"
        UPDATE watch.slips SET revision = revision + 1, prepared_by = $6, prepared_at = $7
        WHERE ward_id = $1 AND facility_id = $2 AND month = $3 AND version = $4 AND revision = $5 AND approved_at IS NULL
        "#,
        permit.ward().uuid(),
        permit.id().uuid(),
        slip.month.first().to_sqlx(),
        slip.version,
        revision,
        permit.person().map(Id::uuid),
        tx.now().to_sqlx()
    )
    .execute(tx.conn())
    .await?;
    Ok(written.rows_affected() == 1)
}

/// Approves the draft as it was seen; `false` when it is another one by now.
pub async fn approve(tx: &mut Tx, permit: &Permit<actions::ApproveSlip>, slip: &Slip, revision: i64) -> Result<bool> {
    let written = sqlx::query!(
        r#"
        UPDATE watch.slips SET approved_by = $6, approved_at = $7
        WHERE ward_id = $1 AND facility_id = $2 AND month = $3 AND version = $4 AND revision = $5 AND approved_at IS NULL
        "#,
        permit.ward().uuid(),
        permit.id().uuid(),
        slip.month.first().to_sqlx(),
        slip.version,
        revision,
        permit.person().map(Id::uuid),
        tx.now().to_sqlx()
    )
    .execute(tx.conn())
    .await?;
    Ok(written.rows_affected() == 1)
}

/// Whether the facility is asked about the child now.
pub async fn is_ours<A: ShowsSlips>(tx: &mut Tx, permit: &Permit<A>, watch: Id<Watch>) -> Result<bool> {
    let found = sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT FROM watch.watches WHERE ward_id = $1 AND facility_id = $2 AND id = $3) AS "is!""#,
        permit.ward().uuid(),
        permit.id().uuid(),
        watch.uuid()
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(found)
}
