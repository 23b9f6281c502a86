//! The hub from outside: against a real database, through the router, as people use it.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::similar_names,
    clippy::type_complexity,
    reason = "a failed step ends a test where it stands; pairs are compared"
)]

mod asvs;
mod cluster;
mod columns;
mod doors;
mod faults;
mod fence;
mod indexes;
mod journeys;
mod layers;
mod matrix;
mod newcomer;
mod nodes;
mod proofs;
mod support;
mod tls;
