//! Everybody's rights and ways in, as the monthly lists and the figures of the desk read them.

use std::collections::HashMap;

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;

use super::{Result, Tx, sql::unknown_code};
use crate::{
    domain::{
        calendar::day_after,
        clock::{in_japan, japan_instant},
        facility::OrganizationKind,
        ids::{Id, Organization, Person},
        membership::Term,
        rights::{Account, Credential, Grant, Month},
        role::Role,
    },
    gate::{OrganizationFacts, Scope, actions},
};

/// What may be done with everybody's rights in hand.
pub trait Looks: actions::Action<On = OrganizationFacts> {}
impl Looks for actions::ListPeople {}
impl Looks for actions::ExportRights {}

/// Everybody who has ever belonged to the ward, as far as is known for the month; the last sign-in is the last one in it or before.
///
/// What has a date is as it was then: memberships, passkeys, closings, leaving. What is kept as it stands now alone is said as it
/// stands now: names, and who is suspended (since when is in the trail). A suspension that is over leaves no trace here.
pub async fn accounts<A: Looks>(tx: &mut Tx, scope: &Scope<A>, month: Month) -> Result<Vec<Account>> {
    let end = japan_instant(day_after(month.last()).at(0, 0, 0, 0));
    let people = sqlx::query!(
        r#"
        SELECT p.id AS "id: Id<Person>", p.display_name, p.kana, p.staff_code, p.left_on
             , CASE WHEN p.status = 'suspended' THEN coalesce(
                   ( SELECT max(t.at) FROM hub.trail t
                     WHERE t.ward_id = p.ward_id AND t.resource_id = p.id AND t.action = 'suspendPerson' AND NOT t.detail ? 'step' )
                   , p.created_at ) END AS suspended_at
             , ( SELECT s.at FROM hub.sign_ins s
                 WHERE s.ward_id = p.ward_id AND s.person_id = p.id AND s.outcome IN ('signed_in', 'enrolled', 'recovered') AND s.at < $2
                 ORDER BY s.at DESC, s.id DESC LIMIT 1 ) AS last_sign_in
        FROM hub.people p WHERE p.ward_id = $1 AND p.created_at < $2
        ORDER BY p.id
        "#,
        scope.ward().uuid(),
        end.to_sqlx() as _
    )
    .fetch_all(tx.conn())
    .await?;
    let mut credentials = credentials(tx, scope).await?;
    let mut grants = grants(tx, scope).await?;
    let accounts = people.into_iter().map(|row| Account {
        person: row.id,
        name: row.display_name,
        kana: row.kana,
        staff_code: row.staff_code,
        credentials: credentials.remove(&row.id).unwrap_or_default(),
        suspended_on: row.suspended_at.map(|at| in_japan(at.to_jiff()).date()),
        left_on: row.left_on.map(jiff_sqlx::Date::to_jiff),
        last_sign_in: row.last_sign_in.map(jiff_sqlx::Timestamp::to_jiff),
        grants: grants.remove(&row.id).unwrap_or_default(),
    });
    Ok(accounts.collect())
}

async fn credentials<A: Looks>(tx: &mut Tx, scope: &Scope<A>) -> Result<HashMap<Id<Person>, Vec<Credential>>> {
    let rows = sqlx::query!(
        r#"SELECT person_id AS "person: Id<Person>", created_at, removed_at FROM hub.passkeys WHERE ward_id = $1 ORDER BY created_at, id"#,
        scope.ward().uuid()
    )
    .fetch_all(tx.conn())
    .await?;
    let day = |at: Timestamp| in_japan(at).date();
    let mut found: HashMap<_, Vec<_>> = HashMap::new();
    for row in rows {
        let registered_on = day(row.created_at.to_jiff());
        found
            .entry(row.person)
            .or_default()
            .push(Credential { registered_on, removed_on: row.removed_at.map(|at| day(at.to_jiff())) });
    }
    Ok(found)
}

async fn grants<A: Looks>(tx: &mut Tx, scope: &Scope<A>) -> Result<HashMap<Id<Person>, Vec<Grant>>> {
    let rows = sqlx::query!(
        r#"
        SELECT m.person_id AS "person: Id<Person>", m.role, m.from_on, m.until_on, m.suspended_at
             , o.id AS "organization: Id<Organization>", o.name, o.kind, o.opened_on, o.closed_on
        FROM hub.memberships m
        JOIN hub.organizations o ON o.ward_id = m.ward_id AND o.id = m.organization_id
        WHERE m.ward_id = $1
        ORDER BY m.from_on, o.name, m.id
        "#,
        scope.ward().uuid()
    )
    .fetch_all(tx.conn())
    .await?;
    let mut found: HashMap<_, Vec<_>> = HashMap::new();
    for row in rows {
        let (from, until) = (row.from_on.to_jiff(), row.until_on.map(jiff_sqlx::Date::to_jiff));
        let grant = Grant {
            organization: row.organization,
            organization_name: row.name,
            kind: OrganizationKind::from_code(&row.kind).ok_or_else(|| unknown_code("organization kind", &row.kind))?,
            role: Role::from_code(&row.role).ok_or_else(|| unknown_code("role", &row.role))?,
            term: Term::new(from, until).map_err(|error| super::Error::Decode(error.into()))?,
            suspended_on: row.suspended_at.map(|at| in_japan(at.to_jiff()).date()),
            opened_on: row.opened_on.to_jiff(),
            closed_on: row.closed_on.map(jiff_sqlx::Date::to_jiff),
        };
        found.entry(row.person).or_default().push(grant);
    }
    Ok(found)
}
