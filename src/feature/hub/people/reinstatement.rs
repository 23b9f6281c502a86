//! Back after 停止 or 退職. Rights over others do not come back by one person's word: they are proposed anew.

use axum::extract::State;
use i18n_embed_fl::fl;

use super::{
    confirm::Confirm,
    views::{self, page_of},
};
use crate::{
    domain::{
        ids::{Id, Person},
        membership::{Step, ending, needs_second_person},
        person::Status,
    },
    gate::{Permit, actions},
    store::{
        Tx,
        people::{self, memberships, proposals},
    },
    web::{App, Error, Here, Path, Result, page, see_other, unprocessable},
};

fn form(app: &App, here: &Here, person: &people::Person, posts: &[memberships::Membership]) -> Confirm {
    let texts = here.lang.texts();
    let lead = if posts.iter().any(|one| needs_second_person(one.held.role, Step::Resume)) {
        fl!(texts, "reinstatement-lead-proposed")
    } else {
        fl!(texts, "reinstatement-lead")
    };
    Confirm::new(app, here, person, fl!(texts, "reinstatement-title"))
        .with_posts(here.lang, posts)
        .doing(lead, fl!(texts, "reinstatement-button"))
}

async fn posts(tx: &mut Tx, permit: &Permit<actions::ReinstatePerson>) -> Result<Vec<memberships::Membership>> {
    let today = tx.today();
    let mut posts = memberships::of_person(tx, permit).await?;
    posts.retain(|one| one.is_open(today));
    Ok(posts)
}

fn can_come_back(person: &people::Person) -> bool {
    matches!(person.status, Status::Suspended | Status::Left)
}

pub(super) async fn new(here: Here, State(app): State<App>, Path(id): Path<Id<Person>>) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let facts = people::facts(&mut tx, &here.actor, id).await?.ok_or(Error::Hidden)?;
    let permit = app.gate.permit::<actions::ReinstatePerson>(&here.actor, &facts)?;
    let person = people::read(&mut tx, &permit).await?.ok_or(Error::Hidden)?;
    let posts = posts(&mut tx, &permit).await?;
    tx.commit(permit.deed().with("step", "form")).await?;
    if !can_come_back(&person) {
        return Ok(see_other(&page_of(id)));
    }
    page(&form(&app, &here, &person, &posts))
}

pub(super) async fn create(here: Here, State(app): State<App>, Path(id): Path<Id<Person>>) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let facts = people::facts_for_change(&mut tx, &here.actor, id).await?.ok_or(Error::Hidden)?;
    let permit = app.gate.permit::<actions::ReinstatePerson>(&here.actor, &facts)?;
    views::take_turn(&mut tx, &here).await?;
    let person = people::read(&mut tx, &permit).await?.ok_or(Error::Hidden)?;
    let posts = posts(&mut tx, &permit).await?;
    if !can_come_back(&person) {
        tx.commit(permit.deed().with("step", "over")).await?;
        return Ok(see_other(&page_of(id)));
    }
    if !people::reinstate(&mut tx, &permit).await? {
        tx.commit(permit.deed().with("step", "refused")).await?;
        return unprocessable(&form(&app, &here, &person, &posts).refused(fl!(here.lang.texts(), "person-code-taken")));
    }
    let proposed = propose_anew(&mut tx, &permit, &posts).await?;
    tx.commit(permit.deed().with("proposed", proposed)).await?;
    Ok(see_other(&format!("/people/{id}?done=reinstated")))
}

/// Ends what one person cannot give back, and proposes it for a second one to decide.
async fn propose_anew(tx: &mut Tx, permit: &Permit<actions::ReinstatePerson>, posts: &[memberships::Membership]) -> Result<usize> {
    let today = tx.today();
    let governing: Vec<_> = posts.iter().filter(|one| needs_second_person(one.held.role, Step::Resume)).collect();
    for one in &governing {
        let ending = ending::now(one.held.term, today);
        if memberships::end(tx, permit, one.held.id, one.revision, &ending).await?.is_err() {
            return Err(Error::Hidden);
        }
        proposals::insert(tx, permit, one.held.organization, one.held.role, one.held.term).await?;
    }
    Ok(governing.len())
}
