//! A facility's own closed and extra open days, with the names of holidays and vacations beside them.

use jiff::civil::Date;
use jiff_sqlx::ToSqlx;

use super::{Result, Tx, calendars::ReadsCalendar, changed_days};
use crate::{
    domain::{
        calendar::Span,
        ids::{CalendarDay, Id},
    },
    gate::{OrganizationFacts, Permit, actions},
};

/// A day or period the facility has entered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Own {
    pub id: Id<CalendarDay>,
    /// Empty for the whole facility.
    pub class: String,
    pub span: Span,
    pub is_open: bool,
    pub label: String,
}

/// What the facility has entered that touches `span`, by day.
pub async fn own<A: ReadsCalendar>(tx: &mut Tx, permit: &Permit<A>, span: Span) -> Result<Vec<Own>> {
    let rows = sqlx::query!(
        r#"
        SELECT id AS "id: Id<CalendarDay>", class, from_on, until_on, is_open, label FROM watch.calendar_days
        WHERE ward_id = $1 AND facility_id = $2 AND from_on <= $4 AND until_on >= $3
        ORDER BY from_on, until_on, class, entered_at
        "#,
        permit.ward().uuid(),
        permit.id().uuid(),
        span.from.to_sqlx(),
        span.to.to_sqlx()
    )
    .fetch_all(tx.conn())
    .await?;
    let own = rows.into_iter().map(|row| Own {
        id: row.id,
        class: row.class,
        span: Span { from: row.from_on.to_jiff(), to: row.until_on.to_jiff() },
        is_open: row.is_open,
        label: row.label,
    });
    Ok(own.collect())
}

/// A name the ward's calendar gives to some days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    pub span: Span,
    pub label: String,
    pub is_holiday: bool,
}

/// Holidays and the template's periods that touch `span`, by day.
pub async fn named<A: ReadsCalendar>(tx: &mut Tx, permit: &Permit<A>, span: Span) -> Result<Vec<Named>> {
    let rows = sqlx::query!(
        r#"
        SELECT h.day AS "from_on!", h.day AS "until_on!", h.name AS "label!", true AS "is_holiday!"
        FROM watch.holidays h WHERE h.ward_id = $1 AND h.day BETWEEN $3 AND $4
        UNION ALL
        SELECT d.from_on, d.until_on, d.label, false
        FROM watch.template_days d
        JOIN hub.organizations o ON o.ward_id = d.ward_id AND o.calendar_template = d.template
        WHERE d.ward_id = $1 AND o.id = $2 AND d.from_on <= $4 AND d.until_on >= $3
        ORDER BY 1, 2
        "#,
        permit.ward().uuid(),
        permit.id().uuid(),
        span.from.to_sqlx(),
        span.to.to_sqlx()
    )
    .fetch_all(tx.conn())
    .await?;
    let named = rows.into_iter().map(|row| Named {
        span: Span { from: row.from_on.to_jiff(), to: row.until_on.to_jiff() },
        label: row.label,
        is_holiday: row.is_holiday,
    });
    Ok(named.collect())
}

/// What a facility may enter days by.
pub trait EntersDays: actions::Action<On = OrganizationFacts> {}
impl EntersDays for actions::EditCalendar {}
impl EntersDays for actions::CloseDay {}

/// The first day in `span` for which something was reported; with a class, of a child of that class.
pub async fn first_reported<A: EntersDays>(tx: &mut Tx, permit: &Permit<A>, span: Span, class: &str) -> Result<Option<Date>> {
    let day = sqlx::query_scalar!(
        r#"
        SELECT min(d.day) AS day FROM watch.days d
        WHERE d.ward_id = $1 AND d.day BETWEEN $3 AND $4
          AND d.watch_id = ANY (ARRAY(
              SELECT w.id FROM watch.watches w WHERE w.ward_id = $1 AND w.facility_id = $2 AND ($5 = '' OR w.class = $5) ))
        "#,
        permit.ward().uuid(),
        permit.id().uuid(),
        span.from.to_sqlx(),
        span.to.to_sqlx(),
        class
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(day.map(jiff_sqlx::Date::to_jiff))
}

/// Whether anything was reported in `span`; with a class, of a child of that class. For the ward's desk, which sees no report.
pub async fn has_reports(tx: &mut Tx, permit: &Permit<actions::EditCalendar>, span: Span, class: &str) -> Result<bool> {
    sqlx::query_scalar!(
        r#"SELECT hub.has_reports($1, $2, $3, $4) AS "has!""#,
        permit.id().uuid(),
        span.from.to_sqlx(),
        span.to.to_sqlx(),
        class
    )
    .fetch_one(tx.conn())
    .await
}

/// What the facility enters.
#[derive(Debug, Clone, Copy)]
pub struct New<'a> {
    pub class: &'a str,
    pub span: Span,
    pub is_open: bool,
    pub label: &'a str,
}

/// Enters it; the same thing entered twice stays one.
pub async fn insert<A: EntersDays>(tx: &mut Tx, permit: &Permit<A>, new: &New<'_>) -> Result<Id<CalendarDay>> {
    let id = Id::random();
    let now = tx.now();
    let (ward, facility) = (permit.ward().uuid(), permit.id().uuid());
    let (from, until) = (new.span.from.to_sqlx(), new.span.to.to_sqlx());
    let same = sqlx::query_scalar!(
        r#"
        SELECT id AS "id: Id<CalendarDay>" FROM watch.calendar_days
        WHERE ward_id = $1 AND facility_id = $2 AND class = $3 AND from_on = $4 AND until_on = $5 AND is_open = $6 AND label = $7 LIMIT 1
        "#,
        ward,
        facility,
        new.class,
        from,
        until,
        new.is_open,
        new.label
    )
    .fetch_optional(tx.conn())
    .await?;
    if let Some(same) = same {
        return Ok(same);
    }
    sqlx::query!(
        r#"
        INSERT INTO watch.calendar_days (ward_id, id, facility_id, class, from_on, until_on, is_open, label, entered_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        "#,
        ward,
        id.uuid(),
        facility,
        new.class,
        new.span.from.to_sqlx(),
        new.span.to.to_sqlx(),
        new.is_open,
        new.label,
        now.to_sqlx()
    )
    .execute(tx.conn())
    .await?;
    changed_days::note(tx, permit, new.span.from).await?;
    Ok(id)
}

/// Takes it back; `None` when the facility has no such day. Days on which a report was made only because of it stay reported.
pub async fn delete(tx: &mut Tx, permit: &Permit<actions::EditCalendar>, id: Id<CalendarDay>) -> Result<Option<Span>> {
    let gone = sqlx::query!(
        "DELETE FROM watch.calendar_days WHERE ward_id = $1 AND facility_id = $2 AND id = $3 RETURNING from_on, until_on",
        permit.ward().uuid(),
        permit.id().uuid(),
        id.uuid()
    )
    .fetch_optional(tx.conn())
    .await?;
    let gone = gone.map(|row| Span { from: row.from_on.to_jiff(), to: row.until_on.to_jiff() });
    if let Some(gone) = gone {
        changed_days::note(tx, permit, gone.from).await?;
    }
    Ok(gone)
}

/// Takes back the closing of one day by its sheet; whether there was one. A closing that reaches further is the calendar's.
pub async fn reopen(tx: &mut Tx, permit: &Permit<actions::CloseDay>, id: Id<CalendarDay>, day: Date) -> Result<bool> {
    let gone = sqlx::query!(
        r#"
        DELETE FROM watch.calendar_days
        WHERE ward_id = $1 AND facility_id = $2 AND id = $3 AND from_on = $4 AND until_on = $4 AND NOT is_open
        "#,
        permit.ward().uuid(),
        permit.id().uuid(),
        id.uuid(),
        day.to_sqlx()
    )
    .execute(tx.conn())
    .await?;
    let gone = gone.rows_affected() == 1;
    if gone {
        changed_days::note(tx, permit, day).await?;
    }
    Ok(gone)
}
