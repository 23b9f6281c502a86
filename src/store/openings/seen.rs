//! What an opening shows: through the one function that crosses the fence for it, and nothing beside it.

use jiff::{Timestamp, civil::Date};
use jiff_sqlx::ToSqlx;
use serde::Deserialize;

use crate::{
    domain::{
        attendance::Status,
        rule::{RuleCode, Severity},
    },
    gate::{Permit, actions},
    store::{Result, Tx, sql::from_json},
};

/// A child of another office, as far as somebody at night must know.
#[derive(Debug)]
pub struct Child {
    pub name: String,
    pub kana: String,
    /// 支援措置: nobody may be told where the child is.
    pub protected: bool,
    pub grade: String,
    pub class: String,
    pub facility: String,
    /// The code of its kind; what the words of days select by.
    pub facility_kind: String,
    pub facility_phone: String,
    pub office: String,
    pub office_phone: String,
    pub worker: Option<String>,
    pub alerts: Vec<OpenAlert>,
    /// The reports of the last ten days, newest first.
    pub days: Vec<DaySeen>,
    pub last_seen: Option<Date>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
pub struct OpenAlert {
    pub rule: RuleCode,
    pub severity: Severity,
    pub since: Timestamp,
}

#[derive(Debug, Clone, Copy, Deserialize)]
pub struct DaySeen {
    pub day: Date,
    pub status: Status,
}

/// `None` when the hour is over, or it was ended, or it is somebody else's, or the membership it was opened with lives no more.
pub async fn seen(tx: &mut Tx, permit: &Permit<actions::ReadOpening>) -> Result<Option<Child>> {
    let row = sqlx::query!(
        r#"
        SELECT name AS "name!", kana AS "kana!", discreet AS "discreet!", grade AS "grade!", class AS "class!"
             , facility AS "facility!", facility_kind AS "facility_kind!", facility_phone AS "facility_phone!", office AS "office!", office_phone AS "office_phone!"
             , worker AS "worker?", alerts AS "alerts!", days AS "days!", last_seen AS "last_seen?"
        FROM hub.seen_in_emergency($1, $2)
        "#,
        permit.id().uuid(),
        tx.now().to_sqlx(),
    )
    .fetch_optional(tx.conn())
    .await?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(Child {
        name: row.name,
        kana: row.kana,
        protected: row.discreet,
        grade: row.grade,
        class: row.class,
        facility: row.facility,
        facility_kind: row.facility_kind,
        facility_phone: row.facility_phone,
        office: row.office,
        office_phone: row.office_phone,
        worker: row.worker,
        alerts: from_json(row.alerts)?,
        days: from_json(row.days)?,
        last_seen: row.last_seen.map(jiff_sqlx::Date::to_jiff),
    }))
}
