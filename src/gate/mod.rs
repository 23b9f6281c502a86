//! Who may do what: the only maker of permits. Asks Cedar; any doubt is a no.

pub mod actions;
mod actor;
mod cedar;
mod deed;
mod facts;
mod permit;
mod role;
mod scope;
#[cfg(test)]
mod tests;

pub use self::{
    actor::{Actor, Admission, Duty, DutyKind, Member},
    cedar::Describe,
    cedar::{Gate, InvalidPolicies, POLICIES, SCHEMA},
    deed::{Deed, Entry},
    facts::{AlertFacts, Facts, OrganizationFacts, WatchFacts},
    permit::Permit,
    role::{Role, Side},
    scope::Scope,
};

/// The gate said no. Deliberately empty: whoever asked learns nothing more, the log has the reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not permitted")]
pub struct Denied;
