//! How facilities stand to the council (要対協). A facility and its systems have no right to read it.

use jiff_sqlx::ToSqlx;

use crate::{
    domain::{
        facility::{Secrecy, Tie},
        ids::{Id, Organization},
    },
    store::{Result, Tx, sql::unknown_code},
};

/// A row that may not be there: nobody has written it down then.
pub(in crate::store) fn secrecy(
    tie: Option<&str>,
    member_since: Option<jiff_sqlx::Date>,
    pledged_on: Option<jiff_sqlx::Date>,
) -> Result<Secrecy> {
    let Some(code) = tie else { return Ok(Secrecy::UNKNOWN) };
    Ok(Secrecy {
        tie: Tie::from_code(code).ok_or_else(|| unknown_code("tie to the council", code))?,
        member_since: member_since.map(jiff_sqlx::Date::to_jiff),
        pledged_on: pledged_on.map(jiff_sqlx::Date::to_jiff),
    })
}

/// Writes it down for a facility; the permit is that of the change it is part of.
pub(super) async fn set_secrecy(tx: &mut Tx, ward: uuid::Uuid, facility: Id<Organization>, secrecy: Secrecy) -> Result<()> {
    sqlx::query!(
        r#"
        INSERT INTO hub.council_ties (ward_id, organization_id, tie, member_since, pledged_on) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (ward_id, organization_id)
        DO UPDATE SET tie = excluded.tie, member_since = excluded.member_since, pledged_on = excluded.pledged_on
        "#,
        ward,
        facility.uuid(),
        secrecy.tie.code(),
        secrecy.member_since.map(ToSqlx::to_sqlx),
        secrecy.pledged_on.map(ToSqlx::to_sqlx)
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
