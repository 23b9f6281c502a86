//! Sessions: who is behind a token, opened, narrowed to an organization, locked, ended.

mod life;
mod list;
mod living;

use ipnet::IpNet;
use jiff::{Timestamp, civil::Date};
use jiff_sqlx::ToSqlx;

pub use self::{
    life::{Beginning, choose, end, lock, open, proved_by, step_up, touch, unlock},
    list::{Age, Ends, Line, end_all, end_everybodys, end_of_membership, end_one, goes_on, in_use_since, of_person},
    living::{Living, Seat, living},
};
use super::{Db, Result, calendars::stored_times, sql::unknown_code};
use crate::{
    domain::{
        coded::coded,
        facility::OrganizationKind,
        ids::{Id, Membership, Organization, Person, Session, Ward},
        times::Times,
    },
    gate::Role,
};

coded! {
    /// How a session began.
    pub enum Method {
        Passkey = "passkey",
        /// With the first passkey, from an invitation.
        Enrolment = "enrolment",
        /// With a new passkey, from a recovery.
        Recovery = "recovery",
        /// At the ward's identity provider.
        Provider = "provider",
    }
}

/// What a ward has shortened; `None` leaves what the program allows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Shorter {
    pub lock_minutes: Option<i16>,
    pub idle_minutes: Option<i16>,
    pub whole_hours: Option<i16>,
}

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
    pub method: Method,
    /// Since when nobody sits there.
    pub locked_at: Option<Timestamp>,
    pub read_only_until: Option<Timestamp>,
    /// How many passkeys the person has.
    pub passkeys: i64,
    /// The actions the person was verified for in this session, and when.
    pub verified_for: Vec<(String, Timestamp)>,
    pub shorter: Shorter,
    /// `None` until an organization is chosen, and when the membership is suspended or over.
    pub acting: Option<Acting>,
    pub ward_name: String,
    pub help_phone: String,
    pub help_hours: String,
    /// Questions about children that wait for an answer of the facility one acts for.
    pub asked: i64,
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
    /// Where one may act for it from; empty is everywhere.
    pub networks: Vec<IpNet>,
    /// The session began as the organization asks: where it wants the ward's sign-in service, there.
    pub came_in_as_asked: bool,
    pub times: Times,
}

/// Finds the live session with this token hash; needs no fence, because the ward is not known yet.
pub async fn find(db: &Db, token_hash: &[u8], today: Date) -> Result<Option<Found>> {
    let row = sqlx::query!(
        r#"
        SELECT ward_id AS "ward_id!: Id<Ward>", session_id AS "session_id!: Id<Session>", person_id AS "person_id!: Id<Person>"
             , person_name AS "person_name!", language AS "language!"
             , opened_at AS "opened_at!", seen_at AS "seen_at!", verified_at AS "verified_at!"
             , method AS "method!", locked_at, read_only_until, passkeys AS "passkeys!", verified_for AS "verified_for!"
             , verified_for_at AS "verified_for_at!", networks AS "networks: Vec<IpNet>", lock_minutes, idle_minutes, whole_hours
             , membership_id AS "membership_id: Id<Membership>", role, organization_id AS "organization_id: Id<Organization>"
             , organization_name, organization_kind, organizations AS "organizations: Vec<Id<Organization>>"
             , facility_cutoff, worker_notice, free_correction_until
             , ward_name AS "ward_name!", help_phone AS "help_phone!", help_hours AS "help_hours!"
             , came_in_as_asked AS "came_in_as_asked!", asked AS "asked!"
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
            networks: row.networks.unwrap_or_default(),
            came_in_as_asked: row.came_in_as_asked,
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
        method: Method::from_code(&row.method).ok_or_else(|| unknown_code("session method", &row.method))?,
        locked_at: row.locked_at.map(jiff_sqlx::Timestamp::to_jiff),
        read_only_until: row.read_only_until.map(jiff_sqlx::Timestamp::to_jiff),
        passkeys: row.passkeys,
        verified_for: times_of(row.verified_for, &row.verified_for_at),
        shorter: Shorter { lock_minutes: row.lock_minutes, idle_minutes: row.idle_minutes, whole_hours: row.whole_hours },
        acting,
        ward_name: row.ward_name,
        help_phone: row.help_phone,
        help_hours: row.help_hours,
        asked: row.asked,
    }))
}

/// Each action with the moment it was verified for; a moment nobody can name is long past.
fn times_of(actions: Vec<String>, milliseconds: &[i64]) -> Vec<(String, Timestamp)> {
    let times = milliseconds.iter().map(|at| Timestamp::from_millisecond(*at).unwrap_or(Timestamp::UNIX_EPOCH));
    actions.into_iter().zip(times).collect()
}
