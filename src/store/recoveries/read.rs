//! What is known of a person's recovery before anybody decides.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;

use super::State;
use crate::{
    domain::{
        ids::{self, Id, Recovery, Ward},
        recovery::{Reason, Standing, Voice},
    },
    gate::{Permit, PersonFacts, Role, actions},
    store::{Result, Tx, sql::unknown_code},
};

/// The person a recovery is about, as the page names them.
#[derive(Debug, Clone)]
pub struct Person {
    pub name: String,
    pub kana: String,
    /// Whether the account is in use: neither new, stopped nor given up.
    pub is_active: bool,
    /// Organization and role of each membership in force, as far as the reader may know of it.
    pub posts: Vec<(String, Role)>,
}

pub async fn person<A: actions::Action<On = PersonFacts>>(tx: &mut Tx, permit: &Permit<A>) -> Result<Option<Person>> {
    let today = tx.today();
    let rows = sqlx::query!(
        r#"
        SELECT p.display_name, p.kana, p.status, o.name AS "organization?", m.role AS "role?"
        FROM hub.people p
        LEFT JOIN hub.memberships m ON m.ward_id = p.ward_id AND m.person_id = p.id AND m.from_on <= $3 AND (m.until_on IS NULL OR m.until_on >= $3)
        LEFT JOIN hub.organizations o ON o.ward_id = m.ward_id AND o.id = m.organization_id
        WHERE p.ward_id = $1 AND p.id = $2
        ORDER BY o.name, m.role
        "#,
        permit.ward().uuid(),
        permit.id().uuid(),
        today.to_sqlx(),
    )
    .fetch_all(tx.conn())
    .await?;
    let Some(first) = rows.first() else { return Ok(None) };
    let mut person = Person {
        name: first.display_name.clone(),
        kana: first.kana.clone(),
        is_active: first.status == "active",
        posts: Vec::new(),
    };
    for row in rows {
        if let (Some(organization), Some(role)) = (row.organization, row.role) {
            person.posts.push((organization, Role::from_code(&role).ok_or_else(|| unknown_code("role", &role))?));
        }
    }
    Ok(Some(person))
}

/// What the person is, as far as the actor may know: a facility's head sees no membership elsewhere. What counts is asked again
/// when the code is spent.
pub async fn standing<A: actions::Action<On = PersonFacts>>(tx: &mut Tx, permit: &Permit<A>) -> Result<Standing> {
    standing_of(tx, permit.ward(), permit.id()).await
}

pub(super) async fn standing_of(tx: &mut Tx, ward: Id<Ward>, person: Id<ids::Person>) -> Result<Standing> {
    let today = tx.today();
    let row = sqlx::query!(
        r#"
        SELECT coalesce(bool_and(m.role = 'reporter'), false) AS "only_reports!"
             , coalesce(bool_or(m.role IN ('ward_admin', 'auditor', 'operator')), false) AS "privileged!"
             , coalesce(bool_or(EXISTS
                 ( SELECT FROM hub.memberships h
                   JOIN hub.people p ON p.ward_id = h.ward_id AND p.id = h.person_id AND p.status = 'active'
                   WHERE h.ward_id = m.ward_id AND h.organization_id = m.organization_id AND h.role = 'facility_head' AND h.person_id <> m.person_id
                     AND h.suspended_at IS NULL AND h.from_on <= $3 AND (h.until_on IS NULL OR h.until_on >= $3) )), false) AS "has_head!"
        FROM hub.memberships m
        WHERE m.ward_id = $1 AND m.person_id = $2 AND (m.until_on IS NULL OR m.until_on >= $3)
        "#,
        ward.uuid(),
        person.uuid(),
        today.to_sqlx(),
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(Standing { only_reports: row.only_reports, privileged: row.privileged, has_head: row.has_head })
}

/// A recovery that is under way.
#[derive(Debug, Clone)]
pub struct Open {
    pub id: Id<Recovery>,
    pub state: State,
    pub reason: Reason,
    pub asked_as: Voice,
    /// `None` for the operator.
    pub asked_by: Option<Id<ids::Person>>,
    /// `None` also for somebody the reader may not know.
    pub asked_by_name: Option<String>,
    pub asked_at: Timestamp,
    pub second: Voice,
    pub opens_at: Option<Timestamp>,
    pub expires_at: Timestamp,
}

/// The recovery of the person that is under way and has not run out.
pub async fn open<A: actions::Action<On = PersonFacts>>(tx: &mut Tx, permit: &Permit<A>) -> Result<Option<Open>> {
    let now = tx.now();
    let row = sqlx::query!(
        r#"
        SELECT r.id AS "id: Id<Recovery>", r.state, r.reason, r.asked_as, r.asked_by AS "asked_by: Id<ids::Person>"
             , a.display_name AS "asked_by_name?", r.asked_at, r.second, r.opens_at, r.expires_at
        FROM hub.recoveries r
        LEFT JOIN hub.people a ON a.ward_id = r.ward_id AND a.id = r.asked_by
        WHERE r.ward_id = $1 AND r.person_id = $2 AND r.state IN ('asked', 'approved') AND r.expires_at > $3
        "#,
        permit.ward().uuid(),
        permit.id().uuid(),
        now.to_sqlx(),
    )
    .fetch_optional(tx.conn())
    .await?;
    row.map(|row| {
        Ok(Open {
            id: row.id,
            state: State::from_code(&row.state).ok_or_else(|| unknown_code("recovery state", &row.state))?,
            reason: Reason::from_code(&row.reason).ok_or_else(|| unknown_code("recovery reason", &row.reason))?,
            asked_as: voice(&row.asked_as)?,
            asked_by: row.asked_by,
            asked_by_name: row.asked_by_name,
            asked_at: row.asked_at.to_jiff(),
            second: voice(&row.second)?,
            opens_at: row.opens_at.map(jiff_sqlx::Timestamp::to_jiff),
            expires_at: row.expires_at.to_jiff(),
        })
    })
    .transpose()
}

pub(super) fn voice(code: &str) -> Result<Voice> {
    Voice::from_code(code).ok_or_else(|| unknown_code("voice", code))
}
