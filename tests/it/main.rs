//! The hub from outside: against a real database, through the router, as people use it.

mod cluster;
mod columns;
mod doors;
mod faults;
mod fence;
mod journeys;
mod layers;
mod matrix;
mod proofs;
mod support;
