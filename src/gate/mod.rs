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
    actor::{Actor, Admission, Client, Duty, DutyKind, Member, Shown},
    cedar::Describe,
    cedar::{Gate, InvalidPolicies, POLICIES, SCHEMA},
    deed::{Deed, Entry},
    facts::{AlertFacts, Facts, OpeningFacts, OrganizationFacts, PersonFacts, WatchFacts},
    permit::Permit,
    role::{Role, Side},
    scope::Scope,
};

/// The gate said no. Whoever asked learns no reason, the log has it; only what they could mend themselves is told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Denied {
    #[error("not permitted")]
    Always,
    /// Permitted once the person is verified again, for this action and in this session.
    #[error("not permitted without fresh user verification")]
    Unverified(&'static str),
    /// Permitted when the hour after a recovery is over.
    #[error("not permitted to a recovered account yet")]
    ReadOnly,
}
