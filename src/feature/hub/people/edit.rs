//! Mending what is written down about somebody.

use askama::Template;
use axum::extract::State;
use i18n_embed_fl::fl;

use super::{
    conflict,
    draft::PersonDraft,
    views::{self, Fact, page_of},
};
use crate::{
    domain::{
        ids::{Id, Person},
        mail::{Former, Mail},
    },
    gate::{Permit, actions},
    store::{
        Tx, mails,
        people::{self, Details},
    },
    web::{App, Error, ErrorLine, Field, Form, Frame, Here, Lang, Path, Result, page, see_other, unprocessable},
};

#[derive(Debug, Template)]
#[template(path = "hub/people/edit.html")]
struct Edit {
    frame: Frame,
    errors: Vec<ErrorLine>,
    person: PersonDraft,
    version: i64,
    action: String,
    cancel_href: String,
}

fn form(app: &App, here: &Here, id: Id<Person>, version: i64, person: PersonDraft) -> Edit {
    let texts = here.lang.texts();
    Edit {
        frame: Frame::here(app, here, fl!(texts, "person-edit-title")).with_crumb("/people", fl!(texts, "people-title")),
        errors: ErrorLine::of(person.fields()),
        person,
        version,
        action: format!("/people/{id}/edit"),
        cancel_href: page_of(id),
    }
}

pub(super) async fn edit(here: Here, State(app): State<App>, Path(id): Path<Id<Person>>) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let facts = people::facts(&mut tx, &here.actor, id).await?.ok_or(Error::Hidden)?;
    let permit = app.gate.permit::<actions::EditPerson>(&here.actor, &facts)?;
    let person = people::read(&mut tx, &permit).await?.ok_or(Error::Hidden)?;
    tx.commit(permit.deed().with("step", "form")).await?;
    page(&form(&app, &here, id, person.revision, PersonDraft::known(&person)))
}

pub(super) async fn update(here: Here, State(app): State<App>, Path(id): Path<Id<Person>>, Form(fields): Form) -> Result {
    let mut tx = app.tx(&here.actor).await?;
    let facts = people::facts_for_change(&mut tx, &here.actor, id).await?.ok_or(Error::Hidden)?;
    let permit = app.gate.permit::<actions::EditPerson>(&here.actor, &facts)?;
    // Two who give the same staff code to two people at once are one after the other.
    views::take_turn(&mut tx, &here).await?;
    let person = people::read(&mut tx, &permit).await?.ok_or(Error::Hidden)?;
    let version = fields.get("version").parse().unwrap_or(0);
    let mut draft = PersonDraft::of(&fields);
    // A form that is both wrong and stale is first of all stale.
    if version == person.revision {
        let details = draft.read(here.lang);
        let code = details.as_ref().and_then(|details| details.staff_code.as_ref());
        if let Some(code) = code
            && people::has_staff_code(&mut tx, &permit, code).await?
        {
            draft.staff_code.error = Some(fl!(here.lang.texts(), "person-code-taken"));
        }
        let clear = draft.staff_code.error.is_none();
        let Some(details) = details.filter(|_| clear) else {
            tx.commit(permit.deed().with("step", "refused")).await?;
            return unprocessable(&form(&app, &here, id, version, draft));
        };
        if people::update(&mut tx, &permit, version, &details).await?.is_ok() {
            tell(&mut tx, &permit, &person, &details).await?;
            tx.commit(permit.deed().with("revision", version + 1)).await?;
            return Ok(see_other(&format!("/people/{id}?done=edited")));
        }
    }
    tx.commit(permit.deed().with("step", "conflict")).await?;
    let theirs = facts_of(here.lang, &PersonDraft::known(&person));
    conflict::both(&app, &here, theirs, facts_of(here.lang, &draft), format!("/people/{id}/edit"))
}

/// Says so where the person still reads: whoever changes an address could otherwise keep a recovery quiet. And whoever has come in
/// before hears that another code is theirs by now.
async fn tell(tx: &mut Tx, permit: &Permit<actions::EditPerson>, person: &people::Person, details: &Details) -> Result<()> {
    let is_same = details.mail.as_deref().unwrap_or_default() == person.mail;
    if let (false, Some(former)) = (is_same, Former::of(&person.mail)) {
        mails::put(tx, permit, person.id, &Mail::AddressChanged { former }, mails::NEWS).await?;
    }
    if details.staff_code.as_deref().unwrap_or_default() != person.staff_code && person.registered > 0 {
        mails::put(tx, permit, person.id, &Mail::StaffCodeChanged, mails::NEWS).await?;
    }
    Ok(())
}

fn facts_of(lang: Lang, draft: &PersonDraft) -> Vec<Fact> {
    let texts = lang.texts();
    let fact = |term: String, field: &Field| Fact::new(term, field.value.clone());
    vec![
        fact(fl!(texts, "person-name"), &draft.name),
        fact(fl!(texts, "person-kana"), &draft.kana),
        fact(fl!(texts, "person-staff-code"), &draft.staff_code),
        fact(fl!(texts, "person-mail"), &draft.mail),
    ]
}
