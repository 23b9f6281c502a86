//! The letter that lets one person in: printed once, into the answer, and never kept.

use axum::extract::State;
use i18n_embed_fl::fl;
use tsunagi_forms::{InvitationLetter, invitation_letters};

use super::{
    confirm::Confirm,
    views::{self, Fact, page_of},
};
use crate::{
    domain::{
        clock,
        ids::{Id, Person},
        wareki,
    },
    gate::{Permit, PersonFacts, actions},
    store::{
        Tx,
        invitations::{self, Candidate, Way},
        people::{
            self,
            proposals::{self, State as Became},
        },
    },
    web::{App, Error, Here, Lang, Path, Result, Secret, page, pdf, role_word, see_other, typeset, unprocessable},
};

/// The permit to invite for one of the places the person belongs to, and the person as invited there if they can be.
pub(super) async fn invitable(
    app: &App,
    tx: &mut Tx,
    here: &Here,
    facts: &PersonFacts,
) -> Result<(Permit<actions::InvitePeople>, Option<Candidate>)> {
    let mut first = None;
    for place in &facts.places {
        let permit = app.gate.permit::<actions::InvitePeople>(&here.actor, place)?;
        let found = invitations::candidates(tx, &permit, Some(&[facts.id])).await?.people.into_iter().next();
        if found.is_some() {
            return Ok((permit, found));
        }
        first.get_or_insert(permit);
    }
    Ok((first.ok_or(Error::Hidden)?, None))
}

pub(super) async fn new(here: Here, State(app): State<App>, Path(id): Path<Id<Person>>) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let facts = people::facts(&mut tx, &here.actor, id).await?.ok_or(Error::Hidden)?;
    let person = views::person(&app, &mut tx, &here, &facts).await?;
    let (permit, candidate) = invitable(&app, &mut tx, &here, &facts).await?;
    let Some(candidate) = candidate else {
        let why = why_not(&app, &mut tx, &here, &facts, &person).await?;
        tx.commit(permit.deed().with("step", "form").with("person", id)).await?;
        return unprocessable(&refusal(&app, &here, &person, why));
    };
    tx.commit(permit.deed().with("step", "form").with("person", id)).await?;
    page(&form(&app, &here, &person, &candidate))
}

/// Why there is no code for the person, or none that this reader can make.
pub(super) async fn why_not(app: &App, tx: &mut Tx, here: &Here, facts: &PersonFacts, person: &people::Person) -> Result<String> {
    let texts = here.lang.texts();
    let permit = app.gate.permit::<actions::ReadPerson>(&here.actor, facts)?;
    let mut open = proposals::of_person(tx, &permit).await?;
    open.retain(|one| one.state == Became::Open);
    let is_mine = open.iter().any(|one| here.actor.person() == Some(one.proposed_by));
    Ok(match open.first() {
        Some(one) if !is_mine && person.registered < 2 && !person.ever_bound => {
            fl!(texts, "letter-by-proposer", proposer = one.proposer_name.as_str())
        }
        _ => fl!(texts, "letter-not-invitable"),
    })
}

fn form(app: &App, here: &Here, person: &people::Person, candidate: &Candidate) -> Confirm {
    let texts = here.lang.texts();
    let days = Way::Letter.life().as_hours() / 24;
    let mut confirm = Confirm::new(app, here, person, fl!(texts, "letter-title"))
        .doing(fl!(texts, "letter-lead", days = days), fl!(texts, "letter-button"));
    let post = views::post(here.lang, candidate.role, &candidate.organization_name);
    confirm.facts.push(Fact::new(fl!(texts, "people-post"), post));
    confirm
}

/// A code for somebody who can sign in would be a second key to their account.
fn refusal(app: &App, here: &Here, person: &people::Person, why: String) -> Confirm {
    Confirm::new(app, here, person, fl!(here.lang.texts(), "letter-title")).refused(why)
}

pub(super) async fn create(here: Here, State(app): State<App>, Path(id): Path<Id<Person>>) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let facts = people::facts(&mut tx, &here.actor, id).await?.ok_or(Error::Hidden)?;
    let person = views::person(&app, &mut tx, &here, &facts).await?;
    let (permit, candidate) = invitable(&app, &mut tx, &here, &facts).await?;
    let Some(candidate) = candidate else {
        let why = why_not(&app, &mut tx, &here, &facts, &person).await?;
        tx.commit(permit.deed().with("step", "refused").with("person", id)).await?;
        return unprocessable(&refusal(&app, &here, &person, why));
    };
    drop(tx);
    send(&app, &here, &permit, vec![candidate], &page_of(id)).await
}

/// Somebody came in by an older code while the new one was made: nothing was done, and the page says who is left.
async fn too_late(app: &App, here: &Here, permit: &Permit<actions::InvitePeople>, back: &str) -> Result {
    app.tx(&here.actor).await?.commit(permit.deed().with("step", "over")).await?;
    Ok(see_other(back))
}

/// Prints a letter for each and only then writes the codes down: a letter that cannot be printed leaves older codes alone, and
/// no transaction waits for the press.
pub(super) async fn send(
    app: &App,
    here: &Here,
    permit: &Permit<actions::InvitePeople>,
    candidates: Vec<Candidate>,
    back: &str,
) -> Result {
    let people: Vec<Id<Person>> = candidates.iter().map(|one| one.person).collect();
    let codes: Vec<Secret> = candidates.iter().map(|_| Secret::code()).collect();
    let paper = print(app, here, candidates, codes.clone()).await?;

    let mut tx = app.tx(&here.actor).await?;
    invitations::withdraw_older(&mut tx, permit, &people).await?;
    let still = invitations::candidates(&mut tx, permit, Some(&people)).await?.people;
    if !people.iter().all(|id| still.iter().any(|one| one.person == *id)) {
        drop(tx);
        return too_late(app, here, permit, back).await;
    }
    for (person, code) in people.iter().zip(&codes) {
        invitations::issue(&mut tx, permit, *person, &code.hash(), Way::Letter).await?;
    }
    let deed = permit.deed().with("letters", people.len());
    let deed = if let [person] = people.as_slice() { deed.with("person", *person) } else { deed };
    tx.commit(deed).await?;
    let day = clock::in_japan(app.clock.now()).date();
    Ok(pdf(&fl!(here.lang.texts(), "letter-file", day = day.to_string()), paper))
}

async fn print(app: &App, here: &Here, candidates: Vec<Candidate>, codes: Vec<Secret>) -> Result<Vec<u8>> {
    let now = app.clock.now();
    let expires = clock::in_japan(now + Way::Letter.life());
    // In Japanese whatever the language of the page: the letter goes to other people.
    let issued_on = wareki::long(clock::in_japan(now).date());
    let expires = format!("{} {}:{:02}", wareki::full(expires.date()), expires.hour(), expires.minute());
    let address = format!("{}/enrol", app.config.origin_text());
    let found = here.found.clone();
    let paper = typeset(move || {
        let roles: Vec<String> = candidates.iter().map(|one| role_word(Lang::Ja, one.role)).collect();
        let letters: Vec<InvitationLetter<'_>> = candidates
            .iter()
            .zip(&codes)
            .zip(&roles)
            .map(|((one, code), role)| InvitationLetter {
                name: &one.name,
                organization: &one.organization_name,
                role,
                ward: &found.ward_name,
                issued_on: &issued_on,
                code: code.text(),
                address: &address,
                expires: &expires,
                help_phone: &found.help_phone,
                help_hours: &found.help_hours,
            })
            .collect();
        invitation_letters(&letters, now)
    });
    Ok(paper.await?.pdf)
}
