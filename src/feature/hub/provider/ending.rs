//! The end of a binding: nobody comes in by that account any more, and whoever did is signed out.

use askama::Template;
use axum::extract::State;
use i18n_embed_fl::fl;

use super::words::Fact;
use crate::{
    domain::{
        ids::{Id, Person},
        membership::admins::Change,
    },
    gate::{Permit, actions},
    store::{
        Tx, bindings,
        people::{self, memberships},
        sessions,
    },
    web::{App, Error, Frame, Here, Path, Result, page, see_other, unprocessable, words},
};

#[derive(Debug, Template)]
#[template(path = "hub/provider/end.html")]
struct End {
    frame: Frame,
    facts: Vec<Fact>,
    action: String,
    cancel_href: String,
    is_bound: bool,
    /// Why it cannot be ended: the ward would be without an admin.
    last: Option<String>,
}

impl End {
    async fn read(tx: &mut Tx, app: &App, here: &Here, permit: &Permit<actions::EndBinding>) -> Result<Self> {
        let texts = here.lang.texts();
        let person = people::read(tx, permit).await?.ok_or(Error::Hidden)?;
        let admins = people::admins(tx, &here.actor).await?;
        let gap = admins.gap(Change::Unbound(permit.id()), tx.today());
        let bound = bindings::of_person(tx, permit).await?.into_iter().find(|line| line.is_active);
        let mut facts = vec![Fact { term: fl!(texts, "person-name"), text: person.name }];
        facts.extend(bound.as_ref().map(|line| Fact {
            term: fl!(texts, "provider-bound"),
            text: fl!(texts, "provider-account-since", account = line.account.as_str(), at = words::moment(here.lang, line.at)),
        }));
        Ok(Self {
            frame: Frame::here(app, here, fl!(texts, "binding-end-title")).with_crumb("/people", fl!(texts, "people-title")),
            facts,
            action: format!("/people/{}/binding/ending", person.id),
            cancel_href: format!("/people/{}", person.id),
            is_bound: bound.is_some(),
            last: gap.map(|day| words::without_admin(here.lang, &admins, day)),
        })
    }
}

pub(super) async fn new(here: Here, State(app): State<App>, Path(id): Path<Id<Person>>) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let facts = people::facts(&mut tx, &here.actor, id).await?.ok_or(Error::Hidden)?;
    let permit = app.gate.permit::<actions::EndBinding>(&here.actor, &facts)?;
    let end = End::read(&mut tx, &app, &here, &permit).await?;
    tx.commit(permit.deed().with("step", "form")).await?;
    page(&end)
}

pub(super) async fn create(here: Here, State(app): State<App>, Path(id): Path<Id<Person>>) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let facts = people::facts_for_change(&mut tx, &here.actor, id).await?.ok_or(Error::Hidden)?;
    let permit = app.gate.permit::<actions::EndBinding>(&here.actor, &facts)?;
    // Others are taken away by somebody else at the same moment: one after the other.
    if !memberships::take_turn(&mut tx, &here.actor).await? {
        return Err(Error::Hidden);
    }
    let page = End::read(&mut tx, &app, &here, &permit).await?;
    if page.is_bound && page.last.is_some() {
        tx.commit(permit.deed().with("step", "refused")).await?;
        return unprocessable(&page);
    }
    let ended = bindings::end(&mut tx, &permit).await?;
    let sessions = if ended { sessions::end_all(&mut tx, &permit, None).await? } else { 0 };
    tx.commit(permit.deed().with("sessions", sessions)).await?;
    Ok(see_other(&format!("/people/{id}")))
}
