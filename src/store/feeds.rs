//! Whether reports arrive: the proof that silence is calm and not a broken line.

use std::collections::{BTreeSet, HashMap};

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;

use super::{Result, Tx, almanac, calendars::own_week, sql::uuids};
use crate::{
    domain::ids::{Id, Organization},
    gate::{OrganizationFacts, Scope, actions},
};

/// What comes with a look at the feeds.
pub trait ShowsFeed: actions::Action<On = OrganizationFacts> {}
impl ShowsFeed for actions::ListAlerts {}
impl ShowsFeed for actions::ReadBoard {}

/// The facilities with a live request of these offices whose day is open, and those of them that have sent.
#[derive(Debug, Clone)]
pub struct Feed {
    pub expected: BTreeSet<Id<Organization>>,
    /// When each of them last sent for today.
    pub sent: HashMap<Id<Organization>, Timestamp>,
    /// The last report of any of them in the past week, when none has sent today.
    pub silent_since: Option<Timestamp>,
}

impl Feed {
    /// How many of the expected have sent.
    pub fn reported(&self) -> usize {
        self.expected.iter().filter(|facility| self.sent.contains_key(facility)).count()
    }
}

pub async fn today<A: ShowsFeed>(tx: &mut Tx, scope: &Scope<A>) -> Result<Feed> {
    let today = tx.today();
    let places = sqlx::query!(
        r#"
        SELECT DISTINCT w.facility_id AS "facility: Id<Organization>", w.class, w.own_weekdays
        FROM desk.requests r
        JOIN watch.watches w ON w.ward_id = r.ward_id AND w.id = r.watch_id
        JOIN hub.organizations o ON o.ward_id = w.ward_id AND o.id = w.facility_id AND o.reporting <> 'monthly'
        WHERE r.ward_id = $1 AND r.office_id = ANY ($2) AND w.from_on <= $3 AND (w.until_on IS NULL OR w.until_on >= $3)
        "#,
        scope.ward().uuid(),
        &uuids(scope.organizations()),
        today.to_sqlx(),
    )
    .fetch_all(tx.conn())
    .await?;
    let facilities: Vec<_> = places.iter().map(|place| place.facility).collect::<BTreeSet<_>>().into_iter().collect();
    let almanac = almanac::of(tx, scope, &facilities, today).await?;
    let open = places.iter().filter(|place| {
        let own = own_week(place.own_weekdays.as_deref());
        almanac.calendar(place.facility, &place.class, own).open(today).is_open()
    });
    let expected: BTreeSet<_> = open.map(|place| place.facility).collect();
    let sent: HashMap<_, _> = sqlx::query!(
        r#"
        SELECT facility_id AS "facility: Id<Organization>", max(sent_at) AS "at!" FROM watch.submissions
        WHERE ward_id = $1 AND facility_id = ANY ($2) AND day = $3 GROUP BY facility_id
        "#,
        scope.ward().uuid(),
        &uuids(&facilities),
        today.to_sqlx(),
    )
    .fetch_all(tx.conn())
    .await?
    .into_iter()
    .map(|row| (row.facility, row.at.to_jiff()))
    .collect();
    let silent_since = if sent.is_empty() { last_sent(tx, scope, &facilities).await? } else { None };
    Ok(Feed { expected, sent, silent_since })
}

async fn last_sent<A: ShowsFeed>(tx: &mut Tx, scope: &Scope<A>, facilities: &[Id<Organization>]) -> Result<Option<Timestamp>> {
    let today = tx.today();
    let at = sqlx::query_scalar!(
        "SELECT max(sent_at) FROM watch.submissions WHERE ward_id = $1 AND facility_id = ANY ($2) AND day >= $3::date - 7",
        scope.ward().uuid(),
        &uuids(facilities),
        today.to_sqlx(),
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(at.map(jiff_sqlx::Timestamp::to_jiff))
}
