//! What somebody may act as, from a day to a day: given and ended.

use jiff::civil::Date;
use jiff_sqlx::ToSqlx;
use uuid::Uuid;

use super::Stale;
use crate::{
    domain::{
        facility::OrganizationKind,
        ids::{self, Id, Organization, Session},
        membership::{Held, Term, Wish, ending::Ending},
        role::Role,
    },
    gate::{Actor, Member, Permit, PersonFacts, actions},
    store::{
        Result, Tx, sessions,
        sql::{unknown_code, uuids},
    },
};

/// A membership as the desk sees it, over or not.
#[derive(Debug, Clone)]
pub struct Membership {
    pub held: Held,
    pub organization_name: String,
    /// 'moved', 'left', 'ended' or 'merged'; empty while nobody ended it.
    pub ended_reason: String,
    pub revision: i64,
}

impl Membership {
    /// Whether the person can still come to act by it.
    pub fn is_open(&self, today: Date) -> bool {
        !self.held.term.over(today) && (!self.held.suspended || self.ended_reason.is_empty())
    }
}

fn term(from: Date, until: Option<Date>) -> Result<Term> {
    Term::new(from, until).map_err(|refusal| sqlx::Error::Decode(Box::new(refusal)))
}

/// Everything the person ever was, newest first.
pub async fn of_person<A: actions::Action<On = PersonFacts>>(tx: &mut Tx, permit: &Permit<A>) -> Result<Vec<Membership>> {
    let rows = sqlx::query!(
        r#"
        SELECT m.id AS "id: Id<ids::Membership>", m.organization_id AS "organization: Id<Organization>", o.name, m.role, m.from_on, m.until_on
             , m.suspended_at IS NOT NULL AS "suspended!", m.ended_reason, m.revision
        FROM hub.memberships m
        JOIN hub.organizations o ON o.ward_id = m.ward_id AND o.id = m.organization_id
        WHERE m.ward_id = $1 AND m.person_id = $2
        ORDER BY m.from_on DESC, o.name, m.role, m.id
        "#,
        permit.ward().uuid(),
        permit.id().uuid()
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|row| {
            let held = Held {
                id: row.id,
                person: permit.id(),
                organization: row.organization,
                role: Role::from_code(&row.role).ok_or_else(|| unknown_code("role", &row.role))?,
                term: term(row.from_on.to_jiff(), row.until_on.map(jiff_sqlx::Date::to_jiff))?,
                suspended: row.suspended,
            };
            Ok(Membership { held, organization_name: row.name, ended_reason: row.ended_reason, revision: row.revision })
        })
        .collect()
}

/// What a new membership must not overlap: a stopped one does not come back.
pub async fn held<A: actions::Action<On = PersonFacts>>(tx: &mut Tx, permit: &Permit<A>) -> Result<Vec<Held>> {
    let today = tx.today();
    Ok(of_person(tx, permit).await?.iter().filter(|one| one.is_open(today)).map(|one| one.held).collect())
}

/// An organization somebody can belong to.
#[derive(Debug, Clone)]
pub struct Place {
    pub id: Id<Organization>,
    pub name: String,
    pub kind: OrganizationKind,
    /// The day it opens, while that is still to come.
    pub opens: Option<Date>,
}

/// The organizations the actor acts for that are open or are to open: offices before facilities, else by name.
pub async fn places(tx: &mut Tx, actor: &Actor) -> Result<Vec<Place>> {
    let today = tx.today();
    let rows = sqlx::query!(
        r#"
        SELECT id AS "id: Id<Organization>", name, kind, opened_on FROM hub.organizations
        WHERE ward_id = $1 AND id = ANY ($2) AND (closed_on IS NULL OR closed_on > $3)
        ORDER BY name, id
        "#,
        actor.ward().uuid(),
        &uuids(actor.organizations()),
        today.to_sqlx()
    )
    .fetch_all(tx.conn())
    .await?;
    let mut places = rows
        .into_iter()
        .map(|row| {
            let kind = OrganizationKind::from_code(&row.kind).ok_or_else(|| unknown_code("organization kind", &row.kind))?;
            let opens = Some(row.opened_on.to_jiff()).filter(|day| *day > today);
            Ok(Place { id: row.id, name: row.name, kind, opens })
        })
        .collect::<Result<Vec<_>>>()?;
    places.sort_by_key(|place| place.kind.facility().is_some());
    Ok(places)
}

/// Actions by which the person they are about gets a membership.
pub trait Gives: actions::Action<On = PersonFacts> {}
impl Gives for actions::GrantMembership {}
impl Gives for actions::DecideProposal {}

/// Gives the person of the permit a membership.
pub async fn insert<A: Gives>(
    tx: &mut Tx,
    permit: &Permit<A>,
    organization: Id<Organization>,
    role: Role,
    term: Term,
) -> Result<Id<ids::Membership>> {
    add(tx, permit.ward().uuid(), &Wish { person: permit.id(), organization, role, term }).await
}

/// The first membership of somebody just written down.
pub async fn insert_first(tx: &mut Tx, permit: &Permit<actions::CreatePerson>, wish: &Wish) -> Result<Id<ids::Membership>> {
    add(tx, permit.ward().uuid(), wish).await
}

async fn add(tx: &mut Tx, ward: Uuid, wish: &Wish) -> Result<Id<ids::Membership>> {
    let id = Id::random();
    sqlx::query!(
        r#"
        INSERT INTO hub.memberships (ward_id, id, person_id, organization_id, role, from_on, until_on)
        VALUES ($1, $2, $3, $4, $5, $6, $7)
        "#,
        ward,
        id.uuid(),
        wish.person.uuid(),
        wish.organization.uuid(),
        wish.role.code(),
        wish.term.from().to_sqlx(),
        wish.term.until().map(ToSqlx::to_sqlx)
    )
    .execute(tx.conn())
    .await?;
    Ok(id)
}

/// Actions by which a membership of the person they are about ends.
pub trait Takes: actions::Action<On = PersonFacts> {}
impl Takes for actions::EndMembership {}
impl Takes for actions::ReinstatePerson {}

/// Ends one membership, if nobody changed it since `revision`.
pub async fn end<A: Takes>(
    tx: &mut Tx,
    permit: &Permit<A>,
    id: Id<ids::Membership>,
    revision: i64,
    ending: &Ending,
) -> Result<std::result::Result<(), Stale>> {
    let now = tx.now().to_sqlx();
    let done = sqlx::query!(
        r#"
        UPDATE hub.memberships SET until_on = $5, ended_reason = 'ended', revision = revision + 1
             , suspended_at = CASE WHEN $6 THEN coalesce(suspended_at, $7) ELSE suspended_at END
        WHERE ward_id = $1 AND person_id = $2 AND id = $3 AND revision = $4
        "#,
        permit.ward().uuid(),
        permit.id().uuid(),
        id.uuid(),
        revision,
        ending.until.to_sqlx(),
        ending.stopped,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(if done.rows_affected() == 1 { Ok(()) } else { Err(Stale) })
}

/// Ends the sessions that act by a membership which is over.
pub async fn end_sessions(tx: &mut Tx, permit: &Permit<actions::EndMembership>, id: Id<ids::Membership>) -> Result<u64> {
    sessions::end_of_membership(tx, permit, id).await
}

/// Waits until nobody else of the ward gives or takes rights, and says whether whoever asks still may: two admins who stop
/// each other at the same moment are one after the other, and the second one no longer is one.
pub async fn take_turn(tx: &mut Tx, actor: &Actor) -> Result<bool> {
    let Some(member) = actor.member() else { return Ok(true) };
    sqlx::query_scalar!("SELECT id FROM hub.wards WHERE id = $1 FOR NO KEY UPDATE", member.ward().uuid())
        .fetch_optional(tx.conn())
        .await?;
    still_acts(tx, member).await
}

/// Whether the member may still do what they are about to: the session lives, and what it acts by is in force.
pub(in crate::store) async fn still_acts(tx: &mut Tx, member: &Member) -> Result<bool> {
    let session: Id<Session> = member.session();
    let today = tx.today();
    let still = sqlx::query_scalar!(
        r#"
        SELECT EXISTS
            ( SELECT FROM hub.sessions s
              JOIN hub.people p ON p.ward_id = s.ward_id AND p.id = s.person_id AND p.status = 'active'
              JOIN hub.memberships m ON m.ward_id = s.ward_id AND m.id = s.membership_id AND m.suspended_at IS NULL
                AND m.from_on <= $3 AND (m.until_on IS NULL OR m.until_on >= $3)
              WHERE s.ward_id = $1 AND s.id = $2 AND s.ended_at IS NULL ) AS "still!"
        "#,
        member.ward().uuid(),
        session.uuid(),
        today.to_sqlx()
    );
    still.fetch_one(tx.conn()).await
}
