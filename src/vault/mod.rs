//! Keys: the one the hub signs receipts with, and those by which anybody checks them.

mod folder;
mod seal;
#[cfg(test)]
mod tests;
mod verifier;

pub use seal::{Seal, SealError, Signed};
pub use verifier::{CheckFault, Checked, Verifier, Verifiers};
