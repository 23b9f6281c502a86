//! The ward's own copy of the national holidays, and its calendar templates.

use jiff::civil::Date;
use jiff_sqlx::ToSqlx;

use super::{Result, Tx, changed_days};
use crate::{
    domain::calendar::{Span, Week},
    gate::{Permit, actions},
};

/// A holiday.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holiday {
    pub day: Date,
    pub name: String,
}

/// The holidays from `from` on.
pub async fn since(tx: &mut Tx, permit: &Permit<actions::EditHolidays>, from: Date) -> Result<Vec<Holiday>> {
    let rows = sqlx::query!(
        "SELECT day, name FROM watch.holidays WHERE ward_id = $1 AND day >= $2 ORDER BY day",
        permit.ward().uuid(),
        from.to_sqlx()
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|row| Holiday { day: row.day.to_jiff(), name: row.name }).collect())
}

/// A template with its periods.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    pub name: String,
    pub week: Week,
    pub open_on_holidays: bool,
    pub periods: Vec<Period>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Period {
    pub span: Span,
    pub label: String,
    pub is_open: bool,
}

/// The templates with their periods that end on `from` or later.
pub async fn templates(tx: &mut Tx, permit: &Permit<actions::EditHolidays>, from: Date) -> Result<Vec<Template>> {
    let rows = sqlx::query!(
        r#"
        SELECT t.code, t.name, t.open_weekdays, t.open_on_holidays
             , d.from_on AS "from_on?", d.until_on AS "until_on?", d.label AS "label?", d.is_open AS "is_open?"
        FROM watch.calendar_templates t
        LEFT JOIN watch.template_days d ON d.ward_id = t.ward_id AND d.template = t.code AND d.until_on >= $2
        WHERE t.ward_id = $1
        ORDER BY t.name, t.code, d.from_on
        "#,
        permit.ward().uuid(),
        from.to_sqlx()
    )
    .fetch_all(tx.conn())
    .await?;
    let mut templates: Vec<(String, Template)> = Vec::new();
    for row in rows {
        if templates.last().is_none_or(|(code, _)| *code != row.code) {
            let week = Week::from_iso_weekdays(&row.open_weekdays);
            let template = Template { name: row.name, week, open_on_holidays: row.open_on_holidays, periods: Vec::new() };
            templates.push((row.code, template));
        }
        if let (Some((_, template)), Some(from), Some(until), Some(label), Some(is_open)) =
            (templates.last_mut(), row.from_on, row.until_on, row.label, row.is_open)
        {
            template.periods.push(Period { span: Span { from: from.to_jiff(), to: until.to_jiff() }, label, is_open });
        }
    }
    Ok(templates.into_iter().map(|(_, template)| template).collect())
}

/// Adds a holiday; `false` when that day is one already.
pub async fn insert(tx: &mut Tx, permit: &Permit<actions::EditHolidays>, day: Date, name: &str) -> Result<bool> {
    let added = sqlx::query!(
        "INSERT INTO watch.holidays (ward_id, day, name) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
        permit.ward().uuid(),
        day.to_sqlx(),
        name
    )
    .execute(tx.conn())
    .await?;
    let added = added.rows_affected() == 1;
    if added {
        changed_days::note_holiday(tx, permit, day).await?;
    }
    Ok(added)
}

/// Takes a holiday away; `false` when that day is none.
pub async fn delete(tx: &mut Tx, permit: &Permit<actions::EditHolidays>, day: Date) -> Result<bool> {
    let gone = sqlx::query!("DELETE FROM watch.holidays WHERE ward_id = $1 AND day = $2", permit.ward().uuid(), day.to_sqlx())
        .execute(tx.conn())
        .await?;
    let gone = gone.rows_affected() == 1;
    if gone {
        changed_days::note_holiday(tx, permit, day).await?;
    }
    Ok(gone)
}
