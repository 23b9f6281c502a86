//! Whom to ring before anybody is known: the help line of the hub's wards, as far as they share one.

use std::sync::{Arc, PoisonError, RwLock};

/// Phone and hours as pages show them; both empty when the wards differ or none is known yet.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HelpLine {
    pub phone: String,
    pub hours: String,
}

impl HelpLine {
    /// The line all of them share.
    pub fn shared(lines: impl IntoIterator<Item = Self>) -> Self {
        let mut lines = lines.into_iter();
        let first = lines.next().unwrap_or_default();
        if lines.all(|line| line == first) { first } else { Self::default() }
    }
}

/// The line last heard of, for pages that must not ask the database. Cloning shares it.
#[derive(Debug, Clone, Default)]
pub struct Help(Arc<RwLock<HelpLine>>);

impl Help {
    pub fn line(&self) -> HelpLine {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub fn learn(&self, line: HelpLine) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = line;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(phone: &str) -> HelpLine {
        HelpLine { phone: phone.to_owned(), hours: "平日".to_owned() }
    }

    #[test]
    fn wards_with_different_phones_share_none() {
        assert_eq!(HelpLine::shared([line("1"), line("1")]), line("1"));
        assert_eq!(HelpLine::shared([line("1"), line("2")]), HelpLine::default());
        assert_eq!(HelpLine::shared([]), HelpLine::default());
    }
}
