//! The recoveries under way, and those of the last days, as heads and the ward's desk list them.

use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx;

use super::{State, read::voice};
use crate::{
    domain::{
        ids::{Id, Person},
        recovery::Voice,
    },
    gate::{Role, Scope, actions},
    store::{
        Result, Tx,
        sql::{unknown_code, uuids},
    },
};

/// How long an end is shown.
const SHOWN: SignedDuration = SignedDuration::from_hours(30 * 24);

#[derive(Debug, Clone)]
pub struct Line {
    pub person: Id<Person>,
    pub name: String,
    /// Where they belong, as far as the reader may know.
    pub organizations: String,
    /// What it is now: what nobody came for in time has lapsed, whether that was written down or not.
    pub state: State,
    pub asked_as: Voice,
    pub asked_by: Option<Id<Person>>,
    pub asked_by_name: Option<String>,
    pub asked_at: Timestamp,
    pub second: Voice,
    pub opens_at: Option<Timestamp>,
    pub expires_at: Timestamp,
    pub closed_at: Option<Timestamp>,
}

/// Open ones first, then the latest; of people who belonged to the organizations in scope when it was asked.
pub async fn list(tx: &mut Tx, scope: &Scope<actions::ListRecoveries>) -> Result<Vec<Line>> {
    let (now, today) = (tx.now(), tx.today());
    let rows = sqlx::query!(
        r#"
        SELECT r.person_id AS "person: Id<Person>", p.display_name, r.state, r.asked_as, r.asked_by AS "asked_by: Id<Person>"
             , a.display_name AS "asked_by_name?", r.asked_at, r.second, r.opens_at, r.expires_at, r.closed_at
             , r.state IN ('asked', 'approved') AND r.expires_at <= $3 AS "ran_out!"
             , coalesce((SELECT string_agg(DISTINCT o.name, '、' ORDER BY o.name) FROM hub.memberships m
                         JOIN hub.organizations o ON o.ward_id = m.ward_id AND o.id = m.organization_id
                         WHERE m.ward_id = r.ward_id AND m.person_id = r.person_id AND m.from_on <= $5 AND (m.until_on IS NULL OR m.until_on >= $5)), '') AS "organizations!"
        FROM hub.recoveries r
        JOIN hub.people p ON p.ward_id = r.ward_id AND p.id = r.person_id
        LEFT JOIN hub.people a ON a.ward_id = r.ward_id AND a.id = r.asked_by
        WHERE r.ward_id = $1 AND r.asked_at > $4
          AND EXISTS (SELECT FROM hub.memberships m WHERE m.ward_id = r.ward_id AND m.person_id = r.person_id AND m.organization_id = ANY ($2)
                          AND (m.until_on IS NULL OR m.until_on >= (r.asked_at AT TIME ZONE 'Asia/Tokyo')::date))
        ORDER BY (r.state IN ('asked', 'approved') AND r.expires_at > $3) DESC, r.asked_at DESC, r.id
        LIMIT 200
        "#,
        scope.ward().uuid(),
        &uuids(scope.organizations()),
        now.to_sqlx(),
        (now - SHOWN).to_sqlx(),
        today.to_sqlx(),
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|row| {
            let state = State::from_code(&row.state).ok_or_else(|| unknown_code("recovery state", &row.state))?;
            Ok(Line {
                person: row.person,
                name: row.display_name,
                organizations: row.organizations,
                state: if row.ran_out { State::Lapsed } else { state },
                asked_as: voice(&row.asked_as)?,
                asked_by: row.asked_by,
                asked_by_name: row.asked_by_name,
                asked_at: row.asked_at.to_jiff(),
                second: voice(&row.second)?,
                opens_at: row.opens_at.map(jiff_sqlx::Timestamp::to_jiff),
                expires_at: row.expires_at.to_jiff(),
                closed_at: row.closed_at.map(jiff_sqlx::Timestamp::to_jiff),
            })
        })
        .collect()
}

/// Somebody whose account is in use.
#[derive(Debug, Clone)]
pub struct Candidate {
    pub id: Id<Person>,
    pub name: String,
    pub organization: String,
    pub role: Role,
}

/// Whom the reader could ask for: one line for each membership in force, by organization and name. A facility's head only those
/// who report for it; nobody themselves.
pub async fn candidates(
    tx: &mut Tx,
    scope: &Scope<actions::ListRecoveries>,
    voice: Voice,
    limit: i64,
    offset: i64,
) -> Result<Vec<Candidate>> {
    let today = tx.today();
    let rows = sqlx::query!(
        r#"
        SELECT p.id AS "id: Id<Person>", p.display_name, o.name, m.role
        FROM hub.memberships m
        JOIN hub.people p ON p.ward_id = m.ward_id AND p.id = m.person_id AND p.status = 'active'
        JOIN hub.organizations o ON o.ward_id = m.ward_id AND o.id = m.organization_id
        WHERE m.ward_id = $1 AND m.organization_id = ANY ($2) AND p.id IS DISTINCT FROM $3 AND ($4 OR m.role = 'reporter')
          AND m.from_on <= $5 AND (m.until_on IS NULL OR m.until_on >= $5)
        ORDER BY o.name, p.kana, p.display_name, p.id, m.role
        LIMIT $6 OFFSET $7
        "#,
        scope.ward().uuid(),
        &uuids(scope.organizations()),
        scope.person().map(Id::uuid),
        voice != Voice::Head,
        today.to_sqlx(),
        limit,
        offset,
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|row| {
            let role = Role::from_code(&row.role).ok_or_else(|| unknown_code("role", &row.role))?;
            Ok(Candidate { id: row.id, name: row.display_name, organization: row.name, role })
        })
        .collect()
}
