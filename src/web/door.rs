//! The door of a route: the rule of who may come in, without which no route can be added.

use crate::gate::{Facts, actions::Action};

/// Who may pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Door {
    /// Everybody, for the reason given.
    Open(&'static str),
    /// Whoever is signed in, also before an organization is chosen.
    Signed,
    /// Whoever is signed in, also before a locked screen: the way back, and out.
    Returning,
    /// Members for whom the gate permits the action; everybody else sees a missing page.
    Asks { action: &'static str, on: &'static str },
    /// Systems of schools, by their token, for whom the gate permits the action. No session opens it, and it opens none.
    Client { action: &'static str, on: &'static str },
}

impl Door {
    /// The door that asks the gate for `A`; the handler behind it must do so.
    pub const fn asks<A: Action>() -> Self {
        Self::Asks { action: A::NAME, on: <A::On as Facts>::KIND }
    }

    /// The same for a system with a token.
    pub const fn client<A: Action>() -> Self {
        Self::Client { action: A::NAME, on: <A::On as Facts>::KIND }
    }

    /// The word in docs/ROUTES.md.
    pub fn describe(self) -> String {
        match self {
            Self::Open(why) => format!("open: {why}"),
            Self::Signed => "signed in".to_owned(),
            Self::Returning => "signed in, also before a locked screen".to_owned(),
            Self::Asks { action, on } => format!("{action} on {on}"),
            Self::Client { action, on } => format!("token: {action} on {on}"),
        }
    }
}
