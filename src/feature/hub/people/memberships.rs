//! One more role somewhere: given at once, or proposed when it is one over others.

use askama::Template;
use axum::extract::State;
use i18n_embed_fl::fl;

use super::{
    confirm,
    draft::{PostDraft, Wanted},
    new::faulty,
    views::{self, Fact, page_of},
};
use crate::{
    domain::{
        ids::{Id, Person},
        membership::{Way, Wish, way},
        person::Status,
    },
    gate::{Permit, Role, actions},
    store::{
        Tx,
        people::{
            self,
            memberships::{self, Place},
            proposals,
        },
    },
    web::{App, Error, ErrorLine, Form, Frame, Here, Path, Result, page, say, see_other, unprocessable},
};

#[derive(Debug, Template)]
#[template(path = "hub/people/grant.html")]
struct Grant {
    frame: Frame,
    errors: Vec<ErrorLine>,
    facts: Vec<Fact>,
    action: String,
    cancel_href: String,
    post: PostDraft,
}

fn form(app: &App, here: &Here, person: &people::Person, post: PostDraft) -> Grant {
    let texts = here.lang.texts();
    Grant {
        frame: Frame::here(app, here, fl!(texts, "person-grant-title")).with_crumb("/people", fl!(texts, "people-title")),
        errors: ErrorLine::of(post.fields()),
        facts: confirm::whose(here.lang, person),
        action: format!("/people/{}/memberships", person.id),
        cancel_href: page_of(person.id),
        post,
    }
}

pub(super) async fn new(here: Here, State(app): State<App>, Path(id): Path<Id<Person>>) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let facts = people::facts(&mut tx, &here.actor, id).await?.ok_or(Error::Hidden)?;
    let permit = app.gate.permit::<actions::GrantMembership>(&here.actor, &facts)?;
    let person = people::read(&mut tx, &permit).await?.ok_or(Error::Hidden)?;
    let places = memberships::places(&mut tx, &here.actor).await?;
    let today = tx.today();
    tx.commit(permit.deed().with("step", "form")).await?;
    page(&form(&app, &here, &person, PostDraft::empty(here.lang, &places, Role::ALL, today)))
}

/// What became of a wish.
enum Done {
    Given(Id<crate::domain::ids::Membership>),
    Proposed(Id<crate::domain::ids::Proposal>),
}

pub(super) async fn create(here: Here, State(app): State<App>, Path(id): Path<Id<Person>>, Form(fields): Form) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let facts = people::facts_for_change(&mut tx, &here.actor, id).await?.ok_or(Error::Hidden)?;
    let permit = app.gate.permit::<actions::GrantMembership>(&here.actor, &facts)?;
    views::take_turn(&mut tx, &here).await?;
    let person = people::read(&mut tx, &permit).await?.ok_or(Error::Hidden)?;
    let places = memberships::places(&mut tx, &here.actor).await?;
    let today = tx.today();
    let mut post = PostDraft::of(here.lang, &fields, &places, (Role::ALL, today));
    let done = match post.read(here.lang, &places, (Role::ALL, today)) {
        Some(wanted) => fulfil(&mut tx, &permit, &here, (&person, &wanted), &mut post).await?,
        None => None,
    };
    let deed = permit.deed();
    match done {
        Some(Done::Given(membership)) => {
            tx.commit(deed.with("membership", membership)).await?;
            Ok(see_other(&format!("/people/{id}?done=granted")))
        }
        Some(Done::Proposed(proposal)) => {
            tx.commit(deed.with("proposal", proposal)).await?;
            Ok(see_other(&format!("/people/{id}?done=proposed")))
        }
        None => {
            tx.commit(deed.with("step", "refused")).await?;
            unprocessable(&form(&app, &here, &person, post))
        }
    }
}

/// Gives what was wanted or proposes it; nothing when the fields now say why not.
async fn fulfil(
    tx: &mut Tx,
    permit: &Permit<actions::GrantMembership>,
    here: &Here,
    (person, wanted): (&people::Person, &Wanted),
    post: &mut PostDraft,
) -> Result<Option<Done>> {
    let Wanted { place: Place { id: organization, kind, .. }, role, term } = wanted;
    if person.status == Status::Left {
        post.organization.error = Some(fl!(here.lang.texts(), "person-has-left"));
        return Ok(None);
    }
    let held = memberships::held(tx, permit).await?;
    let wish = Wish { person: person.id, organization: *organization, role: *role, term: *term };
    match way(&wish, *kind, &held, tx.today()) {
        Ok(Way::AtOnce) => Ok(Some(Done::Given(memberships::insert(tx, permit, *organization, *role, *term).await?))),
        Ok(Way::Proposed) => {
            let proposal = proposals::insert(tx, permit, *organization, *role, *term).await?;
            if proposal.is_none() {
                post.role.error = Some(fl!(here.lang.texts(), "person-proposed-already"));
            }
            Ok(proposal.map(Done::Proposed))
        }
        Err(no) => {
            *faulty(post, no) = Some(say::word(here.lang, no.key()));
            Ok(None)
        }
    }
}
