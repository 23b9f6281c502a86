//! Memberships from an accepted file: begun, proposed to a second admin, given other days.

use jiff_sqlx::ToSqlx;
use uuid::Uuid;

use crate::{
    domain::{
        ids::{self, Id, Organization, Person},
        membership::Term,
        role::Role,
    },
    gate::{Permit, actions},
    store::{Result, Tx},
};

/// A role to be held somewhere.
#[derive(Debug, Clone, Copy)]
pub struct Beginning {
    pub person: Id<Person>,
    pub organization: Id<Organization>,
    pub role: Role,
    pub term: Term,
}

/// Other days of a membership.
#[derive(Debug, Clone, Copy)]
pub struct Alteration {
    pub membership: Id<ids::Membership>,
    pub term: Term,
    /// 'moved' or 'left'; empty when nobody goes.
    pub reason: &'static str,
}

struct Arrays {
    ids: Vec<Uuid>,
    people: Vec<Uuid>,
    organizations: Vec<Uuid>,
    roles: Vec<String>,
    from: Vec<String>,
    until: Vec<String>,
}

impl Arrays {
    fn of(all: &[Beginning]) -> Self {
        Self {
            ids: all.iter().map(|_| Id::<ids::Membership>::random().uuid()).collect(),
            people: all.iter().map(|one| one.person.uuid()).collect(),
            organizations: all.iter().map(|one| one.organization.uuid()).collect(),
            roles: all.iter().map(|one| one.role.code().to_owned()).collect(),
            from: all.iter().map(|one| one.term.from().to_string()).collect(),
            until: all.iter().map(|one| last(one.term)).collect(),
        }
    }
}

/// The last day; empty when there is none.
fn last(term: Term) -> String {
    term.until().map_or_else(String::new, |until| until.to_string())
}

/// Begins memberships that one admin may give.
pub async fn begin(tx: &mut Tx, permit: &Permit<actions::AcceptDirectory>, all: &[Beginning]) -> Result<()> {
    let arrays = Arrays::of(all);
    sqlx::query!(
        r#"
        INSERT INTO hub.memberships (ward_id, id, person_id, organization_id, role, from_on, until_on)
        SELECT $1, x.id, x.person_id, x.organization_id, x.role, x.from_on::date, nullif(x.until_on, '')::date
        FROM unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::text[])
             AS x (id, person_id, organization_id, role, from_on, until_on)
        "#,
        permit.ward().uuid(),
        &arrays.ids,
        &arrays.people,
        &arrays.organizations,
        &arrays.roles,
        &arrays.from,
        &arrays.until
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Proposes what a second admin has to agree to; says how many proposals are new. The same right is proposed once at a time.
pub async fn propose(tx: &mut Tx, permit: &Permit<actions::AcceptDirectory>, all: &[Beginning]) -> Result<u64> {
    let (arrays, now) = (Arrays::of(all), tx.now());
    let done = sqlx::query!(
        r#"
        INSERT INTO hub.proposals (ward_id, id, person_id, organization_id, role, from_on, until_on, proposed_by, proposed_at)
        SELECT $1, x.id, x.person_id, x.organization_id, x.role, x.from_on::date, nullif(x.until_on, '')::date, $2, $3
        FROM unnest($4::uuid[], $5::uuid[], $6::uuid[], $7::text[], $8::text[], $9::text[])
             AS x (id, person_id, organization_id, role, from_on, until_on)
        WHERE NOT EXISTS
            ( SELECT FROM hub.proposals p WHERE p.ward_id = $1 AND p.person_id = x.person_id AND p.organization_id = x.organization_id
                AND p.role = x.role AND p.state = 'open' )
        ON CONFLICT DO NOTHING
        "#,
        permit.ward().uuid(),
        permit.person().map(Id::uuid),
        now.to_sqlx(),
        &arrays.ids,
        &arrays.people,
        &arrays.organizations,
        &arrays.roles,
        &arrays.from,
        &arrays.until
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected())
}

/// Gives memberships other days, and ends the sessions that act by one which is over now; says how many that were.
pub async fn alter(tx: &mut Tx, permit: &Permit<actions::AcceptDirectory>, all: &[Alteration]) -> Result<u64> {
    let (ward, now, today) = (permit.ward().uuid(), tx.now(), tx.today());
    let ids: Vec<Uuid> = all.iter().map(|one| one.membership.uuid()).collect();
    sqlx::query!(
        r#"
        UPDATE hub.memberships m SET from_on = x.from_on::date, until_on = nullif(x.until_on, '')::date, ended_reason = x.reason, revision = m.revision + 1
        FROM unnest($2::uuid[], $3::text[], $4::text[], $5::text[]) AS x (id, from_on, until_on, reason)
        WHERE m.ward_id = $1 AND m.id = x.id
        "#,
        ward,
        &ids,
        &all.iter().map(|one| one.term.from().to_string()).collect::<Vec<_>>(),
        &all.iter().map(|one| last(one.term)).collect::<Vec<_>>(),
        &all.iter().map(|one| one.reason.to_owned()).collect::<Vec<_>>()
    )
    .execute(tx.conn())
    .await?;
    let ended = sqlx::query!(
        r#"
        UPDATE hub.sessions s SET ended_at = $3, ended_by = 'change'
        FROM hub.memberships m
        WHERE s.ward_id = $1 AND s.membership_id = ANY ($2) AND s.ended_at IS NULL
          AND m.ward_id = s.ward_id AND m.id = s.membership_id AND m.until_on < $4
        "#,
        ward,
        &ids,
        now.to_sqlx(),
        today.to_sqlx()
    )
    .execute(tx.conn())
    .await?;
    Ok(ended.rows_affected())
}
