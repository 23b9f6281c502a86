//! The log of every attempt to get in, also one that belongs to no ward we know (security B7).

use std::net::IpAddr;

use ipnet::IpNet;
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;

use super::{Db, Result, Tx, sql::unknown_code, trail::Range};
use crate::{
    domain::{
        coded::coded,
        ids::{Id, Person, TrailEntry, Ward},
    },
    gate::{Duty, Permit, Scope, actions},
};

coded! {
    pub enum Outcome {
        SignedIn = "signed_in",
        Enrolled = "enrolled",
        SignedOut = "signed_out",
        Refused = "refused",
        /// Verified again, for one action or to come back to a locked screen.
        Verified = "verified",
        /// Got the account back with a code read out in person.
        Recovered = "recovered",
    }
}

coded! {
    /// Why somebody was not let in. The person is told none of this.
    pub enum Reason {
        None = "",
        /// The challenge was never given, already answered, or older than five minutes.
        StaleCeremony = "stale_ceremony",
        UnknownPasskey = "unknown_passkey",
        /// Signature, origin, user verification or counter did not hold.
        BadPasskey = "bad_passkey",
        UnknownInvitation = "unknown_invitation",
        SpentInvitation = "spent_invitation",
        ExpiredInvitation = "expired_invitation",
        /// No membership is in force today.
        NoMembership = "no_membership",
        Malformed = "malformed",
        /// Not from the networks of the organization.
        OutsideNetwork = "outside_network",
        RevokedInvitation = "revoked_invitation",
        /// The passkey lives on more than one device, and the role asks for one that does not.
        SyncedPasskey = "synced_passkey",
        UnknownRecovery = "unknown_recovery",
        SpentRecovery = "spent_recovery",
        ExpiredRecovery = "expired_recovery",
        CancelledRecovery = "cancelled_recovery",
        /// The code of somebody privileged waits a day.
        EarlyRecovery = "early_recovery",
        /// What the person may do now takes two others than those who spoke for them.
        OutgrownRecovery = "outgrown_recovery",
        /// Too many failures of the address, the account or the ward before this one.
        Limited = "limited",
        /// So many requests that not each of them has a line.
        Flood = "flood",
    }
}

/// One attempt.
#[derive(Debug, Clone)]
pub struct Attempt {
    pub who: Option<(Id<Ward>, Id<Person>)>,
    pub outcome: Outcome,
    pub reason: Reason,
    pub address: Option<IpAddr>,
    pub agent: String,
}

/// Writes the attempt down on its own: a refusal has no other transaction to stand in.
pub async fn note(db: &Db, attempt: &Attempt, now: Timestamp) -> Result<()> {
    let mut tx = match attempt.who {
        Some((ward, person)) => {
            let actor = Duty::entry(ward, person).into();
            db.tx(&actor, now).await?.into_inner()
        }
        None => db.nobody().await?,
    };
    sqlx::query!(
        r#"
        INSERT INTO hub.sign_ins (id, ward_id, at, outcome, reason, person_id, address, agent)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        "#,
        Id::<TrailEntry>::ordered(now).uuid(),
        attempt.who.map(|(ward, _)| ward.uuid()),
        now.to_sqlx(),
        attempt.outcome.code(),
        attempt.reason.code(),
        attempt.who.map(|(_, person)| person.uuid()),
        attempt.address.map(IpNet::from),
        attempt.agent.chars().take(200).collect::<String>(),
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await
}

/// One line of the log as the ward's desk reads it.
#[derive(Debug, Clone)]
pub struct Line {
    pub at: Timestamp,
    pub outcome: Outcome,
    pub reason: Reason,
    /// `None` when nobody was known.
    pub person: Option<String>,
    pub address: Option<String>,
    pub agent: String,
}

/// The newest attempts of one person.
pub async fn of_person(tx: &mut Tx, permit: &Permit<actions::ReadPerson>, limit: i64) -> Result<Vec<Line>> {
    let rows = sqlx::query!(
        r#"
        SELECT at, outcome, reason, host(address) AS address, agent FROM hub.sign_ins
        WHERE ward_id = $1 AND person_id = $2 ORDER BY at DESC, id DESC LIMIT $3
        "#,
        permit.ward().uuid(),
        permit.id().uuid(),
        limit
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Line {
                at: row.at.to_jiff(),
                outcome: Outcome::from_code(&row.outcome).ok_or_else(|| unknown_code("sign-in outcome", &row.outcome))?,
                reason: Reason::from_code(&row.reason).ok_or_else(|| unknown_code("sign-in reason", &row.reason))?,
                person: None,
                address: row.address,
                agent: row.agent,
            })
        })
        .collect()
}

/// The attempts of the ward, newest first; `outcome` leaves only those that ended so. What belongs to no ward is nobody's to see.
pub async fn page(tx: &mut Tx, scope: &Scope<actions::ReadSignIns>, outcome: Option<Outcome>, paging: Range) -> Result<Vec<Line>> {
    let rows = sqlx::query!(
        r#"
        SELECT s.at, s.outcome, s.reason, p.display_name AS "person?", host(s.address) AS address, s.agent
        FROM hub.sign_ins s
        LEFT JOIN hub.people p ON p.ward_id = s.ward_id AND p.id = s.person_id
        WHERE s.ward_id = $1 AND ($2::text IS NULL OR s.outcome = $2)
        ORDER BY s.at DESC, s.id DESC
        LIMIT $3 OFFSET $4
        "#,
        scope.ward().uuid(),
        outcome.map(Outcome::code),
        paging.limit,
        paging.offset
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Line {
                at: row.at.to_jiff(),
                outcome: Outcome::from_code(&row.outcome).ok_or_else(|| unknown_code("sign-in outcome", &row.outcome))?,
                reason: Reason::from_code(&row.reason).ok_or_else(|| unknown_code("sign-in reason", &row.reason))?,
                person: row.person,
                address: row.address,
                agent: row.agent,
            })
        })
        .collect()
}
