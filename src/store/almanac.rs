//! The calendars of many facilities at once.

use std::{collections::HashMap, sync::Arc};

use jiff::civil::Date;
use jiff_sqlx::ToSqlx;

use super::{
    Result, Tx,
    calendars::{Layers, StoredLayers},
    sql::{from_json, uuids},
};
use crate::{
    domain::{
        calendar::{Calendar, Holidays, Office, Week},
        ids::{Id, Organization, Ward},
    },
    gate::{OrganizationFacts, Permit, Scope, actions},
};

/// The layers of some facilities.
#[derive(Debug)]
pub(super) struct Almanac {
    layers: HashMap<Id<Organization>, Layers>,
    holidays: Arc<Holidays>,
}

impl Almanac {
    /// The calendar of a child in `class` there, with its own week; a facility without a template is open every day.
    pub(super) fn calendar(&self, facility: Id<Organization>, class: &str, own_week: Option<Week>) -> Calendar {
        match self.layers.get(&facility) {
            Some(layers) => layers.of_child(class, own_week),
            None => Layers::of(Arc::clone(&self.holidays), StoredLayers::every_day()).of_child(class, own_week),
        }
    }

    /// The business days of the ward's offices, from the first day of the almanac on.
    pub(super) fn office(&self) -> Office {
        Office::new(Arc::clone(&self.holidays))
    }
}

/// The calendars of `facilities` from the day `from` on.
pub(super) async fn of<A: actions::Action<On = OrganizationFacts>>(
    tx: &mut Tx,
    scope: &Scope<A>,
    facilities: &[Id<Organization>],
    from: Date,
) -> Result<Almanac> {
    in_ward(tx, scope.ward(), facilities, from).await
}

/// The same for a duty of the ward.
pub(super) async fn for_duty<A: actions::Action<On = OrganizationFacts>>(
    tx: &mut Tx,
    permit: &Permit<A>,
    facilities: &[Id<Organization>],
    from: Date,
) -> Result<Almanac> {
    in_ward(tx, permit.ward(), facilities, from).await
}

/// The same, for whoever has asked the gate already.
pub(super) async fn in_ward(tx: &mut Tx, ward: Id<Ward>, facilities: &[Id<Organization>], from: Date) -> Result<Almanac> {
    let holidays =
        sqlx::query_scalar!("SELECT day FROM watch.holidays WHERE ward_id = $1 AND day >= $2", ward.uuid(), from.to_sqlx())
            .fetch_all(tx.conn())
            .await?;
    let holidays: Arc<Holidays> = Arc::new(holidays.into_iter().map(jiff_sqlx::Date::to_jiff).collect());
    let rows = sqlx::query!(
        r#"
        SELECT o.id AS "id: Id<Organization>", l.layers AS "layers!"
        FROM hub.organizations o CROSS JOIN LATERAL (SELECT watch.layers(o.id, $3)) AS l (layers)
        WHERE o.ward_id = $1 AND o.id = ANY ($2) AND l.layers IS NOT NULL
        "#,
        ward.uuid(),
        &uuids(facilities),
        from.to_sqlx(),
    )
    .fetch_all(tx.conn())
    .await?;
    let layers = rows.into_iter().map(|row| {
        let stored: StoredLayers = from_json(row.layers)?;
        Ok((row.id, Layers::of(Arc::clone(&holidays), stored)))
    });
    Ok(Almanac { layers: layers.collect::<Result<_>>()?, holidays })
}
