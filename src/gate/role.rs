//! The roles and sides the policies speak of; they are nouns of the domain.

pub use crate::domain::role::{Role, Side};
