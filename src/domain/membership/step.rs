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

/// Whether a second person has to agree: who governs the others is made by two people, and unmade by one.
///
/// Taking rights away must never wait, for the account may be in the wrong hands. One exception: the auditor's term is not ended
/// by the administrator alone, or the watched could dismiss the watcher; suspending, which is undone as easily, is.
pub const fn needs_second_person(role: Role, step: Step) -> bool {
    match step {
        Step::Grant | Step::Extend | Step::Resume => role.governs(),
        Step::End => matches!(role, Role::Auditor),
        Step::Suspend => false,
    }
}
