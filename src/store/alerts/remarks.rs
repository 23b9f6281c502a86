//! What the facility itself wrote around the day of an alert: memos and signs word for word, and who called.

use jiff::civil::Date;

use crate::{
    domain::attendance::Mark,
    gate::{Permit, actions},
    store::{Result, Tx, marks},
};

/// A day on which something was written.
#[derive(Debug, Clone)]
pub struct Remark {
    pub day: Date,
    pub mark: Mark,
}

/// The facility's own words of the two weeks up to the day the alert was last found true, newest first.
pub async fn remarks(tx: &mut Tx, permit: &Permit<actions::ReadAlert>) -> Result<Vec<Remark>> {
    let rows = sqlx::query!(
        r#"
        SELECT d.day, d.mark
        FROM desk.alerts a
        JOIN watch.days d ON d.ward_id = a.ward_id AND d.watch_id = a.watch_id AND d.day BETWEEN a.as_of - 13 AND a.as_of
        WHERE a.ward_id = $1 AND a.id = $2 AND d.mark ?| ARRAY['note', 'signs', 'contact_by', 'contact_via']
        ORDER BY d.day DESC
        "#,
        permit.ward().uuid(),
        permit.id().uuid()
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter().map(|row| Ok(Remark { day: row.day.to_jiff(), mark: marks::from_json(row.mark)? })).collect()
}
