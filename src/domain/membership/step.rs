//! What is done to a membership, and whether one person may do it alone.

use crate::domain::{coded::coded, role::Role};

coded! {
    /// A change of a membership.
    pub enum Step {
        Grant = "grant",
        /// A later last day, or none.
        Extend = "extend",
        /// A suspended one is in force again.
        Resume = "resume",
        Suspend = "suspend",
        /// A last day, or an earlier one.
        End = "end",
    }
}

/// Whether a second person has to agree: a privileged role is given by two people, and taken away by one.
///
/// Taking rights away never waits, for the account may be in the wrong hands; the trail says who did it.
pub const fn needs_second_person(role: Role, step: Step) -> bool {
    match step {
        Step::Grant | Step::Extend | Step::Resume => role.is_privileged(),
        Step::Suspend | Step::End => false,
    }
}
