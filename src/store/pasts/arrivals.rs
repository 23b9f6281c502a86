//! When what facilities owed came, for the rules that ask about the time.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use jiff::{Timestamp, ToSpan as _, civil::Date};
use jiff_sqlx::ToSqlx;

use crate::{
    domain::{
        backtest::OwedSlip,
        calendar::Office,
        ids::{Child, Id, Organization},
        slip::{self, Month},
    },
    gate::{Permit, actions},
    store::{Result, Tx, back_tests::Taken, sql::uuids},
};

/// When the first report about each child's days came, whichever facility sent it.
pub(super) async fn reports(
    tx: &mut Tx,
    permit: &Permit<actions::RunBackTest>,
    children: &[Id<Child>],
    taken: &Taken,
) -> Result<HashMap<Id<Child>, BTreeMap<Date, Timestamp>>> {
    let rows = sqlx::query!(
        r#"
        SELECT w.child_id AS "child: Id<Child>", v.day, min(v.reported_at) AS "came!"
        FROM watch.watches w
        JOIN watch.reports v ON v.ward_id = w.ward_id AND v.watch_id = w.id AND v.version = 1 AND v.day BETWEEN $3 AND $4
        WHERE w.ward_id = $1 AND w.child_id = ANY ($2)
        GROUP BY w.child_id, v.day
        "#,
        permit.ward().uuid(),
        &uuids(children),
        taken.from.to_sqlx(),
        taken.until.to_sqlx()
    )
    .fetch_all(tx.conn())
    .await?;
    let mut came: HashMap<_, BTreeMap<_, _>> = HashMap::new();
    for row in rows {
        came.entry(row.child).or_default().insert(row.day.to_jiff(), row.came.to_jiff());
    }
    Ok(came)
}

/// The slips each facility owed in the months that count within the period, oldest first, by what it owes today. Whoever owes any has a
/// month from which on. The facilities are named twice: else every watch of the ward would be read (64 ms of 100,000; 10 so).
pub(super) async fn slips(
    tx: &mut Tx,
    permit: &Permit<actions::RunBackTest>,
    facilities: &[Id<Organization>],
    taken: &Taken,
    office: &Office,
) -> Result<HashMap<Id<Organization>, Vec<OwedSlip>>> {
    let oldest = Month::of(taken.from.saturating_sub(12.months()));
    let rows = sqlx::query!(
        r#"
        SELECT o.id AS "facility: Id<Organization>", m.month::date AS "month!"
             , ( SELECT min(s.approved_at) FROM watch.slips s
                 WHERE s.ward_id = o.ward_id AND s.facility_id = o.id AND s.month = m.month::date AND s.approved_at IS NOT NULL ) AS came
        FROM hub.organizations o
        CROSS JOIN generate_series($3::date::timestamp, $4::date::timestamp, interval '1 month') AS m (month)
        WHERE o.ward_id = $1 AND o.id = ANY ($2) AND o.reporting <> 'daily' AND o.slips_from <= m.month::date
          AND EXISTS (SELECT FROM watch.watches w WHERE w.ward_id = o.ward_id AND w.facility_id = o.id AND w.facility_id = ANY ($2)
                      AND w.from_on < m.month + interval '1 month' AND (w.until_on IS NULL OR w.until_on >= m.month))
        ORDER BY m.month
        "#,
        permit.ward().uuid(),
        &uuids(facilities),
        oldest.first().to_sqlx(),
        Month::of(taken.until).previous().first().to_sqlx()
    )
    .fetch_all(tx.conn())
    .await?;
    let mut business_days: HashMap<Month, Arc<[Date]>> = HashMap::new();
    let mut owed: HashMap<_, Vec<_>> = HashMap::new();
    for row in rows {
        let month = Month::of(row.month.to_jiff());
        let business_days = business_days.entry(month).or_insert_with(|| slip::business_days_after(office, month).collect());
        let came = row.came.map(jiff_sqlx::Timestamp::to_jiff);
        owed.entry(row.facility).or_default().push(OwedSlip { month, business_days: Arc::clone(business_days), came });
    }
    Ok(owed)
}
