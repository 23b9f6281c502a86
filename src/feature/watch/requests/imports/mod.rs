//! Rosters: upload, say what the columns mean, check, accept. Nothing is saved before the last step.

pub(super) mod acceptance;
pub(super) mod check;
pub(super) mod discard;
pub(super) mod mapping;
mod record;
pub(super) mod refused;
pub(super) mod result;
mod roster;
pub(super) mod upload;
