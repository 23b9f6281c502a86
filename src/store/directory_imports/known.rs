//! The ward as a file is weighed against it: every organization, template and person, closed and gone ones included.

use std::collections::HashMap;

use jiff_sqlx::ToSqlx;

use super::Handles;
use crate::{
    domain::{
        directory::{
            organizations::{Details, KnownOrganization, KnownTemplate, Parent},
            people::{KnownPerson, PersonDetails},
        },
        facility::OrganizationKind,
        ids::{Id, Membership, Organization, Person},
        membership::{Held, Term, admins::Admins},
        role::Role,
        school_code::SchoolCode,
    },
    gate::{Actor, Permit, actions},
    store::{
        Error, Result, Tx,
        people::{admins_of, memberships},
        sql::unknown_code,
    },
};

/// Waits until nobody else of the ward changes its directory, and says whether whoever asks still may. People first, then the
/// ward: in this order everybody takes their turn.
pub async fn take_turn(tx: &mut Tx, permit: &Permit<actions::AcceptDirectory>, actor: &Actor) -> Result<bool> {
    let ward = permit.ward().uuid();
    sqlx::query_scalar!("SELECT count(*) FROM (SELECT id FROM hub.people WHERE ward_id = $1 ORDER BY id FOR UPDATE) p", ward)
        .fetch_one(tx.conn())
        .await?;
    sqlx::query_scalar!("SELECT id FROM hub.wards WHERE id = $1 FOR UPDATE", ward).fetch_optional(tx.conn()).await?;
    sqlx::query_scalar!(
        "SELECT count(*) FROM (SELECT id FROM hub.organizations WHERE ward_id = $1 ORDER BY id FOR UPDATE) o",
        ward
    )
    .fetch_one(tx.conn())
    .await?;
    match actor.member() {
        Some(member) => memberships::still_acts(tx, member).await,
        None => Ok(true),
    }
}

pub async fn organizations<A: Handles>(tx: &mut Tx, permit: &Permit<A>) -> Result<Vec<KnownOrganization>> {
    let rows = sqlx::query!(
        r#"
        SELECT id AS "id: Id<Organization>", parent_id AS "parent: Id<Organization>", kind, name, district, school_code, phone
             , opened_on, closed_on, calendar_template
        FROM hub.organizations WHERE ward_id = $1 ORDER BY name, id
        "#,
        permit.ward().uuid()
    )
    .fetch_all(tx.conn())
    .await?;
    let known = rows.into_iter().map(|row| {
        let code = (!row.school_code.is_empty()).then(|| SchoolCode::parse(&row.school_code)).transpose();
        Ok(KnownOrganization {
            id: row.id,
            details: Details {
                kind: OrganizationKind::from_code(&row.kind).ok_or_else(|| unknown_code("organization kind", &row.kind))?,
                name: row.name,
                district: row.district,
                school_code: code.map_err(|_| unknown_code("school", &row.school_code))?,
                parent: row.parent.map(Parent::Known),
                phone: row.phone,
                opened_on: row.opened_on.to_jiff(),
                closed_on: row.closed_on.map(jiff_sqlx::Date::to_jiff),
                template: row.calendar_template,
            },
        })
    });
    known.collect()
}

pub async fn templates<A: Handles>(tx: &mut Tx, permit: &Permit<A>) -> Result<Vec<KnownTemplate>> {
    sqlx::query_as!(
        KnownTemplate,
        "SELECT code, name FROM watch.calendar_templates WHERE ward_id = $1 ORDER BY name, code",
        permit.ward().uuid()
    )
    .fetch_all(tx.conn())
    .await
}

/// Who can run the ward.
pub async fn admins<A: Handles>(tx: &mut Tx, permit: &Permit<A>) -> Result<Admins> {
    admins_of(tx, permit.ward().uuid()).await
}

pub async fn people<A: Handles>(tx: &mut Tx, permit: &Permit<A>) -> Result<Vec<KnownPerson>> {
    let today = tx.today();
    let mut held = held(tx, permit).await?;
    let rows = sqlx::query!(
        r#"
        SELECT id AS "id: Id<Person>", display_name, kana, staff_code, mail
             , coalesce(status = 'left' OR left_on < $2, false) AS "left!"
        FROM hub.people WHERE ward_id = $1 ORDER BY kana = '', kana, display_name, id
        "#,
        permit.ward().uuid(),
        today.to_sqlx()
    )
    .fetch_all(tx.conn())
    .await?;
    let people = rows.into_iter().map(|row| KnownPerson {
        id: row.id,
        details: PersonDetails { name: row.display_name, kana: row.kana, staff_code: row.staff_code, mail: row.mail },
        left: row.left,
        memberships: held.remove(&row.id).unwrap_or_default(),
    });
    Ok(people.collect())
}

/// Memberships by person. One that was stopped before it began gives nobody anything, and stands in no row's way.
async fn held<A: Handles>(tx: &mut Tx, permit: &Permit<A>) -> Result<HashMap<Id<Person>, Vec<Held>>> {
    let rows = sqlx::query!(
        r#"
        SELECT id AS "id: Id<Membership>", person_id AS "person: Id<Person>", organization_id AS "organization: Id<Organization>"
             , role, from_on, until_on, suspended_at IS NOT NULL AS "suspended!"
        FROM hub.memberships WHERE ward_id = $1 AND (suspended_at IS NULL OR ended_reason = '') ORDER BY from_on, id
        "#,
        permit.ward().uuid()
    )
    .fetch_all(tx.conn())
    .await?;
    let mut held: HashMap<Id<Person>, Vec<Held>> = HashMap::new();
    for row in rows {
        let term = Term::new(row.from_on.to_jiff(), row.until_on.map(jiff_sqlx::Date::to_jiff));
        held.entry(row.person).or_default().push(Held {
            id: row.id,
            person: row.person,
            organization: row.organization,
            role: Role::from_code(&row.role).ok_or_else(|| unknown_code("role", &row.role))?,
            term: term.map_err(|refusal| Error::Decode(refusal.into()))?,
            suspended: row.suspended,
        });
    }
    Ok(held)
}
