//! The days of an alert's child, as the months on its page show them.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use jiff_sqlx::ToSqlx;

use super::{ShowsAlert, strips};
use crate::{
    domain::{
        attendance::Mark,
        calendar::ChildCalendar,
        ids::{Child, Id},
    },
    gate::Permit,
    store::{Result, Tx},
};

/// When somebody was asked about the child, what was said, and on which days somebody of the office saw it.
#[derive(Debug)]
pub struct Days {
    pub calendar: ChildCalendar,
    pub reported: BTreeMap<Date, Mark>,
    pub met: BTreeSet<Date>,
}

/// From `from` on, across facilities.
pub async fn days<A: ShowsAlert>(tx: &mut Tx, permit: &Permit<A>, from: Date) -> Result<Days> {
    let child = sqlx::query_scalar!(
        r#"
        SELECT w.child_id AS "child: Id<Child>" FROM desk.alerts a
        JOIN watch.watches w ON w.ward_id = a.ward_id AND w.id = a.watch_id
        WHERE a.ward_id = $1 AND a.id = $2
        "#,
        permit.ward().uuid(),
        permit.id().uuid()
    )
    .fetch_one(tx.conn())
    .await?;
    let met = sqlx::query_scalar!(
        "SELECT day FROM desk.sightings WHERE ward_id = $1 AND child_id = $2 AND confirms AND day >= $3",
        permit.ward().uuid(),
        child.uuid(),
        from.to_sqlx()
    )
    .fetch_all(tx.conn())
    .await?;
    let calendar = strips::calendars(tx, permit.ward(), &[child], from).await?.remove(&child);
    Ok(Days {
        calendar: calendar.unwrap_or_else(|| ChildCalendar::new(Vec::new())),
        reported: strips::reports(tx, permit.ward(), &[child], from).await?.remove(&child).unwrap_or_default(),
        met: met.into_iter().map(jiff_sqlx::Date::to_jiff).collect(),
    })
}
