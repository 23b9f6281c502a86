//! The days above a list: as they were typed, and what they mean.

use i18n_embed_fl::fl;
use jiff::civil::Date;

use crate::{
    domain::wareki,
    web::{ErrorLine, Field, Fields, Lang},
};

/// From when until when; both may be left open.
#[derive(Debug)]
pub(super) struct Days {
    pub(super) since: Option<Date>,
    pub(super) until: Option<Date>,
    pub(super) since_field: Field,
    pub(super) until_field: Field,
}

impl Days {
    pub(super) fn read(lang: Lang, asked: &Fields) -> Self {
        Self {
            since: wareki::parse(asked.get("since")).ok(),
            until: wareki::parse(asked.get("until")).ok(),
            since_field: field(lang, "since", asked),
            until_field: field(lang, "until", asked),
        }
    }

    /// What to mend, leading to the fields of the filter.
    pub(super) fn errors(&self) -> Vec<ErrorLine> {
        let mut errors = ErrorLine::of([&self.since_field, &self.until_field]);
        for line in &mut errors {
            line.href = line.href.replace('#', "#filter-");
        }
        errors
    }
}

/// A day as it was typed, with what to mend.
fn field(lang: Lang, name: &str, asked: &Fields) -> Field {
    let typed = asked.get(name);
    let wrong = !typed.is_empty() && wareki::parse(typed).is_err();
    let label = if name == "since" { fl!(lang.texts(), "trail-since") } else { fl!(lang.texts(), "trail-until") };
    Field::optional(name, typed).with_error(wrong.then(|| fl!(lang.texts(), "error-not-a-date", field = label)))
}
