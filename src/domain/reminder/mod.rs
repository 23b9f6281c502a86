//! Reminders of a facility whose sheet was not sent: when each begins, until when it is news, and who is called.

#[cfg(test)]
mod tests;

use jiff::civil::Time;

use super::{
    coded::coded,
    ids::{Id, Person},
    role::Role,
    times::Times,
};

coded! {
    /// What happens at a time of the day while a report is missing. The codes are those of the times.
    pub enum Stage {
        /// On screen, and a mail to whoever is called first.
        First = "reminder",
        /// A mail to whoever is called next.
        Next = "deputy_reminder",
        /// The ward sees the facility on 未報告施設.
        List = "unreported_list",
    }
}

impl Stage {
    pub const fn begins(self, times: &Times) -> Time {
        match self {
            Self::First => times.reminder,
            Self::Next => times.deputy_reminder,
            Self::List => times.unreported_list,
        }
    }

    /// From here on it is no news any more: the next stage has begun, or the sheet is late and the office knows.
    pub const fn ends(self, times: &Times) -> Time {
        match self {
            Self::First => times.deputy_reminder,
            Self::Next => times.facility_cutoff,
            Self::List => Time::MAX,
        }
    }

    /// Whether it is to be done now; a hub that was down does not remind of what has passed.
    pub fn is_due(self, times: &Times, now: Time) -> bool {
        self.begins(times) <= now && now < self.ends(times)
    }
}

coded! {
    /// When a colleague is called, as the head has set it.
    pub enum Turn {
        /// Nothing was set: those who report are called first, the head next.
        ByRole = "",
        First = "first",
        Next = "next",
        Never = "never",
    }
}

impl Turn {
    /// The stage this colleague is called at.
    pub const fn stage(self, role: Role) -> Option<Stage> {
        match (self, role) {
            (Self::First, _) | (Self::ByRole, Role::Reporter) => Some(Stage::First),
            (Self::Next, _) | (Self::ByRole, Role::FacilityHead) => Some(Stage::Next),
            (Self::Never | Self::ByRole, _) => None,
        }
    }
}

/// Somebody who works at the facility now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Colleague {
    pub person: Id<Person>,
    pub role: Role,
    pub turn: Turn,
    /// Whether a mail can reach them.
    pub has_mail: bool,
}

/// Who is called at a stage, each once. When it would be nobody, whoever else may be called is: a reminder must reach somebody.
pub fn called(stage: Stage, colleagues: &[Colleague]) -> Vec<Id<Person>> {
    let at = |stage: Stage| {
        let there = colleagues.iter().filter(|one| one.has_mail && one.turn.stage(one.role) == Some(stage));
        let mut people: Vec<Id<Person>> = there.map(|one| one.person).collect();
        people.sort_unstable_by_key(|person| person.uuid());
        people.dedup();
        people
    };
    let other = match stage {
        Stage::First => Stage::Next,
        Stage::Next => Stage::First,
        Stage::List => return Vec::new(),
    };
    let wanted = at(stage);
    if wanted.is_empty() { at(other) } else { wanted }
}
