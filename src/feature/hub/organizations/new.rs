//! A new organization below another one.

use askama::Template;
use axum::extract::State;
use i18n_embed_fl::fl;

use super::{
    council,
    draft::{self, Choices, Draft},
    views::path,
};
use crate::{
    domain::ids::{Id, Organization},
    gate::actions,
    store::{Tx, organizations},
    web::{App, Error, ErrorLine, Fields, Form, Frame, Here, Result, page, see_other, unprocessable},
};

#[derive(Debug, Template)]
#[template(path = "hub/organizations/form.html")]
struct New {
    frame: Frame,
    errors: Vec<ErrorLine>,
    action: String,
    cancel_href: String,
    revision: i64,
    lead: String,
    draft: Draft,
    is_root: bool,
    save_word: String,
}

impl New {
    fn of(app: &App, here: &Here, draft: Draft) -> Self {
        let texts = here.lang.texts();
        Self {
            frame: Frame::here(app, here, fl!(texts, "org-new-title"))
                .with_crumb("/organizations", fl!(texts, "organizations-title")),
            errors: ErrorLine::of(draft.fields()),
            action: "/organizations".to_owned(),
            cancel_href: "/organizations".to_owned(),
            revision: 0,
            lead: fl!(texts, "org-new-lead"),
            draft,
            is_root: false,
            save_word: fl!(texts, "org-new-save"),
        }
    }
}

pub(super) async fn new(here: Here, State(app): State<App>) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let scope = app.gate.scope::<actions::CreateOrganization>(&here.actor, &here.place())?;
    let permit = app.gate.permit::<actions::CreateOrganization>(&here.actor, &here.place())?;
    let choices = Choices::of_new(&mut tx, &scope, &permit).await?;
    let today = tx.today();
    tx.commit(scope.deed().with("step", "form")).await?;
    let asked = here.query();
    let parent = if asked.get("parent").is_empty() { here.acting.organization.to_string() } else { asked.get("parent").to_owned() };
    let typed = [("parent", parent), ("kind", asked.get("kind").to_owned()), ("opened_on", draft::opens(here.lang, today))];
    let typed: Fields = typed.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    page(&New::of(&app, &here, Draft::of(here.lang, &typed, &choices)))
}

pub(super) async fn create(here: Here, State(app): State<App>, Form(fields): Form) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let scope = app.gate.scope::<actions::CreateOrganization>(&here.actor, &here.place())?;
    let own = app.gate.permit::<actions::CreateOrganization>(&here.actor, &here.place())?;
    let choices = Choices::of_new(&mut tx, &scope, &own).await?;
    let mut draft = Draft::of(here.lang, &fields, &choices);
    if let Some(wanted) = draft.read(here.lang, &choices) {
        let parent = parent(&mut tx, &here, wanted.parent).await?;
        let permit = app.gate.permit::<actions::CreateOrganization>(&here.actor, &parent)?;
        match organizations::insert(&mut tx, &permit, &wanted).await? {
            Ok(id) => {
                let deed = permit.deed().with("organization", id).with("kind", wanted.kind.code());
                tx.commit(council::said(deed, &wanted)).await?;
                return Ok(see_other(&format!("{}?done=created", path(id))));
            }
            Err(clash) => draft.clashes(here.lang, clash),
        }
    }
    tx.commit(scope.deed().with("step", "refused")).await?;
    unprocessable(&New::of(&app, &here, draft))
}

/// What the gate must know of the organization something is put below.
pub(super) async fn parent(tx: &mut Tx, here: &Here, id: Option<Id<Organization>>) -> Result<crate::gate::OrganizationFacts> {
    let id = id.ok_or(Error::Hidden)?;
    organizations::facts(tx, &here.actor, id).await?.ok_or(Error::Hidden)
}
