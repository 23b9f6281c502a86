//! People and what they may act as, as a file: a row each for a person in an organization, found again by staff number.
//!
//! Somebody in several organizations (兼務) has several rows. Who is missing from the file goes on as before and is only listed;
//! memberships end by the column 異動 (転出, 退職) or a last day.

mod columns;
mod desk;
mod folk;
mod leaving;
mod plan;
mod row;
mod weigh;

pub use self::{
    columns::PersonField,
    folk::{KnownPerson, PersonDetails, Who},
    leaving::Leaving,
    plan::{Known, Missing, PeoplePlan, PersonEntry, plan},
    row::Defaults,
    weigh::MembershipStep,
};
