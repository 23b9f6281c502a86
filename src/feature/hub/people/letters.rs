//! The way in for one person: a letter, printed once into the answer and never kept, or a link by mail.

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
        mail::{Link, Mail},
        wareki,
    },
    gate::{Permit, PersonFacts, actions},
    store::{
        Tx,
        invitations::{self, Candidate, LETTER_LIFE, Way},
        mails, people,
    },
    web::{App, Error, Form, Here, Lang, Path, Result, Secret, page, pdf, role_word, see_other, typeset, unprocessable},
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
        let found = invitations::candidates(tx, &permit, Some(facts.id)).await?.into_iter().next();
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
    tx.commit(permit.deed().with("step", "form").with("person", id)).await?;
    match candidate {
        Some(candidate) => page(&form(&app, &here, &person, &candidate)),
        None => unprocessable(&refusal(&app, &here, &person)),
    }
}

fn form(app: &App, here: &Here, person: &people::Person, candidate: &Candidate) -> Confirm {
    let texts = here.lang.texts();
    let days = LETTER_LIFE.as_hours() / 24;
    let mut confirm = Confirm::new(app, here, person, fl!(texts, "letter-title"))
        .doing(fl!(texts, "letter-lead", days = days), fl!(texts, "letter-button"));
    let post = views::post(here.lang, candidate.role, &candidate.organization_name);
    confirm.facts.push(Fact::new(fl!(texts, "people-post"), post));
    if can_be_mailed(app, candidate) {
        confirm.facts.push(Fact::new(fl!(texts, "person-mail"), candidate.mail.clone()));
        confirm.other_way = Some(("mail", fl!(texts, "letter-by-mail")));
    }
    confirm
}

/// Whether there is a server to hand mail to, and an address.
fn can_be_mailed(app: &App, candidate: &Candidate) -> bool {
    app.config.smtp.is_some() && !candidate.mail.is_empty()
}

/// A code for somebody who can sign in would be a second key to their account.
fn refusal(app: &App, here: &Here, person: &people::Person) -> Confirm {
    let texts = here.lang.texts();
    Confirm::new(app, here, person, fl!(texts, "letter-title")).refused(fl!(texts, "letter-not-invitable"))
}

pub(super) async fn create(here: Here, State(app): State<App>, Path(id): Path<Id<Person>>, Form(fields): Form) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let facts = people::facts(&mut tx, &here.actor, id).await?.ok_or(Error::Hidden)?;
    let person = views::person(&app, &mut tx, &here, &facts).await?;
    let (permit, candidate) = invitable(&app, &mut tx, &here, &facts).await?;
    let Some(candidate) = candidate else {
        tx.commit(permit.deed().with("step", "refused").with("person", id)).await?;
        return unprocessable(&refusal(&app, &here, &person));
    };
    if fields.get("way") == "mail" && can_be_mailed(&app, &candidate) {
        return by_mail(&app, &here, (tx, &permit), &candidate).await;
    }
    drop(tx);
    send(&app, &here, &permit, vec![candidate], &page_of(id)).await
}

/// Somebody came in by an older code while the new one was made: nothing was done, and the page says who is left.
async fn too_late(app: &App, here: &Here, permit: &Permit<actions::InvitePeople>, back: &str) -> Result {
    app.tx(&here.actor).await?.commit(permit.deed().with("step", "over")).await?;
    Ok(see_other(back))
}

/// Queues a mail with a link and nothing personal; where it goes is seen when it is sent.
async fn by_mail(app: &App, here: &Here, (mut tx, permit): (Tx, &Permit<actions::InvitePeople>), candidate: &Candidate) -> Result {
    let (person, code, now) = (candidate.person, Secret::code(), tx.now());
    invitations::withdraw_older(&mut tx, permit, &[person]).await?;
    if invitations::candidates(&mut tx, permit, Some(person)).await?.is_empty() {
        drop(tx);
        return too_late(app, here, permit, &page_of(person)).await;
    }
    invitations::issue(&mut tx, permit, person, &code.hash(), Way::Mail).await?;
    let expires = Way::Mail.expires(now);
    // The last whole day the link works: it ends with the midnight after it.
    let until = clock::in_japan(expires).date().yesterday().map_err(Error::internal)?;
    let link = Link::with_code(&app.config.origin_text(), "/enrol", code.text());
    let link = link.ok_or_else(|| Error::internal(anyhow::anyhow!("the code does not fit into a link")))?;
    mails::put(&mut tx, permit, person, &Mail::Invitation { link, until }, expires.duration_since(now)).await?;
    tx.commit(permit.deed().with("mails", 1).with("person", person)).await?;
    Ok(see_other(&format!("/people/{person}?done=mailed")))
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
    let only = if let [one] = people.as_slice() { Some(*one) } else { None };
    let still = invitations::candidates(&mut tx, permit, only).await?;
    if !people.iter().all(|id| still.iter().any(|one| one.person == *id)) {
        drop(tx);
        return too_late(app, here, permit, back).await;
    }
    for (person, code) in people.iter().zip(&codes) {
        invitations::issue(&mut tx, permit, *person, &code.hash(), Way::Letter).await?;
    }
    let deed = permit.deed().with("letters", people.len());
    let deed = if let Some(person) = only { deed.with("person", person) } else { deed };
    tx.commit(deed).await?;
    let day = clock::in_japan(app.clock.now()).date();
    Ok(pdf(&fl!(here.lang.texts(), "letter-file", day = day.to_string()), paper))
}

async fn print(app: &App, here: &Here, candidates: Vec<Candidate>, codes: Vec<Secret>) -> Result<Vec<u8>> {
    let now = app.clock.now();
    let expires = clock::in_japan(Way::Letter.expires(now));
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
