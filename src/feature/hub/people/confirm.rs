//! Before something is done to somebody's account: whose it is, what it does, and the button.

use askama::Template;
use i18n_embed_fl::fl;

use super::views::{Fact, LabelledField, page_of, post, status};
use crate::{
    store::people::{Person, memberships::Membership},
    web::{App, ErrorLine, Frame, Here, Lang},
};

#[derive(Debug, Template)]
#[template(path = "hub/people/confirm.html")]
pub(super) struct Confirm {
    pub(super) frame: Frame,
    pub(super) errors: Vec<ErrorLine>,
    /// What it does.
    pub(super) lead: String,
    pub(super) facts: Vec<Fact>,
    pub(super) action: String,
    pub(super) version: Option<i64>,
    pub(super) fields: Vec<LabelledField>,
    /// Empty when nothing can be done.
    pub(super) button: String,
    pub(super) cancel_href: String,
}

impl Confirm {
    pub(super) fn new(app: &App, here: &Here, person: &Person, title: String) -> Self {
        let back = page_of(person.id);
        Self {
            frame: Frame::here(app, here, title).with_crumb("/people", fl!(here.lang.texts(), "people-title")),
            errors: Vec::new(),
            lead: String::new(),
            facts: whose(here.lang, person),
            action: here.path.split('?').next().unwrap_or_default().to_owned(),
            version: None,
            fields: Vec::new(),
            button: String::new(),
            cancel_href: back,
        }
    }

    #[must_use]
    pub(super) fn doing(mut self, lead: String, button: String) -> Self {
        (self.lead, self.button) = (lead, button);
        self
    }

    #[must_use]
    pub(super) fn with_posts(mut self, lang: Lang, memberships: &[Membership]) -> Self {
        let posts = memberships.iter().map(|one| post(lang, one.held.role, &one.organization_name)).collect::<Vec<_>>();
        if !posts.is_empty() {
            self.facts.push(Fact::new(fl!(lang.texts(), "people-posts"), posts.join(&fl!(lang.texts(), "list-within"))));
        }
        self
    }

    #[must_use]
    pub(super) fn with_fields(mut self, fields: Vec<LabelledField>) -> Self {
        self.errors = ErrorLine::of(fields.iter().map(|one| &one.field));
        self.fields = fields;
        self
    }

    /// Why it was not done, beyond what a field can say.
    #[must_use]
    pub(super) fn refused(mut self, why: String) -> Self {
        self.errors.insert(0, ErrorLine { href: "#main".to_owned(), text: why });
        self
    }
}

/// Who it is about.
pub(super) fn whose(lang: Lang, person: &Person) -> Vec<Fact> {
    let texts = lang.texts();
    let mut facts = vec![Fact::new(fl!(texts, "person-name"), person.name.clone())];
    if !person.staff_code.is_empty() {
        facts.push(Fact::new(fl!(texts, "person-staff-code"), person.staff_code.clone()));
    }
    facts.push(Fact::new(fl!(texts, "col-state"), status(lang, person.status)));
    facts
}
