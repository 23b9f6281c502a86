//! What stands in the way of an opening that is put off.

use jiff::civil::Date;
use jiff_sqlx::ToSqlx;

use crate::{
    gate::{Permit, actions},
    store::{Result, Tx},
};

/// Whether a request that is not over names the organization on a day before `day`, another is merged into it before, or an alert of it
/// is not closed. The desk is told yes or no, and sees no request and no alert.
pub async fn asked_before(tx: &mut Tx, permit: &Permit<actions::EditOrganization>, day: Date) -> Result<bool> {
    sqlx::query_scalar!(r#"SELECT hub.asked_before($1, $2) AS "asked!""#, permit.id().uuid(), day.to_sqlx())
        .fetch_one(tx.conn())
        .await
}
