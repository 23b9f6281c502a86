//! Calendar templates (市立小, 市立中, 公立保育所 …): on which days of the week, and when not.

use jiff::civil::Date;
use jiff_sqlx::ToSqlx;

use super::{Result, Tx, changed_days};
use crate::{
    domain::calendar::{Span, Week},
    gate::{OrganizationFacts, Permit, actions},
};

/// A template as the list shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub code: String,
    pub name: String,
    pub week: Week,
    pub open_on_holidays: bool,
    /// Open facilities that follow it.
    pub facilities: i64,
}

/// A period in which its facilities are closed, or open against the rest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Period {
    pub span: Span,
    pub label: String,
    pub is_open: bool,
}

/// Code and name of every template, by name; for whoever may choose one.
pub async fn names<A: actions::Action<On = OrganizationFacts>>(tx: &mut Tx, permit: &Permit<A>) -> Result<Vec<(String, String)>> {
    let rows =
        sqlx::query!("SELECT code, name FROM watch.calendar_templates WHERE ward_id = $1 ORDER BY name", permit.ward().uuid())
            .fetch_all(tx.conn())
            .await?;
    Ok(rows.into_iter().map(|row| (row.code, row.name)).collect())
}

pub async fn lines(tx: &mut Tx, permit: &Permit<actions::EditTemplates>) -> Result<Vec<Line>> {
    let rows = sqlx::query!(
        r#"
        SELECT t.code, t.name, t.open_weekdays, t.open_on_holidays
             , (SELECT count(*) FROM hub.organizations o WHERE o.ward_id = t.ward_id AND o.calendar_template = t.code
                AND (o.closed_on IS NULL OR o.closed_on > $2)) AS "facilities!"
        FROM watch.calendar_templates t WHERE t.ward_id = $1 ORDER BY t.name
        "#,
        permit.ward().uuid(),
        tx.today().to_sqlx()
    )
    .fetch_all(tx.conn())
    .await?;
    let lines = rows.into_iter().map(|row| Line {
        code: row.code,
        name: row.name,
        week: Week::from_iso_weekdays(&row.open_weekdays),
        open_on_holidays: row.open_on_holidays,
        facilities: row.facilities,
    });
    Ok(lines.collect())
}

/// The periods of a template that end on `from` or later, by day.
pub async fn periods(tx: &mut Tx, permit: &Permit<actions::EditTemplates>, code: &str, from: Date) -> Result<Vec<Period>> {
    let rows = sqlx::query!(
        r#"
        SELECT from_on, until_on, label, is_open FROM watch.template_days
        WHERE ward_id = $1 AND template = $2 AND until_on >= $3 ORDER BY from_on, until_on
        "#,
        permit.ward().uuid(),
        code,
        from.to_sqlx()
    )
    .fetch_all(tx.conn())
    .await?;
    let periods = rows.into_iter().map(|row| Period {
        span: Span { from: row.from_on.to_jiff(), to: row.until_on.to_jiff() },
        label: row.label,
        is_open: row.is_open,
    });
    Ok(periods.collect())
}

/// Adds a template under a code of its own; `false` when another one has the name.
pub async fn insert(tx: &mut Tx, permit: &Permit<actions::EditTemplates>, new: &Line) -> Result<bool> {
    let added = sqlx::query!(
        r#"
        INSERT INTO watch.calendar_templates (ward_id, code, name, open_weekdays, open_on_holidays) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT DO NOTHING
        "#,
        permit.ward().uuid(),
        new.code,
        new.name,
        &new.week.iso_weekdays(),
        new.open_on_holidays
    )
    .execute(tx.conn())
    .await?;
    Ok(added.rows_affected() == 1)
}

/// Changes name, week and holidays; `false` when another one has the name.
pub async fn update(tx: &mut Tx, permit: &Permit<actions::EditTemplates>, wanted: &Line) -> Result<bool> {
    let done = sqlx::query!(
        r#"
        UPDATE watch.calendar_templates SET name = $3, open_weekdays = $4, open_on_holidays = $5
        WHERE ward_id = $1 AND code = $2
          AND NOT EXISTS (SELECT FROM watch.calendar_templates other WHERE other.ward_id = $1 AND other.code <> $2 AND other.name = $3)
        "#,
        permit.ward().uuid(),
        wanted.code,
        wanted.name,
        &wanted.week.iso_weekdays(),
        wanted.open_on_holidays
    )
    .execute(tx.conn())
    .await?;
    let done = done.rows_affected() == 1;
    if done {
        let from = changed_days::reach(tx);
        changed_days::note_template(tx, permit, &wanted.code, from).await?;
    }
    Ok(done)
}

/// Adds a period; the same one twice is one.
pub async fn insert_period(tx: &mut Tx, permit: &Permit<actions::EditTemplates>, code: &str, period: &Period) -> Result<()> {
    sqlx::query!(
        r#"
        INSERT INTO watch.template_days (ward_id, template, from_on, until_on, is_open, label) VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT DO NOTHING
        "#,
        permit.ward().uuid(),
        code,
        period.span.from.to_sqlx(),
        period.span.to.to_sqlx(),
        period.is_open,
        period.label
    )
    .execute(tx.conn())
    .await?;
    changed_days::note_template(tx, permit, code, period.span.from).await
}

/// Takes a period away; `false` when there is none.
pub async fn delete_period(tx: &mut Tx, permit: &Permit<actions::EditTemplates>, code: &str, span: Span) -> Result<bool> {
    let gone = sqlx::query!(
        "DELETE FROM watch.template_days WHERE ward_id = $1 AND template = $2 AND from_on = $3 AND until_on = $4",
        permit.ward().uuid(),
        code,
        span.from.to_sqlx(),
        span.to.to_sqlx()
    )
    .execute(tx.conn())
    .await?;
    let gone = gone.rows_affected() == 1;
    if gone {
        changed_days::note_template(tx, permit, code, span.from).await?;
    }
    Ok(gone)
}
