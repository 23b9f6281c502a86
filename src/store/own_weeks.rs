//! The days of the week agreed for single children of a facility, where fewer than their class has.

use super::{Result, Tx, calendars::own_week, changed_days};
use crate::{
    domain::{
        calendar::Week,
        ids::{Id, Watch},
    },
    gate::{Permit, actions},
};

/// A child of the facility and its week; `None` when it comes whenever its class does.
#[derive(Debug, Clone)]
pub struct Child {
    pub watch: Id<Watch>,
    pub name: String,
    pub kana: String,
    pub grade: String,
    pub class: String,
    pub week: Option<Week>,
}

/// The children asked about today, as their sheet has them.
pub async fn children(tx: &mut Tx, permit: &Permit<actions::EditCalendar>) -> Result<Vec<Child>> {
    let rows = sqlx::query!(
        r#"
        SELECT id AS "watch: Id<Watch>", name, kana, grade, class, own_weekdays FROM watch.watches
        WHERE ward_id = $1 AND facility_id = $2 AND from_on <= hub.today() AND (until_on IS NULL OR until_on >= hub.today())
        ORDER BY grade, class, kana, name, id
        "#,
        permit.ward().uuid(),
        permit.id().uuid()
    )
    .fetch_all(tx.conn())
    .await?;
    let children = rows.into_iter().map(|row| Child {
        watch: row.watch,
        name: row.name,
        kana: row.kana,
        grade: row.grade,
        class: row.class,
        week: own_week(row.own_weekdays.as_deref()),
    });
    Ok(children.collect())
}

/// Sets a child's week; `false` when the facility has no such child.
pub async fn set(tx: &mut Tx, permit: &Permit<actions::EditCalendar>, watch: Id<Watch>, week: Option<Week>) -> Result<bool> {
    let days = week.map(Week::iso_weekdays);
    let done = sqlx::query!(
        "UPDATE watch.watches SET own_weekdays = $4 WHERE ward_id = $1 AND facility_id = $2 AND id = $3",
        permit.ward().uuid(),
        permit.id().uuid(),
        watch.uuid(),
        days.as_deref()
    )
    .execute(tx.conn())
    .await?;
    let done = done.rows_affected() == 1;
    if done {
        let from = changed_days::reach(tx);
        changed_days::note(tx, permit, from).await?;
    }
    Ok(done)
}
