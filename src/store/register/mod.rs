//! 出席簿: the children of a facility as files name them, what is recorded of them, and what they come to in a month.

pub mod imports;
mod pupils;

use std::collections::BTreeMap;

use jiff_sqlx::ToSqlx;

use super::{
    Result, Tx,
    calendars::{Layers, own_week},
    marks,
    sql::uuids,
};
use crate::{
    domain::{
        calendar::Span,
        grade::Grade,
        ids::{Id, Watch},
        register::{Known, Member},
    },
    gate::{Permit, actions},
};

pub use pupils::{Entered, Written, add_year, of_facility, of_office, year_so_far};

/// A child on the pages of an import.
#[derive(Debug, Clone)]
pub struct Child {
    pub watch: Id<Watch>,
    pub name: String,
    pub kana: String,
    pub grade: String,
    pub class: String,
}

impl Child {
    /// As files may name it: the class alone, or with the grade before it.
    pub fn member(&self) -> Member {
        let mut classes = Vec::new();
        if !self.class.is_empty() {
            classes.push(self.class.clone());
            classes.extend(Grade::from_code(&self.grade).into_iter().flat_map(|grade| {
                [
                    format!("{}{}", grade.label(), self.class),
                    format!("{}年{}", grade.year(), self.class),
                    format!("{}-{}", grade.year(), self.class),
                ]
            }));
        }
        Member { watch: self.watch, name: self.name.clone(), classes }
    }
}

/// The children the facility is asked about today, by class and reading.
pub async fn children(tx: &mut Tx, permit: &Permit<actions::ImportAttendance>) -> Result<Vec<Child>> {
    let today = tx.today();
    sqlx::query_as!(
        Child,
        r#"
        SELECT id AS "watch: Id<Watch>", name, kana, grade, class FROM watch.watches
        WHERE ward_id = $1 AND facility_id = $2 AND from_on <= $3 AND (until_on IS NULL OR until_on >= $3)
        ORDER BY grade, class, kana, name, id
        "#,
        permit.ward().uuid(),
        permit.id().uuid(),
        today.to_sqlx()
    )
    .fetch_all(tx.conn())
    .await
}

/// What is known of these children in a span.
pub async fn known(
    tx: &mut Tx,
    permit: &Permit<actions::ImportAttendance>,
    watches: &[Id<Watch>],
    span: Span,
    layers: &Layers,
) -> Result<BTreeMap<Id<Watch>, Known>> {
    let rows = sqlx::query!(
        r#"
        SELECT id AS "id: Id<Watch>", class, own_weekdays, from_on, until_on FROM watch.watches
        WHERE ward_id = $1 AND facility_id = $2 AND id = ANY ($3)
        "#,
        permit.ward().uuid(),
        permit.id().uuid(),
        &uuids(watches)
    )
    .fetch_all(tx.conn())
    .await?;
    let mut known: BTreeMap<Id<Watch>, Known> = BTreeMap::new();
    for row in rows {
        let calendar = layers.of_child(&row.class, own_week(row.own_weekdays.as_deref()));
        let (from, until) = (row.from_on.to_jiff(), row.until_on.map(jiff_sqlx::Date::to_jiff));
        known.insert(row.id, Known { calendar, from, until, days: BTreeMap::new() });
    }
    let days = sqlx::query!(
        r#"SELECT watch_id AS "watch: Id<Watch>", day, version, mark FROM watch.days WHERE ward_id = $1 AND watch_id = ANY ($2) AND day BETWEEN $3 AND $4"#,
        permit.ward().uuid(),
        &uuids(watches),
        span.from.to_sqlx(),
        span.to.to_sqlx()
    )
    .fetch_all(tx.conn())
    .await?;
    for row in days {
        if let Some(known) = known.get_mut(&row.watch) {
            known.days.insert(row.day.to_jiff(), (row.version, marks::from_json(row.mark)?));
        }
    }
    Ok(known)
}
