//! The hub from outside: against a real database, through the router, as people use it.

mod cluster;
mod faults;
mod journeys;
mod layers;
mod proofs;
mod support;
