//! Keys: the one the hub signs receipts with, and those by which anybody checks them.

mod folder;
mod seal;
mod secret;
#[cfg(test)]
mod tests;
mod verifier;

pub use seal::{Seal, Signed};
pub use secret::SealError;
pub use verifier::{CheckFault, Checked, Verifier, Verifiers};
