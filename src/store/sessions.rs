//! Sessions: who is behind a token, opened, narrowed to an organization, ended.

use std::collections::HashMap;

use jiff::{Timestamp, civil::Date};
use jiff_sqlx::ToSqlx;

use super::{Db, Result, Tx, calendars::stored_times, sql::unknown_code};
use crate::{
    domain::{
        facility::OrganizationKind,
        ids::{Id, Membership, Organization, Person, Session, Ward},
        times::Times,
    },
    gate::{Permit, Role, actions},
};

/// A session as found by its token, not yet judged: limits are the session layer's business.
#[derive(Debug, Clone)]
pub struct Found {
    pub ward: Id<Ward>,
    pub session: Id<Session>,
    pub person: Id<Person>,
    pub person_name: String,
    pub language: String,
    pub opened_at: Timestamp,
    pub seen_at: Timestamp,
    pub verified_at: Timestamp,
    /// `None` until an organization is chosen, and when the membership is suspended or over.
    pub acting: Option<Acting>,
    pub ward_name: String,
    pub help_phone: String,
    pub help_hours: String,
}

/// What the person acts as.
#[derive(Debug, Clone)]
pub struct Acting {
    pub membership: Id<Membership>,
    pub role: Role,
    pub organization: Id<Organization>,
    pub organization_name: String,
    pub organization_kind: OrganizationKind,
    pub organizations: Vec<Id<Organization>>,
    pub times: Times,
}

/// Finds the live session with this token hash; needs no fence, because the ward is not known yet.
pub async fn find(db: &Db, token_hash: &[u8], today: Date) -> Result<Option<Found>> {
    let row = sqlx::query!(
        r#"
        SELECT ward_id AS "ward_id!: Id<Ward>", session_id AS "session_id!: Id<Session>", person_id AS "person_id!: Id<Person>"
             , person_name AS "person_name!", language AS "language!"
             , opened_at AS "opened_at!", seen_at AS "seen_at!", verified_at AS "verified_at!"
             , membership_id AS "membership_id: Id<Membership>", role, organization_id AS "organization_id: Id<Organization>"
             , organization_name, organization_kind, organizations AS "organizations: Vec<Id<Organization>>"
             , facility_cutoff, worker_notice, free_correction_until
             , ward_name AS "ward_name!", help_phone AS "help_phone!", help_hours AS "help_hours!"
        FROM hub.find_session($1, $2)
        "#,
        token_hash,
        today.to_sqlx(),
    )
    .fetch_optional(&db.pool)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let acting = match (row.membership_id, row.role, row.organization_id, row.organization_name, row.organization_kind) {
        (Some(membership), Some(role), Some(organization), Some(organization_name), Some(kind)) => Some(Acting {
            membership,
            role: Role::from_code(&role).ok_or_else(|| unknown_code("role", &role))?,
            organization,
            organization_name,
            organization_kind: OrganizationKind::from_code(&kind).ok_or_else(|| unknown_code("organization kind", &kind))?,
            organizations: row.organizations.unwrap_or_default(),
            times: stored_times(row.facility_cutoff, row.worker_notice, row.free_correction_until),
        }),
        _ => None,
    };
    Ok(Some(Found {
        ward: row.ward_id,
        session: row.session_id,
        person: row.person_id,
        person_name: row.person_name,
        language: row.language,
        opened_at: row.opened_at.to_jiff(),
        seen_at: row.seen_at.to_jiff(),
        verified_at: row.verified_at.to_jiff(),
        acting,
        ward_name: row.ward_name,
        help_phone: row.help_phone,
        help_hours: row.help_hours,
    }))
}

/// Opens a session for the person the permit was given for, just now verified.
pub async fn open(
    tx: &mut Tx,
    permit: &Permit<actions::OpenSession>,
    token_hash: &[u8],
    membership: Option<Id<Membership>>,
) -> Result<Id<Session>> {
    let id = Id::random();
    let now = tx.now().to_sqlx();
    sqlx::query!(
        r#"
        INSERT INTO hub.sessions (ward_id, id, token_hash, person_id, membership_id, opened_at, seen_at, verified_at)
        VALUES ($1, $2, $3, $4, $5, $6, $6, $6)
        "#,
        permit.ward().uuid(),
        id.uuid(),
        token_hash,
        permit.person().map(Id::uuid),
        membership.map(Id::uuid),
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(id)
}

/// Notes that the session was used, so that the idle limit counts from now; no deed, nothing is shown or changed.
pub async fn touch(db: &Db, actor: &crate::gate::Actor, session: Id<Session>, now: Timestamp) -> Result<()> {
    let mut tx = db.tx(actor, now).await?;
    sqlx::query!(
        "UPDATE hub.sessions SET seen_at = $3 WHERE ward_id = $1 AND id = $2",
        actor.ward().uuid(),
        session.uuid(),
        now.to_sqlx()
    )
    .execute(tx.conn())
    .await?;
    tx.commit_unsaid().await
}

/// The organization the session acts for from now on.
pub async fn choose(
    tx: &mut Tx,
    permit: &Permit<actions::ChooseOrganization>,
    session: Id<Session>,
    membership: Id<Membership>,
) -> Result<()> {
    sqlx::query!(
        "UPDATE hub.sessions SET membership_id = $3 WHERE ward_id = $1 AND id = $2",
        permit.ward().uuid(),
        session.uuid(),
        membership.uuid()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub async fn end(tx: &mut Tx, permit: &Permit<actions::EndSession>, session: Id<Session>) -> Result<()> {
    sqlx::query!(
        "UPDATE hub.sessions SET ended_at = $3 WHERE ward_id = $1 AND id = $2",
        permit.ward().uuid(),
        session.uuid(),
        tx.now().to_sqlx()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The membership a session acts by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Seat {
    pub ward: Id<Ward>,
    pub session: Id<Session>,
    pub membership: Id<Membership>,
    pub role: Role,
}

/// A seat that is still somebody's, and since when.
#[derive(Debug, Clone, Copy)]
pub struct Living {
    pub seat: Seat,
    pub opened_at: Timestamp,
    pub seen_at: Timestamp,
}

/// Which of the seats are still held as they were: the session not ended, the membership in force, chosen and of the same role.
pub async fn living(db: &Db, seats: &[Seat], today: Date) -> Result<Vec<Living>> {
    let wards = seats.iter().map(|seat| seat.ward.uuid()).collect::<Vec<_>>();
    let sessions = seats.iter().map(|seat| seat.session.uuid()).collect::<Vec<_>>();
    let mut tx = db.all_wards().await?;
    let rows = sqlx::query!(
        r#"
        SELECT session_id AS "session!: Id<Session>", membership_id AS "membership!: Id<Membership>", role AS "role!"
             , opened_at AS "opened_at!", seen_at AS "seen_at!"
        FROM hub.living_sessions($1, $2, $3)
        "#,
        &wards,
        &sessions,
        today.to_sqlx(),
    )
    .fetch_all(&mut *tx)
    .await?;
    let seats: HashMap<_, _> = seats.iter().map(|seat| ((seat.session, seat.membership), *seat)).collect();
    let held = |session, membership, role: &str| seats.get(&(session, membership)).copied().filter(|seat| seat.role.code() == role);
    Ok(rows
        .into_iter()
        .filter_map(|row| {
            let seat = held(row.session, row.membership, &row.role)?;
            Some(Living { seat, opened_at: row.opened_at.to_jiff(), seen_at: row.seen_at.to_jiff() })
        })
        .collect())
}
