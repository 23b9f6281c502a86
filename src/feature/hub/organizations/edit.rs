//! What is written down about an organization, changed.

use askama::Template;
use axum::extract::State;
use i18n_embed_fl::fl;
use jiff::civil::Date;

use super::{
    conflict, council,
    draft::{Choices, Draft, facts, facts_meant},
    new::parent,
    views::{self, path},
};
use crate::{
    domain::ids::{Id, Organization},
    gate::{Permit, actions},
    store::{
        Tx,
        organizations::{self, Clash, Details},
    },
    web::{App, Error, ErrorLine, Form, Frame, Here, Path, Result, page, see_other, unprocessable},
};

#[derive(Debug, Template)]
#[template(path = "hub/organizations/form.html")]
struct Edit {
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

impl Edit {
    fn of(app: &App, here: &Here, details: &Details, draft: Draft) -> Self {
        let texts = here.lang.texts();
        Self {
            frame: views::frame(app, here, details.id, &details.name, fl!(texts, "org-edit-title")),
            errors: ErrorLine::of(draft.fields()),
            action: format!("{}/edit", path(details.id)),
            cancel_href: path(details.id),
            revision: details.revision,
            lead: fl!(texts, "org-edit-lead"),
            draft,
            is_root: details.parent.is_none(),
            save_word: fl!(texts, "org-save"),
        }
    }
}

pub(super) async fn edit(here: Here, State(app): State<App>, Path(id): Path<Id<Organization>>) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let place = organizations::facts(&mut tx, &here.actor, id).await?.ok_or(Error::Hidden)?;
    let permit = app.gate.permit::<actions::EditOrganization>(&here.actor, &place)?;
    let scope = app.gate.scope::<actions::CreateOrganization>(&here.actor, &here.place())?;
    let details = organizations::details(&mut tx, &permit).await?;
    let choices = Choices::of_old(&mut tx, &scope, &permit, &details).await?;
    tx.commit(permit.deed().with("step", "form")).await?;
    let draft = Draft::shown(here.lang, &details, &choices);
    page(&Edit::of(&app, &here, &details, draft))
}

/// Why the organization cannot be one that is to open on this day, if so: whoever works there would be locked out, and whoever is asked
/// about there would be asked of nobody.
async fn barred(
    tx: &mut Tx,
    here: &Here,
    permit: &Permit<actions::EditOrganization>,
    details: &Details,
    opens: Date,
) -> Result<Option<String>> {
    let texts = here.lang.texts();
    if let Some(closed) = details.closed_on.filter(|closed| *closed <= opens) {
        return Ok(Some(fl!(texts, "org-error-opens-after-closing", day = views::typed_day(here.lang, views::last_day(closed)))));
    }
    if opens <= tx.today() || opens <= details.opened_on {
        return Ok(None);
    }
    if details.parent.is_none() || details.id == here.acting.organization {
        return Ok(Some(fl!(texts, "org-error-opens-own")));
    }
    let asked = organizations::asked_before(tx, permit, opens).await?;
    Ok(asked.then(|| fl!(texts, "org-error-opens-asked")))
}

pub(super) async fn update(here: Here, State(app): State<App>, Path(id): Path<Id<Organization>>, Form(fields): Form) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    organizations::halt_requests(&mut tx, &here.actor).await?;
    let place = organizations::facts_for_change(&mut tx, &here.actor, id).await?.ok_or(Error::Hidden)?;
    let permit = app.gate.permit::<actions::EditOrganization>(&here.actor, &place)?;
    let scope = app.gate.scope::<actions::CreateOrganization>(&here.actor, &here.place())?;
    let details = organizations::details(&mut tx, &permit).await?;
    let choices = Choices::of_old(&mut tx, &scope, &permit, &details).await?;
    let mut draft = Draft::of(here.lang, &fields, &choices);
    let revision = fields.get("revision").parse().unwrap_or(0);
    // A form that is both wrong and stale is first of all stale.
    let mut stale = revision != details.revision;
    if !stale && let Some(wanted) = draft.read(here.lang, &choices) {
        if wanted.parent != details.parent {
            // Putting it elsewhere is putting something there.
            let above = parent(&mut tx, &here, wanted.parent).await?;
            app.gate.permit::<actions::CreateOrganization>(&here.actor, &above)?;
            // Whoever acts for what is above sees it from then on, and its network rule may be another: this wants as much as
            // changing that rule by hand.
            app.gate.permit::<actions::EditSecurity>(&here.actor, &place)?;
        }
        draft.opened_on.error = barred(&mut tx, &here, &permit, &details, wanted.opened_on).await?;
        if draft.opened_on.error.is_none() {
            match organizations::update(&mut tx, &permit, revision, &wanted).await? {
                Ok(()) => {
                    let deed = permit.deed().with("revision", revision + 1).with("kind", wanted.kind.code());
                    tx.commit(council::said(deed, &wanted)).await?;
                    return Ok(see_other(&format!("{}?done=saved", path(id))));
                }
                Err(Clash::Stale) => stale = true,
                Err(clash) => draft.clashes(here.lang, clash),
            }
        }
    }
    tx.commit(permit.deed().with("step", if stale { "conflict" } else { "refused" })).await?;
    if stale {
        let frame = views::frame(&app, &here, id, &details.name, fl!(here.lang.texts(), "conflict-title"));
        let (theirs, yours) = (facts(here.lang, &details), facts_meant(here.lang, &draft));
        return conflict::both(frame, theirs, yours, format!("{}/edit", path(id)));
    }
    unprocessable(&Edit::of(&app, &here, &details, draft))
}
