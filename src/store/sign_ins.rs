//! The log of every attempt to get in, also one that belongs to no ward we know (security B7).

mod read;

use std::net::IpAddr;

use ipnet::IpNet;
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;

pub use self::read::{Filter, Line, Looks, Subject, lines, of_person};
use super::{Db, Result};
use crate::{
    domain::{
        coded::coded,
        ids::{ApiToken, Id, Person, TrailEntry, Ward},
    },
    gate::{Actor, Duty},
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
        /// Its counter went back: there may be a copy.
        CopiedPasskey = "copied_passkey",
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
        /// Of a school's system: nothing shown, or nothing that could be a token.
        NoToken = "no_token",
        /// Nobody's token, or a mistyped one.
        BadToken = "bad_token",
        ExpiredToken = "expired_token",
        RevokedToken = "revoked_token",
        /// The facility of the token is not open yet.
        UnopenedFacility = "unopened_facility",
        /// The facility of the token is closed.
        ClosedFacility = "closed_facility",
        /// Came back from the sign-in service in another browser than was sent there, or without its cookie.
        OtherBrowser = "other_browser",
        /// The organization asks for the ward's sign-in service, and the session began otherwise.
        ProviderRequired = "provider_required",
        /// The sign-in service does not answer, or not as one.
        ProviderDown = "provider_down",
        /// The sign-in service itself said no.
        ProviderRefused = "provider_refused",
        /// The answer does not say whose it is, or is another service's.
        ProviderIssuer = "provider_issuer",
        /// The code was not exchanged: spent, late, or for somebody else.
        ProviderCode = "provider_code",
        /// Signature, audience, nonce or times of the token do not hold.
        ProviderToken = "provider_token",
        /// Known by less than the ward asks for.
        ProviderWeak = "provider_weak",
        /// Known too long ago.
        ProviderOld = "provider_old",
        /// The account belongs to nobody here.
        UnboundIdentity = "unbound_identity",
        /// The staff code became another one after its owner had come in: somebody must approve the account.
        ChangedCode = "changed_code",
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
    let duty = attempt.who.map(|(ward, person)| Duty::entry(ward, person));
    append(db, duty, None, attempt, now).await
}

/// The same of a school's system whose token is known. `attempt.who` counts for nothing: nobody sits there.
pub async fn note_system(db: &Db, (ward, token): (Id<Ward>, Id<ApiToken>), attempt: &Attempt, now: Timestamp) -> Result<()> {
    let nobody = Attempt { who: None, ..attempt.clone() };
    append(db, Some(Duty::door(ward)), Some(token), &nobody, now).await
}

async fn append(db: &Db, duty: Option<Duty>, token: Option<Id<ApiToken>>, attempt: &Attempt, now: Timestamp) -> Result<()> {
    let actor = duty.map(Actor::from);
    let mut tx = match &actor {
        Some(actor) => db.tx(actor, now).await?.into_inner(),
        None => db.nobody().await?,
    };
    sqlx::query!(
        r#"
        INSERT INTO hub.sign_ins (id, ward_id, at, outcome, reason, person_id, address, agent, token_id)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        "#,
        Id::<TrailEntry>::ordered(now).uuid(),
        actor.as_ref().map(|actor| actor.ward().uuid()),
        now.to_sqlx(),
        attempt.outcome.code(),
        attempt.reason.code(),
        attempt.who.map(|(_, person)| person.uuid()),
        attempt.address.map(IpNet::from),
        attempt.agent.chars().take(200).collect::<String>(),
        token.map(Id::uuid),
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await
}
