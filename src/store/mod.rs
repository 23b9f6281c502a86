//! The only place that says SQL. Every function that touches protected rows takes a permit, a scope or a duty's own fence.

pub mod cluster;
mod db;
mod fence;
pub mod migrate;
mod sql;
mod tx;

pub mod absences;
pub mod alerts;
mod almanac;
pub mod back_tests;
pub mod bindings;
pub mod board;
pub mod calendar_days;
pub mod calendars;
pub mod calls;
pub mod ceremonies;
pub mod changed_days;
pub mod deliveries;
pub mod demo;
pub mod directory_imports;
pub mod duty_rosters;
pub mod events;
pub mod feeds;
pub mod holidays;
pub mod imports;
pub mod inquiries;
pub mod intakes;
pub mod invitations;
pub mod judgements;
pub mod kept_forms;
pub mod limits;
pub mod mails;
pub mod marks;
pub mod notices;
pub mod openings;
pub mod organizations;
pub mod own_weeks;
pub mod passkeys;
pub mod pasts;
pub mod people;
pub mod presence;
pub mod promotions;
pub mod providers;
pub mod pulses;
pub mod pushes;
pub mod recoveries;
pub mod register;
pub mod reminders;
pub mod reports;
pub mod requests;
pub mod rights;
pub mod rules;
mod sendings;
pub mod sessions;
pub mod sheets;
pub mod sign_ins;
pub mod slip_reminders;
pub mod slips;
pub mod submitted_slips;
pub mod sweeps;
pub mod team;
pub mod templates;
pub mod tokens;
pub mod trail;
pub mod transfers;
pub mod turns;
pub mod unreported;
mod uploads;
pub mod urgent;
pub mod wards;

pub use self::{
    db::{Db, NotFit, connections},
    tx::{Read, Tx},
};

/// What the database said; "not there" is `Ok(None)`, never an error.
pub type Error = sqlx::Error;
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Whether the database role has no right there: the second lock's no, to be answered as the gate's.
pub fn is_out_of_reach(error: &Error) -> bool {
    // 42501: insufficient_privilege
    matches!(error, Error::Database(e) if e.code().is_some_and(|code| code == "42501"))
}

/// Whether the database could not be reached at all: nothing was done, trying again is right.
pub fn is_away(error: &Error) -> bool {
    match error {
        Error::Io(_) | Error::Tls(_) | Error::PoolTimedOut | Error::PoolClosed | Error::WorkerCrashed | Error::BeginFailed => true,
        // 57P0x: the server shuts down, crashed or starts; 53xxx: out of connections, memory or disk; 08xxx: connection lost
        Error::Database(e) => {
            e.code().is_some_and(|code| code.starts_with("57P") || code.starts_with("53") || code.starts_with("08"))
        }
        _ => false,
    }
}
