//! How a facility reports: daily, daily and monthly, monthly.

use jiff_sqlx::ToSqlx;

use super::{Shows, Stale};
use crate::{
    domain::slip::{Month, Reporting},
    gate::{Permit, actions},
    store::{Result, Tx, sql::unknown_code},
};

pub async fn reporting<A: Shows>(tx: &mut Tx, permit: &Permit<A>) -> Result<Reporting> {
    let code = sqlx::query_scalar!(
        "SELECT reporting FROM hub.organizations WHERE ward_id = $1 AND id = $2",
        permit.ward().uuid(),
        permit.id().uuid()
    )
    .fetch_one(tx.conn())
    .await?;
    Reporting::from_code(&code).ok_or_else(|| unknown_code("reporting", &code))
}

/// Sets it. Who owes slips from now on owes the last month's first, and goes on owing what it owed before.
pub async fn set_reporting(
    tx: &mut Tx,
    permit: &Permit<actions::EditOrganization>,
    revision: i64,
    reporting: Reporting,
) -> Result<Result<(), Stale>> {
    let owed_from = Month::of(tx.today()).previous().first();
    let done = sqlx::query!(
        r#"
        UPDATE hub.organizations
        SET reporting = $4, revision = revision + 1
          , slips_from = CASE WHEN $5 THEN coalesce(slips_from, $6::date) END
        WHERE ward_id = $1 AND id = $2 AND revision = $3
        "#,
        permit.ward().uuid(),
        permit.id().uuid(),
        revision,
        reporting.code(),
        reporting.owes_slips(),
        owed_from.to_sqlx()
    )
    .execute(tx.conn())
    .await?;
    Ok(if done.rows_affected() == 1 { Ok(()) } else { Err(Stale) })
}
