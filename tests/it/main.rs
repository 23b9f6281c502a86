//! The hub from outside: against a real database, through the router, as people use it.

mod cluster;
mod doors;
mod faults;
mod journeys;
mod layers;
mod matrix;
mod proofs;
mod support;
