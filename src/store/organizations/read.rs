//! One organization in full: what it is, who acts for it, what stands below it, what it was before.

use jiff::civil::Date;
use jiff_sqlx::ToSqlx;

use super::{kind, secrecy};
use crate::{
    domain::{
        facility::{OrganizationKind, Secrecy},
        ids::{Id, Organization, Person},
    },
    gate::{OrganizationFacts, Permit, Role, Scope, actions},
    store::{Result, Tx, calendars::ReadsCalendar, sql},
};

/// What may be done with an organization in hand.
pub trait Shows: actions::Action<On = OrganizationFacts> {}
impl Shows for actions::ReadOrganization {}
impl Shows for actions::EditOrganization {}
impl Shows for actions::EditSecurity {}
impl Shows for actions::CloseOrganization {}
impl Shows for actions::MergeOrganization {}

/// All that is written down about an organization; empty texts are not known.
#[derive(Debug, Clone)]
pub struct Details {
    pub id: Id<Organization>,
    pub parent: Option<Id<Organization>>,
    pub parent_name: Option<String>,
    pub kind: OrganizationKind,
    pub name: String,
    pub code: String,
    pub school_code: String,
    pub district: String,
    pub phone: String,
    pub calendar_template: String,
    pub template_name: Option<String>,
    pub opened_on: Date,
    /// The first day on which it is no more.
    pub closed_on: Option<Date>,
    pub successor: Option<(Id<Organization>, String)>,
    /// Of a facility: how it stands to the council.
    pub secrecy: Secrecy,
    pub revision: i64,
}

pub async fn details<A: Shows>(tx: &mut Tx, permit: &Permit<A>) -> Result<Details> {
    let row = sqlx::query!(
        r#"
        SELECT o.parent_id AS "parent: Id<Organization>", p.name AS "parent_name?", o.kind, o.name, coalesce(o.code, '') AS "code!"
             , o.school_code, o.district, o.phone, o.calendar_template, t.name AS "template_name?", o.opened_on, o.closed_on
             , o.successor_id AS "successor: Id<Organization>", s.name AS "successor_name?", o.revision
             , c.tie AS "tie?", c.member_since AS "member_since?", c.pledged_on AS "pledged_on?"
        FROM hub.organizations o
        LEFT JOIN hub.organizations p ON p.ward_id = o.ward_id AND p.id = o.parent_id
        LEFT JOIN hub.organizations s ON s.ward_id = o.ward_id AND s.id = o.successor_id
        LEFT JOIN watch.calendar_templates t ON t.ward_id = o.ward_id AND t.code = o.calendar_template
        LEFT JOIN hub.council_ties c ON c.ward_id = o.ward_id AND c.organization_id = o.id
        WHERE o.ward_id = $1 AND o.id = $2
        "#,
        permit.ward().uuid(),
        permit.id().uuid()
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(Details {
        id: permit.id(),
        parent: row.parent,
        parent_name: row.parent_name,
        kind: kind(&row.kind)?,
        name: row.name,
        code: row.code,
        school_code: row.school_code,
        district: row.district,
        phone: row.phone,
        calendar_template: row.calendar_template,
        template_name: row.template_name,
        opened_on: row.opened_on.to_jiff(),
        closed_on: row.closed_on.map(jiff_sqlx::Date::to_jiff),
        successor: row.successor.zip(row.successor_name),
        secrecy: secrecy(row.tie.as_deref(), row.member_since, row.pledged_on)?,
        revision: row.revision,
    })
}

/// What a facility is called, for whoever has its calendar in hand.
pub async fn name<A: ReadsCalendar>(tx: &mut Tx, permit: &Permit<A>) -> Result<String> {
    sqlx::query_scalar!(
        "SELECT name FROM hub.organizations WHERE ward_id = $1 AND id = $2",
        permit.ward().uuid(),
        permit.id().uuid()
    )
    .fetch_one(tx.conn())
    .await
}

/// A membership that is not over, and whether the person has ever come in.
#[derive(Debug, Clone)]
pub struct Member {
    pub person: Id<Person>,
    pub name: String,
    pub role: Role,
    pub from: Date,
    pub until: Option<Date>,
    pub is_suspended: bool,
    pub has_come_in: bool,
}

/// Who acts for it or is to, by role and name.
pub async fn members<A: Shows>(tx: &mut Tx, permit: &Permit<A>) -> Result<Vec<Member>> {
    let rows = sqlx::query!(
        r#"
        SELECT p.id AS "person: Id<Person>", p.display_name, m.role, m.from_on, m.until_on
             , (m.suspended_at IS NOT NULL OR p.status = 'suspended') AS "is_suspended!"
             , EXISTS (SELECT FROM hub.sign_ins s WHERE s.ward_id = p.ward_id AND s.person_id = p.id AND s.outcome IN ('signed_in', 'enrolled')) AS "has_come_in!"
        FROM hub.memberships m
        JOIN hub.people p ON p.ward_id = m.ward_id AND p.id = m.person_id AND p.status <> 'left'
        WHERE m.ward_id = $1 AND m.organization_id = $2 AND (m.until_on IS NULL OR m.until_on >= $3)
        ORDER BY p.kana, p.display_name, p.id
        "#,
        permit.ward().uuid(),
        permit.id().uuid(),
        tx.today().to_sqlx()
    )
    .fetch_all(tx.conn())
    .await?;
    let mut members = Vec::with_capacity(rows.len());
    for row in rows {
        members.push(Member {
            person: row.person,
            name: row.display_name,
            role: Role::from_code(&row.role).ok_or_else(|| sql::unknown_code("role", &row.role))?,
            from: row.from_on.to_jiff(),
            until: row.until_on.map(jiff_sqlx::Date::to_jiff),
            is_suspended: row.is_suspended,
            has_come_in: row.has_come_in,
        });
    }
    members.sort_by_key(|member| std::cmp::Reverse(member.role));
    Ok(members)
}

/// An organization by its name.
#[derive(Debug, Clone)]
pub struct Named {
    pub id: Id<Organization>,
    pub name: String,
    pub kind: OrganizationKind,
    /// The day it opens, while that is still to come.
    pub opens: Option<Date>,
    pub closed_on: Option<Date>,
}

pub(super) struct NamedRow {
    pub(super) id: Id<Organization>,
    pub(super) name: String,
    pub(super) kind: String,
    pub(super) opened_on: jiff_sqlx::Date,
    pub(super) closed_on: Option<jiff_sqlx::Date>,
}

pub(super) fn named(rows: Vec<NamedRow>, today: Date) -> Result<Vec<Named>> {
    let named = rows.into_iter().map(|row| {
        let closed_on = row.closed_on.map(jiff_sqlx::Date::to_jiff);
        let opens = Some(row.opened_on.to_jiff()).filter(|day| *day > today);
        Ok(Named { id: row.id, name: row.name, kind: kind(&row.kind)?, opens, closed_on })
    });
    named.collect()
}

/// What stands directly below it, the open ones first.
pub async fn below<A: Shows>(tx: &mut Tx, permit: &Permit<A>) -> Result<Vec<Named>> {
    let rows = sqlx::query_as!(
        NamedRow,
        r#"
        SELECT id AS "id: Id<Organization>", name, kind, opened_on, closed_on FROM hub.organizations
        WHERE ward_id = $1 AND parent_id = $2 ORDER BY (closed_on IS NOT NULL AND closed_on <= $3), name
        "#,
        permit.ward().uuid(),
        permit.id().uuid(),
        tx.today().to_sqlx()
    )
    .fetch_all(tx.conn())
    .await?;
    named(rows, tx.today())
}

/// What was merged into it, the newest first.
pub async fn predecessors<A: Shows>(tx: &mut Tx, permit: &Permit<A>) -> Result<Vec<Named>> {
    let rows = sqlx::query_as!(
        NamedRow,
        r#"
        SELECT id AS "id: Id<Organization>", name, kind, opened_on, closed_on FROM hub.organizations
        WHERE ward_id = $1 AND successor_id = $2 ORDER BY closed_on DESC, name
        "#,
        permit.ward().uuid(),
        permit.id().uuid()
    )
    .fetch_all(tx.conn())
    .await?;
    named(rows, tx.today())
}

/// The offices in scope that are open and below which something may stand, by name; the ward's own first.
pub async fn offices(tx: &mut Tx, scope: &Scope<actions::CreateOrganization>) -> Result<Vec<Named>> {
    let rows = sqlx::query_as!(
        NamedRow,
        r#"
        SELECT id AS "id: Id<Organization>", name, kind, opened_on, closed_on FROM hub.organizations
        WHERE ward_id = $1 AND id = ANY ($2) AND (closed_on IS NULL OR closed_on > $3)
        ORDER BY parent_id IS NOT NULL, name
        "#,
        scope.ward().uuid(),
        &sql::uuids(scope.organizations()),
        tx.today().to_sqlx()
    )
    .fetch_all(tx.conn())
    .await?;
    let mut offices = named(rows, tx.today())?;
    offices.retain(|office| office.kind.facility().is_none());
    Ok(offices)
}
